//! Members who turn out to be one person, in every room that it concerns: cards and consents, sales and visits, points,
//! and what the tills know.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::ids::AccountId;
use uuid::Uuid;

use crate::access::audit;
use crate::app::App;
use crate::db::{DbError, Turn, Tx};
use crate::live::News;
use crate::members::merging::{self, Merge, MergeRefusal, Merged, Moment, Row};
use crate::{catalogue, insights, ledger, members, sales};

pub mod pages;
mod sides;

/// Makes two members one.
pub async fn merge(tx: &mut Tx, merge: &Merge, now: DateTime<Utc>) -> Result<Merged, DbError> {
    let moment = begin(tx, now).await?;
    let merged = merging::merge(tx, merge, moment).await?;
    if let Merged::Done(row) = &merged {
        put_right(tx, row.survivor_account, now).await?;
        note(tx, row, ("member.merged", &merge.by, &row.reason), now).await?;
    }
    Ok(merged)
}

/// Takes a merge back.
pub async fn unmerge(
    tx: &mut Tx,
    merge: Uuid,
    (reason, by): (&str, &str),
    now: DateTime<Utc>,
) -> Result<Merged, DbError> {
    let moment = begin(tx, now).await?;
    let merged = merging::unmerge(tx, merge, reason, by, moment).await?;
    if let Merged::Done(row) = &merged {
        put_right(tx, row.survivor_account, now).await?;
        note(tx, row, ("member.unmerged", by, reason.trim()), now).await?;
    }
    Ok(merged)
}

/// A sale of either under way must be seen or must wait: see [`Tx::order`].
async fn begin(tx: &mut Tx, now: DateTime<Utc>) -> Result<Moment, DbError> {
    tx.order(Turn::Alone).await?;
    Ok(Moment { at: now, on: catalogue::first_date_at(&catalogue::stores(tx).await?, now) })
}

async fn put_right(tx: &mut Tx, account: AccountId, now: DateTime<Utc>) -> Result<(), DbError> {
    let accounts: BTreeSet<AccountId> = ledger::settle_joined(tx, account, now).await?;
    let accounts: Vec<AccountId> = accounts.into_iter().collect();
    sales::give_to_owners(tx, &accounts).await?;
    insights::mark_stale(tx, &accounts).await
}

async fn note(
    tx: &mut Tx,
    row: &Row,
    (action, by, reason): (&str, &str, &str),
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let code =
        |member: Option<members::Member>| member.map_or_else(String::new, |m| m.profile.code.to_string());
    let survivor = code(members::by_id(tx, row.survivor).await?);
    let loser = code(members::by_id(tx, row.loser).await?);
    audit::note(tx, now, by, action, &survivor, &format!("{loser}: {reason}")).await
}

/// In a transaction of its own; tells the listeners. Both are who they were when they were looked at, or nothing is done.
pub async fn merge_one(app: &App, said: &Merge) -> Result<Merged, DbError> {
    let mut tx = app.db.begin().await?;
    tx.order(Turn::Alone).await?;
    if !merging::is_as_named(&mut tx, said).await? {
        return Ok(Merged::Refused(MergeRefusal::Changed));
    }
    let merged = merge(&mut tx, said, app.clock.now()).await?;
    tx.commit().await?;
    tell(app, &merged);
    Ok(merged)
}

/// In a transaction of its own; tells the listeners.
pub async fn unmerge_one(app: &App, merge: Uuid, said: (&str, &str)) -> Result<Merged, DbError> {
    let mut tx = app.db.begin().await?;
    let merged = unmerge(&mut tx, merge, said, app.clock.now()).await?;
    tx.commit().await?;
    tell(app, &merged);
    Ok(merged)
}

fn tell(app: &App, merged: &Merged) {
    if let Merged::Done(row) = merged {
        app.live.tell([row.survivor_account, row.loser_account].map(News::Account));
    }
}
