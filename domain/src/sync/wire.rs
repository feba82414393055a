//! Requests and answers between till and hub.

use std::fmt::Display;

use serde::{Deserialize, Serialize};

use crate::codes::{CardNumber, Sku, StoreCode, TillCode};
use crate::ids::{EventId, LogId, MemberId, TillId};
use crate::lookup::Contacts;
use crate::money::Quantity;
use crate::snapshot::{Change, FeedCursor};
use crate::sync::chain::Head;
use crate::sync::custody::LogStatus;

/// `POST /sync/v1/enrol`: trades a one-time code for the right to push, one key per till.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolRequest {
    pub code: String,
    /// Empty in the first call, which only asks which tills the code is for.
    pub keys: Vec<TillKeyOffer>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TillKeyOffer {
    pub till: TillId,
    /// Ed25519 public key in base64; the private half never leaves the till.
    pub public_key: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolReply {
    /// Names the hub for ever: a till refuses another one at the same address.
    pub hub_id: String,
    pub chain: String,
    pub currency: String,
    pub locale: String,
    pub tills: Vec<EnrolledTill>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolledTill {
    pub till: TillId,
    pub store: StoreCode,
    pub code: TillCode,
    pub store_name: String,
    /// IANA name.
    pub zone: String,
}

/// `POST /sync/v1/open`: a till says what it has; the hub says what it has of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenRequest {
    pub till: TillId,
    pub protocol: u32,
    pub version: String,
    pub logs: Vec<OpenedLog>,
    pub at_utc_ms: i64,
    /// Sales not yet acknowledged, for the hub's till page.
    pub unsent: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenedLog {
    pub log: LogId,
    pub head: Head,
    /// The last acknowledgement this till remembers.
    pub acked: Head,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenReply {
    pub hub_id: String,
    pub hub_epoch: i64,
    pub protocol: u32,
    /// Rises with every open of this till: an older process can no longer push.
    pub session: i64,
    pub limits: Limits,
    pub at_utc_ms: i64,
    pub logs: Vec<LogAck>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    pub events_max: usize,
    pub bytes_max: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogAck {
    pub log: LogId,
    pub ack: Head,
    pub status: LogStatus,
}

/// `POST /sync/v1/hashes`: the hub's hashes at some places of a log, to find the last common event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HashesReply {
    pub hashes: Vec<Head>,
}

/// What became of one event. Stored, so that a lost answer can be given again in the same words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Disposition {
    Applied,
    /// The hub has this event already, from this or another log.
    Duplicate,
    /// A kind the hub does not know yet.
    Held,
    /// Kept aside for a person; `code` is stable.
    Quarantined {
        code: String,
    },
    /// The hub has another event under this id; kept aside too.
    Conflict,
}

/// `POST /sync/v1/push`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushReply {
    pub hub_epoch: i64,
    pub log: LogId,
    pub ack: Head,
    pub dispositions: Vec<(EventId, Disposition)>,
}

/// Tills of one agent that the hub tells stock for at once.
pub const CHANGES_TILLS_MAX: usize = 100;

/// `GET /sync/v1/changes?cursor=…&limit=…`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangesPage {
    pub hub_epoch: i64,
    pub changes: Vec<Change>,
    pub cursor: FeedCursor,
    /// More rows wait behind `cursor`.
    pub more: bool,
    /// Where customers reach the hub, as it is set now; none where they do not. A text, as a till of another release may
    /// read no [`crate::open_page::PublicUrl`] in it, and must still hear the rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
}

/// `POST /sync/v1/stock`: somebody at a till asks whether there is more of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockRequest {
    pub sku: Sku,
}

/// What the stores have of it by their last count and the sales that the hub has since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockReply {
    /// The till's own store first, then who has most. Stores that keep no stock of it are not among them.
    pub levels: Vec<StockLevel>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockLevel {
    pub store: StoreCode,
    pub name: String,
    /// Below zero where more was sold than counted.
    pub on_hand: Quantity,
}

/// `POST /sync/v1/members/find`: somebody forgot their card, or enrols and may be known already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindMembers {
    pub contacts: Contacts,
}

/// Who has one of the contacts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundMembers {
    /// A handful at most.
    pub members: Vec<FoundMember>,
    /// There are others: this contact tells nobody apart.
    #[serde(default)]
    pub more: bool,
}

/// As much of somebody as a cashier needs to ask "is that you?".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundMember {
    pub member: MemberId,
    /// The newest that works; none where all are blocked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<CardNumber>,
    /// First name and initial.
    pub greeting: String,
    /// Phone and e-mail with their middle left out.
    pub contact: String,
}

/// An RFC 9457 problem, as both servers answer every refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    /// Stable name of the error.
    pub code: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Which fields, by JSON pointer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
    /// A push that skipped events, or that the hub has otherwise: where it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_seq: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hub_utc_ms: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldProblem {
    pub pointer: String,
    pub detail: String,
}

impl Problem {
    pub fn new(status: u16, code: &str, title: &str) -> Self {
        Self {
            kind: "about:blank".to_owned(),
            title: title.to_owned(),
            status,
            code: code.to_owned(),
            detail: None,
            errors: vec![],
            expected_seq: None,
            hub_utc_ms: None,
        }
    }

    #[must_use]
    pub fn with_detail(mut self, detail: impl Display) -> Self {
        self.detail = Some(detail.to_string());
        self
    }
}

/// A place asked for in `POST /sync/v1/hashes`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HashesRequest {
    pub till: TillId,
    pub log: LogId,
    pub seqs: Vec<i64>,
}
