//! From a till's request to the figures, on SQLite.

use axum::body::Body as HttpBody;
use axum::http::{Request, StatusCode};
use chrono::Duration;
use domain::codes::{MemberCode, StoreCode};
use domain::ids::SaleId;
use domain::sync::{
    Disposition, EnrolReply, EnrolRequest, Envelope, Head, LogStatus, OpenReply, Problem, PushReply,
};

use super::*;
use crate::access::{Need, tills};
use crate::sync;
use crate::testing::{TestHub, TestTill, Ticket};

mod audit;
mod cards;
mod coupons;
mod enrol;
mod late;
mod merging;
mod refused;
mod rehearsal;

const CARD: &str = "2990000010421";

fn codes(reply: &PushReply) -> Vec<Disposition> {
    reply.dispositions.iter().map(|(_, disposition)| disposition.clone()).collect()
}

fn quarantined(code: &str) -> Disposition {
    Disposition::Quarantined { code: code.to_owned() }
}

async fn sales(hub: &TestHub) -> i64 {
    let mut tx = hub.app.db.read().await.unwrap();
    crate::sales::count(&mut tx).await.unwrap()
}

async fn unsent(hub: &TestHub) -> i64 {
    let mut tx = hub.app.db.read().await.unwrap();
    tills::all(&mut tx).await.unwrap().iter().filter_map(|till| till.unsent).sum()
}

/// Balance, available and debt in whole points.
async fn points(hub: &TestHub, member: &str) -> (i64, i64, i64) {
    let mut tx = hub.app.db.read().await.unwrap();
    let today = hub.app.clock.now().date_naive();
    let rows = insights::points(&mut tx, Some(&member.parse::<MemberCode>().unwrap()), today).await.unwrap();
    (rows[0].balance.0 / 100, rows[0].available.0 / 100, rows[0].debt.0 / 100)
}

async fn must_hold(hub: &TestHub) {
    let mut tx = hub.app.db.read().await.unwrap();
    let audit = verify(&mut tx).await.unwrap();
    assert_eq!(audit.differences, []);
    assert!(audit.events > 0);
}

async fn open_till(hub: &TestHub) -> TestTill<'_> {
    let mut till = hub.enrol("centro", 7).await;
    till.open().await.unwrap();
    till
}

#[tokio::test]
async fn a_sale_arrives_once_and_a_repeat_gets_the_first_answer() {
    let hub = TestHub::new().await;
    hub.member("M1", CARD).await;
    let mut till = open_till(&hub).await;
    let events = [
        till.sale(&Ticket::sold(1, Some(CARD), 5_050).sale()),
        till.sale(&Ticket::sold(2, None, 300).sale()),
    ];
    let mut tx = hub.app.db.begin().await.unwrap();
    crate::on!(&mut tx, c => sqlx::query("update till set unsent = 3 where session > 0").execute(c).await.map(|_| ())).unwrap();
    tx.commit().await.unwrap();
    let first = till.push(&events).await.unwrap();
    assert_eq!(unsent(&hub).await, 1, "what is taken does not wait any more");
    assert_eq!(codes(&first), [Disposition::Applied, Disposition::Applied]);
    assert_eq!(first.ack, till.head);
    assert_eq!(till.push(&events).await.unwrap(), first);
    assert_eq!(sales(&hub).await, 2);
    assert_eq!(points(&hub, "M1").await, (50, 50, 0));
    must_hold(&hub).await;
    let again = till.open().await.unwrap();
    assert_eq!((again.logs[0].ack, again.logs[0].status), (till.head, LogStatus::Open));
}

#[tokio::test]
async fn what_is_not_in_order_is_refused_whole() {
    let hub = TestHub::new().await;
    let mut till = open_till(&hub).await;
    let events: Vec<Vec<u8>> = (1..=3).map(|n| till.sale(&Ticket::sold(n, None, 100).sale())).collect();
    let gap = till.push_from(2, &events[1..2]).await.unwrap_err();
    assert_eq!((gap.code.as_str(), gap.status, gap.expected_seq), ("gap", 409, Some(1)));
    till.push_from(1, &events[..2]).await.unwrap();
    till.session -= 1;
    assert_eq!(till.push_from(3, &events[2..]).await.unwrap_err().code, "stale_session");
    till.session += 1;
    assert_eq!(sales(&hub).await, 2);
    till.push_from(3, &events[2..]).await.unwrap();
    // Another history of the same log: two machines with one file.
    till.head = Head::EMPTY;
    let other = till.sale(&Ticket::sold(9, None, 100).sale());
    assert_eq!(till.push_from(1, &[other]).await.unwrap_err().code, "log_forked");
    assert_eq!(till.open().await.unwrap().logs[0].status, LogStatus::Forked);
    assert_eq!(sales(&hub).await, 3);
    must_hold(&hub).await;
}

