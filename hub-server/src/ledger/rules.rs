//! What a posting does to an account: pure.
//!
//! Points that are taken back come from the lot that the sale earned, then from the member's other lots,
//! first to expire first, and only then become debt; what is earned next repays debt first. So debt is
//! above zero only while no lot has points left, whatever the order in which sales arrive.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{AccountId, EntryId, SaleId};
use domain::money::{AmountError, Points};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PostingKind {
    Earn,
    Reverse,
}

impl PostingKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Earn => "earn",
            Self::Reverse => "reverse",
        }
    }
}

/// An entry to be added. `points` is above zero; the kind gives the sign.
#[derive(Debug, Clone)]
pub(super) struct Posting {
    pub id: EntryId,
    pub account: AccountId,
    pub kind: PostingKind,
    pub points: Points,
    /// The ticket that caused it.
    pub sale: SaleId,
    /// The sale whose lot is meant: itself when earning, the original when taking back.
    pub lot_of: SaleId,
    pub programme: i64,
    /// Which rules and lines, as JSON.
    pub reason: String,
    pub occurred_at: DateTime<Utc>,
    pub business_date: NaiveDate,
}

impl Posting {
    pub fn signed(&self) -> Points {
        match self.kind {
            PostingKind::Earn => self.points,
            PostingKind::Reverse => Points(-self.points.0),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lot {
    pub id: EntryId,
    pub sale: Option<SaleId>,
    pub earned: Points,
    pub remaining: Points,
    pub earned_on: NaiveDate,
    pub expires_on: Option<NaiveDate>,
    pub changed: bool,
}

/// Lots in the order in which they are spent: nearest expiry, then oldest; without expiry last.
type LotOrder = (bool, Option<NaiveDate>, NaiveDate, EntryId);

fn order(lot: &Lot) -> LotOrder {
    (lot.expires_on.is_none(), lot.expires_on, lot.earned_on, lot.id)
}

#[derive(Debug, Clone)]
pub(super) struct AccountState {
    pub id: AccountId,
    pub created_at: DateTime<Utc>,
    pub balance: Points,
    pub debt: Points,
    pub earned: Points,
    pub burned: Points,
    pub expired: Points,
    lots: BTreeMap<LotOrder, Lot>,
}

impl AccountState {
    pub fn new(id: AccountId, created_at: DateTime<Utc>, sums: [Points; 5]) -> Self {
        let [balance, debt, earned, burned, expired] = sums;
        Self { id, created_at, balance, debt, earned, burned, expired, lots: BTreeMap::new() }
    }

    pub fn add_lot(&mut self, lot: Lot) {
        self.lots.insert(order(&lot), lot);
    }

    pub fn changed_lots(&self) -> impl Iterator<Item = &Lot> {
        self.lots.values().filter(|lot| lot.changed)
    }

    pub fn post(&mut self, posting: &Posting) -> Result<(), AmountError> {
        self.balance = self.balance.plus(posting.signed())?;
        self.earned = self.earned.plus(posting.signed())?;
        match posting.kind {
            PostingKind::Earn => self.earn(posting),
            PostingKind::Reverse => self.take_back(posting),
        }
    }

    fn earn(&mut self, posting: &Posting) -> Result<(), AmountError> {
        let repaid = self.debt.min(posting.points);
        self.debt = self.debt.minus(repaid)?;
        self.add_lot(Lot {
            id: posting.id,
            sale: Some(posting.sale),
            earned: posting.points,
            remaining: posting.points.minus(repaid)?,
            earned_on: posting.business_date,
            expires_on: None,
            changed: true,
        });
        Ok(())
    }

    fn take_back(&mut self, posting: &Posting) -> Result<(), AmountError> {
        let mut owed = posting.points;
        if let Some(own) = self.lots.values_mut().find(|lot| lot.sale == Some(posting.lot_of)) {
            owed = own.give(owed)?;
        }
        for lot in self.lots.values_mut() {
            owed = lot.give(owed)?;
        }
        self.debt = self.debt.plus(owed)?;
        Ok(())
    }
}

impl Lot {
    /// Gives up to `owed` points; answers what is still owed.
    fn give(&mut self, owed: Points) -> Result<Points, AmountError> {
        let given = self.remaining.min(owed);
        if given.is_zero() {
            return Ok(owed);
        }
        self.remaining = self.remaining.minus(given)?;
        self.changed = true;
        owed.minus(given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sale(n: u8) -> SaleId {
        SaleId::new(i64::from(n), [n; 10])
    }

    fn posting(kind: PostingKind, n: u8, lot_of: u8, points: i64) -> Posting {
        Posting {
            id: EntryId::new(i64::from(n), [n; 10]),
            account: AccountId::new(0, [0; 10]),
            kind,
            points: Points(points),
            sale: sale(n),
            lot_of: sale(lot_of),
            programme: 1,
            reason: String::new(),
            occurred_at: DateTime::UNIX_EPOCH,
            business_date: NaiveDate::default(),
        }
    }

    fn after(postings: &[Posting]) -> (i64, i64, i64) {
        let mut state =
            AccountState::new(AccountId::new(0, [0; 10]), DateTime::UNIX_EPOCH, [Points::ZERO; 5]);
        for posting in postings {
            state.post(posting).unwrap();
        }
        let left: Points = state.lots.values().map(|lot| lot.remaining).sum();
        assert_eq!(left.0 - state.debt.0, state.balance.0, "lots less debt is the balance");
        (state.balance.0, left.0, state.debt.0)
    }

    #[test]
    fn any_order_ends_alike() {
        use PostingKind::{Earn, Reverse};
        let a = posting(Earn, 1, 1, 100);
        let b = posting(Earn, 2, 2, 50);
        let back_a = posting(Reverse, 3, 1, 100);
        let loose = posting(Reverse, 4, 4, 70);
        let orders = [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]];
        let all = [a, b, back_a, loose];
        for order in orders {
            assert_eq!(after(&order.map(|i: usize| all[i].clone())), (-20, 0, 20), "{order:?}");
        }
    }

    #[test]
    fn what_comes_back_is_taken_from_its_own_lot_first() {
        use PostingKind::{Earn, Reverse};
        let mut state =
            AccountState::new(AccountId::new(0, [0; 10]), DateTime::UNIX_EPOCH, [Points::ZERO; 5]);
        for p in [posting(Earn, 1, 1, 100), posting(Earn, 2, 2, 50), posting(Reverse, 3, 2, 60)] {
            state.post(&p).unwrap();
        }
        let remaining: Vec<i64> = state.lots.values().map(|lot| lot.remaining.0).collect();
        assert_eq!(remaining, [90, 0]);
    }
}
