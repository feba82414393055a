//! Backups of the hub's whole database: taken while it runs, checked without being restored, restored into either
//! kind of database, and tried out by a drill.
//!
//! A backup is written row by row from one moment of the database, not copied page by page or by a program of the
//! database: one file for both kinds, nothing else to install, no damaged page taken along unseen, and a program
//! that is newer than the backup brings it up to date.

use std::path::{Path, PathBuf};
use std::time::Instant;

use chrono::{DateTime, Utc};

use crate::access::{self, audit};
use crate::db::schema::{self, Table};
use crate::db::{Db, DbError, Tx};
use crate::intake;

mod error;
mod key;
mod lines;
mod place;
mod reading;
mod sealed;
mod store;
#[cfg(test)]
mod tests;

pub use error::BackupError;
pub use key::Keys;
pub use lines::{Count, Head};
pub use place::Found;
pub use sealed::Sealed;
pub use store::{Latest, latest};

use lines::{FORMAT, Mark, Sum};
use place::Workshop;
use reading::{Item, Reading};
use sealed::Writer;

/// What a backup says of itself.
#[derive(Debug, Clone)]
pub struct Contents {
    pub head: Head,
    pub counts: Vec<Count>,
    pub sealed: Sealed,
}

impl Contents {
    pub fn rows(&self) -> i64 {
        self.counts.iter().map(|count| count.rows).sum()
    }
}

/// `path` with something behind it.
fn beside(path: &Path, what: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(what);
    PathBuf::from(name)
}

/// The table of what is noted of backups.
const NOTES: &str = "backup";

/// Why a backup is noted in the database that it is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Noted {
    Made,
    Verified(DateTime<Utc>),
    /// A drill held; it has thrown its backup away.
    Drilled(DateTime<Utc>),
}

/// Notes a backup in the database that `target` names. The backup is good whether or not that can be done.
async fn note(target: &str, contents: &Contents, noted: Noted) {
    if let Err(error) = try_note(target, contents, noted).await {
        tracing::warn!(code = "backup_not_noted", %error, "the hub will not know of this backup");
    }
}

async fn try_note(target: &str, contents: &Contents, noted: Noted) -> Result<(), DbError> {
    let db = Db::connect(target).await?;
    let mut tx = db.begin().await?;
    // An older schema has no room for it: it is backed up as it is, before it is brought up to date.
    if schema::tables(&mut tx).await?.iter().any(|table| table.name == NOTES) {
        let (verified_at, kept) = match noted {
            Noted::Made => (None, true),
            Noted::Verified(at) => (Some(at), true),
            Noted::Drilled(at) => (Some(at), false),
        };
        let digest = &contents.sealed.digest;
        store::note(&mut tx, digest, contents.head.taken_at, verified_at, kept).await?;
    }
    tx.commit().await?;
    db.close().await;
    Ok(())
}

/// Backs up the database that `target` names, as it is at this moment; a hub may run on it.
pub async fn take(
    target: &str,
    path: &Path,
    keys: &Keys,
    now: DateTime<Utc>,
) -> Result<Contents, BackupError> {
    let contents = make(target, path, keys, now).await?;
    note(target, &contents, Noted::Made).await;
    Ok(contents)
}

async fn make(target: &str, path: &Path, keys: &Keys, now: DateTime<Utc>) -> Result<Contents, BackupError> {
    match place::found(target).await? {
        Found::Hub(_) | Found::Fresh => {}
        Found::Damaged(why) => return Err(BackupError::Damaged(why)),
        Found::Nothing | Found::Foreign => {
            return Err(BackupError::NoHub(crate::app::without_password(target)));
        }
    }
    let db = Db::connect(target).await?;
    let mut writer = Writer::create(path, keys)?;
    let written = write(&db, &mut writer, now).await;
    db.close().await;
    match written {
        Ok((head, counts)) => Ok(Contents { head, counts, sealed: writer.finish()? }),
        Err(error) => {
            writer.discard()?;
            Err(error)
        }
    }
}

