//! Many rows in one statement, the fast way of each database: arrays on PostgreSQL, which keep one short
//! text whatever the number of rows; value lists of a few fixed lengths on SQLite, so that the prepared
//! statements are found again.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Encode, FromRow, Postgres, Sqlite, Type, query, query_as};
use uuid::Uuid;

use super::{DbError, Tx, bulk};
use crate::on;

/// One column of the rows to write. All columns of a statement have the same length.
#[derive(Debug)]
pub enum Cells<'a> {
    Uuid(Vec<Uuid>),
    UuidOr(Vec<Option<Uuid>>),
    Text(Vec<&'a str>),
    TextOr(Vec<Option<&'a str>>),
    Int(Vec<i64>),
    IntOr(Vec<Option<i64>>),
    Bool(Vec<bool>),
    BoolOr(Vec<Option<bool>>),
    Date(Vec<NaiveDate>),
    DateOr(Vec<Option<NaiveDate>>),
    Time(Vec<DateTime<Utc>>),
    TimeOr(Vec<Option<DateTime<Utc>>>),
    Bytes(Vec<&'a [u8]>),
    BytesOr(Vec<Option<&'a [u8]>>),
}

impl Cells<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Uuid(cells) => cells.len(),
            Self::UuidOr(cells) => cells.len(),
            Self::Text(cells) => cells.len(),
            Self::TextOr(cells) => cells.len(),
            Self::Int(cells) => cells.len(),
            Self::IntOr(cells) => cells.len(),
            Self::Bool(cells) => cells.len(),
            Self::BoolOr(cells) => cells.len(),
            Self::Date(cells) => cells.len(),
            Self::DateOr(cells) => cells.len(),
            Self::Time(cells) => cells.len(),
            Self::TimeOr(cells) => cells.len(),
            Self::Bytes(cells) => cells.len(),
            Self::BytesOr(cells) => cells.len(),
        }
    }

    fn postgres_type(&self) -> &'static str {
        match self {
            Self::Uuid(_) | Self::UuidOr(_) => "uuid[]",
            Self::Text(_) | Self::TextOr(_) => "text[]",
            Self::Int(_) | Self::IntOr(_) => "bigint[]",
            Self::Bool(_) | Self::BoolOr(_) => "boolean[]",
            Self::Date(_) | Self::DateOr(_) => "date[]",
            Self::Time(_) | Self::TimeOr(_) => "timestamptz[]",
            Self::Bytes(_) | Self::BytesOr(_) => "bytea[]",
        }
    }
}

/// Where rows go, and what happens to those that are there already.
#[derive(Debug)]
pub struct Insert<'a> {
    pub table: &'a str,
    pub columns: Vec<(&'a str, Cells<'a>)>,
    /// `on conflict …`, or empty.
    pub conflict: &'static str,
}

/// Rows of one statement on SQLite, largest first; the rest is made up from the smaller ones.
const LENGTHS: [usize; 4] = [256, 32, 4, 1];

