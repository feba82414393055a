//! Gifts for points: which a card may have here and now, and one of them onto the ticket.

use std::cmp::Reverse;
use std::collections::HashSet;

use domain::codes::Sku;
use domain::money::Points;
use domain::points::{Gift, Programme};
use domain::stock::StockState;

use super::At;
use super::redeem::{not_offered, unspent};
use crate::app::{Agent, Desk};
use crate::checkout::basket::{Basket, Event, Line};
use crate::checkout::gift_limits::GiftLimits;
use crate::error::AgentError;
use crate::ui::view::{GiftNotice, GiftView, InsteadView, Notice, NoticeKind};

/// More of them are on the page for points.
const GREETED_WITH: usize = 3;
/// What is offered in the place of a gift that is out: a choice, and not the whole list once more.
const INSTEAD_MAX: usize = 3;

impl Agent {
    /// Gifts that the programme of today offers to the card on the ticket, the cheapest first.
    pub async fn gifts(&self, n: i64) -> Result<Vec<GiftView>, AgentError> {
        let desk = self.desk(n)?;
        let basket = self.basket(desk).await?;
        let Some((programme, standing)) = self.points_standing(desk, &basket).await? else {
            return Ok(vec![]);
        };
        let limits = self.gift_limits(desk, &basket, &programme).await?;
        let mut gifts = vec![];
        for gift in &programme.gifts {
            let Some(product) = self.store().product_by_sku(gift.sku.as_str()).await? else { continue };
            let why = limits.why_none(gift, &programme, standing)?;
            let missing = Points(gift.points.0.saturating_sub(unspent(standing)?.0).max(0));
            let stock = self.stock_of(desk, &product.sku);
            let (sku, name, points) = (product.sku, product.name, gift.points);
            gifts.push(GiftView { sku, name, points, missing, why, stock, instead: vec![] });
        }
        gifts.sort_by(|a, b| (a.points, &a.name).cmp(&(b.points, &b.name)));
        let instead: Vec<Vec<InsteadView>> = gifts.iter().map(|gift| instead_of(gift, &gifts)).collect();
        for (gift, instead) in gifts.iter_mut().zip(instead) {
            gift.instead = instead;
        }
        Ok(gifts)
    }

