//! SQL of what is kept aside.

use chrono::{DateTime, Utc};
use domain::ids::{EventId, LogId, TillId};
use domain::sync::{Body, Disposition, Fresh, ParsedBody};
use sqlx::{FromRow, query, query_as, query_scalar};

use super::{Entry, disposition_text, lock_log};
use crate::db::{DbError, Tx, ensure_touched};
use crate::on;

/// What is wrong with the bytes, in the parser's words. It may quote them, and PostgreSQL keeps no NUL in a text.
fn detail(fresh: &Fresh) -> String {
    let words = match &fresh.envelope {
        Err(why) => why.clone(),
        Ok(envelope) => match Body::parse(&envelope.kind, envelope.kind_v, &envelope.body) {
            ParsedBody::Broken(why) => why,
            ParsedBody::Unknown => format!("{} version {}", envelope.kind, envelope.kind_v),
            ParsedBody::Known(_) => String::new(),
        },
    };
    words.replace('\0', "\u{FFFD}")
}

pub(in crate::sync) async fn insert_quarantine(
    tx: &mut Tx,
    log: LogId,
    entries: &[Entry],
    fresh: &[Fresh],
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    const SQL: &str = "insert into quarantine (log, seq, event, code, detail, raw, received_at)
        values ($1, $2, $3, $4, $5, $6, $7)";
    for (entry, fresh) in entries.iter().zip(fresh).filter(|(entry, _)| entry.needs_a_person()) {
        let (text, code) = disposition_text(&entry.disposition);
        let detail = detail(fresh);
        on!(tx, c => query(SQL)
            .bind(log).bind(entry.seq).bind(entry.event).bind(code.unwrap_or(text)).bind(detail)
            .bind(fresh.bytes.as_slice()).bind(now).execute(c).await.map(|_| ()))?;
    }
    Ok(())
}

/// An event that is kept and has no effect, for a person to look at.
#[derive(Debug, Clone, FromRow)]
pub struct Quarantined {
    pub log: LogId,
    pub seq: i64,
    pub event: Option<EventId>,
    /// Stable name of the reason.
    pub code: String,
    pub detail: String,
    pub raw: Vec<u8>,
    pub received_at: DateTime<Utc>,
    pub settled_at: Option<DateTime<Utc>>,
    pub settled_by: Option<String>,
    /// Under an id of its own: it can be tried again.
    pub in_custody: bool,
    /// None for what was read from a file by the hub itself.
    pub store: Option<String>,
    pub till: Option<String>,
}

/// What waits for a person, newest first; with `settled` what was dealt with instead.
pub async fn quarantine(tx: &mut Tx, settled: bool, limit: i64) -> Result<Vec<Quarantined>, DbError> {
    const SQL: &str = "select q.log, q.seq, q.event, q.code, q.detail, q.raw, q.received_at, q.settled_at,
            q.settled_by, t.store, t.code as till, e.id is not null as in_custody
        from quarantine q join log l on l.id = q.log left join till t on t.id = l.till
            left join event e on e.id = q.event and e.log = q.log and e.seq = q.seq
        where (q.settled_at is not null) = $1
        order by q.received_at desc, q.log, q.seq desc limit $2";
    Ok(on!(tx, c => query_as(SQL).bind(settled).bind(limit).fetch_all(c).await)?)
}

pub async fn quarantine_count(tx: &mut Tx) -> Result<i64, DbError> {
    const SQL: &str = "select count(*) from quarantine where settled_at is null";
    Ok(on!(tx, c => query_scalar(SQL).fetch_one(c).await)?)
}

