//! The line to a device whose speed changes, or that was pulled out.

use std::time::Duration;

use serde::Serialize;

use super::survey::{ask, survey, wake};
use super::{After, Device, Found, Lost, Wire};
use crate::setting::Setting;

/// How the line stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum LineState {
    /// The device answers at this speed.
    Answers { baud: u32 },
    /// Open; nobody knows whether the device hears, for it has no answers.
    Open { baud: u32 },
    /// Open, and no answer at any of these speeds.
    Silent { tried: Vec<u32> },
    /// It cannot be opened any more.
    Lost { why: String },
}

/// Speeds at which a device is looked for that answers at neither of the two it should have; the usual first.
const PROBED: &[u32] = &[9_600, 115_200, 38_400, 57_600, 19_200];

/// How often, and after which waits, a lost line is opened again.
const REOPENS: &[Duration] =
    &[Duration::from_millis(250), Duration::from_millis(500), Duration::from_secs(1)];

/// A setting that can be asked, by which a device shows that it hears.
fn sign(device: &Device) -> Option<Setting> {
    let can_ask = |setting: &Setting| device.profile.settings[setting].ask.is_some();
    // The speed first, where it is one of the settings: the answer says both.
    device.profile.settings.keys().rev().copied().find(can_ask)
}

/// The line as it is open, if the device answers or never does.
fn stays(wire: &mut dyn Wire, device: &Device, baud: u32) -> Result<Option<LineState>, Lost> {
    let Some(sign) = sign(device) else { return Ok(Some(LineState::Open { baud })) };
    Ok((ask(wire, device, sign)? != Found::Silent).then_some(LineState::Answers { baud }))
}

/// Opens the line at one speed after the other until the device answers. The line stays open at that speed, or
/// else at the last.
pub(super) fn reach(wire: &mut dyn Wire, device: &Device, speeds: &[u32]) -> Result<LineState, Lost> {
    let Some(sign) = sign(device) else {
        let baud = speeds.first().copied().unwrap_or_default();
        wire.reopen(baud)?;
        return Ok(LineState::Open { baud });
    };
    let mut tried: Vec<u32> = vec![];
    for baud in speeds.iter().chain(PROBED).copied() {
        if tried.contains(&baud) {
            continue;
        }
        tried.push(baud);
        wire.reopen(baud)?;
        wake(wire, device)?;
        if ask(wire, device, sign)? != Found::Silent {
            return Ok(LineState::Answers { baud });
        }
    }
    Ok(LineState::Silent { tried })
}

/// The same for a line that was lost: opened again a few times, then given up.
fn recover(wire: &mut dyn Wire, device: &Device, speeds: &[u32]) -> LineState {
    let mut why = String::new();
    for wait in REOPENS {
        wire.pause(*wait);
        match reach(wire, device, speeds) {
            Ok(line) => return line,
            Err(Lost(said)) => why = said,
        }
    }
    LineState::Lost { why }
}

/// How a device stands, at whatever speed it is found. The line is open at the first of these, unless it is known
/// to be lost: then it is opened anew, and a device without answers is not said to be there when it is not.
pub(super) fn stands(
    wire: &mut dyn Wire,
    device: &Device,
    is_lost: bool,
    speeds: &[u32],
    settings: &[Setting],
) -> (LineState, After) {
    let baud = speeds.first().copied().unwrap_or_default();
    let stays = if is_lost { Err(Lost(String::new())) } else { stays(wire, device, baud) };
    let mut line = match stays {
        Ok(Some(line)) => line,
        Ok(None) => reach(wire, device, speeds).unwrap_or_else(|_| recover(wire, device, speeds)),
        Err(_) => recover(wire, device, speeds),
    };
    if matches!(line, LineState::Silent { .. } | LineState::Lost { .. }) {
        return (line, None);
    }
    let mut after = survey(wire, device, settings.iter().copied());
    if after.is_err() {
        line = recover(wire, device, speeds);
        if !matches!(line, LineState::Silent { .. } | LineState::Lost { .. }) {
            after = survey(wire, device, settings.iter().copied());
        }
    }
    match after {
        Ok(after) => (line, Some(after)),
        Err(Lost(why)) => (LineState::Lost { why }, None),
    }
}
