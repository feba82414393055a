//! What tables there are, as the database itself says: whoever copies all of it must not forget the newest one.

use serde::{Deserialize, Serialize};
use sqlx::{query_as, query_scalar};

use super::{DbError, MIGRATIONS, Tx, dialect};
use crate::on;

/// What a column holds: all that the migrations use, under the names by which they use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    #[serde(rename = "bigint")]
    Int,
    #[serde(rename = "text")]
    Text,
    #[serde(rename = "boolean")]
    Bool,
    #[serde(rename = "uuid")]
    Uuid,
    #[serde(rename = "date")]
    Date,
    #[serde(rename = "timestamptz")]
    Time,
    #[serde(rename = "bytea")]
    Bytes,
}

impl Kind {
    fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "bigint" => Self::Int,
            "text" => Self::Text,
            "boolean" => Self::Bool,
            "uuid" => Self::Uuid,
            "date" => Self::Date,
            "timestamptz" | "timestamp with time zone" => Self::Time,
            "bytea" => Self::Bytes,
            _ => return None,
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
}

/// One migration that was applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    pub version: i64,
    /// Of its text, as hex.
    pub checksum: String,
}

/// Every table but the list of migrations, each behind those that it refers to.
pub async fn tables(tx: &mut Tx) -> Result<Vec<Table>, DbError> {
    let postgres = tx.is_postgres();
    let columns: Vec<(String, String, String)> =
        on!(tx, c => query_as(dialect::columns(postgres)).fetch_all(c).await)?;
    let references: Vec<(String, String)> =
        on!(tx, c => query_as(dialect::references(postgres)).fetch_all(c).await)?;
    let mut tables: Vec<Table> = vec![];
    for (table, name, kind) in columns {
        let Some(kind) = Kind::named(&kind) else {
            return Err(DbError::BadRow { what: "a column", why: format!("{table}.{name} is {kind}") });
        };
        if tables.last().is_none_or(|last| last.name != table) {
            tables.push(Table { name: table, columns: vec![] });
        }
        if let Some(last) = tables.last_mut() {
            last.columns.push(Column { name, kind });
        }
    }
    in_order(tables, &references)
}

/// Puts each table behind those that it refers to.
fn in_order(mut tables: Vec<Table>, references: &[(String, String)]) -> Result<Vec<Table>, DbError> {
    let mut placed: Vec<Table> = Vec::with_capacity(tables.len());
    while !tables.is_empty() {
        let is_placed = |name: &str| placed.iter().any(|table| table.name == name);
        let may_stand = |table: &Table| {
            let mut named = references.iter().filter(|(from, to)| *from == table.name && from != to);
            named.all(|(_, to)| is_placed(to))
        };
        let (next, rest): (Vec<Table>, Vec<Table>) = tables.into_iter().partition(may_stand);
        if next.is_empty() {
            let names: Vec<&str> = rest.iter().map(|table| table.name.as_str()).collect();
            return Err(DbError::BadRow {
                what: "the schema",
                why: format!("tables refer to each other in a circle: {}", names.join(", ")),
            });
        }
        placed.extend(next);
        tables = rest;
    }
    Ok(placed)
}

/// The migrations that were applied, oldest first; none in a database without any.
pub async fn migrations(tx: &mut Tx) -> Result<Vec<Applied>, DbError> {
    const SQL: &str = "select version, checksum from _sqlx_migrations order by version";
    let list = dialect::list_of_migrations(tx.is_postgres());
    let there: Option<String> = on!(tx, c => query_scalar(list).fetch_optional(c).await)?;
    if there.is_none() {
        return Ok(vec![]);
    }
    let rows: Vec<(i64, Vec<u8>)> = on!(tx, c => query_as(SQL).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(version, checksum)| Applied { version, checksum: hex::encode(checksum) })
        .collect())
}

/// The first migration that was applied and is none of this program's, or has another text there.
pub fn unknown(applied: &[Applied]) -> Option<i64> {
    let ours = |version: i64| MIGRATIONS.iter().find(|migration| migration.version == version);
    let is_ours = |one: &Applied| {
        ours(one.version).is_some_and(|migration| hex::encode(&migration.checksum) == one.checksum)
    };
    applied.iter().find(|one| !is_ours(one)).map(|one| one.version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;

    #[test]
    fn tables_stand_behind_those_that_they_refer_to() {
        let table = |name: &str| Table { name: name.to_owned(), columns: vec![] };
        let pair = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        let names = |tables: Vec<Table>| tables.into_iter().map(|table| table.name).collect::<Vec<_>>();
        let all = || ["a", "b", "c", "d"].map(table).to_vec();
        let references = [pair("a", "c"), pair("c", "d"), pair("a", "b"), pair("b", "b")];
        assert_eq!(names(in_order(all(), &references).unwrap()), ["b", "d", "c", "a"]);
        let circle = [pair("a", "b"), pair("b", "a")];
        assert!(in_order(all(), &circle).unwrap_err().to_string().contains("a, b"));
    }

    #[tokio::test]
    async fn every_column_of_the_schema_has_a_known_kind() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&folder.path().join("hub.db").display().to_string()).await.unwrap();
        let mut tx = db.read().await.unwrap();
        let tables = tables(&mut tx).await.unwrap();
        let at = |name: &str| tables.iter().position(|table| table.name == name).unwrap();
        assert!(at("log") < at("log_entry") && at("member") < at("card"));
        assert!(!tables.iter().any(|table| table.name.contains("sqlx")));
        let event = &tables[at("event")];
        assert_eq!(event.columns[0], Column { name: "id".to_owned(), kind: Kind::Uuid });
        assert_eq!(event.columns.len(), 7);
        assert_eq!(migrations(&mut tx).await.unwrap().first().unwrap().version, 1);
    }
}
