//! What is plugged into a till, as it is declared.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::first_till;

/// What a device is for. Its bytes never tell: a scale's answer looks like a scan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A barcode reader on a serial line or USB-CDC.
    #[default]
    Scanner,
    /// A barcode reader that types.
    Wedge,
    /// A magnetic-stripe reader, on a line or typing.
    Stripe,
    /// A reader of tags or contactless cards.
    Rfid,
    Scale,
}

impl std::fmt::Display for Role {
    /// As it is written in the settings.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Scanner => "scanner",
            Self::Wedge => "wedge",
            Self::Stripe => "stripe",
            Self::Rfid => "rfid",
            Self::Scale => "scale",
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceSetting {
    /// Best a name below `/dev/serial/by-id` (`/dev/input/by-id` for readers that type): it stays the same
    /// in every socket. Two equal devices without serial numbers take their names below `by-path`. For a
    /// PC/SC reader, its name.
    pub path: PathBuf,
    /// The number of the till it belongs to.
    #[serde(default = "first_till")]
    pub till: i64,
    #[serde(default)]
    pub role: Role,
    /// How the device speaks: the id of a profile. Only a scanner has one to fall back on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The same code again within so many milliseconds is read once; zero: every read counts.
    #[serde(default)]
    pub lock_ms: u16,
    /// Tells the reader at each plugging-in to send AIM identifiers and not to be set by codes on paper. It forgets
    /// both with its power. Off: nothing is ever written to it for this.
    #[serde(default)]
    pub prepare: bool,
    /// For which reads the till makes the reader sound.
    #[serde(default)]
    pub beep: Beep,
}

/// Sounds that the till asks of a reader, besides the one that it makes by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Beep {
    #[default]
    None,
    /// Of a read that was taken.
    Good,
    /// Of a read that was not: nobody knows the code, or it is a payment card's.
    Bad,
    Both,
}

/// The profile of a scanner about which nothing is said.
pub const GENERIC_PROFILE: &str = "generic-serial";

impl DeviceSetting {
    pub fn scanner(path: impl Into<PathBuf>, till: i64) -> Self {
        Self {
            path: path.into(),
            till,
            role: Role::Scanner,
            profile: None,
            lock_ms: 0,
            prepare: false,
            beep: Beep::None,
        }
    }
}
