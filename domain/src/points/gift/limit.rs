//! How often a gift may be had: by one member, and by all of them.
//!
//! What was handed over is counted by business date, and by no order of arrival. The till goes by what it knows; where
//! others handed the same gift over meanwhile, the hub takes the sale and says which one was too many.

use std::collections::HashMap;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::codes::Sku;
use crate::ids::{AccountId, SaleId};
use crate::points::Programme;
use crate::time::plus_days;

/// More often than anything is handed over: a typing error in a programme.
const TIMES_MAX: i64 = 1_000_000_000;

/// Of what a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GiftPeriod {
    /// The business date.
    Day,
    /// The calendar month.
    Month,
    /// All that was ever handed over, under whatever version of the programme.
    Ever,
}

impl GiftPeriod {
    /// The period of a date, by its first day.
    fn of(self, date: NaiveDate) -> NaiveDate {
        match self {
            Self::Day => date,
            Self::Month => date.with_day(1).unwrap_or(date),
            Self::Ever => NaiveDate::MIN,
        }
    }

    /// The last day of the period of a date; none where it does not end.
    pub fn end(self, date: NaiveDate) -> Option<NaiveDate> {
        let next_month = || date.with_day(1)?.checked_add_months(chrono::Months::new(1));
        match self {
            Self::Day => Some(date),
            Self::Month => next_month().map(|first| plus_days(first, -1)),
            Self::Ever => None,
        }
    }

    pub fn code(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
            Self::Ever => "ever",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GiftLimit {
    /// Pieces.
    pub times: i64,
    pub per: GiftPeriod,
}

impl GiftLimit {
    pub(super) fn is_sound(self) -> bool {
        (1..=TIMES_MAX).contains(&self.times)
    }
}

/// How often something was handed over, as of the last date on which it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiftCount {
    pub on: NaiveDate,
    /// On that date.
    pub day: i64,
    /// In its month, that date included.
    pub month: i64,
    pub ever: i64,
}

impl GiftCount {
    /// Of the dates on which it was handed over, each as often as it was; none without any.
    pub fn of(dates: &[NaiveDate]) -> Option<Self> {
        let on = *dates.iter().max()?;
        let count = |per: GiftPeriod| {
            let same = dates.iter().filter(|date| per.of(**date) == per.of(on));
            i64::try_from(same.count()).unwrap_or(i64::MAX)
        };
        Some(Self {
            on,
            day: count(GiftPeriod::Day),
            month: count(GiftPeriod::Month),
            ever: count(GiftPeriod::Ever),
        })
    }

    /// How often in the period of a date.
    pub fn within(&self, per: GiftPeriod, date: NaiveDate) -> i64 {
        let counted = match per {
            GiftPeriod::Day => self.day,
            GiftPeriod::Month => self.month,
            GiftPeriod::Ever => self.ever,
        };
        if per.of(date) == per.of(self.on) { counted } else { 0 }
    }
}

/// A gift that was handed over and did not come back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedOver {
    pub sale: SaleId,
    /// The line of the ticket.
    pub line: i64,
    /// None while nobody knows the card.
    pub account: Option<AccountId>,
    pub sku: Sku,
    /// The business date.
    pub on: NaiveDate,
    pub at: DateTime<Utc>,
}

/// The limits that a gift which was handed over was beyond, by the programme of its date.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Beyond {
    pub member: Option<GiftLimit>,
    pub total: Option<GiftLimit>,
}

impl Beyond {
    pub fn is_any(&self) -> bool {
        self.member.is_some() || self.total.is_some()
    }
}

