//! The two databases behind one type. Store functions are written once: `on!` expands one expression for
//! both drivers, so the compiler checks it for each.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqliteLockingMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, Connection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction};

pub mod bulk;
pub mod condition;
pub mod dialect;
mod many;
pub mod schema;

pub use many::{Cells, Insert, KEYS, padded, rows_of};

/// A pool of either database.
#[derive(Debug, Clone)]
pub enum Db {
    /// One writer at a time; readers beside it.
    Sqlite {
        read: SqlitePool,
        write: SqlitePool,
    },
    Postgres(PgPool),
}

/// A transaction on either database.
#[derive(Debug)]
pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Runs one sqlx expression on the transaction's connection: `on!(tx, c => query(SQL).execute(c).await)`.
#[macro_export]
macro_rules! on {
    ($tx:expr, $c:ident => $run:expr) => {
        match $tx {
            $crate::db::Tx::Sqlite(tx) => {
                let $c = &mut **tx;
                $run
            }
            $crate::db::Tx::Postgres(tx) => {
                let $c = &mut **tx;
                $run
            }
        }
    };
}

#[derive(Debug, thiserror::Error)]
pub enum DbError {
    #[error("database: {0}")]
    Sqlx(#[from] sqlx::Error),
    #[error("migration: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    #[error("{what}: {touched} rows were touched where {expected} were meant")]
    RowsTouched { what: &'static str, expected: u64, touched: u64 },
    #[error("{what} in the database cannot be read: {why}")]
    BadRow { what: &'static str, why: String },
}

impl DbError {
    /// Whether the same work may succeed when it is tried again: contention, a lost connection, a server
    /// that restarts.
    pub fn is_passing(&self) -> bool {
        let Self::Sqlx(error) = self else { return false };
        match error {
            sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) => true,
            sqlx::Error::Database(error) => {
                error.code().is_some_and(|code| PASSING_CODES.contains(&code.as_ref()))
            }
            _ => false,
        }
    }

    /// Whether a row was waited for in vain, as [`Db::begin_within`] bounds it.
    pub fn is_long_wait(&self) -> bool {
        let Self::Sqlx(sqlx::Error::Database(error)) = self else { return false };
        error.code().is_some_and(|code| code == "55P03")
    }

    pub fn is_unique_violation(&self) -> bool {
        let Self::Sqlx(sqlx::Error::Database(error)) = self else { return false };
        error.kind() == sqlx::error::ErrorKind::UniqueViolation
    }
}

/// SQLite: busy, locked and their extended forms, disk full. PostgreSQL: serialization failure, deadlock,
/// lock not available, too many connections, disk full, administrator's shutdown, crash, starting up.
const PASSING_CODES: [&str; 14] = [
    "5", "6", "13", "261", "517", "773", "40001", "40P01", "55P03", "53300", "53100", "57P01", "57P02",
    "57P03",
];

/// Every version of the schema that this program knows.
pub static MIGRATIONS: Migrator = sqlx::migrate!("../migrations/hub");

/// By this name PostgreSQL knows our sessions.
pub const PROGRAM: &str = "hub-server";

const POSTGRES_CONNECTIONS: u32 = 16;
const SQLITE_READERS: u32 = 4;
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

impl Db {
    /// Opens `postgres://…`, or a SQLite file by path, and runs the migrations.
    pub async fn open(target: &str) -> Result<Self, DbError> {
        let db = Self::connect(target).await?;
        db.migrate().await?;
        Ok(db)
    }

    pub async fn connect(target: &str) -> Result<Self, DbError> {
        if is_postgres(target) {
            return Self::postgres(PgConnectOptions::from_str(target)?).await;
        }
        let options = SqliteConnectOptions::new()
            .filename(sqlite_path(target))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // A sale that was acknowledged must survive a power cut.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .pragma("cache_size", "-65536");
        let write = pool(1).connect_with(options.clone()).await?;
        let read = pool(SQLITE_READERS).connect_with(options.read_only(true)).await?;
        Ok(Self::Sqlite { read, write })
    }

    /// Opens a database that is there to look at it; of SQLite nothing can be written then.
    pub async fn look(target: &str) -> Result<Self, DbError> {
        if is_postgres(target) {
            return Self::connect(target).await;
        }
        // Without a log nobody has it open, and whoever looks must not leave one of their own there.
        let mut log = sqlite_path(target).as_os_str().to_owned();
        log.push("-wal");
        let has_log = Path::new(&log).exists();
        let options = SqliteConnectOptions::new()
            .filename(sqlite_path(target))
            .read_only(true)
            .immutable(!has_log)
            .busy_timeout(BUSY_TIMEOUT);
        let read = pool(1).connect_with(options).await?;
        Ok(Self::Sqlite { write: read.clone(), read })
    }

    /// Another schema of a PostgreSQL than the usual one.
    pub async fn connect_schema(target: &str, schema: &str) -> Result<Self, DbError> {
        Self::postgres(PgConnectOptions::from_str(target)?.options([("search_path", schema)])).await
    }

    async fn postgres(options: PgConnectOptions) -> Result<Self, DbError> {
        let options = options.application_name(PROGRAM);
        let pool = PgPoolOptions::new().max_connections(POSTGRES_CONNECTIONS).connect_with(options).await?;
        Ok(Self::Postgres(pool))
    }

    pub async fn migrate(&self) -> Result<(), DbError> {
        match self {
            Self::Sqlite { write, .. } => MIGRATIONS.run(write).await?,
            Self::Postgres(pool) => MIGRATIONS.run(pool).await?,
        }
        Ok(())
    }

    /// Migrates no further than to `version`.
    pub async fn migrate_to(&self, version: i64) -> Result<(), DbError> {
        match self {
            Self::Sqlite { write, .. } => MIGRATIONS.run_to(version, write).await?,
            Self::Postgres(pool) => MIGRATIONS.run_to(version, pool).await?,
        }
        Ok(())
    }

    /// Gives every connection back; a SQLite file is one file afterwards.
    pub async fn close(self) {
        match self {
            Self::Sqlite { read, write } => {
                // Who only reads cannot fold the log into the file: the writer ends last.
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }

    /// Begins a writing transaction. On SQLite it takes the write lock at once, so that it can never
    /// fail half way because another writer came between its read and its write.
    pub async fn begin(&self) -> Result<Tx, DbError> {
        Ok(match self {
            Self::Sqlite { write, .. } => Tx::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// The same, for work that must not stand still for the sake of one row that somebody else keeps: PostgreSQL
    /// ends a statement that has waited this long, see [`DbError::is_long_wait`].
    pub async fn begin_within(&self, wait: Duration) -> Result<Tx, DbError> {
        match self {
            Self::Sqlite { .. } => self.begin().await,
            Self::Postgres(pool) => {
                let sql = AssertSqlSafe(dialect::begin_within(wait));
                Ok(Tx::Postgres(pool.begin_with(sql).await?))
            }
        }
    }

    /// Begins a transaction that only reads: one moment of the database, beside the writer.
    pub async fn read(&self) -> Result<Tx, DbError> {
        Ok(match self {
            Self::Sqlite { read, .. } => Tx::Sqlite(read.begin().await?),
            Self::Postgres(pool) => {
                Tx::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
            }
        })
    }
}

/// Whether `--database` names a PostgreSQL.
pub fn is_postgres(target: &str) -> bool {
    target.starts_with("postgres://") || target.starts_with("postgresql://")
}

/// The file that `--database` names otherwise.
pub fn sqlite_path(target: &str) -> &Path {
    Path::new(target.strip_prefix("sqlite://").unwrap_or(target))
}

/// Whether another program has the SQLite file open: whoever has it for itself must be alone.
pub async fn sqlite_is_used(target: &str) -> Result<bool, DbError> {
    let options = SqliteConnectOptions::new()
        .filename(sqlite_path(target))
        .locking_mode(SqliteLockingMode::Exclusive)
        .busy_timeout(Duration::ZERO);
    let alone = async {
        let mut connection = SqliteConnection::connect_with(&options).await?;
        sqlx::raw_sql("begin exclusive; rollback").execute(&mut connection).await?;
        connection.close().await
    };
    match alone.await.map_err(DbError::from) {
        Ok(()) => Ok(false),
        Err(error) if error.is_passing() => Ok(true),
        // A damaged file cannot be locked either; its damage is no sign of another program.
        Err(DbError::Sqlx(sqlx::Error::Database(_))) => Ok(false),
        Err(error) => Err(error),
    }
}

/// See [`Tx::order`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    Beside,
    Alone,
}

impl Tx {
    pub async fn commit(self) -> Result<(), DbError> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// Marks a place to which [`Tx::back`] can return without giving the whole transaction up.
    pub async fn mark(&mut self) -> Result<(), DbError> {
        on!(self, c => sqlx::query("savepoint one").execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Keeps what was done since [`Tx::mark`].
    pub async fn keep(&mut self) -> Result<(), DbError> {
        on!(self, c => sqlx::query("release savepoint one").execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Undoes what was done since [`Tx::mark`].
    pub async fn back(&mut self) -> Result<(), DbError> {
        on!(self, c => sqlx::query("rollback to savepoint one").execute(c).await.map(|_| ()))?;
        self.keep().await
    }

    /// Takes the turn of a writer of sales or cards, until the transaction ends. SQLite has one writer
    /// anyway. On PostgreSQL a sale whose card is being added, or a return whose original is being applied,
    /// would not see the other's rows: so who joins rows that others write comes alone, the rest together.
    pub async fn order(&mut self, turn: Turn) -> Result<(), DbError> {
        if let Self::Postgres(tx) = self {
            sqlx::query(dialect::take_turn(turn)).execute(&mut **tx).await?;
        }
        Ok(())
    }

    pub fn is_postgres(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }
}

/// Checks that a statement touched as many rows as it was meant to.
pub fn ensure_touched(what: &'static str, expected: u64, touched: u64) -> Result<(), DbError> {
    if expected == touched { Ok(()) } else { Err(DbError::RowsTouched { what, expected, touched }) }
}

/// A pool that never lends out a connection which is still inside a transaction. On a full disk SQLite rolls
/// back by itself; the driver's own rollback then fails, and it would take the connection for busy for ever.
fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new().max_connections(connections).before_acquire(|connection, _| {
        Box::pin(async move { Ok(!sqlx::Connection::is_in_transaction(connection)) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_transaction_that_sqlite_ended_does_not_stop_the_hub() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::connect(&format!("sqlite://{}", folder.path().join("hub.db").display())).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        on!(&mut tx, c => sqlx::query("rollback").execute(c).await.map(|_| ())).unwrap();
        drop(tx);
        db.begin().await.unwrap().commit().await.unwrap();
    }
}
