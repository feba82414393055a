//! Points that can be spent only later, on a real database, in any order of arrival.

use domain::points::{EndOf, Expiry, Programme};
use proptest::prelude::*;
use proptest::sample::Index;

use super::expiring::a_moved_day_is_found;
use super::spending::{both_orders, by_days, month};
use super::*;

/// Points that can be spent from the second day after the sale on, to the fourth.
fn waiting() -> Programme {
    let expiry = Some(Expiry { days: 4, end_of: EndOf::Day, grace_days: 2 });
    Programme { version: 2, vest_days: 2, expiry, ..Programme::starter(NaiveDate::default()) }
}

#[tokio::test]
async fn a_lot_that_vests_on_another_day_is_found() {
    let rules = Programme { expiry: None, ..waiting() };
    let found = ("lot_vests_by_programme", "2026-03-03");
    a_moved_day_is_found(&rules, "update lot set vests_on = $1", "2026-03-02", found).await;
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
