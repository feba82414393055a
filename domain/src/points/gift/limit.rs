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
use crate::points::expiry::EndOf;
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

    /// Whether two dates lie in the same period.
    pub fn is_same(self, one: NaiveDate, other: NaiveDate) -> bool {
        self.of(one) == self.of(other)
    }

    /// The first day of the period of a date; none where it never began.
    pub fn start(self, date: NaiveDate) -> Option<NaiveDate> {
        Some(self.of(date)).filter(|_| self != Self::Ever)
    }

    /// The last day of the period of a date; none where it does not end.
    pub fn end(self, date: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Day => Some(date),
            Self::Month => Some(EndOf::Month.of(date)),
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

/// How often something was handed over, as of the last date on which it was, and in the periods before that date's: where
/// one store has a new day or month already, it is still the one before at others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiftCount {
    pub on: NaiveDate,
    /// On that date.
    pub day: i64,
    /// In its month.
    pub month: i64,
    pub ever: i64,
    /// On the date before it; hubs of before do not say.
    #[serde(default, skip_serializing_if = "is_none_of_it")]
    pub day_before: i64,
    /// In the month before its month; hubs of before do not say.
    #[serde(default, skip_serializing_if = "is_none_of_it")]
    pub month_before: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if passes a reference")]
fn is_none_of_it(count: &i64) -> bool {
    *count == 0
}

impl GiftCount {
    /// Of the dates on which it was handed over, each as often as it was; none without any. What is dated later than
    /// `last`, the last date that can be now, is a slip: it was handed over, and it does not move the periods.
    pub fn of(dates: &[NaiveDate], last: NaiveDate) -> Option<Self> {
        if dates.is_empty() {
            return None;
        }
        let on = dates.iter().copied().filter(|date| *date <= last).max().unwrap_or(last);
        let day_before = plus_days(on, -1);
        let month_before = plus_days(GiftPeriod::Month.of(on), -1);
        let count = |per: GiftPeriod, of: NaiveDate| {
            let same = dates.iter().filter(|date| per.is_same(**date, of));
            i64::try_from(same.count()).unwrap_or(i64::MAX)
        };
        Some(Self {
            on,
            day: count(GiftPeriod::Day, on),
            month: count(GiftPeriod::Month, on),
            ever: count(GiftPeriod::Ever, on),
            day_before: count(GiftPeriod::Day, day_before),
            month_before: count(GiftPeriod::Month, month_before),
        })
    }

    /// How often in the period of a date, as far as that is counted.
    pub fn within(&self, per: GiftPeriod, date: NaiveDate) -> i64 {
        let (counted, before) = match per {
            GiftPeriod::Day => (self.day, self.day_before),
            GiftPeriod::Month => (self.month, self.month_before),
            GiftPeriod::Ever => return self.ever,
        };
        if per.is_same(date, self.on) {
            counted
        } else if per.is_same(date, plus_days(per.of(self.on), -1)) {
            before
        } else {
            0
        }
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
        assert_eq!(GiftPeriod::Day.start(day), Some(day));
        assert_eq!(GiftPeriod::Month.start(day), Some(date("2024-02-01")));
        assert_eq!(GiftPeriod::Ever.start(day), None);
    }

    #[test]
    fn a_count_goes_by_the_period_that_is_asked_for() {
        let last = date("2026-03-31");
        assert_eq!(GiftCount::of(&[], last), None);
        let dates =
            ["2026-03-02", "2026-02-27", "2026-03-05", "2026-03-05", "2026-03-04", "2026-01-31"].map(date);
        let count = GiftCount::of(&dates, last).unwrap();
        let wanted =
            GiftCount { on: date("2026-03-05"), day: 2, month: 4, ever: 6, day_before: 1, month_before: 1 };
        assert_eq!(count, wanted);
        for (per, on, wanted) in [
            (GiftPeriod::Day, "2026-03-05", 2),
            (GiftPeriod::Day, "2026-03-06", 0),
            (GiftPeriod::Day, "2026-03-04", 1),
            (GiftPeriod::Day, "2026-03-02", 0),
            (GiftPeriod::Month, "2026-03-31", 4),
            (GiftPeriod::Month, "2026-04-01", 0),
            (GiftPeriod::Month, "2026-02-01", 1),
            (GiftPeriod::Month, "2026-01-31", 0),
            (GiftPeriod::Ever, "2027-01-01", 6),
            (GiftPeriod::Ever, "2025-01-01", 6),
        ] {
            assert_eq!(count.within(per, date(on)), wanted, "{per:?} {on}");
        }
    }

    #[test]
    fn a_slip_of_a_date_does_not_move_the_periods() {
        let dates = ["2026-03-02", "2026-04-09"].map(date);
        let count = GiftCount::of(&dates, date("2026-03-03")).unwrap();
        assert_eq!(count.within(GiftPeriod::Month, date("2026-03-03")), 1);
        assert_eq!(count.within(GiftPeriod::Ever, date("2026-03-03")), 2);
        let slip = GiftCount::of(&dates[1..], date("2026-03-03")).unwrap();
        assert_eq!((slip.on, slip.day, slip.month, slip.ever), (date("2026-03-03"), 0, 0, 1));
    }

    #[test]
    fn a_count_of_a_hub_of_before_is_read_and_written_as_it_was() {
        let text = r#"{"on":"2026-03-05","day":2,"month":3,"ever":4}"#;
        let count: GiftCount = serde_json::from_str(text).unwrap();
        assert_eq!((count.month, count.day_before, count.month_before), (3, 0, 0));
        assert_eq!(serde_json::to_string(&count).unwrap(), text);
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