/// Notes that somebody has dealt with it, in the turn of its log; false where it was settled before or is not there.
pub async fn settle(
    tx: &mut Tx,
    log: LogId,
    seq: i64,
    who: &str,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    const SQL: &str = "update quarantine set settled_at = $3, settled_by = $4
        where log = $1 and seq = $2 and settled_at is null";
    lock_log(tx, log).await?;
    let touched = on!(tx, c => query(SQL)
        .bind(log).bind(seq).bind(now).bind(who).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(touched == 1)
}

/// An event in custody without effect.
#[derive(Debug, FromRow)]
pub(in crate::sync) struct Again {
    pub code: String,
    pub raw: Vec<u8>,
    pub till: TillId,
    /// None for what was read from a file by the hub itself.
    pub store: Option<String>,
    pub code_of_till: Option<String>,
}

/// What waits at a place, if it is stored under an id of its own.
pub(in crate::sync) async fn waiting(tx: &mut Tx, log: LogId, seq: i64) -> Result<Option<Again>, DbError> {
    const SQL: &str = "select q.code, q.raw, l.till, t.store, t.code as code_of_till
        from quarantine q join log l on l.id = q.log left join till t on t.id = l.till
            join event e on e.id = q.event and e.log = q.log and e.seq = q.seq
        where q.log = $1 and q.seq = $2 and q.settled_at is null";
    Ok(on!(tx, c => query_as(SQL).bind(log).bind(seq).fetch_optional(c).await)?)
}

/// What waits for a later release.
#[derive(Debug, FromRow)]
pub(in crate::sync) struct Held {
    pub log: LogId,
    pub seq: i64,
    pub raw: Vec<u8>,
    pub received_at: DateTime<Utc>,
}

/// In the order in which it came, behind a place of it.
pub(in crate::sync) async fn held(
    tx: &mut Tx,
    (at, log, seq): (DateTime<Utc>, LogId, i64),
    limit: i64,
) -> Result<Vec<Held>, DbError> {
    const SQL: &str = "select log, seq, raw, received_at from quarantine
        where code = 'held' and settled_at is null and (received_at, log, seq) > ($2, $3, $4)
        order by received_at, log, seq limit $1";
    Ok(on!(tx, c => query_as(SQL).bind(limit).bind(at).bind(log).bind(seq).fetch_all(c).await)?)
}

/// Places of what waits and could take effect, as they came.
pub async fn waiting_places(tx: &mut Tx) -> Result<Vec<(LogId, i64)>, DbError> {
    const SQL: &str = "select q.log, q.seq from quarantine q
        join event e on e.id = q.event and e.log = q.log and e.seq = q.seq
        where q.settled_at is null order by q.received_at, q.log, q.seq";
    Ok(on!(tx, c => query_as(SQL).fetch_all(c).await)?)
}

/// It still waits, for this reason.
pub(in crate::sync) async fn set_reason(
    tx: &mut Tx,
    (log, seq): (LogId, i64),
    disposition: &Disposition,
) -> Result<(), DbError> {
    const ASIDE: &str = "update quarantine set code = $3
        where log = $1 and seq = $2 and settled_at is null and code <> $3";
    const ENTRY: &str = "update log_entry set disposition = $3, code = $4 where log = $1 and seq = $2";
    let (text, code) = disposition_text(disposition);
    let changed = on!(tx, c => query(ASIDE)
        .bind(log).bind(seq).bind(code.unwrap_or(text)).execute(c).await.map(|done| done.rows_affected()))?;
    if changed == 0 {
        return Ok(());
    }
    let of_entry = on!(tx, c => query(ENTRY)
        .bind(log).bind(seq).bind(text).bind(code).execute(c).await.map(|done| done.rows_affected()))?;
    ensure_touched("log_entry", 1, of_entry)
}

/// It has taken effect after all. A push that repeats it is told so.
pub(in crate::sync) async fn set_applied(
    tx: &mut Tx,
    (log, seq): (LogId, i64),
    disposition: &Disposition,
    who: &str,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    const ENTRY: &str = "update log_entry set disposition = $3, code = null where log = $1 and seq = $2";
    const ASIDE: &str = "update quarantine set settled_at = $3, settled_by = $4
        where log = $1 and seq = $2 and settled_at is null";
    let text = disposition_text(disposition).0;
    let of_entry = on!(tx, c => query(ENTRY)
        .bind(log).bind(seq).bind(text).execute(c).await.map(|done| done.rows_affected()))?;
    ensure_touched("log_entry", 1, of_entry)?;
    let aside = on!(tx, c => query(ASIDE)
        .bind(log).bind(seq).bind(now).bind(who).execute(c).await.map(|done| done.rows_affected()))?;
    ensure_touched("quarantine", 1, aside)
}
