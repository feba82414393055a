//! SQL of the ledger.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{AccountId, EntryId, SaleId};
use domain::money::Points;
use domain::points::Programme;
use domain::time::to_millis;
use futures::TryStreamExt;
use serde::Serialize;
use sqlx::{AssertSqlSafe, FromRow, query, query_as, query_scalar};

use super::lot::Lot;
use super::rules::{AccountState, Posting};
use crate::db::{DbError, Tx, bulk, rows_of};
use crate::on;

mod explained;
mod lines;
mod lost;
mod spent;

pub(super) use explained::reversed_before;
pub use explained::{ExplainedRow, explained};
pub(super) use lines::{LinePoints, earners, line_points, returns_of, undoing_of, write_line_points};
pub use lost::{Charged, charged};
pub(super) use lost::{cards_then, redeemed_with};
pub(super) use spent::{
    Allocation, Gross, all_computed_anew, allocations, delete_lots, earned_on_days, given_back_by,
    over_day_cap, owners, postings, with_dated_lots, with_entries, write_allocations,
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

/// Reads accounts and keeps every other writer away from them until the end: the update that changes
/// nothing takes the row locks on both databases.
pub(super) async fn lock_accounts(
    tx: &mut Tx,
    accounts: &[AccountId],
) -> Result<BTreeMap<AccountId, AccountState>, DbError> {
    let text = |accounts: &str| {
        format!(
            "update account set balance = balance where id in {accounts}
             returning id, created_at, balance, debt, earned, burned"
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
    for part in states.chunks(bulk::ROWS) {
        // An upsert is the one bulk update that both databases read alike; no row is ever inserted here.
        let sql = format!(
            "insert into account (id, created_at, balance, debt, earned, burned, expired) values {}
             on conflict (id) do update set balance = excluded.balance, debt = excluded.debt, earned = excluded.earned,
                 burned = excluded.burned",
            bulk::values(tx, part.len(), 7)
        );
        on!(tx, c => {
            let mut query = query(AssertSqlSafe(sql));
            for s in part {
                query = query.bind(s.id).bind(s.created_at).bind(s.balance).bind(s.debt()).bind(s.earned).bind(s.burned).bind(0_i64);
            }
            query.execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

// entries and lots -----------------------------------------------------------------------------------

pub(super) async fn insert_entries(
    tx: &mut Tx,
    postings: &[Posting],
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    for part in postings.chunks(bulk::ROWS) {
        let sql = format!(
            "insert into ledger_entry (id, account, kind, points, sale, programme, reason, occurred_at, posted_at) values {}",
            bulk::values(tx, part.len(), 9)
        );
        on!(tx, c => {
            let mut query = query(AssertSqlSafe(sql));
            for p in part {
                query = query.bind(p.id).bind(p.account).bind(p.kind.as_str()).bind(p.signed()).bind(p.sale).bind(p.programme)
                    .bind(&p.reason).bind(to_millis(p.occurred_at)).bind(to_millis(now));
            }
            query.execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
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
        (account, Lot { id, sale, earned, remaining, earned_on, expires_on, vests_on, changed: false })
    };
    Ok(rows.into_iter().map(lot).collect())
}

pub(super) async fn write_lots(
    tx: &mut Tx,
    states: impl Iterator<Item = &AccountState>,
) -> Result<(), DbError> {
    let lots: Vec<(AccountId, &Lot)> = states.flat_map(|s| s.changed_lots().map(|lot| (s.id, lot))).collect();
    for part in lots.chunks(bulk::ROWS) {
        let sql = format!(
            "insert into lot (id, account, sale, earned, remaining, earned_on, expires_on, vests_on) values {}
             on conflict (id) do update set earned = excluded.earned, remaining = excluded.remaining",
            bulk::values(tx, part.len(), 8)
        );
        on!(tx, c => {
            let mut query = query(AssertSqlSafe(sql));
            for (account, lot) in part {
                query = query.bind(lot.id).bind(account).bind(lot.sale).bind(lot.earned).bind(lot.remaining).bind(lot.earned_on).bind(lot.expires_on).bind(lot.vests_on);
            }
            query.execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
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

/// The newest entries of an account.
pub async fn entries(tx: &mut Tx, account: AccountId, limit: i64) -> Result<Vec<EntryRow>, DbError> {
    const SQL: &str = "select id, kind, points, sale, programme, reason, occurred_at, posted_at
        from ledger_entry where account = $1 order by occurred_at desc, id desc limit $2";
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

/// A lot, and what its first and last day come from.
#[derive(Debug, FromRow)]
pub(super) struct LotDays {
    pub lot: EntryId,
    pub expires_on: Option<NaiveDate>,
    pub vests_on: Option<NaiveDate>,
    pub kind: String,
    pub programme: Option<i64>,
    pub occurred_at: DateTime<Utc>,
    pub posted_at: DateTime<Utc>,
    pub business_date: NaiveDate,
}

/// Every lot that ends or vests, or that one of these versions of the programme says should.
pub(super) async fn lot_days(
    tx: &mut Tx,
    versions: &[i64],
    mut take: impl FnMut(LotDays),
) -> Result<(), DbError> {
    // No version has the number 0, and the list must not be empty.
    let versions: Vec<i64> = versions.iter().copied().chain([0]).collect();
    let sql = format!(
        "select l.id as lot, l.expires_on, l.vests_on, e.kind, e.programme, e.occurred_at, e.posted_at, s.business_date
         from lot l join ledger_entry e on e.id = l.id join sale s on s.id = e.sale
         where l.expires_on is not null or l.vests_on is not null or e.programme in {}",
        bulk::list(versions.len())
    );
    on!(tx, c => {
        let mut query = query_as(AssertSqlSafe(sql));
        for version in &versions {
            query = query.bind(version);
        }
        let mut rows = query.fetch(c);
        while let Some(row) = rows.try_next().await? {
            take(row);
        }
    });
    Ok(())
}

/// One account's sums as they are kept, and as the rows beside them add up.
#[derive(Debug, FromRow)]
pub(super) struct SumRow {
    pub id: AccountId,
    pub balance: i64,
    pub debt: i64,
    pub earned: i64,
    pub burned: i64,
    pub entries: i64,
    pub entries_earned: i64,
    pub entries_burned: i64,
    pub lots: i64,
    /// Of that, in lots that do not end.
    pub endless: i64,
}

pub(super) async fn sums(tx: &mut Tx) -> Result<Vec<SumRow>, DbError> {
    const SQL: &str = "
        select a.id, a.balance, a.debt, a.earned, a.burned,
            coalesce(e.total, 0) as entries, coalesce(e.earned, 0) as entries_earned,
            coalesce(e.burned, 0) as entries_burned,
            coalesce(l.remaining, 0) as lots, coalesce(l.endless, 0) as endless
        from account a
        left join (
            select account, cast(sum(points) as bigint) as total,
                cast(sum(case when kind in ('earn', 'reverse', 'adjust') then points else 0 end) as bigint) as earned,
                cast(sum(case when kind in ('burn', 'transfer') then -points else 0 end) as bigint) as burned
            from ledger_entry group by account) e on e.account = a.id
        left join (
            select account, cast(sum(remaining) as bigint) as remaining,
                cast(sum(case when expires_on is null then remaining else 0 end) as bigint) as endless
            from lot group by account) l on l.account = a.id";
    Ok(on!(tx, c => query_as(SQL).fetch_all(c).await)?)
}

/// Entries whose account does not exist, and sales that earned twice.
pub(super) async fn strays(tx: &mut Tx) -> Result<Vec<EntryId>, DbError> {
    const SQL: &str = "select e.id from ledger_entry e left join account a on a.id = e.account where a.id is null
        union all
        select e.id from ledger_entry e join ledger_entry f on f.sale = e.sale and f.kind = 'earn' and f.id < e.id where e.kind = 'earn'";
    Ok(on!(tx, c => query_scalar(SQL).fetch_all(c).await)?)
}

pub(super) async fn count_entries(tx: &mut Tx) -> Result<i64, DbError> {
    Ok(on!(tx, c => query_scalar("select count(*) from ledger_entry").fetch_one(c).await)?)
}
