//! Baskets put aside: they survive a restart and any till of this agent may take them up again.

use chrono::{DateTime, Utc};
use domain::ids::SaleId;
use domain::money::Money;

use crate::checkout::basket::Basket;

use super::{Store, StoreError, Tx, bad_row};

/// What the list of held baskets shows.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct HeldRow {
    pub sale: SaleId,
    /// The till that put it aside.
    pub till: i64,
    pub label: String,
    pub items: i64,
    pub total: Money,
    pub held_at: DateTime<Utc>,
}

impl Store {
    /// Held baskets of the tills of one store, the longest waiting first.
    pub async fn held(&self, till: i64) -> Result<Vec<HeldRow>, StoreError> {
        let sql = "select h.sale, h.till, h.label, h.items, h.total, h.held_at from held h
                   join till t on t.n = h.till
                   where t.store = (select store from till where n = $1) order by h.held_at, h.sale";
        Ok(sqlx::query_as(sql).bind(till).fetch_all(self.reader()).await?)
    }
}

pub async fn insert(tx: &mut Tx, row: &HeldRow, basket: &Basket) -> Result<(), StoreError> {
    let body = serde_json::to_string(basket).map_err(|e| bad_row("basket")(&e))?;
    sqlx::query(
        "insert into held (sale, till, label, items, total, held_at, body)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(row.sale)
    .bind(row.till)
    .bind(&row.label)
    .bind(row.items)
    .bind(row.total)
    .bind(row.held_at)
    .bind(body)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes a held basket out of the list; `None` if another till was faster.
pub async fn take(tx: &mut Tx, till: i64, sale: SaleId) -> Result<Option<Basket>, StoreError> {
    let body: Option<String> = sqlx::query_scalar(
        "delete from held where sale = $1
             and (select store from till where n = held.till) = (select store from till where n = $2)
         returning body",
    )
    .bind(sale)
    .bind(till)
    .fetch_optional(&mut **tx)
    .await?;
    body.map(|body| serde_json::from_str(&body).map_err(|e| bad_row("basket")(&e))).transpose()
}
