//! Points that end, whenever their tickets arrive.

use chrono::NaiveDate;
use domain::points::{EndOf, Expiry};

use super::*;
use crate::stories::on_both;
use crate::world::databases::Kind;

on_both!(
    what_was_spent_in_time_does_not_expire_again,
    a_redemption_counts_when_it_happened,
    what_ends_first_is_spent_first,
    points_come_back_to_a_lot_that_lives,
    points_of_a_lot_that_ended_come_back_with_a_grace,
    goods_take_expired_points_back_once,
    expired_points_that_are_spent_are_owed,
    a_month_ends_for_all_its_points,
    a_ticket_that_comes_late_leaves_time_to_spend,
);

fn ending(days: i64, end_of: EndOf) -> Programme {
    Programme { expiry: Some(Expiry { days, end_of, grace_days: 30 }), ..rules() }
}

fn days(days: i64) -> Programme {
    ending(days, EndOf::Day)
}

/// Balance, earned, burned and expired; nothing is owed.
fn figures(balance: i64, earned: i64, burned: i64, expired: i64) -> Figures {
    Figures { balance, earned, burned, expired, debt: 0 }
}

/// 100 that end on day 30; 100 spent on day 10; 50 earned on day 20: on day 31 there are 50.
async fn what_was_spent_in_time_does_not_expire_again(kind: Kind) {
    let rings = [
        ring(1, [sold("a", 1, 10_000)]).shows(10_000, 0),
        ring(2, [sold("b", 1, 10_000)]).on("2026-03-10").spends(10_000, online(10_000)).shows(0, 0),
        ring(3, [sold("c", 1, 5_000)]).on("2026-03-20").shows(5_000, 0),
    ];
    let example = Example::of(days(29), rings);
    let example = example.has("2026-03-31", figures(5_000, 15_000, 10_000, 0));
    example.has("2026-04-19", figures(0, 15_000, 10_000, 5_000)).holds(kind).await;
}

/// 100 that end today, 60 spent at 20:00 by a till that is alone, heard of tomorrow: 60 spent, 40 expired.
async fn a_redemption_counts_when_it_happened(kind: Kind) {
    let rings = [
        ring(1, [sold("a", 1, 10_000)]).shows(10_000, 0),
        ring(2, [sold("b", 1, 6_000)])
            .on("2026-03-31")
            .at(20, 0)
            .spends(6_000, offline(10_000, 0))
            .shows(0, 0),
    ];
    let example = Example::of(days(30), rings);
    let example = example.has("2026-03-31", figures(4_000, 10_000, 6_000, 0));
    example.has("2026-04-01", figures(0, 10_000, 6_000, 4_000)).holds(kind).await;
}

/// 50 that end on 1 June and 50 that do not end: 70 take the 50 and 20 of the others.
async fn what_ends_first_is_spent_first(kind: Kind) {
    let from = |text: &str| text.parse::<NaiveDate>().expect("a date");
    let endless = Programme { version: 3, valid_from: from("2026-03-02"), ..rules() };
    let rings = [
        ring(1, [sold("a", 1, 5_000)]).on("2026-03-02").shows(5_000, 0),
        ring(2, [sold("b", 1, 5_000)]).shows(5_000, 0),
        ring(3, [sold("c", 1, 7_000)]).on("2026-03-03").spends(7_000, online(10_000)).shows(0, 0),
    ];
    let mut example = Example::of(days(92), rings);
    example.rules.push(endless);
    let example = example.has("2026-06-01", figures(3_000, 10_000, 7_000, 0));
    example.has("2026-06-02", figures(3_000, 10_000, 7_000, 0)).holds(kind).await;
}

/// 100 that end on 31 March, 60 spent and given back in time: all of them end together.
async fn points_come_back_to_a_lot_that_lives(kind: Kind) {
    let rings = [
        ring(1, [sold("a", 1, 10_000)]).shows(10_000, 0),
        ring(2, [sold("b", 1, 6_000)]).on("2026-03-20").spends(6_000, online(10_000)).shows(0, 0),
        ring(3, [back(2, 1, 1)]).on("2026-03-31").shows(0, 0),
    ];
    let example = Example::of(days(30), rings);
    let example = example.has("2026-03-31", figures(10_000, 10_000, 0, 0));
    example.has("2026-04-01", figures(0, 10_000, 0, 10_000)).holds(kind).await;
}

/// The same given back on 10 April: 40 expired, and 60 live for thirty days more.
async fn points_of_a_lot_that_ended_come_back_with_a_grace(kind: Kind) {
    let rings = [
        ring(1, [sold("a", 1, 10_000)]).shows(10_000, 0),
        ring(2, [sold("b", 1, 6_000)]).on("2026-03-20").spends(6_000, online(10_000)).shows(0, 0),
        ring(3, [back(2, 1, 1)]).on("2026-04-10").shows(0, 0),
    ];
    let example = Example::of(days(30), rings);
    let example = example.has("2026-05-10", figures(6_000, 10_000, 0, 4_000));
    example.has("2026-05-11", figures(0, 10_000, 0, 10_000)).holds(kind).await;
}

/// Goods whose points have expired come back: what is gone is not taken from what lives.
async fn goods_take_expired_points_back_once(kind: Kind) {
    let rings = [
        ring(1, [sold("a", 2, 5_000)]).shows(10_000, 0),
        ring(2, [sold("b", 1, 2_000)]).on("2026-04-05").shows(2_000, 0),
        ring(3, [back(1, 1, 1)]).on("2026-04-10").shows(0, 5_000),
    ];
    let example = Example::of(days(30), rings);
    example.has("2026-04-10", figures(2_000, 7_000, 0, 5_000)).holds(kind).await;
}

/// A till that was alone took what had ended: the sale stands, and the points are owed.
async fn expired_points_that_are_spent_are_owed(kind: Kind) {
    let rings = [
        ring(1, [sold("a", 1, 10_000)]).shows(10_000, 0),
        ring(2, [sold("b", 1, 6_000)]).on("2026-04-01").spends(6_000, offline(10_000, 7)).shows(0, 0),
    ];
    let owes = Figures { debt: 6_000, ..figures(-6_000, 10_000, 6_000, 10_000) };
    Example::of(days(30), rings).has("2026-04-01", owes).holds(kind).await;
}

async fn a_month_ends_for_all_its_points(kind: Kind) {
    let rings = [
        ring(1, [sold("a", 1, 10_000)]).shows(10_000, 0),
        ring(2, [sold("b", 1, 5_000)]).on("2026-03-31").shows(5_000, 0),
        ring(3, [sold("c", 1, 2_000)]).on("2026-04-01").shows(2_000, 0),
    ];
    let example = Example::of(ending(0, EndOf::Month), rings);
    let example = example.has("2026-03-31", figures(17_000, 17_000, 0, 0));
    let example = example.has("2026-04-01", figures(2_000, 17_000, 0, 15_000));
    example.has("2026-05-01", figures(0, 17_000, 0, 17_000)).holds(kind).await;
}

/// A sale that arrives 40 days late: its points live for thirty days from then.
async fn a_ticket_that_comes_late_leaves_time_to_spend(kind: Kind) {
    let late = ring(1, [sold("a", 1, 10_000)]).shows(10_000, 0);
    let example = Example::of(days(30), [late]).arrives("2026-04-10");
    let example = example.has("2026-05-10", figures(10_000, 10_000, 0, 0));
    example.has("2026-05-11", figures(0, 10_000, 0, 10_000)).holds(kind).await;
}
