//! Gifts and their limits on a real database.

use domain::money::Points;
use domain::points::{Gift, GiftLimit, GiftPeriod};
use domain::sale::{Sale, Tender, TenderKind};
use domain::snapshot::{Change, GIFT_GONE};

use super::*;
use crate::catalogue::feed::{Reader, feed};
use crate::testing::{TestHub, Ticket};

const CARD: &str = "2990000010421";

/// The line of a ticket for 100 points, taken or given back.
fn as_gift(ticket: &Ticket) -> Sale {
    let mut draft = ticket.draft();
    let amount = draft.tenders[0].amount;
    let points = if amount.0 < 0 { Points(-10_000) } else { Points(10_000) };
    let origin = ticket.origin.map(|n| domain::ids::SaleId::new(i64::from(n), [n; 10]));
    let tender = Tender::new(TenderKind::Points, amount);
    draft.tenders = vec![Tender { points: Some(points), gift: Some(1), origin, ..tender }];
    Sale::close(draft).unwrap()
}

/// Milk for 100 points: once a month for a member, and twice in all.
async fn hub_with_limits() -> TestHub {
    let hub = TestHub::new().await;
    hub.member("M1", CARD).await;
    let limit = |times, per| Some(GiftLimit { times, per });
    let gift = Gift {
        per_member: limit(1, GiftPeriod::Month),
        in_total: limit(2, GiftPeriod::Ever),
        ..Gift::new("leche".parse().unwrap(), Points(10_000))
    };
    let starter = Programme::starter(NaiveDate::default());
    let rules = Programme { version: 2, gifts: vec![gift], ..starter };
    let mut tx = hub.app.db.begin().await.unwrap();
    ledger::add_programme(&mut tx, &rules, hub.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    hub
}

#[tokio::test]
async fn what_was_too_many_is_found_and_is_not_once_it_came_back() {
    let hub = hub_with_limits().await;
    let mut till = hub.enrol("centro", 1).await;
    till.open().await.unwrap();
    let tell = async || tell_tills(&hub.app.db, hub.app.clock.now()).await.unwrap();
    let found = async || {
        let mut tx = hub.app.db.read().await.unwrap();
        let found = too_many(&mut tx).await.unwrap();
        found
            .into_iter()
            .map(|(handed, beyond)| (handed.receipt_no, beyond.member.is_some()))
            .collect::<Vec<_>>()
    };
    assert_eq!((tell().await, found().await), (0, vec![]));
    let events = [1, 2].map(|n| till.sale(&as_gift(&Ticket::sold(n, Some(CARD), 1_000))));
    till.push(&events).await.unwrap();
    assert_eq!(found().await, [(2, true)], "both sales count, and one gift was too many");
    assert_eq!((tell().await, tell().await), (1, 0), "two of two are gone, said once");
    let gone = async |after: i64| {
        let mut tx = hub.app.db.read().await.unwrap();
        let part = feed(&mut tx, after, 100, Reader { kinds: &[GIFT_GONE], tills: &[] }).await.unwrap();
        let said = part.changes.into_iter().filter_map(|change| match change {
            Change::GiftGone(row) => Some((row.sku.to_string(), row.gone, row.until)),
            _ => None,
        });
        (said.collect::<Vec<_>>(), part.cursor)
    };
    let (said, cursor) = gone(0).await;
    assert_eq!(said, [("leche".to_owned(), true, None)]);
    let back = till.sale(&as_gift(&Ticket::returned(3, Some(CARD), 1_000, Some(2))));
    till.push(&[back]).await.unwrap();
    let earlier = hub.app.clock.now() - chrono::TimeDelta::days(1);
    let told = tell_tills(&hub.app.db, earlier).await.unwrap();
    assert_eq!((found().await, told), (vec![], 1), "a clock that went back keeps nothing to itself");
    assert_eq!(gone(cursor).await.0, [("leche".to_owned(), false, None)]);
}

#[tokio::test]
async fn the_snapshot_says_how_often_a_member_had_a_gift() {
    let hub = hub_with_limits().await;
    let mut till = hub.enrol("centro", 1).await;
    till.open().await.unwrap();
    let sale = till.sale(&as_gift(&Ticket::sold(1, Some(CARD), 1_000)));
    till.push(&[sale]).await.unwrap();
    let now = hub.app.clock.now();
    crate::insights::jobs::refresh(&hub.app.db, now, &|_| None).await.unwrap();
    let mut tx = hub.app.db.read().await.unwrap();
    let part = feed(&mut tx, 0, 1_000, Reader::default()).await.unwrap();
    let mut rows = part.changes.into_iter().filter_map(|change| match change {
        Change::Member(row) => Some((row.account, row.gifts)),
        _ => None,
    });
    let (account, gifts) = rows.next_back().unwrap();
    let on: NaiveDate = "2026-03-01".parse().unwrap();
    let had = GiftCount { on, day: 1, month: 1, ever: 1, day_before: 0, month_before: 0 };
    assert_eq!(gifts, [GiftRow { sku: "leche".parse().unwrap(), had }]);
    let programmes = ledger::programmes(&mut tx).await.unwrap();
    let limited = async |tx: &mut Tx, day: &str| {
        at_their_limit(tx, account, &programmes[1], day.parse().unwrap()).await.unwrap().len()
    };
    assert_eq!((limited(&mut tx, "2026-03-31").await, limited(&mut tx, "2026-04-01").await), (1, 0));
}

#[tokio::test]
async fn limited_gifts_are_counted_from_the_first_day_of_their_period() {
    let hub = hub_with_limits().await;
    let mut till = hub.enrol("centro", 1).await;
    till.open().await.unwrap();
    let events = [1, 2].map(|n| till.sale(&as_gift(&Ticket::sold(n, Some(CARD), 1_000))));
    till.push(&events).await.unwrap();
    let mut tx = hub.app.db.read().await.unwrap();
    let skus: [Sku; 2] = ["leche".parse().unwrap(), "cafe".parse().unwrap()];
    let on: NaiveDate = "2026-03-01".parse().unwrap();
    let wanted = [(skus[0].clone(), on, 2)];
    assert_eq!(store::handed_of(&mut tx, &skus, None).await.unwrap(), wanted);
    assert_eq!(store::handed_of(&mut tx, &skus, Some(on)).await.unwrap(), wanted);
    assert!(store::handed_of(&mut tx, &skus, on.succ_opt()).await.unwrap().is_empty());
}
