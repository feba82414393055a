//! A price for what waits without one.

use domain::Money;
use domain::money::Quantity;

use super::At;
use crate::app::Agent;
use crate::checkout::basket::{Event, OpenPrice, UnknownCode};
use crate::checkout::open_price::{NoPrice, OpenPricePolicy, check_price, check_words};
use crate::error::AgentError;
use crate::ui::view::Notice;

/// What somebody keyed for what waits under a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyed {
    pub number: u32,
    pub price: Money,
    pub quantity: Quantity,
    /// Of a code that nobody knows; empty where nobody said.
    pub name: String,
    pub product_line: String,
}

impl Agent {
    /// What waits for a decision under a number, while it does.
    pub async fn waiting(&self, n: i64, number: u32) -> Result<Option<UnknownCode>, AgentError> {
        let basket = self.basket(self.desk(n)?).await?;
        Ok(basket.unknown.into_iter().find(|waits| waits.number == number))
    }

    /// The highest price that is taken here.
    pub fn open_price_most(&self) -> Money {
        let currency = self.chain().currency.parse().unwrap_or_else(|_| kit::Currency::none());
        self.house().open_price.most(&currency)
    }

    /// Whether it is sold at this price, before anybody is asked to agree.
    pub async fn check_open_price(&self, n: i64, keyed: &Keyed) -> Result<OpenPrice, AgentError> {
        // A gift card waits for its card, not for a price alone.
        let waits = self.waiting(n, keyed.number).await?.filter(|waits| waits.gift.is_none());
        let waits = waits.ok_or(NoPrice::NothingWaits)?;
        let price = check_price(keyed.price, self.open_price_most(), &waits.code)?;
        let (name, product_line) = (check_words(&keyed.name)?, check_words(&keyed.product_line)?);
        let OpenPricePolicy { tax_rate, .. } = self.house().open_price;
        let (quantity, tax_rate) = (keyed.quantity, tax_rate.into());
        Ok(OpenPrice { price, quantity, name, product_line, tax_rate })
    }

    /// Sells it at this price.
    pub async fn open_price(&self, at: impl Into<At>, keyed: Keyed) -> Result<Notice, AgentError> {
        let at = at.into();
        let priced = self.check_open_price(at.till, &keyed).await?;
        self.change(at, Event::OpenPrice { number: keyed.number, priced }).await
    }
}
