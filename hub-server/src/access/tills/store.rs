//! SQL of tills and one-time codes.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use domain::codes::{StoreCode, TillCode};
use domain::ids::TillId;
use sqlx::{AssertSqlSafe, FromRow, query, query_as, query_scalar};

use crate::db::{DbError, Tx, bulk, ensure_touched, rows_of};
use crate::on;

/// A registered till and when it was last heard of.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Till {
    pub id: TillId,
    pub store: StoreCode,
    pub code: TillCode,
    /// Ed25519 in base64; none until it is enrolled.
    pub public_key: Option<String>,
    pub session: i64,
    pub enrolled_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub seen_at: Option<DateTime<Utc>>,
    pub version: Option<String>,
    /// Sales that it had not yet sent when it last opened.
    pub unsent: Option<i64>,
    /// Hub's clock less the till's.
    pub clock_offset_ms: Option<i64>,
}

const COLUMNS: &str =
    "t.id, t.store, t.code, t.public_key, t.session, t.enrolled_at, t.revoked_at, t.seen_at,
    t.version, t.unsent, t.clock_offset_ms";

pub async fn by_id(tx: &mut Tx, id: TillId) -> Result<Option<Till>, DbError> {
    let sql = format!("select {COLUMNS} from till t where t.id = $1");
    Ok(on!(tx, c => query_as(AssertSqlSafe(sql.as_str())).bind(id).fetch_optional(c).await)?)
}

pub async fn by_code(tx: &mut Tx, store: &StoreCode, code: &TillCode) -> Result<Option<Till>, DbError> {
    let sql = format!("select {COLUMNS} from till t where t.store = $1 and t.code = $2");
    Ok(on!(tx, c => query_as(AssertSqlSafe(sql.as_str()))
        .bind(store.as_str()).bind(code.as_str()).fetch_optional(c).await)?)
}

pub async fn all(tx: &mut Tx) -> Result<Vec<Till>, DbError> {
    let sql = format!("select {COLUMNS} from till t order by t.store, t.code");
    Ok(on!(tx, c => query_as(AssertSqlSafe(sql.as_str())).fetch_all(c).await)?)
}

pub(super) async fn insert(
    tx: &mut Tx,
    id: TillId,
    store: &StoreCode,
    code: &TillCode,
) -> Result<(), DbError> {
    const SQL: &str = "insert into till (id, store, code, session) values ($1, $2, $3, $4)";
    on!(tx, c => query(SQL)
        .bind(id).bind(store.as_str()).bind(code.as_str()).bind(0_i64).execute(c).await.map(|_| ()))?;
    Ok(())
}

pub(super) async fn revoke(tx: &mut Tx, id: TillId, now: DateTime<Utc>) -> Result<(), DbError> {
    const SQL: &str = "update till set revoked_at = $2 where id = $1";
    let touched =
        on!(tx, c => query(SQL).bind(id).bind(now).execute(c).await.map(|done| done.rows_affected()))?;
    ensure_touched("till", 1, touched)
}

/// The key that was taken away from a till, if one was.
pub(super) async fn revoked_key(tx: &mut Tx, id: TillId) -> Result<Option<String>, DbError> {
    const SQL: &str = "select public_key from till where id = $1 and revoked_at is not null";
    let key: Option<Option<String>> = on!(tx, c => query_scalar(SQL).bind(id).fetch_optional(c).await)?;
    Ok(key.flatten())
}

pub(super) async fn set_key(tx: &mut Tx, id: TillId, key: &str, now: DateTime<Utc>) -> Result<(), DbError> {
    const SQL: &str = "update till set public_key = $2, enrolled_at = $3, revoked_at = null where id = $1";
    let touched = on!(tx, c => query(SQL)
        .bind(id).bind(key).bind(now).execute(c).await.map(|done| done.rows_affected()))?;
    ensure_touched("till", 1, touched)
}

