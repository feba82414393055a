//! How large a discount is, for who may give how much, and who agreed to what.

use domain::cashier::Permission;
use domain::codes::CashierCode;
use domain::money::Money;
use domain::pricing::WHOLE;

use super::At;
use crate::app::Agent;
use crate::checkout::basket::{Basket, Cut, Event};
use crate::error::AgentError;
use crate::ui::view::Notice;

/// What a discount is taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The last line without a number.
    Line(Option<u32>),
    Ticket,
}

impl Agent {
    /// The permission that a discount needs, by its part of the price that it is taken off.
    pub(crate) async fn discount_permission(
        &self,
        n: i64,
        target: Target,
        cut: Cut,
    ) -> Result<Permission, AgentError> {
        let basket = self.basket(self.desk(n)?).await?;
        let price = price_of(&basket, target)?;
        Ok(Permission::Discount { percent: percent(cut, price) })
    }

    /// Notes on the basket who agreed; what they agreed to follows as the next step of the same order.
    pub(crate) async fn note_approval(&self, at: At, by: CashierCode) -> Result<Notice, AgentError> {
        self.change(at.first_step(), Event::Approved(by)).await
    }
}

fn price_of(basket: &Basket, target: Target) -> Result<Money, AgentError> {
    let sold = || basket.live_lines().filter(|line| line.returned.is_none());
    let gross = |line: &crate::checkout::basket::Line| line.article.price.times(line.quantity);
    let prices: Vec<Money> = match target {
        Target::Ticket => sold().map(gross).collect::<Result<_, _>>()?,
        Target::Line(Some(number)) => {
            sold().filter(|line| line.number == number).map(gross).collect::<Result<_, _>>()?
        }
        Target::Line(None) => sold().last().map(gross).transpose()?.into_iter().collect(),
    };
    Ok(Money::total(prices)?)
}

/// In 1/100 of a per cent, rounded up: a limit is not passed by a fraction. More than the price is all of it;
/// that it cannot be taken off is said by the basket.
fn percent(cut: Cut, price: Money) -> i64 {
    match cut {
        Cut::Percent(percent) => percent,
        Cut::Amount(_) if price.0 <= 0 => WHOLE,
        Cut::Amount(amount) => {
            let part = i128::from(amount.0) * i128::from(WHOLE);
            let price = i128::from(price.0);
            i64::try_from((part + price - 1) / price).unwrap_or(WHOLE).min(WHOLE)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_discount_is_as_large_as_its_part_of_the_price() {
        for (cut, price, wanted) in [
            (Cut::Percent(500), 1_000, 500),
            (Cut::Amount(Money(50)), 1_000, 500),
            (Cut::Amount(Money(1)), 3, 3_334),
            (Cut::Amount(Money(2_000)), 1_000, WHOLE),
            (Cut::Amount(Money(1)), 0, WHOLE),
        ] {
            assert_eq!(percent(cut, Money(price)), wanted, "{cut:?} off {price}");
        }
    }
}
