//! How the way to the hub stands.

use chrono::{DateTime, Utc};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HubView {
    pub state: HubState,
    /// Sales of this till that the hub has not acknowledged.
    pub unsent: i64,
    /// When catalogue, cards and members were last up to date.
    pub snapshot_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HubState {
    /// Not tried yet since the start.
    Unknown,
    Online,
    Offline,
    /// It answers and does not let this till in: revoked, or another hub at the same address.
    Refused,
}

impl HubState {
    pub const ALL: [Self; 4] = [Self::Unknown, Self::Online, Self::Offline, Self::Refused];

    /// Stable name for status and metrics.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Online => "online",
            Self::Offline => "offline",
            Self::Refused => "refused",
        }
    }
}
