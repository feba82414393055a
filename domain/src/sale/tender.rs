//! How a ticket is paid, and what it gives back.

use serde::{Deserialize, Serialize};

use super::{LineKind, SaleLine};
use crate::codes::TenderReference;
use crate::gift_card::GiftPayment;
use crate::ids::{RedemptionId, SaleId};
use crate::money::{Money, Points};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TenderKind {
    Cash,
    /// A payment terminal took it; we know the amount only.
    Card,
    Points,
    GiftCard,
    /// Paid in another system that told us the total.
    External,
}

/// A payment; negative where money is given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tender {
    pub kind: TenderKind,
    pub amount: Money,
    /// For points: how many were given up for the amount, with its sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<Points>,
    /// What the payment terminal or the gift card calls it; never a card number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<TenderReference>,
    /// For points that are the price of a gift: the line of this ticket that is the gift. They have no other
    /// worth than that line's, and come back with it alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gift: Option<u32>,
    /// For points that are given back: the sale that spent them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<SaleId>,
    /// For a gift card whose balance the hub keeps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gift_card: Option<Box<GiftPayment>>,
    /// For points that the hub has reserved: under which name. Those of one ticket have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redemption: Option<RedemptionId>,
}

impl Tender {
    pub fn new(kind: TenderKind, amount: Money) -> Self {
        Self {
            kind,
            amount,
            points: None,
            reference: None,
            gift: None,
            origin: None,
            gift_card: None,
            redemption: None,
        }
    }

    /// Points that pay this much.
    pub fn of_points(points: Points, amount: Money) -> Self {
        Self { points: Some(points), ..Self::new(TenderKind::Points, amount) }
    }

    /// A gift card that pays was held for it; one that is paid back onto was not.
    pub(super) fn has_its_hold(&self) -> bool {
        let Some(of_card) = &self.gift_card else { return true };
        self.kind == TenderKind::GiftCard && of_card.hold.is_some() != self.amount.is_negative()
    }

    /// A finished sale from elsewhere may name points as its tender without saying how many. A gift may be
    /// worth nothing in money.
    pub(super) fn has_its_points(&self) -> bool {
        let is_free = self.gift.is_some() && self.amount.is_zero();
        match (self.kind, self.points) {
            (TenderKind::Points, Some(points)) => {
                let same_side = points.0.signum() == self.amount.0.signum();
                let is_something = self.gift.is_none() || !points.is_zero();
                let goes_back = self.origin.is_none() || points.is_negative();
                let is_spent = self.redemption.is_none() || points > Points::ZERO;
                (same_side || is_free) && is_something && goes_back && is_spent
            }
            (_, points) => {
                let is_plain = self.gift.is_none() && self.origin.is_none() && self.redemption.is_none();
                points.is_none() && is_plain
            }
        }
    }

    /// Points for a gift pay a sold line, or come back with a returned one.
    pub(super) fn fits_its_gift(&self, lines: &[SaleLine]) -> bool {
        let (Some(number), Some(points)) = (self.gift, self.points) else { return true };
        let kind = if points.is_negative() { LineKind::Return } else { LineKind::Sale };
        let line = lines.iter().find(|line| line.number == number && line.kind == kind);
        let paid = line.and_then(|line| line.paid().ok());
        paid.is_some_and(|paid| self.amount.0.unsigned_abs() <= paid.0.unsigned_abs())
    }
}
