//! When stock is low and how long it lasts: pure.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::codes::{Sku, StoreCode};
use domain::money::Quantity;
use domain::snapshot::StockRow;
use domain::stock::StockState;
use serde::Serialize;

use super::DEMAND_DAYS;

#[derive(Debug, Clone)]
pub(super) struct Level {
    pub store: StoreCode,
    pub sku: Sku,
    pub name: String,
    pub on_hand: Quantity,
    pub reorder_point: Quantity,
    pub reorder_qty: Quantity,
    pub lead_days: i64,
}

/// A product at or below its reorder point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StockAlert {
    pub store: StoreCode,
    pub sku: Sku,
    pub name: String,
    pub on_hand: Quantity,
    pub reorder_point: Quantity,
    pub reorder_qty: Quantity,
    pub lead_days: i64,
    /// Sold in the last [`DEMAND_DAYS`] days.
    pub sold: Quantity,
    /// Tenths of a day; none when nothing was sold.
    pub cover_tenths: Option<i64>,
}

pub(super) fn alert(level: Level, sold: Quantity) -> StockAlert {
    let Level { store, sku, name, on_hand, reorder_point, reorder_qty, lead_days } = level;
    let cover_tenths = cover(on_hand, sold);
    StockAlert { store, sku, name, on_hand, reorder_point, reorder_qty, lead_days, sold, cover_tenths }
}

/// On hand ÷ mean daily quantity, in tenths of a day, rounded down: better early than late.
fn cover(on_hand: Quantity, sold: Quantity) -> Option<i64> {
    if sold.0 <= 0 {
        return None;
    }
    let tenths = i128::from(on_hand.0.max(0)) * i128::from(DEMAND_DAYS) * 10 / i128::from(sold.0);
    i64::try_from(tenths).ok()
}

/// Shortest cover first; what does not sell at all is last.
pub(super) fn by_risk(alert: &StockAlert) -> (bool, Option<i64>, &str, &str) {
    (alert.cover_tenths.is_none(), alert.cover_tenths, alert.store.as_str(), alert.sku.as_str())
}

/// What tills have to hear: where a product's state is another than the one they were told. What they were never told
/// of has enough.
pub(super) fn news(
    low: &[Level],
    told: BTreeMap<(StoreCode, Sku), StockState>,
    now: DateTime<Utc>,
) -> Vec<StockRow> {
    let mut told = told;
    let mut news = vec![];
    let mut say =
        |(store, sku): (StoreCode, Sku), state| news.push(StockRow { store, sku, state, as_of: now });
    for level in low {
        let place = (level.store.clone(), level.sku.clone());
        let state = StockState::of(level.on_hand, level.reorder_point);
        if told.remove(&place) != Some(state) {
            say(place, state);
        }
    }
    for (place, _) in told.into_iter().filter(|(_, state)| *state != StockState::Enough) {
        say(place, StockState::Enough);
    }
    news
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_another_state_is_news() {
        let (store, now) = ("1".parse::<StoreCode>().unwrap(), DateTime::UNIX_EPOCH);
        let level = |sku: &str, on_hand: i64| Level {
            store: store.clone(),
            sku: sku.parse().unwrap(),
            name: String::new(),
            on_hand: Quantity(on_hand),
            reorder_point: Quantity(5_000),
            reorder_qty: Quantity(0),
            lead_days: 0,
        };
        let low = [level("a", 5_000), level("b", 4_000), level("c", 0), level("d", -1_000)];
        let (enough, few, none) = (StockState::Enough, StockState::Low, StockState::Out);
        let told = [("b", few), ("c", few), ("e", none), ("f", enough)];
        let told = told.map(|(sku, state)| ((store.clone(), sku.parse().unwrap()), state)).into();
        let said: Vec<(String, StockState)> =
            news(&low, told, now).into_iter().map(|row| (row.sku.to_string(), row.state)).collect();
        let wanted = [("a", few), ("c", none), ("d", none), ("e", enough)];
        assert_eq!(said, wanted.map(|(sku, state)| (sku.to_owned(), state)));
    }

    #[test]
    fn cover_is_on_hand_over_the_daily_mean() {
        for (on_hand, sold, wanted) in
            [(10, 28, Some(100)), (1, 28 * 4, Some(2)), (0, 28, Some(0)), (-3, 28, Some(0)), (10, 0, None)]
        {
            assert_eq!(
                cover(Quantity(on_hand * 1000), Quantity(sold * 1000)),
                wanted,
                "{on_hand} on hand, {sold} sold"
            );
        }
    }
}
