//! What the chain's price rules took off a sale: which rule gave how much, and off which lines.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::coupon::{Given, are_covered};
use super::{DiscountShare, SaleDraft, SaleError};
use crate::codes::PriceRuleCode;
use crate::money::Money;
use crate::price_rules::RULES_MAX;

/// A price rule that gave something. What it gave is inside the discounts of its lines, so that returns, tax
/// and points need not know of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleRule {
    pub code: PriceRuleCode,
    /// What the customer reads on the receipt.
    pub name: String,
    pub amount: Money,
    /// They add up to the amount.
    pub lines: Vec<DiscountShare>,
}

/// The rules that took something off a line, by their names; what does not fit a figure is as much as a line
/// has, which is less.
pub fn of_line(rules: &[SaleRule], line: u32) -> Vec<(String, Money)> {
    let part = |rule: &SaleRule| {
        let shares = rule.lines.iter().filter(|share| share.line == line);
        Money(shares.fold(0, |sum, share| sum.saturating_add(share.amount.0)))
    };
    rules.iter().map(|rule| (rule.name.clone(), part(rule))).filter(|(_, part)| !part.is_zero()).collect()
}

pub(super) fn check(draft: &SaleDraft) -> Result<(), SaleError> {
    if draft.price_rules.len() > RULES_MAX {
        return Err(SaleError::TooLong);
    }
    if draft.price_rules.is_empty() {
        return Ok(());
    }
    let codes: BTreeSet<&PriceRuleCode> = draft.price_rules.iter().map(|rule| &rule.code).collect();
    if codes.len() < draft.price_rules.len() {
        return Err(SaleError::PriceRule);
    }
    let rules = draft.price_rules.iter().map(|rule| (rule.amount, &rule.lines[..]));
    let coupons = draft.coupons.iter().map(|coupon| (coupon.amount, &coupon.lines[..]));
    let given: Vec<Given<'_>> = rules.chain(coupons).collect();
    if are_covered(draft, &given)? { Ok(()) } else { Err(SaleError::PriceRule) }
}
