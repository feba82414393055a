//! A device brought back to what its factory set.

use serde::Serialize;

use super::exchange::{Outcome, exchange};
use super::line::{LineState, stands};
use super::{After, Device, Lost, Reading, Wire};
use crate::dialect::{Action, Dialect, Request};
use crate::profile::Verified;
use crate::setting::Setting;

/// What the device said to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Restored {
    /// It says that it is done. What its factory sets is nobody's to compare: only the maker knows.
    Done,
    /// The same, and it refused to leave programming: until it was switched off it may read nothing.
    InProgramming,
    Refused,
    /// It does not know how.
    NotKnown,
    /// Said, and nobody knows what came of it.
    Unconfirmed,
}

/// The record of it, before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Defaults {
    pub profile: String,
    pub dialect: Dialect,
    pub verified: Verified,
    pub restored: Restored,
    pub before: Reading,
    pub after: After,
    pub line: LineState,
    /// Why the line was lost while it was said, if it was.
    pub stopped: Option<String>,
}

/// Says it, where the dialect has words, and asks how the device stands. `before` is what was read; `baud` is the
/// speed that the line is open at, which may be another afterwards.
pub fn defaults(wire: &mut dyn Wire, device: &Device, baud: u32, before: Reading) -> Defaults {
    let said = exchange(wire, device, None, &Request::Act(Action::Defaults));
    let restored = match &said {
        Ok(Outcome::Done) => Restored::Done,
        Ok(Outcome::Value(_)) => Restored::InProgramming,
        Ok(Outcome::Refused) => Restored::Refused,
        Ok(Outcome::Unknown | Outcome::NoForm) => Restored::NotKnown,
        Ok(Outcome::Said | Outcome::Silent) | Err(_) => Restored::Unconfirmed,
    };
    let own = device.profile.line.map(|line| line.baud);
    let speeds: Vec<u32> = [Some(baud), own].into_iter().flatten().collect();
    let settings: Vec<Setting> = before.keys().copied().collect();
    let (line, after) = stands(wire, device, said.is_err(), &speeds, &settings);
    Defaults {
        profile: device.profile.id.clone(),
        dialect: device.dialect(),
        verified: device.profile.verified,
        restored,
        before,
        after,
        line,
        stopped: said.err().map(|Lost(why)| why),
    }
}
