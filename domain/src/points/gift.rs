//! Gifts: goods that a member takes for points, at a price in points of their own.

use serde::{Deserialize, Serialize};

use super::redeem::{Standing, WhyLess};
use super::rules::Programme;
use crate::codes::Sku;
use crate::money::{AmountError, Points};

mod limit;

pub use limit::{Beyond, GiftCount, GiftLimit, GiftPeriod, HandedOver, beyond};

/// Dearer than any gift: a typing error in a programme.
const POINTS_MAX: Points = Points(1_000_000_000_000);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gift {
    pub sku: Sku,
    /// What one of it costs, in hundredths of a point.
    pub points: Points,
    /// How often one member may have it; without this as often as their points reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_member: Option<GiftLimit>,
    /// How often the chain hands it over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_total: Option<GiftLimit>,
}

impl Gift {
    /// Without limits.
    pub fn new(sku: Sku, points: Points) -> Self {
        Self { sku, points, per_member: None, in_total: None }
    }

    /// Which limit keeps a member from it who had it so often in the member's period, where `is_gone` says whether it was
    /// handed over as often as it may be.
    pub fn why_limited(&self, had: i64, is_gone: bool) -> Option<WhyNoGift> {
        let total = self.in_total.filter(|_| is_gone).map(WhyNoGift::Total);
        total.or(self.per_member.filter(|limit| had >= limit.times).map(WhyNoGift::Member))
    }
}

/// What keeps a member from a gift.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyNoGift {
    /// Of their points.
    Points(WhyLess),
    /// They had it as often as one member may.
    Member(GiftLimit),
    /// It was handed over as often as it may be.
    Total(GiftLimit),
}

impl WhyNoGift {
    pub fn is_of_points(self) -> bool {
        matches!(self, Self::Points(_))
    }

    /// Of what the member, or everybody, had already.
    pub const LIMIT_CODES: [&str; 2] = [Self::OF_MEMBER, Self::IN_TOTAL];
    const OF_MEMBER: &str = "gift_member_limit";
    const IN_TOTAL: &str = "gift_total_limit";

    /// Stable name for texts, logs and API answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::Points(why) => why.code(),
            Self::Member(_) => Self::OF_MEMBER,
            Self::Total(_) => Self::IN_TOTAL,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GiftError {
    #[error("gift {0}: it must cost more than 0 points, and not more than {POINTS_MAX}")]
    Points(Sku),
    #[error("gift {0} stands there twice")]
    Twice(Sku),
    #[error("gift {0}: a limit is 1 to 1,000,000,000 times per day, month or ever")]
    Limit(Sku),
}

pub(super) fn check(gifts: &[Gift]) -> Result<(), GiftError> {
    for (n, gift) in gifts.iter().enumerate() {
        if gift.points <= Points::ZERO || gift.points > POINTS_MAX {
            return Err(GiftError::Points(gift.sku.clone()));
        }
        if ![gift.per_member, gift.in_total].into_iter().flatten().all(GiftLimit::is_sound) {
            return Err(GiftError::Limit(gift.sku.clone()));
        }
        if gifts[..n].iter().any(|other| other.sku == gift.sku) {
            return Err(GiftError::Twice(gift.sku.clone()));
        }
    }
    Ok(())
}

impl Programme {
    pub fn gift(&self, sku: &Sku) -> Option<&Gift> {
        self.gifts.iter().find(|gift| gift.sku == *sku)
    }

    /// What keeps so many points from being taken for gifts now; nothing where they may be. Where points pay
    /// for nothing else, gifts are handed over with the hub in reach only.
    pub fn why_no_gift(&self, points: Points, standing: Standing) -> Result<Option<WhyLess>, AmountError> {
        let within = match &self.redemption {
            Some(redemption) => redemption.limit(standing)?,
            None if standing.online => Ok((standing.balance.minus(standing.spent_since)?, WhyLess::Balance)),
            None => Err(WhyLess::OnlineOnly),
        };
        Ok(match within {
            Ok((limit, why)) => (points > limit).then_some(why),
            Err(why) => Some(why),
        })
    }
}

#[cfg(test)]
mod tests;
