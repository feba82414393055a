//! Points that can be spent only later, on a real database, in any order of arrival.

use domain::points::{EndOf, Expiry, Programme};
use proptest::prelude::*;
use proptest::sample::Index;

use super::spending::{both_orders, by_days, month};
use super::*;

/// Points that can be spent from the second day after the sale on, to the fourth.
fn waiting() -> Programme {
    let expiry = Some(Expiry { days: 4, end_of: EndOf::Day, grace_days: 2 });
    Programme { version: 2, vest_days: 2, expiry, ..Programme::starter(NaiveDate::default()) }
}

/// Of an account that only ever earned: no replay looks at it.
#[tokio::test]
async fn a_lot_that_vests_on_another_day_is_found() {
    let (db, _folder) = hub().await;
    let mut tx = db.begin().await.unwrap();
    let sold = sale(1, LineKind::Sale, 1, 10_000, None);
    let rules = Programme { expiry: None, ..waiting() };
    add_programme(&mut tx, &rules, DateTime::UNIX_EPOCH).await.unwrap();
    write_rows(&mut tx, &sold).await;
    post_sales(&mut tx, &[SaleJob { sale: &sold, account: Some(account()) }], DateTime::UNIX_EPOCH)
        .await
        .unwrap();
    assert_eq!(verify(&mut tx).await.unwrap().differences, []);
    for (date, kept) in [(Some("2026-03-02"), "2026-03-02"), (None, "never")] {
        let date: Option<NaiveDate> = date.map(|date| date.parse().unwrap());
        on!(&mut tx, c => query("update lot set vests_on = $1").bind(date).execute(c).await.map(|_| ()))
            .unwrap();
        let found = verify(&mut tx).await.unwrap().differences;
        let found: Vec<_> = found.iter().map(|d| (d.check, d.kept.as_str(), d.computed.as_str())).collect();
        assert_eq!(found, [("lot_vests_by_programme", kept, "2026-03-03")]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Lots vest and end between the sales, and still nothing asks what arrived first.
    #[test]
    fn every_order_of_arrival_ends_in_the_same_state_where_points_wait(
        sales in month(),
        picks in prop::collection::vec(any::<Index>(), 40),
        sizes in prop::collection::vec(1_usize..4, 40),
    ) {
        let sales: Vec<Sale> = sales.iter().map(|sale| by_days(sale, 1)).collect();
        for rules in [waiting(), Programme { expiry: None, ..waiting() }] {
            let (plain, other) = both_orders(&rules, &sales, &picks, &sizes);
            prop_assert_eq!(other, plain);
        }
    }
}
