//! Points down to the hundredth, and the last point that pays less.

use domain::points::Rate;

use super::*;
use crate::stories::on_both;
use crate::world::databases::Kind;

on_both!(
    a_rule_rounds_down_once_per_ticket,
    three_lines_keep_their_hundredths,
    hundredths_add_up_exactly,
    the_last_point_pays_what_is_left,
    points_of_ten_pay_a_ticket_with_two,
);

fn paying(points: i64, money: i64) -> Programme {
    let redemption = rules().redemption.map(|rule| Redemption { value: Value { points, money }, ..rule });
    Programme { redemption, ..rules() }
}

fn balance(balance: i64, burned: i64) -> Figures {
    Figures { balance, earned: balance + burned, burned, ..Figures::default() }
}

/// 105.00 at 1 for 10.00: 10.
async fn a_rule_rounds_down_once_per_ticket(kind: Kind) {
    let rules = Programme { decimals: 0, base: Rate { points: 100, per: 1_000 }, ..rules() };
    let sells = ring(1, [sold("a", 1, 10_500)]).shows(1_000, 0);
    Example::of(rules, [sells]).ends(balance(1_000, 0)).holds(kind).await;
}

/// Three lines of 3.33 at 1 for 1.00: 9.99.
async fn three_lines_keep_their_hundredths(kind: Kind) {
    let sells = ring(1, [sold("a", 1, 333), sold("b", 1, 333), sold("c", 1, 333)]).shows(999, 0);
    Example::of(rules(), [sells]).ends(balance(999, 0)).holds(kind).await;
}

/// 267.39 and 0.89 are 268.28.
async fn hundredths_add_up_exactly(kind: Kind) {
    let first = ring(1, [sold("a", 1, 26_739)]).shows(26_739, 0);
    let second = ring(2, [sold("b", 1, 89)]).shows(89, 0);
    Example::of(rules(), [first, second]).ends(balance(26_828, 0)).holds(kind).await;
    assert_eq!(Points(26_828).to_string(), "268.28");
}

/// 100.60 with points of 0.25: 403 pay all of it, 402 and 0.10 too; 290 of 0.10 are 29.00.
async fn the_last_point_pays_what_is_left(kind: Kind) {
    let rules = paying(100, 25);
    let start = || ring(1, [sold("start", 1, 100_000)]).shows(100_000, 0);
    let whole = ring(2, [sold("a", 1, 10_060)]).spends(40_300, online(100_000)).shows(0, 0);
    let part = ring(2, [sold("a", 1, 10_060)]).spends(40_200, online(100_000)).shows(10, 0);
    let with_points = Example::of(rules.clone(), [start(), whole]);
    with_points.ends(balance(59_700, 40_300)).holds(kind).await;
    let with_cash = Example::of(rules.clone(), [start(), part]);
    with_cash.ends(balance(59_810, 40_200)).holds(kind).await;
    assert_eq!(refusal(&rules, 40_400, online(100_000), 10_060), Some("redeem_too_many"));
    let tenths = ring(2, [sold("a", 1, 2_900)]).spends(29_000, online(100_000)).shows(0, 0);
    Example::of(paying(100, 10), [start(), tenths]).ends(balance(71_000, 29_000)).holds(kind).await;
}

/// 30 points worth 10.00 each and 20.00 due: 2 are taken, not 30.
async fn points_of_ten_pay_a_ticket_with_two(kind: Kind) {
    let rules = paying(100, 1_000);
    let start = ring(1, [sold("start", 1, 3_000)]).shows(3_000, 0);
    let spends = ring(2, [sold("a", 1, 2_000)]).spends(200, online(3_000)).shows(0, 0);
    let ends = balance(2_800, 200);
    Example::of(rules.clone(), [start, spends]).ends(ends).holds(kind).await;
    assert_eq!(refusal(&rules, 3_000, online(3_000), 2_000), Some("redeem_too_many"));
}
