//! Stock as counted at the end of the history: enough of nearly everything, and some shelves nearly empty.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::Quantity;
use domain::sale::{LineKind, Sale};

use super::assortment::{Assortment, Planted};
use super::random::Random;
use super::{ChainError, StockLevel, Store};

/// Milk at Centro lasts so many tenths of a day: the first shelf to run out.
const MILK_LASTS: i64 = 18;
/// In 1/1000: shelves that are low without being that low.
const LOW: u32 = 25;

/// Counts every shelf, in proportion to what was sold from it a day in the recent weeks.
pub fn count(
    random: &mut Random,
    assortment: &Assortment,
    stores: &[Store],
    sales: &[Sale],
    recent: (NaiveDate, NaiveDate),
) -> Result<Vec<StockLevel>, ChainError> {
    let sold = sold(sales, recent);
    let days = domain::time::days_between(recent.0, recent.1) + 1;
    let milk = assortment.place(Planted::Milk);
    let mut shelves = Vec::with_capacity(stores.len() * assortment.products.len());
    for (place, store) in stores.iter().enumerate() {
        for (number, product) in assortment.products.iter().enumerate() {
            let pieces = sold.get(&(store.code.as_str(), product.sku.as_str())).copied().unwrap_or(0);
            let lead_days = random.between(2, 5);
            // What sells in the days until a delivery comes, and as much again for safety.
            let reorder_point = (pieces * lead_days * 2 / days).max(2);
            let plenty = reorder_point + 2 + pieces * random.between(6, 30) / days;
            let low = (reorder_point * random.between(50, 90) / 100).max(1);
            let on_hand = match () {
                () if place == 0 && number == milk => pieces * MILK_LASTS / (days * 10),
                () if random.chance(LOW) => low.max(pieces * 25 / (days * 10) + 1),
                () => plenty,
            };
            shelves.push(StockLevel {
                store: store.code.clone(),
                sku: product.sku.clone(),
                on_hand: Quantity::pieces(on_hand)?,
                reorder_point: Quantity::pieces(reorder_point)?,
                reorder_qty: Quantity::pieces((pieces * 14 / days).max(6))?,
                lead_days,
            });
        }
    }
    Ok(shelves)
}

/// Pieces that left each shelf in the recent weeks.
fn sold(sales: &[Sale], (from, until): (NaiveDate, NaiveDate)) -> HashMap<(&str, &str), i64> {
    let mut sold = HashMap::new();
    for sale in sales.iter().filter(|sale| (from..=until).contains(&sale.business_date)) {
        for line in sale.counted_lines().filter(|line| line.kind == LineKind::Sale) {
            *sold.entry((sale.store.as_str(), line.sku.as_str())).or_insert(0) +=
                line.quantity.0 / Quantity::ONE.0;
        }
    }
    sold
}