#[tokio::test]
async fn poison_is_kept_aside_and_the_log_moves_on() {
    let hub = TestHub::new().await;
    let mut till = open_till(&hub).await;
    let crooked = {
        let text = till.sale(&Ticket::sold(1, None, 500).sale());
        till.head = Head::EMPTY;
        let text = String::from_utf8(text).unwrap().replace("\"gross\":500", "\"gross\":501");
        till.advance(text.into_bytes())
    };
    let unreadable = till.advance(b"\xff\xfe is no event".to_vec());
    let newer = {
        let text = till.sale(&Ticket::sold(3, None, 500).sale());
        let text = String::from_utf8(text).unwrap().replace("\"kind_v\":1", "\"kind_v\":9");
        till.head = Head { seq: 2, hash: domain::sync::hash_event(&unreadable) };
        till.advance(text.into_bytes())
    };
    let foreign = till.sale(&Ticket { store: "norte", ..Ticket::sold(4, None, 500) }.sale());
    let good = till.sale(&Ticket::sold(5, None, 500).sale());
    let reply = till.push(&[crooked, unreadable, newer, foreign, good]).await.unwrap();
    let wanted =
        [quarantined("broken_body"), Disposition::Held, quarantined("other_till"), Disposition::Applied];
    assert_eq!(codes(&reply), wanted);
    assert_eq!(reply.ack, till.head);
    let mut tx = hub.app.db.read().await.unwrap();
    let mut aside: Vec<String> =
        sync::quarantine(&mut tx, false, 10).await.unwrap().into_iter().map(|q| q.code).collect();
    aside.sort();
    assert_eq!(aside, ["broken_body", "held", "other_till", "unreadable_event"]);
    drop(tx);
    must_hold(&hub).await;
}

#[tokio::test]
async fn one_receipt_is_one_sale() {
    let hub = TestHub::new().await;
    let mut till = open_till(&hub).await;
    let known = till.sale(&Ticket::sold(1, None, 500).sale());
    till.push(&[known]).await.unwrap();
    let mut same = Ticket::sold(1, None, 500).draft();
    same.id = SaleId::new(1, [99; 10]);
    let mut other = Ticket::sold(1, None, 501).draft();
    other.id = SaleId::new(1, [98; 10]);
    let mut changed = Ticket::sold(1, None, 502).draft();
    changed.receipt_no = 55;
    let events = [same, other, changed].map(|draft| till.sale(&Sale::close(draft).unwrap()));
    let reply = till.push(&events).await.unwrap();
    assert_eq!(
        codes(&reply),
        [Disposition::Duplicate, quarantined("receipt_conflict"), Disposition::Conflict]
    );
    assert_eq!(sales(&hub).await, 1);
    must_hold(&hub).await;
}

#[tokio::test]
async fn any_order_of_sales_returns_and_cards_ends_alike() {
    let tickets = [
        Ticket::sold(1, Some(CARD), 10_000),
        Ticket::returned(2, Some(CARD), 10_000, Some(1)),
        Ticket::returned(3, None, 10_000, Some(4)),
        Ticket::sold(4, Some(CARD), 10_000),
        Ticket::sold(5, Some(CARD), 7_000),
        Ticket::returned(6, Some(CARD), 2_000, None),
    ];
    // `None` is the moment when the member's card becomes known.
    let orders: [[Option<usize>; 7]; 5] = [
        [None, Some(0), Some(1), Some(2), Some(3), Some(4), Some(5)],
        [Some(0), Some(1), Some(2), Some(3), Some(4), Some(5), None],
        [Some(5), Some(4), Some(3), None, Some(2), Some(1), Some(0)],
        [Some(1), None, Some(0), Some(3), Some(5), Some(2), Some(4)],
        [Some(1), Some(2), Some(0), None, Some(3), Some(5), Some(4)],
    ];
    for order in orders {
        let hub = TestHub::new().await;
        let mut till = open_till(&hub).await;
        for step in order {
            match step {
                Some(n) => {
                    let event = till.sale(&tickets[n].sale());
                    assert_eq!(codes(&till.push(&[event]).await.unwrap()), [Disposition::Applied]);
                }
                None => {
                    hub.member("M1", CARD).await;
                    attribute_all(&hub.app, &[CARD.parse().unwrap()]).await.unwrap();
                }
            }
        }
        assert_eq!(points(&hub, "M1").await, (50, 50, 0), "{order:?}");
        let mut tx = hub.app.db.read().await.unwrap();
        let visits = insights::visits(&mut tx, None).await.unwrap();
        assert_eq!(visits[0].rhythm.visits, 1, "{order:?}");
        drop(tx);
        must_hold(&hub).await;
    }
}

