//! What is left of a balance on a date, and what of it can be spent only later. By dates alone, so that a till that
//! was alone and the hub say the same.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::money::{AmountError, Points};
use crate::snapshot::{ExpiringRow, PendingRow};

/// Points of a balance that were spent on a date, or given back where below zero.
pub type Spent = (NaiveDate, Points);

/// Points that cannot be spent yet, by the day on which they can.
pub type ByVesting = BTreeMap<NaiveDate, Points>;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Left {
    /// What can be spent; below zero the member owes points.
    pub available: Points,
    pub pending: ByVesting,
}

/// Pending points in one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending {
    pub points: Points,
    /// So many of them are the first to be had, from a day on.
    pub first: Points,
    pub on: NaiveDate,
}

impl Pending {
    pub fn of(by_vesting: &ByVesting) -> Result<Option<Self>, AmountError> {
        let points = Points::total(by_vesting.values().copied())?;
        Ok(by_vesting.first_key_value().map(|(on, first)| Self { points, first: *first, on: *on }))
    }
}

impl Left {
    /// What can be spent and what cannot yet.
    pub fn balance(&self) -> Result<Points, AmountError> {
        self.available.plus(Points::total(self.pending.values().copied())?)
    }
}

/// Points of a balance that vest and end together.
struct Part {
    points: Points,
    vests_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
    /// Taken of it while it was pending.
    advance: Points,
}

impl Part {
    fn lives(&self, on: NaiveDate) -> bool {
        self.ends_on.is_none_or(|last| last >= on)
    }

    fn is_pending(&self, on: NaiveDate) -> bool {
        self.vests_on.is_some_and(|first| first > on)
    }

    /// Gives up to `owed`; answers what is still owed.
    fn give(&mut self, owed: Points) -> Result<Points, AmountError> {
        let part = self.points.min(owed).max(Points::ZERO);
        self.points = self.points.minus(part)?;
        owed.minus(part)
    }

    /// Takes an advance back, up to so many points; answers what is left of them.
    fn take_back(&mut self, given: Points) -> Result<Points, AmountError> {
        let part = self.advance.min(given);
        self.advance = self.advance.minus(part)?;
        self.points = self.points.plus(part)?;
        given.minus(part)
    }
}

/// What is left of a balance on a date, of which some points end, some cannot be spent yet and some were spent since.
/// What ends first is spent first, what is pending last; what came back goes back to what was pending when it was
/// taken, and else counts to the points that do not end.
pub fn left_of(
    balance: Points,
    ending: &[ExpiringRow],
    pending: &[PendingRow],
    spent: &[Spent],
    on: NaiveDate,
) -> Result<Left, AmountError> {
    let mut parts = parts(ending, pending)?;
    let mut endless = balance.minus(Points::total(parts.iter().map(|part| part.points))?)?;
    let mut spent = spent.to_vec();
    // What came back on a day was spent before.
    spent.sort_by_key(|(day, points)| (*day, *points < Points::ZERO));
    for (day, mut owed) in spent {
        if owed < Points::ZERO {
            let mut later: Vec<&mut Part> = parts.iter_mut().collect();
            later.sort_by_key(|part| Reverse(part.vests_on));
            let given = Points::ZERO.minus(owed)?;
            let rest = later.into_iter().try_fold(given, |given, part| part.take_back(given))?;
            endless = endless.plus(rest)?;
            continue;
        }
        for part in parts.iter_mut().filter(|part| part.lives(day) && !part.is_pending(day)) {
            owed = part.give(owed)?;
        }
        let now = endless.max(Points::ZERO).min(owed);
        (endless, owed) = (endless.minus(now)?, owed.minus(now)?);
        let mut later: Vec<&mut Part> = parts.iter_mut().filter(|part| part.is_pending(day)).collect();
        later.sort_by_key(|part| part.vests_on);
        for part in later {
            let still = part.give(owed)?;
            part.advance = part.advance.plus(owed.minus(still)?)?;
            owed = still;
        }
        endless = endless.minus(owed)?;
    }
    let mut left = Left { available: endless, ..Left::default() };
    for part in parts.iter().filter(|part| part.lives(on) && !part.points.is_zero()) {
        let sum = match part.vests_on.filter(|first| *first > on) {
            Some(first) => left.pending.entry(first).or_default(),
            None => &mut left.available,
        };
        *sum = sum.plus(part.points)?;
    }
    Ok(left)
}

/// What ends or vests, the first to end first. What ends is told whole, and what of it is pending once more.
fn parts(ending: &[ExpiringRow], pending: &[PendingRow]) -> Result<Vec<Part>, AmountError> {
    let part = |row: &ExpiringRow| Part {
        points: row.points,
        vests_on: None,
        ends_on: Some(row.on),
        advance: Points::ZERO,
    };
    let mut parts: Vec<Part> = ending.iter().map(part).collect();
    for row in pending {
        let mut again = row.points;
        for part in parts.iter_mut().filter(|part| part.vests_on.is_none() && part.ends_on == row.ends_on) {
            again = part.give(again)?;
        }
        parts.push(Part {
            points: row.points,
            vests_on: Some(row.on),
            ends_on: row.ends_on,
            advance: Points::ZERO,
        });
    }
    parts.sort_by_key(|part| (part.ends_on.is_none(), part.ends_on));
    Ok(parts)
}

#[cfg(test)]
mod tests;
