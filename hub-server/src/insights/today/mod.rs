//! Is a day normal: its sums against the same weekday of the weeks before, up to the same hour.

use chrono::{DateTime, Duration, NaiveDate, Timelike, Utc};
use domain::codes::StoreCode;
use domain::money::Points;
use domain::time::plus_days;

use crate::db::{DbError, Tx};

mod store;

pub use store::DaySums;

/// How many earlier weeks stand beside a day.
pub const WEEKS: usize = 8;

/// With more tickets a day the hours are left out: reading every one of them would take longer than
/// anybody waits for a page.
const HOURS_TICKETS_MAX: i64 = 20_000;

/// One day and the same weekday before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayFigures {
    pub date: NaiveDate,
    pub sums: DaySums,
    pub points: Points,
    /// The weeks before up to the same hour, the latest first; weeks without a ticket are left out.
    pub before: Vec<(NaiveDate, DaySums)>,
    /// None where there are too many tickets to read one by one.
    pub hours: Option<Hours>,
}

/// Tickets by hour of the stores' clocks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hours {
    pub tickets: [i64; 24],
    /// Whole days of the weeks before, those with any ticket.
    pub before: Vec<[i64; 24]>,
}

/// The figures of `date` as they stood at `now`.
pub async fn day_figures(
    tx: &mut Tx,
    stores: Option<&[StoreCode]>,
    date: NaiveDate,
    now: DateTime<Utc>,
) -> Result<DayFigures, DbError> {
    let sums = store::sums(tx, stores, date, now).await?;
    let points = store::points(tx, stores, date, now).await?;
    let mut before = Vec::with_capacity(WEEKS);
    for week in 1..=WEEKS {
        let back = 7 * i64::try_from(week).unwrap_or(0);
        let day = plus_days(date, -back);
        let until = Duration::try_days(back).and_then(|back| now.checked_sub_signed(back)).unwrap_or(now);
        let then = store::sums(tx, stores, day, until).await?;
        if then != DaySums::default() {
            before.push((day, then));
        }
    }
    let most = before.iter().map(|(_, day)| day.tickets).max().unwrap_or(0).max(sums.tickets);
    let hours = if most <= HOURS_TICKETS_MAX { Some(hours(tx, stores, date).await?) } else { None };
    Ok(DayFigures { date, sums, points, before, hours })
}

async fn hours(tx: &mut Tx, stores: Option<&[StoreCode]>, date: NaiveDate) -> Result<Hours, DbError> {
    let tickets = by_hour(&store::moments(tx, stores, date).await?);
    let mut before = Vec::with_capacity(WEEKS);
    for week in 1..=WEEKS {
        let day = plus_days(date, -7 * i64::try_from(week).unwrap_or(0));
        let then = by_hour(&store::moments(tx, stores, day).await?);
        if then.iter().any(|n| *n > 0) {
            before.push(then);
        }
    }
    Ok(Hours { tickets, before })
}

fn by_hour(moments: &[(DateTime<Utc>, i64)]) -> [i64; 24] {
    let mut hours = [0; 24];
    for (at, offset_s) in moments {
        let local = Duration::try_seconds(*offset_s).and_then(|s| at.checked_add_signed(s)).unwrap_or(*at);
        let hour = usize::try_from(local.hour()).unwrap_or(0);
        hours[hour] += 1;
    }
    hours
}

impl Hours {
    /// First and last hour in which anything was ever sold, for the width of the chart.
    pub fn open(&self) -> Option<(usize, usize)> {
        let busy = |hour: &usize| self.tickets[*hour] > 0 || self.before.iter().any(|day| day[*hour] > 0);
        Some(((0..24).find(busy)?, (0..24).rev().find(busy)?))
    }

    /// Least and most of an hour in the weeks before.
    pub fn usual(&self, hour: usize) -> Option<(i64, i64)> {
        let least = self.before.iter().map(|day| day[hour]).min()?;
        let most = self.before.iter().map(|day| day[hour]).max()?;
        Some((least, most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_those_of_the_store() {
        let at = "2026-05-10T03:30:00Z".parse().unwrap();
        let hours = by_hour(&[(at, -5 * 3600), (at, -5 * 3600), (at, 0)]);
        assert_eq!((hours[22], hours[3], hours.iter().sum::<i64>()), (2, 1, 3));
    }

    #[test]
    fn the_usual_band_is_least_and_most() {
        let mut hours = Hours::default();
        assert_eq!((hours.open(), hours.usual(9)), (None, None));
        hours.tickets[10] = 4;
        for n in [3, 9, 5] {
            let mut day = [0; 24];
            day[8] = n;
            hours.before.push(day);
        }
        assert_eq!(
            (hours.open(), hours.usual(8), hours.usual(10)),
            (Some((8, 10)), Some((3, 9)), Some((0, 0)))
        );
    }
}
