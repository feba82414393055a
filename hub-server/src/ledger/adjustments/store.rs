//! SQL of what is given and taken by hand.

use chrono::{DateTime, Utc};
use domain::ids::{AccountId, EntryId, SaleId};
use domain::money::Points;
use domain::time::to_millis;
use sqlx::{FromRow, query, query_as, query_scalar};

use super::{Adjustment, Ask, ByHand, State};
use crate::db::{DbError, Tx, ensure_touched};
use crate::ledger::store::is_by_hand;
use crate::on;

#[derive(FromRow)]
struct Row {
    id: EntryId,
    account: AccountId,
    points: Points,
    cause: String,
    note: String,
    sale: Option<SaleId>,
    alone: Points,
    asked_by: String,
    asked_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    state: String,
    settled_by: Option<String>,
    settled_at: Option<DateTime<Utc>>,
    refusal: Option<String>,
    entry: Option<EntryId>,
}

impl TryFrom<Row> for Adjustment {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Self, DbError> {
        let bad = |why: String| DbError::BadRow { what: "an adjustment", why };
        let state = match row.state.as_str() {
            "waiting" => State::Waiting,
            "posted" => State::Posted,
            "refused" => State::Refused,
            other => return Err(bad(format!("state {other} is not known"))),
        };
        Ok(Self {
            id: row.id,
            account: row.account,
            points: row.points,
            cause: row.cause.parse().map_err(|e: super::UnknownCause| bad(e.to_string()))?,
            note: row.note,
            sale: row.sale,
            alone: row.alone,
            asked_by: row.asked_by,
            asked_at: row.asked_at,
            ends_at: row.ends_at,
            state,
            settled_by: row.settled_by,
            settled_at: row.settled_at,
            refusal: row.refusal,
            entry: row.entry,
        })
    }
}

fn read(rows: Vec<Row>) -> Result<Vec<Adjustment>, DbError> {
    rows.into_iter().map(Adjustment::try_from).collect()
}

pub(super) async fn one(tx: &mut Tx, id: EntryId) -> Result<Option<Adjustment>, DbError> {
    const SQL: &str = "select * from adjustment where id = $1";
    let row: Option<Row> = on!(tx, c => query_as(SQL).bind(id).fetch_optional(c).await)?;
    row.map(Adjustment::try_from).transpose()
}

/// The newest of an account, and of those that are part of it.
pub async fn of_account(tx: &mut Tx, account: AccountId, limit: i64) -> Result<Vec<Adjustment>, DbError> {
    const SQL: &str = "select * from adjustment
        where account = $1 or account in (select id from account where merged_into = $1)
        order by asked_at desc, id desc limit $2";
    read(on!(tx, c => query_as(SQL).bind(account).bind(limit).fetch_all(c).await)?)
}

/// What waits for a second person, the oldest first.
pub async fn waiting(tx: &mut Tx, now: DateTime<Utc>, limit: i64) -> Result<Vec<Adjustment>, DbError> {
    const SQL: &str = "select * from adjustment where state = 'waiting' and ends_at > $1
        order by asked_at, id limit $2";
    read(on!(tx, c => query_as(SQL).bind(to_millis(now)).bind(limit).fetch_all(c).await)?)
}

pub async fn waiting_count(tx: &mut Tx, now: DateTime<Utc>) -> Result<i64, DbError> {
    const SQL: &str = "select count(*) from adjustment where state = 'waiting' and ends_at > $1";
    Ok(on!(tx, c => query_scalar(SQL).bind(to_millis(now)).fetch_one(c).await)?)
}

/// What does not wait any more, the newest first.
pub async fn latest(tx: &mut Tx, now: DateTime<Utc>, limit: i64) -> Result<Vec<Adjustment>, DbError> {
    const SQL: &str = "select * from adjustment where state <> 'waiting' or ends_at <= $1
        order by asked_at desc, id desc limit $2";
    read(on!(tx, c => query_as(SQL).bind(to_millis(now)).bind(limit).fetch_all(c).await)?)
}