    /// The dearest of them that the card on the ticket can have here and now; nothing discreet is named unasked, and
    /// nothing that is out in this store.
    pub(crate) async fn gifts_within_reach(
        &self,
        desk: &Desk,
        basket: &Basket,
    ) -> Result<Vec<GiftView>, AgentError> {
        let Some((mut programme, standing)) = self.points_standing(desk, basket).await? else {
            return Ok(vec![]);
        };
        let limits = self.gift_limits(desk, basket, &programme).await?;
        programme.gifts.sort_by_key(|gift| Reverse(gift.points));
        let mut gifts = vec![];
        for gift in &programme.gifts {
            if gifts.len() == GREETED_WITH {
                break;
            }
            let stock = self.stock_of(desk, &gift.sku);
            let is_out = stock.is_some_and(|flag| flag.state == StockState::Out);
            if is_out || limits.why_none(gift, &programme, standing)?.is_some() {
                continue;
            }
            let product = self.store().product_by_sku(gift.sku.as_str()).await?;
            let Some(product) = product.filter(|product| !product.discreet) else { continue };
            let (sku, name, points) = (product.sku, product.name, gift.points);
            let (missing, instead) = (Points::ZERO, vec![]);
            gifts.push(GiftView { sku, name, points, missing, why: None, stock, instead });
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
        let limits = self.gift_limits(desk, &basket, &programme).await?;
        if !is_done && let Some(why) = limits.why_none(gift, &programme, standing)? {
            return Err(AgentError::Redeem { code: why.code(), most: unspent(standing)? });
        }
        // A gift card is sold with the card that it is, and never given away without one.
        let product = self.store().product_by_sku(sku.as_str()).await?.filter(|product| !product.gift_card);
        let article = super::article(product.ok_or_else(not_offered)?);
        self.change(at, Event::Gift { article, points: gift.points }).await
    }

    /// Says why a gift that was taken off the ticket does not come back onto it; nothing where it may.
    pub(super) async fn gift_kept_off(&self, at: At, number: u32) -> Result<Option<Notice>, AgentError> {
        let desk = self.desk(at.till)?;
        let basket = self.basket(desk).await?;
        let is_it = |line: &&Line| line.number == number && line.voided && line.gift.is_some();
        let Some(line) = basket.lines.iter().find(is_it) else { return Ok(None) };
        if at.order.is_some_and(|order| basket.has_done(order)) {
            return Ok(None);
        }
        let Some((programme, _)) = self.points_standing(desk, &basket).await? else { return Ok(None) };
        let limits = self.gift_limits(desk, &basket, &programme).await?;
        let why = programme.gift(&line.article.sku).and_then(|gift| limits.why(gift));
        Ok(why.map(|why| self.say(desk, NoticeKind::Gift(GiftNotice::Kept(why)), line.article.name.clone())))
    }

    /// Gifts that were put on the ticket may still be had when the sale is closed: another till may have handed over the
    /// same ones meanwhile.
    pub(super) async fn check_gifts(&self, desk: &Desk, basket: &Basket) -> Result<(), AgentError> {
        let gifts: Vec<&Line> = basket.live_lines().filter(|line| line.gift.is_some()).collect();
        if gifts.is_empty() {
            return Ok(());
        }
        let Some((programme, standing)) = self.points_standing(desk, basket).await? else {
            return Err(self.nothing_to_spend(basket).await?);
        };
        let limits = self.gift_limits(desk, basket, &programme).await?;
        let why = |line: &&Line| programme.gift(&line.article.sku).and_then(|gift| limits.why_not_kept(gift));
        match gifts.iter().find_map(why) {
            Some(why) => Err(AgentError::Redeem { code: why.code(), most: unspent(standing)? }),
            None => Ok(()),
        }
    }

    /// How often the card's member had the gifts that have limits, as far as this till knows: by their snapshot, by what
    /// was taken here since, and with what is on the ticket.
    async fn gift_limits(
        &self,
        desk: &Desk,
        basket: &Basket,
        programme: &Programme,
    ) -> Result<GiftLimits, AgentError> {
        let today = self.heading(desk).business_date;
        let mut limits = GiftLimits { today, told: vec![], since: vec![], gone: HashSet::new() };
        let has_limit = |gift: &Gift| gift.per_member.is_some() || gift.in_total.is_some();
        let Some(holder) = basket.spender() else { return Ok(limits) };
        if !programme.gifts.iter().any(has_limit) {
            return Ok(limits);
        }
        let Some(member) = self.store().member(holder.member).await? else { return Ok(limits) };
        limits.since = self.store().gifts_since(holder.member, member.as_of).await?;
        let on_ticket = basket.live_lines().filter(|line| line.gift.is_some());
        limits.since.extend(on_ticket.map(|line| (line.article.sku.clone(), today)));
        limits.told = member.gifts;
        limits.gone = self.store().gifts_gone(today).await?;
        Ok(limits)
    }
}

/// Where a gift is out here and the member could have it: what they can have for no more points that is not, the nearest
/// in price first.
fn instead_of(out: &GiftView, gifts: &[GiftView]) -> Vec<InsteadView> {
    if !out.is_out() || out.why.is_some() {
        return vec![];
    }
    let could = |gift: &&GiftView| {
        gift.sku != out.sku && gift.points <= out.points && gift.why.is_none() && !gift.is_out()
    };
    let mut others: Vec<&GiftView> = gifts.iter().filter(could).collect();
    others.sort_by(|a, b| b.points.cmp(&a.points).then_with(|| a.name.cmp(&b.name)));
    let view =
        |gift: &GiftView| InsteadView { sku: gift.sku.clone(), name: gift.name.clone(), points: gift.points };
    others.into_iter().take(INSTEAD_MAX).map(view).collect()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use domain::points::{WhyLess, WhyNoGift};

    use super::*;
    use crate::ui::view::StockFlag;

    fn gift(sku: &str, points: i64, state: Option<StockState>) -> GiftView {
        GiftView {
            sku: sku.parse().unwrap(),
            name: sku.to_owned(),
            points: Points(points),
            missing: Points::ZERO,
            why: None,
            stock: state.map(|state| StockFlag { state, since: DateTime::UNIX_EPOCH }),
            instead: vec![],
        }
    }

    #[test]
    fn in_the_place_of_a_gift_that_is_out_stand_others_that_can_be_had() {
        let mut gifts = vec![
            gift("pan", 500, Some(StockState::Out)),
            gift("same", 500, None),
            gift("dear", 501, None),
            gift("cup", 300, Some(StockState::Low)),
            gift("out", 400, Some(StockState::Out)),
            gift("far", 450, None),
            gift("bag", 200, None),
            gift("pin", 100, None),
        ];
        gifts[5].why = Some(WhyNoGift::Points(WhyLess::Balance));
        let instead = |at: usize| -> Vec<String> {
            instead_of(&gifts[at], &gifts).into_iter().map(|other| other.sku.to_string()).collect()
        };
        assert_eq!(instead(0), ["same", "cup", "bag"], "the nearest in price first, and no more than three");
        assert_eq!(instead(4), ["cup", "bag", "pin"]);
        assert!(instead(1).is_empty(), "there is enough");
        assert!(instead(3).is_empty(), "few are not none");
        gifts[0].why = Some(WhyNoGift::Points(WhyLess::Balance));
        assert!(instead_of(&gifts[0], &gifts).is_empty(), "it could not be had anyway");
    }
}
