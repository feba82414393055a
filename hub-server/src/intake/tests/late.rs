//! Cards that come after their sales: in any order of arrival the points go to the member, once.

use domain::codes::CardNumber;
use domain::ids::EventId;
use domain::late_card::CardAttached;
use domain::sale::{CardEntry, Sale};

use super::*;
use crate::access::audit;

const OTHER: &str = "2990000010452";

fn attached(sale: &Sale, card: &str, minutes: i64) -> CardAttached {
    CardAttached {
        sale: sale.id,
        card: card.parse::<CardNumber>().unwrap(),
        entry: CardEntry::Scanned,
        at: sale.occurred_at + Duration::minutes(minutes),
        sold_at: sale.occurred_at,
        cashier: Some("marta".parse().unwrap()),
        approved_by: Some("jorge".parse().unwrap()),
    }
}

fn event(till: &mut TestTill<'_>, n: u8, attached: &CardAttached) -> Vec<u8> {
    till.event(EventId::new(99, [n; 10]), &Body::CardAttached(Box::new(attached.clone())))
}

async fn visits(hub: &TestHub) -> i64 {
    let mut tx = hub.app.db.read().await.unwrap();
    let sql = "select count(*) from visit";
    crate::on!(&mut tx, c => sqlx::query_scalar(sql).fetch_one(c).await).unwrap()
}

async fn told(hub: &TestHub) -> Vec<String> {
    let mut tx = hub.app.db.read().await.unwrap();
    let rows = audit::latest(&mut tx, 20).await.unwrap();
    let ours = rows.into_iter().filter(|row| row.action.starts_with("card."));
    ours.map(|row| format!("{} {} {}", row.who, row.action, row.detail)).collect()
}

#[tokio::test]
async fn card_sale_and_member_may_come_in_any_order() {
    // Each letter is an event or, for the member, what somebody enters: s sale, c card, m member.
    for order in ["s c m", "s m c", "c s m", "c m s", "m s c", "m c s", "sc m", "cs m", "m sc", "m cs"] {
        let hub = TestHub::new().await;
        let mut till = open_till(&hub).await;
        let sale = Ticket::sold(1, None, 5_000).sale();
        let late = attached(&sale, CARD, 60);
        for step in order.split(' ') {
            if step == "m" {
                hub.member("M1", CARD).await;
                super::attribute_all(&hub.app, &[CARD.parse().unwrap()]).await.unwrap();
                continue;
            }
            let events: Vec<Vec<u8>> = step
                .chars()
                .map(|what| if what == 's' { till.sale(&sale) } else { event(&mut till, 1, &late) })
                .collect();
            // The same bytes twice, as after an answer that was lost.
            for _ in 0..2 {
                let reply = till.push(&events).await.unwrap();
                assert!(codes(&reply).iter().all(|d| *d == Disposition::Applied), "{order}: {reply:?}");
            }
        }
        assert_eq!(points(&hub, "M1").await, (50, 50, 0), "{order}");
        assert_eq!(visits(&hub).await, 1, "{order}");
        must_hold(&hub).await;
    }
}

#[tokio::test]
async fn a_sale_gets_one_card_and_never_one_beside_its_own() {
    let hub = TestHub::new().await;
    hub.member("M1", CARD).await;
    hub.member("M2", OTHER).await;
    let mut till = open_till(&hub).await;
    let plain = Ticket::sold(1, None, 5_000).sale();
    let carded = Ticket::sold(2, Some(CARD), 3_000).sale();
    let mut voided = Ticket::sold(3, None, 5_000).draft();
    (voided.status, voided.tenders) = (domain::sale::SaleStatus::Voided, vec![]);
    let voided = Sale::close(voided).unwrap();
    let events = [&plain, &carded, &voided].map(|sale| till.sale(sale));
    till.push(&events).await.unwrap();
    for (n, late, wanted) in [
        (1, attached(&plain, CARD, 10), Disposition::Applied),
        (2, attached(&plain, CARD, 20), Disposition::Duplicate),
        (3, attached(&plain, OTHER, 20), quarantined("late_card_attached")),
        (4, attached(&carded, OTHER, 20), quarantined("late_card_has_card")),
        (5, attached(&voided, OTHER, 20), quarantined("late_card_not_completed")),
    ] {
        let bytes = event(&mut till, n, &late);
        assert_eq!(codes(&till.push(&[bytes]).await.unwrap()), [wanted], "{n}");
    }
    assert_eq!(points(&hub, "M1").await, (80, 80, 0));
    assert_eq!(points(&hub, "M2").await, (0, 0, 0));
    let told = told(&hub).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with("marta card.attached card") && told[0].contains("agreed by jorge"),
        "{told:?}"
    );
    must_hold(&hub).await;

    // A card that came before a sale with one of its own changes nothing of it.
    let own = Ticket::sold(4, Some(CARD), 1_000).sale();
    let bytes = event(&mut till, 6, &attached(&own, OTHER, 20));
    till.push(&[bytes]).await.unwrap();
    let bytes = till.sale(&own);
    till.push(&[bytes]).await.unwrap();
    assert_eq!(points(&hub, "M1").await, (90, 90, 0));
    assert_eq!(points(&hub, "M2").await, (0, 0, 0));
    must_hold(&hub).await;
}

#[tokio::test]
async fn what_came_back_before_the_card_earns_nothing_and_long_after_is_looked_at() {
    let hub = TestHub::new().await;
    hub.member("M1", CARD).await;
    let mut till = open_till(&hub).await;
    let sale = Ticket::sold(1, None, 5_000).sale();
    let back = Ticket::returned(2, None, 5_000, Some(1)).sale();
    let events = [till.sale(&sale), till.sale(&back)];
    till.push(&events).await.unwrap();
    let bytes = event(&mut till, 1, &attached(&sale, CARD, 16));
    assert_eq!(codes(&till.push(&[bytes]).await.unwrap()), [Disposition::Applied]);
    assert_eq!(points(&hub, "M1").await, (0, 0, 0));
    let told = told(&hub).await;
    assert!(told[0].contains("card.attached_late") && told[0].contains("16 minutes"), "{told:?}");
    must_hold(&hub).await;
}
