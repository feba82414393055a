//! Points as a payment: how many this card may spend here and now, and what they pay.

use chrono::Duration;
use domain::money::{AmountError, Money, Points};
use domain::points::{ByVesting, Pending, Programme, Redeemable, Standing, WhyLess};
use domain::sale::Tender;

use super::reserve::Word;
use crate::app::{Agent, Desk};
use crate::checkout::basket::Basket;
use crate::checkout::complete;
use crate::checkout::price::Policy;
use crate::error::AgentError;
use crate::ui::view::{HubState, RedeemView};

/// A balance that was pulled this lately, with the hub answering, is the hub's of this moment. Another till may
/// still be faster: then the account goes into debt, which the hub takes and shows.
const FRESH: Duration = Duration::seconds(60);
/// So far may two clocks that are looked after be apart: as much as the hub takes a signature's time to be off.
const CLOCKS_APART: Duration = Duration::minutes(10);

impl Agent {
    /// How many points may pay what is due on a till; nothing without a member's card.
    pub async fn redeemable(&self, n: i64) -> Result<Option<RedeemView>, AgentError> {
        let desk = self.desk(n)?;
        let basket = self.basket(desk).await?;
        let Some((programme, standing, pending)) = self.points_told(desk, &basket, Word::Own).await? else {
            return Ok(None);
        };
        let due = due_without_points(&basket, &self.policy(desk))?;
        let Redeemable { max_points, max_money, why_less } = programme.redeemable(standing, due)?;
        let redemption = programme.redemption.as_ref();
        let balance = standing.balance.minus(standing.spent_since)?;
        let worth = |points| redemption.map(|r| r.worth(points)).transpose();
        Ok(Some(RedeemView {
            balance,
            pending: Pending::of(&pending)?,
            balance_worth: worth(balance)?.unwrap_or_default(),
            due,
            max_points,
            max_money,
            why_less,
            step: redemption.map_or(Points::ONE, |r| r.step),
        }))
    }

    /// What so many points would pay now, or why they are not taken.
    pub async fn points_pay(&self, n: i64, points: Points) -> Result<Money, AgentError> {
        let desk = self.desk(n)?;
        let basket = self.basket(desk).await?;
        Ok(self.points_tender(desk, &basket, points, &self.policy(desk), Word::Own).await?.amount)
    }

    /// The payment that so many points are, or why they are not taken.
    pub(super) async fn points_tender(
        &self,
        desk: &Desk,
        basket: &Basket,
        points: Points,
        policy: &Policy,
        word: Word,
    ) -> Result<Tender, AgentError> {
        let Some((programme, standing, _)) = self.points_told(desk, basket, word).await? else {
            return Err(self.nothing_to_spend(basket).await?);
        };
        let redemption = programme.redemption.as_ref().ok_or_else(not_offered)?;
        let due = due_without_points(basket, policy)?;
        let most = programme.redeemable(standing, due)?.max_points;
        let amount = redemption
            .pays(points, standing, due)
            .map_err(|why| AgentError::Redeem { code: why.code(), most })?;
        Ok(Tender { redemption: word.redemption(), ..Tender::of_points(points, amount) })
    }

    /// Points that were taken before still stand when the sale is closed: another till may have spent them
    /// meanwhile, unless the hub holds them for this one.
    pub(super) async fn check_points(
        &self,
        desk: &Desk,
        basket: &Basket,
        policy: &Policy,
        word: Word,
    ) -> Result<(), AgentError> {
        let taken = basket.taken.iter().filter_map(|tender| tender.points).map(|points| points.0).sum();
        let (taken, gifts) = (Points(taken), basket.gift_points());
        if taken <= Points::ZERO && gifts.is_zero() {
            return Ok(());
        }
        let Some((programme, standing, _)) = self.points_told(desk, basket, word).await? else {
            return Err(self.nothing_to_spend(basket).await?);
        };
        let without_gifts = Standing { spent_since: standing.spent_since.minus(gifts)?, ..standing };
        if !gifts.is_zero()
            && let Some(why) = programme.why_no_gift(gifts, without_gifts)?
        {
            return Err(AgentError::Redeem { code: why.code(), most: unspent(without_gifts)? });
        }
        let most = programme.redeemable(standing, due_without_points(basket, policy)?)?.max_points;
        if taken <= most { Ok(()) } else { Err(AgentError::Redeem { code: "redeem_not_allowed", most }) }
    }

    /// The hub has only so many for this ticket, gifts among them.
    pub(super) async fn short_of_points(
        &self,
        desk: &Desk,
        available: Points,
    ) -> Result<AgentError, AgentError> {
        let basket = self.basket(desk).await?;
        let Some((programme, standing)) = self.points_standing(desk, &basket).await? else {
            return self.nothing_to_spend(&basket).await;
        };
        let gifts = basket.gift_points();
        if gifts > available {
            let most = available.max(Points::ZERO);
            return Ok(AgentError::Redeem { code: WhyLess::Balance.code(), most });
        }
        let standing = Standing { balance: available, spent_since: gifts, online: true, ..standing };
        let due = due_without_points(&basket, &self.policy(desk))?;
        let most = programme.redeemable(standing, due)?.max_points;
        Ok(AgentError::Redeem { code: "redeem_not_allowed", most })
    }

