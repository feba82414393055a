//! Tiers: the rank that a member's points of a rolling window give, and how long it lasts.
//!
//! The rank is a function of what was earned on which day and of the date asked for, not of a job that has
//! run. What a return takes back counts on the day of the goods' sale: so a return undoes the rise that it
//! caused and no more, and every order of arrival ends in the same rank.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::money::Points;
use crate::time::plus_days;

/// Longest window, in days: ten years.
const WINDOW_MAX: i64 = 3_653;

/// What happens to a rank that was not earned anew when its time is over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Review {
    /// It stays for good.
    Keep,
    /// The member falls by one, and again at the next review.
    #[default]
    OneDown,
    /// The member falls to what the window gives.
    ToQualified,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    pub name: String,
    /// Points earned in the window that reach it, in hundredths.
    pub from: Points,
}

/// The ranks of a programme, the lowest first; the lowest begins at no points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tiers {
    /// Points of so many days count. A rank holds for as long from the day on which it was reached.
    pub window_days: i64,
    #[serde(default)]
    pub review: Review,
    pub levels: Vec<Tier>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TierError {
    #[error("the window must be 1 to 3,653 days")]
    Window,
    #[error("the lowest tier must begin at 0 points")]
    Lowest,
    #[error("tier {0:?} must begin above the one before it")]
    Order(String),
    #[error("tier {0:?} needs a name of its own")]
    Name(String),
}

/// What a member has earned, less what was taken back, by the day of the sale.
pub type EarnedByDay = BTreeMap<NaiveDate, Points>;

/// A member's rank on a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rank<'a> {
    pub tier: &'a Tier,
    /// The tier above, and what is missing to it.
    pub next: Option<(&'a Tier, Points)>,
}

/// The state of the walk through a member's days.
#[derive(Debug, Clone, Copy)]
struct Held {
    level: usize,
    /// The last day on which it holds without being earned anew; none for the lowest.
    until: Option<NaiveDate>,
}

impl Tiers {
    pub fn check(&self) -> Result<(), TierError> {
        if !(1..=WINDOW_MAX).contains(&self.window_days) {
            return Err(TierError::Window);
        }
        if self.levels.first().is_none_or(|lowest| !lowest.from.is_zero()) {
            return Err(TierError::Lowest);
        }
        if let Some(pair) = self.levels.windows(2).find(|pair| pair[0].from >= pair[1].from) {
            return Err(TierError::Order(pair[1].name.clone()));
        }
        let named_twice = |n: usize, tier: &Tier| self.levels[..n].iter().any(|t| t.name == tier.name);
        let bad = |(n, tier): &(usize, &Tier)| tier.name.trim().is_empty() || named_twice(*n, tier);
        match self.levels.iter().enumerate().find(bad) {
            Some((_, tier)) => Err(TierError::Name(tier.name.clone())),
            None => Ok(()),
        }
    }

    /// The rank on a date; none where the rules do not pass [`Tiers::check`].
    pub fn rank(&self, earned: &EarnedByDay, on: NaiveDate) -> Option<Rank<'_>> {
        self.check().ok()?;
        let mut held = Held { level: 0, until: None };
        for day in earned.range(..=on).map(|(day, _)| *day) {
            held = self.reviewed(held, earned, day);
            let reached = self.reached(self.counted(earned, day));
            if reached > held.level {
                held = self.held(reached, day);
            }
        }
        let Held { level, .. } = self.reviewed(held, earned, on);
        let counted = self.counted(earned, on);
        // Nothing is missing where a day that took points back has left the window: the next visit brings it.
        let missing = |tier: &Tier| Points(tier.from.0.saturating_sub(counted.0).max(0));
        let next = self.levels.get(level + 1).map(|tier| (tier, missing(tier)));
        Some(Rank { tier: self.levels.get(level)?, next })
    }

    /// The reviews that fall due before a day.
    fn reviewed(&self, mut held: Held, earned: &EarnedByDay, day: NaiveDate) -> Held {
        while let Some(until) = held.until.filter(|until| *until < day) {
            let reached = self.reached(self.counted(earned, until));
            let level = match self.review {
                _ if reached >= held.level => reached,
                Review::Keep => held.level,
                Review::OneDown => held.level - 1,
                Review::ToQualified => reached,
            };
            held = self.held(level, until);
        }
        held
    }

    /// A level from a day on. The lowest needs no review; a date beyond the calendar has none either.
    fn held(&self, level: usize, from: NaiveDate) -> Held {
        let until = plus_days(from, self.window_days);
        Held { level, until: (level > 0 && until > from).then_some(until) }
    }

    /// The points of the window that ends with a day.
    fn counted(&self, earned: &EarnedByDay, day: NaiveDate) -> Points {
        let first = plus_days(day, 1 - self.window_days);
        let sum = earned.range(first..=day).fold(0_i64, |sum, (_, points)| sum.saturating_add(points.0));
        Points(sum)
    }

    fn reached(&self, counted: Points) -> usize {
        self.levels.iter().rposition(|tier| tier.from <= counted).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests;
