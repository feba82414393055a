use std::path::Path;

use chrono::{DateTime, Utc};
use domain::ids::{EventId, LogId, TillId};
use domain::scan::RuleTable;
use domain::sync::{Anchor, Body, Head, LogOpened, OpenReason, Stamp};

use super::*;
use crate::Agent;
use crate::clock::Clock;
use crate::store::log::{self, LogRow, NewEvent};
use crate::store::{Tx, anchor};

const ROWS: i64 = 3_000;
const PAGE: usize = 4_096;

fn now() -> DateTime<Utc> {
    "2026-03-14T18:00:00Z".parse().unwrap()
}

/// A file with one till, and many rows in a table of each kind: with numbers and with keys of its own.
async fn filled(folder: &Path) {
    let store = Store::open(folder).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    for sql in [
        "insert into hub (only_one, url, hub_id, chain, currency, locale, epoch, feed_cursor)
         values (true, 'http://127.0.0.1:1', 'h', 'Chain', 'COP', 'es-CO', 1, 77)",
        "insert into till (n, id, store, code, store_name, zone, last_receipt, enrolled_at)
         values (1, x'00000000000070008000000000000001', '001', '1', 'Centro', 'America/Bogota', 5, 0)",
    ] {
        sqlx::query(sql).execute(&mut *tx).await.unwrap();
    }
    for number in 0..ROWS {
        let sale = uuid::Uuid::from_u128(u128::try_from(number).unwrap());
        sqlx::query(
            "insert into returned_line (id, sale, line, by_sale, by_line, quantity, paid)
             values ($1, $2, 1, $2, 1, 1, $1)",
        )
        .bind(number + 1)
        .bind(sale)
        .execute(&mut *tx)
        .await
        .unwrap();
        sqlx::query("insert into barcode (code, sku) values ($1, $1)")
            .bind(format!("{number:020}"))
            .execute(&mut *tx)
            .await
            .unwrap();
    }
    store.commit(tx).await.unwrap();
    store.settle().await.unwrap();
    store.close().await;
}

/// Offsets of the leaf pages of a table's own tree.
async fn leaves(folder: &Path, table: &str) -> Vec<usize> {
    let mut connection = options(&part(folder, "")).connect().await.unwrap();
    // The root is a page of inner nodes; the leaves are found by what only they hold.
    let root: i64 = sqlx::query_scalar("select rootpage from sqlite_schema where name = $1")
        .bind(table)
        .fetch_one(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    let bytes = fs::read(part(folder, "")).unwrap();
    let page = |number: usize| &bytes[(number - 1) * PAGE..number * PAGE];
    let root = page(usize::try_from(root).unwrap());
    assert!(matches!(root[0], 2 | 5), "{table} has inner nodes");
    let cells = usize::from(u16::from_be_bytes([root[3], root[4]]));
    let child =
        |at: usize| usize::try_from(u32::from_be_bytes(root[at..at + 4].try_into().unwrap())).unwrap();
    let cell = |n: usize| usize::from(u16::from_be_bytes([root[12 + 2 * n], root[13 + 2 * n]]));
    let mut leaves: Vec<_> = (0..cells).map(|n| child(cell(n))).collect();
    leaves.push(child(8));
    leaves.into_iter().map(|number| (number - 1) * PAGE).collect()
}

fn damage(folder: &Path, places: &[usize]) {
    let mut bytes = fs::read(part(folder, "")).unwrap();
    for at in places {
        bytes[*at..at + 16].fill(0x5A);
    }
    fs::write(part(folder, ""), bytes).unwrap();
}

async fn count(store: &Store, table: &str) -> i64 {
    let sql = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
    sqlx::query_scalar(sql).fetch_one(store.reader()).await.unwrap()
}

async fn salvaged(folder: &Path) -> (Vec<Taken>, Store) {
    let work = Salvage::begin(folder, now()).unwrap();
    let (taken, store) = work.take().await.unwrap();
    work.finish(&store).await.unwrap();
    (taken, Store::open(folder).await.unwrap())
}

fn of<'a>(taken: &'a [Taken], table: &str) -> &'a Taken {
    taken.iter().find(|one| one.table == table).unwrap()
}

