//! Points that end: until when they can be spent.
//!
//! That points have ended is a function of the date asked for, never of a job that has run: so a till that was
//! alone, a hub that was off and a ticket that arrives late all come to the same.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::time::{days_between, plus_days};

/// Longest life and longest grace, in days: ten years.
pub(super) const DAYS_MAX: i64 = 3_653;
/// A ticket that comes on the next day is not late: tills are off at night.
const LATE_AFTER: i64 = 1;

/// How long points can be spent. They live through the whole of their last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expiry {
    /// Days after the one on which they were earned.
    #[serde(default)]
    pub days: i64,
    /// And from there to the end of that day, month or year.
    #[serde(default)]
    pub end_of: EndOf,
    /// Days that points have at least when they come back after they ended, or come late.
    #[serde(default = "thirty")]
    pub grace_days: i64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndOf {
    #[default]
    Day,
    Month,
    Year,
}

fn thirty() -> i64 {
    30
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExpiryError {
    #[error("the days must be 0 to 3,653, and 1 at least where they end with a day")]
    Days,
    #[error("the grace days must be 0 to 3,653")]
    Grace,
}

impl EndOf {
    /// The last day of the day, month or year in which a date lies.
    pub(super) fn of(self, day: NaiveDate) -> NaiveDate {
        let first_of_next = match self {
            Self::Day => return day,
            Self::Month if day.month() < 12 => NaiveDate::from_ymd_opt(day.year(), day.month() + 1, 1),
            Self::Month | Self::Year => NaiveDate::from_ymd_opt(day.year() + 1, 1, 1),
        };
        first_of_next.and_then(|first| first.pred_opt()).unwrap_or(day)
    }
}

impl Expiry {
    pub fn check(&self) -> Result<(), ExpiryError> {
        let least = i64::from(self.end_of == EndOf::Day);
        if !(least..=DAYS_MAX).contains(&self.days) {
            return Err(ExpiryError::Days);
        }
        if (0..=DAYS_MAX).contains(&self.grace_days) { Ok(()) } else { Err(ExpiryError::Grace) }
    }

    /// The last day of points that were earned on a date.
    pub fn last_day(&self, earned_on: NaiveDate) -> NaiveDate {
        self.end_of.of(plus_days(earned_on, self.days))
    }

    /// The same where the hub heard of them only on a later date: they still live for the grace days, but not
    /// for longer than they would have in time.
    pub fn last_day_given(&self, earned_on: NaiveDate, given_on: NaiveDate) -> NaiveDate {
        let in_time = self.last_day(earned_on);
        if !is_late(earned_on, given_on) {
            return in_time;
        }
        let life = days_between(earned_on, in_time);
        in_time.max(plus_days(given_on, self.grace_days.min(life)))
    }

    /// The last day of points that came back on a date and whose own had passed.
    pub fn last_day_of_grace(&self, back_on: NaiveDate, given_on: NaiveDate) -> NaiveDate {
        plus_days(if is_late(back_on, given_on) { given_on } else { back_on }, self.grace_days)
    }
}

fn is_late(happened_on: NaiveDate, given_on: NaiveDate) -> bool {
    days_between(happened_on, given_on) > LATE_AFTER
}

#[cfg(test)]
mod tests;
