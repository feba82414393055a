//! SQL of the catalogue.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::codes::{Sku, StoreCode};
use domain::money::Money;
use domain::time::to_millis;
use sqlx::{AssertSqlSafe, FromRow, query, query_as, query_scalar};

use super::{Product, Sold, Store};
use crate::db::dialect::holding;
use crate::db::{DbError, Tx, bulk, ensure_touched, rows_of};
use crate::on;

/// Takes `n` numbers of the changes feed and returns the first. Until this transaction ends, nobody else
/// gets any: so they become visible in order.
pub async fn take_feed_numbers(tx: &mut Tx, n: usize) -> Result<i64, DbError> {
    const SQL: &str = "update feed set head = head + $1 where only_one returning head";
    let n = i64::try_from(n).unwrap_or(i64::MAX);
    let head: i64 = on!(tx, c => query_scalar(SQL).bind(n).fetch_one(c).await)?;
    Ok(head - n + 1)
}

/// Keeps other hubs from telling tills anything until the transaction ends: what is read then is what tills were told.
pub async fn tell_alone(tx: &mut Tx) -> Result<(), DbError> {
    // No number is taken, and who takes one waits.
    take_feed_numbers(tx, 0).await.map(|_| ())
}

#[derive(FromRow)]
struct StoreRow {
    code: StoreCode,
    name: String,
    area: String,
    zone: String,
}

impl TryFrom<StoreRow> for Store {
    type Error = DbError;

    fn try_from(row: StoreRow) -> Result<Self, DbError> {
        let zone = row.zone.parse().map_err(|e| DbError::BadRow {
            what: "the time zone of a store",
            why: format!("{}: {e}", row.code),
        })?;
        Ok(Self { code: row.code, name: row.name, area: row.area, zone })
    }
}

pub async fn stores(tx: &mut Tx) -> Result<Vec<Store>, DbError> {
    const SQL: &str = "select code, name, area, zone from store order by code";
    let rows: Vec<StoreRow> = on!(tx, c => query_as(SQL).fetch_all(c).await)?;
    rows.into_iter().map(Store::try_from).collect()
}

pub async fn store(tx: &mut Tx, code: &StoreCode) -> Result<Option<Store>, DbError> {
    const SQL: &str = "select code, name, area, zone from store where code = $1";
    let row: Option<StoreRow> = on!(tx, c => query_as(SQL).bind(code.as_str()).fetch_optional(c).await)?;
    row.map(Store::try_from).transpose()
}

pub(super) async fn write_store(tx: &mut Tx, row: &Store, now: DateTime<Utc>) -> Result<(), DbError> {
    const SQL: &str = "insert into store (code, name, area, zone, created_at) values ($1, $2, $3, $4, $5)
        on conflict (code) do update set name = excluded.name, area = excluded.area, zone = excluded.zone";
    let done = on!(tx, c => query(SQL)
        .bind(row.code.as_str()).bind(&row.name).bind(&row.area).bind(row.zone.name()).bind(to_millis(now))
        .execute(c).await.map(|done| done.rows_affected()))?;
    ensure_touched("store", 1, done)
}

#[derive(FromRow)]
pub(super) struct ProductRow {
    pub sku: Sku,
    pub name: String,
    pub line: String,
    pub category: String,
    pub price: Money,
    pub cost: Option<Money>,
    pub tax_rate: i64,
    pub supplier: String,
    pub active: bool,
    #[sqlx(flatten)]
    pub sold: Sold,
}

impl ProductRow {
    pub(super) fn with_barcodes(self, barcodes: Vec<String>) -> Product {
        let Self { sku, name, line, category, price, cost, tax_rate, supplier, active, sold } = self;
        Product { sku, name, line, category, price, cost, tax_rate, supplier, active, sold, barcodes }
    }
}

/// As [`ProductRow`] reads them.
pub(super) const PRODUCT_COLUMNS: &str = "sku, name, line, category, price, cost, tax_rate, supplier, active, weighed, open_price, discreet, gift_card";

/// The products among `skus` that exist.
pub async fn products_by_sku(tx: &mut Tx, skus: &[Sku]) -> Result<HashMap<Sku, Product>, DbError> {
    let text = |skus: &str| format!("select {PRODUCT_COLUMNS} from product where sku in {skus}");
    let rows: Vec<ProductRow> = rows_of(tx, skus, text).await?;
    let mut barcodes = barcodes_of(tx, skus).await?;
    let with_barcodes = |row: ProductRow| {
        let codes = barcodes.remove(&row.sku).unwrap_or_default();
        (row.sku.clone(), row.with_barcodes(codes))
    };
    Ok(rows.into_iter().map(with_barcodes).collect())
}

/// Barcodes by product, sorted.
pub(super) async fn barcodes_of(tx: &mut Tx, skus: &[Sku]) -> Result<HashMap<Sku, Vec<String>>, DbError> {
    let text = |skus: &str| format!("select sku, barcode from barcode where sku in {skus} order by barcode");
    let mut found: HashMap<Sku, Vec<String>> = HashMap::new();
    for (sku, barcode) in rows_of::<(Sku, String), _>(tx, skus, text).await? {
        found.entry(sku).or_default().push(barcode);
    }
    Ok(found)
}

