//! Every table from both of its ends up to where it is damaged; what lies between two damaged places is asked for
//! row by row, where rows have numbers.

use serde::Serialize;
use sqlx::{AssertSqlSafe, Row, SqliteConnection};

use crate::store::{SQLITE_CORRUPT, StoreError, is};

/// What came over of one table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Taken {
    pub table: String,
    pub rows: i64,
    /// Read from end to end without a fault.
    pub whole: bool,
}

/// Rows at once, where nothing is damaged.
const STEP: u32 = 1_024;
/// Rows asked for one by one behind a damaged place whose other side cannot be read either.
const PROBES: i64 = 50_000;

struct Table {
    name: String,
    /// Of both files: an older one has fewer.
    columns: String,
    keys: Vec<String>,
    numbered: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Direction {
    Up,
    Down,
}

pub async fn take_all(connection: &mut SqliteConnection) -> Result<Vec<Taken>, StoreError> {
    let mut all = vec![];
    for table in tables(connection).await? {
        let whole = take(connection, &table).await?;
        let count = format!("select count(*) from main.{}", table.name);
        let rows = sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(&mut *connection).await?;
        all.push(Taken { table: table.name, rows, whole });
    }
    drop_unreadable_bodies(connection).await?;
    Ok(all)
}

async fn tables(connection: &mut SqliteConnection) -> Result<Vec<Table>, StoreError> {
    let sql = "select name, wr from pragma_table_list where schema = 'main' and type = 'table'
               and name not like 'sqlite!_%' escape '!' and name not like '!_sqlx%' escape '!' order by name";
    let found: Vec<(String, bool)> = sqlx::query_as(sql).fetch_all(&mut *connection).await?;
    let mut tables = vec![];
    for (name, without_rowid) in found {
        let sql = "select new.name, new.pk, new.type from pragma_table_info($1, 'main') new
                   where new.name in (select name from pragma_table_info($1, 'old')) order by new.cid";
        let columns: Vec<(String, i64, String)> =
            sqlx::query_as(sql).bind(&name).fetch_all(&mut *connection).await?;
        if columns.is_empty() {
            continue;
        }
        let mut keys: Vec<_> = columns.iter().filter(|(_, key, _)| *key > 0).collect();
        keys.sort_by_key(|(_, key, _)| *key);
        let is_number = matches!(keys[..], [(_, _, kind)] if kind.eq_ignore_ascii_case("integer"));
        let mut columns: Vec<_> = columns.iter().map(|(name, ..)| name.clone()).collect();
        let keys: Vec<_> = if without_rowid || is_number {
            keys.iter().map(|(name, ..)| name.clone()).collect()
        } else {
            columns.insert(0, "rowid".to_owned());
            vec!["rowid".to_owned()]
        };
        tables.push(Table { name, columns: columns.join(", "), keys, numbered: !without_rowid });
    }
    Ok(tables)
}

/// Whether the table was read from end to end.
async fn take(connection: &mut SqliteConnection, table: &Table) -> Result<bool, StoreError> {
    if walk(connection, table, Direction::Up).await? {
        return Ok(true);
    }
    let low = edge(connection, table).await?;
    walk(connection, table, Direction::Down).await?;
    let high = edge(connection, table).await?;
    if table.numbered {
        let first = low.map_or(1, |low| low + 1);
        let last = high.map_or(first + PROBES, |high| high - 1).min(first + PROBES);
        for number in first..=last {
            let one = format!(
                "insert or ignore into main.{0} ({1}) select {1} from old.{0} not indexed where {2} = {number}",
                table.name, table.columns, table.keys[0]
            );
            unless_damaged(sqlx::query(AssertSqlSafe(one)).execute(&mut *connection).await.map(|_| ()))?;
        }
    }
    Ok(false)
}

/// Copies rows in one direction as far as they can be read; whether that was all of them. Where it got to is the
/// row of `temp.edge`.
async fn walk(
    connection: &mut SqliteConnection,
    table: &Table,
    direction: Direction,
) -> Result<bool, StoreError> {
    let keys = table.keys.join(", ");
    let start = format!(
        "drop table if exists temp.edge; create temp table edge as select {keys} from main.{} limit 0",
        table.name
    );
    sqlx::raw_sql(AssertSqlSafe(start)).execute(&mut *connection).await?;
    let (mut step, mut begun) = (STEP, false);
    loop {
        match copy_some(connection, table, direction, begun, step).await {
            Ok(0) => return Ok(true),
            Ok(_) => begun = true,
            Err(error) if is_damage(&error) => {
                roll_back(connection).await?;
                if step == 1 {
                    return Ok(false);
                }
                step = 1;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// After some faults SQLite has done so itself, and says that there is nothing to roll back.
async fn roll_back(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    match sqlx::query("rollback").execute(connection).await {
        Err(sqlx::Error::Database(error)) if error.message().contains("no transaction is active") => Ok(()),
        other => Ok(other.map(|_| ())?),
    }
}

/// The next rows behind the edge, which moves with them. How many there were.
async fn copy_some(
    connection: &mut SqliteConnection,
    table: &Table,
    direction: Direction,
    begun: bool,
    step: u32,
) -> Result<i64, sqlx::Error> {
    let keys = table.keys.join(", ");
    let (behind, along, back) = match direction {
        Direction::Up => (">", "asc", "desc"),
        Direction::Down => ("<", "desc", "asc"),
    };
    let order =
        |along: &str| table.keys.iter().map(|key| format!("{key} {along}")).collect::<Vec<_>>().join(", ");
    let edge =
        if begun { format!("where ({keys}) {behind} (select {keys} from temp.edge)") } else { String::new() };
    let some = |columns: &str| {
        let (name, along) = (&table.name, order(along));
        format!("select {columns} from old.{name} not indexed {edge} order by {along} limit {step}")
    };
    let copy =
        format!("insert or ignore into main.{} ({}) {}", table.name, table.columns, some(&table.columns));
    let last = format!(
        "create temp table next as select {keys} from ({}) order by {} limit 1",
        some(&keys),
        order(back)
    );
    sqlx::query("begin").execute(&mut *connection).await?;
    sqlx::query(AssertSqlSafe(copy)).execute(&mut *connection).await?;
    sqlx::query(AssertSqlSafe(last)).execute(&mut *connection).await?;
    let found: i64 = sqlx::query_scalar("select count(*) from temp.next").fetch_one(&mut *connection).await?;
    let moved = format!(
        "delete from temp.edge where (select count(*) from temp.next) > 0;
         insert into temp.edge select {keys} from temp.next; drop table temp.next; commit"
    );
    sqlx::raw_sql(AssertSqlSafe(moved)).execute(&mut *connection).await?;
    Ok(found)
}

/// How far the walk got, where rows have numbers.
async fn edge(connection: &mut SqliteConnection, table: &Table) -> Result<Option<i64>, StoreError> {
    if !table.numbered {
        return Ok(None);
    }
    let row = sqlx::query("select * from temp.edge").fetch_optional(&mut *connection).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

const SHORT_READ: &str = "522";

/// Pages that are not what they should be, or that the file is too short for.
fn is_damage(error: &sqlx::Error) -> bool {
    let too_short = matches!(error, sqlx::Error::Database(e) if e.code().as_deref() == Some(SHORT_READ));
    is(SQLITE_CORRUPT, error) || too_short
}

fn unless_damaged(result: Result<(), sqlx::Error>) -> Result<(), StoreError> {
    match result {
        Err(error) if !is_damage(&error) => Err(error.into()),
        _ => Ok(()),
    }
}

/// Bodies are JSON; one that is none any more would stop whoever reads it.
async fn drop_unreadable_bodies(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let sql = "select m.name from pragma_table_list m, pragma_table_info(m.name, 'main') c
               where m.schema = 'main' and m.type = 'table' and c.name = 'body' and lower(c.type) = 'text'";
    let tables: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut *connection).await?;
    for table in tables {
        let sql = format!("delete from main.{table} where not json_valid(body)");
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *connection).await?;
    }
    Ok(())
}
