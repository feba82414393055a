//! What the screens are told of a coupon.

use domain::Money;
use domain::codes::CouponCode;
use domain::pricing::Idle;

use super::Tone;

/// A coupon on the counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CouponView {
    pub number: u32,
    pub code: CouponCode,
    pub name: String,
    /// What it takes off the ticket.
    pub amount: Money,
    /// Why it takes nothing yet.
    pub idle: Option<Idle>,
    /// What the goods must come to.
    pub minimum: Money,
    pub voided: bool,
    pub touched: bool,
}

/// What happened to a coupon that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CouponNotice {
    /// `about` is its name; whether it gives something yet stands in its row.
    Added,
    /// Of an issuer or with a code that this chain does not take.
    NotTaken,
    /// `about` is its first day.
    NotYet,
    /// `about` is its last day.
    Expired,
    /// This very one lies there already.
    Twice,
    /// One with a number of its own that gave something before.
    Used,
    TooMany,
}

impl CouponNotice {
    pub(super) fn tone(self) -> Tone {
        if self == Self::Added { Tone::Found } else { Tone::Error }
    }

    /// The key of its text.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Added => "notice-coupon",
            Self::NotTaken => "notice-coupon-not-taken",
            Self::NotYet => "notice-coupon-not-yet",
            Self::Expired => "notice-coupon-expired",
            Self::Twice => "notice-coupon-twice",
            Self::Used => "notice-coupon-used",
            Self::TooMany => "notice-coupon-too-many",
        }
    }
}
