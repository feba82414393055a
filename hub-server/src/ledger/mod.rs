//! The points ledger: entries, lots, debt, and the programme they follow.
//!
//! Entries are only ever added. The sums beside them (balance, debt, lots) are kept in the same commit
//! and checked by [`verify`].

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::AccountId;
use domain::money::AmountError;
use domain::points::{EarnedByDay, Programme};
use domain::sale::Sale;

use crate::catalogue::take_feed_numbers;
use crate::db::{DbError, Tx};

pub mod adjustments;
mod charge;
mod day_cap;
mod digest;
mod explain;
mod family;
mod joined;
mod lost;
mod lot;
mod moves;
pub mod pages;
mod post;
mod replay;
mod returned;
mod rules;
mod share;
mod spend;
mod store;
mod verify;

pub use charge::{settle_card, settle_joined};
pub use digest::Whole;
pub use explain::{Explanation, Head, Step, explain};
pub use family::Family;
pub use moves::{Grant, History, Move, MoveKind, histories};
pub use post::post_sales;
use rules::Posting;
pub use spend::{given_back, spent};
pub use store::{
    Charged, Ending, EntryRow, ExplainedRow, Pending, charged, earned_by_programme, endings, entries,
    explained, pending, programmes,
};
pub use verify::{Difference, Verified, verify};

/// A completed sale whose rows are already written.
#[derive(Debug, Clone, Copy)]
pub struct SaleJob<'a> {
    pub sale: &'a Sale,
    /// None while the card is unknown: nothing is earned yet, but goods of an earlier sale may come back.
    pub account: Option<AccountId>,
}

/// Adds a version of the programme; the tills hear of it through the feed.
pub async fn add_programme(tx: &mut Tx, programme: &Programme, now: DateTime<Utc>) -> Result<(), DbError> {
    let feed_no = take_feed_numbers(tx, 1).await?;
    store::insert_programme(tx, programme, feed_no, now).await
}

/// A new hub starts with one point for 1.00, valid for all time, so that history earns too.
pub async fn ensure_programme(tx: &mut Tx, now: DateTime<Utc>) -> Result<(), DbError> {
    if store::programmes(tx).await?.is_empty() {
        add_programme(tx, &Programme::starter(NaiveDate::default()), now).await?;
    }
    Ok(())
}

/// What tiers are judged by: points earned, less those taken back, by the day of the sale. Of members who are one, all
/// that each of them earned, on its own day.
pub async fn earned_by_day(
    tx: &mut Tx,
    accounts: &[AccountId],
) -> Result<HashMap<AccountId, EarnedByDay>, DbError> {
    let joins = store::joins(tx, accounts).await?;
    let mut by_account: HashMap<AccountId, Vec<Posting>> = HashMap::new();
    for posting in store::postings(tx, &joins.with_families(accounts)).await? {
        by_account.entry(joins.stays_now(posting.account)).or_default().push(posting);
    }
    let days =
        |(account, postings): (AccountId, Vec<Posting>)| Ok((account, rules::earned_by_day(&postings)?));
    by_account.into_iter().map(days).collect::<Result<_, AmountError>>().map_err(post::amount)
}

#[cfg(test)]
mod tests;
