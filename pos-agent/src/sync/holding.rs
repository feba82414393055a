//! Baskets that are put aside here are told to the hub, so that other agents of the store can take them up; and what was
//! taken up without asking is told as soon as that is possible. What is in the file decides what is to be told, so a
//! restart loses nothing, and everything may be told twice.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use domain::ids::HoldId;
use domain::sync::{HELD_MAX, HELD_SHAPE, HeldBasket, HeldState, TakeHeld, TakeHow, TakeOutcome};
use tokio::sync::watch;
use tokio::time::sleep;

use super::SyncError;
use super::client::{CallError, HubClient, Signer};
use crate::app::{Agent, Desk};
use crate::error::AgentError;
use crate::store::held::{self, Claim, HeldRow, Standing};
use crate::ui::view::HubState;

/// Between attempts, where something is left to be told.
const AGAIN: Duration = Duration::from_secs(15);

/// Tells the hub until `shutdown` turns true.
pub(super) async fn run(
    agent: Agent,
    client: Arc<HubClient>,
    signers: HashMap<i64, Signer>,
    mut shutdown: watch::Receiver<bool>,
) {
    let telling = async {
        let mut link = agent.watch_link();
        loop {
            if *link.borrow_and_update() == HubState::Online
                && let Err(error) = tell(&agent, &client, &signers).await
            {
                tracing::debug!(%error, "held baskets are told later");
            }
            tokio::select! {
                () = agent.held_changed().notified() => {}
                changed = link.changed() => if changed.is_err() { return },
                () = sleep(AGAIN) => {}
            }
        }
    };
    tokio::select! {
        () = telling => {}
        _ = shutdown.wait_for(|stop| *stop) => {}
    }
}

/// Everything that waits to be told. What one till cannot tell holds up nothing of another's; the last reason is given.
async fn tell(agent: &Agent, client: &HubClient, signers: &HashMap<i64, Signer>) -> Result<(), SyncError> {
    let mut outcome = Ok(());
    for claim in agent.store().held_claims().await? {
        if let Some(signer) = signers.get(&claim.till)
            && let Err(error) = claimed(agent, client, signer, claim).await
        {
            outcome = Err(error);
        }
    }
    for (row, body) in agent.store().held_to_share().await? {
        if let Some(signer) = signers.get(&row.till)
            && let Err(error) = share(agent, client, signer, &row, body).await
        {
            outcome = Err(error);
        }
    }
    outcome
}

/// An own basket was taken up without asking.
async fn claimed(agent: &Agent, client: &HubClient, signer: &Signer, claim: Claim) -> Result<(), SyncError> {
    let Claim { hold, till: n, label } = claim;
    let request = TakeHeld { hold, how: TakeHow::OwnUnasked, shape: HELD_SHAPE, label };
    let outcome = client.take_held(signer, &request).await?.outcome;
    let mut tx = agent.store().begin().await?;
    held::delete_claim(&mut tx, hold).await?;
    agent.store().commit(tx).await?;
    if let TakeOutcome::Elsewhere { till, .. } = outcome {
        tracing::warn!(code = "held_taken_twice", %hold, %till, "a held basket was sold at another till too");
        agent.tell_taken_twice(n, &till)?;
    }
    Ok(())
}

async fn share(
    agent: &Agent,
    client: &HubClient,
    signer: &Signer,
    row: &HeldRow,
    body: String,
) -> Result<(), SyncError> {
    if !offer(agent, row).await? {
        return Ok(());
    }
    let state = match client.put_held(signer, &offered(row, body)).await {
        Ok(reply) => reply.state,
        // A hub of an earlier release keeps none: nobody else can have it.
        Err(CallError::Refused(problem)) if problem.status == 404 => HeldState::Ended,
        Err(error) => return Err(error.into()),
    };
    Ok(settle(agent, row, Standing::Offered, &state).await?)
}

/// Notes that the hub may have it from now on. False: it was taken up in this moment.
async fn offer(agent: &Agent, row: &HeldRow) -> Result<bool, AgentError> {
    if row.standing == Standing::Offered {
        return Ok(true);
    }
    let mut tx = agent.store().begin().await?;
    let is_there = held::set_standing(&mut tx, row.hold, Standing::Own, Standing::Offered).await?;
    agent.store().commit(tx).await?;
    Ok(is_there)
}

fn offered(row: &HeldRow, body: String) -> HeldBasket {
    HeldBasket {
        hold: row.hold,
        label: row.label.clone(),
        items: row.items,
        total: row.total,
        held_at: row.held_at,
        shape: HELD_SHAPE,
        body,
    }
}

/// What the hub says of an own basket. One that it gave to the very till that put it aside stays: that till asked for it,
/// and ended before it took it up.
pub(super) async fn settle(
    agent: &Agent,
    row: &HeldRow,
    was: Standing,
    state: &HeldState,
) -> Result<(), AgentError> {
    let now = match state {
        HeldState::Taken { till, .. } if agent.code_of(row).as_ref() != Some(till) => {
            return agent.lose_held(row).await;
        }
        HeldState::Taken { .. } => return Ok(()),
        HeldState::Waiting => Standing::Shared,
        HeldState::Ended => Standing::Local,
        // One that was never confirmed may still be on its way.
        HeldState::Unknown => Standing::Offered,
    };
    if now == was {
        return Ok(());
    }
    let mut tx = agent.store().begin().await?;
    held::set_standing(&mut tx, row.hold, was, now).await?;
    Ok(agent.store().commit(tx).await?)
}

/// Asks what waits in a till's store, and what became of the agent's own baskets there.
pub(super) async fn list(
    agent: &Agent,
    desk: &Desk,
    client: &HubClient,
    signer: &Signer,
) -> Result<(), SyncError> {
    let mut rows = agent.store().held(desk.till.n).await?;
    let mut own: HashSet<HoldId> = rows.iter().map(|row| row.hold).collect();
    rows.retain(|row| row.standing == Standing::Shared);
    rows.truncate(HELD_MAX);
    let mine: Vec<String> = rows.iter().map(|row| row.hold.to_string()).collect();
    let mut list = client.held(signer, &mine).await?;
    // The hub goes on naming what it gave this till, which may not have heard.
    own.extend(agent.store().all_taken_here().await?);
    // Nor is an own one another agent's, put aside or taken up while the hub was asked.
    own.extend(agent.store().held(desk.till.n).await?.into_iter().map(|row| row.hold));
    list.baskets.retain(|waiting| !own.contains(&waiting.hold));
    // Before what takes time: whoever waits for the list sees it.
    desk.keep_others(list.baskets);
    for (hold, state) in &list.mine {
        if let Some(row) = rows.iter().find(|row| row.hold == *hold) {
            settle(agent, row, Standing::Shared, state).await?;
        }
    }
    Ok(())
}

/// Which tills are who, to sign for each.
pub(super) fn by_till(agent: &Agent, signers: &[Signer]) -> HashMap<i64, Signer> {
    agent.tills().into_iter().map(|till| till.n).zip(signers.iter().cloned()).collect()
}
