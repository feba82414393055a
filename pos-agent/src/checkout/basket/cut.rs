//! What a cashier takes off a price, and what of it holds once less is bought.

use domain::money::Money;
use serde::{Deserialize, Serialize};

use super::{Basket, Line};

/// What a cashier takes off a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cut {
    /// In 1/100 of a per cent.
    Percent(i64),
    Amount(Money),
}

impl Cut {
    /// The cut where less is left of what it was given for. An amount shrinks with it: who may take 5 % off a
    /// hundred may not take the same amount off one.
    fn within(self, given_for: Option<Money>, left: Option<Money>) -> Self {
        match (self, given_for, left) {
            (Self::Amount(amount), Some(of), Some(left)) if left < of => {
                let share = i128::from(amount.0) * i128::from(left.0.max(0)) / i128::from(of.0.max(1));
                Self::Amount(Money(i64::try_from(share).unwrap_or(amount.0)))
            }
            _ => self,
        }
    }
}

impl Line {
    /// What it costs before discounts; `None` where that is no amount any more.
    pub(super) fn gross(&self) -> Option<Money> {
        self.article.price.times(self.quantity).ok()
    }

    /// What is taken off it.
    pub fn cut(&self) -> Option<Cut> {
        Some(self.discount?.within(self.discount_of, self.gross()))
    }
}

impl Basket {
    /// What is taken off the whole ticket.
    pub fn ticket_cut(&self) -> Option<Cut> {
        Some(self.discount?.within(self.discount_of, self.sold()))
    }

    /// What the goods that leave cost before discounts, gifts apart.
    pub(super) fn sold(&self) -> Option<Money> {
        let is_sold = |line: &&Line| line.returned.is_none() && line.gift.is_none();
        let mut sold = self.live_lines().filter(is_sold).map(Line::gross);
        sold.try_fold(Money::ZERO, |sum, gross| sum.plus(gross?).ok())
    }
}
