//! The body of a push: one line that says what follows, then one event a line, byte for byte.

use serde::{Deserialize, Serialize};

use crate::ids::LogId;
use crate::sync::chain::{Hash, Head};

/// First line of a push. The request's signature covers it with everything behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushHeader {
    pub session: i64,
    pub log: LogId,
    pub first: i64,
    pub last: i64,
    pub last_hash: Hash,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    pub header: PushHeader,
    /// Raw event bytes, in order of `seq`.
    pub events: Vec<Vec<u8>>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    #[error("the first line is not a push header: {0}")]
    Header(String),
    #[error("the header announces {announced} events, {found} follow")]
    Count { announced: i64, found: usize },
    #[error("the batch is empty")]
    Empty,
}

/// Lays a run of events out for sending. `events` must not contain line feeds: ours are compact JSON.
pub fn write_batch(
    session: i64,
    log: LogId,
    first: i64,
    events: &[Vec<u8>],
    last: Head,
) -> Result<Vec<u8>, serde_json::Error> {
    let header = PushHeader { session, log, first, last: last.seq, last_hash: last.hash };
    let mut body = serde_json::to_vec(&header)?;
    for event in events {
        body.push(b'\n');
        body.extend_from_slice(event);
    }
    Ok(body)
}

pub fn read_batch(body: &[u8]) -> Result<Batch, WireError> {
    let mut lines = body.split(|b| *b == b'\n');
    let first_line = lines.next().unwrap_or_default();
    let header: PushHeader =
        serde_json::from_slice(first_line).map_err(|e| WireError::Header(e.to_string()))?;
    let events: Vec<Vec<u8>> = lines.map(<[u8]>::to_vec).collect();
    if events.is_empty() {
        return Err(WireError::Empty);
    }
    let announced = header.last.checked_sub(header.first).and_then(|n| n.checked_add(1)).unwrap_or(0);
    if header.first < 1 || usize::try_from(announced) != Ok(events.len()) {
        return Err(WireError::Count { announced, found: events.len() });
    }
    Ok(Batch { header, events })
}
