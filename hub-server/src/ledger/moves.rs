//! What moved in an account's lots, and when: what the books of points are made of.
//!
//! Points that have expired stand in no entry, and from which lot a redemption took depends on what came before it. So
//! the moves are found by computing the account anew from its entries, those that were known at some moment if it must
//! be: what was said of a month then is said of it for ever.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{AccountId, EntryId};
use domain::money::{AmountError, Money, Points};
use domain::points::Programme;
use serde::Deserialize;

use super::joined::Joins;
use super::lost::as_posted;
use super::lot::Lot;
use super::replay::state_of;
use super::rules::{Posting, PostingKind, in_order};
use super::store;
use crate::db::{DbError, Tx};

/// What points were given for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// The net amount that earned them; none for points that were given by hand.
    pub amount: Option<Money>,
    /// The version of the programme.
    pub programme: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoveKind {
    /// A lot was opened; without a grant for points that came back to no lot.
    Earned(Option<Grant>),
    /// Taken out of the lot of goods that came back, or out of any by hand.
    Returned,
    /// Left a lot for whatever else: for goods or gifts, for debt, for goods whose own points were spent.
    Spent,
    /// Spent before and put back.
    GivenBack,
    /// Left over in a lot that ended; below zero where some of them are taken out of it later.
    Expired,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    pub lot: EntryId,
    /// When the points were earned, also where they are in a lot of grace by now.
    pub earned_on: NaiveDate,
    pub on: NaiveDate,
    pub kind: MoveKind,
    pub points: Points,
}

/// Moves as they are noted while postings are posted.
#[derive(Debug, Clone, Default)]
pub(super) struct Moves {
    all: Vec<Move>,
    /// Lots of grace, by the date on which their points were earned.
    of_grace: BTreeMap<EntryId, NaiveDate>,
}

impl Moves {
    #[cfg(test)]
    pub fn iter(&self) -> impl Iterator<Item = &Move> {
        self.all.iter()
    }

    pub fn earned_on(&self, lot: &Lot) -> NaiveDate {
        self.of_grace.get(&lot.id).copied().unwrap_or(lot.earned_on)
    }

    /// Tills' clocks may differ: nothing leaves a lot before the date on which it was opened.
    pub fn note(&mut self, lot: &Lot, kind: MoveKind, points: Points, on: NaiveDate) {
        if !points.is_zero() {
            let (earned_on, on) = (self.earned_on(lot), on.max(lot.earned_on));
            self.all.push(Move { lot: lot.id, earned_on, on, kind, points });
        }
    }

    /// A lot that the posting opens, for points earned on a date; of those, so many are new.
    pub fn opened(&mut self, posting: &Posting, earned_on: NaiveDate, new: Points) {
        let (lot, on) = (posting.id, posting.business_date);
        if earned_on != on {
            self.of_grace.insert(lot, earned_on);
        }
        if !new.is_zero() {
            self.all.push(Move { lot, earned_on, on, kind: MoveKind::Earned(None), points: new });
        }
    }

    /// What comes back of lots that have ended, to the lot of grace that the posting opens.
    pub fn back_to_grace(&mut self, posting: &Posting, earned_on: NaiveDate, points: Points) {
        if !points.is_zero() {
            let (lot, on, kind) = (posting.id, posting.business_date, MoveKind::GivenBack);
            self.all.push(Move { lot, earned_on, on, kind, points });
        }
    }

    /// Goods take points out of their own lot even after its end: those had expired, and did not in the end.
    pub fn returned(&mut self, lot: &Lot, points: Points, on: NaiveDate) -> Result<(), AmountError> {
        if let Some(last) = lot.expires_on.filter(|_| lot.has_ended(on)) {
            self.note(lot, MoveKind::Expired, points, last);
            self.note(lot, MoveKind::Expired, points.negated()?, on);
        }
        self.note(lot, MoveKind::Returned, points, on);
        Ok(())
    }
}

/// All postings of one account, or of a family of accounts that are or were one.
#[derive(Debug, Clone)]
pub struct History {
    family: AccountId,
    joins: Joins,
    postings: Vec<Posting>,
}

impl History {
    /// The business date of each posting, and when the hub heard of it.
    pub fn heard_of(&self) -> impl Iterator<Item = (NaiveDate, DateTime<Utc>)> {
        self.postings.iter().map(|posting| (posting.business_date, posting.posted_at))
    }

    /// Whether accounts became one or parted: what that moves stands in no posting.
    pub fn has_joins(&self) -> bool {
        !self.joins.is_empty()
    }

