//! Where a till's history and the hub's copy of it part.

use domain::sync::{CommonSearch, HashesRequest};

use super::SyncError;
use super::client::{HubClient, Signer};
use crate::app::Agent;
use crate::store::log::LogRow;

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
