//! One event of a log and its bytes. The bytes are made once, on the till, and never re-encoded: the
//! hub stores and hashes what it received. JSON with fields in declaration order is deterministic here,
//! because it is written by one place and holds no floats.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::codes::{CashierCode, StoreCode};
use crate::ids::{EventId, LogId, TillId};
use crate::sync::body::Body;
use crate::sync::chain::{Hash, Head, hash_event};

/// The protocol this code speaks.
pub const PROTOCOL: u32 = 1;

/// What a till knows when it writes an event; besides the body and the place in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    pub store: StoreCode,
    pub till: TillId,
    pub at_utc_ms: i64,
    /// Changes at each start of the machine; with `mono_ms` it dates events while the clock is wrong.
    pub boot_id: String,
    pub mono_ms: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cashier: Option<CashierCode>,
    /// The hub's epoch when this till last spoke with it; 0 before the first time.
    pub hub_epoch_seen: i64,
}

/// An event as it stands in the log.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Envelope {
    pub v: u32,
    pub log: LogId,
    pub seq: i64,
    pub event: EventId,
    pub prev: Hash,
    #[serde(flatten)]
    pub stamp: Stamp,
    pub kind: String,
    pub kind_v: u32,
    pub body: Box<RawValue>,
}

#[derive(Debug, thiserror::Error)]
pub enum EventError {
    #[error("the event could not be written: {0}")]
    Encode(#[from] serde_json::Error),
}

/// An event's bytes with the two digests that the protocol compares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventBytes {
    pub bytes: Vec<u8>,
    /// Chains the log.
    pub hash: Hash,
    /// Covers kind, version and body only: the same sale in another log has the same digest.
    pub digest: Hash,
}

impl Envelope {
    /// Puts a body behind `head` and returns the bytes to store and send.
    pub fn append(
        log: LogId,
        head: Head,
        event: EventId,
        stamp: Stamp,
        body: &Body,
    ) -> Result<EventBytes, EventError> {
        let (kind, kind_v) = body.kind();
        let raw = body.encode()?;
        Self::assemble(log, head, event, stamp, kind.to_owned(), kind_v, raw)
    }

    /// The same event behind another head: how a till that must open a new log carries over what the
    /// hub may not have. Event id and digest stay.
    pub fn relog(self, log: LogId, head: Head) -> Result<EventBytes, EventError> {
        Self::assemble(log, head, self.event, self.stamp, self.kind, self.kind_v, self.body)
    }

    fn assemble(
        log: LogId,
        head: Head,
        event: EventId,
        stamp: Stamp,
        kind: String,
        kind_v: u32,
        body: Box<RawValue>,
    ) -> Result<EventBytes, EventError> {
        let digest = body_digest(&kind, kind_v, body.get());
        let envelope =
            Self { v: PROTOCOL, log, seq: head.seq + 1, event, prev: head.hash, stamp, kind, kind_v, body };
        let bytes = serde_json::to_vec(&envelope)?;
        let hash = hash_event(&bytes);
        Ok(EventBytes { bytes, hash, digest })
    }

    pub fn parse(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        let envelope: Self = serde_json::from_slice(bytes)?;
        // A hub keeps the kind as text, and not every database takes this character.
        if envelope.kind.contains('\0') {
            return Err(serde::de::Error::custom("the kind holds the character NUL"));
        }
        Ok(envelope)
    }

    pub fn digest(&self) -> Hash {
        body_digest(&self.kind, self.kind_v, self.body.get())
    }
}

fn body_digest(kind: &str, kind_v: u32, body: &str) -> Hash {
    let text = Sha256::new().chain_update(kind).chain_update(b"\n").chain_update(kind_v.to_be_bytes());
    Hash(text.chain_update(body).finalize().into())
}
