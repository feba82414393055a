//! The till's own file. Nothing but this folder holds SQL, and of products and cards nothing is held in memory:
//! 100,000 and 500,000 of them are answered by point queries.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::MigrateError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqlitePool};
use tokio::sync::{Mutex, watch};

pub mod anchor;
pub mod basket;
pub mod catalogue;
pub mod companion;
pub mod coupons;
pub mod enrolment;
pub mod feed;
pub mod gift_hold;
pub mod gifts;
pub mod held;
pub mod journal;
mod known;
pub mod labels;
pub mod late;
pub mod log;
pub mod moment;
pub mod other;
pub mod price_rules;
pub mod print;
pub mod readers;
pub mod reading;
pub mod reservation;
pub mod returned;
pub mod salvage;
pub mod shift;
pub mod sold;
pub mod spent;
pub mod staff;
pub mod stock;
pub mod tills;
mod tx;
pub(crate) mod whole;

use known::Known;
pub use tx::Tx;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the till's file: {0}")]
    Sqlx(#[from] sqlx::Error),
    #[error("the till's file could not be brought up to date: {0}")]
    Migrate(#[from] MigrateError),
    #[error("another process works on {0}")]
    Locked(PathBuf),
    #[error("{path}: {error}")]
    Io { path: PathBuf, error: std::io::Error },
    #[error("{what} in the till's file cannot be read: {why}")]
    BadRow { what: &'static str, why: String },
    #[error("a salvage of the till's file was begun in {0} and not brought to its end")]
    HalfSalvaged(PathBuf),
    #[error("who this till is cannot be read any more; its damaged file is kept in {0}")]
    NotSalvageable(PathBuf),
    #[error("{0} may be read and not written")]
    ReadOnly(PathBuf),
    #[error("{setting} is {found} where {wanted} is needed")]
    Setting { setting: &'static str, found: String, wanted: &'static str },
    /// The disk failed while a commit was under way: whether it holds is known only after the file was
    /// opened again.
    #[error("the disk failed while something was being kept: {0}")]
    Unknown(sqlx::Error),
    /// It failed a moment ago: nothing is written any more until the file was opened again.
    #[error("the disk failed a moment ago, and the agent is about to end")]
    Broken,
    #[error("a commit did not come to its end: {0}")]
    Stopped(tokio::task::JoinError),
    #[error("an event could not be written: {0}")]
    Event(#[from] domain::sync::EventError),
}

impl StoreError {
    /// Pages of the file are not what they should be.
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Sqlx(error)
            | Self::Migrate(MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)) => {
                is(SQLITE_CORRUPT, error) || is(SQLITE_NOTADB, error)
            }
            _ => false,
        }
    }

    /// The disk is full: the one storage error a cashier can be told what to do about.
    pub fn is_disk_full(&self) -> bool {
        matches!(self, Self::Sqlx(sqlx::Error::Database(e)) if e.message().contains("full"))
    }
}

const SQLITE_READONLY: u32 = 8;
const SQLITE_IOERR: u32 = 10;
const SQLITE_CORRUPT: u32 = 11;
const SQLITE_NOTADB: u32 = 26;

/// Whether an error is of this SQLite code, in any of its kinds.
fn is(wanted: u32, error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else { return false };
    error.code().and_then(|code| code.parse::<u32>().ok()).is_some_and(|code| code & 0xFF == wanted)
}

pub(crate) fn bad_row(what: &'static str) -> impl Fn(&dyn std::fmt::Display) -> StoreError {
    move |why| StoreError::BadRow { what, why: why.to_string() }
}

/// One writer, a few readers beside it, and the lock that keeps a second process out.
#[derive(Debug, Clone)]
pub struct Store {
    write: SqlitePool,
    /// Of the one who writes.
    turn: Arc<Mutex<()>>,
    read: SqlitePool,
    known: Arc<Known>,
    folder: PathBuf,
    /// Turns true when a commit ended in the unknown.
    broken: watch::Sender<bool>,
    lock: Arc<File>,
}

const FILE: &str = "till.db";
const LOCK: &str = "till.lock";
const READERS: u32 = 3;
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Negative: kibibytes a connection. All of them together stay far below the agent's 60 MB.
const CACHE: &str = "-4096";

impl Store {
    /// Opens (and makes) the file in `folder`, unless another process has it.
    pub async fn open(folder: &Path) -> Result<Self, StoreError> {
        let io = |path: &Path| {
            let path = path.to_owned();
            move |error| StoreError::Io { path, error }
        };
        std::fs::create_dir_all(folder).map_err(io(folder))?;
        let lock = lock(&folder.join(LOCK))?;
        if salvage::is_under_way(folder) {
            return Err(StoreError::HalfSalvaged(folder.to_owned()));
        }
        let options = options(&folder.join(FILE));
        let write = pool(1).connect_with(options.clone()).await?;
        let store = Self {
            write,
            turn: Arc::default(),
            // Opens the file when it is first asked, which the writer may have made.
            read: pool(READERS).connect_lazy_with(options.read_only(true)),
            known: Arc::default(),
            folder: folder.to_owned(),
            broken: watch::Sender::new(false),
            lock: Arc::new(lock),
        };
        let ready = store.make_ready().await;
        if ready.is_err() {
            // Not beside whoever looks at the file next: a connection that is only dropped still writes.
            store.close().await;
        }
        ready.map(|()| store)
    }

