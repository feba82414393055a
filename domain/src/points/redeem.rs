//! Points as a tender: what they are worth, how many an amount takes, and how many may be spent now.
//!
//! The till decides by these functions, with what it knows of the balance. The hub takes every sale as it
//! was tendered: where two tills spent the same points while they were alone, the account is in debt.

use serde::{Deserialize, Serialize};

use crate::money::{AmountError, Money, Points};
use crate::sync::redemption::Floor;

/// `points` (hundredths) pay `money` minor units: `100 / 25` is 0.25 for a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Value {
    pub points: i64,
    pub money: i64,
}

/// How a programme lets points pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redemption {
    pub value: Value,
    /// Points are taken in multiples of this, in hundredths.
    #[serde(default = "one_point")]
    pub step: Points,
    /// The least that one ticket takes, in hundredths; 0 for no minimum.
    #[serde(default)]
    pub minimum: Points,
    /// What one card may spend at a till that does not hear the hub, in hundredths, until it hears of the
    /// card again; 0 lets points pay only with the hub in reach.
    #[serde(default)]
    pub offline_cap: Points,
    /// How many days old the till's snapshot of the member may be for that.
    #[serde(default)]
    pub offline_days: i64,
    /// How many sales, of all cards, a till that does not hear the hub may let points pay in until the hub has heard of
    /// them. Without it their number has no limit, and what may be spent twice at worst has none either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offline_redemptions: Option<u32>,
}

fn one_point() -> Points {
    Points::ONE
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RedemptionError {
    #[error("the value needs points above 0 and money above 0")]
    Value,
    #[error("the step must be above 0")]
    Step,
    #[error("the minimum must be 0 or a multiple of the step")]
    Minimum,
    #[error("the offline cap must not be negative")]
    OfflineCap,
    #[error("the offline days must not be negative")]
    OfflineDays,
    #[error("the offline redemptions must be above 0; an offline cap of 0 lets none happen")]
    OfflineRedemptions,
}

/// What is known of a member's points at the moment of paying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The hub's balance; below zero the member owes points.
    pub balance: Points,
    /// What this till took from the card since that balance was computed.
    pub spent_since: Points,
    /// Whether the balance is the hub's answer of this moment.
    pub online: bool,
    /// Whole days since the balance was computed.
    pub age_days: i64,
    /// Sales of this till in which points paid, of all cards, and of which the hub has not heard.
    pub unheard: i64,
}

/// What redemption without the hub may cost at worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtWorst {
    /// Points pay only with the hub in reach.
    Nothing,
    /// The number of redemptions has no limit, so this has none either.
    NoLimit,
    /// `redemptions` are those of one till until the hub has heard of them.
    Figure { redemptions: u32, points: Points, money: Money },
    /// There is a limit, larger than can be counted.
    TooLarge { redemptions: u32 },
}

/// What keeps points from paying all that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyLess {
    /// The programme has no rule by which points pay.
    NotOffered,
    /// The balance does not reach.
    Balance,
    /// Balance or amount due stay below the least that a ticket takes.
    Minimum,
    /// The hub is not in reach, and points pay only when it is.
    OnlineOnly,
    /// The hub is not in reach, and the till's snapshot is too old.
    SnapshotOld,
    /// The hub is not in reach, and the card has spent what it may without it.
    OfflineCap,
    /// The hub is not in reach, and the till has let points pay as often as it may without it.
    OfflineRedemptions,
}

impl WhyLess {
    /// Stable name for texts, logs and API answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotOffered => "redeem_not_offered",
            Self::Balance => "redeem_balance",
            Self::Minimum => "redeem_minimum",
            Self::OnlineOnly => "redeem_online_only",
            Self::SnapshotOld => "redeem_snapshot_old",
            Self::OfflineCap => "redeem_offline_cap",
            Self::OfflineRedemptions => "redeem_offline_redemptions",
        }
    }
}

/// The most that points may pay now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redeemable {
    pub max_points: Points,
    /// What they pay; the last point may pay less than it is worth.
    pub max_money: Money,
    /// None where they pay all that is due.
    pub why_less: Option<WhyLess>,
}

impl Redeemable {
    fn nothing(why: WhyLess) -> Self {
        Self { max_points: Points::ZERO, max_money: Money::ZERO, why_less: Some(why) }
    }
}

/// Why a number of points cannot be taken for an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("points are spent in multiples of {0}")]
    Step(Points),
    #[error("a ticket takes at least {0} points")]
    Minimum(Points),
    #[error("{0} points pay all that is due")]
    TooMany(Points),
    #[error("no more than {0} points can be spent now")]
    NotAllowed(Points),
    #[error(transparent)]
    Amount(#[from] AmountError),
}

impl Refusal {
    /// Stable name for texts, logs and API answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::Step(_) => "redeem_step",
            Self::Minimum(_) => "redeem_minimum",
            Self::TooMany(_) => "redeem_too_many",
            Self::NotAllowed(_) => "redeem_not_allowed",
            Self::Amount(_) => "redeem_amount",
        }
    }
}

impl Redemption {
    pub fn check(&self) -> Result<(), RedemptionError> {
        if self.value.points <= 0 || self.value.money <= 0 {
            return Err(RedemptionError::Value);
        }
        if self.step.0 <= 0 {
            return Err(RedemptionError::Step);
        }
        if self.minimum.is_negative() || self.minimum.0 % self.step.0 != 0 {
            return Err(RedemptionError::Minimum);
        }
        if self.offline_cap.is_negative() {
            return Err(RedemptionError::OfflineCap);
        }
        if self.offline_days < 0 {
            return Err(RedemptionError::OfflineDays);
        }
        if self.offline_redemptions == Some(0) { Err(RedemptionError::OfflineRedemptions) } else { Ok(()) }
    }

