//! The card on the ticket: whose it is, what they are offered, and whether it may spend.

use domain::codes::CardNumber;
use domain::ids::{AccountId, MemberId};
use domain::sale::CardEntry;
use domain::snapshot::Offer;
use domain::sync::OfferResponse;
use serde::{Deserialize, Serialize};

use super::Basket;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    pub number: CardNumber,
    pub entry: CardEntry,
    pub blocked: bool,
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

impl Card {
    /// The same one, however it was read: one that was blocked or changed hands meanwhile is another card.
    pub fn is_same(&self, other: &Self) -> bool {
        let told = |card: &Self| (card.blocked, card.holder.as_ref().map(|holder| holder.member));
        self.number == other.number && told(self) == told(other)
    }
}

impl Basket {
    pub fn offer(&self) -> Option<&OfferState> {
        self.card.as_ref()?.holder.as_ref()?.offer.as_ref()
    }

    /// Whose ticket this is: the member of a card that works.
    pub fn member(&self) -> Option<&Holder> {
        self.card.as_ref().filter(|card| !card.blocked)?.holder.as_ref()
    }

    /// Whose points this ticket may spend: the member, once the card was there.
    pub fn spender(&self) -> Option<&Holder> {
        self.member().filter(|_| !self.card.as_ref().is_some_and(|card| card.by_contact))
    }

    /// The offer that the customer took, if so.
    pub fn accepted_offer(&self) -> Option<&Offer> {
        self.offer().filter(|o| o.response == OfferResponse::Accepted).map(|o| &o.offer)
    }
}
