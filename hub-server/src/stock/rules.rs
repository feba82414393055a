//! When stock is low and how long it lasts: pure.

use domain::codes::{Sku, StoreCode};
use domain::money::Quantity;
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

#[cfg(test)]
mod tests {
    use super::*;

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
