//! Accounts that are one person's: pure.
//!
//! A merge moves no entry: each stays with the account it was posted to, that of the card as it was first handed out.
//! What follows is computed instead. A family is all accounts that are or ever were one; it is computed anew as a whole,
//! in the order in which things happened, merges and their taking back among them ([`super::rules`]). While accounts are
//! one, points are spent from the lots of all of them, the first to end first; when they part, each has the lots that
//! its cards earned, with what is left in them. So no order of arrival matters, lots keep their dates, and a merge that is
//! taken back leaves what would have been, but for what was spent in between.
//!
//! The sums beside the entries (account, lots, allocations) are those of the account that stays; whoever is merged into
//! it has none. Where accounts parted, entries of one may have been paid by lots of the other: [`even`] posts what
//! brings the entries of each to what its lots say. How many there are depends on what arrived first; their sum does not.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{AccountId, EntryId};
use domain::money::{AmountError, Points};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::digest::Whole;
use super::rules::AccountState;
use crate::members::merging::Join;

/// All that was said of some families.
#[derive(Debug, Clone, Default)]
pub(super) struct Joins {
    joins: Vec<Join>,
    /// By account, the first of its family.
    first: BTreeMap<AccountId, AccountId>,
}

/// Accounts become one, or part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    pub at: DateTime<Utc>,
    pub on: NaiveDate,
}

impl Joins {
    pub fn new(joins: Vec<Join>) -> Self {
        let mut first: BTreeMap<AccountId, AccountId> = BTreeMap::new();
        for Join { survivor, loser, .. } in &joins {
            let of = |account: &AccountId| first.get(account).copied().unwrap_or(*account);
            let (one, other) = (of(survivor), of(loser));
            first.insert(*survivor, one);
            first.insert(*loser, other);
            for of in first.values_mut().filter(|of| **of == one || **of == other) {
                *of = one.min(other);
            }
        }
        Self { joins, first }
    }

    pub fn is_empty(&self) -> bool {
        self.joins.is_empty()
    }

    /// One name for all accounts of a family; the account itself where it has none.
    pub fn family(&self, account: AccountId) -> AccountId {
        self.first.get(&account).copied().unwrap_or(account)
    }

    pub fn has_family(&self, account: AccountId) -> bool {
        self.first.contains_key(&account)
    }

    /// These accounts and their families, each once.
    pub fn with_families(&self, accounts: &[AccountId]) -> Vec<AccountId> {
        let mut all: BTreeSet<AccountId> = accounts.iter().copied().collect();
        let families: BTreeSet<AccountId> = accounts.iter().map(|account| self.family(*account)).collect();
        all.extend(
            self.first.iter().filter(|(_, first)| families.contains(first)).map(|(account, _)| *account),
        );
        all.into_iter().collect()
    }

    /// The accounts of one family.
    pub fn accounts(&self, family: AccountId) -> Vec<AccountId> {
        self.with_families(&[family])
    }

    pub fn of_family(&self, family: AccountId) -> Self {
        Self::new(self.joins.iter().filter(|join| self.family(join.loser) == family).copied().collect())
    }

    /// Whom an account was part of at an instant.
    pub fn stays_at(&self, account: AccountId, at: DateTime<Utc>) -> AccountId {
        self.stays(account, |join| join.from.at <= at && join.until.is_none_or(|until| until.at > at))
    }

    /// Whom it is part of after all that was said.
    pub fn stays_now(&self, account: AccountId) -> AccountId {
        self.stays(account, |join| join.until.is_none())
    }

    fn stays(&self, account: AccountId, stands: impl Fn(&Join) -> bool) -> AccountId {
        let mut stays = account;
        // Each step goes along another join; there is no circle.
        for _ in &self.joins {
            let Some(join) = self.joins.iter().find(|join| join.loser == stays && stands(join)) else {
                break;
            };
            stays = join.survivor;
        }
        stays
    }

