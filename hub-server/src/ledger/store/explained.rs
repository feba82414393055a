//! An entry to be explained, and those before it.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use domain::ids::{AccountId, EntryId, SaleId};
use domain::money::Points;
use domain::time::to_millis;
use sqlx::{FromRow, query_as, query_scalar};
use uuid::Uuid;

use crate::db::{DbError, Tx};
use crate::ledger::rules::{Posting, PostingKind};
use crate::on;

/// What of an entry its explanation begins with.
#[derive(Debug, Clone, FromRow)]
pub struct ExplainedRow {
    pub id: EntryId,
    pub account: AccountId,
    pub kind: String,
    pub points: Points,
    pub sale: Option<SaleId>,
    pub reason: String,
    pub occurred_at: DateTime<Utc>,
    pub posted_at: DateTime<Utc>,
}

/// The entry of this id, or all of the sale of this id.
pub async fn explained(tx: &mut Tx, id: Uuid) -> Result<Vec<ExplainedRow>, DbError> {
    const SQL: &str =
        "select id, account, kind, points, sale, reason, occurred_at, posted_at from ledger_entry
        where id = $1 or sale = $1 order by posted_at, id";
    Ok(on!(tx, c => query_as(SQL).bind(id).fetch_all(c).await)?)
}

/// Of an account's postings, those that took back goods of the same sale and were posted before this one: a batch
/// posts them in the order of their tickets.
pub(in crate::ledger) async fn reversed_before<'a>(
    tx: &mut Tx,
    row: &ExplainedRow,
    postings: &'a [Posting],
) -> Result<Vec<&'a Posting>, DbError> {
    const SQL: &str = "select id from ledger_entry where account = $1 and kind = 'reverse'
        and (posted_at < $2 or (posted_at = $2 and sale < $3))";
    let found: Vec<EntryId> = on!(tx, c => query_scalar(SQL)
        .bind(row.account).bind(to_millis(row.posted_at)).bind(row.sale).fetch_all(c).await)?;
    let found: HashSet<EntryId> = found.into_iter().collect();
    let original = postings.iter().find(|posting| posting.id == row.id).map(|posting| posting.lot_of);
    let is_before = |posting: &&Posting| {
        posting.kind == PostingKind::Reverse
            && posting.lot_of != posting.sale
            && Some(posting.lot_of) == original
            && found.contains(&posting.id)
    };
    Ok(postings.iter().filter(is_before).collect())
}
