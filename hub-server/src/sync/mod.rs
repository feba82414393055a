//! Custody of what the tills send: logs, acknowledgements, quarantine, and the feed back.
//!
//! A batch is taken in one commit: the raw events, what they do in the other rooms ([`Apply`]), what
//! became of each, and the log's new end. Nothing of a till's is ever refused for what it says; what
//! cannot be applied is kept aside and the log moves on, and it may be tried again later.

use std::future::Future;

use chrono::{DateTime, Duration, Utc};
use domain::ids::{EventId, LogId, TillId};
use domain::sync::redemption::Moment;
use domain::sync::{Body, Disposition, Refusal};

use crate::db::{DbError, Tx};
use crate::error::Error;
use crate::live::News;

mod again;
pub mod api;
mod custody;
mod gather;
mod group;
pub mod pages;
pub mod readers;
mod rehearse;
mod store;
mod unwound;
mod verify;

pub use again::{Tried, keep_taking_up, take_up_held, try_again};
pub use custody::{Push, Source, receive};
pub use gather::Gatherer;
pub use rehearse::Rehearsal;
pub use store::{
    CustodyState, Quarantined, answered, custody_state, lock_log, log_head, places_behind, quarantine,
    quarantine_count, raw_event, settle, waiting_places,
};
pub use verify::{LogsVerified, verify};

/// A till that was not heard of for so long is silent.
pub const SILENT_AFTER: Duration = Duration::minutes(5);
/// Events of one push.
pub const EVENTS_MAX: usize = 500;
/// Bytes of one push's events.
pub const BYTES_MAX: usize = 1024 * 1024;

/// An event in custody that is to take effect.
#[derive(Debug)]
pub struct Accepted {
    pub event: EventId,
    pub till: TillId,
    pub log: LogId,
    pub seq: i64,
    /// When the till wrote it.
    pub moment: Moment,
    pub body: Body,
}

/// What applying did: one disposition an event, in order, and whom to tell after the commit.
#[derive(Debug, Default)]
pub struct Applied {
    pub dispositions: Vec<Disposition>,
    pub news: Vec<News>,
}

/// What the rooms after this one do with events. It runs in the transaction that takes custody.
pub trait Apply: Sync {
    fn apply(
        &self,
        tx: &mut Tx,
        events: &[Accepted],
        now: DateTime<Utc>,
    ) -> impl Future<Output = Result<Applied, DbError>> + Send;
}

/// A refusal as the till is told it.
fn refused(refusal: Refusal) -> Error {
    use axum::http::StatusCode as S;
    let status = match refusal {
        Refusal::StaleSession | Refusal::Gap { .. } | Refusal::Forked { .. } => S::CONFLICT,
        Refusal::ForeignLog => S::FORBIDDEN,
        Refusal::BrokenChain { .. } | Refusal::WrongLastHash => S::BAD_REQUEST,
    };
    let mut problem = domain::sync::Problem::new(status.as_u16(), refusal.code(), &refusal.to_string());
    if let Refusal::Gap { expected } = refusal {
        problem.expected_seq = Some(expected);
    }
    problem.into()
}