    async fn make_ready(&self) -> Result<(), StoreError> {
        sqlx::migrate!("../migrations/till").run(&self.write).await?;
        self.check_settings().await?;
        self.settle().await
    }

    /// Proves that the file can be written: SQLite opens one that is read-only without a word, and every sale
    /// would then be refused. Moves what an earlier process left in the log into the file and syncs it there:
    /// after a sync that failed nobody knows which pages of the log are on the disk, though they can be read.
    async fn settle(&self) -> Result<(), StoreError> {
        let settled = async {
            // No row, and yet a write; the beginning of a transaction alone succeeds on a read-only file.
            sqlx::query("update hub set url = url where false").execute(&self.write).await?;
            sqlx::query("pragma wal_checkpoint(truncate)").execute(&self.write).await.map(|_| ())
        };
        settled.await.map_err(|error| {
            if is(SQLITE_READONLY, &error) {
                StoreError::ReadOnly(self.folder.join(FILE))
            } else {
                error.into()
            }
        })
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Ends when a commit has ended in the unknown.
    pub async fn wait_until_broken(&self) {
        let mut broken = self.broken.subscribe();
        // The sender lives in `self`.
        let _ = broken.wait_for(|broken| *broken).await;
    }

    /// For queries beside the writer.
    pub(crate) fn reader(&self) -> &SqlitePool {
        &self.read
    }

    /// Waits for what is under way, closes the file and lets other processes have it.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
        // The system lets go of the lock with the process at the latest.
        let _ = self.lock.unlock();
    }

    /// Reads the pragmas back: a file on a disk that cannot keep its promise must not take sales.
    pub async fn settings(&self) -> Result<Vec<Setting>, StoreError> {
        let mut found = Vec::new();
        for (name, sql, wanted) in WANTED {
            let value: String = sqlx::query_scalar(sql).fetch_one(&self.write).await?;
            found.push(Setting { name, found: value, wanted });
        }
        Ok(found)
    }

    async fn check_settings(&self) -> Result<(), StoreError> {
        match self.settings().await?.into_iter().find(|s| s.found != s.wanted) {
            Some(Setting { name, found, wanted }) => {
                Err(StoreError::Setting { setting: name, found, wanted })
            }
            None => Ok(()),
        }
    }

    /// SQLite's own check of the whole file; `ok` or what is wrong. On a connection of its own, so that no reader
    /// is busy and none finds its cache full of pages that nobody asks for.
    pub async fn quick_check(&self) -> Result<String, StoreError> {
        let mut alone = options(&self.folder.join(FILE)).read_only(true).connect().await?;
        let said = sqlx::query_scalar("pragma quick_check(1)").fetch_one(&mut alone).await?;
        alone.close().await?;
        Ok(said)
    }
}

/// A pragma, as it is and as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    pub name: &'static str,
    pub found: String,
    pub wanted: &'static str,
}

const WANTED: [(&str, &str, &str); 5] = [
    ("journal_mode", "select cast(journal_mode as text) from pragma_journal_mode", "wal"),
    // 2 is FULL: a sale that was confirmed survives a power cut.
    ("synchronous", "select cast(synchronous as text) from pragma_synchronous", "2"),
    ("foreign_keys", "select cast(foreign_keys as text) from pragma_foreign_keys", "1"),
    ("busy_timeout", "select cast(timeout as text) from pragma_busy_timeout", "5000"),
    ("trusted_schema", "select cast(trusted_schema as text) from pragma_trusted_schema", "0"),
];

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .pragma("trusted_schema", "0")
        .pragma("mmap_size", "0")
        .pragma("cache_size", CACHE)
}

fn lock(path: &Path) -> Result<File, StoreError> {
    let io = |error| StoreError::Io { path: path.to_owned(), error };
    let file = File::options().create(true).truncate(false).write(true).open(path).map_err(io)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked(path.to_owned())),
        Err(TryLockError::Error(error)) => Err(io(error)),
    }
}

/// A pool that never lends out a connection which is still inside a transaction. On a full disk SQLite rolls
/// back by itself; the driver's own rollback then fails, and it would take the connection for busy for ever.
///
/// A file does not hang up: asking each time whether it is still there would wake the connection's thread twice
/// for every query of a scan, and a connection that ends for its age begins the next scan with a cold cache.
fn pool(connections: u32) -> SqlitePoolOptions {
    let lasting = SqlitePoolOptions::new().test_before_acquire(false).idle_timeout(None).max_lifetime(None);
    lasting.max_connections(connections).before_acquire(|connection, _| {
        Box::pin(async move { Ok(!sqlx::Connection::is_in_transaction(connection)) })
    })
}
