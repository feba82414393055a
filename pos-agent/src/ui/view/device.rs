//! What is plugged in at a till.

use chrono::{DateTime, Utc};
use firmware_config::Verified;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceView {
    pub path: String,
    /// The till it scans for.
    pub till: i64,
    pub profile: ProfileView,
    pub state: DeviceState,
    pub since: DateTime<Utc>,
}

/// By which profile a device is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileView {
    pub id: String,
    /// How far it was tried.
    pub verified: Verified,
}

impl ProfileView {
    /// The key of the words for it.
    pub fn verified_key(&self) -> &'static str {
        match self.verified {
            Verified::No => "verified-no",
            Verified::Manual => "verified-manual",
            Verified::Bench => "verified-bench",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceState {
    Connected,
    /// Unplugged or not there yet; it is opened again as soon as it appears.
    Missing,
}
