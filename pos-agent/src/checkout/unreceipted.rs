//! Goods that come back without a receipt: what of them was bought by the member, and the shop's rules for the
//! rest. Pure.

use domain::money::{AmountError, Money, Quantity};
use domain::sale::Origin;
use serde::{Deserialize, Serialize};

/// The shop's rules. Days are counted back from the business date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReturnPolicy {
    /// Whether goods come back without a receipt at all.
    pub without_receipt: bool,
    /// How far back the purchase and the price are looked for.
    pub days: u32,
    /// Tickets with goods of no known purchase that a member may bring in `limit_days`; 0 for as many as they
    /// like.
    pub per_member: u32,
    /// The same for the cashier who takes them.
    pub per_cashier: u32,
    pub limit_days: u32,
    /// Whether such goods are paid out as credit on a gift card. Otherwise in money, as with a receipt.
    pub store_credit: bool,
}

impl Default for ReturnPolicy {
    fn default() -> Self {
        Self {
            without_receipt: true,
            days: 90,
            per_member: 3,
            per_cashier: 3,
            limit_days: 90,
            store_credit: true,
        }
    }
}

/// A line that the member bought and has not brought back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenLine {
    pub origin: Origin,
    /// What of it has not come back by tickets that are paid.
    pub open: Quantity,
    /// What of it this ticket takes back already.
    pub in_basket: Quantity,
}

/// What the journal and the catalogue say of the product that comes back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Newest first; none without a member's card.
    pub open: Vec<OpenLine>,
    /// The lowest price at which it was sold here of late.
    pub lowest: Option<Money>,
    /// Today's; none for what no catalogue has, which comes back as it was bought or not at all.
    pub listed: Option<Money>,
    /// What the cashier keyed.
    pub asked: Option<Money>,
    pub counts: Counts,
}

/// Tickets of late with goods of no known purchase, besides this one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub member: i64,
    pub cashier: i64,
}

/// How goods come back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// As with a receipt: all that comes back of each line, with what the ticket had of it.
    pub bought: Vec<(Origin, Quantity)>,
    /// By the shop's rules, at this price for one.
    pub by_policy: Option<(Quantity, Money)>,
}

/// Why goods do not come back without a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoReturn {
    #[error("nothing comes back here without its receipt: look for it by its code or its number")]
    Forbidden,
    #[error(
        "this member brought goods without a receipt {limit} times in {days} days: ask for the receipt, or let \
         the office decide"
    )]
    MemberLimit { limit: u32, days: u32 },
    #[error(
        "this cashier took goods without a receipt {limit} times in {days} days: ask for the receipt, or let \
         another cashier take them"
    )]
    CashierLimit { limit: u32, days: u32 },
    #[error("no such product: look it up by its name, or scan another code of the package")]
    NoProduct,
    #[error(
        "the card is another than when the goods were taken: take their line off and take them back anew"
    )]
    CardChanged,
    #[error(transparent)]
    Amount(#[from] AmountError),
}

impl NoReturn {
    /// Stable name for screens, logs and the API.
    pub fn code(self) -> &'static str {
        match self {
            Self::Forbidden => "return_without_receipt_forbidden",
            Self::MemberLimit { .. } => "return_limit_member",
            Self::CashierLimit { .. } => "return_limit_cashier",
            Self::NoProduct => "return_no_product",
            Self::CardChanged => "return_card_changed",
            Self::Amount(_) => "amount",
        }
    }
}

impl ReturnPolicy {
    /// Takes as much as the member is known to have bought, newest first, and only the rest by the shop's rules.
    ///
    /// What nobody knows the price of is worth the least that it was sold for here of late: whoever took it
    /// off the shelf at the dearest hour gains nothing. Where it was not sold here at all of late there is
    /// no other price than today's. A cashier may key less, never more.
    pub fn plan(&self, wanted: Quantity, known: &Known) -> Result<Plan, NoReturn> {
        if !self.without_receipt {
            return Err(NoReturn::Forbidden);
        }
        let mut plan = Plan::default();
        let mut left = wanted;
        for line in &known.open {
            let taken = line.open.minus(line.in_basket)?.min(left);
            if taken > Quantity::ZERO {
                plan.bought.push((line.origin, line.in_basket.plus(taken)?));
                left = left.minus(taken)?;
            }
        }
        if left.is_zero() {
            return Ok(plan);
        }
        let listed = known.listed.ok_or(NoReturn::NoProduct)?;
        self.check(known.counts)?;
        let worth = known.lowest.unwrap_or(listed);
        let price = known.asked.map_or(worth, |asked| asked.min(worth));
        plan.by_policy = Some((left, price));
        Ok(plan)
    }

    /// Whether one more ticket with goods of no known purchase may be.
    pub fn check(&self, counts: Counts) -> Result<(), NoReturn> {
        let (days, is_full) =
            (self.limit_days, |count: i64, limit: u32| limit != 0 && count >= i64::from(limit));
        if is_full(counts.member, self.per_member) {
            return Err(NoReturn::MemberLimit { limit: self.per_member, days });
        }
        if is_full(counts.cashier, self.per_cashier) {
            return Err(NoReturn::CashierLimit { limit: self.per_cashier, days });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