#[tokio::test]
async fn a_return_under_a_card_that_is_known_later_takes_back_once() {
    const OTHER: &str = "2990000010438";
    let hub = TestHub::new().await;
    hub.member("M1", CARD).await;
    let mut till = open_till(&hub).await;
    let events = [
        till.sale(&Ticket::sold(1, Some(CARD), 10_000).sale()),
        till.sale(&Ticket::returned(2, Some(OTHER), 10_000, Some(1)).sale()),
    ];
    till.push(&events).await.unwrap();
    assert_eq!(points(&hub, "M1").await, (0, 0, 0));
    hub.member("M2", OTHER).await;
    attribute_all(&hub.app, &[OTHER.parse().unwrap()]).await.unwrap();
    assert_eq!((points(&hub, "M1").await, points(&hub, "M2").await), ((0, 0, 0), (0, 0, 0)));
    must_hold(&hub).await;
}

#[tokio::test]
async fn a_file_read_twice_changes_nothing() {
    let hub = TestHub::new().await;
    hub.member("M1", CARD).await;
    let mut bad = Ticket::sold(3, None, 100).draft();
    bad.tenders.clear();
    let drafts = || {
        let mut drafts: Vec<_> = (1..=2).map(|n| Ticket::sold(n, Some(CARD), 1_000).draft()).collect();
        drafts.push(bad.clone());
        drafts.push(Ticket { store: "norte", ..Ticket::sold(4, None, 100) }.draft());
        drafts
    };
    let first = import_sales(&hub.app, drafts()).await.unwrap();
    assert_eq!([&first[0], &first[1], &first[3]], [&Imported::New; 3]);
    assert!(matches!(&first[2], Imported::Rejected { code, .. } if code == "sale_tender_sum"), "{first:?}");
    let second = import_sales(&hub.app, drafts()).await.unwrap();
    assert_eq!([&second[0], &second[1], &second[3]], [&Imported::Same; 3]);
    assert_eq!((sales(&hub).await, points(&hub, "M1").await), (3, (20, 20, 0)));
    must_hold(&hub).await;
}

/// Fails on one sale, as a bug of ours would.
struct Broken(SaleId);

impl Apply for Broken {
    async fn apply(&self, tx: &mut Tx, events: &[Accepted], now: DateTime<Utc>) -> Result<Applied, DbError> {
        let applied = Rooms.apply(tx, events, now).await?;
        if events.iter().any(|e| e.event == self.0.into()) {
            return Err(DbError::BadRow { what: "a test", why: "planted".to_owned() });
        }
        Ok(applied)
    }
}

#[tokio::test]
async fn only_the_culprit_is_kept_aside() {
    let hub = TestHub::new().await;
    let mut till = open_till(&hub).await;
    let events: Vec<Vec<u8>> = (1..=3).map(|n| till.sale(&Ticket::sold(n, None, 100).sale())).collect();
    let header = domain::sync::PushHeader {
        session: till.session,
        log: till.log,
        first: 1,
        last: 3,
        last_hash: till.head.hash,
    };
    let source = sync::Source::Till {
        till: till.id,
        store: "centro".parse::<StoreCode>().unwrap(),
        code: "1".parse().unwrap(),
    };
    let batch = domain::sync::Batch { header, events };
    let culprit = Broken(Ticket::sold(2, None, 100).sale().id);
    let reply = sync::receive(&hub.app, &source, batch, &culprit).await.unwrap();
    assert_eq!(codes(&reply), [Disposition::Applied, quarantined("apply_failed"), Disposition::Applied]);
    assert_eq!(sales(&hub).await, 2);
    must_hold(&hub).await;
}

