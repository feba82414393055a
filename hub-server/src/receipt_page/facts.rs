//! What a receipt's page is drawn from, read in one moment.

use std::collections::BTreeMap;

use domain::codes::{CardNumber, Sku};
use domain::money::{Points, Quantity};
use domain::points::{Programme, earn};
use domain::sale::{Sale, SaleStatus};
use domain::sync::ReturnedLine;
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
    /// The sale's, or the one that came after it.
    pub card: Option<CardNumber>,
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
        let skus: Vec<Sku> = printed_lines(&found.sale).map(|line| line.sku.clone()).collect();
        let products = catalogue::products_by_sku(tx, &skus).await?;
        let rate = |sku: &Sku| products.get(sku).map(|product| product.tax_rate);
        let card = found.sale.card.clone().or(found.late_card);
        Ok(Some(Self {
            taxes: taxes(printed_lines(&found.sale), |line| rate(&line.sku)),
            earned: earned(tx, &found.sale, card.as_ref()).await?,
            card,
            store: found.store_name,
            returned: came_back(&found.returned)?,
            sale: found.sale,
        }))
    }
}

/// Goods by their line. Even exchanges move points alone, in rows of their own: nothing came back by those.
fn came_back(parts: &[ReturnedLine]) -> Result<BTreeMap<u32, Quantity>, Error> {
    let mut sums: BTreeMap<u32, Quantity> = BTreeMap::new();
    for part in parts.iter().filter(|part| !part.quantity.is_zero()) {
        let sum = sums.entry(part.line).or_default();
        *sum = sum.plus(part.quantity).map_err(anyhow::Error::from)?;
    }
    Ok(sums)
}

/// By the rules of the till's receipt, on what the hub knows: when it printed, the till may not have heard of a new member,
/// or of a programme that was published for that day.
async fn earned(tx: &mut Tx, sale: &Sale, card: Option<&CardNumber>) -> Result<Option<Points>, Error> {
    let Some(card) = card.filter(|_| sale.status == SaleStatus::Completed) else { return Ok(None) };
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
            card: sale.card.clone(),
            sale,
            store: "Centro".to_owned(),
            earned: Some(Points(5_000)),
            returned: BTreeMap::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::ids::SaleId;
    use domain::money::Money;

    use super::*;

    #[test]
    fn what_moved_points_alone_did_not_come_back() {
        let row = |line, quantity, moved| ReturnedLine {
            line,
            by_sale: SaleId::new(8, [8; 10]),
            by_line: 1,
            quantity: Quantity(quantity),
            paid: Money(100),
            moved: Quantity(moved),
        };
        let rows = [row(1, 500, 0), row(2, 0, 1_000), row(1, 250, 0), row(1, 0, -1_000)];
        assert_eq!(came_back(&rows).unwrap(), BTreeMap::from([(1, Quantity(750))]));
        assert_eq!(came_back(&rows[1..2]).unwrap(), BTreeMap::new());
    }
}
