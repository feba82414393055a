//! Whether there is more of a product is asked when somebody wants to know: it changes with each sale of every
//! till, and a copy of yesterday would send a customer across the town for nothing.

use std::sync::Arc;
use std::time::Duration;

use domain::sync::StockRequest;
use tokio::sync::watch;
use tokio::time::timeout;

use super::client::{HubClient, Signer};
use crate::app::Agent;
use crate::till::Stock;

/// A customer does not wait longer for it.
const PATIENCE: Duration = Duration::from_secs(3);

/// Answers one till's questions until `shutdown` turns true.
pub(super) async fn run(
    agent: Agent,
    client: Arc<HubClient>,
    signer: Signer,
    n: i64,
    mut shutdown: watch::Receiver<bool>,
) {
    let Ok(desk) = agent.desk(n) else { return };
    loop {
        tokio::select! {
            () = desk.stock_asked.notified() => {}
            _ = shutdown.wait_for(|stop| *stop) => return,
        }
        let Some(sku) = desk.asks_stock_of() else { continue };
        let request = StockRequest { sku };
        let found = match timeout(PATIENCE, client.stock(&signer, &request)).await {
            Ok(Ok(reply)) if reply.levels.is_empty() => Stock::NotKept,
            Ok(Ok(reply)) => Stock::Known(reply.levels),
            // The pull says on every page whether the hub is there.
            Ok(Err(_)) | Err(_) => Stock::Away,
        };
        desk.tell_stock(&request.sku, found);
    }
}
