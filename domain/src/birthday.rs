//! A day of birth without its year: what a greeting needs, and no more.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::time::days_between;

/// Day and month; written `MM-DD`, kept as 100 times the month and the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
#[serde(try_from = "String", into = "String")]
pub struct Birthday(i64);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a birthday is a day of a month: write it as MM-DD, 02-29 for the leap day")]
pub struct NotABirthday;

/// Has every day there is.
const LEAP_YEAR: i32 = 2000;

impl Birthday {
    pub fn new(month: u32, day: u32) -> Result<Self, NotABirthday> {
        match NaiveDate::from_ymd_opt(LEAP_YEAR, month, day) {
            Some(date) => Ok(Self::of(date)),
            None => Err(NotABirthday),
        }
    }

    /// Of a whole date of birth, whose year is not kept.
    pub fn of(date: NaiveDate) -> Self {
        Self(i64::from(date.month() * 100 + date.day()))
    }

    pub fn month(self) -> i64 {
        self.0 / 100
    }

    pub fn day(self) -> i64 {
        self.0 % 100
    }

    /// Days until it comes, from 0 on the day itself. Who was born on a leap day has it on 28 February of other years.
    /// None at the end of the calendar.
    pub fn days_until(self, on: NaiveDate) -> Option<i64> {
        let next = [on.year(), on.year().checked_add(1)?].into_iter().find_map(|year| {
            let falls = self.in_year(year)?;
            (falls >= on).then_some(falls)
        })?;
        Some(days_between(on, next))
    }

    /// As it falls in a year.
    pub fn in_year(self, year: i32) -> Option<NaiveDate> {
        let (month, day) = (u32::try_from(self.month()).ok()?, u32::try_from(self.day()).ok()?);
        NaiveDate::from_ymd_opt(year, month, day).or_else(|| NaiveDate::from_ymd_opt(year, 2, 28))
    }
}

impl fmt::Display for Birthday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:02}", self.month(), self.day())
    }
}

impl FromStr for Birthday {
    type Err = NotABirthday;

    fn from_str(text: &str) -> Result<Self, NotABirthday> {
        let (month, day) = text.split_once('-').ok_or(NotABirthday)?;
        let number = |part: &str| match part.as_bytes() {
            [b'0'..=b'9', b'0'..=b'9'] => part.parse().map_err(|_| NotABirthday),
            _ => Err(NotABirthday),
        };
        Self::new(number(month)?, number(day)?)
    }
}

impl TryFrom<String> for Birthday {
    type Error = NotABirthday;

    fn try_from(text: String) -> Result<Self, NotABirthday> {
        text.parse()
    }
}

impl From<Birthday> for String {
    fn from(birthday: Birthday) -> Self {
        birthday.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_until_it_comes() {
        for (birthday, on, wanted) in [
            ("11-30", "2026-11-30", 0),
            ("12-01", "2026-11-30", 1),
            ("11-29", "2026-11-30", 364),
            ("01-02", "2026-12-31", 2),
            ("02-29", "2026-02-27", 1),
            ("02-29", "2028-02-28", 1),
            ("02-29", "2027-03-01", 365),
            ("02-29", "2027-02-28", 0),
        ] {
            let found = birthday.parse::<Birthday>().unwrap().days_until(on.parse().unwrap());
            assert_eq!(found, Some(wanted), "{birthday} on {on}");
        }
        assert_eq!(Birthday::new(1, 1).unwrap().days_until(NaiveDate::MAX), None);
    }

    #[test]
    fn what_is_none() {
        for text in
            ["02-30", "13-01", "00-10", "1-1", "01-1", "2000-01-01", "", "-", "01-01-", "+1-01", "٠١-٠١"]
        {
            assert_eq!(text.parse::<Birthday>(), Err(NotABirthday), "{text}");
        }
        let kept: Birthday = serde_json::from_str("\"02-29\"").unwrap();
        assert_eq!((kept.month(), kept.day(), kept.to_string().as_str()), (2, 29, "02-29"));
        assert_eq!(Birthday::of("1990-07-05".parse().unwrap()).to_string(), "07-05");
    }
}
