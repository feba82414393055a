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
    pub lines: Vec<DiscountShare>,
}

/// What a coupon or a price rule took off one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiscountShare {
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
    let given: Vec<Given<'_>> =
        draft.coupons.iter().map(|coupon| (coupon.amount, &coupon.lines[..])).collect();
    if are_covered(draft, &given)? { Ok(()) } else { Err(SaleError::Coupon) }
}

/// What something gave in all, and off which lines.
pub(super) type Given<'a> = (Money, &'a [DiscountShare]);

/// Whether each gave what its lines say, and all together no more of a sold line than its discount.
pub(super) fn are_covered(draft: &SaleDraft, given: &[Given<'_>]) -> Result<bool, AmountError> {
    let mut by_line: HashMap<u32, Money> = HashMap::new();
    for (amount, lines) in given {
        let is_positive = lines.iter().all(|share| share.amount.0 > 0);
        if lines.is_empty()
            || !is_positive
            || Money::total(lines.iter().map(|share| share.amount))? != *amount
        {
            return Ok(false);
        }
        for share in *lines {
            let sum = by_line.entry(share.line).or_default();
            *sum = sum.plus(share.amount)?;
        }
    }
    let sold = draft.lines.iter().filter(|line| line.kind == LineKind::Sale);
    let discounts: HashMap<u32, Money> = sold.map(|line| (line.number, line.discount)).collect();
    Ok(by_line.into_iter().all(|(line, taken)| discounts.get(&line).is_some_and(|whole| taken <= *whole)))
}

/// What coupons gave on a sale.
pub fn total(coupons: &[SaleCoupon]) -> Result<Money, AmountError> {
    Money::total(coupons.iter().map(|coupon| coupon.amount))
}
