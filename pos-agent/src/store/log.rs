//! Logs and their outbox rows. A log only grows; what is to be sent is what lies behind its
//! acknowledgement.

use std::ops::RangeInclusive;

use chrono::{DateTime, Utc};
use domain::ids::{EventId, LogId};
use domain::sync::redemption::Moment;
use domain::sync::{Body, Envelope, EventBytes, Hash, Head, Limits, Stamp};
use sqlx::{QueryBuilder, SqlitePool};

use super::{Store, StoreError, Tx, bad_row, reservation};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    pub n: i64,
    pub id: LogId,
    pub till: i64,
    pub head: Head,
    pub acked: Head,
    /// For a sealed log: its last event that no later log carries again.
    pub sealed_at: Option<i64>,
}

impl LogRow {
    /// The last event this log has to send.
    pub fn end(&self) -> i64 {
        self.sealed_at.unwrap_or(self.head.seq)
    }

    pub fn unsent(&self) -> i64 {
        (self.end() - self.acked.seq).max(0)
    }
}

#[derive(sqlx::FromRow)]
struct Raw {
    n: i64,
    id: LogId,
    till: i64,
    head_seq: i64,
    head_hash: Vec<u8>,
    acked_seq: i64,
    acked_hash: Vec<u8>,
    sealed_at: Option<i64>,
}

pub(crate) fn hash(bytes: Vec<u8>) -> Result<Hash, StoreError> {
    let length = bytes.len();
    let wrong = |_| bad_row("hash")(&format!("{length} bytes long"));
    Ok(Hash(bytes.try_into().map_err(wrong)?))
}

impl Raw {
    fn read(self) -> Result<LogRow, StoreError> {
        Ok(LogRow {
            n: self.n,
            id: self.id,
            till: self.till,
            head: Head { seq: self.head_seq, hash: hash(self.head_hash)? },
            acked: Head { seq: self.acked_seq, hash: hash(self.acked_hash)? },
            sealed_at: self.sealed_at,
        })
    }
}

/// An event that has its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    pub seq: i64,
    pub hash: Hash,
    pub bytes: Vec<u8>,
}

/// An event that has none yet.
#[derive(Debug, Clone)]
pub struct NewEvent {
    pub event: EventId,
    pub stamp: Stamp,
    pub body: Body,
}

impl Store {
    /// All logs of a till, oldest first; the last one is open.
    pub async fn logs(&self, till: i64) -> Result<Vec<LogRow>, StoreError> {
        let sql = "select n, id, till, head_seq, head_hash, acked_seq, acked_hash, sealed_at
                   from log where till = $1 order by n";
        let rows: Vec<Raw> = sqlx::query_as(sql).bind(till).fetch_all(self.reader()).await?;
        rows.into_iter().map(Raw::read).collect()
    }

    /// Events of a till that the hub has not acknowledged.
    pub async fn unsent(&self, till: i64) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar(
            "select cast(coalesce(sum(case when coalesce(sealed_at, head_seq) > acked_seq
                 then coalesce(sealed_at, head_seq) - acked_seq else 0 end), 0) as bigint)
             from log where till = $1",
        )
        .bind(till)
        .fetch_one(self.reader())
        .await?)
    }

    /// Events of a log at these places, as many as fit the hub's limits and at least one; up to the first place
    /// that lacks its event.
    pub async fn events(
        &self,
        log: i64,
        places: RangeInclusive<i64>,
        limits: Limits,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        events_of(self.reader(), log, places, limits).await
    }

    /// How many of these places of a log lack their event.
    pub async fn lacking(&self, log: i64, places: RangeInclusive<i64>) -> Result<i64, StoreError> {
        let (first, last) = places.into_inner();
        let sql = "select count(*) from outbox where log = $1 and seq between $2 and $3";
        let found: i64 =
            sqlx::query_scalar(sql).bind(log).bind(first).bind(last).fetch_one(self.reader()).await?;
        Ok((last - first + 1).max(0) - found)
    }

    /// The hash at a place of a log, if it is still kept.
    pub async fn hash_at(&self, log: i64, seq: i64) -> Result<Option<Hash>, StoreError> {
        let sql = "select hash from outbox where log = $1 and seq = $2";
        let found: Option<Vec<u8>> =
            sqlx::query_scalar(sql).bind(log).bind(seq).fetch_optional(self.reader()).await?;
        found.map(hash).transpose()
    }

    /// When the oldest event that waits was written, for the status line.
    pub async fn oldest_unsent(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let sql = "select o.bytes from log l join outbox o on o.log = l.n and o.seq = l.acked_seq + 1
                   where coalesce(l.sealed_at, l.head_seq) > l.acked_seq order by o.event limit 1";
        let bytes: Option<Vec<u8>> = sqlx::query_scalar(sql).fetch_optional(self.reader()).await?;
        let Some(bytes) = bytes else { return Ok(None) };
        let envelope = Envelope::parse(&bytes).map_err(|e| bad_row("event")(&e))?;
        Ok(DateTime::from_timestamp_millis(envelope.stamp.at_utc_ms))
    }
}