async fn write(db: &Db, writer: &mut Writer, now: DateTime<Utc>) -> Result<(Head, Vec<Count>), BackupError> {
    // One transaction that only reads: one moment, and the hub writes on beside it.
    let mut tx = db.read().await?;
    let identity = store::identity(&mut tx).await?;
    let identity = identity.ok_or_else(|| BackupError::NoHub("the database".to_owned()))?;
    let tables = schema::tables(&mut tx).await?;
    let head = Head {
        format: FORMAT,
        taken_at: now,
        hub: identity.hub,
        epoch: identity.epoch,
        chain: identity.chain,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        database: if tx.is_postgres() { "postgresql" } else { "sqlite" }.to_owned(),
        migrations: schema::migrations(&mut tx).await?,
    };
    mark(writer, &Mark::Backup(head.clone()))?;
    let mut counts = Vec::with_capacity(tables.len());
    for table in tables {
        mark(writer, &Mark::Table(table.clone()))?;
        let mut sum = Sum::default();
        store::each_line(&mut tx, &table, |line| {
            sum.add(line);
            writer.line(line)
        })
        .await?;
        counts.push(sum.total_of(&table.name));
    }
    mark(writer, &Mark::End(counts.clone()))?;
    Ok((head, counts))
}

fn mark(writer: &mut Writer, mark: &Mark) -> Result<(), BackupError> {
    writer.line(&serde_json::to_vec(mark).map_err(lines::unwritable)?)
}

/// Reads a backup whole, and notes that where the database that `target` names is that of its hub.
pub async fn verify_for(
    target: &str,
    path: &Path,
    keys: &Keys,
    now: DateTime<Utc>,
) -> Result<(Contents, Found), BackupError> {
    let contents = verify(path, keys)?;
    let found = place::found(target).await?;
    of_this_hub(&contents.head, &found)?;
    if matches!(found, Found::Hub(_)) {
        note(target, &contents, Noted::Verified(now)).await;
    }
    Ok((contents, found))
}

/// Reads a backup whole, as a restore would, and restores nothing.
pub fn verify(path: &Path, keys: &Keys) -> Result<Contents, BackupError> {
    let mut reading = Reading::open(path, keys)?;
    loop {
        if let Item::End(counts) = reading.item()? {
            return Ok(Contents { head: reading.head, counts, sealed: reading.sealed });
        }
    }
}

/// Refuses a backup of another hub than the one whose database this is.
fn of_this_hub(head: &Head, found: &Found) -> Result<(), BackupError> {
    match found {
        Found::Hub(here) if here.hub != head.hub => {
            Err(BackupError::AnotherHub { of: head.hub.clone(), here: here.hub.clone() })
        }
        _ => Ok(()),
    }
}

#[derive(Debug)]
pub struct Restored {
    pub contents: Contents,
    /// By which the tills notice.
    pub epoch: i64,
    /// Where that is what was there before.
    pub kept_aside: Option<String>,
}

/// Restores a backup into the database that `target` names. What is there is not touched before everything has been
/// read, written and compared; then it is kept aside.
pub async fn restore(
    target: &str,
    path: &Path,
    keys: &Keys,
    replace: bool,
    now: DateTime<Utc>,
) -> Result<Restored, BackupError> {
    let contents = verify(path, keys)?;
    knows(&contents.head)?;
    let found = place::found(target).await?;
    of_this_hub(&contents.head, &found)?;
    match &found {
        Found::Nothing | Found::Fresh => {}
        Found::Foreign => return Err(BackupError::Foreign),
        Found::Hub(_) | Found::Damaged(_) if replace => {}
        Found::Hub(here) => return Err(BackupError::NotEmpty(format!("it is of hub {}", here.hub))),
        Found::Damaged(why) => return Err(BackupError::NotEmpty(format!("it is damaged ({why})"))),
    }
    if found != Found::Nothing && place::is_used(target).await? {
        return Err(BackupError::InUse);
    }
    let workshop = Workshop::open(target, "restoring").await?;
    let epoch = new_epoch(&contents.head, &found, now);
    match unpack(workshop.db(), path, keys, Some((epoch, now))).await {
        Ok(_) => {
            let aside = format!("replaced_{}", now.format("%Y%m%d_%H%M%S"));
            let kept_aside = workshop.move_in(&aside).await?;
            Ok(Restored { contents, epoch, kept_aside })
        }
        Err(error) => {
            workshop.discard().await?;
            Err(error)
        }
    }
}

/// Never one that a till has seen: not even when the same backup is restored twice.
fn new_epoch(head: &Head, found: &Found, now: DateTime<Utc>) -> i64 {
    let here = match found {
        Found::Hub(here) => here.epoch,
        _ => 0,
    };
    (head.epoch.max(here) + 1).max(now.timestamp_millis())
}

/// Rows that are written at once.
const ROWS: usize = 500;

