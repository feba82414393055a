//! What stands in a backup: one line of JSON each for its head, a table, a row, and the counts at its end. The same
//! for both databases, so that either can be restored into the other.
//!
//! ```text
//! {"backup":{"format":1,"taken_at":"2026-03-02T03:00:00Z","hub":"ab12…","epoch":1,…}}
//! {"table":{"name":"tender","columns":[{"name":"sale","kind":"uuid"},…]}}
//! ["0195…",1,"cash",4200,null,null,null]
//! {"end":[{"table":"tender","rows":1,"sum":"5f…"}]}
//! ```

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::db::DbError;
use crate::db::schema::{Applied, Column, Kind, Table};

/// What this program writes and reads.
pub const FORMAT: u32 = 1;

/// From what, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    pub format: u32,
    pub taken_at: DateTime<Utc>,
    pub hub: String,
    pub epoch: i64,
    pub chain: String,
    /// The version of the program that wrote it.
    pub program: String,
    pub database: String,
    pub migrations: Vec<Applied>,
}

impl Head {
    /// The last migration that the data went through.
    pub fn migration(&self) -> i64 {
        self.migrations.last().map_or(0, |applied| applied.version)
    }
}

/// How many rows, and what they come to; equal sums mean equal rows, in whatever order they stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    pub table: String,
    pub rows: i64,
    pub sum: String,
}

/// A line that is no row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    Backup(Head),
    Table(Table),
    End(Vec<Count>),
}

/// Adds up the rows of one table.
#[derive(Debug, Default)]
pub struct Sum {
    rows: i64,
    added: u128,
}

impl Sum {
    /// `line` without its end.
    pub fn add(&mut self, line: &[u8]) {
        let digest = Sha256::digest(line);
        let part = digest.iter().take(16).fold(0_u128, |part, byte| part << 8 | u128::from(*byte));
        self.added = self.added.wrapping_add(part);
        self.rows += 1;
    }

    pub fn total_of(self, table: &str) -> Count {
        Count { table: table.to_owned(), rows: self.rows, sum: format!("{:032x}", self.added) }
    }
}

/// One value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Null,
    Int(i64),
    Text(String),
    Bool(bool),
    Uuid(Uuid),
    Date(NaiveDate),
    Time(DateTime<Utc>),
    Bytes(Vec<u8>),
}

/// Bytes that are text, as events are, stay text: half as long, and a person can read them.
const AS_TEXT: &str = "text:";
const AS_BASE64: &str = "base64:";

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => to.serialize_unit(),
            Self::Int(number) => to.serialize_i64(*number),
            Self::Text(text) => to.serialize_str(text),
            Self::Bool(is) => to.serialize_bool(*is),
            Self::Uuid(id) => to.collect_str(id),
            Self::Date(date) => to.collect_str(date),
            Self::Time(at) => to.serialize_str(&at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            Self::Bytes(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => to.collect_str(&format_args!("{AS_TEXT}{text}")),
                Err(_) => to.collect_str(&format_args!("{AS_BASE64}{}", BASE64_STANDARD.encode(bytes))),
            },
        }
    }
}

impl Cell {
    fn read(kind: Kind, value: Value) -> Option<Self> {
        Some(match (kind, value) {
            (_, Value::Null) => Self::Null,
            (Kind::Int, Value::Number(number)) => Self::Int(number.as_i64()?),
            (Kind::Text, Value::String(text)) => Self::Text(text),
            (Kind::Bool, Value::Bool(is)) => Self::Bool(is),
            (Kind::Uuid, Value::String(text)) => Self::Uuid(text.parse().ok()?),
            (Kind::Date, Value::String(text)) => Self::Date(text.parse().ok()?),
            (Kind::Time, Value::String(text)) => Self::Time(text.parse().ok()?),
            (Kind::Bytes, Value::String(text)) => match text.strip_prefix(AS_TEXT) {
                Some(text) => Self::Bytes(text.as_bytes().to_vec()),
                None => Self::Bytes(BASE64_STANDARD.decode(text.strip_prefix(AS_BASE64)?).ok()?),
            },
            _ => return None,
        })
    }
}

/// What cannot be written as a line.
pub fn unwritable(error: serde_json::Error) -> DbError {
    DbError::BadRow { what: "a line of a backup", why: error.to_string() }
}

/// A row as its line says it; what is wrong with it otherwise.
pub fn read_row(columns: &[Column], line: &[u8]) -> Result<Vec<Cell>, String> {
    let values: Vec<Value> = serde_json::from_slice(line).map_err(|e| e.to_string())?;
    if values.len() != columns.len() {
        return Err(format!("{} values for {} columns", values.len(), columns.len()));
    }
    let cell = |(column, value): (&Column, Value)| {
        Cell::read(column.kind, value)
            .ok_or_else(|| format!("the value of {} is of another kind", column.name))
    };
    columns.iter().zip(values).map(cell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(kinds: &[Kind]) -> Vec<Column> {
        kinds.iter().map(|kind| Column { name: "c".to_owned(), kind: *kind }).collect()
    }

    #[test]
    fn a_row_comes_back_as_it_was() {
        let kinds =
            [Kind::Int, Kind::Text, Kind::Bool, Kind::Uuid, Kind::Date, Kind::Time, Kind::Bytes, Kind::Bytes];
        let row = vec![
            Cell::Int(i64::MIN),
            Cell::Text("ñ\n\"\u{1f}".to_owned()),
            Cell::Bool(true),
            Cell::Uuid(Uuid::from_u128(7)),
            Cell::Date("2026-03-02".parse().unwrap()),
            Cell::Time("2026-03-02T15:00:00.123456Z".parse().unwrap()),
            Cell::Bytes(b"{\"kind\":\"sale\"}".to_vec()),
            Cell::Bytes(vec![0xff, 0, 10]),
        ];
        let line = serde_json::to_vec(&row).unwrap();
        assert!(!line.contains(&b'\n'), "one line: {}", String::from_utf8_lossy(&line));
        assert_eq!(read_row(&columns(&kinds), &line).unwrap(), row);
        let nulls = vec![Cell::Null; kinds.len()];
        assert_eq!(read_row(&columns(&kinds), &serde_json::to_vec(&nulls).unwrap()).unwrap(), nulls);
    }

    #[test]
    fn a_row_of_another_shape_is_refused() {
        for (kind, line) in [
            (Kind::Int, "[\"1\"]"),
            (Kind::Int, "[1.5]"),
            (Kind::Uuid, "[\"7\"]"),
            (Kind::Date, "[\"2026-02-30\"]"),
            (Kind::Bytes, "[\"plain\"]"),
            (Kind::Text, "[\"a\",\"b\"]"),
            (Kind::Text, "[\"a\""),
        ] {
            assert!(read_row(&columns(&[kind]), line.as_bytes()).is_err(), "{line}");
        }
    }

    #[test]
    fn equal_sums_mean_equal_rows_in_any_order() {
        let count = |lines: &[&str]| {
            let mut sum = Sum::default();
            lines.iter().for_each(|line| sum.add(line.as_bytes()));
            sum.total_of("t")
        };
        assert_eq!(count(&["[1]", "[2]", "[2]"]), count(&["[2]", "[1]", "[2]"]));
        assert_ne!(count(&["[1]", "[2]"]), count(&["[1]", "[3]"]));
        assert_ne!(count(&["[1]", "[1]"]), count(&["[1]"]));
        assert_eq!(count(&[]).rows, 0);
    }
}
