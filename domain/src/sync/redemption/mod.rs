//! Points that are spent at tills, so that no point is spent twice however tills, network and hub fail.
//!
//! With the hub in reach a till writes its *intent* into its log, asks the hub to *reserve* the points, and only then
//! takes them; the sale's event *commits* them, a *void* gives them back. Without the hub it spends a *lease*: points
//! that the hub has already moved to this till and gives to nobody else until the till itself returns them. Only the
//! *floor*, which a chain has to choose, lets a till spend what was not moved to it before; what that may cost at worst is
//! [`Floor::worst_case`]. The hub reserves and tills take by these rules; leases the simulator alone follows so far.
//!
//! No clock of the hub ends a promise. A reservation ends by commit or void, or when the log of its till shows that
//! the till itself has let it go; a lease when its till returns it. Beyond that two people may end one, and answer for it.

mod account;
mod reservation;
mod ticket;
mod wallet;
mod wire;

use serde::{Deserialize, Serialize};

use crate::ids::{LeaseId, LogId};
use crate::money::{AmountError, Points};
use crate::sync::event::Stamp;

pub use account::{
    Account, Answer, Ask, Committed, Lease, LeaseState, NoLease, NotReleased, Spend, lease_offer,
};
pub use reservation::{Place, Reservation, ReservationState};
pub use ticket::{NotClosing, OnTicket};
pub use wallet::{Allowance, By, HeldLease, LeaseOver, OfflineSession, Snapshot, WhyNothing, floor_allows};
pub use wire::{RedemptionVoided, ReserveReply, ReserveRequest, VOIDED_MAX};

/// A till takes reserved points for so long after its intent, by its own monotonic time; then it lets them go.
pub const HELD_MS: i64 = 120_000;
/// From then on two people may release what a silent till holds.
pub const RELEASE_AFTER_MS: i64 = 24 * HOUR_MS;
/// The longest that a lease may be spent.
pub const LEASE_MS_MAX: i64 = 24 * HOUR_MS;
/// Of an account's points, at most so many per cent are leased at a time, to all tills together.
pub const LEASE_PERCENT_MAX: i64 = 20;
/// Two people may take back a lease that no till returned, so long after it was over.
pub const RECLAIM_AFTER_MS: i64 = 35 * 24 * HOUR_MS;
/// Wall clocks that are looked after are corrected by less than this.
const CLOCK_SLACK_MS: i64 = 600_000;
const HOUR_MS: i64 = 3_600_000;

/// When something happened at a till: its monotonic clock, which counts within one boot, beside its wall clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    pub boot: String,
    pub mono_ms: i64,
    pub utc_ms: i64,
}

impl Moment {
    /// When a till wrote an event.
    pub fn of(stamp: &Stamp) -> Self {
        Self { boot: stamp.boot_id.clone(), mono_ms: stamp.mono_ms, utc_ms: stamp.at_utc_ms }
    }

    /// Milliseconds since `earlier`; none where the machine was started again or its monotonic clock went back, as
    /// that of a machine does that is put back to a copy of its memory.
    pub fn since(&self, earlier: &Self) -> Option<i64> {
        let is_later = self.boot == earlier.boot && self.mono_ms >= earlier.mono_ms;
        is_later.then(|| self.mono_ms.saturating_sub(earlier.mono_ms))
    }

    /// Whether the wall clock stands before `earlier`, by more than a correction.
    fn is_set_back(&self, earlier: &Self) -> bool {
        self.utc_ms < earlier.utc_ms.saturating_sub(CLOCK_SLACK_MS)
    }
}

/// By which rule tills of a chain spend points, the strictest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum Mode {
    /// Only what the hub has reserved.
    Online,
    /// Without the hub, also what it has leased to the till before.
    OnlineAndLease,
    /// Without the hub, also what the till's snapshot shows, within these limits.
    Floor(Floor),
}

/// What a till may let be spent in the dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Floor {
    /// Of one card at one till on one date; the snapshot has to show twice as much.
    pub per_card: Points,
    /// Redemptions of all cards at one till until the hub has heard of them.
    pub per_session: u32,
    /// For so long the till may be alone, and so old may its snapshot be.
    pub hours: u32,
}

impl Floor {
    /// What can be spent at most that is not there, by so many tills that are alone at the same time: for one account
    /// and for all together, as each redemption takes no more than [`Floor::per_card`].
    pub fn worst_case(&self, tills: u32) -> Result<Points, AmountError> {
        let redemptions = i64::from(tills) * i64::from(self.per_session);
        redemptions.checked_mul(self.per_card.0).map(Points).ok_or(AmountError::Overflow)
    }

    fn limit_ms(&self) -> i64 {
        i64::from(self.hours) * HOUR_MS
    }
}

/// Points of a redemption that come out of a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseUse {
    pub lease: LeaseId,
    pub points: Points,
}

/// A lease as its till hears of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseRow {
    pub lease: LeaseId,
    /// It may be spent in this log alone: a till whose file is another one begins without any.
    pub log: LogId,
    pub points: Points,
    /// From its receipt, by the till's monotonic clock.
    pub life_ms: i64,
}

#[cfg(test)]
mod tests;
