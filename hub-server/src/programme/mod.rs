//! The programme as its owner changes it: drafts, what one would have given on tickets that are there, and how it
//! becomes the next version. The versions themselves are the ledger's; this room knows tickets besides.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::SaleId;
use domain::money::AmountError;
use domain::points::{Programme, ProgrammeError};
use domain::time::plus_days;
use serde_json::json;

use crate::access::audit;
use crate::db::{DbError, Turn, Tx};
use crate::{insights, ledger, members, sales};

mod form;
pub mod pages;
mod sentences;
mod store;
mod trial;

pub use trial::{Change, MemberChange, RuleChange, StoreChange, Trial};
use trial::{Tally, Versions};

/// Tickets that are read at once: what bounds a trial's memory, beside one sum a member.
const PAGE: i64 = 1_000;

/// Values of a form by the names of their fields.
pub type Typed = BTreeMap<String, String>;

/// The next version while it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// As they last could be read.
    pub rules: Programme,
    /// What was typed since, where it cannot be read.
    pub typed: Option<Typed>,
    /// By whom and when; none where it is only proposed.
    pub saved: Option<(String, DateTime<Utc>)>,
}

/// Why a programme does not become the next version.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    #[error(transparent)]
    Db(#[from] DbError),
    #[error(transparent)]
    Rules(#[from] ProgrammeError),
    #[error("the next version is {next}, not {said}")]
    Version { next: i64, said: i64 },
    /// What is posted stays under the rules it was posted by, so new rules begin after it.
    #[error("sales of {0} have their points: valid_from must be after that date")]
    Begun(NaiveDate),
    #[error("a version that is published begins on {0}: valid_from must not be before that date")]
    Before(NaiveDate),
}

/// The number of the version that would be added now.
pub fn next_version(versions: &[Programme]) -> i64 {
    versions.iter().map(|version| version.version).max().unwrap_or(0) + 1
}

/// The draft of the next version, or what is proposed for it: the newest one, from tomorrow on.
pub async fn draft(tx: &mut Tx, today: NaiveDate) -> Result<Draft, DbError> {
    let versions = ledger::programmes(tx).await?;
    let next = next_version(&versions);
    if let Some(draft) = store::draft(tx, next).await? {
        return Ok(draft);
    }
    let tomorrow = plus_days(today, 1);
    let newest = versions.into_iter().max_by_key(|version| version.version);
    let newest = newest.unwrap_or_else(|| Programme::starter(tomorrow));
    let rules = Programme { version: next, valid_from: tomorrow.max(newest.valid_from), ..newest };
    Ok(Draft { rules, typed: None, saved: None })
}

/// Keeps a draft in place of the one before.
pub async fn save_draft(tx: &mut Tx, draft: &Draft, who: &str, now: DateTime<Utc>) -> Result<(), DbError> {
    store::save(tx, draft, who, now).await?;
    audit::note(tx, now, who, "programme.draft", &draft.rules.version.to_string(), "").await
}

/// Adds a version, which nothing changes any more, and tells who did it and what was in force before.
pub async fn publish(
    tx: &mut Tx,
    rules: &Programme,
    who: &str,
    now: DateTime<Utc>,
) -> Result<(), PublishError> {
    rules.check()?;
    // No sale is under way that was reckoned by the versions before.
    tx.order(Turn::Alone).await?;
    let versions = ledger::programmes(tx).await?;
    let next = next_version(&versions);
    if rules.version != next {
        return Err(PublishError::Version { next, said: rules.version });
    }
    if let Some(last) = insights::as_of(tx, now).await?
        && rules.valid_from <= last
    {
        return Err(PublishError::Begun(last));
    }
    // Otherwise the one before would take over again when its day comes.
    if let Some(begins) = versions.iter().map(|version| version.valid_from).max()
        && rules.valid_from < begins
    {
        return Err(PublishError::Before(begins));
    }
    ledger::add_programme(tx, rules, now).await?;
    let before = versions.iter().max_by_key(|version| version.version);
    let detail = json!({ "before": before, "after": rules }).to_string();
    audit::note(tx, now, who, "programme.add", &next.to_string(), &detail).await?;
    Ok(store::drop_until(tx, next).await?)
}

/// What members' tickets of some days gave by the versions in force on them, and what they would have given by a
/// draft. Reads page by page and writes nothing.
pub async fn trial(
    tx: &mut Tx,
    draft: &Programme,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<Trial, DbError> {
    let versions = ledger::programmes(tx).await?;
    let mut tally = Tally::new(Versions { all: &versions, draft }, from, until);
    let mut place = (from, SaleId(uuid::Uuid::nil()));
    loop {
        let page = sales::of_members(tx, place, until, PAGE).await?;
        let Some(last) = page.last() else { break };
        place = (last.business_date, last.id);
        for ticket in &page {
            tally.take(ticket.account, ticket.business_date, ticket.sale.as_ref()).map_err(amount)?;
        }
    }
    let (mut trial, winners, losers) = tally.finish().map_err(amount)?;
    trial.most = named(tx, &winners).await?;
    trial.least = named(tx, &losers).await?;
    Ok(trial)
}

/// Members of accounts with what changes for them, in the order given.
async fn named(
    tx: &mut Tx,
    changes: &[(domain::ids::AccountId, Change)],
) -> Result<Vec<MemberChange>, DbError> {
    let accounts: Vec<_> = changes.iter().map(|(account, _)| *account).collect();
    let members = members::of_accounts(tx, &accounts).await?;
    let of = |(account, points): &(domain::ids::AccountId, Change)| {
        let member = members.iter().find(|member| member.account == *account)?;
        Some(MemberChange { id: member.id, member: member.profile.code.clone(), points: *points })
    };
    Ok(changes.iter().filter_map(of).collect())
}

fn amount(error: AmountError) -> DbError {
    DbError::BadRow { what: "a ticket's points", why: error.to_string() }
}

#[cfg(test)]
mod tests;
