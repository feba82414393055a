//! Tax on what is left of a line, the line as a sale states it, and the rounding of cash.

use serde::{Deserialize, Serialize};

use super::rule::Applied;
use super::{Open, Priced, WHOLE};
use crate::money::{AmountError, Money, scale_half_up, split_by_largest_remainder};

/// Whether prices on the shelf include the tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxMode {
    Inclusive,
    Exclusive,
}

impl TaxMode {
    /// Net and tax of an amount in shelf prices, with one rounding: of the net where the amount includes
    /// its tax, of the tax where it does not.
    pub fn split(self, amount: Money, tax_rate: i64) -> Result<(Money, Money), AmountError> {
        let rate = tax_rate.max(0);
        match self {
            Self::Inclusive => {
                let whole = WHOLE.checked_add(rate).ok_or(AmountError::Overflow)?;
                let net = amount.scaled(WHOLE, whole)?;
                Ok((net, amount.minus(net)?))
            }
            Self::Exclusive => Ok((amount, amount.scaled(rate, WHOLE)?)),
        }
    }

    /// The shelf's price of what costs so much with its tax; where tax comes on top, never one that comes to more.
    pub fn shelf_price(self, with_tax: Money, tax_rate: i64) -> Result<Money, AmountError> {
        if self == Self::Inclusive {
            return Ok(with_tax);
        }
        let (price, _) = Self::Inclusive.split(with_tax, tax_rate)?;
        let (net, tax) = self.split(price, tax_rate)?;
        if net.plus(tax)? > with_tax { price.minus(Money(1)) } else { Ok(price) }
    }

    pub(super) fn close(self, open: Open<'_>) -> Result<Priced, AmountError> {
        let Open { line, left, applied, .. } = open;
        let (net, tax) = self.split(left, line.tax_rate)?;
        let (before, tax_before) = self.split(line.gross, line.tax_rate)?;
        Ok(Priced {
            number: line.number,
            gross: line.gross,
            gross_taxed: before.plus(tax_before)?,
            applied,
            discount: line.gross.minus(left)?,
            paid: net.plus(tax)?,
            net,
            tax,
        })
    }
}

/// The amounts of a sale line, where `gross - discount = net + tax` and `discount` is the sum of
/// `applied`: everything with tax, whatever the shelf says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleAmounts {
    pub gross: Money,
    pub discount: Money,
    pub applied: Vec<Applied>,
    pub net: Money,
    pub tax: Money,
}

impl Priced {
    /// The line as a sale states it. Where prices come without tax, gross and discount get theirs added:
    /// the discount is what the customer saved, tax and all, and each reason its share of that.
    pub fn sale_amounts(&self) -> Result<SaleAmounts, AmountError> {
        let discount = self.gross_taxed.minus(self.paid)?;
        let weights: Vec<i64> = self.applied.iter().map(|applied| applied.amount.0).collect();
        let shares = split_by_largest_remainder(discount.0, &weights);
        let applied = self.applied.iter().zip(shares);
        let applied = applied.map(|(was, share)| Applied { amount: Money(share), ..was.clone() }).collect();
        Ok(SaleAmounts { gross: self.gross_taxed, discount, applied, net: self.net, tax: self.tax })
    }
}

/// The smallest coin: cash is rounded to its nearest multiple, halves away from zero. A step of 0 or 1
/// minor unit rounds nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rounding {
    pub step: Money,
}

/// What to add to an amount that is due in cash; below zero where it is rounded down.
pub fn cash_rounding(due: Money, rounding: Rounding) -> Result<Money, AmountError> {
    let step = rounding.step.0.max(1);
    let steps = scale_half_up(due.0, 1, step)?;
    steps.checked_mul(step).map(Money).ok_or(AmountError::Overflow)?.minus(due)
}