    /// When accounts of a family become one or part, in their order.
    pub fn changes(&self, family: AccountId) -> Vec<Change> {
        let ours = self.joins.iter().filter(|join| self.family(join.loser) == family);
        let moments = ours.flat_map(|join| [Some(join.from), join.until]).flatten();
        let mut changes: Vec<Change> =
            moments.map(|moment| Change { at: moment.at, on: moment.on }).collect();
        changes.sort_by_key(|change| (change.at, change.on));
        changes.dedup();
        changes
    }

    /// What of it was known at an instant.
    pub fn as_known(&self, at: DateTime<Utc>) -> Self {
        let said = self.joins.iter().filter(|join| join.from.at <= at);
        let known = said.map(|join| Join { until: join.until.filter(|until| until.at <= at), ..*join });
        // Families stay as they are: what is looked at together does not change what is found.
        Self { joins: known.collect(), first: self.first.clone() }
    }
}

/// Brings the entries of an account to its lots after it parted from others: kept in the entry's reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Parted {
    /// What the account's lots say, less its debt; of what was earned in an entry of kind `adjust`.
    pub wanted: Points,
    /// What its entries before this one came to.
    pub before: Points,
    pub n: usize,
}

impl Parted {
    pub fn points(&self) -> Result<Points, AmountError> {
        self.wanted.minus(self.before)
    }

    pub fn of(reason: &str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Reason {
            parted: Parted,
        }
        serde_json::from_str::<Reason>(reason).ok().map(|reason| reason.parted)
    }
}

/// An entry that no sale caused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PartedEntry {
    pub id: EntryId,
    pub account: AccountId,
    pub kind: &'static str,
    pub points: Points,
    pub reason: String,
    pub at: DateTime<Utc>,
}

impl PartedEntry {
    fn new(
        account: AccountId,
        kind: &'static str,
        why: Parted,
        at: DateTime<Utc>,
    ) -> Result<Self, AmountError> {
        let digest = Sha256::digest(format!("yapa-entry\nparted\n{account}\n{}", why.n));
        let mut entropy = [0; 10];
        entropy.copy_from_slice(&digest[..10]);
        Ok(Self {
            id: EntryId::new(at.timestamp_millis(), entropy),
            account,
            kind,
            points: why.points()?,
            reason: serde_json::json!({ "parted": why }).to_string(),
            at,
        })
    }

    pub fn whole(&self) -> Whole<'_> {
        Whole {
            id: self.id,
            account: self.account,
            kind: self.kind,
            points: self.points,
            sale: None,
            programme: None,
            reason: &self.reason,
            occurred_at: self.at,
            posted_at: self.at,
        }
    }
}

/// What the entries of an account come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Posted {
    /// Earned less taken back.
    pub earned: Points,
    pub balance: Points,
    /// How many of them no sale caused: no entry of this module gets the number of another.
    pub parted: usize,
}

/// What must be posted so that the entries of whoever stays come to their state. `posted` is by account.
pub(super) fn even<'s>(
    joins: &Joins,
    states: impl Iterator<Item = &'s AccountState>,
    posted: &BTreeMap<AccountId, Posted>,
    now: DateTime<Utc>,
) -> Result<Vec<PartedEntry>, AmountError> {
    let mut of_person: BTreeMap<AccountId, Posted> = BTreeMap::new();
    for (account, Posted { earned, balance, .. }) in posted {
        let sum = of_person.entry(joins.stays_now(*account)).or_default();
        (sum.earned, sum.balance) = (sum.earned.plus(*earned)?, sum.balance.plus(*balance)?);
    }
    let mut entries = vec![];
    for state in states.filter(|state| joins.has_family(state.id)) {
        let sums = of_person.get(&state.id).copied().unwrap_or_default();
        let others = sums.balance.minus(sums.earned)?;
        let wanted_others = state.balance.minus(state.earned)?;
        let pairs = [("adjust", state.earned, sums.earned), ("transfer", wanted_others, others)];
        let uneven = pairs.into_iter().filter(|(_, wanted, before)| wanted != before);
        let first = posted.get(&state.id).map_or(0, |posted| posted.parted);
        for (n, (kind, wanted, before)) in (first..).zip(uneven) {
            entries.push(PartedEntry::new(state.id, kind, Parted { wanted, before, n }, now)?);
        }
    }
    Ok(entries)
}

#[cfg(test)]
mod tests;
