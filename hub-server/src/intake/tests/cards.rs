//! Cards that are reported: what the tills hear, and what becomes of points and numbers.

use domain::card::CardState;
use domain::snapshot::{CardRow, Change};

use super::*;
use crate::access::audit;
use crate::catalogue::feed::{Reader, feed};
use crate::members::cards::{CardRefusal, Report, Reported};

const NEXT: &str = "2990000010452";

fn said(card: &str, state: CardState, replacement: Option<&str>) -> Report {
    Report {
        card: card.parse().unwrap(),
        state,
        since: "2026-03-02T14:00:00Z".parse().unwrap(),
        reason: "called the desk".to_owned(),
        replacement: replacement.map(|number| number.parse().unwrap()),
        by: "servicio".to_owned(),
    }
}

async fn report(hub: &TestHub, report: &Report) -> Reported {
    crate::intake::cards::report_one(&hub.app, report).await.unwrap()
}

/// Number and state of each card, as the feed states them last.
async fn heard(hub: &TestHub) -> Vec<(String, CardState, bool)> {
    let mut tx = hub.app.db.read().await.unwrap();
    let rows = feed(&mut tx, 0, 1_000, Reader::default()).await.unwrap().changes;
    let card = |change: Change| match change {
        Change::Card(row) => Some(row),
        _ => None,
    };
    let of = |row: CardRow| (row.card.to_string(), row.state(), row.active);
    let mut cards: Vec<_> = rows.into_iter().filter_map(card).map(of).collect();
    cards.sort_by(|a, b| a.0.cmp(&b.0));
    cards
}

/// 50 points came under the old card, and 20 under the new one before anybody told the hub of it.
#[tokio::test]
async fn a_card_that_takes_the_place_of_another_goes_on_with_its_account() {
    for state in [CardState::Lost, CardState::Stolen, CardState::Replaced, CardState::Blocked] {
        let hub = TestHub::new().await;
        hub.member("M1", CARD).await;
        let mut till = open_till(&hub).await;
        let sales = [Ticket::sold(1, Some(CARD), 5_000).sale(), Ticket::sold(2, Some(NEXT), 2_000).sale()];
        let events: Vec<Vec<u8>> = sales.iter().map(|sale| till.sale(sale)).collect();
        till.push(&events).await.unwrap();
        assert_eq!(points(&hub, "M1").await, (50, 50, 0));
        assert_eq!(report(&hub, &said(CARD, state, Some(NEXT))).await, Reported::Noted);
        assert_eq!(points(&hub, "M1").await, (70, 70, 0), "{state}");
        let wanted = [(CARD.to_owned(), state, state.earns()), (NEXT.to_owned(), CardState::Active, true)];
        assert_eq!(heard(&hub).await, wanted);
        // What is earned with the old one meanwhile is its member's too.
        let events = [till.sale(&Ticket::sold(3, Some(CARD), 1_000).sale())];
        till.push(&events).await.unwrap();
        assert_eq!(points(&hub, "M1").await, (80, 80, 0), "{state}");
        must_hold(&hub).await;
    }
}

#[tokio::test]
async fn a_number_is_given_once_and_the_same_report_counts_once() {
    let hub = TestHub::new().await;
    hub.member("M1", CARD).await;
    hub.member("M2", "2990000010469").await;
    let lost = said(CARD, CardState::Lost, Some(NEXT));
    let steps = [
        (said("2990000019999", CardState::Lost, None), Reported::Refused(CardRefusal::Unknown)),
        (said(CARD, CardState::Lost, Some("2990000010469")), Reported::Refused(CardRefusal::NumberTaken)),
        (said(CARD, CardState::Replaced, None), Reported::Refused(CardRefusal::NoReplacement)),
        (lost.clone(), Reported::Noted),
        (lost.clone(), Reported::Same),
        (said(NEXT, CardState::Stolen, Some(CARD)), Reported::Refused(CardRefusal::NumberTaken)),
        (said(NEXT, CardState::Stolen, None), Reported::Noted),
        (said(CARD, CardState::Active, None), Reported::Noted),
    ];
    for (step, wanted) in steps {
        assert_eq!(report(&hub, &step).await, wanted, "{step:?}");
    }
    let mut tx = hub.app.db.read().await.unwrap();
    let rows = audit::latest(&mut tx, 20).await.unwrap().into_iter();
    let mut told: Vec<String> = rows
        .filter(|row| row.action.starts_with("card."))
        .map(|row| format!("{} {}", row.action, row.detail))
        .collect();
    told.sort();
    let since = "since 2026-03-02T14:00:00+00:00";
    let wanted = [
        format!("card.active {since}"),
        format!("card.lost {since}, replaced by {NEXT}"),
        format!("card.stolen {since}"),
    ];
    assert_eq!(told, wanted);
    let change = "update card set state = 'lost' where card = '2990000010421'";
    drop(tx);
    let mut tx = hub.app.db.begin().await.unwrap();
    crate::on!(&mut tx, c => sqlx::query(change).execute(c).await.map(|_| ())).unwrap();
    let found = verify(&mut tx).await.unwrap().differences;
    assert!(found.iter().any(|d| d.check == "card_state"), "{found:?}");
}
