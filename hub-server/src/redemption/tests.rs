//! Reservations against a database: what is held, ends and is taken, in whatever order things arrive.

use chrono::TimeDelta;
use domain::ids::SaleId;
use domain::points::{EndOf, Expiry, Programme};
use domain::sale::{SaleDraft, Tender};
use domain::sync::redemption::{HELD_MS, Moment};
use domain::sync::{Disposition, Envelope, Problem};

use super::*;
use crate::access::audit;
use crate::members::merging::{Merge, Merged};
use crate::testing::{TestHub, TestTill, Ticket};
use crate::{insights, ledger};

mod ending;

const CARD: &str = "2990000010421";
const OTHER: &str = "2990000010452";

fn id(n: u8) -> RedemptionId {
    RedemptionId::new(i64::from(n), [n; 10])
}

/// A member with 500 points, earned at the first till; nothing of them ends.
async fn hub() -> TestHub {
    let hub = TestHub::new().await;
    hub.member("M1", CARD).await;
    hub
}

/// Two tills in two stores that are open, and points that the first one's sale of the day before earned.
async fn tills(hub: &TestHub, points: i64) -> (TestTill<'_>, TestTill<'_>) {
    let (mut first, mut second) = (hub.enrol("centro", 1).await, hub.enrol("norte", 2).await);
    first.open().await.unwrap();
    second.open().await.unwrap();
    tell_sale(&mut first, sold(200, points)).await;
    (first, second)
}

fn sold(n: u8, points: i64) -> Sale {
    Ticket::sold(n, Some(CARD), points * 100).sale()
}

/// A ticket that points pay, in whole points, under the name of a reservation.
fn paid(n: u8, card: &'static str, points: i64, redemption: Option<u8>) -> Sale {
    let draft = Ticket::sold(n, Some(card), points * 100).draft();
    let money = draft.tenders[0].amount;
    let tender = Tender { redemption: redemption.map(id), ..Tender::of_points(Points(points * 100), money) };
    Sale::close(SaleDraft { tenders: vec![tender], ..draft }).unwrap()
}

async fn push(till: &TestTill<'_>, events: &[Vec<u8>]) {
    // The same bytes twice, as after an answer that was lost.
    for _ in 0..2 {
        till.applies(events).await;
    }
}

async fn tell_sale(till: &mut TestTill<'_>, sale: Sale) {
    let event = till.sale(&till.own(sale));
    push(till, &[event]).await;
}

/// An event of the till that says nothing of points, so many milliseconds after the tests' intents.
fn any_event(till: &mut TestTill<'_>, n: u8, after_ms: i64, boot: &str) -> Vec<u8> {
    let mut stamp = till.stamp();
    stamp.boot_id = boot.to_owned();
    stamp.mono_ms += after_ms;
    let event = EventId::new(i64::from(n), [n; 10]);
    let body =
        Body::RedemptionVoided(RedemptionVoided { redemption: id(n), member: MemberId::new(1, [9; 10]) });
    let written = Envelope::append(till.log, till.head, event, stamp, &body).unwrap();
    till.advance(written.bytes)
}

async fn void(till: &mut TestTill<'_>, hub: &TestHub, n: u8) {
    let body =
        Body::RedemptionVoided(RedemptionVoided { redemption: id(n), member: member(hub, "M1").await });
    let event = till.event(EventId::new(i64::from(n), [n; 10]), &body);
    push(till, &[event]).await;
}

async fn member(hub: &TestHub, code: &str) -> MemberId {
    let mut tx = hub.app.db.read().await.unwrap();
    members::by_codes(&mut tx, &[code.parse().unwrap()]).await.unwrap()[code].id
}

async fn request(till: &TestTill<'_>, hub: &TestHub, n: u8, points: i64) -> ReserveRequest {
    let stamp = till.stamp();
    ReserveRequest {
        redemption: id(n),
        member: member(hub, "M1").await,
        points: Points(points * 100),
        log: till.log,
        seq: till.head.seq,
        intent: Moment::of(&stamp),
        voided: vec![],
    }
}

async fn ask(till: &TestTill<'_>, request: &ReserveRequest) -> Result<ReserveReply, Problem> {
    till.call("/sync/v1/points/reserve", serde_json::to_vec(request).unwrap()).await
}

async fn asks(till: &TestTill<'_>, hub: &TestHub, n: u8, points: i64) -> ReserveReply {
    ask(till, &request(till, hub, n, points).await).await.unwrap()
}

/// In whole points, as all of the tests are.
fn held(left: i64) -> ReserveReply {
    ReserveReply::Held { left: Points(left * 100) }
}

fn lacks(available: i64) -> ReserveReply {
    ReserveReply::NotEnough { available: Points(available * 100) }
}

/// Available and debt by the ledger alone, in whole points.
async fn points(hub: &TestHub) -> (i64, i64) {
    let mut tx = hub.app.db.read().await.unwrap();
    let today = hub.app.clock.now().date_naive();
    let row = insights::points(&mut tx, Some(&"M1".parse().unwrap()), today).await.unwrap().remove(0);
    (row.available.0 / 100, row.debt.0 / 100)
}

async fn states(hub: &TestHub, names: &[u8]) -> Vec<&'static str> {
    let mut tx = hub.app.db.read().await.unwrap();
    let mut states = vec![];
    for n in names {
        let row = store::row(&mut tx, id(*n)).await.unwrap();
        states.push(row.map_or("none", |row| row.state().unwrap().code()));
    }
    states
}

async fn holds_together(hub: &TestHub) {
    let mut tx = hub.app.db.read().await.unwrap();
    assert_eq!(crate::intake::verify(&mut tx).await.unwrap().differences, []);
}

