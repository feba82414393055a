//! The reference of the ingest figures: the rows of the same sales put into plain tables with a few
//! statements per batch and one commit, without a protocol, without rules, without custody.

use std::collections::BTreeMap;

use domain::sale::Sale;
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

const TABLES: [&str; 5] = [
    "create table bare_sale (id text primary key, store text not null, till text not null,
        business_date text not null, receipt_no bigint not null, occurred_at bigint not null, card text,
        total bigint not null, unique (store, till, business_date, receipt_no))",
    "create table bare_line (sale text not null, number bigint not null, sku text not null,
        quantity bigint not null, unit_price bigint not null, discount bigint not null, net bigint not null,
        tax bigint not null, primary key (sale, number))",
    "create table bare_entry (sale text primary key, card text not null, points bigint not null)",
    "create table bare_balance (card text primary key, points bigint not null)",
    "create table bare_stock (store text not null, sku text not null, moved bigint not null,
        primary key (store, sku))",
];

/// Rows of each table as one JSON array, which both databases unpack in one statement.
struct Rows {
    sales: String,
    lines: String,
    entries: String,
    balances: String,
    stock: String,
}

impl Rows {
    fn of(sales: &[Sale]) -> Self {
        let mut lines = vec![];
        let mut balances: BTreeMap<&str, i64> = BTreeMap::new();
        let mut stock: BTreeMap<(&str, &str), i64> = BTreeMap::new();
        let mut entries = vec![];
        for sale in sales {
            let id = sale.id.to_string();
            let mut points = 0;
            for line in &sale.lines {
                points += line.net.0;
                *stock.entry((sale.store.as_str(), line.sku.as_str())).or_default() -= line.quantity.0;
                lines.push(json!([
                    id,
                    line.number,
                    line.sku,
                    line.quantity,
                    line.unit_price,
                    line.discount,
                    line.net,
                    line.tax
                ]));
            }
            if let Some(card) = &sale.card {
                *balances.entry(card.as_str()).or_default() += points;
                entries.push(json!([id, card, points]));
            }
        }
        let sales = sales.iter().map(|sale| {
            json!([
                sale.id,
                sale.store,
                sale.till,
                sale.business_date,
                sale.receipt_no,
                sale.occurred_at.timestamp_millis(),
                sale.card,
                sale.total()
            ])
        });
        let balances = balances.iter().map(|(card, points)| json!([card, points]));
        let stock = stock.iter().map(|((store, sku), moved)| json!([store, sku, moved]));
        Self {
            sales: array(sales),
            lines: array(lines.into_iter()),
            entries: array(entries.into_iter()),
            balances: array(balances),
            stock: array(stock),
        }
    }
}

fn array(rows: impl Iterator<Item = serde_json::Value>) -> String {
    serde_json::Value::Array(rows.collect()).to_string()
}

/// `->>` takes a text out of an array on both databases; numbers are cast.
const INSERTS: [&str; 5] = [
    "insert into bare_sale select V->>0, V->>1, V->>2, V->>3, cast(V->>4 as bigint), cast(V->>5 as bigint),
        V->>6, cast(V->>7 as bigint) from ROWS where true on conflict do nothing",
    "insert into bare_line select V->>0, cast(V->>1 as bigint), V->>2, cast(V->>3 as bigint),
        cast(V->>4 as bigint), cast(V->>5 as bigint), cast(V->>6 as bigint), cast(V->>7 as bigint) from ROWS",
    "insert into bare_entry select V->>0, V->>1, cast(V->>2 as bigint) from ROWS",
    "insert into bare_balance select V->>0, cast(V->>1 as bigint) from ROWS where true
        on conflict (card) do update set points = bare_balance.points + excluded.points",
    "insert into bare_stock select V->>0, V->>1, cast(V->>2 as bigint) from ROWS where true
        on conflict (store, sku) do update set moved = bare_stock.moved + excluded.moved",
];

/// A plain database of either kind.
pub enum Bare {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Bare {
    /// Connects with the durability that the hub uses, and makes the tables anew.
    pub async fn open(url: &str) -> Self {
        let mut bare = if url.starts_with("postgres") {
            Self::Postgres(PgConnection::connect(url).await.unwrap())
        } else {
            let mut connection = SqliteConnection::connect(&format!("{url}?mode=rwc")).await.unwrap();
            let pragmas = "pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -65536";
            sqlx::raw_sql(pragmas).execute(&mut connection).await.unwrap();
            Self::Sqlite(connection)
        };
        for table in TABLES {
            bare.execute(table, None).await;
        }
        bare
    }

    /// One commit for the whole batch.
    pub async fn take(&mut self, sales: &[Sale]) {
        let Rows { sales, lines, entries, balances, stock } = Rows::of(sales);
        self.execute("begin", None).await;
        for (sql, rows) in INSERTS.iter().zip([sales, lines, entries, balances, stock]) {
            let (value, source) = match self {
                Self::Sqlite(_) => ("value", "json_each($1)"),
                Self::Postgres(_) => ("value", "jsonb_array_elements(cast($1 as jsonb))"),
            };
            self.execute(&sql.replace("V->>", &format!("{value}->>")).replace("ROWS", source), Some(rows))
                .await;
        }
        self.execute("commit", None).await;
    }

    async fn execute(&mut self, sql: &str, rows: Option<String>) {
        let sql = AssertSqlSafe(sql.to_owned());
        match (self, rows) {
            (Self::Sqlite(c), None) => sqlx::query(sql).execute(c).await.map(|_| ()),
            (Self::Sqlite(c), Some(rows)) => sqlx::query(sql).bind(rows).execute(c).await.map(|_| ()),
            (Self::Postgres(c), None) => sqlx::query(sql).execute(c).await.map(|_| ()),
            (Self::Postgres(c), Some(rows)) => sqlx::query(sql).bind(rows).execute(c).await.map(|_| ()),
        }
        .unwrap();
    }
}
