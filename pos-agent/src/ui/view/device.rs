//! What is plugged in at a till.

use chrono::{DateTime, Utc};
use firmware_config::Verified;

use crate::settings::Role;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceView {
    pub path: String,
    /// The till it scans for.
    pub till: i64,
    pub role: Role,
    pub profile: ProfileView,
    pub state: DeviceState,
    pub since: DateTime<Utc>,
    /// When it last was there; none where it never was since the start.
    pub last_good: Option<DateTime<Utc>>,
}

impl DeviceView {
    /// What a person calls it: the end of its path, without the folders of the system.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The key of the words that say that it is away.
    pub fn missing_key(&self) -> &'static str {
        if self.role == Role::Scale { "scale-missing" } else { "device-missing" }
    }
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
