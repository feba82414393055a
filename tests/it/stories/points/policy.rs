//! Points after everything that came before them: discounts in their order, goods without a receipt.

use domain::coupons::TakenCoupon;
use domain::pricing::{Reach, Worth};
use pos_agent::checkout::basket::{Cut, Event};

use super::*;
use crate::stories::on_both;
use crate::world::databases::Kind;

on_both!(points_come_after_every_discount, goods_without_a_receipt_take_back_the_base_rate);

/// 1,000 less 100, less 10 %, less 20 %: 648 are paid, and 648 earn.
async fn points_come_after_every_discount(kind: Kind) {
    let coupon = TakenCoupon {
        terms: "fifth".to_owned(),
        name: "A fifth off".to_owned(),
        code: "5TH".parse().expect("a code"),
        is_unique: false,
        per_ticket: 1,
        worth: Worth::Percent(2_000),
        reach: Reach::default(),
        minimum: Money::ZERO,
        with_promotions: true,
    };
    let sells = ring(1, [sold("a", 1, 1_000)])
        .with(Event::Coupon(Box::new(coupon)))
        .with(Event::TicketDiscount(Some(Cut::Percent(1_000))))
        .with(Event::Discount { line: Some(1), cut: Some(Cut::Amount(Money(100))) })
        .shows(648, 0);
    let ends = Figures { balance: 648, earned: 648, ..Figures::default() };
    Example::of(rules(), [sells]).ends(ends).holds(kind).await;
}

/// Bought 1, brought 1 back with its receipt, and tries 1 without: that one has no purchase left and takes back the
/// base rate of what is paid for it.
async fn goods_without_a_receipt_take_back_the_base_rate(kind: Kind) {
    let by = "jefe".parse().expect("a code");
    let rings = [
        ring(1, [sold("a", 1, 1_000)]).shows(1_000, 0),
        ring(2, [back(1, 1, 1)]).shows(0, 1_000),
        ring(3, [gone("a", 900)]).with(Event::Approved(by)).shows(0, 900),
    ];
    let ends = Figures { balance: -900, debt: 900, earned: -900, ..Figures::default() };
    Example::of(rules(), rings).ends(ends).holds(kind).await;
}
