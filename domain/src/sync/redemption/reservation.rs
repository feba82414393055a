//! What the hub keeps of points that a till asked for.

use serde::{Deserialize, Serialize};

use super::Moment;
use super::ticket::lets_go;
use crate::ids::{LogId, TillId};
use crate::money::Points;

/// Where a till wrote its intent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub log: LogId,
    pub seq: i64,
    pub moment: Moment,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReservationState {
    Held,
    Committed,
    Voided,
    /// The log of its till has passed the time for which the till takes it.
    RanOut,
    /// By two people.
    Released,
}

impl ReservationState {
    /// As tables and screens name it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Committed => "committed",
            Self::Voided => "voided",
            Self::RanOut => "ran_out",
            Self::Released => "released",
        }
    }

    pub fn of_code(code: &str) -> Option<Self> {
        let all = [Self::Held, Self::Committed, Self::Voided, Self::RanOut, Self::Released];
        all.into_iter().find(|state| state.code() == code)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    pub till: TillId,
    pub points: Points,
    pub state: ReservationState,
    /// None for what was never asked for: the spending of a lease, or a void that came first.
    pub intent: Option<Place>,
    /// By the hub's clock.
    pub at_ms: i64,
}

impl Reservation {
    /// Whether a till that has come so far in its log takes it no more.
    pub fn is_over(&self, reached: &Place) -> bool {
        self.intent.as_ref().is_some_and(|intent| {
            intent.log == reached.log && intent.seq < reached.seq && lets_go(&intent.moment, &reached.moment)
        })
    }
}
