//! SQL of the ledger.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{AccountId, EntryId, SaleId};
use domain::money::Points;
use domain::points::Programme;
use domain::time::to_millis;
use serde::Serialize;
use sqlx::{AssertSqlSafe, FromRow, query, query_as, query_scalar};

use super::digest::Whole;
use super::joined::Parted;
use super::lot::Lot;
use super::rules::AccountState;
use crate::db::{Cells, DbError, Insert, KEYS, Tx, dialect, rows_of};
use crate::on;

mod explained;
mod joined;
mod lines;
mod lost;
mod spent;

pub(super) use explained::reversed_before;
pub use explained::{ExplainedRow, explained};
pub(super) use joined::{homes, joins, posted};
pub(super) use lines::{LinePoints, earners, line_points, returns_of, undoing_of, write_line_points};
pub use lost::{Charged, charged};
pub(super) use lost::{cards_then, redeemed_with};
pub(super) use spent::{
    Allocation, Gross, PostingRow, allocations, delete_lots, earned_on_days, given_back_by, owners,
    posting_rows, postings, with_dated_lots, with_entries, write_allocations,
};

// programme ------------------------------------------------------------------------------------------

pub async fn programmes(tx: &mut Tx) -> Result<Vec<Programme>, DbError> {
    const SQL: &str = "select body from programme order by version";
    let bodies: Vec<String> = on!(tx, c => query_scalar(SQL).fetch_all(c).await)?;
    let parse = |body: &String| {
        serde_json::from_str(body).map_err(|e| DbError::BadRow { what: "a programme", why: e.to_string() })
    };
    bodies.iter().map(parse).collect()
}

