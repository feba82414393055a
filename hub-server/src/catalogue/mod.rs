//! Stores and products: what the chain is made of and what it sells.
//!
//! Rows that the tills must hear of carry a feed number. Numbers are taken under the lock of one row, so
//! that they become visible in order: a till that asks for "everything after n" never misses one.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::codes::{Sku, StoreCode};
use domain::money::Money;

use crate::db::{DbError, Tx, bulk};

pub mod cashiers;
pub mod feed;
pub mod pages;
pub mod price_rules;
mod rules;
mod store;

pub use rules::{Tally, Turn, as_found, dates_at, first_date_at, last_date_by, name_in};
pub use store::{
    Naming, count_products, groups, names, product, products, products_by_sku, store, stores,
    take_feed_numbers, tell_alone,
};

/// A branch of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    pub code: StoreCode,
    pub name: String,
    /// The chain's own grouping of stores.
    pub area: String,
    /// Decides the business dates.
    pub zone: Tz,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    pub sku: Sku,
    pub name: String,
    pub line: String,
    pub category: String,
    /// What a customer pays for one, tax included.
    pub price: Money,
    pub cost: Option<Money>,
    /// In 1/100 of a per cent: 19 % is 1900.
    pub tax_rate: i64,
    pub supplier: String,
    pub active: bool,
    pub sold: Sold,
    /// Sorted, each once.
    pub barcodes: Vec<String>,
}

/// How a product is sold, where that is not by the piece at its price.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::FromRow)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, and any may hold beside another"
)]
pub struct Sold {
    /// By weight: the price is that of one kilogram.
    pub weighed: bool,
    /// The cashier keys the price.
    pub open_price: bool,
    /// Never named unasked: not among a member's usual products, nor in an offer.
    pub discreet: bool,
    /// A gift card: the cashier says which one and what is to be on it.
    pub gift_card: bool,
}

/// Writes stores; the answer has one turn a row, in order.
pub async fn upsert_stores(tx: &mut Tx, rows: &[Store], now: DateTime<Utc>) -> Result<Vec<Turn>, DbError> {
    let known = store::stores(tx).await?;
    let mut turns = Vec::with_capacity(rows.len());
    for row in rows {
        let turn = Turn::of(known.iter().find(|s| s.code == row.code), row);
        if turn.writes() {
            store::write_store(tx, row, now).await?;
        }
        turns.push(turn);
    }
    Ok(turns)
}

/// Writes products with their barcodes; the answer has one turn a row, in order. A row adds its barcodes
/// to those the product has already. A row whose barcode belongs to another product is rejected. Within
/// `rows` each SKU stands once.
pub async fn upsert_products(tx: &mut Tx, rows: &[Product]) -> Result<Vec<Turn>, DbError> {
    let mut turns = Vec::with_capacity(rows.len());
    for part in rows.chunks(bulk::ROWS) {
        turns.extend(upsert_some_products(tx, part).await?);
    }
    Ok(turns)
}

async fn upsert_some_products(tx: &mut Tx, rows: &[Product]) -> Result<Vec<Turn>, DbError> {
    let skus: Vec<Sku> = rows.iter().map(|p| p.sku.clone()).collect();
    let known = store::products_by_sku(tx, &skus).await?;
    let wanted: Vec<String> = rows.iter().flat_map(|p| p.barcodes.iter().cloned()).collect();
    let mut owners = store::barcode_owners(tx, &wanted).await?;
    let mut turns = Vec::with_capacity(rows.len());
    let mut changed = vec![];
    for row in rows {
        let (turn, row) = rules::settle_product(known.get(&row.sku), row, &mut owners);
        if turn.writes() {
            changed.push(row);
        }
        turns.push(turn);
    }
    store::write_products(tx, &changed).await?;
    Ok(turns)
}
