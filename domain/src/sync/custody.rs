//! The hub's side: whether a batch is taken, and what each event in it is.

use std::collections::HashMap;
use std::hash::BuildHasher;

use serde::{Deserialize, Serialize};

use crate::ids::{EventId, LogId, TillId};
use crate::sync::body::{Body, ParsedBody};
use crate::sync::chain::{Hash, Head, hash_event};
use crate::sync::event::{Envelope, PROTOCOL};
use crate::sync::push::Batch;
use crate::sync::wire::Disposition;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogStatus {
    Open,
    Sealed,
    Forked,
}

/// What the hub knows of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRecord {
    pub log: LogId,
    pub till: TillId,
    pub status: LogStatus,
    pub ack: Head,
}

/// Why a whole batch is not taken. Nothing of it has any effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("a newer process of this till has opened a session")]
    StaleSession,
    #[error("this log belongs to another till")]
    ForeignLog,
    #[error("events before {expected} were never received from here on")]
    Gap { expected: i64 },
    #[error("event {seq} differs from the one that was received before")]
    Forked { seq: i64 },
    #[error("event {seq} does not follow from the one before it")]
    BrokenChain { seq: i64 },
    #[error("the last hash announced is not that of the last event")]
    WrongLastHash,
}

impl Refusal {
    pub fn code(self) -> &'static str {
        match self {
            Self::StaleSession => "stale_session",
            Self::ForeignLog => "foreign_log",
            Self::Gap { .. } => "gap",
            Self::Forked { .. } => "log_forked",
            Self::BrokenChain { .. } => "broken_chain",
            Self::WrongLastHash => "wrong_last_hash",
        }
    }
}

/// A batch that may be stored.
#[derive(Debug)]
pub struct Admitted {
    /// Events the hub had already: their stored dispositions are answered again.
    pub repeated: Vec<i64>,
    /// New events in order, with their place and hash.
    pub fresh: Vec<Fresh>,
    pub ack: Head,
}

#[derive(Debug)]
pub struct Fresh {
    pub seq: i64,
    pub hash: Hash,
    pub bytes: Vec<u8>,
    /// `Err` says why the bytes are no event; they are kept all the same.
    pub envelope: Result<Envelope, String>,
}

/// Decides on a batch. `stored` are the hub's hashes of the log for the batch's places up to the ack.
pub fn admit<S: BuildHasher>(
    record: &LogRecord,
    till: TillId,
    session: i64,
    batch: Batch,
    stored: &HashMap<i64, Hash, S>,
) -> Result<Admitted, Refusal> {
    if record.till != till {
        return Err(Refusal::ForeignLog);
    }
    if batch.header.session != session {
        return Err(Refusal::StaleSession);
    }
    if record.status == LogStatus::Forked {
        return Err(Refusal::Forked { seq: record.ack.seq });
    }
    if batch.header.first > record.ack.seq + 1 {
        return Err(Refusal::Gap { expected: record.ack.seq + 1 });
    }
    let mut admitted = Admitted { repeated: vec![], fresh: vec![], ack: record.ack };
    let mut last = record.ack;
    for (seq, bytes) in (batch.header.first..).zip(batch.events) {
        let hash = hash_event(&bytes);
        if seq <= record.ack.seq {
            if stored.get(&seq) != Some(&hash) {
                return Err(Refusal::Forked { seq });
            }
            admitted.repeated.push(seq);
            last = Head { seq, hash };
        } else {
            admitted.fresh.push(take(record, admitted.ack, seq, hash, bytes)?);
            admitted.ack = Head { seq, hash };
            last = admitted.ack;
        }
    }
    if last.hash != batch.header.last_hash {
        return Err(Refusal::WrongLastHash);
    }
    Ok(admitted)
}

fn take(record: &LogRecord, before: Head, seq: i64, hash: Hash, bytes: Vec<u8>) -> Result<Fresh, Refusal> {
    let envelope = Envelope::parse(&bytes).map_err(|e| e.to_string());
    if let Ok(envelope) = &envelope {
        if envelope.log != record.log || envelope.seq != seq {
            return Err(Refusal::BrokenChain { seq });
        }
        if envelope.prev != before.hash {
            // Behind what the hub has, these are two histories of one log; inside the batch it is a
            // sender that chains wrongly.
            let fork = before == record.ack;
            return Err(if fork { Refusal::Forked { seq } } else { Refusal::BrokenChain { seq } });
        }
    }
    Ok(Fresh { seq, hash, bytes, envelope })
}

/// What one new event is, before anything is written for it.
#[derive(Debug)]
pub enum Verdict {
    Apply(Body),
    Settled(Disposition),
}

/// Whether a text in this JSON holds the character NUL, which no till means and not every database keeps. JSON
/// writes it as an escape only.
fn holds_nul(json: &str) -> bool {
    let mut rest = json;
    while let Some(at) = rest.find('\\') {
        let escape = &rest[at + 1..];
        if escape.starts_with("u0000") {
            return true;
        }
        // What is escaped may be a backslash that begins no escape itself.
        rest = escape.get(1..).unwrap_or_default();
    }
    false
}

/// Judges one event. `known` is the digest the hub has under the same event id, if any.
pub fn judge(envelope: &Result<Envelope, String>, known: Option<Hash>) -> Verdict {
    let Ok(envelope) = envelope else {
        return Verdict::Settled(Disposition::Quarantined { code: "unreadable_event".to_owned() });
    };
    match known {
        Some(digest) if digest == envelope.digest() => return Verdict::Settled(Disposition::Duplicate),
        Some(_) => return Verdict::Settled(Disposition::Conflict),
        None => {}
    }
    if envelope.v != PROTOCOL {
        return Verdict::Settled(Disposition::Held);
    }
    match Body::parse(&envelope.kind, envelope.kind_v, &envelope.body) {
        ParsedBody::Unknown => Verdict::Settled(Disposition::Held),
        _ if holds_nul(envelope.body.get()) => {
            Verdict::Settled(Disposition::Quarantined { code: "nul_character".to_owned() })
        }
        ParsedBody::Broken(_) => {
            Verdict::Settled(Disposition::Quarantined { code: "broken_body".to_owned() })
        }
        ParsedBody::Known(Body::Sale(sale)) if EventId::from(sale.id) != envelope.event => {
            Verdict::Settled(Disposition::Quarantined { code: "sale_id_mismatch".to_owned() })
        }
        ParsedBody::Known(Body::MemberEnrolled(member)) if member.event() != envelope.event => {
            Verdict::Settled(Disposition::Quarantined { code: "member_id_mismatch".to_owned() })
        }
        ParsedBody::Known(body) => Verdict::Apply(body),
    }
}
