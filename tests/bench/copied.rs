//! A ledger copied under other ids, row by row in the order of time, so that an account's entries lie apart as they do
//! where many members shop side by side.

use std::path::Path;

use chrono::{DateTime, Utc};
use domain::ids::{AccountId, EntryId, SaleId};
use domain::money::Points;
use hub_server::ledger::Whole;
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, FromRow, SqliteConnection, query, query_as, query_scalar,
    raw_sql,
};
use uuid::Uuid;

/// Rows of one insert.
const ROWS: usize = 500;
/// What only slows the copying down, made anew after it.
const INDEXED: &str = "'ledger_entry', 'lot', 'burn_allocation', 'sale'";

#[derive(Clone, FromRow)]
struct Entry {
    id: EntryId,
    account: AccountId,
    kind: String,
    points: Points,
    sale: Option<SaleId>,
    programme: Option<i64>,
    reason: String,
    occurred_at: DateTime<Utc>,
    posted_at: DateTime<Utc>,
    digest: Option<i64>,
}

pub async fn open(file: &Path) -> SqliteConnection {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
    let mut connection = options.connect().await.unwrap();
    raw_sql("pragma cache_size = -262144").execute(&mut connection).await.unwrap();
    connection
}

/// Copies what the file has until it has so many entries; answers how many it has then.
pub async fn until(file: &Path, wanted: i64) -> i64 {
    let mut connection = open(file).await;
    let c = &mut connection;
    let template = read(c).await;
    let of_template = i64::try_from(template.len()).unwrap();
    let copies = (wanted + of_template - 1) / of_template - 1;
    assert!(copies > 0, "the ledger that is copied has {} entries already", template.len());
    let indexes: Vec<(String, String)> = query_as(AssertSqlSafe(format!(
        "select name, sql from sqlite_master where type = 'index' and sql is not null and tbl_name in ({INDEXED})"
    )))
    .fetch_all(&mut *c)
    .await
    .unwrap();
    run(c, "pragma synchronous = off; pragma journal_mode = off; begin").await;
    for (name, _) in &indexes {
        run(c, &format!("drop index {name}")).await;
    }
    run(
        c,
        &format!(
            "create temp table copy (n integer primary key);
        insert into copy with recursive up (n) as (select 1 union all select n + 1 from up where n < {copies})
            select n from up"
        ),
    )
    .await;
    rows(c, "account", &["id"], "id").await;
    rows(c, "sale", &["id", "account"], "occurred_at").await;
    rows(c, "lot", &["id", "account", "sale"], "earned_on").await;
    rows(c, "burn_allocation", &["burn", "lot", "account"], "burn").await;
    entries(c, &template, copies).await;
    for (_, sql) in &indexes {
        run(c, sql).await;
    }
    run(c, "commit; analyze; pragma journal_mode = wal").await;
    let count = query_scalar("select count(*) from ledger_entry").fetch_one(&mut *c).await.unwrap();
    connection.close().await.unwrap();
    count
}

async fn run(c: &mut SqliteConnection, sql: &str) {
    raw_sql(AssertSqlSafe(sql.to_owned())).execute(c).await.unwrap();
}

async fn read(c: &mut SqliteConnection) -> Vec<Entry> {
    query_as("select * from ledger_entry order by occurred_at, id").fetch_all(c).await.unwrap()
}

/// Copies a table's rows; the ids get the number of the copy for their last four bytes.
async fn rows(c: &mut SqliteConnection, table: &str, ids: &[&str], order: &str) {
    let columns: Vec<String> =
        query_scalar(AssertSqlSafe(format!("select name from pragma_table_info('{table}')")))
            .fetch_all(&mut *c)
            .await
            .unwrap();
    let copied = columns.iter().map(|column| match column.as_str() {
        column if ids.contains(&column) => {
            format!("case when t.{column} is null then null else cast(substr(t.{column}, 1, 12) || unhex(printf('%08x', n)) as blob) end")
        }
        // A store's till numbers its receipts.
        "receipt_no" => "t.receipt_no + 1000000 * n".to_owned(),
        column => format!("t.{column}"),
    });
    let copied: Vec<String> = copied.collect();
    run(
        c,
        &format!(
            "create temp table of_{table} as select * from {table} order by {order};
        insert into {table} ({}) select {} from of_{table} t cross join copy",
            columns.join(", "),
            copied.join(", ")
        ),
    )
    .await;
}