/// What one person gave and took alone since, all as if it were given: of an account and of all that it is or was one
/// with, or two of them would be twice the limit.
pub(super) async fn alone_since(tx: &mut Tx, ask: &Ask, since: DateTime<Utc>) -> Result<Points, DbError> {
    const SQL: &str = "select cast(coalesce(sum(abs(points)), 0) as bigint) from adjustment
        where (account = $1 or account in (select o.id from account o join account a on a.family = o.family where a.id = $1))
            and asked_by = $2 and state = 'posted' and settled_by is null and asked_at > $3";
    Ok(on!(tx, c => query_scalar(SQL)
        .bind(ask.account).bind(&ask.by).bind(to_millis(since)).fetch_one(c).await)?)
}

/// Whether its id was free.
pub(super) async fn insert(tx: &mut Tx, row: &Adjustment) -> Result<bool, DbError> {
    const SQL: &str = "insert into adjustment
        (id, account, points, cause, note, sale, alone, asked_by, asked_at, ends_at, state)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting') on conflict (id) do nothing";
    let touched = on!(tx, c => query(SQL)
        .bind(row.id).bind(row.account).bind(row.points).bind(row.cause.code()).bind(&row.note).bind(row.sale)
        .bind(row.alone).bind(&row.asked_by).bind(to_millis(row.asked_at)).bind(to_millis(row.ends_at))
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(touched == 1)
}

pub(super) async fn posted(
    tx: &mut Tx,
    id: EntryId,
    by: Option<&str>,
    entry: EntryId,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    const SQL: &str = "update adjustment set state = 'posted', settled_by = $2, settled_at = $3, entry = $4
        where id = $1 and state = 'waiting'";
    let touched = on!(tx, c => query(SQL)
        .bind(id).bind(by).bind(to_millis(now)).bind(entry)
        .execute(c).await.map(|done| done.rows_affected()))?;
    ensure_touched("an adjustment", 1, touched)
}

pub(super) async fn refuse(
    tx: &mut Tx,
    id: EntryId,
    by: &str,
    why: &str,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    const SQL: &str =
        "update adjustment set state = 'refused', settled_by = $2, settled_at = $3, refusal = $4
        where id = $1 and state = 'waiting'";
    let touched = on!(tx, c => query(SQL)
        .bind(id).bind(by).bind(to_millis(now)).bind(why)
        .execute(c).await.map(|done| done.rows_affected()))?;
    ensure_touched("an adjustment", 1, touched)
}

/// Entries that nobody asked for, and what was asked for and has another entry than it should, or none.
pub async fn unlike(tx: &mut Tx) -> Result<Vec<String>, DbError> {
    const ENTRIES: &str = "select e.id, e.reason from ledger_entry e
        where e.kind = 'adjust' and e.sale is null
            and (select count(*) from adjustment a where a.entry = e.id and a.account = e.account
                     and a.points = e.points and a.state = 'posted') <> 1";
    const ASKED: &str = "select a.*, e.reason from adjustment a left join ledger_entry e on e.id = a.entry
        where a.state = 'posted' or e.id is not null";
    let entries: Vec<(EntryId, String)> = on!(tx, c => query_as(ENTRIES).fetch_all(c).await)?;
    let asked: Vec<Posted> = on!(tx, c => query_as(ASKED).fetch_all(c).await)?;
    let by_hand = entries.iter().filter(|(_, reason)| is_by_hand("adjust", None, reason));
    let mut unlike: Vec<String> = by_hand.map(|(id, _)| format!("entry {id}")).collect();
    for Posted { row, reason } in asked {
        let asked = Adjustment::try_from(row)?;
        let why = reason.as_deref().and_then(ByHand::of);
        if asked.state != State::Posted || !why.is_some_and(|why| why.is_of(&asked)) {
            unlike.push(format!("adjustment {}", asked.id));
        }
    }
    Ok(unlike)
}

/// With the reason of its entry.
#[derive(FromRow)]
struct Posted {
    #[sqlx(flatten)]
    row: Row,
    reason: Option<String>,
}
