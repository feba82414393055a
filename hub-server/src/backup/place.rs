//! Where a backup is unpacked: in a database beside the one that is meant, which takes its place when everything is
//! there. On SQLite that is another file, on PostgreSQL another schema of the same database. What stood there before
//! is kept aside.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::sealed::sync_folder;
use super::store::{self, Identity};
use super::{BackupError, NOTES, beside};
use crate::db::{self, Db, DbError, schema};

/// What a database holds before something is restored into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// No table, or no database.
    Nothing,
    /// What a hub makes that was started on nothing: its own identity, and nobody's data.
    Fresh,
    Hub(Identity),
    /// Tables of somebody else.
    Foreign,
    /// It is damaged, and nobody knows whose it is.
    Damaged(String),
}

/// Tables that a hub fills by itself when it is first opened, and the notes of backups of that.
const OF_A_FRESH_HUB: [&str; 4] = ["hub", "feed", "programme", NOTES];

/// Looks at the database that `target` names, without making one.
pub async fn found(target: &str) -> Result<Found, BackupError> {
    if !db::is_postgres(target) && !db::sqlite_path(target).exists() {
        return Ok(Found::Nothing);
    }
    match look(target).await {
        Ok(found) => Ok(found),
        Err(error) if error.is_passing() || db::is_postgres(target) => Err(error.into()),
        Err(error) => Ok(Found::Damaged(error.to_string())),
    }
}

async fn look(target: &str) -> Result<Found, DbError> {
    let db = Db::connect(target).await?;
    let mut tx = db.read().await?;
    let tables = schema::tables(&mut tx).await?;
    let identity = match tables.iter().find(|table| table.name == "hub") {
        Some(_) => store::identity(&mut tx).await?,
        None if tables.is_empty() => return Ok(Found::Nothing),
        None => return Ok(Found::Foreign),
    };
    let mut has_data = false;
    for table in tables.iter().filter(|table| !OF_A_FRESH_HUB.contains(&table.name.as_str())) {
        has_data = has_data || store::has_rows(&mut tx, table).await?;
    }
    drop(tx);
    db.close().await;
    Ok(match identity {
        Some(identity) if has_data => Found::Hub(identity),
        None if has_data => Found::Damaged("it does not say of which hub it is".to_owned()),
        _ => Found::Fresh,
    })
}

/// A session that has ended stays in PostgreSQL's list for a moment: ours of before, or that of a hub which was just
/// stopped. So it is looked at a few times.
const LOOKS: u32 = 30;
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// Whether a hub is at work on the database.
pub async fn is_used(target: &str) -> Result<bool, BackupError> {
    if !db::is_postgres(target) {
        return Ok(db::sqlite_is_used(target).await?);
    }
    let db = Db::connect(target).await?;
    let mut is_used = true;
    for _ in 0..LOOKS {
        // Within one transaction the list would stay as it was first seen.
        let mut tx = db.read().await?;
        is_used = store::other_sessions(&mut tx, db::PROGRAM).await? > 0;
        drop(tx);
        if !is_used {
            break;
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
    db.close().await;
    Ok(is_used)
}

/// A database beside the one that `target` names. It begins empty, whatever an earlier one left behind.
#[derive(Debug)]
pub struct Workshop {
    target: String,
    name: &'static str,
    db: Db,
}

impl Workshop {
    /// `name` tells those of different commands apart.
    pub async fn open(target: &str, name: &'static str) -> Result<Self, BackupError> {
        let db = if db::is_postgres(target) {
            let whole = Db::connect(target).await?;
            let mut tx = whole.begin().await?;
            store::drop_schema(&mut tx, name).await?;
            store::create_schema(&mut tx, name).await?;
            tx.commit().await?;
            whole.close().await;
            Db::connect_schema(target, name).await?
        } else {
            let path = file(target, name);
            remove(&path)?;
            Db::connect(&path.to_string_lossy()).await?
        };
        Ok(Self { target: target.to_owned(), name, db })
    }

    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Throws it away.
    pub async fn discard(self) -> Result<(), BackupError> {
        self.db.close().await;
        if !db::is_postgres(&self.target) {
            return remove(&file(&self.target, self.name));
        }
        let whole = Db::connect(&self.target).await?;
        let mut tx = whole.begin().await?;
        store::drop_schema(&mut tx, self.name).await?;
        tx.commit().await?;
        whole.close().await;
        Ok(())
    }

    /// Puts it in the place of the database that is meant. What was there gets the name `aside`; answers where that
    /// is, if there was anything.
    pub async fn move_in(self, aside: &str) -> Result<Option<String>, BackupError> {
        self.db.close().await;
        if db::is_postgres(&self.target) {
            move_schema(&self.target, self.name, aside).await
        } else {
            move_file(db::sqlite_path(&self.target), &file(&self.target, self.name), aside)
        }
    }
}

fn file(target: &str, name: &str) -> PathBuf {
    beside(db::sqlite_path(target), &format!(".{name}"))
}

/// A SQLite file and what belongs to it.
const PARTS: [&str; 3] = ["", "-wal", "-shm"];

fn remove(path: &Path) -> Result<(), BackupError> {
    for part in PARTS.map(|part| beside(path, part)) {
        match fs::remove_file(&part) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(BackupError::File { path: part, error });
            }
            _ => {}
        }
    }
    Ok(())
}

fn move_file(path: &Path, new: &Path, aside: &str) -> Result<Option<String>, BackupError> {
    let old = beside(path, &format!(".{aside}"));
    let was_there = path.exists();
    for part in PARTS {
        let from = beside(path, part);
        if from.exists() {
            fs::rename(&from, beside(&old, part)).map_err(BackupError::file(&from))?;
        }
    }
    fs::rename(new, path).and_then(|()| sync_folder(path)).map_err(BackupError::file(new))?;
    Ok(was_there.then(|| old.display().to_string()))
}

/// In one commit: either nothing has moved, or everything.
async fn move_schema(target: &str, name: &str, aside: &str) -> Result<Option<String>, BackupError> {
    let db = Db::connect(target).await?;
    let mut tx = db.begin().await?;
    let place = store::current_schema(&mut tx).await?;
    store::create_schema(&mut tx, aside).await?;
    let moved = store::move_tables(&mut tx, &place, aside).await?;
    if moved == 0 {
        store::drop_schema(&mut tx, aside).await?;
    }
    store::move_tables(&mut tx, name, &place).await?;
    store::drop_schema(&mut tx, name).await?;
    tx.commit().await?;
    db.close().await;
    Ok((moved > 0).then(|| format!("schema {aside}")))
}
