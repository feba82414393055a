//! The most that a member keeps of one day's sales: pure.
//!
//! A day's sales may arrive in any order, and goods of them come back on any later day. So the cap is a function of
//! the day's sum: what its sales earned, less what goods of them that came back took, is kept up to the cap. Whatever
//! arrives, a correction is posted that brings what is posted of the day to that. How many corrections there are
//! depends on what arrived first; their sum does not.
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

use super::rules::{Posting, PostingKind, sold_on};

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
    pub fn of(reason: &str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Reason {
            day_cap: Corrected,
        }
        serde_json::from_str::<Reason>(reason).ok().map(|reason| reason.day_cap)
    }
}

/// One day of one account.
#[derive(Debug, Clone, Copy, Default)]
struct Day {
    earned: Points,
    /// What its sales earned, whatever came back: the most that it may ever have come to.
    gross: Points,
    corrected: Points,
    corrections: usize,
}

type Days = BTreeMap<(AccountId, NaiveDate), Day>;

fn by_account(postings: &[Posting]) -> HashMap<AccountId, Vec<Posting>> {
    let mut accounts: HashMap<AccountId, Vec<Posting>> = HashMap::new();
    for posting in postings {
        accounts.entry(posting.account).or_default().push(posting.clone());
    }
    accounts
}

/// The days of accounts on which the programme caps what is kept.
fn days(postings: &[Posting], programmes: &[Programme]) -> Result<Days, AmountError> {
    let mut days = Days::new();
    for (account, postings) in by_account(postings) {
        let sold_on = sold_on(&postings);
        for posting in &postings {
            let Some(on) = posting.day(&sold_on).filter(|on| cap_of(programmes, *on).is_some()) else {
                continue;
            };
            let day = days.entry((account, on)).or_default();
            if posting.kind == PostingKind::DayCap {
                day.corrected = day.corrected.plus(posting.points)?;
                day.corrections += 1;
                continue;
            }
            day.earned = day.earned.plus(posting.signed())?;
            day.gross = day.gross.plus(posting.signed().max(Points::ZERO))?;
        }
    }
    Ok(days)
}

/// The caps of a day, where the day has one, and the version that says so.
fn cap_of(programmes: &[Programme], on: NaiveDate) -> Option<(Caps, Points, i64)> {
    let programme = Programme::on(programmes, on)?;
    let caps = programme.caps?;
    Some((caps, caps.day?, programme.version))
}

/// What must be posted after `new`, for which accounts lots are computed anew because a day of theirs may be over
/// the cap. `posted` is all that these accounts had before.
pub(super) fn corrections(
    posted: Vec<Posting>,
    new: &[Posting],
    programmes: &[Programme],
) -> Result<(Vec<Posting>, BTreeSet<AccountId>), AmountError> {
    let mut all = posted;
    all.extend(new.iter().cloned());
    let mut corrections = vec![];
    let mut capped = BTreeSet::new();
    for ((account, on), day) in days(&all, programmes)? {
        let Some((caps, cap, version)) = cap_of(programmes, on) else { continue };
        if day.gross > cap {
            capped.insert(account);
        }
        let points = caps.over(day.earned)?.negated()?.minus(day.corrected)?;
        // The last of the batch is what it is posted for: any would do, and the same one is found each time.
        let of_account = new.iter().filter(|posting| posting.account == account);
        let Some(cause) = of_account.max_by_key(|posting| (posting.occurred_at, posting.id)) else {
            continue;
        };
        if points.is_zero() {
            continue;
        }
        let why = Corrected { day: on, cap, earned: day.earned, before: day.corrected };
        corrections.push(Posting {
            id: correction_id(account, on, day.corrections, cause.occurred_at),
            account,
            kind: PostingKind::DayCap,
            points,
            sale: cause.sale,
            lot_of: cause.sale,
            shares: vec![],
            programme: Some(version),
            expires_on: None,
            over: Points::ZERO,
            reason: serde_json::json!({ "day_cap": why }).to_string(),
            occurred_at: cause.occurred_at,
            business_date: on,
        });
    }
    Ok((corrections, capped))
}

/// The nth correction of a day: posting it twice fails on the primary key.
fn correction_id(account: AccountId, on: NaiveDate, n: usize, at: DateTime<Utc>) -> EntryId {
    let digest = Sha256::digest(format!("yapa-entry\nday cap\n{account}\n{on}\n{n}"));
    let mut entropy = [0; 10];
    entropy.copy_from_slice(&digest[..10]);
    EntryId::new(at.timestamp_millis(), entropy)
}

/// Keeps back from an account's postings, in their order, what is over the cap of their day.
pub(super) fn keep_back(postings: &mut [Posting], programmes: &[Programme]) -> Result<(), AmountError> {
    let sold_on: HashMap<SaleId, NaiveDate> = sold_on(postings);
    let mut earned: HashMap<NaiveDate, Points> = HashMap::new();
    for posting in postings.iter_mut().filter(|posting| posting.kind != PostingKind::DayCap) {
        let Some(on) = posting.day(&sold_on) else { continue };
        let Some((caps, ..)) = cap_of(programmes, on) else { continue };
        let sum = earned.entry(on).or_default();
        let over_before = caps.over(*sum)?;
        *sum = sum.plus(posting.signed())?;
        let over = caps.over(*sum)?.minus(over_before)?;
        posting.over = if posting.kind == PostingKind::Reverse { over.negated()? } else { over };
    }
    Ok(())
}

/// Days whose corrections do not come to what they must: the account, the day, what is posted and what should be.
pub(super) fn wrong_days(
    postings: &[Posting],
    programmes: &[Programme],
) -> Result<Vec<(AccountId, NaiveDate, Points, Points)>, AmountError> {
    let mut wrong = vec![];
    for ((account, on), day) in days(postings, programmes)? {
        let Some((caps, ..)) = cap_of(programmes, on) else { continue };
        let wanted = caps.over(day.earned)?.negated()?;
        if day.corrected != wanted {
            wrong.push((account, on, day.corrected, wanted));
        }
    }
    Ok(wrong)
}

#[cfg(test)]
mod tests;
