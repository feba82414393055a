//! What the sale page says of gifts.

use domain::points::WhyNoGift;

/// Why something cannot be done with a gift.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GiftNotice {
    /// It keeps its price and its quantity.
    Fixed,
    NeedsCard,
    /// It does not come back onto the ticket.
    Kept(WhyNoGift),
}

impl GiftNotice {
    /// The key of its text.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Fixed => "notice-gift-fixed",
            Self::NeedsCard => "notice-gift-card",
            Self::Kept(why) => why.code(),
        }
    }
}
