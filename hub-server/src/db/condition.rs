//! How a database does, as it says itself.

use chrono::{DateTime, Utc};
use sqlx::{query_as, query_scalar};

use super::{DbError, Tx};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    Sqlite {
        version: String,
        /// `wal`, if it is as the hub made it.
        journal: String,
        /// `ok`, or the first thing that is wrong.
        soundness: String,
    },
    Postgres {
        version: String,
        /// It takes no writer: a standby, or set so.
        read_only: bool,
        clock: DateTime<Utc>,
    },
}

pub async fn condition(tx: &mut Tx) -> Result<Condition, DbError> {
    Ok(match tx {
        Tx::Sqlite(tx) => Condition::Sqlite {
            version: query_scalar("select sqlite_version()").fetch_one(&mut **tx).await?,
            journal: query_scalar("pragma journal_mode").fetch_one(&mut **tx).await?,
            soundness: query_scalar("pragma quick_check(1)").fetch_one(&mut **tx).await?,
        },
        Tx::Postgres(tx) => {
            const SQL: &str = "select current_setting('server_version'),
                pg_is_in_recovery() or current_setting('default_transaction_read_only') = 'on',
                clock_timestamp()";
            let (version, read_only, clock) = query_as(SQL).fetch_one(&mut **tx).await?;
            Condition::Postgres { version, read_only, clock }
        }
    })
}
