//! The most that a member keeps of one day's sales: pure.
//!
//! A day's sales may arrive in any order, and goods of them come back on any later day. So the cap is a function of
//! the day's sum: what its sales earned, less what goods of them that came back took, is kept up to the cap. Whatever
//! arrives, a correction is posted that brings what is posted of the day to that. How many corrections there are
//! depends on what arrived first; their sum does not. The cap is that of the version by which the sales were posted: a
//! till whose clock is far ahead sends sales of days that a later version begins before.
//!
//! In the lots the cap counts in the order in which things happened: the sale that goes over it has a lot with less,
//! and goods that come back take nothing while the day is over the cap without them. So an account with such a day is
//! computed anew from its entries, as one that spent points is. Returns that name no sale are of no day.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{AccountId, EntryId, SaleId};
use domain::money::{AmountError, Points};
use domain::points::{Caps, Programme};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::joined::Joins;
use super::rules::{Posting, PostingKind, Sold, sold_on};
use super::store::Gross;

/// Why a correction was posted: kept in the entry's reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Corrected {
    pub day: NaiveDate,
    pub cap: Points,
    /// What the day's sales earned, less what came back of them.
    pub earned: Points,
    /// What corrections before this one came to.
    pub before: Points,
}

impl Corrected {
    /// What brings the day's corrections to what they must come to.
    pub fn points(&self) -> Result<Points, AmountError> {
        let caps = Caps { ticket: None, day: Some(self.cap) };
        caps.over(self.earned)?.negated()?.minus(self.before)
    }

    pub fn of(reason: &str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Reason {
            day_cap: Corrected,
        }
        serde_json::from_str::<Reason>(reason).ok().map(|reason| reason.day_cap)
    }
}

/// One day of one account under one version of the programme: what was posted under a version keeps its cap, whatever
/// later versions say of that day.
type Key = (AccountId, NaiveDate, Option<i64>);

#[derive(Debug, Clone, Copy, Default)]
struct Day {
    earned: Points,
    corrected: Points,
    corrections: usize,
}

/// Sales of accounts that were one when they were made are of one day.
fn key_of(posting: &Posting, sold_on: &HashMap<SaleId, Sold>, joins: &Joins) -> Option<Key> {
    let day = posting.day(sold_on)?;
    let account = match posting.kind {
        PostingKind::DayCap => posting.account,
        _ => joins.stays_at(posting.account, day.at),
    };
    Some((account, day.on, posting.programme))
}

fn days(
    postings: &[Posting],
    sold_on: &HashMap<SaleId, Sold>,
    joins: &Joins,
) -> Result<BTreeMap<Key, Day>, AmountError> {
    let mut days: BTreeMap<Key, Day> = BTreeMap::new();
    for posting in postings {
        let Some(key) = key_of(posting, sold_on, joins) else { continue };
        let day = days.entry(key).or_default();
        if posting.kind == PostingKind::DayCap {
            day.corrected = day.corrected.plus(posting.points)?;
            day.corrections += 1;
            continue;
        }
        day.earned = day.earned.plus(posting.signed())?;
    }
    Ok(days)
}

fn caps_of(programmes: &[Programme], version: Option<i64>) -> Caps {
    let programme = programmes.iter().find(|programme| Some(programme.version) == version);
    programme.and_then(|programme| programme.caps).unwrap_or_default()
}

/// Versions that cap a day, and their caps.
pub(super) fn day_caps(programmes: &[Programme]) -> BTreeMap<i64, Points> {
    programmes.iter().filter_map(|programme| Some((programme.version, programme.day_cap()?))).collect()
}

/// The accounts with a day that may be over its cap: their lots are computed anew. No other has or needs a correction.
pub(super) fn over_cap(
    posted: &[Gross],
    new: &[Posting],
    caps: &BTreeMap<i64, Points>,
) -> Result<BTreeSet<AccountId>, AmountError> {
    let earned = new.iter().filter(|posting| posting.kind == PostingKind::Earn).map(|posting| Gross {
        account: posting.account,
        business_date: posting.business_date,
        programme: posting.programme,
        points: posting.points,
    });
    let mut days: BTreeMap<Key, Points> = BTreeMap::new();
    for Gross { account, business_date, programme, points } in posted.iter().copied().chain(earned) {
        let sum = days.entry((account, business_date, programme)).or_default();
        *sum = sum.plus(points)?;
    }
    let cap_of = |programme: Option<i64>| programme.and_then(|version| caps.get(&version));
    let is_over = |(_, _, programme): &Key, sum: &Points| cap_of(*programme).is_some_and(|cap| sum > cap);
    Ok(days.into_iter().filter(|(key, sum)| is_over(key, sum)).map(|((account, ..), _)| account).collect())
}

