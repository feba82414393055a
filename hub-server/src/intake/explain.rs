//! Why entries of the ledger are what they are, by the tickets that caused them.

use uuid::Uuid;

use crate::db::{DbError, Tx};
use crate::ledger::{self, Explanation};
use crate::sales;

/// The entry of this id, or every entry that the sale of this id caused; empty where there is neither.
pub async fn explain(tx: &mut Tx, id: Uuid) -> Result<Vec<Explanation>, DbError> {
    let mut explanations = vec![];
    for row in ledger::explained(tx, id).await? {
        let kept = match row.sale {
            Some(sale) => sales::kept(tx, sale).await?,
            None => None,
        };
        explanations.push(ledger::explain(tx, row, kept.and_then(|kept| kept.sale)).await?);
    }
    Ok(explanations)
}