/// Which product each of these barcodes belongs to.
pub(super) async fn barcode_owners(
    tx: &mut Tx,
    barcodes: &[String],
) -> Result<HashMap<String, Sku>, DbError> {
    let text = |barcodes: &str| format!("select barcode, sku from barcode where barcode in {barcodes}");
    Ok(rows_of(tx, barcodes, text).await?.into_iter().collect())
}

/// Writes products under new feed numbers, and their barcodes.
pub(super) async fn write_products(tx: &mut Tx, rows: &[Product]) -> Result<(), DbError> {
    if rows.is_empty() {
        return Ok(());
    }
    let first = take_feed_numbers(tx, rows.len()).await?;
    let sql = format!(
        "insert into product ({PRODUCT_COLUMNS}, feed_no) values {}
         on conflict (sku) do update set name = excluded.name, line = excluded.line,
            category = excluded.category, price = excluded.price, cost = excluded.cost,
            tax_rate = excluded.tax_rate, supplier = excluded.supplier, active = excluded.active,
            weighed = excluded.weighed, open_price = excluded.open_price, discreet = excluded.discreet,
            gift_card = excluded.gift_card,
            feed_no = excluded.feed_no",
        bulk::values(tx, rows.len(), 14)
    );
    let done = on!(tx, c => {
        let mut query = query(AssertSqlSafe(sql.as_str()));
        for (feed_no, row) in (first..).zip(rows) {
            query = query
                .bind(row.sku.as_str()).bind(&row.name).bind(&row.line).bind(&row.category)
                .bind(row.price.0).bind(row.cost.map(|c| c.0)).bind(row.tax_rate)
                .bind(&row.supplier).bind(row.active)
                .bind(row.sold.weighed).bind(row.sold.open_price).bind(row.sold.discreet)
                .bind(row.sold.gift_card).bind(feed_no);
        }
        query.execute(c).await.map(|done| done.rows_affected())
    })?;
    ensure_touched("product", rows.len() as u64, done)?;
    write_barcodes(tx, rows).await
}

async fn write_barcodes(tx: &mut Tx, rows: &[Product]) -> Result<(), DbError> {
    let pairs: Vec<(&str, &str)> = rows
        .iter()
        .flat_map(|row| row.barcodes.iter().map(|barcode| (barcode.as_str(), row.sku.as_str())))
        .collect();
    for part in pairs.chunks(bulk::ROWS) {
        let sql = format!(
            "insert into barcode (barcode, sku) values {} on conflict (barcode) do nothing",
            bulk::values(tx, part.len(), 2)
        );
        on!(tx, c => {
            let mut query = query(AssertSqlSafe(sql.as_str()));
            for (barcode, sku) in part {
                query = query.bind(*barcode).bind(*sku);
            }
            query.execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

pub async fn product(tx: &mut Tx, sku: &Sku) -> Result<Option<Product>, DbError> {
    Ok(products_by_sku(tx, std::slice::from_ref(sku)).await?.remove(sku))
}

/// Products whose SKU, name or barcode contains `words`, by SKU after `after`; without words all.
pub async fn products(
    tx: &mut Tx,
    words: &str,
    after: Option<&Sku>,
    limit: i64,
) -> Result<Vec<Product>, DbError> {
    let sql = format!(
        "select {PRODUCT_COLUMNS} from product p
        where sku > $1 and ($2 = '' or lower(name) like $3 escape '!' or lower(sku) like $3 escape '!'
            or exists (select 1 from barcode b where b.sku = p.sku and b.barcode = $2))
        order by sku limit $4"
    );
    let pattern = holding(&words.to_lowercase());
    let after = after.map_or("", Sku::as_str);
    let rows: Vec<ProductRow> = on!(tx, c => query_as(AssertSqlSafe(sql.as_str()))
        .bind(after).bind(words).bind(&pattern).bind(limit).fetch_all(c).await)?;
    let skus: Vec<Sku> = rows.iter().map(|row| row.sku.clone()).collect();
    let mut barcodes = barcodes_of(tx, &skus).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let codes = barcodes.remove(&row.sku).unwrap_or_default();
            row.with_barcodes(codes)
        })
        .collect())
}

pub async fn count_products(tx: &mut Tx) -> Result<i64, DbError> {
    Ok(on!(tx, c => query_scalar("select count(*) from product").fetch_one(c).await)?)
}

/// SKU, line and category of every product: what affinity by line or category groups with.
pub async fn groups(tx: &mut Tx) -> Result<Vec<(Sku, String, String)>, DbError> {
    Ok(on!(tx, c => query_as("select sku, line, category from product").fetch_all(c).await)?)
}

/// What a product is called and where it belongs.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Naming {
    pub sku: Sku,
    pub name: String,
    pub line: String,
    pub category: String,
    /// Never named unasked.
    pub discreet: bool,
}

/// Names of the products among `skus` that the catalogue knows.
pub async fn names(tx: &mut Tx, skus: &[Sku]) -> Result<HashMap<Sku, Naming>, DbError> {
    let text =
        |skus: &str| format!("select sku, name, line, category, discreet from product where sku in {skus}");
    let rows: Vec<Naming> = rows_of(tx, skus, text).await?;
    Ok(rows.into_iter().map(|row| (row.sku.clone(), row)).collect())
}
