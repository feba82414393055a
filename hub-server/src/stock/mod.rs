//! Stock levels by store, moved by sales, and what runs low.
//!
//! On hand = last count + movements since. A count that says the same as the last one changes nothing,
//! so reading a stock file twice does not undo the sales between.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::codes::{Sku, StoreCode};
use domain::money::Quantity;
use domain::snapshot::StockRow;
use domain::time::plus_days;

use crate::catalogue::{self, Turn};
use crate::db::{Db, DbError, Tx, bulk};

pub mod api;
pub mod pages;
mod rules;
mod store;

pub use rules::StockAlert;
pub use store::counts;

/// How far back the mean daily quantity looks.
pub const DEMAND_DAYS: i64 = 28;

/// What stands at or below its reorder point, the shortest cover first.
pub async fn alerts(
    tx: &mut Tx,
    only: Option<&StoreCode>,
    now: DateTime<Utc>,
) -> Result<Vec<StockAlert>, DbError> {
    let low = store::low(tx, only).await?;
    let mut sold: HashMap<StoreCode, HashMap<Sku, Quantity>> = HashMap::new();
    for level in &low {
        if !sold.contains_key(&level.store) {
            let in_store = recently_sold(tx, &level.store, now).await?;
            sold.insert(level.store.clone(), in_store);
        }
    }
    let of = |level: &rules::Level| {
        sold.get(&level.store).and_then(|s| s.get(&level.sku)).copied().unwrap_or_default()
    };
    let mut alerts: Vec<StockAlert> = low
        .into_iter()
        .map(|level| (of(&level), level))
        .map(|(sold, level)| rules::alert(level, sold))
        .collect();
    alerts.sort_by(|a, b| rules::by_risk(a).cmp(&rules::by_risk(b)));
    Ok(alerts)
}

/// What a store sold of each product in the days up to its latest business date.
async fn recently_sold(
    tx: &mut Tx,
    store: &StoreCode,
    now: DateTime<Utc>,
) -> Result<HashMap<Sku, Quantity>, DbError> {
    match store::latest_date(tx, store, now).await? {
        Some(until) => store::sold(tx, store, plus_days(until, 1 - DEMAND_DAYS), until).await,
        None => Ok(HashMap::new()),
    }
}

/// Moves levels by what was sold (negative) or came back. A product without a count in that store has no
/// level and moves nothing.
pub async fn move_sold(tx: &mut Tx, moves: &[(StoreCode, Sku, Quantity)]) -> Result<(), DbError> {
    let mut counted: HashMap<&StoreCode, bool> = HashMap::new();
    for (store, _, _) in moves {
        if !counted.contains_key(store) {
            counted.insert(store, store::is_counted(tx, store).await?);
        }
    }
    let moves: Vec<_> = moves.iter().filter(|(store, _, _)| counted.get(store) == Some(&true)).collect();
    store::move_levels(tx, &moves).await
}

/// Tells the tills of each store which of its products have become low, have run out or have enough again; answers how
/// many there were. Movements by themselves are told to nobody.
pub async fn tell_tills(db: &Db, now: DateTime<Utc>) -> Result<usize, DbError> {
    let mut tx = db.read().await?;
    let (low, told) = (store::low(&mut tx, None).await?, store::told(&mut tx).await?);
    drop(tx);
    let news = rules::news(&low, told.clone(), now);
    let mut heard = 0;
    // Part by part: the first time it may be all that a chain sells, and tills push meanwhile.
    for part in news.chunks(bulk::ROWS) {
        let mut tx = db.begin().await?;
        catalogue::tell_alone(&mut tx).await?;
        let place = |row: &StockRow| (row.store.clone(), row.sku.clone());
        let still = catalogue::as_found(part, place, &told, &store::told(&mut tx).await?);
        store::tell(&mut tx, &still).await?;
        tx.commit().await?;
        heard += still.len();
    }
    Ok(heard)
}

/// What was counted of a product in a store, and when to order how much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    pub store: StoreCode,
    pub sku: Sku,
    pub on_hand: Quantity,
    pub reorder_point: Quantity,
    pub reorder_qty: Quantity,
    pub lead_days: i64,
}

/// Writes counts; the answer has one turn a row, in order. A count that differs from the last one starts
/// the movements anew. Within `rows` each store and SKU stands once.
pub async fn count(tx: &mut Tx, rows: &[Count], now: DateTime<Utc>) -> Result<Vec<Turn>, DbError> {
    let mut known: HashMap<StoreCode, HashMap<Sku, Count>> = HashMap::new();
    let mut turns = Vec::with_capacity(rows.len());
    let mut written = vec![];
    for row in rows {
        if !known.contains_key(&row.store) {
            known.insert(row.store.clone(), store::counts(tx, &row.store).await?);
        }
        let before = known.get(&row.store).and_then(|counts| counts.get(&row.sku));
        let turn = Turn::of(before, row);
        if turn.writes() {
            written.push(row);
        }
        turns.push(turn);
    }
    store::write_counts(tx, &written, now).await?;
    Ok(turns)
}

#[cfg(test)]
mod tests;