/// What must be posted after `new`; where nothing is new, for any day. `posted` is all that the accounts had before
/// which have a day over its cap.
pub(super) fn corrections(
    posted: Vec<Posting>,
    new: &[Posting],
    programmes: &[Programme],
    joins: &Joins,
) -> Result<Vec<Posting>, AmountError> {
    let mut all = posted;
    all.extend(new.iter().cloned());
    let sold_on = sold_on(&all);
    let causes = if new.is_empty() { &all[..] } else { new };
    let mut corrections = vec![];
    for (key, day) in days(&all, &sold_on, joins)? {
        let (account, on, programme) = key;
        let Some(cap) = caps_of(programmes, programme).day else { continue };
        // The last of the day in the batch is what it is posted for: any would do, and the same one is found each
        // time. Without one the day is as it was.
        let of_day = causes.iter().filter(|posting| key_of(posting, &sold_on, joins) == Some(key));
        let Some(cause) = of_day.max_by_key(|posting| (posting.occurred_at, posting.id)) else {
            continue;
        };
        let why = Corrected { day: on, cap, earned: day.earned, before: day.corrected };
        let points = why.points()?;
        if points.is_zero() {
            continue;
        }
        corrections.push(Posting {
            id: correction_id(key, day.corrections, cause.occurred_at),
            account,
            kind: PostingKind::DayCap,
            points,
            sale: cause.sale,
            lot_of: cause.sale,
            shares: vec![],
            programme,
            expires_on: None,
            vests_on: None,
            over: Points::ZERO,
            reason: serde_json::json!({ "day_cap": why }).to_string(),
            occurred_at: cause.occurred_at,
            posted_at: cause.posted_at,
            business_date: on,
        });
    }
    Ok(corrections)
}

/// The nth correction of a day: posting it twice fails on the primary key.
fn correction_id((account, on, programme): Key, n: usize, at: DateTime<Utc>) -> EntryId {
    let version = programme.unwrap_or_default();
    let digest = Sha256::digest(format!("yapa-entry\nday cap\n{account}\n{on}\n{version}\n{n}"));
    let mut entropy = [0; 10];
    entropy.copy_from_slice(&digest[..10]);
    EntryId::new(at.timestamp_millis(), entropy)
}

/// Keeps back from an account's postings, in their order, what is over the cap of their day.
pub(super) fn keep_back(
    postings: &mut [Posting],
    programmes: &[Programme],
    joins: &Joins,
) -> Result<(), AmountError> {
    let sold_on: HashMap<SaleId, Sold> = sold_on(postings);
    let mut earned: HashMap<Key, Points> = HashMap::new();
    for posting in postings.iter_mut().filter(|posting| posting.kind != PostingKind::DayCap) {
        let Some(key) = key_of(posting, &sold_on, joins) else { continue };
        let caps = caps_of(programmes, posting.programme);
        let sum = earned.entry(key).or_default();
        let over_before = caps.over(*sum)?;
        *sum = sum.plus(posting.signed())?;
        let over = caps.over(*sum)?.minus(over_before)?;
        posting.over = if posting.kind == PostingKind::Reverse { over.negated()? } else { over };
    }
    Ok(())
}

/// Days whose corrections do not come to what they must, nothing where there is no cap: the account, the day, what is
/// posted and what should be.
pub(super) fn wrong_days(
    postings: &[Posting],
    programmes: &[Programme],
    joins: &Joins,
) -> Result<Vec<(AccountId, NaiveDate, Points, Points)>, AmountError> {
    let mut wrong = vec![];
    for ((account, on, programme), day) in days(postings, &sold_on(postings), joins)? {
        let wanted = caps_of(programmes, programme).over(day.earned)?.negated()?;
        if day.corrected != wanted {
            wrong.push((account, on, day.corrected, wanted));
        }
    }
    Ok(wrong)
}

#[cfg(test)]
mod tests;
