//! Fetches what changed at the hub: catalogue, cards, members, offers, programme.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use domain::codes::StoreCode;
use domain::ids::TillId;
use domain::snapshot::Change;
use domain::sync::CHANGES_TILLS_MAX;
use tokio::sync::watch;

use super::SyncError;
use super::client::{CallError, HubClient, Signer};
use super::keys;
use crate::app::{Agent, Desk};
use crate::error::AgentError;
use crate::store::{feed, tills};
use crate::ui::view::HubState;

/// How often the hub is asked: what a till shows of a member is at most this much behind the hub, and a
/// hub that went away is noticed within it.
const EVERY: Duration = Duration::from_millis(2_500);
/// A hub that does not answer is asked a little less often, and not by all tills at the same moment.
const AWAY: Duration = Duration::from_secs(4);
const JITTER_MS: u64 = 1_000;
/// Rows a page.
const ROWS: usize = 2_000;

/// Pulls until `shutdown` turns true. One till of the agent signs for all; another one where it is refused.
pub(super) async fn run(agent: Agent, client: Arc<HubClient>, mut shutdown: watch::Receiver<bool>) {
    let signers = match signers(&agent) {
        Ok(signers) => signers,
        Err(error) => {
            tracing::error!(
                code = "key_unreadable",
                %error,
                "nothing can be fetched from the hub: a till's key cannot be read"
            );
            return;
        }
    };
    let mut refusals: usize = 0;
    while !*shutdown.borrow() {
        let signer = &signers[refusals % signers.len()];
        let pause = match pull(&agent, &client, signer).await {
            Ok(()) => EVERY,
            Err(SyncError::Call(CallError::Busy { retry_after_ms })) => {
                let asked = Duration::from_millis(u64::try_from(retry_after_ms.unwrap_or(0)).unwrap_or(0));
                asked.max(AWAY) + Duration::from_millis(rand::random_range(0..JITTER_MS))
            }
            Err(SyncError::Call(error)) if error.link() == Some(HubState::Refused) => {
                refusals += 1;
                if refusals.is_multiple_of(signers.len()) {
                    agent.set_link(HubState::Refused);
                    AWAY
                } else {
                    Duration::ZERO
                }
            }
            Err(SyncError::Call(error)) => {
                error.link().into_iter().for_each(|state| agent.set_link(state));
                AWAY + Duration::from_millis(rand::random_range(0..JITTER_MS))
            }
            Err(SyncError::Agent(error)) => {
                tracing::error!(code = "feed_not_kept", %error, "what the hub sent could not be kept");
                AWAY
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = shutdown.wait_for(|stop| *stop) => {}
        }
    }
}

/// Each till of the agent, never none.
pub(super) fn signers(agent: &Agent) -> Result<Vec<Signer>, AgentError> {
    let signer = |desk: &Desk| {
        let key = keys::read(agent.store().folder(), desk.till.id)?;
        Ok(Signer { till: desk.till.id, key })
    };
    let signers = agent.desks().map(signer).collect::<Result<Vec<_>, AgentError>>()?;
    if signers.is_empty() { Err(AgentError::NotEnrolled) } else { Ok(signers) }
}

/// The tills whose stores' stock is asked for: the first of each store before others of it, and no more than the hub hears.
fn asked_for(tills: impl Iterator<Item = (StoreCode, TillId)>) -> Vec<TillId> {
    let mut stores = BTreeSet::new();
    let (firsts, others): (Vec<_>, Vec<_>) = tills.partition(|(store, _)| stores.insert(store.clone()));
    firsts.into_iter().chain(others).map(|(_, till)| till).take(CHANGES_TILLS_MAX).collect()
}

/// Takes everything in that is new, page by page, each with its cursor in one commit.
pub(super) async fn pull(agent: &Agent, client: &HubClient, signer: &Signer) -> Result<(), SyncError> {
    loop {
        let Some(hub) = agent.store().hub().await? else { return Err(AgentError::NotEnrolled.into()) };
        let tills = asked_for(agent.desks().map(|desk| (desk.till.store.clone(), desk.till.id)));
        let page = client.changes(signer, &tills, hub.feed_cursor, ROWS).await?;
        if page.hub_epoch != hub.epoch {
            // The hub was restored, or is heard for the first time: begin at the beginning.
            let mut tx = agent.store().begin().await?;
            tills::set_hub_epoch(&mut tx, page.hub_epoch).await?;
            agent.store().commit(tx).await?;
            agent.refresh_stock().await?;
            agent.set_hub_epoch(page.hub_epoch);
            continue;
        }
        let went_back = page.cursor < hub.feed_cursor;
        if went_back {
            // The hub went back in time: every till asks anew what it has.
            agent.set_link(HubState::Unknown);
        }
        let of_staff = page.changes.iter().any(|change| matches!(change, Change::Cashier(_)));
        let has_news = !page.changes.is_empty();
        let mut tx = agent.store().begin().await?;
        if went_back {
            tills::fetch_anew(&mut tx).await?;
        }
        tills::set_public_url(&mut tx, page.public_url.as_deref()).await?;
        feed::apply_changes(&mut tx, &page.changes, page.cursor, agent.now()).await?;
        agent.store().commit(tx).await?;
        if of_staff {
            agent.refresh_staff().await?;
        }
        if went_back || page.changes.iter().any(|change| matches!(change, Change::Stock(_))) {
            agent.refresh_stock().await?;
        }
        if !page.more {
            // Whole, and each time: there are few, and a till whose list is not the file's gives money away.
            agent.refresh_price_rules().await?;
        }
        agent.set_link(HubState::Online);
        if has_news {
            agent.desks().for_each(Desk::touch);
        }
        if !page.more {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_store_is_asked_for_before_a_second_till_of_one() {
        let till = |n: u8| TillId::new(1, [n; 10]);
        let asked = |tills: &[(&str, u8)]| {
            asked_for(tills.iter().map(|(store, n)| (store.parse().unwrap(), till(*n))))
        };
        assert_eq!(asked(&[("a", 1), ("a", 2), ("b", 3)]), [till(1), till(3), till(2)]);
        let mut many: Vec<(&str, u8)> = (1..=150).map(|n| ("a", n)).collect();
        many.push(("b", 151));
        let asked = asked(&many);
        assert_eq!((asked.len(), asked[1]), (CHANGES_TILLS_MAX, till(151)), "more than the hub hears");
    }
}