#[tokio::test]
async fn a_sound_file_comes_over_whole() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path()).await;
    let (taken, store) = salvaged(folder.path()).await;
    assert!(taken.iter().all(|table| table.whole), "{taken:?}");
    assert_eq!(count(&store, "returned_line").await, ROWS);
    assert_eq!(count(&store, "barcode").await, ROWS);
    assert_eq!(store.quick_check().await.unwrap(), "ok");
    assert_eq!(store.hub().await.unwrap().unwrap().feed_cursor, 0, "the hub is asked for everything again");
    assert!(!folder.path().join(WORK).exists());
}

/// Two damaged leaves cost the rows on them and no other, also between the two.
#[tokio::test]
async fn of_rows_with_numbers_only_the_damaged_pages_are_lost() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path()).await;
    let pages = leaves(folder.path(), "returned_line").await;
    damage(folder.path(), &[pages[1], pages[pages.len() - 2]]);
    let (taken, store) = salvaged(folder.path()).await;
    let rows = count(&store, "returned_line").await;
    let a_page = ROWS / i64::try_from(pages.len()).unwrap();
    assert!(!of(&taken, "returned_line").whole);
    assert!(rows < ROWS && rows > ROWS - 3 * a_page, "{rows} of {ROWS}, {a_page} a page");
    assert_eq!(of(&taken, "returned_line").rows, rows);
    assert_eq!(count(&store, "barcode").await, ROWS);
    // What there is, is what was written.
    let wrong = "select count(*) from returned_line where id <> paid";
    assert_eq!(sqlx::query_scalar::<_, i64>(wrong).fetch_one(store.reader()).await.unwrap(), 0);
}

/// The last leaf as well: nobody can ask from the other end.
#[tokio::test]
async fn rows_before_a_damaged_end_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path()).await;
    let pages = leaves(folder.path(), "returned_line").await;
    damage(folder.path(), &[pages[2], pages[pages.len() - 1]]);
    let (_, store) = salvaged(folder.path()).await;
    let rows = count(&store, "returned_line").await;
    assert!(rows > ROWS - 3 * (ROWS / i64::try_from(pages.len()).unwrap()), "{rows}");
}

#[tokio::test]
async fn of_keyed_rows_both_ends_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path()).await;
    let pages = leaves(folder.path(), "barcode").await;
    damage(folder.path(), &[pages[pages.len() / 2]]);
    let (taken, store) = salvaged(folder.path()).await;
    let rows = count(&store, "barcode").await;
    assert!(!of(&taken, "barcode").whole && rows < ROWS, "{rows}");
    assert!(rows > ROWS - 2 * (ROWS / i64::try_from(pages.len()).unwrap()), "{rows}");
    assert_eq!(count(&store, "returned_line").await, ROWS);
}

#[tokio::test]
async fn one_that_was_broken_off_begins_again_from_what_was_kept() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path()).await;
    let work = Salvage::begin(folder.path(), now()).unwrap();
    let kept = work.kept().to_owned();
    let (_, store) = work.take().await.unwrap();
    // The power goes; of the file in place nothing can be read any more.
    store.close().await;
    drop(work);
    fs::write(part(folder.path(), ""), b"nothing").unwrap();
    assert!(matches!(Store::open(folder.path()).await, Err(StoreError::HalfSalvaged(_))));
    let later = now() + chrono::Duration::hours(1);
    let work = Salvage::begin(folder.path(), later).unwrap();
    assert_eq!(work.kept(), kept);
    let (_, store) = work.take().await.unwrap();
    assert_eq!(work.finish(&store).await.unwrap(), kept);
    let store = Store::open(folder.path()).await.unwrap();
    assert_eq!(count(&store, "returned_line").await, ROWS);
}

#[tokio::test]
async fn without_the_enrolment_nothing_is_put_in_place() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    store.settle().await.unwrap();
    store.close().await;
    let before = fs::read(part(folder.path(), "")).unwrap();
    let work = Salvage::begin(folder.path(), now()).unwrap();
    assert!(matches!(work.take().await, Err(StoreError::NotSalvageable(_))));
    assert_eq!(fs::read(part(folder.path(), "")).unwrap(), before);
}