/// Writes a backup into an empty database. With `renew`, the database becomes one that tills and staff meet anew.
async fn unpack(
    db: &Db,
    path: &Path,
    keys: &Keys,
    renew: Option<(i64, DateTime<Utc>)>,
) -> Result<Compared, BackupError> {
    let mut reading = Reading::open(path, keys)?;
    db.migrate_to(reading.head.migration()).await?;
    let mut tx = db.begin().await?;
    let tables = schema::tables(&mut tx).await?;
    store::empty(&mut tx, &tables).await?;
    let (mut table, mut rows): (Option<Table>, Vec<_>) = (None, vec![]);
    let counts = loop {
        let item = reading.item()?;
        if let Some(table) = &table
            && (rows.len() == ROWS || !matches!(item, Item::Row(_)))
        {
            store::insert(&mut tx, table, &rows).await?;
            rows.clear();
        }
        match item {
            Item::Row(row) => rows.push(row),
            Item::Table(next) if tables.contains(&next) => table = Some(next),
            Item::Table(next) => return Err(BackupError::Differs(vec![next.name])),
            Item::End(counts) => break counts,
        }
    };
    let compared = compare(&mut tx, &tables, &counts).await?;
    if let Some((epoch, now)) = renew {
        if !compared.differing.is_empty() {
            return Err(BackupError::Differs(compared.differing));
        }
        access::begin_anew(&mut tx, epoch, now).await?;
        let detail = format!("backup of {}", reading.head.taken_at.to_rfc3339());
        audit::note(&mut tx, now, "command line", "hub.restore", &reading.head.hub, &detail).await?;
    }
    tx.commit().await?;
    db.migrate().await?;
    if let Some((_, now)) = renew {
        let mut tx = db.begin().await?;
        store::note(&mut tx, &reading.sealed.digest, reading.head.taken_at, Some(now), true).await?;
        tx.commit().await?;
    }
    Ok(compared)
}

/// Every migration of the backup is one of ours, with the same text.
fn knows(head: &Head) -> Result<(), BackupError> {
    schema::unknown(&head.migrations).map_or(Ok(()), |version| {
        let what = format!("its migration {version}");
        Err(BackupError::Newer { program: head.program.clone(), what })
    })
}

/// What was restored, beside what was backed up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    /// Rows that are missing.
    pub lost: i64,
    /// Tables with other rows.
    pub differing: Vec<String>,
}

/// Reads back what was written.
async fn compare(tx: &mut Tx, tables: &[Table], counts: &[Count]) -> Result<Compared, BackupError> {
    let mut compared = Compared::default();
    for wanted in counts {
        let mut sum = Sum::default();
        if let Some(table) = tables.iter().find(|table| table.name == wanted.table) {
            store::each_line(tx, table, |line| {
                sum.add(line);
                Ok(())
            })
            .await?;
        }
        let restored = sum.total_of(&wanted.table);
        compared.lost += (wanted.rows - restored.rows).max(0);
        if restored != *wanted {
            compared.differing.push(wanted.table.clone());
        }
    }
    Ok(compared)
}

/// One step of a drill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub what: &'static str,
    pub took_ms: u128,
}

#[derive(Debug)]
pub struct Drill {
    pub contents: Contents,
    pub compared: Compared,
    pub steps: Vec<Step>,
    pub audit: intake::Audit,
}

/// Backs up, verifies, restores beside the database, verifies the ledger of that, and throws it away again.
/// `folder` holds the backup meanwhile.
pub async fn drill(
    target: &str,
    folder: &Path,
    keys: &Keys,
    now: DateTime<Utc>,
) -> Result<Drill, BackupError> {
    let path = folder.join("drill.backup");
    let mut steps = vec![];
    let mut step = |what, begun: Instant| steps.push(Step { what, took_ms: begun.elapsed().as_millis() });
    let begun = Instant::now();
    make(target, &path, keys, now).await?;
    step("backup", begun);
    let begun = Instant::now();
    let contents = verify(&path, keys)?;
    step("verify", begun);
    let begun = Instant::now();
    let workshop = Workshop::open(target, "yapa_drill").await?;
    let done = unpack(workshop.db(), &path, keys, None).await;
    step("restore", begun);
    let begun = Instant::now();
    let done = match done {
        Ok(compared) => verify_ledger(workshop.db()).await.map(|audit| (compared, audit)),
        Err(error) => Err(error),
    };
    step("ledger verify", begun);
    workshop.discard().await?;
    let (compared, audit) = done?;
    if compared.differing.is_empty() && audit.differences.is_empty() {
        note(target, &contents, Noted::Drilled(now)).await;
    }
    Ok(Drill { contents, compared, steps, audit })
}

async fn verify_ledger(db: &Db) -> Result<intake::Audit, BackupError> {
    let mut tx = db.read().await?;
    Ok(intake::verify(&mut tx).await?)
}
