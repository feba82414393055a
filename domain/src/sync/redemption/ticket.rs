//! The till's side: points that stand on a ticket.

use serde::{Deserialize, Serialize};

use super::{HELD_MS, LeaseUse, Moment};
use crate::ids::RedemptionId;
use crate::money::Points;

/// Points that a customer wants to pay with. It is written before the hub is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnTicket {
    pub id: RedemptionId,
    /// What the hub is asked to reserve; zero where the lease has all of them.
    pub reserve: Points,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease: Option<LeaseUse>,
    pub intent: Moment,
    /// The hub has said that they are reserved.
    pub is_held: bool,
    /// An event behind the intent lets the hub let go of them: see [`OnTicket::pass`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_passed: bool,
}

/// Why the ticket cannot be closed with these points. They are voided, and may be asked for again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotClosing {
    #[error("the hub has not said that the points are reserved")]
    NotHeld,
    #[error("the points were reserved too long ago")]
    TooLate,
}

impl OnTicket {
    pub fn points(&self) -> Points {
        // Both were allowed by the same balance.
        Points(self.reserve.0.saturating_add(self.lease.map_or(0, |part| part.points.0)))
    }

    /// The till writes some other event into the log of the intent, in the same commit. What the hub will read off it is
    /// kept: a clock that goes back and comes by once more must not make good what was let go.
    pub fn pass(&mut self, moment: &Moment) {
        self.is_passed |= lets_go(&self.intent, moment);
    }

    /// Whether a sale that is written at this moment may take them. The hub lets them go by the same rule, read off the
    /// events of this till; so an event that commits them is before any that lets them go.
    pub fn may_close(&self, now: &Moment) -> Result<(), NotClosing> {
        if self.reserve.is_zero() {
            return Ok(());
        }
        if !self.is_held {
            return Err(NotClosing::NotHeld);
        }
        if self.is_in_time(now) { Ok(()) } else { Err(NotClosing::TooLate) }
    }

    /// Whether the hub would still have them at this moment, if it holds them.
    pub fn is_in_time(&self, now: &Moment) -> bool {
        !self.is_passed && !lets_go(&self.intent, now)
    }
}

/// Whether an event of this moment, behind the intent in its log, says that the points are taken no more.
pub(super) fn lets_go(intent: &Moment, moment: &Moment) -> bool {
    moment.since(intent).is_none_or(|age_ms| age_ms >= HELD_MS)
}