#[tokio::test]
async fn requests_are_signed_now_by_a_till_that_may() {
    let hub = TestHub::new().await;
    let mut till = hub.enrol("centro", 7).await;
    let skewed = {
        till.at += Duration::minutes(11);
        till.open().await.unwrap_err()
    };
    assert_eq!((skewed.code.as_str(), skewed.status), ("clock_skew", 401));
    assert_eq!(skewed.hub_utc_ms, Some(hub.app.clock.now().timestamp_millis()));
    till.at -= Duration::minutes(11);
    let own = std::mem::replace(&mut till.key, domain::sync::TillKey::from_seed([1; 32]));
    assert_eq!(till.open().await.unwrap_err().code, "bad_signature");
    till.key = own;
    let id = std::mem::replace(&mut till.id, domain::ids::TillId::new(9, [9; 10]));
    assert_eq!(till.open().await.unwrap_err().code, "unknown_till");
    till.id = id;
    till.open().await.unwrap();
    tills::revoke(&hub.app, "test", &"centro".parse().unwrap(), &"1".parse().unwrap()).await.unwrap();
    let revoked = till.open().await.unwrap_err();
    assert_eq!((revoked.code.as_str(), revoked.status), ("revoked_till", 403));
    let unsigned: Result<OpenReply, Problem> = hub.post("/sync/v1/open", &()).await;
    assert_eq!(unsigned.unwrap_err().code, "unsigned");
}

#[tokio::test]
async fn a_log_belongs_to_one_till() {
    let hub = TestHub::new().await;
    let mut till = open_till(&hub).await;
    let event = till.sale(&Ticket::sold(1, None, 100).sale());
    till.push(&[event]).await.unwrap();
    let mut other = hub.enrol("norte", 8).await;
    other.log = till.log;
    assert_eq!(other.open().await.unwrap().logs[0].ack, Head::EMPTY);
    let event = other.sale(&Ticket { store: "norte", ..Ticket::sold(2, None, 100) }.sale());
    assert_eq!(other.push(&[event]).await.unwrap_err().code, "foreign_log");
}

#[tokio::test]
async fn a_code_serves_once_for_ten_minutes_and_dies_of_wrong_tries() {
    let hub = TestHub::new().await;
    let mut tx = hub.app.db.read().await.unwrap();
    let all: Vec<_> = tills::all(&mut tx).await.unwrap().into_iter().map(|till| till.id).collect();
    drop(tx);
    let ask = async |code: &str| -> Result<EnrolReply, Problem> {
        hub.post("/sync/v1/enrol", &EnrolRequest { code: code.to_owned(), keys: vec![] }).await
    };
    let code = tills::make_code(&hub.app, "test", &all).await.unwrap();
    assert_eq!(ask(&code.to_lowercase()).await.unwrap().tills.len(), 2);
    hub.app.clock.advance(Duration::minutes(10));
    assert_eq!(ask(&code).await.unwrap_err().code, "wrong_code");
    let code = tills::make_code(&hub.app, "test", &all).await.unwrap();
    for _ in 0..4 {
        assert_eq!(ask("AAAAAAAA").await.unwrap_err().status, 401);
    }
    assert_eq!(ask(&code).await.unwrap_err().code, "wrong_code");
}

#[tokio::test]
async fn a_relogged_event_is_known_and_its_chain_holds() {
    let hub = TestHub::new().await;
    let mut till = open_till(&hub).await;
    let event = till.sale(&Ticket::sold(1, None, 100).sale());
    till.push(std::slice::from_ref(&event)).await.unwrap();
    till.log = domain::ids::LogId::new(2, [2; 10]);
    till.head = Head::EMPTY;
    let again = Envelope::parse(&event).unwrap().relog(till.log, till.head).unwrap();
    let events = [till.advance(again.bytes), till.sale(&Ticket::sold(2, None, 100).sale())];
    let reply = till.push(&events).await.unwrap();
    assert_eq!(codes(&reply), [Disposition::Duplicate, Disposition::Applied]);
    must_hold(&hub).await;
}

#[tokio::test]
async fn every_route_but_the_public_ones_turns_strangers_away() {
    let hub = TestHub::new().await;
    let (_, _, routes) = crate::app::routes(hub.app.clone());
    assert!(routes.len() > 5);
    for route in routes.iter().filter(|route| !matches!(route.need, Need::Public | Need::Secret)) {
        let path = route.path.replace(['{', '}'], "");
        for method in ["GET", "POST"] {
            let request = Request::builder().method(method).uri(&path).body(HttpBody::empty()).unwrap();
            let (status, _) = hub.send(request).await;
            let turned_away = [
                StatusCode::UNAUTHORIZED,
                StatusCode::FORBIDDEN,
                StatusCode::SEE_OTHER,
                StatusCode::METHOD_NOT_ALLOWED,
            ];
            assert!(turned_away.contains(&status), "{method} {path}: {status}");
        }
    }
}