/// Which of all gifts that were handed over were too many: those that came after as many others as the limit lets have.
/// A function of what there is, so that no order of arrival matters; the answer is in the order given.
pub fn beyond(programmes: &[Programme], handed: &[HandedOver]) -> Vec<Beyond> {
    let mut order: Vec<usize> = (0..handed.len()).collect();
    order.sort_by_key(|n| (handed[*n].on, handed[*n].at, handed[*n].sale, handed[*n].line));
    let mut counts: HashMap<(Option<AccountId>, &Sku, GiftPeriod, NaiveDate), i64> = HashMap::new();
    let mut found = vec![Beyond::default(); handed.len()];
    for n in order {
        let one = &handed[n];
        let gift = Programme::on(programmes, one.on).and_then(|programme| programme.gift(&one.sku));
        let mut is_over = |whose: Option<AccountId>, limit: Option<GiftLimit>| {
            let mut over = None;
            for per in [GiftPeriod::Day, GiftPeriod::Month, GiftPeriod::Ever] {
                let before = counts.entry((whose, &one.sku, per, per.of(one.on))).or_default();
                over = over.or(limit.filter(|limit| limit.per == per && *before >= limit.times));
                *before += 1;
            }
            over
        };
        found[n].total = is_over(None, gift.and_then(|gift| gift.in_total));
        if one.account.is_some() {
            found[n].member = is_over(one.account, gift.and_then(|gift| gift.per_member));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Points;
    use crate::points::Gift;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn periods_begin_and_end() {
        let day = date("2024-02-10");
        assert_eq!(GiftPeriod::Day.end(day), Some(day));
        assert_eq!(GiftPeriod::Month.end(day), Some(date("2024-02-29")));
        assert_eq!(GiftPeriod::Month.end(date("2025-12-31")), Some(date("2025-12-31")));
        assert_eq!(GiftPeriod::Ever.end(day), None);
    }

    #[test]
    fn a_count_goes_by_the_period_that_is_asked_for() {
        assert_eq!(GiftCount::of(&[]), None);
        let dates = ["2026-03-02", "2026-02-27", "2026-03-05", "2026-03-05"].map(date);
        let count = GiftCount::of(&dates).unwrap();
        assert_eq!(count, GiftCount { on: date("2026-03-05"), day: 2, month: 3, ever: 4 });
        for (per, on, wanted) in [
            (GiftPeriod::Day, "2026-03-05", 2),
            (GiftPeriod::Day, "2026-03-06", 0),
            (GiftPeriod::Month, "2026-03-31", 3),
            (GiftPeriod::Month, "2026-04-01", 0),
            (GiftPeriod::Ever, "2027-01-01", 4),
        ] {
            assert_eq!(count.within(per, date(on)), wanted, "{per:?} {on}");
        }
    }

    /// Sale, account and day of March, of one gift.
    fn handed(rows: &[(u8, u8, u32)]) -> Vec<HandedOver> {
        let one = |(sale, account, day): &(u8, u8, u32)| HandedOver {
            sale: SaleId::new(i64::from(*sale), [0; 10]),
            line: 1,
            account: Some(AccountId::new(1, [*account; 10])).filter(|_| *account > 0),
            sku: "cup".parse().unwrap(),
            on: NaiveDate::from_ymd_opt(2026, 3, *day).unwrap(),
            at: DateTime::UNIX_EPOCH,
        };
        rows.iter().map(one).collect()
    }

    fn programme(per_member: Option<GiftLimit>, in_total: Option<GiftLimit>) -> Vec<Programme> {
        let cup = Gift { per_member, in_total, ..Gift::new("cup".parse().unwrap(), Points(100)) };
        vec![Programme { gifts: vec![cup], ..Programme::starter(date("2026-01-01")) }]
    }

    #[test]
    fn what_comes_after_the_limit_is_too_many_in_whatever_order_it_arrives() {
        let limit = |times, per| Some(GiftLimit { times, per });
        let rows = [(1, 1, 1), (2, 1, 1), (3, 2, 1), (4, 1, 2), (5, 0, 2)];
        for (member, total, wanted) in [
            (None, None, &[][..]),
            (limit(1, GiftPeriod::Day), None, &[2]),
            (limit(1, GiftPeriod::Month), None, &[2, 4]),
            (limit(2, GiftPeriod::Ever), None, &[4]),
            (None, limit(2, GiftPeriod::Day), &[3]),
            (None, limit(4, GiftPeriod::Month), &[5]),
            (limit(2, GiftPeriod::Ever), limit(4, GiftPeriod::Ever), &[4, 5]),
        ] {
            let programmes = programme(member, total);
            let mut rows = rows.to_vec();
            for _ in 0..rows.len() {
                rows.rotate_left(1);
                let found = beyond(&programmes, &handed(&rows));
                let mut over: Vec<u8> = rows
                    .iter()
                    .zip(found)
                    .filter(|(_, found)| found.is_any())
                    .map(|(row, _)| row.0)
                    .collect();
                over.sort_unstable();
                assert_eq!(over, wanted, "{member:?} {total:?} {rows:?}");
            }
        }
    }

    #[test]
    fn each_is_judged_by_the_programme_of_its_date() {
        let limit = Some(GiftLimit { times: 1, per: GiftPeriod::Ever });
        let mut programmes = programme(None, None);
        programmes.push(Programme {
            version: 2,
            valid_from: date("2026-03-03"),
            ..programme(limit, None).remove(0)
        });
        let found = beyond(&programmes, &handed(&[(1, 1, 1), (2, 1, 2), (3, 1, 3)]));
        assert_eq!(found.iter().map(Beyond::is_any).collect::<Vec<_>>(), [false, false, true]);
    }
}
