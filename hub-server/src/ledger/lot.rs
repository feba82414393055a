//! A lot: the points of one entry, what of them is left, and on which days they can be spent.

use chrono::NaiveDate;
use domain::ids::{AccountId, EntryId, SaleId};
use domain::money::{AmountError, Points};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lot {
    pub id: EntryId,
    /// The account that its entry was posted to.
    pub home: AccountId,
    pub sale: Option<SaleId>,
    pub earned: Points,
    pub remaining: Points,
    pub earned_on: NaiveDate,
    pub expires_on: Option<NaiveDate>,
    /// The first day on which it can be spent; none for the day on which it was earned.
    pub vests_on: Option<NaiveDate>,
    pub changed: bool,
}

/// Lots in the order in which they are spent: nearest expiry, then oldest; without expiry last.
pub(super) type LotOrder = (bool, Option<NaiveDate>, NaiveDate, EntryId);

/// Lots in their order, as they are spent on a day: what is still pending comes last, the first to vest first.
pub(super) fn in_spending_order<'a>(
    lots: impl Iterator<Item = &'a mut Lot>,
    on: NaiveDate,
) -> impl DoubleEndedIterator<Item = &'a mut Lot> {
    let mut lots: Vec<&mut Lot> = lots.collect();
    lots.sort_by_key(|lot| lot.pending_until(on));
    lots.into_iter()
}

impl Lot {
    pub fn order(&self) -> LotOrder {
        (self.expires_on.is_none(), self.expires_on, self.earned_on, self.id)
    }

    /// The first day on which it can be spent, if that is after a date.
    pub fn pending_until(&self, on: NaiveDate) -> Option<NaiveDate> {
        self.vests_on.filter(|first| *first > on)
    }

    /// Whether its last day is over on a date.
    pub fn has_ended(&self, on: NaiveDate) -> bool {
        self.expires_on.is_some_and(|last| last < on)
    }

    /// Gives up to `owed` points; answers what is still owed.
    pub fn give(&mut self, owed: Points) -> Result<Points, AmountError> {
        let given = self.remaining.min(owed);
        if given.is_zero() {
            return Ok(owed);
        }
        self.remaining = self.remaining.minus(given)?;
        self.changed = true;
        owed.minus(given)
    }
}