pub(super) async fn insert_programme(
    tx: &mut Tx,
    programme: &Programme,
    feed_no: i64,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    const SQL: &str =
        "insert into programme (version, valid_from, body, created_at, feed_no) values ($1, $2, $3, $4, $5)";
    let body = serde_json::to_string(programme)
        .map_err(|e| DbError::BadRow { what: "a programme", why: e.to_string() })?;
    on!(tx, c => query(SQL)
        .bind(programme.version).bind(programme.valid_from).bind(&body).bind(to_millis(now)).bind(feed_no)
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

// accounts -------------------------------------------------------------------------------------------

#[derive(FromRow)]
struct AccountRow {
    id: AccountId,
    created_at: DateTime<Utc>,
    balance: Points,
    debt: Points,
    earned: Points,
    burned: Points,
}

/// Reads accounts and keeps every other writer away from them until the end.
pub(super) async fn lock_accounts(
    tx: &mut Tx,
    accounts: &[AccountId],
) -> Result<BTreeMap<AccountId, AccountState>, DbError> {
    let lock = dialect::row_lock(tx.is_postgres());
    let text = |accounts: &str| {
        format!(
            "select id, created_at, balance, debt, earned, burned from account where id in {accounts}
             order by id{lock}"
        )
    };
    let rows: Vec<AccountRow> = rows_of(tx, accounts, text).await?;
    let state =
        |r: AccountRow| AccountState::new(r.id, r.created_at, [r.balance, r.debt, r.earned, r.burned]);
    Ok(rows.into_iter().map(|row| (row.id, state(row))).collect())
}

pub(super) async fn write_accounts(
    tx: &mut Tx,
    states: impl Iterator<Item = &AccountState>,
) -> Result<(), DbError> {
    let states: Vec<&AccountState> = states.collect();
    let points = |of: fn(&AccountState) -> Points| Cells::Int(states.iter().map(|s| of(s).0).collect());
    let insert = Insert {
        table: "account",
        columns: vec![
            ("id", Cells::Uuid(states.iter().map(|s| s.id.0).collect())),
            ("created_at", Cells::Time(states.iter().map(|s| s.created_at).collect())),
            ("balance", points(|s| s.balance)),
            ("debt", points(AccountState::debt)),
            ("earned", points(|s| s.earned)),
            ("burned", points(|s| s.burned)),
            ("expired", points(|_| Points::ZERO)),
        ],
        // An upsert is the one bulk update that both databases read alike; no row is ever inserted here.
        conflict: "on conflict (id) do update set balance = excluded.balance, debt = excluded.debt,
            earned = excluded.earned, burned = excluded.burned",
    };
    insert.run(tx).await.map(|_| ())
}

// entries and lots -----------------------------------------------------------------------------------

pub(super) async fn insert_entries(tx: &mut Tx, entries: &[Whole<'_>]) -> Result<(), DbError> {
    let insert = Insert {
        table: "ledger_entry",
        columns: vec![
            ("id", Cells::Uuid(entries.iter().map(|e| e.id.0).collect())),
            ("account", Cells::Uuid(entries.iter().map(|e| e.account.0).collect())),
            ("kind", Cells::Text(entries.iter().map(|e| e.kind).collect())),
            ("points", Cells::Int(entries.iter().map(|e| e.points.0).collect())),
            ("sale", Cells::UuidOr(entries.iter().map(|e| e.sale.map(|sale| sale.0)).collect())),
            ("programme", Cells::IntOr(entries.iter().map(|e| e.programme).collect())),
            ("reason", Cells::Text(entries.iter().map(|e| e.reason).collect())),
            ("occurred_at", Cells::Time(entries.iter().map(|e| to_millis(e.occurred_at)).collect())),
            ("posted_at", Cells::Time(entries.iter().map(|e| to_millis(e.posted_at)).collect())),
            ("digest", Cells::Int(entries.iter().map(Whole::digest).collect())),
        ],
        conflict: "",
    };
    insert.run(tx).await.map(|_| ())
}

#[derive(FromRow)]
struct LotRow {
    id: EntryId,
    account: AccountId,
    sale: Option<SaleId>,
    earned: Points,
    remaining: Points,
    earned_on: NaiveDate,
    expires_on: Option<NaiveDate>,
    vests_on: Option<NaiveDate>,
}

/// The lots of these accounts that still hold points.
pub(super) async fn open_lots(tx: &mut Tx, accounts: &[AccountId]) -> Result<Vec<(AccountId, Lot)>, DbError> {
    lots_where(tx, "remaining > 0 and", accounts).await
}

/// All lots of these accounts.
pub(super) async fn lots(tx: &mut Tx, accounts: &[AccountId]) -> Result<Vec<(AccountId, Lot)>, DbError> {
    lots_where(tx, "", accounts).await
}

async fn lots_where(
    tx: &mut Tx,
    which: &'static str,
    accounts: &[AccountId],
) -> Result<Vec<(AccountId, Lot)>, DbError> {
    let text = |accounts: &str| {
        format!(
            "select id, account, sale, earned, remaining, earned_on, expires_on, vests_on from lot
             where {which} account in {accounts}"
        )
    };
    let rows: Vec<LotRow> = rows_of(tx, accounts, text).await?;
    let lot = |row: LotRow| {
        let LotRow { id, account, sale, earned, remaining, earned_on, expires_on, vests_on } = row;
        (
            account,
            Lot {
                id,
                home: account,
                sale,
                earned,
                remaining,
                earned_on,
                expires_on,
                vests_on,
                changed: false,
            },
        )
    };
    Ok(rows.into_iter().map(lot).collect())
}

pub(super) async fn write_lots(
    tx: &mut Tx,
    states: impl Iterator<Item = &AccountState>,
) -> Result<(), DbError> {
    let lots: Vec<(AccountId, &Lot)> = states.flat_map(|s| s.changed_lots().map(|lot| (s.id, lot))).collect();
    let insert = Insert {
        table: "lot",
        columns: vec![
            ("id", Cells::Uuid(lots.iter().map(|(_, lot)| lot.id.0).collect())),
            ("account", Cells::Uuid(lots.iter().map(|(account, _)| account.0).collect())),
            ("sale", Cells::UuidOr(lots.iter().map(|(_, lot)| lot.sale.map(|sale| sale.0)).collect())),
            ("earned", Cells::Int(lots.iter().map(|(_, lot)| lot.earned.0).collect())),
            ("remaining", Cells::Int(lots.iter().map(|(_, lot)| lot.remaining.0).collect())),
            ("earned_on", Cells::Date(lots.iter().map(|(_, lot)| lot.earned_on).collect())),
            ("expires_on", Cells::DateOr(lots.iter().map(|(_, lot)| lot.expires_on).collect())),
            ("vests_on", Cells::DateOr(lots.iter().map(|(_, lot)| lot.vests_on).collect())),
        ],
        conflict: "on conflict (id) do update set account = excluded.account, earned = excluded.earned,
            remaining = excluded.remaining",
    };
    insert.run(tx).await.map(|_| ())
}

// reading --------------------------------------------------------------------------------------------

/// A row of the ledger as screens and exports show it.
#[derive(Debug, Clone, FromRow, Serialize)]
pub struct EntryRow {
    pub id: EntryId,
    pub kind: String,
    pub points: Points,
    pub sale: Option<SaleId>,
    pub programme: Option<i64>,
    pub reason: String,
    pub occurred_at: DateTime<Utc>,
    pub posted_at: DateTime<Utc>,
}

impl EntryRow {
    /// Whether customer service gave or took these points.
    pub fn is_by_hand(&self) -> bool {
        is_by_hand(&self.kind, self.sale, &self.reason)
    }
}

/// Whether a row says that no sale caused it and a person did: what brings the entries of accounts that parted to their
/// lots names no sale either.
pub(super) fn is_by_hand(kind: &str, sale: Option<SaleId>, reason: &str) -> bool {
    kind == "adjust" && sale.is_none() && Parted::of(reason).is_none()
}

/// The newest entries of an account, and of those that are part of it.
pub async fn entries(tx: &mut Tx, account: AccountId, limit: i64) -> Result<Vec<EntryRow>, DbError> {
    const SQL: &str = "select id, kind, points, sale, programme, reason, occurred_at, posted_at
        from ledger_entry where account = $1 or account in (select id from account where merged_into = $1)
        order by occurred_at desc, id desc limit $2";
    Ok(on!(tx, c => query_as(SQL).bind(account).bind(limit).fetch_all(c).await)?)
}

/// What an account's lots have left that end with a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub struct Ending {
    pub account: AccountId,
    /// The last day.
    #[sqlx(rename = "expires_on")]
    pub on: NaiveDate,
    pub points: Points,
}

/// By account, the first to end first; those whose day is over are what has expired.
pub async fn endings(tx: &mut Tx, accounts: &[AccountId]) -> Result<Vec<Ending>, DbError> {
    let text = |accounts: &str| {
        format!(
            "select account, expires_on, cast(sum(remaining) as bigint) as points from lot
             where expires_on is not null and remaining > 0 and account in {accounts}
             group by account, expires_on order by account, expires_on"
        )
    };
    rows_of(tx, accounts, text).await
}

/// What an account's lots have left that cannot be spent yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub struct Pending {
    pub account: AccountId,
    /// The first day on which it can be.
    #[sqlx(rename = "vests_on")]
    pub on: NaiveDate,
    #[sqlx(rename = "expires_on")]
    pub ends_on: Option<NaiveDate>,
    pub points: Points,
}

/// By account, as it is on a date, the first to vest first.
pub async fn pending(tx: &mut Tx, accounts: &[AccountId], on: NaiveDate) -> Result<Vec<Pending>, DbError> {
    let text = |accounts: &str| {
        format!(
            "select account, vests_on, expires_on, cast(sum(remaining) as bigint) as points from lot
             where vests_on > '{on}' and remaining > 0 and account in {accounts}
             group by account, vests_on, expires_on order by account, vests_on, expires_on"
        )
    };
    rows_of(tx, accounts, text).await
}

/// What was earned, or given by hand, under each version of the programme, whatever came back. What brings the entries of
/// accounts that parted to their lots is of no version.
pub async fn earned_by_programme(tx: &mut Tx) -> Result<Vec<(Option<i64>, Points)>, DbError> {
    const SQL: &str = "select programme, cast(sum(points) as bigint) from ledger_entry
        where kind = 'earn' or (kind = 'adjust' and sale is null and programme is not null and points > 0)
        group by programme order by programme";
    Ok(on!(tx, c => query_as(SQL).fetch_all(c).await)?)
}

/// One account's sums as they are kept.
#[derive(Debug, FromRow)]
pub(super) struct SumRow {
    pub id: AccountId,
    pub balance: i64,
    pub debt: i64,
    pub earned: i64,
    pub burned: i64,
    pub expired: i64,
}

/// Some accounts after one, in the order of their ids.
pub(super) async fn sums_after(tx: &mut Tx, after: AccountId) -> Result<Vec<SumRow>, DbError> {
    const SQL: &str =
        "select id, balance, debt, earned, burned, expired from account where id > $1 order by id limit $2";
    let limit = i64::try_from(KEYS).unwrap_or(1);
    Ok(on!(tx, c => query_as(SQL).bind(after).bind(limit).fetch_all(c).await)?)
}

/// The sums of some accounts.
pub(super) async fn sums_of(tx: &mut Tx, accounts: &[AccountId]) -> Result<Vec<SumRow>, DbError> {
    let text = |accounts: &str| {
        format!("select id, balance, debt, earned, burned, expired from account where id in {accounts}")
    };
    rows_of(tx, accounts, text).await
}

/// How many rows a table of the ledger has.
pub(super) async fn count(tx: &mut Tx, table: &'static str) -> Result<i64, DbError> {
    let sql = format!("select count(*) from {table}");
    Ok(on!(tx, c => query_scalar(AssertSqlSafe(sql)).fetch_one(c).await)?)
}

/// The accounts that rows of a table of the ledger name and that do not exist.
pub(super) async fn without_account(tx: &mut Tx, table: &'static str) -> Result<Vec<AccountId>, DbError> {
    let sql = format!(
        "select distinct t.account from {table} t left join account a on a.id = t.account where a.id is null"
    );
    Ok(on!(tx, c => query_scalar(AssertSqlSafe(sql)).fetch_all(c).await)?)
}
