//! Cards that came after their sales.

use domain::codes::CardNumber;
use domain::ids::SaleId;

use super::{Store, StoreError, Tx};

impl Store {
    /// The card that a sale got after it was closed.
    pub async fn late_card(&self, sale: SaleId) -> Result<Option<CardNumber>, StoreError> {
        let sql = "select card from late_card where sale = $1";
        Ok(sqlx::query_scalar(sql).bind(sale).fetch_optional(self.reader()).await?)
    }
}

/// Keeps the card; false where the sale has one already.
pub async fn insert(tx: &mut Tx, sale: SaleId, card: &CardNumber) -> Result<bool, StoreError> {
    let done = sqlx::query("insert into late_card (sale, card) values ($1, $2) on conflict do nothing")
        .bind(sale)
        .bind(card)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}
