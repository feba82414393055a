//! The books of histories of any kind, and of a hub.

use domain::money::{Money, Points};
use domain::points::{Caps, Expiry, Programme, Redemption, Value};
use domain::sale::{Sale, Tender, TenderKind};
use proptest::prelude::*;

use super::rules::{Booked, Sums, journal, month_after, month_of, months};
use super::*;
use crate::ledger::History;
use crate::testing::{TestHub, TestTill, Ticket};

const CARD: &str = "2990000010421";

/// A point for 1.00 pays 0.10.
fn rules(day_cap: Option<i64>) -> Programme {
    let redemption = Redemption {
        value: Value { points: 100, money: 10 },
        step: Points::ONE,
        minimum: Points::ZERO,
        offline_cap: Points(1_000_000),
        offline_days: 7,
        offline_redemptions: None,
    };
    let caps = day_cap.map(|day| Caps { ticket: None, day: Some(Points(day)) });
    Programme { caps, redemption: Some(redemption), ..Programme::starter(NaiveDate::default()) }
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn booked(books: &Books<'_>, history: &History) -> Booked {
    let mut booked = Booked::new();
    books.book(history, &mut booked).unwrap();
    booked.retain(|_, sums| *sums != Sums::default());
    booked
}

proptest! {
    /// Whatever is heard of whenever: the books of a month that is closed are those that were made when it closed; in
    /// the end all is booked once; and the journal of it balances.
    #[test]
    fn what_is_closed_stays_and_nothing_is_lost(history in History::any(), first in 1_u32..4, cap in prop::option::of(1_i64..300)) {
        let programmes = [rules(cap)];
        let estimates = [Estimate { valid_from: date("1970-01-01"), redeemed: 8_500 }];
        let first = date(&format!("1970-0{first}-01"));
        let at = |today| Books { programmes: &programmes, estimates: &estimates, first, today };
        let end = date("1971-06-30");
        let last = booked(&at(end), &history);
        for n in 1..10 {
            let month = date(&format!("1970-0{n}-01"));
            let closed = closes(month.max(first));
            let then = booked(&at(closed.date_naive()), &history.as_known(closed));
            let until = |booked: &Booked| -> Booked {
                booked.iter().filter(|((on, _), _)| *on <= month).map(|(key, sums)| (*key, *sums)).collect()
            };
            prop_assert_eq!(until(&then), until(&last), "{}", month);
        }
        // A hub that was set up in the end knows everything when it closes its first month.
        let at_once = booked(&Books { first: month_of(end), ..at(end) }, &history);
        let by_cohort = |booked: &Booked| {
            let mut all: std::collections::BTreeMap<NaiveDate, Sums> = std::collections::BTreeMap::new();
            for ((_, cohort), sums) in booked {
                let sum = all.entry(*cohort).or_default();
                *sum = sum.plus(*sums).unwrap();
            }
            all.retain(|_, sums| *sums != Sums::default());
            all
        };
        prop_assert_eq!(by_cohort(&last), by_cohort(&at_once));
        let all = months(&last, &estimates, month_of(end)).unwrap();
        for m in &all {
            prop_assert_eq!(m.opening.0 + m.deferred.0 + m.goodwill.0 - m.taken_back.0 - m.redeemed.0 - m.expired.0, m.closing.0);
        }
        prop_assert!(all.windows(2).all(|pair| pair[0].closing == pair[1].opening));
        let rows = journal(&all).unwrap();
        let debit: i64 = rows.iter().map(|row| row.debit.0).sum();
        prop_assert_eq!(debit, rows.iter().map(|row| row.credit.0).sum::<i64>());
    }
}

async fn hub() -> TestHub {
    let hub = TestHub::new().await;
    hub.member("M1", CARD).await;
    let now = hub.app.clock.now();
    let mut tx = hub.app.db.begin().await.unwrap();
    let expiry = Some(Expiry { days: 60, end_of: domain::points::EndOf::Day, grace_days: 30 });
    let programme = Programme { version: 2, valid_from: date("2026-01-01"), expiry, ..rules(None) };
    ledger::add_programme(&mut tx, &programme, now).await.unwrap();
    let estimate = Estimate { valid_from: date("2026-01-01"), redeemed: 8_500 };
    add_estimate(&mut tx, estimate, now).await.unwrap();
    tx.commit().await.unwrap();
    hub
}

/// 1,000 points are given for nothing in March: worth 100.00, of which 85 % are expected to be redeemed. Half of them were
/// a mistake and are taken again; 100 of those that are left pay, the rest ends. All that they cost is released.
#[tokio::test]
async fn what_is_given_by_hand_is_a_cost_and_is_released_like_the_rest() {
    use crate::ledger::adjustments::{Ask, Asked, Cause, Limits, ask};
    let hub = hub().await;
    let now = hub.app.clock.now();
    let mut tx = hub.app.db.begin().await.unwrap();
    let account = crate::members::by_code(&mut tx, &"M1".parse().unwrap()).await.unwrap().unwrap().account;
    let limits = Limits { alone: Points(1_000_000), days: 7 };
    let mut goodwill = vec![];
    for (n, points) in [(1_u8, 100_000), (2, -50_000)] {
        let asked = Ask {
            id: domain::ids::EntryId::new(i64::from(n), [n; 10]),
            account,
            points: Points(points),
            cause: Cause::Goodwill,
            note: "bread twice".to_owned(),
            sale: None,
            by: "ana".to_owned(),
        };
        let done = ask(&mut tx, &asked, limits, date("2026-03-02"), now).await.unwrap();
        assert_eq!(done, Asked::Posted);
        let month = report(&mut tx, now).await.unwrap().months[0];
        assert_eq!((month.deferred, month.taken_back), (Money::ZERO, Money::ZERO), "no sale's");
        assert_eq!(month.goodwill, month.closing);
        goodwill.push(month.goodwill.0);
    }
    tx.commit().await.unwrap();
    assert_eq!(goodwill, [8_500, 4_250]);
    let mut till = hub.enrol("centro", 7).await;
    till.open().await.unwrap();
    let mut paid = on("2026-03-03", Ticket::sold(2, Some(CARD), 1_000)).draft();
    paid.tenders =
        vec![Tender { points: Some(Points(10_000)), ..Tender::new(TenderKind::Points, Money(1_000)) }];
    push(&mut till, &Sale::close(paid).unwrap()).await;
    // 100 of the 425 that are expected.
    assert_eq!(figures(&hub).await[0].1, [0, 0, 0, 1_000, 0, 3_250]);
    hub.app.clock.advance(chrono::Duration::days(100));
    let mut tx = hub.app.db.read().await.unwrap();
    let all = report(&mut tx, hub.app.clock.now()).await.unwrap();
    assert_eq!(all.months.last().unwrap().closing, Money::ZERO);
    let sum = |account| -> i64 {
        all.journal.iter().filter(|row| row.account == account).map(|row| row.debit.0 - row.credit.0).sum()
    };
    let sums = [Account::PointsGoodwill, Account::Sales, Account::PointsLiability].map(sum);
    assert_eq!(sums, [4_250, 0, 0]);
}

async fn push(till: &mut TestTill<'_>, sale: &Sale) {
    let event = till.sale(sale);
    till.push(&[event]).await.unwrap();
}

/// Month, opening, deferred, taken back, redeemed, expired, closing, and whether it is open.
async fn figures(hub: &TestHub) -> Vec<(String, [i64; 6], bool)> {
    let mut tx = hub.app.db.read().await.unwrap();
    let report = report(&mut tx, hub.app.clock.now()).await.unwrap();
    let sums =
        |m: &Month| [m.opening.0, m.deferred.0, m.taken_back.0, m.redeemed.0, m.expired.0, m.closing.0];
    report.months.iter().map(|m| (month_text(m.month), sums(m), report.is_open(m.month))).collect()
}

fn on(day: &'static str, ticket: Ticket) -> Ticket {
    Ticket { date: day, ..ticket }
}

/// IFRS 15 on a hub: 2,000.00 earn 2,000 points worth 0.10 each, of which 85 % are expected to be redeemed. Half of them
/// pay a ticket, the rest ends; a sale of the closed month arrives in the next but one.
#[tokio::test]
async fn a_sale_of_a_closed_month_is_in_the_one_that_heard_of_it() {
    let hub = hub().await;
    let mut till = hub.enrol("centro", 7).await;
    till.open().await.unwrap();
    push(&mut till, &Ticket::sold(1, Some(CARD), 200_000).sale()).await;
    let mut paid = on("2026-03-02", Ticket::sold(2, Some(CARD), 10_000)).draft();
    paid.tenders =
        vec![Tender { points: Some(Points(100_000)), ..Tender::new(TenderKind::Points, Money(10_000)) }];
    push(&mut till, &Sale::close(paid).unwrap()).await;
    let march = [0, 15_668, 0, 9_216, 0, 6_452];
    assert_eq!(figures(&hub).await, [("2026-03".to_owned(), march, true)]);
    hub.app.clock.advance(chrono::Duration::days(40));
    till.at += chrono::Duration::days(40);
    let quiet = ("2026-04".to_owned(), [6_452, 0, 0, 0, 0, 6_452], true);
    assert_eq!(figures(&hub).await, [("2026-03".to_owned(), march, false), quiet]);
    push(&mut till, &on("2026-03-05", Ticket::sold(3, Some(CARD), 200_000)).sale()).await;
    push(&mut till, &on("2026-04-05", Ticket::returned(4, Some(CARD), 200_000, Some(1))).sale()).await;
    // What is left of the first sale's points goes back with half of its money; the other half of the points are taken
    // from the late sale's, which counts as redeeming them.
    let april = figures(&hub).await[1].clone();
    assert_eq!(april.0, "2026-04");
    assert_eq!(april.1[1..3], [15_668, 7_834]);
    assert_eq!(figures(&hub).await[0], ("2026-03".to_owned(), march, false), "closed");
    hub.app.clock.advance(chrono::Duration::days(40));
    let all = figures(&hub).await;
    assert_eq!(all[1].1, april.1, "closed");
    assert_eq!(all[2].1[5], 0, "everything has ended: {all:?}");
    let by: i64 = all
        .iter()
        .map(|(_, [_, deferred, back, redeemed, expired, _], _)| deferred - back - redeemed - expired)
        .sum();
    assert_eq!(by, 0);
}

/// A card that paid on 30 March is reported in April as lost since the 29th: the points are back in what is owed from the
/// month on that heard of it, and March stays as it was.
#[tokio::test]
async fn a_card_reported_after_a_month_closed_moves_no_closed_month() {
    let hub = hub().await;
    let mut till = hub.enrol("centro", 7).await;
    till.open().await.unwrap();
    push(&mut till, &Ticket::sold(1, Some(CARD), 200_000).sale()).await;
    let mut paid = on("2026-03-30", Ticket::sold(2, Some(CARD), 10_000)).draft();
    paid.tenders =
        vec![Tender { points: Some(Points(100_000)), ..Tender::new(TenderKind::Points, Money(10_000)) }];
    hub.app.clock.advance(chrono::Duration::days(29));
    till.at += chrono::Duration::days(29);
    push(&mut till, &Sale::close(paid).unwrap()).await;
    hub.app.clock.advance(chrono::Duration::days(11));
    let before = figures(&hub).await;
    assert_eq!((before[0].2, before[0].1[3]), (false, 9_216), "closed, and redeemed in March: {before:?}");
    let report = crate::members::cards::Report {
        card: CARD.parse().unwrap(),
        state: domain::card::CardState::Lost,
        since: "2026-03-29T10:00:00-05:00".parse().unwrap(),
        reason: "called the desk".to_owned(),
        replacement: None,
        by: "servicio".to_owned(),
    };
    crate::intake::cards::report_one(&hub.app, &report).await.unwrap();
    let after = figures(&hub).await;
    assert_eq!(after[0], before[0], "closed");
    assert_eq!(after[1].1[3], -9_216, "what the member did not redeem is owed again: {after:?}");
    let balanced =
        |(_, [opening, deferred, back, redeemed, expired, closing], _): &(String, [i64; 6], bool)| {
            opening + deferred - back - redeemed - expired == *closing
        };
    assert!(after.iter().all(balanced), "{after:?}");
}

/// Points of two months pay one ticket, whose half comes back when both lots have ended: one lot of grace stands for
/// them, and when that has ended nothing is owed of any month.
#[tokio::test]
async fn points_that_come_back_of_ended_lots_are_owed_for_no_month_for_ever() {
    let hub = hub().await;
    let mut till = hub.enrol("centro", 7).await;
    till.open().await.unwrap();
    push(&mut till, &Ticket::sold(1, Some(CARD), 200_000).sale()).await;
    push(&mut till, &on("2026-04-05", Ticket::sold(2, Some(CARD), 200_000)).sale()).await;
    let mut paid = on("2026-04-10", Ticket::sold(3, Some(CARD), 40_000)).draft();
    paid.tenders =
        vec![Tender { points: Some(Points(400_000)), ..Tender::new(TenderKind::Points, Money(40_000)) }];
    push(&mut till, &Sale::close(paid).unwrap()).await;
    let mut back = on("2026-06-20", Ticket::returned(4, Some(CARD), 20_000, Some(3))).draft();
    let spent = Tender::new(TenderKind::Points, Money(-20_000));
    back.tenders = vec![Tender {
        points: Some(Points(-200_000)),
        origin: Some(domain::ids::SaleId::new(3, [3; 10])),
        ..spent
    }];
    push(&mut till, &Sale::close(back).unwrap()).await;
    hub.app.clock.advance(chrono::Duration::days(200));
    let all = figures(&hub).await;
    let outstanding = {
        let mut tx = hub.app.db.read().await.unwrap();
        report(&mut tx, hub.app.clock.now()).await.unwrap().months.last().unwrap().outstanding
    };
    assert_eq!((all.last().unwrap().1[5], outstanding), (0, Points::ZERO), "{all:?}");
}

#[tokio::test]
async fn an_estimate_moves_no_closed_month() {
    let hub = hub().await;
    hub.app.clock.advance(chrono::Duration::days(70));
    let now = hub.app.clock.now();
    let mut tx = hub.app.db.begin().await.unwrap();
    let mut refused = vec![];
    for (from, redeemed) in
        [("2026-05-01", 10_001), ("2026-05-02", 9_000), ("2026-01-01", 9_000), ("2026-04-01", 9_000)]
    {
        let estimate = Estimate { valid_from: date(from), redeemed };
        refused.push(add_estimate(&mut tx, estimate, now).await.unwrap_err().to_string());
    }
    assert_eq!(
        refused,
        [
            "between 0 and 100 % of points can be redeemed",
            "an estimate begins with a month: on its first day",
            "there is an estimate from 2026-01-01 on: the next one begins after it",
            "that month is closed: what it said stays, so the estimate begins in 2026-05-01 or later",
        ]
    );
    let estimate = Estimate { valid_from: date("2026-05-01"), redeemed: 9_000 };
    add_estimate(&mut tx, estimate, now).await.unwrap();
    assert_eq!(month_after(estimate.valid_from), Some(date("2026-06-01")));
}
