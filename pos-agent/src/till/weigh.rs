//! Goods that are sold by weight: the scale is asked when one is taken, and never before.

use super::{At, article, take};
use crate::app::Agent;
use crate::checkout::basket::Event;
use crate::device::scale::ScaleError;
use crate::error::AgentError;
use crate::store::catalogue::ProductRecord;
use crate::ui::view::{Notice, NoticeKind};

impl Agent {
    /// Takes an article. One that is sold by weight weighs what the cashier typed before it, or what lies on
    /// the scale; without either nothing is taken, and the screen says what to do.
    pub(super) async fn take_article(&self, at: At, product: ProductRecord) -> Result<Notice, AgentError> {
        let desk = self.desk(at.till)?;
        if !product.weighed || self.basket(desk).await?.next_quantity.is_some() {
            return self.change(at, take(product)).await;
        }
        match self.weigh(at.till).await {
            Ok(weight) => {
                let weighed = Event::Product { article: article(product), quantity: Some(weight) };
                self.change(at, weighed).await
            }
            Err(ScaleError::NoScale) => Ok(self.say(desk, NoticeKind::WeightNeeded, product.name)),
            Err(why) => Ok(self.say(desk, NoticeKind::ScaleRefused, why.code())),
        }
    }
}
