//! Goods that come back for the same goods, in and out of a week that gives three times the points.

use domain::points::{EarnRule, Gives, Only};
use pos_agent::checkout::basket::Event;

use super::*;
use crate::stories::on_both;
use crate::world::databases::Kind;

on_both!(
    an_even_exchange_in_a_bonus_week_gains_nothing,
    an_even_exchange_after_a_bonus_week_loses_nothing,
    what_is_more_than_was_brought_earns_and_what_is_less_is_taken_back,
    cheaper_pieces_and_keyed_prices_are_no_even_exchange,
    exchanged_goods_take_their_first_points_back,
    without_the_setting_an_exchange_earns_by_the_rules_of_its_day,
);

const WEEK: &str = "2026-03-09";

/// A point for 1.00, and three from the 9th to the 15th of March.
fn with_week(even_exchange: bool) -> Programme {
    let date = |date: &str| date.parse().ok();
    let only = Only { from: date(WEEK), until: date("2026-03-15"), ..Only::default() };
    let week = EarnRule { name: "week".to_owned(), gives: Gives::Factor(200), only };
    Programme { even_exchange, earn: vec![week], ..rules() }
}

fn example(rings: impl IntoIterator<Item = Ring>) -> Example {
    Example::of(with_week(true), rings).arrives("2026-03-20")
}

fn has(balance: i64) -> Figures {
    Figures { balance, earned: balance, ..Figures::default() }
}

/// Two pens, 20 points.
fn pens() -> Ring {
    ring(1, [sold("pen", 2, 1_000)]).shows(2_000, 0)
}

/// The abuse: 20 and not 60.
async fn an_even_exchange_in_a_bonus_week_gains_nothing(kind: Kind) {
    let evenly = ring(2, [back(1, 1, 2), sold("pen", 2, 1_000)]).on(WEEK).shows(0, 0);
    example([pens(), evenly]).ends(has(2_000)).posts([("earn", 2_000)]).holds(kind).await;
    // At another price as well: what is paid on top keeps no points and earns none.
    let dearer = ring(2, [sold("pen", 2, 1_500), back(1, 1, 2)]).on(WEEK).shows(0, 0);
    example([pens(), dearer]).ends(has(2_000)).posts([("earn", 2_000)]).holds(kind).await;
}

/// 60 stay, also when the goods are exchanged again.
async fn an_even_exchange_after_a_bonus_week_loses_nothing(kind: Kind) {
    let bought = ring(1, [sold("pen", 2, 1_000)]).on(WEEK).shows(6_000, 0);
    let evenly = |n, of| ring(n, [back(of, if of == 1 { 1 } else { 2 }, 2), sold("pen", 2, 1_000)]);
    let rings =
        [bought, evenly(2, 1).on("2026-03-16").shows(0, 0), evenly(3, 2).on("2026-03-17").shows(0, 0)];
    example(rings).ends(has(6_000)).posts([("earn", 6_000)]).holds(kind).await;
}

/// Two pens for three: the third earns 30. Three for two: the third's 10 are taken back. Other goods are no even exchange.
async fn what_is_more_than_was_brought_earns_and_what_is_less_is_taken_back(kind: Kind) {
    let more = ring(2, [back(1, 1, 2), sold("pen", 3, 1_000)]).on(WEEK).shows(3_000, 0);
    example([pens(), more]).ends(has(5_000)).posts([("earn", 2_000), ("earn", 3_000)]).holds(kind).await;
    let three = ring(1, [sold("pen", 3, 1_000)]).shows(3_000, 0);
    let fewer = ring(2, [back(1, 1, 3), sold("pen", 2, 1_000)]).on(WEEK).shows(0, 1_000);
    example([three, fewer]).ends(has(2_000)).posts([("earn", 3_000), ("reverse", -1_000)]).holds(kind).await;
    let other = ring(2, [back(1, 1, 2), sold("ruler", 2, 1_000)]).on(WEEK).shows(6_000, 2_000);
    let entries = [("earn", 2_000), ("earn", 6_000), ("reverse", -2_000)];
    example([pens(), other]).ends(has(6_000)).posts(entries).holds(kind).await;
}

/// Of three pens two were exchanged: they come back first, with the 20 of the first receipt; the third with its own 30.
/// Some are spent meanwhile, and all that is left comes back one by one.
async fn exchanged_goods_take_their_first_points_back(kind: Kind) {
    let exchanged = || ring(2, [back(1, 1, 2), sold("pen", 3, 1_000)]).on(WEEK).shows(3_000, 0);
    let one = |n, date: &str, points| ring(n, [back(2, 2, 1)]).on(date).shows(0, points);
    let first = || one(3, "2026-03-16", 1_000);
    example([pens(), exchanged(), first()]).ends(has(4_000)).holds(kind).await;
    let rest = || [one(4, "2026-03-17", 1_000), one(5, "2026-03-18", 3_000)];
    let [second, third] = rest();
    example([pens(), exchanged(), first(), second, third]).ends(Figures::default()).holds(kind).await;
    let [second, third] = rest();
    let spends = ring(6, [sold("ruler", 1, 1_500)]).on("2026-03-16").spends(1_500, online(4_000)).shows(0, 0);
    let owes = Figures { balance: -1_500, debt: 1_500, burned: 1_500, ..Figures::default() };
    example([pens(), exchanged(), first(), spends, second, third]).ends(owes).holds(kind).await;
}

/// Points would come out of nothing: 500 bought, and given back but for a cent.
async fn cheaper_pieces_and_keyed_prices_are_no_even_exchange(kind: Kind) {
    let cheaper = ring(2, [back(1, 1, 2), sold("pen", 2, 500)]).on(WEEK).shows(3_000, 2_000);
    let entries = [("earn", 2_000), ("earn", 3_000), ("reverse", -2_000)];
    example([pens(), cheaper]).ends(has(3_000)).posts(entries).holds(kind).await;
    let dearer = Event::Price { line: Some(2), price: Some(Money(3_000)) };
    let keyed = ring(2, [back(1, 1, 2), sold("pen", 2, 1_000)]).with(dearer).shows(6_000, 2_000);
    let entries = [("earn", 2_000), ("earn", 6_000), ("reverse", -2_000)];
    example([pens(), keyed]).ends(has(6_000)).posts(entries).holds(kind).await;
}

async fn without_the_setting_an_exchange_earns_by_the_rules_of_its_day(kind: Kind) {
    let exchanged = ring(2, [back(1, 1, 2), sold("pen", 2, 1_000)]).on(WEEK).shows(6_000, 2_000);
    let example = Example::of(with_week(false), [pens(), exchanged]).arrives("2026-03-20");
    let entries = [("earn", 2_000), ("earn", 6_000), ("reverse", -2_000)];
    example.ends(has(6_000)).posts(entries).holds(kind).await;
}
