//! The sync protocol between till and hub, as data and pure decisions.
//!
//! A till appends every sale as an event to its own log: contiguous numbers, each event naming the hash
//! of the one before. The hub takes *custody* of a run of events (stores the raw bytes) before it applies
//! any, and acknowledges by number and hash. Repeats are answered with the first answer. Nothing in
//! here does I/O: the shells in agent and hub carry out what these functions decide.

mod anchor;
mod body;
mod chain;
mod custody;
mod event;
mod held;
mod push;
mod queue;
mod receipts;
pub mod redemption;
mod reopen;
mod seal;
mod till;
mod wire;

pub use anchor::{Anchor, AnchorCheck, check_anchor};
pub use body::{
    ApprovalAsked, Body, LogOpened, OfferAnswer, OfferResponse, OpenReason, ParsedBody, RefusedApproval,
};
pub use chain::{GENESIS, Hash, Head, hash_event};
pub use custody::{Admitted, Fresh, LogRecord, LogStatus, Refusal, Verdict, admit, judge};
pub use event::{Envelope, EventBytes, EventError, PROTOCOL, Stamp};
pub use held::{
    HELD_MAX, HELD_SHAPE, HeldBasket, HeldList, HeldReply, HeldState, LABEL_CHARS_MAX, TakeHeld, TakeHow,
    TakeOutcome, TakenHeld, WaitingBasket,
};
pub use push::{Batch, PushHeader, WireError, read_batch, write_batch};
pub use queue::{QUEUE_FORMAT, Queue, QueueError, QueueHeader, SignedRun, read_queue, write_queue};
pub use receipts::{FoundReceipt, ReceiptReply, ReceiptRequest, ReturnedLine, without_references};
pub use reopen::{CommonSearch, Reopened, plan_reopen};
pub use seal::{KeyError, SealError, TillKey, TillPublicKey, request_text};
pub use till::{Action, Backoff, Comparison, Input, TillSync, compare};
pub use wire::{
    CHANGES_TILLS_MAX, ChangesPage, Disposition, EnrolReply, EnrolRequest, EnrolledTill, FieldProblem,
    FindMembers, FoundMember, FoundMembers, HashesReply, HashesRequest, Limits, LogAck, OpenReply,
    OpenRequest, OpenedLog, Problem, PushReply, StockLevel, StockReply, StockRequest, TillKeyOffer,
};

#[cfg(test)]
mod tests;
