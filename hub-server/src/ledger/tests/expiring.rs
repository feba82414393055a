//! Points that end, on a real database, in any order of arrival.

use chrono::Duration;
use domain::points::{EndOf, Expiry, Programme};
use proptest::prelude::*;
use proptest::sample::Index;

use super::spending::{after_under, both_orders, by_days, month};
use super::*;
use crate::ledger::rules::{PostingKind, When, expires_on};

/// Points that live for three days.
fn short() -> Programme {
    let expiry = Some(Expiry { days: 3, end_of: EndOf::Day, grace_days: 2 });
    Programme { version: 2, expiry, ..Programme::starter(NaiveDate::default()) }
}

/// Goods without a receipt take their points from what lives on their day. The lot of four days before does not,
/// whichever of the two is heard of first.
#[tokio::test]
async fn what_is_taken_back_later_is_not_taken_from_a_lot_that_had_ended() {
    let sold = sale(1, LineKind::Sale, 1, 10_000, None);
    let mut loose = SaleDraft::from(sale(2, LineKind::Return, 1, 5_000, None));
    loose.occurred_at += Duration::hours(4);
    let loose = by_days(&Sale::close(loose).unwrap(), 1);
    let plain = after_under(&[short()], &[vec![&sold], vec![&loose]]).await;
    assert_eq!((plain.sums, plain.left()), ((5_000, 5_000, 0), 10_000));
    for batches in [vec![vec![&loose], vec![&sold]], vec![vec![&loose, &sold]]] {
        assert_eq!(after_under(&[short()], &batches).await, plain);
    }
}

/// Of an account that only ever earned, so that no replay looks at it: a lot's day is moved, then taken away, and
/// `check` computes the right one.
pub(super) async fn a_moved_day_is_found(
    rules: &Programme,
    move_it: &'static str,
    to: &str,
    (check, computed): (&str, &str),
) {
    let (db, _folder) = hub().await;
    let mut tx = db.begin().await.unwrap();
    let sold = sale(1, LineKind::Sale, 1, 10_000, None);
    add_programme(&mut tx, rules, DateTime::UNIX_EPOCH).await.unwrap();
    write_rows(&mut tx, &sold).await;
    post_sales(&mut tx, &[SaleJob { sale: &sold, account: Some(account()) }], DateTime::UNIX_EPOCH)
        .await
        .unwrap();
    assert_eq!(verify(&mut tx).await.unwrap().differences, []);
    for (date, kept) in [(Some(to), to), (None, "never")] {
        let date: Option<NaiveDate> = date.map(|date| date.parse().unwrap());
        on!(&mut tx, c => query(move_it).bind(date).execute(c).await.map(|_| ())).unwrap();
        let found = verify(&mut tx).await.unwrap().differences;
        let found: Vec<_> = found.iter().map(|d| (d.check, d.kept.as_str(), d.computed.as_str())).collect();
        assert_eq!(found, [(check, kept, computed)]);
    }
}

#[tokio::test]
async fn a_lot_that_ends_on_another_day_is_found() {
    let found = ("lot_ends_by_programme", "2026-03-04");
    a_moved_day_is_found(&short(), "update lot set expires_on = $1", "2026-03-05", found).await;
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Lots end between the sales, and still nothing asks what arrived first.
    #[test]
    fn every_order_of_arrival_ends_in_the_same_state_where_points_end(
        sales in month(),
        picks in prop::collection::vec(any::<Index>(), 40),
        sizes in prop::collection::vec(1_usize..4, 40),
    ) {
        let sales: Vec<Sale> = sales.iter().map(|sale| by_days(sale, 1)).collect();
        let (plain, other) = both_orders(&short(), &sales, &picks, &sizes);
        prop_assert_eq!(other, plain);
    }
}

/// In Bogotá the next evening is the day after next by the clock of Greenwich; in Sydney it is the same morning.
#[test]
fn what_comes_on_the_next_day_is_in_time_in_every_zone() {
    let mut programme = Programme::starter(NaiveDate::default());
    programme.expiry = Some(Expiry { days: 30, end_of: EndOf::Day, grace_days: 30 });
    let last_day = |occurred: &str, posted: &str| {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let when = When {
            business_date: "2026-03-01".parse().unwrap(),
            occurred_at: at(occurred),
            posted_at: at(posted),
        };
        expires_on(PostingKind::Earn, Some(&programme), when).unwrap().to_string()
    };
    for (occurred, posted, wanted) in [
        ("2026-03-01T23:00:00-05:00", "2026-03-02T19:30:00-05:00", "2026-03-31"),
        ("2026-03-01T00:10:00-05:00", "2026-03-02T23:50:00-05:00", "2026-03-31"),
        ("2026-03-01T09:00:00+11:00", "2026-03-02T23:59:00+11:00", "2026-03-31"),
        ("2026-03-01T09:00:00+11:00", "2026-03-03T09:00:00+11:00", "2026-04-02"),
        ("2026-03-01T23:00:00-05:00", "2026-03-03T23:00:00-05:00", "2026-04-02"),
        // A till whose clock is ahead.
        ("2026-03-05T09:00:00Z", "2026-03-01T09:00:00Z", "2026-03-31"),
    ] {
        assert_eq!(last_day(occurred, posted), wanted, "{occurred} {posted}");
    }
}
