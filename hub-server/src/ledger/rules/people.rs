//! Accounts that are one person's for a time, in the order in which things happen: pure.
//!
//! Each lot and each debt stays with the account it came under. While accounts are one, what is spent is taken from the
//! lots of all of them, and stays taken when they part. Debt is paid from all of them too, but that is a loan: when they
//! part, it is owed again, and the points are back in the lot that paid it. So accounts that were one while nothing
//! happened are after it what they were before.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::AccountId;
use domain::money::{AmountError, Points};

use super::{AccountState, Owed, Posting};
use crate::ledger::joined::Joins;
use crate::ledger::lot::{Lot, LotOrder};
use crate::ledger::moves::MoveKind;

/// Debt of one account that a lot of another paid.
#[derive(Debug, Clone, Copy)]
struct Loan {
    lot: LotOrder,
    lender: AccountId,
    paid: Owed,
}

#[derive(Debug, Clone, Default)]
pub(super) struct People {
    /// Whom each account is part of at this moment, of those that ever were part of another.
    stays: BTreeMap<AccountId, AccountId>,
    earned: BTreeMap<AccountId, Points>,
    loans: Vec<Loan>,
    debts: usize,
}

impl People {
    pub fn next_debt(&mut self) -> usize {
        self.debts += 1;
        self.debts
    }

    pub fn are_one(&self, one: AccountId, other: AccountId) -> bool {
        let stays = |account: AccountId| self.stays.get(&account).copied().unwrap_or(account);
        one == other || stays(one) == stays(other)
    }

    /// What is spent at once is no loan, whoever's it was.
    pub fn note_loan(&mut self, lot: &Lot, paid: Owed) {
        if lot.home != paid.home && paid.n.is_some() && !paid.points.is_zero() {
            self.loans.push(Loan { lot: lot.order(), lender: lot.home, paid });
        }
    }
}

impl AccountState {
    /// The family of accounts as its postings, in order, and what was said of it leave it.
    pub fn replayed(
        family: AccountId,
        created_at: DateTime<Utc>,
        postings: &[Posting],
        joins: &Joins,
    ) -> Result<Self, AmountError> {
        let mut state = Self::new(family, created_at, [Points::ZERO; 4]);
        let accounts = joins.accounts(family);
        let mut changes = joins.changes(family).into_iter().peekable();
        for posting in postings {
            while let Some(change) = changes.next_if(|change| change.at <= posting.occurred_at) {
                state.change(joins, &accounts, change.at, change.on)?;
            }
            state.post(posting)?;
        }
        changes.try_for_each(|change| state.change(joins, &accounts, change.at, change.on))?;
        Ok(state)
    }

    /// Accounts become one or part.
    fn change(
        &mut self,
        joins: &Joins,
        accounts: &[AccountId],
        at: DateTime<Utc>,
        on: NaiveDate,
    ) -> Result<(), AmountError> {
        let stays = |account: &AccountId| (*account, joins.stays_at(*account, at));
        self.people.stays = accounts.iter().map(stays).collect();
        // Shared out anew among whoever is one now, so that it does not matter who was merged first. What a lot paid that
        // has ended stays paid while they are one: nobody would pay it now.
        for loan in std::mem::take(&mut self.people.loans) {
            let has_ended = self.lots.get(&loan.lot).is_some_and(|lot| lot.has_ended(on));
            if has_ended && self.people.are_one(loan.lender, loan.paid.home) {
                self.people.loans.push(loan);
            } else {
                self.return_loan(loan, on)?;
            }
        }
        self.owed.sort_by_key(|owed| owed.n);
        self.settle(None, on)
    }

    fn return_loan(&mut self, loan: Loan, on: NaiveDate) -> Result<(), AmountError> {
        let Some(lot) = self.lots.get_mut(&loan.lot) else { return Ok(()) };
        let mut points = loan.paid.points;
        if let Some(burn) = loan.paid.burn {
            // What came back with goods in the meantime is in the lot again.
            let taken = self.taken.entry((burn, lot.id)).or_default();
            points = points.min(*taken);
            *taken = taken.minus(points)?;
        }
        if let Some(last) = lot.expires_on.filter(|_| lot.has_ended(on)) {
            self.moves.note(lot, MoveKind::Expired, points.negated()?, last);
            self.moves.note(lot, MoveKind::Expired, points, on);
        }
        self.moves.note(lot, MoveKind::GivenBack, points, on);
        lot.remaining = lot.remaining.plus(points)?;
        lot.changed = true;
        match self.owed.iter_mut().find(|owed| owed.n == loan.paid.n) {
            Some(owed) => owed.points = owed.points.plus(points)?,
            None => self.owed.push(Owed { points, ..loan.paid }),
        }
        Ok(())
    }

    pub(super) fn earn(&mut self, home: AccountId, points: Points) -> Result<(), AmountError> {
        self.earned = self.earned.plus(points)?;
        let sum = self.people.earned.entry(home).or_default();
        *sum = sum.plus(points)?;
        Ok(())
    }

    /// What each account of the family has: whoever is part of another has nothing.
    pub fn of_each(self, joins: &Joins) -> Result<Vec<Self>, AmountError> {
        if !joins.has_family(self.id) {
            return Ok(vec![self]);
        }
        joins.accounts(self.id).into_iter().map(|account| self.of(account, joins)).collect()
    }

    fn of(&self, account: AccountId, joins: &Joins) -> Result<Self, AmountError> {
        let is_ours = |home: AccountId| joins.stays_now(home) == account;
        let mut state = Self::new(account, self.created_at, [Points::ZERO; 4]);
        state.lots =
            self.lots.iter().filter(|(_, lot)| is_ours(lot.home)).map(|(k, lot)| (*k, lot.clone())).collect();
        state.owed = self.owed.iter().filter(|owed| is_ours(owed.home)).copied().collect();
        state.burns =
            self.burns.iter().filter(|(_, burn)| is_ours(burn.home)).map(|(k, burn)| (*k, *burn)).collect();
        let is_of = |entry| state.burns.values().any(|burn| burn.entry == entry);
        state.taken = self
            .taken
            .iter()
            .filter(|((burn, _), _)| is_of(*burn))
            .map(|(k, points)| (*k, *points))
            .collect();
        let earned = self.people.earned.iter().filter(|(home, _)| is_ours(**home)).map(|(_, points)| *points);
        state.earned = Points::total(earned)?;
        let left = Points::total(state.lots.values().map(|lot| lot.remaining))?;
        state.balance = left.minus(state.debt())?;
        state.burned = state.earned.minus(state.balance)?;
        Ok(state)
    }
}
