//! SQL of logs, events and quarantine.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::ids::{EventId, LogId};
use domain::sync::{Disposition, Envelope, Fresh, Hash, Head};
use sqlx::{AssertSqlSafe, FromRow, query_as, query_scalar};

use crate::db::{Cells, DbError, Insert, KEYS, Tx, bulk, padded, rows_of};
use crate::on;

mod aside;
mod logs;
mod state;

pub(super) use aside::{Again, held, insert_quarantine, set_applied, set_reason, waiting};
pub use aside::{Quarantined, quarantine, quarantine_count, settle, waiting_places};
pub(super) use logs::{insert_logs, lock_logs, logs, move_acks, set_status};
pub use logs::{lock_log, log_head, places_behind};
pub use state::{CustodyState, custody_state};

/// One place of a log and what became of it.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub seq: i64,
    pub hash: Hash,
    /// None where the bytes are no event.
    pub event: Option<EventId>,
    pub disposition: Disposition,
}

impl Entry {
    /// Whether the event is stored under its own id; repeats and conflicts find that id taken.
    pub fn in_custody(&self) -> bool {
        self.event.is_some() && !matches!(self.disposition, Disposition::Duplicate | Disposition::Conflict)
    }

    pub fn needs_a_person(&self) -> bool {
        matches!(
            self.disposition,
            Disposition::Quarantined { .. } | Disposition::Conflict | Disposition::Held
        )
    }
}

pub(super) fn disposition_text(disposition: &Disposition) -> (&'static str, Option<&str>) {
    match disposition {
        Disposition::Applied => ("applied", None),
        Disposition::Duplicate => ("duplicate", None),
        Disposition::Held => ("held", None),
        Disposition::Quarantined { code } => ("quarantined", Some(code)),
        Disposition::Conflict => ("conflict", None),
    }
}

fn disposition(text: &str, code: Option<String>) -> Result<Disposition, DbError> {
    Ok(match text {
        "applied" => Disposition::Applied,
        "duplicate" => Disposition::Duplicate,
        "held" => Disposition::Held,
        "quarantined" => Disposition::Quarantined { code: code.unwrap_or_default() },
        "conflict" => Disposition::Conflict,
        other => return Err(bad("a disposition", other)),
    })
}

pub(super) fn bad(what: &'static str, why: impl ToString) -> DbError {
    DbError::BadRow { what, why: why.to_string() }
}

pub(super) fn read_hash(text: &str) -> Result<Hash, DbError> {
    text.parse().map_err(|e| bad("a hash", e))
}

// Entries -------------------------------------------------------------------------------------------

/// The hub's hashes of a log from `first` to `last`.
pub(super) async fn hashes_between(
    tx: &mut Tx,
    log: LogId,
    first: i64,
    last: i64,
) -> Result<HashMap<i64, Hash>, DbError> {
    const SQL: &str = "select seq, hash from log_entry where log = $1 and seq between $2 and $3";
    if last < first {
        return Ok(HashMap::new());
    }
    let rows: Vec<(i64, String)> =
        on!(tx, c => query_as(SQL).bind(log).bind(first).bind(last).fetch_all(c).await)?;
    rows.into_iter().map(|(seq, hash)| Ok((seq, read_hash(&hash)?))).collect()
}

/// The hub's hashes of a log at some places; places that it does not have are left out.
pub(super) async fn hashes_at(tx: &mut Tx, log: LogId, seqs: &[i64]) -> Result<Vec<Head>, DbError> {
    let mut heads = vec![];
    for part in seqs.chunks(KEYS) {
        let keys = padded(part);
        let count = keys.len();
        let sql = format!(
            "select seq, hash from log_entry where seq in {} and log = ${} order by seq",
            bulk::list(count),
            count + 1
        );
        let rows: Vec<(i64, String)> = on!(tx, c => {
            let mut query = query_as(AssertSqlSafe(sql.as_str()));
            for key in keys {
                query = query.bind(key);
            }
            query.bind(log).fetch_all(c).await
        })?;
        for (seq, hash) in rows {
            heads.push(Head { seq, hash: read_hash(&hash)? });
        }
    }
    Ok(heads)
}

/// What became of events that the hub had already, in order.
pub(super) async fn dispositions(
    tx: &mut Tx,
    log: LogId,
    seqs: &[i64],
) -> Result<Vec<(EventId, Disposition)>, DbError> {
    const SQL: &str = "select event, disposition, code from log_entry
        where log = $1 and seq between $2 and $3 and event is not null order by seq";
    let (Some(first), Some(last)) = (seqs.first(), seqs.last()) else { return Ok(vec![]) };
    let rows: Vec<(EventId, String, Option<String>)> =
        on!(tx, c => query_as(SQL).bind(log).bind(*first).bind(*last).fetch_all(c).await)?;
    rows.into_iter().map(|(event, text, code)| Ok((event, disposition(&text, code)?))).collect()
}