#[tokio::test]
async fn points_are_reserved_once_and_another_till_gets_what_is_left() {
    let hub = hub().await;
    let (mut first, second) = tills(&hub, 500).await;
    // The answer was lost and it is asked again; another sum under the same name is something else.
    for _ in 0..2 {
        assert_eq!(asks(&first, &hub, 1, 300).await, held(200));
    }
    let refused = ask(&first, &request(&first, &hub, 1, 299).await).await.unwrap_err();
    assert_eq!((refused.status, refused.code.as_str()), (409, "redemption_differs"));
    let refused = ask(&second, &request(&second, &hub, 1, 300).await).await.unwrap_err();
    assert_eq!(refused.code, "redemption_differs", "another till's name");
    assert_eq!(asks(&second, &hub, 2, 201).await, lacks(200));
    assert_eq!(asks(&second, &hub, 3, 200).await, held(0));
    assert_eq!(points(&hub).await, (500, 0), "no entry is posted");

    tell_sale(&mut first, paid(4, CARD, 300, Some(1))).await;
    assert_eq!(
        (points(&hub).await, states(&hub, &[1, 2, 3]).await),
        ((200, 0), vec!["committed", "none", "held"])
    );
    assert_eq!(asks(&first, &hub, 1, 300).await, ReserveReply::Ended, "a copy that comes late");
    assert_eq!(asks(&first, &hub, 5, 1).await, lacks(0), "the other till has the rest");
    holds_together(&hub).await;
}

#[tokio::test]
async fn a_request_that_makes_no_sense_is_refused() {
    let hub = hub().await;
    let (first, second) = tills(&hub, 500).await;
    for points in [0, -1, i64::MAX / 100] {
        let refused = ask(&first, &request(&first, &hub, 1, points).await).await.unwrap_err();
        assert_eq!((refused.status, refused.code.as_str()), (400, "redemption_points"));
    }
    let mut bad = request(&first, &hub, 1, 1).await;
    bad.intent.boot = "a\0b".to_owned();
    assert_eq!(ask(&first, &bad).await.unwrap_err().code, "redemption_intent");
    let foreign = ReserveRequest { log: first.log, ..request(&second, &hub, 1, 1).await };
    assert_eq!(ask(&second, &foreign).await.unwrap_err().code, "foreign_log");
    let unknown = ReserveRequest { member: MemberId::new(7, [7; 10]), ..request(&first, &hub, 1, 1).await };
    assert_eq!(ask(&first, &unknown).await, Ok(ReserveReply::Unknown));
    assert_eq!(states(&hub, &[1]).await, ["none"]);
}

/// A copy of a request that was lost until the log had passed it, with nothing known of it.
/// A till whose file was put back begins another log and sends what the hub lacks again: under whatever log the sale
/// comes, it takes what was reserved for it, once.
/// The receipt's number is another sale's: it is set aside, took nothing, and what was reserved for it waits for the log.
#[tokio::test]
async fn what_cannot_be_spent_today_cannot_be_reserved() {
    let hub = hub().await;
    let rules = Programme {
        version: 2,
        vest_days: 3,
        expiry: Some(Expiry { days: 10, end_of: EndOf::Day, grace_days: 2 }),
        ..Programme::starter("2025-01-01".parse().unwrap())
    };
    let mut tx = hub.app.db.begin().await.unwrap();
    ledger::add_programme(&mut tx, &rules, hub.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let (mut first, _) = tills(&hub, 500).await;
    // Sold on the first of March; today is the second.
    assert_eq!(asks(&first, &hub, 1, 1).await, lacks(0));
    for (days, n, wanted) in [(2, 2, held(499)), (7, 3, held(498)), (1, 4, lacks(0))] {
        hub.app.clock.advance(TimeDelta::days(days));
        first.at = hub.app.clock.now();
        assert_eq!(asks(&first, &hub, n, 1).await, wanted, "{days} days later");
    }
}

#[tokio::test]
async fn members_who_are_one_have_one_account_to_reserve_of() {
    let hub = hub().await;
    hub.member("M2", OTHER).await;
    let (mut first, second) = tills(&hub, 500).await;
    tell_sale(&mut first, Ticket::sold(5, Some(OTHER), 10_000).sale()).await;
    let other = member(&hub, "M2").await;
    let of_other = |request: ReserveRequest| ReserveRequest { member: other, ..request };
    assert_eq!(ask(&first, &of_other(request(&first, &hub, 1, 60).await)).await, Ok(held(40)));
    let merge = Merge {
        survivor: member(&hub, "M1").await,
        loser: other,
        reason: "same person".to_owned(),
        by: "servicio".to_owned(),
    };
    let mut tx = hub.app.db.begin().await.unwrap();
    let merged = crate::intake::merging::merge(&mut tx, &merge, hub.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    // What was held of the one is held of both, by whichever name they are asked for.
    assert_eq!(asks(&second, &hub, 2, 541).await, lacks(540));
    assert_eq!(ask(&second, &of_other(request(&second, &hub, 3, 500).await)).await, Ok(held(40)));
    assert_eq!(asks(&second, &hub, 3, 500).await, held(40), "the same person");
    tell_sale(&mut first, paid(6, OTHER, 60, Some(1))).await;
    assert_eq!(states(&hub, &[1, 3]).await, ["committed", "held"]);
    // They part; what is held of either is still left alone.
    let Merged::Done(row) = merged else { panic!("nothing was merged: {merged:?}") };
    let mut tx = hub.app.db.begin().await.unwrap();
    let said = ("two sisters", "servicio");
    crate::intake::merging::unmerge(&mut tx, row.id, said, hub.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(asks(&second, &hub, 7, 1).await, lacks(0));
    holds_together(&hub).await;
}