    /// The business dates in the order in which the postings count. Clocks and zones of stores may differ, so a later
    /// one may have an earlier date.
    pub fn dates(&self) -> Vec<NaiveDate> {
        let mut postings = self.postings.clone();
        in_order(&mut postings);
        postings.into_iter().map(|posting| posting.business_date).collect()
    }

    /// The moves by all postings that were known at an instant, as they are on a date.
    pub fn moves(
        &self,
        known_at: DateTime<Utc>,
        programmes: &[Programme],
        on: NaiveDate,
    ) -> Result<Vec<Move>, AmountError> {
        let known = |posting: &&Posting| posting.posted_at <= known_at;
        let postings: Vec<Posting> = self.postings.iter().filter(known).cloned().collect();
        let grants: HashMap<EntryId, Grant> =
            postings.iter().filter_map(|posting| Some((posting.id, grant(posting)?))).collect();
        let then = as_posted(&postings);
        let joins = self.joins.as_known(known_at);
        let state = state_of(self.family, DateTime::UNIX_EPOCH, postings, programmes, &then, &joins)?;
        let ended: Vec<Lot> = state.lots().filter(|lot| lot.has_ended(on)).cloned().collect();
        let mut moves = state.into_moves();
        for lot in ended {
            let last = lot.expires_on.unwrap_or(on);
            moves.note(&lot, MoveKind::Expired, lot.remaining, last);
        }
        for step in &mut moves.all {
            if let MoveKind::Earned(of) = &mut step.kind {
                *of = grants.get(&step.lot).copied();
            }
        }
        Ok(moves.all)
    }
}

/// What an earning's reason says of the base rule: the others work on parts of the same goods.
fn grant(posting: &Posting) -> Option<Grant> {
    #[derive(Deserialize)]
    struct Rule {
        amount: i64,
    }
    #[derive(Deserialize)]
    struct Reason {
        rules: Vec<Rule>,
    }
    let programme = posting.programme;
    if posting.kind == PostingKind::Given {
        return Some(Grant { amount: None, programme });
    }
    let reason: Reason = serde_json::from_str(&posting.reason).ok()?;
    let amount = Some(Money(reason.rules.first()?.amount));
    Some(Grant { amount, programme })
}

/// The histories of the accounts after one, with the last account of them; nothing when there is none left.
pub async fn histories(tx: &mut Tx, after: AccountId) -> Result<Option<(AccountId, Vec<History>)>, DbError> {
    let sums = store::sums_after(tx, after).await?;
    let accounts: Vec<AccountId> = sums.iter().map(|row| row.id).collect();
    let Some(last) = accounts.last().copied() else { return Ok(None) };
    let joins = store::joins(tx, &accounts).await?;
    // A family is read with its first account.
    let firsts: Vec<AccountId> = accounts.into_iter().filter(|id| joins.family(*id) == *id).collect();
    let mut postings: BTreeMap<AccountId, Vec<Posting>> = BTreeMap::new();
    for posting in store::postings(tx, &joins.with_families(&firsts)).await? {
        postings.entry(joins.family(posting.account)).or_default().push(posting);
    }
    let history = |(family, postings)| History { family, joins: joins.of_family(family), postings };
    Ok(Some((last, postings.into_iter().map(history).collect())))
}

/// Any history, for tests: each posting heard of up to so many days later.
#[cfg(test)]
impl History {
    pub fn any() -> impl proptest::strategy::Strategy<Value = Self> {
        use proptest::prelude::*;
        let heard_after = prop::collection::vec(prop_oneof![Just(0_u64), 0_u64..200], 12);
        (super::rules::tests::doings(4), heard_after).prop_map(|(mut postings, after)| {
            for (posting, days) in postings.iter_mut().zip(after) {
                posting.posted_at = posting.occurred_at + chrono::Days::new(days);
                let rules = [serde_json::json!({ "amount": posting.points.0 })];
                posting.reason = serde_json::json!({ "rules": rules }).to_string();
            }
            // What undoes a sale is posted once that is there.
            let heard: HashMap<_, _> = postings.iter().map(|p| (p.sale, p.posted_at)).collect();
            for posting in &mut postings {
                posting.posted_at = posting.posted_at.max(heard[&posting.lot_of]);
            }
            Self { family: AccountId::new(0, [0; 10]), joins: Joins::default(), postings }
        })
    }

    /// What of it was known at an instant.
    #[must_use]
    pub fn as_known(&self, at: DateTime<Utc>) -> Self {
        let postings = self.postings.iter().filter(|posting| posting.posted_at <= at).cloned().collect();
        Self { family: self.family, joins: self.joins.as_known(at), postings }
    }
}
