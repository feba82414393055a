//! Whether every log is a chain without a gap up to what was acknowledged.

use domain::ids::{EventId, LogId};
use domain::sync::{Envelope, GENESIS, Hash, Head, hash_event};
use serde::Serialize;

use super::store;
use crate::db::{DbError, Tx};

/// What was walked and what does not hold; the first differences only.
#[derive(Debug, Clone, Default, Serialize)]
pub struct LogsVerified {
    pub logs: i64,
    pub entries: i64,
    /// Entries whose bytes stand under another log: the chain goes on over their hash.
    pub repeats: i64,
    pub broken: Vec<BrokenLink>,
    /// Applied sales that are missing among the sales.
    pub unapplied: Vec<EventId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BrokenLink {
    pub log: LogId,
    pub seq: i64,
    pub why: &'static str,
}

const PAGE: i64 = 500;
const SHOWN: i64 = 20;

impl LogsVerified {
    pub fn holds(&self) -> bool {
        self.broken.is_empty() && self.unapplied.is_empty()
    }
}

/// Walks every log from its first event.
pub async fn verify(tx: &mut Tx) -> Result<LogsVerified, DbError> {
    let mut found = LogsVerified { unapplied: store::unapplied(tx, SHOWN).await?, ..LogsVerified::default() };
    for record in store::logs(tx).await? {
        found.logs += 1;
        let end = walk(tx, record.log, &mut found).await?;
        if end != record.ack {
            found.broken.push(BrokenLink {
                log: record.log,
                seq: record.ack.seq,
                why: "the acknowledgement is not the end of the log",
            });
        }
    }
    Ok(found)
}

async fn walk(tx: &mut Tx, log: LogId, found: &mut LogsVerified) -> Result<Head, DbError> {
    let mut head = Head { seq: 0, hash: GENESIS };
    loop {
        let links = store::links(tx, log, head.seq, PAGE).await?;
        if links.is_empty() {
            return Ok(head);
        }
        for link in links {
            let hash = store::read_hash(&link.hash)?;
            if link.raw.is_none() {
                found.repeats += 1;
            }
            if let Some(why) = fault(log, head, link.seq, hash, &link) {
                found.broken.push(BrokenLink { log, seq: link.seq, why });
            }
            found.entries += 1;
            head = Head { seq: link.seq, hash };
        }
    }
}

fn fault(log: LogId, before: Head, seq: i64, hash: Hash, link: &store::Link) -> Option<&'static str> {
    if seq != before.seq + 1 {
        return Some("events before this one are missing");
    }
    let Some(raw) = &link.raw else {
        return (link.disposition != "duplicate").then_some("the bytes of this event are missing");
    };
    if hash_event(raw) != hash {
        return Some("the bytes do not have the hash that was acknowledged");
    }
    // Bytes that are no event name no predecessor; the hash above is all there is to check.
    let envelope = Envelope::parse(raw).ok()?;
    (envelope.log != log || envelope.seq != seq || envelope.prev != before.hash)
        .then_some("the event does not follow from the one before it")
}