/// Begins another session: an older process of the same till can no longer push.
pub async fn next_session(tx: &mut Tx, id: TillId) -> Result<i64, DbError> {
    const SQL: &str = "update till set session = session + 1 where id = $1 returning session";
    Ok(on!(tx, c => query_scalar(SQL).bind(id).fetch_one(c).await)?)
}

/// The session that each till has open; those that are not there are left out.
pub async fn sessions(tx: &mut Tx, tills: &[TillId]) -> Result<HashMap<TillId, i64>, DbError> {
    let text = |tills: &str| format!("select id, session from till where id in {tills}");
    Ok(rows_of(tx, tills, text).await?.into_iter().collect())
}

/// So many events of each till were taken: they do not wait any more.
pub async fn note_taken(
    tx: &mut Tx,
    taken: &BTreeMap<TillId, usize>,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    if taken.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "update till set seen_at = v.column3,
            unsent = case when unsent > v.column2 then unsent - v.column2 else 0 end
         from (values {}) v where till.id = v.column1",
        bulk::values(tx, taken.len(), 3)
    );
    let touched = on!(tx, c => {
        let mut query = query(AssertSqlSafe(sql.as_str()));
        for (till, events) in taken {
            query = query.bind(*till).bind(i64::try_from(*events).unwrap_or(i64::MAX)).bind(now);
        }
        query.execute(c).await.map(|done| done.rows_affected())
    })?;
    ensure_touched("till", taken.len() as u64, touched)
}

/// Keeps what a till said of itself when it opened.
pub async fn note_seen(
    tx: &mut Tx,
    id: TillId,
    version: &str,
    unsent: i64,
    clock_offset_ms: i64,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    const SQL: &str =
        "update till set seen_at = $2, version = $3, unsent = $4, clock_offset_ms = $5 where id = $1";
    let touched = on!(tx, c => query(SQL)
        .bind(id).bind(now).bind(version).bind(unsent).bind(clock_offset_ms)
        .execute(c).await.map(|done| done.rows_affected()))?;
    ensure_touched("till", 1, touched)
}

pub(super) async fn insert_code(
    tx: &mut Tx,
    hash: &str,
    tills: &[TillId],
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), DbError> {
    const CODE: &str = "insert into enrol_code (code_hash, created_at, expires_at) values ($1, $2, $3)";
    const TILL: &str = "insert into enrol_code_till (code_hash, till) values ($1, $2)";
    on!(tx, c => query(CODE).bind(hash).bind(now).bind(expires_at).execute(c).await.map(|_| ()))?;
    for till in tills {
        on!(tx, c => query(TILL).bind(hash).bind(*till).execute(c).await.map(|_| ()))?;
    }
    Ok(())
}

/// The tills of a code that is neither used nor expired; none where it is.
pub(super) async fn tills_of_code(tx: &mut Tx, hash: &str, now: DateTime<Utc>) -> Result<Vec<Till>, DbError> {
    let sql = format!(
        "select {COLUMNS} from till t
            join enrol_code_till e on e.till = t.id
            join enrol_code k on k.code_hash = e.code_hash
         where k.code_hash = $1 and k.used_at is null and k.expires_at > $2
         order by t.store, t.code"
    );
    Ok(on!(tx, c => query_as(AssertSqlSafe(sql.as_str())).bind(hash).bind(now).fetch_all(c).await)?)
}

/// Whether the code was still unused; it no longer is.
pub(super) async fn use_code(tx: &mut Tx, hash: &str, now: DateTime<Utc>) -> Result<bool, DbError> {
    const SQL: &str =
        "update enrol_code set used_at = $2 where code_hash = $1 and used_at is null and expires_at > $2";
    let touched =
        on!(tx, c => query(SQL).bind(hash).bind(now).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(touched == 1)
}

/// No code that was given out is good any more.
pub async fn end_codes(tx: &mut Tx, now: DateTime<Utc>) -> Result<(), DbError> {
    const SQL: &str = "update enrol_code set expires_at = $1 where used_at is null and expires_at > $1";
    on!(tx, c => query(SQL).bind(now).execute(c).await.map(|_| ()))?;
    Ok(())
}
