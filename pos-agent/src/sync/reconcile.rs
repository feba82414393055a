//! Where a till's history and the hub's copy of it part.

use domain::sync::{CommonSearch, GENESIS, HashesRequest, Head};

use super::SyncError;
use super::client::{HubClient, Signer};
use crate::app::Agent;
use crate::store::log::{self, LogRow};

/// Places asked for in one request.
const PROBES: i64 = 64;

/// The last event that both ends have alike; 0 if there is none.
pub async fn last_common(
    agent: &Agent,
    client: &HubClient,
    signer: &Signer,
    log: &LogRow,
) -> Result<i64, SyncError> {
    let mut search = CommonSearch::new(log.head.seq, i64::MAX - 1);
    loop {
        if let Some(found) = search.found() {
            return Ok(found);
        }
        let seqs = search.probes(PROBES);
        let request = HashesRequest { till: signer.till, log: log.id, seqs: seqs.clone() };
        let reply = client.hashes(signer, &request).await?;
        for seq in seqs {
            let own = agent.store().hash_at(log.n, seq).await?;
            let hub = reply.hashes.iter().find(|head| head.seq == seq).map(|head| head.hash);
            search.learn(seq, own, hub);
        }
    }
}

/// For a sealed log that differs from the hub's copy. It was sealed for that, most often. But a hub that was restored
/// may follow the history of a copy of this till by now, and then lack what this log was to send: the open log
/// carries it.
pub async fn carry_on(
    agent: &Agent,
    client: &HubClient,
    signer: &Signer,
    sealed: &LogRow,
) -> Result<(), SyncError> {
    let common = last_common(agent, client, signer, sealed).await?;
    if common < sealed.end() {
        agent.carry_on(agent.desk(sealed.till)?, sealed, common).await?;
    }
    // What both have is sent, whoever sent it: this log has nothing more to do.
    let seq = common.min(sealed.end());
    let own = agent.store().hash_at(sealed.n, seq).await?;
    // Damage may have taken the event of this place; that it is sent holds all the same.
    let known = (seq == sealed.acked.seq).then_some(sealed.acked.hash);
    let both = Head { seq, hash: own.or(known).unwrap_or(GENESIS) };
    if both != sealed.acked {
        let mut tx = agent.store().begin().await?;
        log::acknowledge(&mut tx, sealed.n, both).await?;
        agent.store().commit(tx).await?;
    }
    Ok(())
}
