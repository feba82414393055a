//! Days of the history, counted from its first one, and instants in the stores' zone.

use chrono::{DateTime, Datelike, Duration, FixedOffset, NaiveDate, TimeZone};
use chrono_tz::Tz;

use super::{ChainError, DAYS};

/// Four whole weeks: what "sold a day" is averaged over.
const RECENT_DAYS: i64 = 28;

pub struct Calendar {
    first: NaiveDate,
    zone: Tz,
}

impl Calendar {
    /// Fails where the calendar itself ends.
    pub fn ending_before(today: NaiveDate, zone: Tz) -> Result<Self, ChainError> {
        let first = today.checked_sub_signed(Duration::days(DAYS)).ok_or(ChainError::Calendar(today))?;
        Ok(Self { first, zone })
    }

    pub fn date(&self, day: i64) -> NaiveDate {
        domain::time::plus_days(self.first, day)
    }

    /// 0 is Monday.
    pub fn weekday(&self, day: i64) -> usize {
        self.date(day).weekday().num_days_from_monday() as usize
    }

    /// An instant by the stores' clocks.
    pub fn instant(&self, day: i64, second: i64) -> Result<DateTime<FixedOffset>, ChainError> {
        let date = self.date(day);
        let local = date.and_time(chrono::NaiveTime::MIN) + Duration::seconds(second);
        let at = self.zone.from_local_datetime(&local).earliest().ok_or(ChainError::Calendar(date))?;
        Ok(at.fixed_offset())
    }

    /// The first and the last day of the last four weeks.
    pub fn last_weeks(&self) -> (NaiveDate, NaiveDate) {
        (self.date(DAYS - RECENT_DAYS), self.date(DAYS - 1))
    }
}