    /// What so many tills that are alone at the same time let be spent at worst that is not there.
    pub fn at_worst(&self, tills: u32) -> AtWorst {
        if self.offline_cap.is_zero() {
            return AtWorst::Nothing;
        }
        let Some(floor) = self.floor() else { return AtWorst::NoLimit };
        let redemptions = floor.per_session;
        let worth = |points| self.worth(points).map(|money| (points, money));
        match floor.worst_case(tills).and_then(worth) {
            Ok((points, money)) => AtWorst::Figure { redemptions, points, money },
            Err(_) => AtWorst::TooLarge { redemptions },
        }
    }

    /// For its worst case: within which limits tills let points be spent that they cannot ask for. What a till does is
    /// [`Redemption::allowed`], which knows neither dates nor *twice as much*. None where they let none be spent, or where
    /// the number of redemptions has no limit.
    fn floor(&self) -> Option<Floor> {
        let per_session = self.offline_redemptions.filter(|_| !self.offline_cap.is_zero())?;
        let hours = u32::try_from(self.offline_days.saturating_mul(24)).unwrap_or(u32::MAX);
        Some(Floor { per_card: self.offline_cap, per_session, hours })
    }

    /// What so many points are worth, rounded down to a minor unit (towards zero where points are given
    /// back, so that giving back mirrors spending).
    pub fn worth(&self, points: Points) -> Result<Money, AmountError> {
        let exact = i128::from(points.0) * i128::from(self.value.money);
        let money = exact.checked_div(i128::from(self.value.points)).ok_or(AmountError::Overflow)?;
        i64::try_from(money).map(Money).map_err(|_| AmountError::Overflow)
    }

    /// The points that pay an amount: rounded up to a whole step, so the last one may pay less than it is
    /// worth. Nothing due takes none.
    pub fn needed(&self, due: Money) -> Result<Points, AmountError> {
        if due.0 <= 0 {
            return Ok(Points::ZERO);
        }
        let exact = i128::from(due.0) * i128::from(self.value.points);
        let step = i128::from(self.step.0);
        let per_step = i128::from(self.value.money).checked_mul(step).ok_or(AmountError::Overflow)?;
        let steps = (exact + per_step - 1).checked_div(per_step).ok_or(AmountError::Overflow)?;
        let points = steps.checked_mul(step).ok_or(AmountError::Overflow)?;
        i64::try_from(points).map(Points).map_err(|_| AmountError::Overflow)
    }

    /// The most that may be spent on an amount now, and what it pays.
    pub fn allowed(&self, standing: Standing, due: Money) -> Result<Redeemable, AmountError> {
        let needed = self.needed(due)?;
        if needed.is_zero() {
            return Ok(Redeemable { max_points: Points::ZERO, max_money: Money::ZERO, why_less: None });
        }
        let (limit, why) = match self.limit(standing)? {
            Ok(limit) => limit,
            Err(why) => return Ok(Redeemable::nothing(why)),
        };
        let within = Points(limit.0 - limit.0 % self.step.0);
        let max_points = needed.min(within);
        if max_points < self.minimum {
            let why = if limit < needed && why == WhyLess::OfflineCap { why } else { WhyLess::Minimum };
            return Ok(Redeemable::nothing(why));
        }
        let max_money = self.worth(max_points)?.min(due);
        Ok(Redeemable { max_points, max_money, why_less: (max_money < due).then_some(why) })
    }

    /// The points within reach and what ends them there, or why none are.
    pub(super) fn limit(
        &self,
        standing: Standing,
    ) -> Result<Result<(Points, WhyLess), WhyLess>, AmountError> {
        let Standing { balance, spent_since, online, age_days, unheard } = standing;
        let left = balance.minus(spent_since)?.max(Points::ZERO);
        if online {
            return Ok(if left.is_zero() { Err(WhyLess::Balance) } else { Ok((left, WhyLess::Balance)) });
        }
        if self.offline_cap.is_zero() {
            return Ok(Err(WhyLess::OnlineOnly));
        }
        if age_days > self.offline_days {
            return Ok(Err(WhyLess::SnapshotOld));
        }
        if self.offline_redemptions.is_some_and(|most| unheard >= i64::from(most)) {
            return Ok(Err(WhyLess::OfflineRedemptions));
        }
        let cap = self.offline_cap.minus(spent_since)?.max(Points::ZERO);
        let nearest = if cap < left { (cap, WhyLess::OfflineCap) } else { (left, WhyLess::Balance) };
        Ok(if nearest.0.is_zero() { Err(nearest.1) } else { Ok(nearest) })
    }

    /// What exactly so many points pay of an amount: the amount of the tender. Above what the amount takes,
    /// above what is allowed now, below the minimum or between two steps they are not taken.
    pub fn pays(&self, points: Points, standing: Standing, due: Money) -> Result<Money, Refusal> {
        let needed = self.needed(due)?;
        if points.0 <= 0 || points.0 % self.step.0 != 0 {
            return Err(Refusal::Step(self.step));
        }
        if points < self.minimum {
            return Err(Refusal::Minimum(self.minimum));
        }
        if points > needed {
            return Err(Refusal::TooMany(needed));
        }
        let allowed = self.allowed(standing, due)?.max_points;
        if points > allowed {
            return Err(Refusal::NotAllowed(allowed));
        }
        Ok(self.worth(points)?.min(due))
    }
}

impl super::Programme {
    /// The most that points may pay of an amount under this programme.
    pub fn redeemable(&self, standing: Standing, due: Money) -> Result<Redeemable, AmountError> {
        match &self.redemption {
            Some(redemption) => redemption.allowed(standing, due),
            None => Ok(Redeemable::nothing(WhyLess::NotOffered)),
        }
    }
}

#[cfg(test)]
mod tests;
