//! What the screens say of what the hub knows: receipts and baskets that may be another agent's, and gift cards.

use super::Tone;

/// What a receipt is that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiptNotice {
    /// `about` is the sale's id: the screen offers what can be done with it.
    Read,
    /// The same for a receipt of another agent's till, which can only be taken back.
    Elsewhere,
    /// The hub is being asked for it.
    Asked,
    /// No receipt of this chain that anybody has heard of.
    Unknown,
    /// Not in this agent's journal, and the hub cannot be asked.
    Away,
    /// The address of a page for customers, which names no receipt of this agent's.
    Page,
}

impl ReceiptNotice {
    pub(super) fn tone(self) -> Tone {
        match self {
            Self::Read | Self::Elsewhere | Self::Asked => Tone::Found,
            Self::Unknown | Self::Away | Self::Page => Tone::Error,
        }
    }

    /// The key of its text.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Read => "notice-receipt-read",
            Self::Elsewhere => "notice-receipt-elsewhere",
            Self::Asked => "notice-receipt-asked",
            Self::Unknown => "notice-receipt-unknown",
            Self::Away => "notice-receipt-away",
            Self::Page => "notice-receipt-page",
        }
    }
}

/// What is said of a gift card; `about` are its last four digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GiftCardNotice {
    /// The hub is asked what is on it.
    Read,
    /// Another system keeps what is on it.
    Elsewhere,
    /// A gift card is to be sold; `about` is the article.
    Needed,
    /// The card that is sold was read, and what is to be on it is not known yet.
    ForSale,
    /// A gift card was to be sold at a till that leaves them to another system; `about` is the article.
    NotSold,
    /// It is on the ticket already.
    Twice,
    /// It is sold by itself for its amount.
    Fixed,
}

impl GiftCardNotice {
    pub(super) fn tone(self) -> Tone {
        match self {
            Self::Read | Self::ForSale => Tone::Card,
            Self::Elsewhere | Self::Needed | Self::NotSold | Self::Twice | Self::Fixed => Tone::Error,
        }
    }

    /// The key of its text.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Read => "notice-gift-card-read",
            Self::Elsewhere => "notice-gift-card-elsewhere",
            Self::Needed => "notice-gift-card-needed",
            Self::ForSale => "notice-gift-card-for-sale",
            Self::NotSold => "notice-gift-card-not-sold",
            Self::Twice => "notice-gift-card-twice",
            Self::Fixed => "notice-gift-card-fixed",
        }
    }
}

/// What became of a basket that was put aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldNotice {
    /// `about` is its label.
    Held,
    Recalled,
    /// Another till took it up; `about` is that till's code.
    Elsewhere,
    /// Its day is over, or somebody took it that nobody knows any more.
    Gone,
    /// Another agent's, and the hub cannot be asked for it.
    Away,
    /// An own one that was taken up without the hub, and at the till `about` too.
    Twice,
}

impl HeldNotice {
    pub(super) fn tone(self) -> Tone {
        match self {
            Self::Held | Self::Recalled => Tone::Found,
            Self::Elsewhere | Self::Gone | Self::Away | Self::Twice => Tone::Error,
        }
    }

    /// The key of its text.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Held => "notice-basket-held",
            Self::Recalled => "notice-basket-recalled",
            Self::Elsewhere => "notice-held-elsewhere",
            Self::Gone => "notice-held-gone",
            Self::Away => "notice-held-away",
            Self::Twice => "notice-held-twice",
        }
    }
}
