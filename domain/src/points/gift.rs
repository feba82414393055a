//! Gifts: goods that a member takes for points, at a price in points of their own.

use serde::{Deserialize, Serialize};

use super::redeem::{Standing, WhyLess};
use super::rules::Programme;
use crate::codes::Sku;
use crate::money::{AmountError, Points};

/// Dearer than any gift: a typing error in a programme.
const POINTS_MAX: Points = Points(1_000_000_000_000);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gift {
    pub sku: Sku,
    /// What one of it costs, in hundredths of a point.
    pub points: Points,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GiftError {
    #[error("gift {0}: it must cost more than 0 points, and not more than {POINTS_MAX}")]
    Points(Sku),
    #[error("gift {0} stands there twice")]
    Twice(Sku),
}

pub(super) fn check(gifts: &[Gift]) -> Result<(), GiftError> {
    for (n, gift) in gifts.iter().enumerate() {
        if gift.points <= Points::ZERO || gift.points > POINTS_MAX {
            return Err(GiftError::Points(gift.sku.clone()));
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