impl Insert<'_> {
    /// Writes the rows; answers how many were written.
    pub async fn run(&self, tx: &mut Tx) -> Result<u64, DbError> {
        let rows = self.columns.first().map_or(0, |(_, cells)| cells.len());
        if rows == 0 {
            return Ok(0);
        }
        match tx {
            Tx::Postgres(tx) => {
                let mut query = query(AssertSqlSafe(self.postgres_text()));
                for (_, cells) in &self.columns {
                    query = match cells {
                        Cells::Uuid(cells) => query.bind(cells),
                        Cells::UuidOr(cells) => query.bind(cells),
                        Cells::Text(cells) => query.bind(cells),
                        Cells::TextOr(cells) => query.bind(cells),
                        Cells::Int(cells) => query.bind(cells),
                        Cells::IntOr(cells) => query.bind(cells),
                        Cells::Bool(cells) => query.bind(cells),
                        Cells::BoolOr(cells) => query.bind(cells),
                        Cells::Date(cells) => query.bind(cells),
                        Cells::DateOr(cells) => query.bind(cells),
                        Cells::Time(cells) => query.bind(cells),
                        Cells::TimeOr(cells) => query.bind(cells),
                        Cells::Bytes(cells) => query.bind(cells),
                        Cells::BytesOr(cells) => query.bind(cells),
                    };
                }
                Ok(query.execute(&mut **tx).await?.rows_affected())
            }
            Tx::Sqlite(tx) => {
                let (mut from, mut written) = (0, 0);
                while from < rows {
                    let length = LENGTHS.into_iter().find(|l| *l <= rows - from).unwrap_or(1);
                    let mut query = query(AssertSqlSafe(self.sqlite_text(length)));
                    for row in from..from + length {
                        for (_, cells) in &self.columns {
                            query = match cells {
                                Cells::Uuid(cells) => query.bind(cells[row]),
                                Cells::UuidOr(cells) => query.bind(cells[row]),
                                Cells::Text(cells) => query.bind(cells[row]),
                                Cells::TextOr(cells) => query.bind(cells[row]),
                                Cells::Int(cells) => query.bind(cells[row]),
                                Cells::IntOr(cells) => query.bind(cells[row]),
                                Cells::Bool(cells) => query.bind(cells[row]),
                                Cells::BoolOr(cells) => query.bind(cells[row]),
                                Cells::Date(cells) => query.bind(cells[row]),
                                Cells::DateOr(cells) => query.bind(cells[row]),
                                Cells::Time(cells) => query.bind(cells[row]),
                                Cells::TimeOr(cells) => query.bind(cells[row]),
                                Cells::Bytes(cells) => query.bind(cells[row]),
                                Cells::BytesOr(cells) => query.bind(cells[row]),
                            };
                        }
                    }
                    written += query.execute(&mut **tx).await?.rows_affected();
                    from += length;
                }
                Ok(written)
            }
        }
    }

    fn names(&self) -> String {
        self.columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
    }

    fn postgres_text(&self) -> String {
        let arrays: Vec<String> = (1..)
            .zip(&self.columns)
            .map(|(n, (_, cells))| format!("cast(${n} as {})", cells.postgres_type()))
            .collect();
        let Self { table, conflict, .. } = self;
        format!(
            "insert into {table} ({}) select * from unnest({}) {conflict}",
            self.names(),
            arrays.join(", ")
        )
    }

    fn sqlite_text(&self, rows: usize) -> String {
        // Plain question marks: SQLite looks numbered ones up one by one, which is slow for thousands.
        let row = format!("({})", vec!["?"; self.columns.len()].join(","));
        let Self { table, conflict, .. } = self;
        format!("insert into {table} ({}) values {} {conflict}", self.names(), vec![row; rows].join(","))
    }
}

/// Keys for an `in` list, filled up to one of a few lengths by repeating the last one, so that the
/// statement's text is among those prepared already.
pub fn padded<T: Clone>(keys: &[T]) -> Vec<T> {
    let mut keys = keys.to_vec();
    let length = LENGTHS.into_iter().rev().find(|l| *l >= keys.len()).unwrap_or(keys.len());
    if let Some(last) = keys.last().cloned() {
        keys.resize(length, last);
    }
    keys
}

/// Keys of one statement: the longest length of [`padded`].
pub const KEYS: usize = LENGTHS[0];

/// The rows that some keys have, part by part. `text` makes the query of the placeholders for its `in` list.
pub async fn rows_of<R, K>(tx: &mut Tx, keys: &[K], text: impl Fn(&str) -> String) -> Result<Vec<R>, DbError>
where
    R: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    K: for<'q> Encode<'q, Sqlite> + Type<Sqlite> + for<'q> Encode<'q, Postgres> + Type<Postgres>,
    K: Clone + Send + 'static,
{
    let mut found = vec![];
    for part in keys.chunks(KEYS) {
        let keys = padded(part);
        let sql = text(&bulk::list(keys.len()));
        let rows: Vec<R> = on!(tx, c => {
            let mut query = query_as(AssertSqlSafe(sql));
            for key in keys {
                query = query.bind(key);
            }
            query.fetch_all(c).await
        })?;
        found.extend(rows);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> Insert<'static> {
        Insert {
            table: "t",
            columns: vec![("a", Cells::Int(vec![1, 2])), ("b", Cells::Text(vec!["x", "y"]))],
            conflict: "on conflict do nothing",
        }
    }

    #[test]
    fn the_pair_says_the_same() {
        assert_eq!(two().sqlite_text(2), "insert into t (a, b) values (?,?),(?,?) on conflict do nothing");
        assert_eq!(
            two().postgres_text(),
            "insert into t (a, b) select * from unnest(cast($1 as bigint[]), cast($2 as text[])) \
             on conflict do nothing"
        );
    }

    #[test]
    fn keys_are_filled_up() {
        for (count, wanted) in [(0, 0), (1, 1), (2, 4), (5, 32), (33, 256), (256, 256)] {
            let keys: Vec<usize> = (0..count).collect();
            let padded = padded(&keys);
            assert_eq!(padded.len(), wanted);
            assert!(padded.iter().all(|key| keys.contains(key)));
        }
    }
}