pub(super) async fn insert_entries(tx: &mut Tx, entries: &[(LogId, &Entry)]) -> Result<(), DbError> {
    let hashes: Vec<String> = entries.iter().map(|(_, entry)| entry.hash.to_string()).collect();
    let texts: Vec<_> = entries.iter().map(|(_, entry)| disposition_text(&entry.disposition)).collect();
    let insert = Insert {
        table: "log_entry",
        columns: vec![
            ("log", Cells::Uuid(entries.iter().map(|(log, _)| log.0).collect())),
            ("seq", Cells::Int(entries.iter().map(|(_, entry)| entry.seq).collect())),
            ("hash", Cells::Text(hashes.iter().map(String::as_str).collect())),
            ("event", Cells::UuidOr(entries.iter().map(|(_, entry)| entry.event.map(|e| e.0)).collect())),
            ("disposition", Cells::Text(texts.iter().map(|(text, _)| *text).collect())),
            ("code", Cells::TextOr(texts.iter().map(|(_, code)| *code).collect())),
        ],
        conflict: "",
    };
    insert.run(tx).await.map(|_| ())
}

// Events ---------------------------------------------------------------------------------------------

/// Digests and first answers of events that the hub has, by id.
pub async fn answered(
    tx: &mut Tx,
    events: &[EventId],
) -> Result<HashMap<EventId, (Hash, Disposition)>, DbError> {
    let text = |events: &str| {
        format!(
            "select e.id, e.digest, l.disposition, l.code from event e
             join log_entry l on l.log = e.log and l.seq = e.seq where e.id in {events}"
        )
    };
    let rows: Vec<(EventId, String, String, Option<String>)> = rows_of(tx, events, text).await?;
    rows.into_iter()
        .map(|(event, digest, text, code)| Ok((event, (read_hash(&digest)?, disposition(&text, code)?))))
        .collect()
}

pub(super) async fn insert_events(
    tx: &mut Tx,
    events: &[(&Fresh, &Envelope)],
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let digests: Vec<String> = events.iter().map(|(_, envelope)| envelope.digest().to_string()).collect();
    let insert = Insert {
        table: "event",
        columns: vec![
            ("id", Cells::Uuid(events.iter().map(|(_, envelope)| envelope.event.0).collect())),
            ("log", Cells::Uuid(events.iter().map(|(_, envelope)| envelope.log.0).collect())),
            ("seq", Cells::Int(events.iter().map(|(fresh, _)| fresh.seq).collect())),
            ("kind", Cells::Text(events.iter().map(|(_, envelope)| envelope.kind.as_str()).collect())),
            ("digest", Cells::Text(digests.iter().map(String::as_str).collect())),
            ("raw", Cells::Bytes(events.iter().map(|(fresh, _)| fresh.bytes.as_slice()).collect())),
            ("received_at", Cells::Time(vec![now; events.len()])),
        ],
        conflict: "",
    };
    insert.run(tx).await.map(|_| ())
}

/// The bytes of an event as they were received.
pub async fn raw_event(tx: &mut Tx, event: EventId) -> Result<Option<Vec<u8>>, DbError> {
    Ok(on!(tx, c => query_scalar("select raw from event where id = $1").bind(event).fetch_optional(c).await)?)
}

// For the verification -------------------------------------------------------------------------------

/// One place of a log with its bytes: from custody, or from quarantine where they have no id of their own.
#[derive(FromRow)]
pub(super) struct Link {
    pub seq: i64,
    pub hash: String,
    pub disposition: String,
    pub raw: Option<Vec<u8>>,
}

/// Places after `after`, in order.
pub(super) async fn links(tx: &mut Tx, log: LogId, after: i64, limit: i64) -> Result<Vec<Link>, DbError> {
    const SQL: &str = "select n.seq, n.hash, n.disposition, coalesce(e.raw, q.raw) as raw
        from log_entry n
        left join event e on e.id = n.event and e.log = n.log and e.seq = n.seq
        left join quarantine q on q.log = n.log and q.seq = n.seq
        where n.log = $1 and n.seq > $2 order by n.seq limit $3";
    Ok(on!(tx, c => query_as(SQL).bind(log).bind(after).bind(limit).fetch_all(c).await)?)
}

/// Applied sale events without a sale, and sales without an applied event.
pub(super) async fn unapplied(tx: &mut Tx, limit: i64) -> Result<Vec<EventId>, DbError> {
    const SQL: &str = "select e.id from event e join log_entry n on n.log = e.log and n.seq = e.seq
        where e.kind = 'sale' and n.disposition = 'applied'
            and not exists (select 1 from sale s where s.id = e.id)
        order by e.id limit $1";
    Ok(on!(tx, c => query_scalar(SQL).bind(limit).fetch_all(c).await)?)
}
