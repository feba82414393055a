//! Coupons that were taken with a sale: which code gave how much, and off which lines.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{LineKind, SaleDraft, SaleError};
use crate::codes::CouponCode;
use crate::money::{AmountError, Money};

/// More papers than any customer brings; it also bounds what one event may weigh.
pub const COUPONS_MAX: usize = 100;

/// A coupon that gave something. What it gave is inside the discounts of its lines, so that returns, tax and
/// points need not know of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleCoupon {
    pub code: CouponCode,
    /// What the customer reads on the receipt.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    pub amount: Money,
    /// They add up to the amount.
    pub lines: Vec<CouponShare>,
}

/// What a coupon took off one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CouponShare {
    pub line: u32,
    pub amount: Money,
}

impl SaleDraft {
    /// What coupons took off a line.
    pub fn by_coupons(&self, line: u32) -> Money {
        of_line(&self.coupons, line)
    }
}

/// What these coupons took off a line; what does not fit a figure is as much as a line has, which is less.
pub fn of_line(coupons: &[SaleCoupon], line: u32) -> Money {
    let shares = coupons.iter().flat_map(|coupon| &coupon.lines).filter(|share| share.line == line);
    Money(shares.fold(0, |sum, share| sum.saturating_add(share.amount.0)))
}

pub(super) fn check(draft: &SaleDraft) -> Result<(), SaleError> {
    if draft.coupons.len() > COUPONS_MAX {
        return Err(SaleError::TooLong);
    }
    let mut by_line: HashMap<u32, Money> = HashMap::new();
    for coupon in &draft.coupons {
        let shares = coupon.lines.iter().map(|share| share.amount);
        let is_positive = coupon.lines.iter().all(|share| share.amount.0 > 0);
        if coupon.lines.is_empty() || !is_positive || Money::total(shares)? != coupon.amount {
            return Err(SaleError::Coupon);
        }
        for share in &coupon.lines {
            let sum = by_line.entry(share.line).or_default();
            *sum = sum.plus(share.amount)?;
        }
    }
    let discount = |number: u32| {
        let line = draft.lines.iter().find(|line| line.number == number && line.kind == LineKind::Sale);
        line.map(|line| line.discount)
    };
    let is_covered = |(number, taken): (u32, Money)| discount(number).is_some_and(|whole| taken <= whole);
    if by_line.into_iter().all(is_covered) { Ok(()) } else { Err(SaleError::Coupon) }
}

/// What coupons gave on a sale.
pub fn total(coupons: &[SaleCoupon]) -> Result<Money, AmountError> {
    Money::total(coupons.iter().map(|coupon| coupon.amount))
}
