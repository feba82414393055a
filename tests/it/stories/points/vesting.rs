//! Points that can be spent once the goods can no longer come back, whenever their tickets arrive.

use domain::points::{EndOf, Expiry};

use super::*;
use crate::stories::on_both;
use crate::world::databases::Kind;

on_both!(
    points_wait_for_the_return_window,
    goods_take_back_what_is_pending_of_their_own,
    what_can_be_spent_is_spent_first,
    a_till_that_was_alone_takes_an_advance_on_what_is_pending,
    an_advance_that_lost_its_goods_is_owed,
    an_advance_goes_back_to_what_is_pending,
    goods_without_a_receipt_take_what_can_be_spent_first,
    points_that_vested_end_in_their_time,
);

fn window(days: i64) -> Programme {
    Programme { vest_days: days, ..rules() }
}

fn figures(balance: i64, earned: i64, burned: i64) -> Figures {
    Figures { balance, earned, burned, ..Figures::default() }
}

/// 50 points of 1 March that can be spent at once, and 100 of 5 March that can be from 19 March on; then these.
fn at_once_and_later<const N: usize>(more: [Ring; N]) -> Example {
    let first = [
        ring(1, [sold("a", 1, 5_000)]).shows(5_000, 0),
        ring(2, [sold("b", 2, 5_000)]).on("2026-03-05").shows(10_000, 0),
    ];
    let mut example = Example::of(rules(), first.into_iter().chain(more));
    let from = "2026-03-05".parse().expect("a date");
    example.rules.push(Programme { version: 3, valid_from: from, ..window(14) });
    example
}

async fn points_wait_for_the_return_window(kind: Kind) {
    let example = Example::of(window(14), [ring(1, [sold("a", 1, 10_000)]).shows(10_000, 0)]);
    let example = example.ends(figures(10_000, 10_000, 0));
    example.waits("2026-03-14", 0, 10_000).waits("2026-03-15", 10_000, 0).holds(kind).await;
}

async fn goods_take_back_what_is_pending_of_their_own(kind: Kind) {
    let example = at_once_and_later([ring(3, [back(2, 1, 1)]).on("2026-03-06").shows(0, 5_000)]);
    let example = example.has("2026-03-06", figures(10_000, 10_000, 0));
    example.waits("2026-03-06", 5_000, 5_000).waits("2026-03-19", 10_000, 0).holds(kind).await;
}

async fn what_can_be_spent_is_spent_first(kind: Kind) {
    let spends = ring(3, [sold("c", 1, 3_000)]).on("2026-03-06").spends(3_000, online(5_000)).shows(0, 0);
    let example = at_once_and_later([spends]).has("2026-03-06", figures(12_000, 15_000, 3_000));
    example.waits("2026-03-06", 2_000, 10_000).waits("2026-03-19", 12_000, 0).holds(kind).await;
}

/// It knew of points that another till had spent meanwhile: the rest is an advance, and nothing is owed.
fn advance() -> Ring {
    ring(3, [sold("c", 1, 8_000)]).on("2026-03-06").spends(8_000, offline(8_000, 0)).shows(0, 0)
}

async fn a_till_that_was_alone_takes_an_advance_on_what_is_pending(kind: Kind) {
    let example = at_once_and_later([advance()]).has("2026-03-06", figures(7_000, 15_000, 8_000));
    example.waits("2026-03-06", 0, 7_000).waits("2026-03-19", 7_000, 0).holds(kind).await;
}

async fn an_advance_that_lost_its_goods_is_owed(kind: Kind) {
    let example = at_once_and_later([advance(), ring(4, [back(2, 1, 2)]).on("2026-03-07").shows(0, 10_000)]);
    let owes = Figures { debt: 3_000, ..figures(-3_000, 5_000, 8_000) };
    example.has("2026-03-07", owes).waits("2026-03-07", 0, 0).holds(kind).await;
}

async fn an_advance_goes_back_to_what_is_pending(kind: Kind) {
    let example = at_once_and_later([advance(), ring(4, [back(3, 1, 1)]).on("2026-03-07").shows(0, 0)]);
    let example = example.has("2026-03-07", figures(15_000, 15_000, 0));
    example.waits("2026-03-07", 5_000, 10_000).waits("2026-03-19", 15_000, 0).holds(kind).await;
}

async fn goods_without_a_receipt_take_what_can_be_spent_first(kind: Kind) {
    let example = at_once_and_later([ring(3, [gone("x", 7_000)]).on("2026-03-06").shows(0, 7_000)]);
    let example = example.has("2026-03-06", figures(8_000, 8_000, 0));
    example.waits("2026-03-06", 0, 8_000).waits("2026-03-19", 8_000, 0).holds(kind).await;
}

/// From 15 to 31 March they can be spent; the window does not make them live longer.
async fn points_that_vested_end_in_their_time(kind: Kind) {
    let expiry = Some(Expiry { days: 30, end_of: EndOf::Day, grace_days: 30 });
    let rings = [
        ring(1, [sold("a", 1, 10_000)]).shows(10_000, 0),
        ring(2, [sold("b", 1, 4_000)]).on("2026-03-15").spends(4_000, online(10_000)).shows(0, 0),
    ];
    let example = Example::of(Programme { expiry, ..window(14) }, rings);
    let example = example.has("2026-03-31", figures(6_000, 10_000, 4_000));
    let example = example.has("2026-04-01", Figures { expired: 6_000, ..figures(0, 10_000, 4_000) });
    example.waits("2026-03-31", 6_000, 0).waits("2026-04-01", 0, 0).holds(kind).await;
}
