//! Receipts of other agents' tills, as the hub told of them.

use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::SaleId;
use domain::sale::Sale;
use domain::sync::FoundReceipt;

use super::{Store, StoreError, Tx, bad_row, journal, late, returned};

/// Those of which nothing came back here are kept so long: while their goods lie on the counter.
const KEPT_HOURS: i64 = 24;

impl Store {
    /// A sale of this agent's journal, or of another agent's that the hub told of.
    pub async fn sale_anywhere(&self, id: SaleId) -> Result<Option<Sale>, StoreError> {
        match self.sale(id).await? {
            Some(sale) => Ok(Some(sale)),
            None => Ok(self.other_receipt(id).await?.map(|(sale, _)| sale)),
        }
    }

    /// A sale of another agent's till, with the name of its store.
    pub async fn other_receipt(&self, id: SaleId) -> Result<Option<(Sale, String)>, StoreError> {
        let sql = "select body, store_name from other_receipt where sale = $1";
        let row: Option<(String, String)> =
            sqlx::query_as(sql).bind(id).fetch_optional(self.reader()).await?;
        let Some((body, store_name)) = row else { return Ok(None) };
        let sale = serde_json::from_str(&body).map_err(|e| bad_row("another agent's receipt")(&e))?;
        Ok(Some((sale, store_name)))
    }
}

/// Keeps what the hub told of a receipt, an own one's too: what came back of it elsewhere, and its late card.
pub async fn learn(tx: &mut Tx, found: &FoundReceipt, now: DateTime<Utc>) -> Result<(), StoreError> {
    let sale = &found.sale;
    if journal::find_sale(tx, sale.id).await?.is_none() {
        forget_old(tx, now).await?;
        let body = serde_json::to_string(sale).map_err(|e| bad_row("another agent's receipt")(&e))?;
        sqlx::query(
            "insert into other_receipt (sale, store_name, body, learned_at) values ($1, $2, $3, $4)
             on conflict (sale) do update set learned_at = excluded.learned_at",
        )
        .bind(sale.id)
        .bind(&found.store_name)
        .bind(body)
        .bind(now)
        .execute(&mut **tx)
        .await?;
    }
    if let Some(card) = found.late_card.as_ref().filter(|_| sale.card.is_none()) {
        late::insert(tx, sale.id, card).await?;
    }
    returned::learn(tx, sale.id, &found.returned).await
}

async fn forget_old(tx: &mut Tx, now: DateTime<Utc>) -> Result<(), StoreError> {
    let sql = "delete from other_receipt where learned_at < $1
               and sale not in (select sale from returned_line where by_sale in (select sale from journal))";
    sqlx::query(sql).bind(now - TimeDelta::hours(KEPT_HOURS)).execute(&mut **tx).await?;
    Ok(())
}
