//! Takes what can still be read out of a damaged file into a new one. The damaged one is kept as it is; a
//! salvage that was broken off is begun again from what was kept.

mod copy;
mod events;
mod pages;
mod rows;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use super::{FILE, LOCK, Store, StoreError, lock, options};
pub use rows::Taken;

/// The file of SQLite and what belongs to it.
const PARTS: [&str; 3] = ["", "-wal", "-shm"];
/// Stands in the till's folder while a salvage is under way, and names what was kept.
const WORK: &str = "salvage";
const SOURCE: &str = "source";

/// A salvage under way. Nobody else works on the folder meanwhile.
#[derive(Debug)]
pub struct Salvage {
    folder: PathBuf,
    kept: PathBuf,
    _lock: File,
}

/// Whether one was begun here and not brought to its end: the till's file must not be used.
pub(super) fn is_under_way(folder: &Path) -> bool {
    folder.join(WORK).join(SOURCE).exists()
}

fn at<T>(path: &Path, result: io::Result<T>) -> Result<T, StoreError> {
    result.map_err(|error| StoreError::Io { path: path.to_owned(), error })
}

fn part(folder: &Path, part: &str) -> PathBuf {
    folder.join(format!("{FILE}{part}"))
}

/// Copies the file with its log, and has both on the disk.
fn copy_file(from: &Path, to: &Path) -> Result<(), StoreError> {
    for name in PARTS {
        let (from, to) = (part(from, name), part(to, name));
        if from.exists() {
            copy::copy(&from, &to)?;
        }
    }
    Ok(())
}

impl Salvage {
    /// Keeps the damaged file aside, under the moment of it; or goes on with what an earlier one kept.
    pub fn begin(folder: &Path, now: DateTime<Utc>) -> Result<Self, StoreError> {
        let lock = lock(&folder.join(LOCK))?;
        let work = folder.join(WORK);
        let source = work.join(SOURCE);
        let kept = if is_under_way(folder) {
            folder.join(at(&source, fs::read_to_string(&source))?.trim())
        } else {
            let name = format!("damaged-{}", now.format("%Y%m%dT%H%M%SZ"));
            let kept = folder.join(&name);
            at(&kept, fs::create_dir_all(&kept))?;
            copy_file(folder, &kept)?;
            at(&work, fs::create_dir_all(&work))?;
            let written = File::create(&source).and_then(|mut file| {
                file.write_all(name.as_bytes())?;
                file.sync_all()
            });
            at(&source, written)?;
            kept
        };
        Ok(Self { folder: folder.to_owned(), kept, _lock: lock })
    }

    /// Where the damaged file is kept.
    pub fn kept(&self) -> &Path {
        &self.kept
    }

    fn new_folder(&self) -> PathBuf {
        self.folder.join(WORK).join("new")
    }

    /// Makes the new file out of a copy of the damaged one. Gives what was taken, and the file, open.
    pub async fn take(&self) -> Result<(Vec<Taken>, Store), StoreError> {
        let (new, old) = (self.new_folder(), self.folder.join(WORK).join("old"));
        for folder in [&new, &old] {
            if folder.exists() {
                at(folder, fs::remove_dir_all(folder))?;
            }
            at(folder, fs::create_dir_all(folder))?;
        }
        copy_file(&self.kept, &old)?;
        // The notes say how far the logs had come.
        copy_folder(&self.folder.join("anchors"), &new.join("anchors"))?;
        Store::open(&new).await?.close().await;
        let mut connection = connect(&new, &old).await?;
        let taken = rows::take_all(&mut connection).await?;
        events::drop_unsound(&mut connection).await?;
        // Pages are looked at in the file alone. Where its log cannot be read into it, what stands only there was
        // found by the trees above or is not found.
        let _ = sqlx::query("pragma old.wal_checkpoint(truncate)").execute(&mut connection).await;
        events::take_from_pages(&mut connection, &part(&old, "")).await?;
        let lacks_a_till = events::lacks_a_till(&mut connection).await?;
        events::mend_logs(&mut connection).await?;
        connection.close().await?;
        let store = Store::open(&new).await?;
        if lacks_a_till || store.hub().await?.is_none() || store.tills().await?.is_empty() {
            store.close().await;
            return Err(StoreError::NotSalvageable(self.kept.clone()));
        }
        events::mend_journal(&store).await?;
        Ok((taken, store))
    }

    /// Puts the new file in the place of the damaged one.
    pub async fn finish(self, store: &Store) -> Result<PathBuf, StoreError> {
        store.settle().await?;
        store.close().await;
        let new = self.new_folder();
        let file = part(&new, "");
        at(&file, File::open(&file).and_then(|file| file.sync_all()))?;
        // The log of the damaged file must never be read into the new one.
        for name in &PARTS[1..] {
            let path = part(&self.folder, name);
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(StoreError::Io { path, error });
                }
                _ => {}
            }
        }
        at(&file, fs::rename(&file, part(&self.folder, "")))?;
        copy_folder(&new.join("anchors"), &self.folder.join("anchors"))?;
        at(&self.folder, File::open(&self.folder).and_then(|folder| folder.sync_all()))?;
        let work = self.folder.join(WORK);
        // First what says that one is under way: from here on the file is the new one.
        at(&work, fs::remove_file(work.join(SOURCE)))?;
        // On the disk before anything is sold: with it back, what is sold would be written over.
        at(&work, File::open(&work).and_then(|folder| folder.sync_all()))?;
        at(&work, fs::remove_dir_all(&work))?;
        Ok(self.kept.clone())
    }
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), StoreError> {
    if !from.exists() {
        return Ok(());
    }
    at(to, fs::create_dir_all(to))?;
    for entry in at(from, fs::read_dir(from))? {
        let entry = at(from, entry)?;
        at(&entry.path(), fs::copy(entry.path(), to.join(entry.file_name())))?;
    }
    Ok(())
}

/// The new file, with the copy of the damaged one beside it as `old`. Rows come in any order: what they belong
/// to is looked after at the end. What is lost by a power cut here is made again.
async fn connect(new: &Path, old: &Path) -> Result<SqliteConnection, StoreError> {
    let options = options(&part(new, "")).foreign_keys(false).pragma("synchronous", "off");
    let mut connection = options.connect().await?;
    sqlx::query("attach $1 as old")
        .bind(part(old, "").display().to_string())
        .execute(&mut connection)
        .await?;
    Ok(connection)
}

impl Store {
    /// Events that wait for the hub and are not what was written; looked for by what their hashes say.
    pub async fn unsound_events(&self) -> Result<i64, StoreError> {
        let mut connection = self.reader().acquire().await?;
        Ok(i64::try_from(events::unsound(&mut connection).await?.len()).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests;
