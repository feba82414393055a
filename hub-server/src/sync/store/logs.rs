//! SQL of logs: whose they are, and how far the hub has them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::ids::{LogId, TillId};
use domain::sync::redemption::{Moment, Place};
use domain::sync::{Envelope, Head, LogRecord, LogStatus};
use sqlx::{FromRow, query, query_as, query_scalar};

use super::{bad, read_hash};
use crate::db::{Cells, DbError, Insert, Tx, dialect, ensure_touched, rows_of};
use crate::on;

#[derive(FromRow)]
struct LogRow {
    id: LogId,
    till: TillId,
    status: String,
    ack_seq: i64,
    ack_hash: String,
}

impl LogRow {
    fn record(self) -> Result<LogRecord, DbError> {
        let status = match self.status.as_str() {
            "open" => LogStatus::Open,
            "sealed" => LogStatus::Sealed,
            "forked" => LogStatus::Forked,
            other => return Err(bad("the state of a log", other)),
        };
        let ack = Head { seq: self.ack_seq, hash: read_hash(&self.ack_hash)? };
        Ok(LogRecord { log: self.id, till: self.till, status, ack })
    }
}

fn status_text(status: LogStatus) -> &'static str {
    match status {
        LogStatus::Open => "open",
        LogStatus::Sealed => "sealed",
        LogStatus::Forked => "forked",
    }
}

/// Those of the logs that are there, kept from every other writer until the transaction ends. They are taken in the
/// order of their ids, so that two hubs that want the same ones do not wait for each other.
pub(in crate::sync) async fn lock_logs(
    tx: &mut Tx,
    logs: &[LogId],
) -> Result<HashMap<LogId, LogRecord>, DbError> {
    let lock = dialect::row_lock(tx.is_postgres());
    let text = |logs: &str| {
        format!("select id, till, status, ack_seq, ack_hash from log where id in {logs} order by id{lock}")
    };
    let rows: Vec<LogRow> = rows_of(tx, logs, text).await?;
    rows.into_iter().map(|row| Ok((row.id, row.record()?))).collect()
}

/// One log, kept from whoever brings events of it until the transaction ends; none where the hub has nothing of it.
pub async fn lock_log(tx: &mut Tx, log: LogId) -> Result<Option<LogRecord>, DbError> {
    Ok(lock_logs(tx, &[log]).await?.remove(&log))
}

/// Logs that begin. If another hub makes one of them meanwhile, this fails by its id.
pub(in crate::sync) async fn insert_logs(
    tx: &mut Tx,
    logs: &[&LogRecord],
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let heads: Vec<Head> = logs.iter().map(|log| log.ack).collect();
    write_logs(tx, logs, &heads, "", now).await
}

/// Moves the acknowledgements of logs that this transaction has locked or made.
pub(in crate::sync) async fn move_acks(
    tx: &mut Tx,
    moved: &[(&LogRecord, Head)],
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let logs: Vec<&LogRecord> = moved.iter().map(|(log, _)| *log).collect();
    let heads: Vec<Head> = moved.iter().map(|(_, to)| *to).collect();
    let conflict = "on conflict (id) do update set ack_seq = excluded.ack_seq, ack_hash = excluded.ack_hash";
    write_logs(tx, &logs, &heads, conflict, now).await
}

async fn write_logs(
    tx: &mut Tx,
    logs: &[&LogRecord],
    heads: &[Head],
    conflict: &'static str,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let hashes: Vec<String> = heads.iter().map(|head| head.hash.to_string()).collect();
    let insert = Insert {
        table: "log",
        columns: vec![
            ("id", Cells::Uuid(logs.iter().map(|log| log.log.0).collect())),
            ("till", Cells::Uuid(logs.iter().map(|log| log.till.0).collect())),
            ("status", Cells::Text(logs.iter().map(|log| status_text(log.status)).collect())),
            ("ack_seq", Cells::Int(heads.iter().map(|head| head.seq).collect())),
            ("ack_hash", Cells::Text(hashes.iter().map(String::as_str).collect())),
            ("created_at", Cells::Time(vec![now; logs.len()])),
        ],
        conflict,
    };
    let written = insert.run(tx).await?;
    ensure_touched("log", logs.len() as u64, written)
}

/// What the hub has of a log; none where it has nothing.
pub async fn log_head(tx: &mut Tx, log: LogId) -> Result<Option<LogRecord>, DbError> {
    const SQL: &str = "select id, till, status, ack_seq, ack_hash from log where id = $1";
    let row: Option<LogRow> = on!(tx, c => query_as(SQL).bind(log).fetch_optional(c).await)?;
    row.map(LogRow::record).transpose()
}

pub(in crate::sync) async fn set_status(tx: &mut Tx, log: LogId, status: LogStatus) -> Result<(), DbError> {
    const SQL: &str = "update log set status = $2 where id = $1";
    let touched = on!(tx, c => query(SQL)
        .bind(log).bind(status_text(status)).execute(c).await.map(|done| done.rows_affected()))?;
    ensure_touched("log", 1, touched)
}

/// More events than a till writes while it waits for an answer.
const BEHIND_MAX: i64 = 200;

/// Where a log was when its till wrote the events behind a place, as far as they are in custody under this log; none where
/// they are more than can matter to whoever asks.
pub async fn places_behind(tx: &mut Tx, log: LogId, seq: i64) -> Result<Option<Vec<Place>>, DbError> {
    const SQL: &str = "select n.seq, e.raw from log_entry n
        join event e on e.id = n.event and e.log = n.log and e.seq = n.seq
        where n.log = $1 and n.seq > $2 order by n.seq limit $3";
    let limit = BEHIND_MAX.saturating_add(1);
    let rows: Vec<(i64, Vec<u8>)> =
        on!(tx, c => query_as(SQL).bind(log).bind(seq).bind(limit).fetch_all(c).await)?;
    if i64::try_from(rows.len()).unwrap_or(i64::MAX) > BEHIND_MAX {
        return Ok(None);
    }
    let place = |(seq, raw): (i64, Vec<u8>)| {
        let envelope = Envelope::parse(&raw).map_err(|e| bad("an event", e))?;
        Ok(Place { log, seq, moment: Moment::of(&envelope.stamp) })
    };
    rows.into_iter().map(place).collect::<Result<_, DbError>>().map(Some)
}

/// Every log, for the verification.
pub(in crate::sync) async fn logs(tx: &mut Tx) -> Result<Vec<LogRecord>, DbError> {
    let ids: Vec<LogId> =
        on!(tx, c => query_scalar("select id from log order by created_at, id").fetch_all(c).await)?;
    let mut records = Vec::with_capacity(ids.len());
    for id in ids {
        records.extend(log_head(tx, id).await?);
    }
    Ok(records)
}
