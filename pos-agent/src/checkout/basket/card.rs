//! The card on the ticket: whose it is, what they are offered, and whether it may spend.

use domain::card::CardState;
use domain::codes::CardNumber;
use domain::ids::{AccountId, MemberId};
use domain::sale::CardEntry;
use domain::snapshot::Offer;
use domain::sync::OfferResponse;
use serde::{Deserialize, Deserializer, Serialize};

use super::Basket;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    pub number: CardNumber,
    pub entry: CardEntry,
    #[serde(alias = "blocked", deserialize_with = "state_or_blocked")]
    pub state: CardState,
    /// `None`: nobody here knows whose it is; the sale carries the number all the same.
    pub holder: Option<Holder>,
    /// Found by phone, e-mail or a receipt, which others have too: it spends no points until the card itself is read.
    #[serde(default)]
    pub by_contact: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    pub member: MemberId,
    pub account: AccountId,
    pub offer: Option<OfferState>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferState {
    pub offer: Offer,
    pub response: OfferResponse,
}

/// A basket of the release before says only whether the card is blocked.
fn state_or_blocked<'de, D: Deserializer<'de>>(read: D) -> Result<CardState, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Said {
        State(CardState),
        Blocked(bool),
    }
    Ok(match Said::deserialize(read)? {
        Said::State(state) => state,
        Said::Blocked(true) => CardState::Blocked,
        Said::Blocked(false) => CardState::Active,
    })
}

impl Card {
    /// Whether it earns nothing: the sale does not name it.
    pub fn is_void(&self) -> bool {
        !self.state.earns()
    }

    /// Whether it spends points: it was there, and nothing was said of it.
    pub fn may_spend(&self) -> bool {
        self.state.redeems() && !self.by_contact
    }

    /// The same one, however it was read: one that was lost or changed hands meanwhile is another card.
    pub fn is_same(&self, other: &Self) -> bool {
        let told = |card: &Self| (card.state, card.holder.as_ref().map(|holder| holder.member));
        self.number == other.number && told(self) == told(other)
    }
}

impl Basket {
    pub fn offer(&self) -> Option<&OfferState> {
        self.card.as_ref()?.holder.as_ref()?.offer.as_ref()
    }

    /// Whose ticket this is: the member of a card that works.
    pub fn member(&self) -> Option<&Holder> {
        self.card.as_ref().filter(|card| !card.is_void())?.holder.as_ref()
    }

    /// Whose points this ticket may spend: the member, once the card was there.
    pub fn spender(&self) -> Option<&Holder> {
        self.member().filter(|_| self.card.as_ref().is_some_and(Card::may_spend))
    }

    /// The offer that the customer took, if so.
    pub fn accepted_offer(&self) -> Option<&Offer> {
        self.offer().filter(|o| o.response == OfferResponse::Accepted).map(|o| &o.offer)
    }
}