async fn entries(c: &mut SqliteConnection, template: &[Entry], copies: i64) {
    let row = format!("({})", ["?"; 10].join(","));
    let text = |rows: usize| {
        format!(
            "insert into ledger_entry (id, account, kind, points, sale, programme, reason, occurred_at, posted_at, digest)
             values {}",
            vec![row.as_str(); rows].join(",")
        )
    };
    let mut waiting: Vec<Entry> = Vec::with_capacity(ROWS);
    for entry in template {
        let places = ids_in(&entry.reason);
        for n in 1..=copies {
            waiting.push(renamed(entry, &places, u32::try_from(n).unwrap()));
            if waiting.len() == ROWS {
                insert(c, text(ROWS), &waiting).await;
                waiting.clear();
            }
        }
    }
    if !waiting.is_empty() {
        insert(c, text(waiting.len()), &waiting).await;
    }
}

async fn insert(c: &mut SqliteConnection, text: String, entries: &[Entry]) {
    let mut query = query(AssertSqlSafe(text));
    for e in entries {
        query = query.bind(e.id).bind(e.account).bind(&e.kind).bind(e.points).bind(e.sale).bind(e.programme);
        query = query.bind(&e.reason).bind(e.occurred_at).bind(e.posted_at).bind(whole(e).digest());
    }
    query.execute(c).await.unwrap();
}

/// The reason's ids are renamed too: that is where an entry says which sale it undoes.
fn renamed(entry: &Entry, places: &[usize], n: u32) -> Entry {
    let mut reason = entry.reason.clone();
    for place in places {
        reason.replace_range(place + 28..place + 36, &format!("{n:08x}"));
    }
    Entry {
        id: EntryId(copy_of(entry.id.0, n)),
        account: AccountId(copy_of(entry.account.0, n)),
        sale: entry.sale.map(|sale| SaleId(copy_of(sale.0, n))),
        reason,
        ..entry.clone()
    }
}

fn copy_of(id: Uuid, n: u32) -> Uuid {
    let mut bytes = *id.as_bytes();
    bytes[12..].copy_from_slice(&n.to_be_bytes());
    Uuid::from_bytes(bytes)
}

/// Where the text has ids.
fn ids_in(text: &str) -> Vec<usize> {
    let is_id = |place: &usize| text.get(*place..place + 36).is_some_and(|id| Uuid::try_parse(id).is_ok());
    (0..text.len()).filter(is_id).collect()
}

fn whole(e: &Entry) -> Whole<'_> {
    Whole {
        id: e.id,
        account: e.account,
        kind: &e.kind,
        points: e.points,
        sale: e.sale,
        programme: e.programme,
        reason: &e.reason,
        occurred_at: e.occurred_at,
        posted_at: e.posted_at,
    }
}

/// How many entries agree with their digest.
pub async fn digested(c: &mut SqliteConnection) -> usize {
    const PAGE: i64 = 10_000;
    let (mut after, mut agreeing) = (0_i64, 0);
    loop {
        let page: Vec<Entry> = query_as("select * from ledger_entry where rowid > ? and rowid <= ? + ?")
            .bind(after)
            .bind(after)
            .bind(PAGE)
            .fetch_all(&mut *c)
            .await
            .unwrap();
        if page.is_empty() {
            return agreeing;
        }
        after += PAGE;
        agreeing += page.iter().filter(|e| e.digest == Some(whole(e).digest())).count();
    }
}
