//! What a receipt's page is drawn from, read in one moment.

use std::collections::BTreeMap;

use domain::codes::Sku;
use domain::money::{Points, Quantity};
use domain::points::{Programme, earn};
use domain::sale::{Sale, SaleStatus};
use kit::slip::{TaxRow, printed_lines, taxes};

use crate::access::keyed;
use crate::db::Tx;
use crate::error::Error;
use crate::sales::{self, receipts};
use crate::{catalogue, ledger, members};

/// One receipt.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Without the numbers by which terminals know its payments.
    pub sale: Sale,
    pub store: String,
    pub taxes: Vec<TaxRow>,
    /// What the tills show of what it earns; none where no member has its card.
    pub earned: Option<Points>,
    /// What came back of its lines at any till.
    pub returned: BTreeMap<u32, Quantity>,
}

impl Facts {
    /// None for a key that opens nothing, or nothing yet: the till may have no connection.
    pub async fn read(tx: &mut Tx, key: &str) -> Result<Option<Self>, Error> {
        let Some(id) = sales::by_key::sale_of(tx, &keyed::digest(key)).await? else { return Ok(None) };
        let Some(found) = receipts::found(tx, id).await? else { return Ok(None) };
        let mut returned: BTreeMap<u32, Quantity> = BTreeMap::new();
        for part in &found.returned {
            let sum = returned.entry(part.line).or_default();
            *sum = sum.plus(part.quantity).map_err(anyhow::Error::from)?;
        }
        let skus: Vec<Sku> = printed_lines(&found.sale).map(|line| line.sku.clone()).collect();
        let products = catalogue::products_by_sku(tx, &skus).await?;
        let rate = |sku: &Sku| products.get(sku).map(|product| product.tax_rate);
        Ok(Some(Self {
            taxes: taxes(printed_lines(&found.sale), |line| rate(&line.sku)),
            earned: earned(tx, &found.sale).await?,
            store: found.store_name,
            returned,
            sale: found.sale,
        }))
    }
}

/// As the till's receipt says it.
async fn earned(tx: &mut Tx, sale: &Sale) -> Result<Option<Points>, Error> {
    let Some(card) = sale.card.as_ref().filter(|_| sale.status == SaleStatus::Completed) else {
        return Ok(None);
    };
    if members::by_card(tx, card).await?.is_none() {
        return Ok(None);
    }
    let programmes = ledger::programmes(tx).await?;
    let Some(programme) = Programme::on(&programmes, sale.business_date) else { return Ok(None) };
    let earned = earn(programme, sale).map_err(anyhow::Error::from)?;
    Ok(Some(programme.shown(&earned)))
}

#[cfg(test)]
pub mod sample {
    use super::*;
    use crate::testing::Ticket;

    pub fn facts() -> Facts {
        let sale = Ticket::sold(7, Some("2990000010421"), 5_000).sale();
        Facts {
            taxes: taxes(printed_lines(&sale), |_| None),
            sale,
            store: "Centro".to_owned(),
            earned: Some(Points(5_000)),
            returned: BTreeMap::new(),
        }
    }
}
