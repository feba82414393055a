//! Between this agent and the hub: pushes what was sold, pulls what is known.

mod asking;
pub mod client;
pub mod enrol;
mod holding;
pub mod keys;
pub mod pull;
pub mod push;
mod reconcile;

pub(crate) use asking::PATIENCE;
pub use client::{CallError, HubClient};
pub(crate) use push::LIMITS;

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use tokio::sync::{Semaphore, watch};

use crate::app::Agent;
use crate::error::AgentError;
use crate::store::StoreError;
use push::Pusher;

/// Requests under way at once, however many tills this agent has.
const REQUESTS: usize = 8;
/// How often a till that has nothing to send says that it is there.
const HEARTBEAT: Duration = Duration::from_secs(120);

/// Pushes and pulls until `shutdown` turns true.
pub async fn run(agent: Agent, client: Arc<HubClient>, shutdown: watch::Receiver<bool>) {
    let turns = Arc::new(Semaphore::new(REQUESTS));
    let tills = agent.tills().into_iter().map(|till| {
        let (agent, client, turns) = (agent.clone(), Arc::clone(&client), Arc::clone(&turns));
        push::run(agent, client, turns, till.n, HEARTBEAT, shutdown.clone())
    });
    // A key that cannot be read is told by the pull.
    let signers = pull::signers(&agent).unwrap_or_default();
    let signing = holding::by_till(&agent, &signers);
    let holding = Box::pin(holding::run(agent.clone(), Arc::clone(&client), signing, shutdown.clone()));
    let questions = agent.tills().into_iter().zip(signers).map(|(till, signer)| {
        asking::run(agent.clone(), Arc::clone(&client), signer, till.n, shutdown.clone())
    });
    let pulling = pull::run(agent.clone(), Arc::clone(&client), shutdown.clone());
    tokio::join!(join_all(tills), join_all(questions), holding, pulling);
}

/// Why talking with the hub came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    #[error(transparent)]
    Call(#[from] CallError),
    #[error(transparent)]
    Agent(#[from] AgentError),
}

impl From<StoreError> for SyncError {
    fn from(error: StoreError) -> Self {
        Self::Agent(error.into())
    }
}

impl From<sqlx::Error> for SyncError {
    fn from(error: sqlx::Error) -> Self {
        Self::Agent(error.into())
    }
}

/// Sends everything that waits, some tills at a time, and returns when nothing is left, or with the first
/// reason why that cannot be.
pub async fn drain(agent: &Agent, client: &Arc<HubClient>) -> Result<i64, SyncError> {
    let turns = Arc::new(Semaphore::new(REQUESTS));
    let mut waiting = Vec::new();
    for till in agent.tills() {
        if agent.store().unsent(till.n).await? > 0 {
            waiting.push(till.n);
        }
    }
    let sent = join_all(waiting.into_iter().map(|n| {
        let (client, turns) = (Arc::clone(client), Arc::clone(&turns));
        async move { Pusher::new(agent.clone(), client, turns, n)?.drain().await }
    }))
    .await;
    sent.into_iter().sum()
}

/// Takes in what is new at the hub, once.
pub async fn fetch(agent: &Agent, client: &HubClient) -> Result<(), SyncError> {
    let mut outcome = Err(AgentError::NotEnrolled.into());
    for signer in pull::signers(agent)? {
        outcome = pull::pull(agent, client, &signer).await;
        match &outcome {
            Err(SyncError::Call(CallError::Refused(_))) => {}
            _ => return outcome,
        }
    }
    outcome
}

#[cfg(test)]
mod tests;