    /// Whether the card on the ticket was reported since it was read.
    async fn is_reported(&self, basket: &Basket) -> Result<bool, AgentError> {
        let Some(card) = &basket.card else { return Ok(false) };
        let known = self.store().card(card.number.as_str()).await?;
        Ok(known.is_some_and(|known| card.state.redeems() && !known.state.redeems()))
    }

    /// Why no points of the card on the ticket can be spent.
    pub(super) async fn nothing_to_spend(&self, basket: &Basket) -> Result<AgentError, AgentError> {
        if self.is_reported(basket).await? {
            return Ok(AgentError::Redeem { code: REPORTED, most: Points::ZERO });
        }
        Ok(nothing_to_spend(basket))
    }

    /// The programme of today, and what is known of the points of the card on the ticket, less the gifts on it.
    pub(super) async fn points_standing(
        &self,
        desk: &Desk,
        basket: &Basket,
    ) -> Result<Option<(Programme, Standing)>, AgentError> {
        let told = self.points_told(desk, basket, Word::Own).await?;
        Ok(told.map(|(programme, standing, _)| (programme, standing)))
    }

    /// The same, and what cannot be spent yet.
    async fn points_told(
        &self,
        desk: &Desk,
        basket: &Basket,
        word: Word,
    ) -> Result<Option<(Programme, Standing, ByVesting)>, AgentError> {
        let Some(holder) = basket.spender() else { return Ok(None) };
        if self.is_reported(basket).await? {
            return Ok(None);
        }
        let Some(member) = self.store().member(holder.member).await? else { return Ok(None) };
        let programmes = self.store().programmes().await?;
        let today = self.heading(desk).business_date;
        let Some(programme) = Programme::on(&programmes, today) else { return Ok(None) };
        let pulled_at = self.store().hub().await?.and_then(|hub| hub.pulled_at);
        let now = self.now();
        let is_fresh = pulled_at.is_some_and(|at| (Duration::zero()..=FRESH).contains(&(now - at)));
        let spoken_for = self.store().spoken_for(holder.member, now, member.as_of).await?;
        let spent = spoken_for.total()?;
        // What has ended is gone, but for what was spent of it in time; what is pending cannot be spent.
        let left = spoken_for.left_of(&member, now, desk.till.zone)?;
        let balance = left.available.plus(spent)?;
        let (balance, online) = match word {
            Word::Own => (balance, self.link_of(desk) == HubState::Online && is_fresh),
            // They are there for this ticket, whatever the snapshot has heard of.
            Word::Held(_, points) => (balance.max(spent.plus(points)?), true),
            Word::Alone => (balance, false),
        };
        let is_counted = programme.redemption.as_ref().is_some_and(|rule| rule.offline_redemptions.is_some());
        let unheard = if online || !is_counted { 0 } else { self.store().unheard(desk.till.n).await? };
        let standing = Standing {
            balance,
            spent_since: spent.plus(basket.gift_points())?,
            online,
            age_days: age_days(now - member.as_of),
            unheard,
        };
        Ok(Some((programme.clone(), standing, left.pending)))
    }
}

/// What is due besides gifts, whatever points pay of it.
fn due_without_points(basket: &Basket, policy: &Policy) -> Result<Money, AgentError> {
    let mut plain = basket.clone();
    plain.drop_points();
    Ok(complete::standing(&plain, policy)?.due)
}

/// Whose customer was found by phone or e-mail.
pub(crate) const BY_CONTACT: &str = "redeem_by_contact";
/// Another took the place of the card.
pub(crate) const REPLACED: &str = "redeem_card_replaced";
/// The card was reported while it stood on the ticket.
pub(crate) const REPORTED: &str = "redeem_card_reported";

/// There is no card whose points could be spent, or it was not there.
fn nothing_to_spend(basket: &Basket) -> AgentError {
    let Some(card) = basket.card.as_ref().filter(|card| card.holder.is_some() && !card.may_spend()) else {
        return not_offered();
    };
    let code = if card.state.redeems() { BY_CONTACT } else { REPLACED };
    AgentError::Redeem { code, most: Points::ZERO }
}

/// The programme has no rule for it.
pub(super) fn not_offered() -> AgentError {
    AgentError::Redeem { code: WhyLess::NotOffered.code(), most: Points::ZERO }
}

/// What the card has left, as far as this till can tell.
pub(super) fn unspent(standing: Standing) -> Result<Points, AmountError> {
    Ok(standing.balance.minus(standing.spent_since)?.max(Points::ZERO))
}

/// Whole days. What comes from the future has no age that could be trusted: this machine's clock went back, or
/// never went right, and what looks young may be very old.
fn age_days(age: Duration) -> i64 {
    if age < -CLOCKS_APART { i64::MAX } else { age.num_days().max(0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_from_the_future_is_not_fresh() {
        for (age, wanted) in [
            (Duration::hours(-1), i64::MAX),
            (Duration::days(-3), i64::MAX),
            (Duration::minutes(-10), 0),
            (Duration::zero(), 0),
            (Duration::hours(23), 0),
            (Duration::hours(49), 2),
        ] {
            assert_eq!(age_days(age), wanted, "{age}");
        }
    }
}
