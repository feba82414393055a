//! Paying with gift cards: who keeps their balance, and why a card does not pay.

use serde::{Deserialize, Serialize};

/// Who keeps what is on the chain's gift cards.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// Another system: the till takes the amount and the number as the cashier says them.
    #[default]
    Elsewhere,
    /// The hub: it holds what is paid, so a card pays only while the hub answers.
    Hub,
}

impl Kept {
    pub fn code(self) -> &'static str {
        match self {
            Self::Elsewhere => "elsewhere",
            Self::Hub => "hub",
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GiftCardPolicy {
    pub kept: Kept,
}

/// Why a gift card is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoGiftCard {
    #[error("that is not the number of a gift card of this chain: scan the card, or key all its digits")]
    Number,
    #[error(
        "the hub cannot be asked what is on the card: take another payment, or try again when it answers"
    )]
    Away,
    #[error("nobody has heard of this card yet: take another payment")]
    Unknown,
    #[error("this card is blocked: send the customer to customer service")]
    Blocked,
    #[error("nothing is left on this card: take another payment")]
    Empty,
    #[error("what was held of the card was let go meanwhile: scan it once more")]
    Ended,
    #[error("in training nothing is taken off a real card: take another payment")]
    Training,
    #[error(
        "this is the hub's gift card, and this till leaves gift cards to another system: take another payment"
    )]
    Elsewhere,
    #[error(
        "a gift card that was sold does not come back: what is on it can be spent in any store of the chain"
    )]
    Sold,
}

impl NoGiftCard {
    /// Stable name for screens, logs and the API.
    pub fn code(self) -> &'static str {
        match self {
            Self::Number => "gift_card_number",
            Self::Away => "gift_card_hub_away",
            Self::Unknown => "gift_card_unknown",
            Self::Blocked => "gift_card_blocked",
            Self::Empty => "gift_card_empty",
            Self::Ended => "gift_card_hold_ended",
            Self::Training => "gift_card_training",
            Self::Elsewhere => "gift_card_elsewhere",
            Self::Sold => "gift_card_sold",
        }
    }

    /// The key of its text on the screen.
    pub fn text(self) -> &'static str {
        match self {
            Self::Number => "error-gift-card-no",
            Self::Away => "error-gift-card-away",
            Self::Unknown => "error-gift-card-unknown",
            Self::Blocked => "error-gift-card-blocked",
            Self::Empty => "error-gift-card-empty",
            Self::Ended => "error-gift-card-ended",
            Self::Training => "error-gift-card-training",
            Self::Elsewhere => "error-gift-card-elsewhere",
            Self::Sold => "error-gift-card-sold",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_has_a_name_of_its_own() {
        let all = [
            NoGiftCard::Number,
            NoGiftCard::Away,
            NoGiftCard::Unknown,
            NoGiftCard::Blocked,
            NoGiftCard::Empty,
            NoGiftCard::Ended,
            NoGiftCard::Training,
            NoGiftCard::Elsewhere,
            NoGiftCard::Sold,
        ];
        let names: std::collections::BTreeSet<_> = all.into_iter().map(NoGiftCard::code).collect();
        assert_eq!(names.len(), all.len());
    }
}