/// The till that `filled` has.
fn till() -> TillId {
    TillId::new(0, [0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
}

/// A log with so many events, all of them waiting.
async fn write_log(tx: &mut Tx, n: u8, events: u8) -> LogRow {
    let mut row = log::begin_log(tx, 1, LogId::new(i64::from(n), [n; 10]), now()).await.unwrap();
    for event in 0..events {
        let stamp = Stamp {
            store: "001".parse().unwrap(),
            till: till(),
            at_utc_ms: 0,
            boot_id: String::new(),
            mono_ms: 0,
            cashier: None,
            hub_epoch_seen: 0,
        };
        let body = Body::LogOpened(LogOpened { reason: OpenReason::Enrolled, previous: None, lost: 0 });
        let event = EventId::new(i64::from(event), [n; 10]);
        log::append(tx, &mut row, &[NewEvent { event, stamp, body }]).await.unwrap();
    }
    row
}

/// A log that was sealed behind its third event, and one of two events after it; then a statement that no
/// damage spells so plainly.
async fn two_logs(folder: &Path, damage: &'static str) {
    filled(folder).await;
    let store = Store::open(folder).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let first = write_log(&mut tx, 1, 3).await;
    log::seal(&mut tx, first.n, 3).await.unwrap();
    log::acknowledge(&mut tx, first.n, first.head).await.unwrap();
    let second = write_log(&mut tx, 2, 2).await;
    store.commit(tx).await.unwrap();
    store.close().await;
    let note = Anchor { log: second.id, head: second.head, machine: String::new(), boot_id: String::new() };
    anchor::write(folder, till(), &note).unwrap();
    let mut connection = options(&part(folder, "")).foreign_keys(false).connect().await.unwrap();
    sqlx::raw_sql(damage).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// What salvage says is lost, and the logs it leaves: where each ends, what is confirmed of it, whether it is
/// sealed.
async fn logs_after(damage: &'static str) -> (i64, Vec<(Head, Head, bool)>) {
    let folder = tempfile::tempdir().unwrap();
    two_logs(folder.path(), damage).await;
    let work = Salvage::begin(folder.path(), now()).unwrap();
    let (_, store) = work.take().await.unwrap();
    let agent = Agent::open(store, Clock::from_fn(now), RuleTable::default()).await.unwrap();
    let lost = agent.begin_salvaged().await.unwrap();
    let logs = agent.store().logs(1).await.unwrap();
    work.finish(agent.store()).await.unwrap();
    (lost[0].1, logs.into_iter().map(|row| (row.head, row.acked, row.sealed_at.is_some())).collect())
}

#[tokio::test]
async fn of_two_logs_whose_rows_are_gone_the_newer_one_is_sent() {
    let (lost, logs) = logs_after("delete from log").await;
    assert_eq!(lost, 0);
    let seqs: Vec<_> = logs.iter().map(|(head, acked, sealed)| (head.seq, acked.seq, *sealed)).collect();
    // The two events of the second, which the hub may lack, stand behind the new log's opening.
    assert_eq!(seqs, [(3, 3, true), (2, 0, true), (3, 0, false)]);
    assert_eq!(logs[0].0, logs[0].1, "nothing of the first waits");
}

#[tokio::test]
async fn a_log_that_is_gone_with_its_events_is_said_to_be_lost() {
    let (lost, logs) = logs_after("delete from outbox where log = 2; delete from log where n = 2").await;
    assert_eq!((lost, logs.len()), (2, 2));
    let (lost, _) = logs_after("delete from outbox where log = 2; delete from log").await;
    assert_eq!(lost, 2, "the row of the first is made again, and is not taken for the second");
    let (lost, _) = logs_after("delete from outbox where log = 2 and seq = 2").await;
    assert_eq!(lost, 1);
}

/// Another till would be given its number, and its sales.
#[tokio::test]
async fn a_till_that_is_gone_while_another_is_there_stops_it() {
    let folder = tempfile::tempdir().unwrap();
    two_logs(folder.path(), "update till set n = 2 where n = 1").await;
    let work = Salvage::begin(folder.path(), now()).unwrap();
    assert!(matches!(work.take().await, Err(StoreError::NotSalvageable(_))));
}
