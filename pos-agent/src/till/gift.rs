//! Gifts for points: which a card may have here and now, and one of them onto the ticket.

use std::cmp::Reverse;

use domain::codes::Sku;
use domain::money::Points;

use super::At;
use super::redeem::{not_offered, unspent};
use crate::app::{Agent, Desk};
use crate::checkout::basket::{Basket, Event};
use crate::error::AgentError;
use crate::ui::view::{GiftView, Notice};

/// More of them are on the page for points.
const GREETED_WITH: usize = 3;

impl Agent {
    /// Gifts that the programme of today offers to the card on the ticket, the cheapest first.
    pub async fn gifts(&self, n: i64) -> Result<Vec<GiftView>, AgentError> {
        let desk = self.desk(n)?;
        let basket = self.basket(desk).await?;
        let Some((programme, standing)) = self.points_standing(desk, &basket).await? else {
            return Ok(vec![]);
        };
        let mut gifts = vec![];
        for gift in &programme.gifts {
            let Some(product) = self.store().product_by_sku(gift.sku.as_str()).await? else { continue };
            let why = programme.why_no_gift(gift.points, standing)?;
            let missing = Points(gift.points.0.saturating_sub(unspent(standing)?.0).max(0));
            gifts.push(GiftView { sku: product.sku, name: product.name, points: gift.points, missing, why });
        }
        gifts.sort_by(|a, b| (a.points, &a.name).cmp(&(b.points, &b.name)));
        Ok(gifts)
    }

    /// The dearest of them that the card on the ticket can have here and now; nothing discreet is named unasked.
    pub(crate) async fn gifts_within_reach(
        &self,
        desk: &Desk,
        basket: &Basket,
    ) -> Result<Vec<GiftView>, AgentError> {
        let Some((mut programme, standing)) = self.points_standing(desk, basket).await? else {
            return Ok(vec![]);
        };
        programme.gifts.sort_by_key(|gift| Reverse(gift.points));
        let mut gifts = vec![];
        for gift in &programme.gifts {
            if gifts.len() == GREETED_WITH {
                break;
            }
            if programme.why_no_gift(gift.points, standing)?.is_some() {
                continue;
            }
            let product = self.store().product_by_sku(gift.sku.as_str()).await?;
            let Some(product) = product.filter(|product| !product.discreet) else { continue };
            let (sku, name, points) = (product.sku, product.name, gift.points);
            gifts.push(GiftView { sku, name, points, missing: Points::ZERO, why: None });
        }
        Ok(gifts)
    }

    /// Puts a gift on the ticket; its points are spent when the sale is closed.
    pub async fn take_gift(&self, at: impl Into<At>, sku: &Sku) -> Result<Notice, AgentError> {
        let at = at.into();
        let desk = self.desk(at.till)?;
        let basket = self.basket(desk).await?;
        let Some((programme, standing)) = self.points_standing(desk, &basket).await? else {
            return Err(self.nothing_to_spend(&basket).await?);
        };
        let gift = programme.gift(sku).ok_or_else(not_offered)?;
        let is_done = at.order.is_some_and(|order| basket.has_done(order));
        if !is_done && let Some(why) = programme.why_no_gift(gift.points, standing)? {
            return Err(AgentError::Redeem { code: why.code(), most: unspent(standing)? });
        }
        let product = self.store().product_by_sku(sku.as_str()).await?;
        let article = super::article(product.ok_or_else(not_offered)?);
        self.change(at, Event::Gift { article, points: gift.points }).await
    }
}
