//! In which month something is booked: pure.
//!
//! A month closes some days after its end, by the clock and by nobody's doing. What the hub hears of later, of whatever
//! date, is booked in the first month that was still open: it is in the difference between what that month knows of all
//! that ever happened and what the month before it knew. So a closed month never changes, and nothing is lost.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use domain::ids::EntryId;
use domain::money::{AmountError, Money, Points, scale_half_up};
use domain::points::Programme;
use domain::time::plus_days;

use super::rules::{Booked, Estimate, Sums, deferral, expected_in, month_after, month_of};
use crate::ledger::{Grant, History, Move, MoveKind};

/// Days after its end that a month waits for tills that were alone.
const CLOSES_AFTER: i64 = 5;

/// What the books go by.
#[derive(Debug)]
pub struct Books<'a> {
    pub programmes: &'a [Programme],
    pub estimates: &'a [Estimate],
    /// The month in which the hub was set up: those before it are history, and close with it.
    pub first: NaiveDate,
    pub today: NaiveDate,
}

/// When a month closes, in UTC.
pub fn closes(month: NaiveDate) -> DateTime<Utc> {
    let day = month_after(month).map_or(NaiveDate::MAX, |next| plus_days(next, CLOSES_AFTER));
    day.and_time(NaiveTime::MIN).and_utc()
}

impl Books<'_> {
    /// When the month that a date belongs to is closed for good.
    pub fn closes(&self, date: NaiveDate) -> DateTime<Utc> {
        closes(month_of(date).max(self.first))
    }

    /// Adds what happened to one account.
    pub fn book(&self, history: &History, booked: &mut Booked) -> Result<(), AmountError> {
        // What happened before something of an earlier month changes that month when it is heard of in time for its own.
        let crosses = history.dates().windows(2).any(|pair| month_of(pair[1]) < month_of(pair[0]));
        let is_late =
            crosses || history.has_joins() || history.heard_of().any(|(date, at)| at > self.closes(date));
        let known_first = if is_late { closes(self.first) } else { DateTime::<Utc>::MAX_UTC };
        let mut before: BTreeMap<NaiveDate, Sums> = BTreeMap::new();
        for (month, cohort, sums) in self.sums(history, known_first)? {
            if !is_late || month <= self.first {
                add(booked, (month, cohort), sums)?;
                add(&mut before, cohort, sums)?;
            }
        }
        let mut next = month_after(self.first).filter(|_| is_late);
        while let Some(month) = next.filter(|month| *month <= month_of(self.today)) {
            let mut now: BTreeMap<NaiveDate, Sums> = BTreeMap::new();
            for (on, cohort, sums) in self.sums(history, closes(month))? {
                if on <= month {
                    add(&mut now, cohort, sums)?;
                }
            }
            for (cohort, sums) in &now {
                add(booked, (month, *cohort), *sums)?;
            }
            for (cohort, sums) in std::mem::replace(&mut before, now) {
                add(booked, (month, cohort), Sums::default().minus(sums)?)?;
            }
            next = month_after(month);
        }
        Ok(())
    }

    /// What each move that was known at an instant changes, by the month in which it happened and its cohort.
    fn sums(
        &self,
        history: &History,
        known_at: DateTime<Utc>,
    ) -> Result<Vec<(NaiveDate, NaiveDate, Sums)>, AmountError> {
        let moves = history.moves(known_at, self.programmes, self.today)?;
        let mut lots: BTreeMap<EntryId, Lot> = BTreeMap::new();
        let sums = |step: &Move| {
            let sums = self.sums_of(step, &mut lots)?;
            Ok((month_of(step.on), month_of(step.earned_on), sums))
        };
        moves.iter().map(sums).collect()
    }

    fn sums_of(&self, step: &Move, lots: &mut BTreeMap<EntryId, Lot>) -> Result<Sums, AmountError> {
        let points = step.points;
        Ok(match step.kind {
            MoveKind::Earned(grant) => {
                let deferred = self.deferred(grant, points, step.earned_on)?;
                lots.insert(step.lot, Lot { points, deferred, returned: Points::ZERO });
                Sums { earned: points, deferred, ..Sums::default() }
            }
            MoveKind::Returned => {
                let taken_back = lots.get_mut(&step.lot).map_or(Ok(Money::ZERO), |lot| lot.give(points))?;
                Sums { returned: points, taken_back, ..Sums::default() }
            }
            MoveKind::Spent => Sums { spent: points, ..Sums::default() },
            MoveKind::GivenBack => Sums { spent: points.negated()?, ..Sums::default() },
            MoveKind::Expired => Sums { expired: points, ..Sums::default() },
        })
    }

    /// Points that pay nothing have no price: nothing is deferred for them.
    fn deferred(&self, grant: Option<Grant>, points: Points, on: NaiveDate) -> Result<Money, AmountError> {
        let Some(Grant { amount, programme }) = grant else { return Ok(Money::ZERO) };
        let rules = self.programmes.iter().find(|rules| Some(rules.version) == programme);
        let Some(redemption) = rules.and_then(|rules| rules.redemption.as_ref()) else {
            return Ok(Money::ZERO);
        };
        deferral(amount, points, redemption.value, expected_in(self.estimates, month_of(on)))
    }
}

/// A lot, and how much of it came back with its goods.
struct Lot {
    points: Points,
    deferred: Money,
    returned: Points,
}

impl Lot {
    /// What was deferred for points that come back: all of them together exactly what was.
    fn give(&mut self, points: Points) -> Result<Money, AmountError> {
        let share = |returned: Points| scale_half_up(self.deferred.0, returned.0, self.points.0).map(Money);
        let before = share(self.returned)?;
        let after = self.returned.plus(points)?;
        let given = share(after)?.minus(before)?;
        self.returned = after;
        Ok(given)
    }
}

fn add<K: Ord>(sums: &mut BTreeMap<K, Sums>, key: K, more: Sums) -> Result<(), AmountError> {
    let sum = sums.entry(key).or_default();
    *sum = sum.plus(more)?;
    Ok(())
}
