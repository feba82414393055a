//! What a ticket takes points back of: goods that came back, less what left evenly for them.

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::SaleId;
use domain::money::AmountError;
use domain::sale::{Origin, Sale};

/// Pieces of a line of an earlier sale whose points a ticket takes back.
#[derive(Debug, Clone)]
pub(super) struct ReturnedLine {
    pub sale: SaleId,
    pub quantity: i64,
    pub origin: Origin,
    pub occurred_at: DateTime<Utc>,
    pub business_date: NaiveDate,
}

pub(super) fn returned_lines(sale: &Sale) -> Result<impl Iterator<Item = ReturnedLine>, AmountError> {
    Ok(sale.points_back()?.into_iter().map(|(origin, quantity)| ReturnedLine {
        sale: sale.id,
        quantity: quantity.0,
        origin,
        occurred_at: sale.occurred_at.to_utc(),
        business_date: sale.business_date,
    }))
}
