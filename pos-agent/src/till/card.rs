//! Whose a card is that was read, and what is offered to them.

use domain::card::CardState;
use domain::codes::CardNumber;
use domain::ids::MemberId;
use domain::sale::CardEntry;
use domain::snapshot::Offer;
use domain::sync::OfferResponse;

use crate::app::{Agent, Desk};
use crate::checkout::basket::{Card, Holder, OfferState};
use crate::error::AgentError;

impl Agent {
    /// The card with whoever it belongs to, as far as this till knows.
    pub(super) async fn recognised(
        &self,
        desk: &Desk,
        number: CardNumber,
        entry: CardEntry,
    ) -> Result<Card, AgentError> {
        let known = self.store().card(number.as_str()).await?;
        let state = known.as_ref().map_or(CardState::Active, |card| card.state);
        let member = match &known {
            Some(card) if state.earns() => self.store().member(card.member).await?,
            _ => None,
        };
        let mut holder = None;
        if let Some(member) = member {
            let offer = self.fresh_offer(desk, member.member, member.offer).await?;
            holder = Some(Holder { member: member.member, account: member.account, offer });
        }
        Ok(Card { number, entry, state, holder, by_contact: false })
    }

    /// The member's offer, unless it has run out, was used here or was declined today.
    async fn fresh_offer(
        &self,
        desk: &Desk,
        member: MemberId,
        offer: Option<Offer>,
    ) -> Result<Option<OfferState>, AgentError> {
        let Some(offer) = offer else { return Ok(None) };
        let today = self.heading(desk).business_date;
        if offer.valid_until < today || self.store().offer_is_settled(offer.promotion, member, today).await? {
            return Ok(None);
        }
        Ok(Some(OfferState { offer, response: OfferResponse::Shown }))
    }
}
