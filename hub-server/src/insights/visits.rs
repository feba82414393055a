//! How often an account comes: pure figures over the dates of its visits (`docs/definitions.md`).

use chrono::NaiveDate;
use domain::time::{days_between, plus_days};

/// Fewer visits than this make no pattern: one interval is a coincidence.
pub const PATTERN_FROM: i64 = 3;

/// The distinct dates of an account's visits, as partial state: fed with batches in any order, merged
/// with what another worker saw, and finished into a [`Rhythm`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VisitDays {
    days: Vec<NaiveDate>,
}

impl VisitDays {
    pub fn update(&mut self, days: impl IntoIterator<Item = NaiveDate>) {
        for day in days {
            match self.days.last() {
                Some(last) if *last == day => {}
                // Rows come sorted from the database: this is the only branch taken there.
                Some(last) if *last < day => self.days.push(day),
                None => self.days.push(day),
                Some(_) => {
                    if let Err(place) = self.days.binary_search(&day) {
                        self.days.insert(place, day);
                    }
                }
            }
        }
    }

    pub fn merge(&mut self, other: Self) {
        self.update(other.days);
    }

    pub fn finish(&self) -> Rhythm {
        Rhythm::of(&self.days)
    }

    /// Sorted, each date once.
    pub fn days(&self) -> &[NaiveDate] {
        &self.days
    }
}

impl FromIterator<NaiveDate> for VisitDays {
    fn from_iter<I: IntoIterator<Item = NaiveDate>>(days: I) -> Self {
        let mut state = Self::default();
        state.update(days);
        state
    }
}

/// Days between consecutive visits, in hundredths of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// (last − first) / (n − 1), rounded half up.
    pub mean: i64,
    /// Exact: a whole or a half day.
    pub median: i64,
}

impl Interval {
    /// The median in whole days, rounded half up: what dates are computed with.
    pub fn median_days(self) -> i64 {
        (self.median + 50) / 100
    }
}

/// What an account's visit dates say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rhythm {
    pub visits: i64,
    pub first: Option<NaiveDate>,
    pub last: Option<NaiveDate>,
    /// None below [`PATTERN_FROM`] visits.
    pub interval: Option<Interval>,
}

impl Rhythm {
    /// `days` are sorted and distinct.
    pub fn of(days: &[NaiveDate]) -> Self {
        let visits = i64::try_from(days.len()).unwrap_or(i64::MAX);
        let (first, last) = (days.first().copied(), days.last().copied());
        Self { visits, first, last, interval: (visits >= PATTERN_FROM).then(|| interval(days)) }
    }

    /// Last visit plus the median interval: the median, because one long holiday moves the mean by weeks.
    pub fn expected_next(&self) -> Option<NaiveDate> {
        Some(plus_days(self.last?, self.interval?.median_days()))
    }

    /// Days from the expected visit to `as_of`; zero or less is not overdue.
    pub fn overdue_days(&self, as_of: NaiveDate) -> Option<i64> {
        self.expected_next().map(|expected| days_between(expected, as_of))
    }
}

/// At least two sorted, distinct days.
fn interval(days: &[NaiveDate]) -> Interval {
    let mut gaps: Vec<i64> = days.windows(2).map(|pair| days_between(pair[0], pair[1])).collect();
    let (sum, n) = (gaps.iter().sum::<i64>(), i64::try_from(gaps.len()).unwrap_or(i64::MAX));
    let upper = gaps.len() / 2;
    let even = gaps.len().is_multiple_of(2);
    let (lower_part, middle, _) = gaps.select_nth_unstable(upper);
    let middle = *middle;
    let below = if even { lower_part.iter().copied().max().unwrap_or(middle) } else { middle };
    Interval { mean: (sum * 200 + n) / (2 * n), median: (below + middle) * 50 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn days(offsets: &[i64]) -> Vec<NaiveDate> {
        offsets.iter().map(|o| plus_days(day("2026-01-01"), *o)).collect()
    }

    #[test]
    fn two_visits_make_no_pattern() {
        for (offsets, visits) in [(&[][..], 0), (&[0][..], 1), (&[0, 9][..], 2)] {
            let rhythm = Rhythm::of(&days(offsets));
            assert_eq!((rhythm.visits, rhythm.interval, rhythm.expected_next()), (visits, None, None));
        }
    }

    #[test]
    fn mean_median_and_the_next_visit() {
        for (offsets, mean, median, expected) in [
            (&[0, 7, 14][..], 700, 700, "2026-01-22"),
            // 7 and 8: the median is 7.5, the next visit 8 days ahead.
            (&[0, 7, 15][..], 750, 750, "2026-01-24"),
            // A long break moves the mean, not the expectation.
            (&[0, 7, 14, 21, 81][..], 2025, 700, "2026-03-30"),
            // 10 days in three intervals.
            (&[0, 3, 6, 10][..], 333, 300, "2026-01-14"),
            // 5 in three: 1.666… is rounded up.
            (&[0, 1, 3, 5][..], 167, 200, "2026-01-08"),
        ] {
            let rhythm = Rhythm::of(&days(offsets));
            assert_eq!(rhythm.interval, Some(Interval { mean, median }), "{offsets:?}");
            assert_eq!(rhythm.expected_next(), Some(day(expected)), "{offsets:?}");
        }
    }

    #[test]
    fn overdue_counts_from_the_expected_day() {
        let rhythm = Rhythm::of(&days(&[0, 7, 14]));
        for (as_of, overdue) in [("2026-01-20", -2), ("2026-01-22", 0), ("2026-02-01", 10)] {
            assert_eq!(rhythm.overdue_days(day(as_of)), Some(overdue));
        }
    }

    proptest! {
        #[test]
        fn any_order_and_any_split_give_the_same(offsets in prop::collection::vec(0_i64..400, 0..60), cut in 0_usize..60) {
            let mut sorted = offsets.clone();
            sorted.sort_unstable();
            sorted.dedup();
            let (left, right) = offsets.split_at(cut.min(offsets.len()));
            let mut merged: VisitDays = days(left).into_iter().collect();
            merged.merge(days(right).into_iter().collect());
            prop_assert_eq!(merged.days(), &days(&sorted)[..]);
        }

        #[test]
        fn the_median_is_the_middle_of_the_sorted_gaps(gaps in prop::collection::vec(1_i64..90, 2..40)) {
            let offsets: Vec<i64> = std::iter::once(0).chain(gaps.iter().scan(0, |at, gap| { *at += gap; Some(*at) })).collect();
            let mut sorted = gaps.clone();
            sorted.sort_unstable();
            let n = sorted.len();
            let median = (sorted[(n - 1) / 2] + sorted[n / 2]) * 50;
            prop_assert_eq!(Rhythm::of(&days(&offsets)).interval.map(|i| i.median), Some(median));
        }
    }
}
