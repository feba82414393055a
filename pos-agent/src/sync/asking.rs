//! What only the hub knows is asked when somebody wants to know. Whether there is more of a product changes with
//! each sale of every till, and a copy of yesterday would send a customer across the town for nothing; by whose
//! phone a member is found stays at the hub, so that a till that is stolen has no list of people.

use std::sync::Arc;
use std::time::Duration;

use domain::sync::{FindMembers, StockRequest};
use tokio::sync::watch;
use tokio::time::timeout;

use super::client::{CallError, HubClient, Signer};
use crate::app::{Agent, Desk};
use crate::till::{Found, Stock};

/// A customer does not wait longer for it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(3);

/// Answers one till's questions until `shutdown` turns true; neither kind waits for the other.
pub(super) async fn run(
    agent: Agent,
    client: Arc<HubClient>,
    signer: Signer,
    n: i64,
    mut shutdown: watch::Receiver<bool>,
) {
    let Ok(desk) = agent.desk(n) else { return };
    let of_stock = async {
        loop {
            desk.stock_asked.notified().await;
            stock(desk, &client, &signer).await;
        }
    };
    let of_members = async {
        loop {
            desk.members_asked.notified().await;
            members(desk, &client, &signer).await;
        }
    };
    tokio::select! {
        () = of_stock => {}
        () = of_members => {}
        _ = shutdown.wait_for(|stop| *stop) => {}
    }
}

async fn stock(desk: &Desk, client: &HubClient, signer: &Signer) {
    let Some(sku) = desk.asks_stock_of() else { return };
    let request = StockRequest { sku };
    let found = match timeout(PATIENCE, client.stock(signer, &request)).await {
        Ok(Ok(reply)) if reply.levels.is_empty() => Stock::NotKept,
        Ok(Ok(reply)) => Stock::Known(reply.levels),
        // The pull says on every page whether the hub is there.
        Ok(Err(_)) | Err(_) => Stock::Away,
    };
    desk.tell_stock(&request.sku, found);
}

async fn members(desk: &Desk, client: &HubClient, signer: &Signer) {
    let Some(contacts) = desk.asks_for() else { return };
    let request = FindMembers { contacts };
    let found = match timeout(PATIENCE, client.find_members(signer, &request)).await {
        Ok(Ok(reply)) => Found::Known(reply),
        Ok(Err(CallError::Refused(problem))) if problem.code == "too_many_misses" => Found::TooMany,
        Ok(Err(_)) | Err(_) => Found::Away,
    };
    desk.tell_found(&request.contacts, found);
}
