//! The edge where time, randomness and the machine's name come in. Below it they are arguments.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, Utc};
use domain::ids::{EventId, GiftHoldId, HoldId, LogId, MemberId, RedemptionId, SaleId, ShiftId};
use domain::open_page::PageToken;
use domain::time::to_millis;

/// The running program's clock, in whole milliseconds; tests fix it.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    pub fn system() -> Self {
        Self::from_fn(kit::clock::now)
    }

    pub fn from_fn(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    pub fn now(&self) -> DateTime<Utc> {
        to_millis((self.0)())
    }

    pub fn sale_id(&self) -> SaleId {
        SaleId::new(self.now().timestamp_millis(), rand::random())
    }

    pub fn member_id(&self) -> MemberId {
        MemberId::new(self.now().timestamp_millis(), rand::random())
    }

    pub fn hold_id(&self) -> HoldId {
        HoldId::new(self.now().timestamp_millis(), rand::random())
    }

    pub fn gift_hold_id(&self) -> GiftHoldId {
        GiftHoldId::new(self.now().timestamp_millis(), rand::random())
    }

    pub fn redemption_id(&self) -> RedemptionId {
        RedemptionId::new(self.now().timestamp_millis(), rand::random())
    }

    pub fn event_id(&self) -> EventId {
        EventId::new(self.now().timestamp_millis(), rand::random())
    }

    /// For what serves once: hard to guess.
    pub fn token(&self) -> String {
        hex::encode(rand::random::<[u8; 16]>())
    }

    /// For the address of a receipt's page.
    pub fn page_token(&self) -> PageToken {
        PageToken::new(rand::random())
    }

    pub fn shift_id(&self) -> ShiftId {
        ShiftId::new(self.now().timestamp_millis(), rand::random())
    }

    pub fn log_id(&self) -> LogId {
        LogId::new(self.now().timestamp_millis(), rand::random())
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// One life of this process: dates events relative to each other while the wall clock is wrong.
#[derive(Debug, Clone)]
pub struct Boot {
    pub id: String,
    started: Instant,
}

impl Boot {
    pub fn now() -> Self {
        Self { id: hex::encode(rand::random::<[u8; 8]>()), started: Instant::now() }
    }

    pub fn mono_ms(&self) -> i64 {
        i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX)
    }
}

/// Names this machine, so that a copied data folder is noticed; empty where the system has no name.
pub fn machine() -> String {
    let text = std::fs::read_to_string("/etc/machine-id").unwrap_or_default();
    let text = text.trim();
    // The id itself is not ours to write down; its digest tells machines apart as well.
    if text.is_empty() { String::new() } else { domain::sync::hash_event(text.as_bytes()).to_string() }
}
