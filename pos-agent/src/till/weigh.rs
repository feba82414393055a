//! Goods that are sold by weight: the scale is asked when one is taken, and never before.

use domain::money::{Money, Quantity};

use super::{At, article};
use crate::app::Agent;
use crate::checkout::basket::Event;
use crate::device::scale::ScaleError;
use crate::error::AgentError;
use crate::store::catalogue::ProductRecord;
use crate::ui::view::{GiftCardNotice, Notice, NoticeKind};

impl Agent {
    /// Takes an article. One that is sold by weight weighs what the cashier typed before it, or what lies on
    /// the scale; without either nothing is taken, and the screen says what to do.
    pub(super) async fn take_article(&self, at: At, product: ProductRecord) -> Result<Notice, AgentError> {
        let desk = self.desk(at.till)?;
        if product.gift_card && !self.keeps_gift_cards() {
            return Ok(self.say(desk, NoticeKind::GiftCard(GiftCardNotice::NotSold), product.name));
        }
        if !product.weighed || self.basket(desk).await?.next_quantity.is_some() {
            return self.change(at, taken(product, None)).await;
        }
        match self.weigh(at.till).await {
            Ok(weight) => self.change(at, taken(product, Some(weight))).await,
            Err(ScaleError::NoScale) => Ok(self.say(desk, NoticeKind::WeightNeeded, product.name)),
            Err(why) => Ok(self.say(desk, NoticeKind::ScaleRefused, why.code())),
        }
    }
}

/// An article is sold at the catalogue's price, or waits for the one that somebody keys. `None`: as many as `3*`
/// said, otherwise one. A gift card waits for the card, and for what is to be on it unless the catalogue says that.
pub(super) fn taken(product: ProductRecord, quantity: Option<Quantity>) -> Event {
    let (is_open, is_gift_card) = (product.open_price, product.gift_card);
    let article = article(product);
    if is_gift_card {
        let fixed = Some(article.price).filter(|price| !is_open && *price > Money::ZERO);
        return Event::GiftCardNeeded { article, fixed };
    }
    if is_open { Event::PriceNeeded { article, quantity } } else { Event::Product { article, quantity } }
}
