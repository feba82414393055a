//! SQL of backups: whole tables out and in.

use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use sqlx::{AssertSqlSafe, FromRow, Row, query, query_as, query_scalar};

use super::BackupError;
use super::lines::{Cell, unwritable};
use crate::db::schema::{Kind, Table};
use crate::db::{Cells, DbError, Insert, Tx};
use crate::on;

/// Whose database it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub hub: String,
    pub epoch: i64,
    pub chain: String,
}

/// None where no hub was ever opened on the database. Its table must be there.
pub async fn identity(tx: &mut Tx) -> Result<Option<Identity>, DbError> {
    const SQL: &str = "select hub_id, epoch, chain from hub";
    let row: Option<(String, i64, String)> = on!(tx, c => query_as(SQL).fetch_optional(c).await)?;
    Ok(row.map(|(hub, epoch, chain)| Identity { hub, epoch, chain }))
}

/// Whether a table holds a row.
pub async fn has_rows(tx: &mut Tx, table: &Table) -> Result<bool, DbError> {
    let sql = format!("select cast(1 as bigint) from {} limit 1", table.name);
    let row: Option<i64> = on!(tx, c => query_scalar(AssertSqlSafe(sql)).fetch_optional(c).await)?;
    Ok(row.is_some())
}

fn names(table: &Table) -> String {
    table.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// Hands the line of every row of a table on, in whatever order they come.
pub async fn each_line(
    tx: &mut Tx,
    table: &Table,
    mut each: impl FnMut(&[u8]) -> Result<(), BackupError>,
) -> Result<(), BackupError> {
    let sql = format!("select {} from {}", names(table), table.name);
    let mut cells = Vec::with_capacity(table.columns.len());
    let mut line = vec![];
    on!(tx, c => {
        let mut rows = query(AssertSqlSafe(sql)).fetch(c);
        while let Some(row) = rows.try_next().await? {
            cells.clear();
            for (at, column) in table.columns.iter().enumerate() {
                let cell = match column.kind {
                    Kind::Int => row.try_get::<Option<_>, _>(at)?.map(Cell::Int),
                    Kind::Text => row.try_get::<Option<_>, _>(at)?.map(Cell::Text),
                    Kind::Bool => row.try_get::<Option<_>, _>(at)?.map(Cell::Bool),
                    Kind::Uuid => row.try_get::<Option<_>, _>(at)?.map(Cell::Uuid),
                    Kind::Date => row.try_get::<Option<_>, _>(at)?.map(Cell::Date),
                    Kind::Time => row.try_get::<Option<_>, _>(at)?.map(Cell::Time),
                    Kind::Bytes => row.try_get::<Option<_>, _>(at)?.map(Cell::Bytes),
                };
                cells.push(cell.unwrap_or(Cell::Null));
            }
            line.clear();
            serde_json::to_writer(&mut line, &cells).map_err(unwritable)?;
            each(&line)?;
        }
    });
    Ok(())
}

/// Takes every row out of the tables, those first that refer to others.
pub async fn empty(tx: &mut Tx, tables: &[Table]) -> Result<(), DbError> {
    for table in tables.iter().rev() {
        let sql = format!("delete from {}", table.name);
        on!(tx, c => query(AssertSqlSafe(sql)).execute(c).await.map(|_| ()))?;
    }
    Ok(())
}

/// Writes rows as they were read. A cell of another kind than its column's cannot come here: each was read as one
/// of that kind.
pub async fn insert(tx: &mut Tx, table: &Table, rows: &[Vec<Cell>]) -> Result<(), DbError> {
    macro_rules! column {
        ($at:expr, $cells:ident, $kind:ident, $value:pat => $take:expr) => {
            Cells::$cells(
                rows.iter()
                    .map(|row| match &row[$at] {
                        Cell::$kind($value) => Some($take),
                        _ => None,
                    })
                    .collect(),
            )
        };
    }
    let columns = table.columns.iter().enumerate().map(|(at, column)| {
        let cells = match column.kind {
            Kind::Int => column!(at, IntOr, Int, number => *number),
            Kind::Text => column!(at, TextOr, Text, text => text.as_str()),
            Kind::Bool => column!(at, BoolOr, Bool, is => *is),
            Kind::Uuid => column!(at, UuidOr, Uuid, id => *id),
            Kind::Date => column!(at, DateOr, Date, date => *date),
            Kind::Time => column!(at, TimeOr, Time, time => *time),
            Kind::Bytes => column!(at, BytesOr, Bytes, bytes => bytes.as_slice()),
        };
        (column.name.as_str(), cells)
    });
    let insert = Insert { table: &table.name, columns: columns.collect(), conflict: "" };
    insert.run(tx).await.map(|_| ())
}

// Notes of backups -------------------------------------------------------------------------------------

/// Notes that a backup was made, or read whole once more.
pub async fn note(
    tx: &mut Tx,
    digest: &str,
    taken_at: DateTime<Utc>,
    verified_at: Option<DateTime<Utc>>,
    kept: bool,
) -> Result<(), DbError> {
    const SQL: &str = "insert into backup (digest, taken_at, verified_at, kept) values ($1, $2, $3, $4)
        on conflict (digest) do update set verified_at = coalesce(excluded.verified_at, backup.verified_at)";
    on!(tx, c => query(SQL)
        .bind(digest).bind(taken_at).bind(verified_at).bind(kept).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// When backups were made, as the database knows.
#[derive(Debug, Clone, Default, PartialEq, Eq, FromRow)]
pub struct Latest {
    /// From when the last one is.
    pub made: Option<DateTime<Utc>>,
    /// From when the last one is that was read whole.
    pub verified: Option<DateTime<Utc>>,
    /// When the last drill held.
    pub drilled: Option<DateTime<Utc>>,
}

/// Those that a wrong clock dated later than now are left out: they would hide for years that none is made any more.
pub async fn latest(tx: &mut Tx, now: DateTime<Utc>) -> Result<Latest, DbError> {
    const SQL: &str = "select
        (select taken_at from backup where kept and taken_at <= $1 order by taken_at desc limit 1) as made,
        (select taken_at from backup where kept and verified_at is not null and taken_at <= $1
            order by taken_at desc limit 1) as verified,
        (select taken_at from backup where not kept and taken_at <= $1
            order by taken_at desc limit 1) as drilled";
    Ok(on!(tx, c => query_as(SQL).bind(now).fetch_one(c).await)?)
}

// PostgreSQL's schemas ---------------------------------------------------------------------------------

pub async fn drop_schema(tx: &mut Tx, schema: &str) -> Result<(), DbError> {
    let sql = format!("drop schema if exists {schema} cascade");
    on!(tx, c => query(AssertSqlSafe(sql)).execute(c).await.map(|_| ()))?;
    Ok(())
}

pub async fn create_schema(tx: &mut Tx, schema: &str) -> Result<(), DbError> {
    let sql = format!("create schema {schema}");
    on!(tx, c => query(AssertSqlSafe(sql)).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The schema in which the hub's tables are.
pub async fn current_schema(tx: &mut Tx) -> Result<String, DbError> {
    const SQL: &str = "select quote_ident(current_schema())";
    Ok(on!(tx, c => query_scalar(SQL).fetch_one(c).await)?)
}

/// Moves every table of one schema into another; how many there were.
pub async fn move_tables(tx: &mut Tx, from: &str, to: &str) -> Result<usize, DbError> {
    const SQL: &str = "select quote_ident(tablename) from pg_tables where quote_ident(schemaname) = $1";
    let tables: Vec<String> = on!(tx, c => query_scalar(SQL).bind(from).fetch_all(c).await)?;
    for table in &tables {
        let sql = format!("alter table {from}.{table} set schema {to}");
        on!(tx, c => query(AssertSqlSafe(sql)).execute(c).await.map(|_| ()))?;
    }
    Ok(tables.len())
}

/// Sessions of hubs on this database besides our own one.
pub async fn other_sessions(tx: &mut Tx, program: &str) -> Result<i64, DbError> {
    const SQL: &str = "select count(*) from pg_stat_activity
        where datname = current_database() and application_name = $1 and pid <> pg_backend_pid()";
    Ok(on!(tx, c => query_scalar(SQL).bind(program).fetch_one(c).await)?)
}
