//! What came over is looked through: an event is what its hash says, a log ends where its last event stands,
//! and every sale among the events stands in the journal.

use std::collections::BTreeMap;
use std::path::Path;

use domain::sync::{Body, Envelope, GENESIS, ParsedBody, hash_event};
use sqlx::SqliteConnection;

use super::pages::{Found, Pages};
use crate::store::{Store, StoreError, bad_row, journal};

/// Rows at once.
const SOME: i64 = 500;

type Stored = (i64, i64, Vec<u8>, Vec<u8>);

/// Ids of events in the outbox that are not what was written.
pub async fn unsound(connection: &mut SqliteConnection) -> Result<Vec<i64>, StoreError> {
    let (mut unsound, mut behind) = (vec![], 0);
    loop {
        let sql = "select id, seq, hash, bytes from main.outbox where id > $1 order by id limit $2";
        let some: Vec<Stored> =
            sqlx::query_as(sql).bind(behind).bind(SOME).fetch_all(&mut *connection).await?;
        let Some((last, ..)) = some.last() else { return Ok(unsound) };
        behind = *last;
        unsound.extend(some.iter().filter(|event| !is_sound(event)).map(|(id, ..)| *id));
    }
}

fn is_sound((_, seq, hash, bytes): &Stored) -> bool {
    hash_event(bytes).0.as_slice() == hash.as_slice()
        && Envelope::parse(bytes).is_ok_and(|envelope| envelope.seq == *seq)
}

pub async fn drop_unsound(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    for id in unsound(connection).await? {
        sqlx::query("delete from main.outbox where id = $1").bind(id).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Events that no tree leads to, in the order of their logs: later ones are looked for behind earlier ones.
pub async fn take_from_pages(connection: &mut SqliteConnection, file: &Path) -> Result<(), StoreError> {
    let io = |error| StoreError::Io { path: file.to_owned(), error };
    let mut pages = Pages::open(file).map_err(io)?;
    let mut missing: BTreeMap<(i64, i64), Found> = BTreeMap::new();
    for number in 1..=pages.count {
        for found in pages.events(number).map_err(io)? {
            let sql = "select exists(select 1 from main.outbox where log = $1 and seq = $2)";
            let is_there: bool =
                sqlx::query_scalar(sql).bind(found.log).bind(found.seq).fetch_one(&mut *connection).await?;
            if !is_there {
                missing.insert((found.log, found.seq), found);
            }
        }
    }
    for Found { log, seq, event, hash, bytes } in missing.into_values() {
        sqlx::query("insert into main.outbox (log, seq, event, hash, bytes) values ($1, $2, $3, $4, $5)")
            .bind(log)
            .bind(seq)
            .bind(event)
            .bind(hash)
            .bind(bytes)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Rows of logs that were lost are made again from their events; of a log whose row says less than its events,
/// the events are believed. What belongs to nothing any more goes.
pub async fn mend_logs(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    // The newest first: it is the open one, and carries what the hub had not confirmed of those before.
    let sql = "select o.log, o.seq, o.hash, o.bytes from main.outbox o
               join (select log, max(seq) as last from main.outbox group by log) l
                 on l.log = o.log and l.last = o.seq order by o.log desc";
    let ends: Vec<Stored> = sqlx::query_as(sql).fetch_all(&mut *connection).await?;
    for end in &ends {
        mend_log(connection, end).await?;
    }
    for orphans in [
        "delete from main.outbox where log not in (select n from main.log)",
        "delete from main.shift_sale where shift not in (select id from main.shift)",
        "delete from main.cash_move where shift not in (select id from main.shift)",
        // All that the hub knows is fetched again.
        "update main.hub set feed_cursor = 0",
    ] {
        sqlx::query(orphans).execute(&mut *connection).await?;
    }
    Ok(())
}

/// A log by its last event. Nothing is known of what the hub has of an open one: it answers what it has already
/// as duplicates.
async fn mend_log(connection: &mut SqliteConnection, end: &Stored) -> Result<(), StoreError> {
    let (n, seq, hash, bytes) = end;
    let last = Envelope::parse(bytes).map_err(|e| bad_row("event")(&e))?;
    sqlx::query(
        "insert into main.log (n, id, till, head_seq, head_hash, acked_seq, acked_hash, sealed_at, opened_at)
         select $1, $2, t.n, $3, $4, case when later then $3 else 0 end, case when later then $4 else $5 end,
                case when later then $3 end, t.enrolled_at
         from (select n, enrolled_at, exists (select 1 from main.log l where l.till = till.n
                   and (l.n > $1 or l.sealed_at is null)) as later from main.till where id = $6) t
         where not exists (select 1 from main.log l where l.n = $1)",
    )
    .bind(n)
    .bind(last.log)
    .bind(seq)
    .bind(hash)
    .bind(GENESIS.0.as_slice())
    .bind(last.stamp.till)
    .execute(&mut *connection)
    .await?;
    sqlx::query("update main.log set head_seq = $2, head_hash = $3 where n = $1 and head_seq < $2")
        .bind(n)
        .bind(seq)
        .bind(hash)
        .execute(&mut *connection)
        .await?;
    Ok(())
}

/// Whether a till that has logs, sales or shifts is not there any more. Its number must not become another's.
pub async fn lacks_a_till(connection: &mut SqliteConnection) -> Result<bool, StoreError> {
    let sql = "select exists (select 1 from (select till from main.log union select till from main.journal
                   union select till from main.shift) where till not in (select n from main.till))";
    Ok(sqlx::query_scalar(sql).fetch_one(&mut *connection).await?)
}

/// Writes what the events know and the journal does not.
pub async fn mend_journal(store: &Store) -> Result<(), StoreError> {
    let sql = "select l.till, o.bytes from outbox o join log l on l.n = o.log
               where not exists (select 1 from journal j where j.sale = o.event) order by o.id";
    let events: Vec<(i64, Vec<u8>)> = sqlx::query_as(sql).fetch_all(store.reader()).await?;
    let mut tx = store.begin().await?;
    for (till, bytes) in events {
        let envelope = Envelope::parse(&bytes).map_err(|e| bad_row("event")(&e))?;
        let body = Body::parse(&envelope.kind, envelope.kind_v, &envelope.body);
        if let ParsedBody::Known(Body::Sale(sale)) = body {
            // A row under this number that belongs to no event was damaged itself.
            sqlx::query("delete from journal where till = $1 and business_date = $2 and receipt_no = $3")
                .bind(till)
                .bind(sale.business_date)
                .bind(sale.receipt_no)
                .execute(&mut *tx)
                .await?;
            let digest = journal::digest(&sale)?;
            journal::insert(&mut tx, &[(till, &sale, digest)]).await?;
        }
    }
    store.commit(tx).await
}
