//! A pricing rule as the hub sends it and the till keeps it: when, on what, how much, and why.

use serde::{Deserialize, Serialize};

use super::{PriceLine, WHOLE};
use crate::codes::{CashierCode, CouponCode, PriceRuleCode, Sku};
use crate::ids::PromotionId;
use crate::money::Money;

/// In the order in which they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    Item,
    MultiBuy,
    Order,
    Coupon,
}

impl Phase {
    pub const ALL: [Self; 4] = [Self::Item, Self::MultiBuy, Self::Order, Self::Coupon];
}

/// How a rule gets on with the others of its phase, line by line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Of all such rules of the phase a line takes the one best for the customer, at the turn of the first.
    BestOf,
    /// Takes its part of what the ones before left.
    Cumulative,
    /// Takes only lines that no rule of the phase has reached yet, and no later one reaches them.
    Exclusive,
}

/// What a percentage, a unit price or a piece is reckoned from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Base {
    Remaining,
    Initial,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    All,
    /// By its number on this ticket.
    Line(u32),
    Sku(Sku),
    Skus(Vec<Sku>),
    ProductLine(String),
    Category(String),
}

impl Scope {
    pub fn holds(&self, line: &PriceLine<'_>) -> bool {
        match self {
            Self::Line(number) => *number == line.number,
            _ => self.reaches(line.sku, line.product_line, line.category),
        }
    }

    /// Whether it reaches an article, whatever line of a ticket it is on.
    pub fn reaches(&self, sku: &Sku, product_line: &str, category: &str) -> bool {
        match self {
            Self::All => true,
            Self::Line(_) => false,
            Self::Sku(own) => own == sku,
            Self::Skus(skus) => skus.contains(sku),
            Self::ProductLine(name) => name == product_line,
            Self::Category(name) => name == category,
        }
    }
}

/// Figures that make no sense (below zero, a group of none) take nothing off; [`Rule::check`] finds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Benefit {
    /// In 1/100 of a per cent. In the item phase of each line by itself, so that a line's price does not
    /// move when another is scanned; later of all lines together.
    Percent(i64),
    /// Once per ticket, not per line or piece.
    Amount(Money),
    /// What one costs instead, as for members; a higher one changes nothing.
    UnitPrice(Money),
    /// Of every `buy` pieces, dearest first, only `pay` are paid: the cheapest of each group are free.
    BuyPay { buy: i64, pay: i64 },
    /// Every `count` pieces, dearest first, cost `price` together where that is less.
    FixedPriceFor { count: i64, price: Money },
}

/// Who or what granted a discount. Ends in the sale line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Source {
    Cashier {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cashier: Option<CashierCode>,
        /// Who put a second name to it, where it was above what a cashier may grant alone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        approved_by: Option<CashierCode>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Made to this member and accepted.
    Offer(PromotionId),
    /// The chain's own, without anybody asking.
    PriceRule(PriceRuleCode),
    Coupon(CouponCode),
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Unique on a ticket: a second rule of the same id is the same rule.
    pub id: String,
    /// The smaller comes first.
    pub priority: i64,
    pub phase: Phase,
    pub mode: Mode,
    pub base: Base,
    pub scope: Scope,
    pub benefit: Benefit,
    pub source: Source,
}

/// What one rule took off one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    pub phase: Phase,
    /// The rule's id.
    pub rule: String,
    pub source: Source,
    pub amount: Money,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    #[error("a pricing rule needs an id")]
    NoId,
    #[error("a percentage must be above 0 and at most 100")]
    Percent,
    #[error("an amount off must be above 0, and a price must not be below 0")]
    Amount,
    #[error("of the pieces bought fewer must be paid, and at least one")]
    BuyPay,
    #[error("a price for several pieces needs at least two of them")]
    Count,
    #[error("a list of articles must not be empty")]
    NoSkus,
}

impl RuleError {
    /// Stable name for logs and API answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoId => "pricing_no_id",
            Self::Percent => "pricing_percent",
            Self::Amount => "pricing_amount",
            Self::BuyPay => "pricing_buy_pay",
            Self::Count => "pricing_count",
            Self::NoSkus => "pricing_no_skus",
        }
    }
}

impl Rule {
    /// Whether the rule says something. For who writes or imports rules: the till prices with what it has.
    pub fn check(&self) -> Result<(), RuleError> {
        if self.id.is_empty() {
            return Err(RuleError::NoId);
        }
        if matches!(&self.scope, Scope::Skus(skus) if skus.is_empty()) {
            return Err(RuleError::NoSkus);
        }
        match self.benefit {
            Benefit::Percent(percent) if !(1..=WHOLE).contains(&percent) => Err(RuleError::Percent),
            Benefit::Amount(amount) if amount.0 <= 0 => Err(RuleError::Amount),
            Benefit::UnitPrice(price) | Benefit::FixedPriceFor { price, .. } if price.is_negative() => {
                Err(RuleError::Amount)
            }
            Benefit::BuyPay { buy, pay } if pay < 1 || pay >= buy => Err(RuleError::BuyPay),
            Benefit::FixedPriceFor { count, .. } if count < 2 => Err(RuleError::Count),
            _ => Ok(()),
        }
    }

    /// Whether each line's part depends on that line alone.
    pub(super) fn by_line(&self) -> bool {
        match self.benefit {
            Benefit::UnitPrice(_) => true,
            Benefit::Percent(_) => self.phase == Phase::Item,
            Benefit::Amount(_) | Benefit::BuyPay { .. } | Benefit::FixedPriceFor { .. } => false,
        }
    }
}
