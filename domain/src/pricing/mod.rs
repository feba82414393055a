//! What a basket costs: its lines and the rules that hold for it in, every discount with its reason out.
//!
//! Phases follow one another (item, multi-buy, order, coupon), with the coupons that the customer brought at
//! the end; points come after them, elsewhere, on what is left to pay. Inside a phase the rules come by `(priority, id)`, each once however often it is
//! listed, and each works on what the ones before left, unless its [`Base`] is the initial price. A price
//! never falls below zero, and tax is taken per line from what is left.
//!
//! The result depends neither on the order of the rules nor on the order of scanning: wherever one line
//! has to come before another (who gets the odd minor unit, which of two equal pieces is free), goods
//! decide and not line numbers. Only between lines that are alike in everything does the number decide,
//! and there it moves no money from one article to another.

mod benefit;
mod coupon;
mod multibuy;
mod phase;
mod rule;
mod tax;

use std::collections::BTreeSet;

use crate::codes::Sku;
use crate::money::{AmountError, Money, Quantity};
use crate::sale::{LineKind, SaleLine};

pub use coupon::{Coupon, Idle, Outcome, Reach, Worth, rule_id as coupon_rule_id};
pub use rule::{Applied, Base, Benefit, Mode, Phase, Rule, RuleError, Scope, Source};
pub use tax::{Rounding, SaleAmounts, TaxMode, cash_rounding};

/// One whole in the unit of a percentage and of a tax rate: 19 % is 1900.
pub const WHOLE: i64 = 10_000;

/// A line as it was rung up. Money as it stands on the shelf: with tax or without, by the [`TaxMode`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceLine<'a> {
    pub number: u32,
    /// Rules reach [`LineKind::Sale`] alone.
    pub kind: LineKind,
    pub sku: &'a Sku,
    pub product_line: &'a str,
    pub category: &'a str,
    pub quantity: Quantity,
    pub unit_price: Money,
    pub gross: Money,
    /// In 1/100 of a per cent; below zero counts as none.
    pub tax_rate: i64,
}

impl<'a> PriceLine<'a> {
    /// The line before its discounts.
    pub fn of(line: &'a SaleLine, tax_rate: i64) -> Self {
        Self {
            number: line.number,
            kind: line.kind,
            sku: &line.sku,
            product_line: &line.product_line,
            category: &line.category,
            quantity: line.quantity,
            unit_price: line.unit_price,
            gross: line.gross,
            tax_rate,
        }
    }
}

/// A line with its price. `discount` is the sum of `applied`, and `paid = net + tax`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priced {
    pub number: u32,
    /// As rung up.
    pub gross: Money,
    /// `gross` with its tax; the same amount where prices include tax.
    pub gross_taxed: Money,
    /// In the order in which the rules came; none of them is zero.
    pub applied: Vec<Applied>,
    pub discount: Money,
    pub paid: Money,
    pub net: Money,
    pub tax: Money,
}

/// A line on its way through the phases.
struct Open<'a> {
    line: &'a PriceLine<'a>,
    /// Its place in the caller's list.
    place: usize,
    left: Money,
    applied: Vec<Applied>,
}

/// Prices the lines; the answer keeps their order.
pub fn price(lines: &[PriceLine<'_>], rules: &[Rule], tax: TaxMode) -> Result<Vec<Priced>, AmountError> {
    Ok(price_with_coupons(lines, rules, &[], tax)?.0)
}

/// The same with coupons at the end of the coupon phase, and what became of each.
pub fn price_with_coupons(
    lines: &[PriceLine<'_>],
    rules: &[Rule],
    coupons: &[Coupon<'_>],
    tax: TaxMode,
) -> Result<(Vec<Priced>, Vec<Outcome>), AmountError> {
    let rules = in_order(rules);
    let mut open = open(lines, &rules);
    for phase in Phase::ALL {
        let now: Vec<&Rule> = rules.iter().copied().filter(|rule| rule.phase == phase).collect();
        phase::walk(&now, &mut open)?;
    }
    let outcomes = coupon::walk(coupons, &mut open)?;
    open.sort_by_key(|line| line.place);
    let priced = open.into_iter().map(|line| tax.close(line)).collect::<Result<_, _>>()?;
    Ok((priced, outcomes))
}

/// By `(priority, id)`. The same id twice is one rule: a reward that is found again with every scan counts
/// once. Should two differ under one id, the smaller stands, so that the caller's order decides nothing.
fn in_order(rules: &[Rule]) -> Vec<&Rule> {
    let mut sorted: Vec<&Rule> = rules.iter().collect();
    sorted.sort_by(|a, b| (a.priority, &a.id, a).cmp(&(b.priority, &b.id, b)));
    let mut seen = BTreeSet::new();
    sorted.retain(|rule| seen.insert(&rule.id));
    sorted
}

/// The lines in the order in which they are considered: by what they are, the number last. Lines that a
/// rule names by number differ from their likes by what that rule does, not by its id.
fn open<'a>(lines: &'a [PriceLine<'a>], rules: &[&Rule]) -> Vec<Open<'a>> {
    let mut open: Vec<Open<'a>> = lines
        .iter()
        .enumerate()
        .map(|(place, line)| Open { line, place, left: line.gross, applied: vec![] })
        .collect();
    open.sort_by_cached_key(|Open { line, .. }| {
        let mut own: Vec<_> = rules
            .iter()
            .filter(|rule| rule.scope == Scope::Line(line.number))
            .map(|rule| (rule.phase, rule.priority, rule.mode, rule.base, rule.benefit))
            .collect();
        own.sort_unstable();
        let goods = (line.sku.clone(), line.unit_price, line.quantity, line.gross, line.tax_rate);
        (goods, line.product_line, line.category, own, line.number)
    });
    open
}

#[cfg(test)]
mod tests;