/// What [`Store::events`] gives, for whoever reads the file.
pub(super) async fn events_of(
    pool: &SqlitePool,
    log: i64,
    places: RangeInclusive<i64>,
    limits: Limits,
) -> Result<Vec<StoredEvent>, StoreError> {
    let (from, end) = places.into_inner();
    let most = i64::try_from(limits.events_max.max(1)).unwrap_or(i64::MAX);
    let last = end.min(from.saturating_add(most) - 1);
    let sql = "select seq, hash, bytes from outbox where log = $1 and seq between $2 and $3 order by seq";
    let rows: Vec<(i64, Vec<u8>, Vec<u8>)> =
        sqlx::query_as(sql).bind(log).bind(from).bind(last).fetch_all(pool).await?;
    let mut events = Vec::with_capacity(rows.len());
    let mut weight = 0;
    for ((seq, digest, bytes), place) in rows.into_iter().zip(from..) {
        weight += bytes.len() + 1;
        if seq != place || (!events.is_empty() && weight > limits.bytes_max) {
            break;
        }
        events.push(StoredEvent { seq, hash: hash(digest)?, bytes });
    }
    Ok(events)
}

pub async fn open_log(tx: &mut Tx, till: i64) -> Result<Option<LogRow>, StoreError> {
    let sql = "select n, id, till, head_seq, head_hash, acked_seq, acked_hash, sealed_at
               from log where till = $1 and sealed_at is null";
    let raw: Option<Raw> = sqlx::query_as(sql).bind(till).fetch_optional(&mut **tx).await?;
    raw.map(Raw::read).transpose()
}

/// Makes an empty log; the till's log before it must be sealed.
pub async fn begin_log(tx: &mut Tx, till: i64, id: LogId, now: DateTime<Utc>) -> Result<LogRow, StoreError> {
    let empty = Head::EMPTY;
    let n: i64 = sqlx::query_scalar(
        "insert into log (id, till, head_seq, head_hash, acked_seq, acked_hash, opened_at)
         values ($1, $2, 0, $3, 0, $3, $4) returning n",
    )
    .bind(id)
    .bind(till)
    .bind(empty.hash.0.as_slice())
    .bind(now)
    .fetch_one(&mut **tx)
    .await?;
    Ok(LogRow { n, id, till, head: empty, acked: empty, sealed_at: None })
}

/// Closes a log for good. Events behind `common` are carried again by the log that follows.
pub async fn seal(tx: &mut Tx, log: i64, common: i64) -> Result<(), StoreError> {
    sqlx::query("update log set sealed_at = $2 where n = $1")
        .bind(log)
        .bind(common)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Puts events at the end of a log.
pub async fn append(tx: &mut Tx, log: &mut LogRow, events: &[NewEvent]) -> Result<(), StoreError> {
    let mut placed = Vec::with_capacity(events.len());
    for NewEvent { event, stamp, body } in events {
        let bytes = Envelope::append(log.id, log.head, *event, stamp.clone(), body)?;
        log.head = Head { seq: log.head.seq + 1, hash: bytes.hash };
        placed.push((log.head.seq, *event, bytes));
        // Here, so that no event of the log is forgotten.
        reservation::pass(tx, log.till, &Moment::of(stamp)).await?;
    }
    store_placed(tx, log, placed).await
}

/// Puts events of an older log at the end of a new one, under their own ids, some at a time: a till that
/// was long alone may have very many. Openings of older logs too: what they say of a damaged or restored file is told
/// nowhere else.
pub async fn relog(tx: &mut Tx, log: &mut LogRow, old: i64, after: i64, end: i64) -> Result<i64, StoreError> {
    let mut carried = 0;
    let mut from = after;
    loop {
        let sql =
            "select seq, bytes from outbox where log = $1 and seq > $2 and seq <= $3 order by seq limit 500";
        let rows: Vec<(i64, Vec<u8>)> =
            sqlx::query_as(sql).bind(old).bind(from).bind(end).fetch_all(&mut **tx).await?;
        let Some((last, _)) = rows.last() else { return Ok(carried) };
        from = *last;
        let mut placed = Vec::with_capacity(rows.len());
        for (_, bytes) in rows {
            let envelope = Envelope::parse(&bytes).map_err(|e| bad_row("event")(&e))?;
            let event = envelope.event;
            // The hub reads what it was stamped with, whatever the moment at which it is carried.
            reservation::pass(tx, log.till, &Moment::of(&envelope.stamp)).await?;
            let again = envelope.relog(log.id, log.head)?;
            log.head = Head { seq: log.head.seq + 1, hash: again.hash };
            placed.push((log.head.seq, event, again));
            carried += 1;
        }
        store_placed(tx, log, placed).await?;
    }
}

/// Rows a statement; five values each stay below SQLite's limit of bound values.
const ROWS: usize = 500;

async fn store_placed(
    tx: &mut Tx,
    log: &LogRow,
    placed: Vec<(i64, EventId, EventBytes)>,
) -> Result<(), StoreError> {
    for some in placed.chunks(ROWS) {
        let mut sql = QueryBuilder::new("insert into outbox (log, seq, event, hash, bytes) ");
        sql.push_values(some, |mut row, (seq, event, bytes)| {
            row.push_bind(log.n)
                .push_bind(seq)
                .push_bind(event)
                .push_bind(bytes.hash.0.as_slice())
                .push_bind(bytes.bytes.as_slice());
        });
        sql.build().execute(&mut **tx).await?;
    }
    sqlx::query("update log set head_seq = $2, head_hash = $3 where n = $1")
        .bind(log.n)
        .bind(log.head.seq)
        .bind(log.head.hash.0.as_slice())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Keeps an acknowledgement. It may go back: a hub that was restored has less than it once said.
pub async fn acknowledge(tx: &mut Tx, log: i64, ack: Head) -> Result<(), StoreError> {
    sqlx::query("update log set acked_seq = $2, acked_hash = $3 where n = $1")
        .bind(log)
        .bind(ack.seq)
        .bind(ack.hash.0.as_slice())
        .execute(&mut **tx)
        .await?;
    Ok(())
}
