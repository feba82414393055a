//! Points that tills spend while they are alone.

use super::*;
use crate::stories::on_both;
use crate::world::databases::Kind;

on_both!(two_tills_within_the_balance_leave_nothing, two_tills_beyond_the_balance_leave_a_debt);

fn capped(cap: i64) -> Programme {
    let redemption = rules().redemption.map(|rule| Redemption { offline_cap: Points(cap), ..rule });
    Programme { redemption, ..rules() }
}

/// Balance 100, cap 50: 50 at either of two tills that do not hear each other.
async fn two_tills_within_the_balance_leave_nothing(kind: Kind) {
    let spends = |n| ring(n, [sold("b", 1, 5_000)]).spends(5_000, offline(10_000, 0)).shows(0, 0);
    let rings = [ring(1, [sold("a", 1, 10_000)]).shows(10_000, 0), spends(2), spends(3)];
    let ends = Figures { earned: 10_000, burned: 10_000, ..Figures::default() };
    Example::of(capped(5_000), rings).ends(ends).holds(kind).await;
    assert_eq!(refusal(&capped(5_000), 5_100, offline(10_000, 0), 6_000), Some("redeem_offline_cap"));
}

/// Cap 80: both take 80, the hub takes both, and 60 are owed.
async fn two_tills_beyond_the_balance_leave_a_debt(kind: Kind) {
    let spends = |n| ring(n, [sold("b", 1, 8_000)]).spends(8_000, offline(10_000, 0)).shows(0, 0);
    let rings = [ring(1, [sold("a", 1, 10_000)]).shows(10_000, 0), spends(2), spends(3)];
    let ends = Figures { balance: -6_000, debt: 6_000, earned: 10_000, burned: 16_000, ..Figures::default() };
    Example::of(capped(8_000), rings).ends(ends).holds(kind).await;
}

/// A snapshot of 8 days where 7 are the limit; one of 7 will do.
#[test]
fn a_snapshot_that_is_too_old_pays_nothing() {
    assert_eq!(refusal(&rules(), 5_000, offline(10_000, 8), 5_000), Some("redeem_snapshot_old"));
    assert_eq!(refusal(&rules(), 5_000, offline(10_000, 7), 5_000), None);
}

/// Nobody spends what they have not.
#[test]
fn without_a_balance_nothing_is_spent() {
    assert_eq!(refusal(&rules(), 5_000, online(4_900), 5_000), Some("redeem_balance"));
    assert_eq!(refusal(&rules(), 100, online(-6_000), 5_000), Some("redeem_balance"));
}
