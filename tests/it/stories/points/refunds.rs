//! Goods that come back after their points were spent, in part, or for others.

use domain::points::{Multiplier, Rate};

use super::*;
use crate::stories::on_both;
use crate::world::databases::Kind;

on_both!(
    spent_points_go_back_whole_and_by_halves,
    a_return_after_spending_owes_and_the_next_earning_repays,
    each_line_takes_back_what_it_earned_itself,
    what_points_paid_is_not_taken_back_twice,
    three_thirds_are_the_whole,
    an_exchange_takes_back_and_gives_and_nets_nothing,
);

/// Start 200, earn 70, spend 150: 120; half of it back, -35 and +75: 160; all of it back: 200.
async fn spent_points_go_back_whole_and_by_halves(kind: Kind) {
    let start = || ring(1, [sold("start", 1, 20_000)]).shows(20_000, 0);
    let bought = || ring(2, [sold("a", 2, 11_000)]).spends(15_000, online(20_000)).shows(7_000, 0);
    let half = |n| ring(n, [back(2, 1, 1)]).shows(0, 3_500);
    let whole = ring(3, [back(2, 1, 2)]).shows(0, 7_000);
    let after = |balance, earned, burned| Figures { balance, earned, burned, ..Figures::default() };
    let spent = Example::of(rules(), [start(), bought()]);
    spent.ends(after(12_000, 27_000, 15_000)).holds(kind).await;
    let one = Example::of(rules(), [start(), bought(), half(3)]);
    one.ends(after(16_000, 23_500, 7_500)).holds(kind).await;
    let both = Example::of(rules(), [start(), bought(), half(3), half(4)]);
    both.ends(after(20_000, 20_000, 0)).holds(kind).await;
    let all = Example::of(rules(), [start(), bought(), whole]);
    all.ends(after(20_000, 20_000, 0)).holds(kind).await;
}

/// Earn 100, spend 60, all of it back: -60, 0 available; the next 100: 40.
async fn a_return_after_spending_owes_and_the_next_earning_repays(kind: Kind) {
    let earns = || ring(1, [sold("a", 1, 10_000)]).shows(10_000, 0);
    let spends = || ring(2, [sold("b", 1, 6_000)]).spends(6_000, online(10_000)).shows(0, 0);
    let returns = || ring(3, [back(1, 1, 1)]).shows(0, 10_000);
    let next = ring(4, [sold("a", 1, 10_000)]).shows(10_000, 0);
    let owes = Figures { balance: -6_000, debt: 6_000, burned: 6_000, ..Figures::default() };
    Example::of(rules(), [earns(), spends(), returns()]).ends(owes).holds(kind).await;
    let repaid = Figures { balance: 4_000, earned: 10_000, burned: 6_000, ..Figures::default() };
    Example::of(rules(), [earns(), spends(), returns(), next]).ends(repaid).holds(kind).await;
}

/// 40.00 of A, B and C: 40 for the money, 10 on A, 20 on B; C comes back: -20 and not its share of the 70.
async fn each_line_takes_back_what_it_earned_itself(kind: Kind) {
    let on = |line: &str, factor| Multiplier {
        name: line.to_owned(),
        product_lines: vec![line.to_owned()],
        factor,
    };
    let rules = Programme { multipliers: vec![on("a", 100), on("b", 200)], ..rules() };
    let sells = ring(1, [sold("a", 1, 1_000), sold("b", 1, 1_000), sold("c", 1, 2_000)]).shows(7_000, 0);
    let example = Example::of(rules, [sells, ring(2, [back(1, 3, 1)]).shows(0, 2_000)]);
    let ends = Figures { balance: 5_000, earned: 5_000, ..Figures::default() };
    example.ends(ends).posts([("earn", 7_000), ("reverse", -2_000)]).holds(kind).await;
}

/// Total 100, 40 of it by points, earned 60; half of it back: -30.
async fn what_points_paid_is_not_taken_back_twice(kind: Kind) {
    let start = ring(1, [sold("start", 1, 4_000)]).shows(4_000, 0);
    let bought = ring(2, [sold("a", 2, 5_000)]).spends(4_000, online(4_000)).shows(6_000, 0);
    let half = ring(3, [back(2, 1, 1)]).shows(0, 3_000);
    let ends = Figures { balance: 5_000, earned: 7_000, burned: 2_000, ..Figures::default() };
    let entries = [("burn", -4_000), ("burn", 2_000), ("earn", 4_000), ("earn", 6_000), ("reverse", -3_000)];
    Example::of(rules(), [start, bought, half]).ends(ends).posts(entries).holds(kind).await;
}

/// 100 points of three pieces: 33.33, 33.33 and 33.34.
async fn three_thirds_are_the_whole(kind: Kind) {
    let rules = Programme { base: Rate { points: 10_000, per: 30_000 }, ..rules() };
    let third = |n, points| ring(n, [back(1, 1, 1)]).shows(0, points);
    let rings =
        [ring(1, [sold("a", 3, 10_000)]).shows(10_000, 0), third(2, 3_333), third(3, 3_333), third(4, 3_334)];
    let entries = [("earn", 10_000), ("reverse", -3_333), ("reverse", -3_333), ("reverse", -3_334)];
    Example::of(rules, rings).ends(Figures::default()).posts(entries).holds(kind).await;
}

/// Two pens that earned 20 come back for two others, 20 points for 20.00: -20 and +20 on one receipt.
async fn an_exchange_takes_back_and_gives_and_nets_nothing(kind: Kind) {
    let rules = Programme { decimals: 0, base: Rate { points: 2_000, per: 2_000 }, ..rules() };
    let bought = ring(1, [sold("pen", 2, 1_000)]).shows(2_000, 0);
    let exchanged = ring(2, [back(1, 1, 2), sold("pen", 2, 1_000)]).shows(2_000, 2_000);
    let ends = Figures { balance: 2_000, earned: 2_000, ..Figures::default() };
    let entries = [("earn", 2_000), ("earn", 2_000), ("reverse", -2_000)];
    Example::of(rules, [bought, exchanged]).ends(ends).posts(entries).holds(kind).await;
}
