//! Instants and business days. A business date follows the store's zone, never the machine's.

use chrono::{DateTime, Duration, FixedOffset, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

/// The business date of an instant in a store's zone. Shops that close after midnight set
/// `day_starts`: what is sold before that hour still belongs to the day before.
pub fn business_date(at: DateTime<Utc>, zone: Tz, day_starts: NaiveTime) -> NaiveDate {
    let local = at.with_timezone(&zone).naive_local();
    let since_midnight = day_starts.signed_duration_since(NaiveTime::MIN);
    (local - since_midnight).date()
}

/// The instant with the store's offset at that moment: what a receipt and an export print.
pub fn with_offset(at: DateTime<Utc>, zone: Tz) -> DateTime<FixedOffset> {
    at.with_timezone(&zone).fixed_offset()
}

/// Whole milliseconds: the finest step that both databases keep alike.
pub fn to_millis(at: DateTime<Utc>) -> DateTime<Utc> {
    Utc.timestamp_millis_opt(at.timestamp_millis()).single().unwrap_or(at)
}

/// Days from `earlier` to `later`; negative if they stand the other way round.
pub fn days_between(earlier: NaiveDate, later: NaiveDate) -> i64 {
    later.signed_duration_since(earlier).num_days()
}

/// `date + days`, staying where it is at the end of the calendar.
pub fn plus_days(date: NaiveDate, days: i64) -> NaiveDate {
    Duration::try_days(days).and_then(|d| date.checked_add_signed(d)).unwrap_or(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_business_date_is_the_stores() {
        let at = Utc.with_ymd_and_hms(2026, 3, 1, 3, 30, 0).unwrap();
        for (zone, starts, wanted) in [
            ("America/Bogota", 0, "2026-02-28"),
            ("Europe/Madrid", 0, "2026-03-01"),
            ("Europe/Madrid", 5, "2026-02-28"),
        ] {
            let day_starts = NaiveTime::from_hms_opt(starts, 0, 0).unwrap();
            assert_eq!(business_date(at, zone.parse().unwrap(), day_starts).to_string(), wanted);
        }
    }

    #[test]
    fn a_midnight_that_the_clocks_skip_or_repeat_belongs_to_one_day() {
        // Chile puts its clocks at midnight: forward on 6 September 2026 (24:00 becomes 01:00), back on
        // 5 April (24:00 becomes 23:00 again).
        let zone: Tz = "America/Santiago".parse().unwrap();
        for (at, wanted) in [
            ("2026-09-06T03:59:59Z", "2026-09-05"),
            ("2026-09-06T04:00:00Z", "2026-09-06"),
            ("2026-04-05T02:59:59Z", "2026-04-04"),
            ("2026-04-05T03:00:00Z", "2026-04-04"),
            ("2026-04-05T03:59:59Z", "2026-04-04"),
            ("2026-04-05T04:00:00Z", "2026-04-05"),
        ] {
            assert_eq!(business_date(at.parse().unwrap(), zone, NaiveTime::MIN).to_string(), wanted, "{at}");
        }
    }

    #[test]
    fn the_offset_follows_daylight_saving() {
        let zone: Tz = "Europe/Madrid".parse().unwrap();
        let summer = with_offset(Utc.with_ymd_and_hms(2026, 7, 1, 10, 0, 0).unwrap(), zone);
        assert_eq!(summer.to_rfc3339(), "2026-07-01T12:00:00+02:00");
    }
}
