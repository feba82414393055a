//! What runs low or is out in the stores of this agent's tills, as the hub stated it.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use domain::codes::{Sku, StoreCode};
use domain::snapshot::StockRow;
use domain::stock::{StockState, UnknownStockState};

use super::{Store, StoreError, Tx, bad_row};

/// What the hub said of a product in the till's store. Nothing that was sold here since is taken off: other tills of the
/// store sold too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StockFlag {
    pub state: StockState,
    /// When it became so.
    pub since: DateTime<Utc>,
}

/// By store.
pub type StockStates = HashMap<StoreCode, HashMap<Sku, StockFlag>>;

/// Keeps those of the stores that this agent has tills in; enough of a product is nothing to keep.
pub(super) async fn put(tx: &mut Tx, rows: &[&StockRow]) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let stores: BTreeSet<StoreCode> =
        sqlx::query_scalar("select store from till").fetch_all(&mut **tx).await?.into_iter().collect();
    for row in rows.iter().filter(|row| stores.contains(&row.store)) {
        if row.state == StockState::Enough {
            sqlx::query("delete from stock_state where store = $1 and sku = $2")
                .bind(&row.store)
                .bind(&row.sku)
                .execute(&mut **tx)
                .await?;
            continue;
        }
        sqlx::query(
            "insert into stock_state (store, sku, state, as_of) values ($1, $2, $3, $4)
             on conflict (store, sku) do update set state = excluded.state, as_of = excluded.as_of",
        )
        .bind(&row.store)
        .bind(&row.sku)
        .bind(row.state.code())
        .bind(row.as_of)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// Before the feed is read from its beginning: a hub that was put back may never say that there is enough again.
pub(super) async fn forget(tx: &mut Tx) -> Result<(), StoreError> {
    sqlx::query("delete from stock_state").execute(&mut **tx).await?;
    Ok(())
}

impl Store {
    pub async fn stock_states(&self) -> Result<StockStates, StoreError> {
        let sql = "select store, sku, state, as_of from stock_state";
        let rows: Vec<(StoreCode, Sku, String, DateTime<Utc>)> =
            sqlx::query_as(sql).fetch_all(self.reader()).await?;
        let mut states = StockStates::new();
        for (store, sku, state, as_of) in rows {
            let state = state.parse().map_err(|e: UnknownStockState| bad_row("state of stock")(&e))?;
            states.entry(store).or_default().insert(sku, StockFlag { state, since: as_of });
        }
        Ok(states)
    }
}
