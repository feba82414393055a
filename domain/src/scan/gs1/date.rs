//! Days as element strings write them.

use chrono::{Datelike, NaiveDate};

/// YYMMDD. The century is not written: see [`ElementDate::near`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ElementDate {
    year: u8,
    month: u8,
    /// 0: the last day of the month.
    day: u8,
}

impl ElementDate {
    /// `None` if there is no such day in the year 20YY.
    pub(super) fn read(text: &str) -> Option<Self> {
        let two = |at: usize| text.get(at..at + 2)?.parse::<u8>().ok();
        let date = Self { year: two(0)?, month: two(2)?, day: two(4)? };
        let in_this_century = NaiveDate::from_ymd_opt(2000 + i32::from(date.year), 1, 1)?;
        (text.len() == 6 && date.in_year(in_this_century.year()).is_some()).then_some(date)
    }

    /// The day of the month, unless it is the last by day 00.
    pub fn day(self) -> Option<u32> {
        (self.day > 0).then_some(u32::from(self.day))
    }

    /// The day it is for whoever reads it today: the century is the one that puts its year at most 49
    /// years back and at most 50 ahead (GS1 General Specifications §7.12).
    pub fn near(self, today: NaiveDate) -> Option<NaiveDate> {
        let century = today.year() - today.year().rem_euclid(100);
        let year = [-100, 0, 100].map(|shift| century + shift + i32::from(self.year));
        let year = year.into_iter().find(|year| (-49..=50).contains(&(year - today.year())))?;
        self.in_year(year)
    }

    fn in_year(self, year: i32) -> Option<NaiveDate> {
        let month = u32::from(self.month);
        match self.day() {
            Some(day) => NaiveDate::from_ymd_opt(year, month, day),
            None if month == 12 => NaiveDate::from_ymd_opt(year, 12, 31),
            None => NaiveDate::from_ymd_opt(year, month + 1, 1).filter(|_| month > 0)?.pred_opt(),
        }
    }
}

/// YYYYMMDD
pub(super) fn is_long_date(text: &str) -> bool {
    let part = |from: usize, to: usize| text.get(from..to).and_then(|digits| digits.parse::<u32>().ok());
    let (Some(year), Some(month), Some(day)) = (part(0, 4), part(4, 6), part(6, 8)) else { return false };
    i32::try_from(year).is_ok_and(|year| NaiveDate::from_ymd_opt(year, month, day).is_some())
}

pub(super) fn is_hour(text: &str) -> bool {
    text < "24"
}

pub(super) fn is_minute(text: &str) -> bool {
    text < "60"
}
