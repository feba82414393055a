//! What the hub told and is looked at with each scan: kept beside the file, so that no scan waits for it.

use std::sync::Arc;

use domain::codes::Sku;

use super::{Agent, Desk, open};
use crate::error::AgentError;
use crate::ui::view::StockFlag;

impl Agent {
    /// Takes up what the file says of price rules.
    pub(crate) async fn refresh_price_rules(&self) -> Result<(), AgentError> {
        let rules = self.store().price_rules().await?;
        *open(&self.0.price_rules) = rules.into_iter().map(Arc::new).collect();
        Ok(())
    }

    /// Takes up what the file says of stock.
    pub(crate) async fn refresh_stock(&self) -> Result<(), AgentError> {
        *open(&self.0.stock) = self.store().stock_states().await?;
        Ok(())
    }

    /// What is known of a product in the till's store; nothing where there is enough, or nobody keeps count.
    pub(crate) fn stock_of(&self, desk: &Desk, sku: &Sku) -> Option<StockFlag> {
        open(&self.0.stock).get(&desk.till.store)?.get(sku).copied()
    }
}
