//! `pos-agent sync`: once, and then the end.

use std::sync::Arc;

use kit::cli::{Exit, Failure};

use super::{agent_failure, call_failure, open_agent, sync_failure};
use crate::Agent;
use crate::settings::Settings;
use crate::sync::{self, HubClient, SyncError};

pub async fn sync(settings: &Settings) -> Result<Exit, Failure> {
    let agent = open_agent(settings).await?;
    push(&agent).await?;
    agent.store().close().await;
    Ok(Exit::Ok)
}

/// Sends everything, fetches what is new, and says so. What cannot be sent stays where it is.
pub async fn push(agent: &Agent) -> Result<(), Failure> {
    let hub = agent.hub();
    let client =
        HubClient::new(&hub.url, &hub.hub_id, agent.clock().clone()).map_err(|e| call_failure(&e))?;
    let client = Arc::new(client);
    let result = async {
        let sent = sync::drain(agent, &client).await?;
        sync::fetch(agent, &client).await?;
        Ok::<i64, SyncError>(sent)
    };
    match result.await {
        Ok(sent) => {
            eprintln!("ok: {sent} events sent, nothing waits");
            Ok(())
        }
        Err(error) => {
            let waiting = agent.status().await.map_err(agent_failure)?.unsent;
            let mut failure = sync_failure(error);
            failure.message =
                format!("{}; {waiting} events stay here and will be sent later", failure.message);
            Err(failure)
        }
    }
}
