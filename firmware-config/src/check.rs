//! The checks that every profile passes before it is used. Each says what is wrong with which profile.

mod commands;

use crate::profile::{CodeId, Content, Flow, Frame, Line, Profile, QR_DIGITS_MAX, Suffix, Transport};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("profile {id:?}: {check}: {reason}")]
pub struct ProfileError {
    pub id: String,
    /// Stable name of the check that failed.
    pub check: &'static str,
    pub reason: String,
}

type Check = (&'static str, fn(&Profile) -> Result<(), String>);

const CHECKS: &[Check] = &[
    ("id", id),
    ("names", names),
    ("line_present", line_present),
    ("layout_present", layout_present),
    ("content", content),
    ("baud", baud),
    ("bits", bits),
    ("stx_needs_etx", stx_needs_etx),
    ("idle", idle),
    ("prefix", prefix),
    ("bytes_max", bytes_max),
    ("usb", commands::usb),
    ("programming", commands::programming),
    ("settings", commands::settings),
];

impl Profile {
    /// Runs every check and returns the first that fails.
    pub fn validate(&self) -> Result<(), ProfileError> {
        for (check, holds) in CHECKS {
            holds(self).map_err(|reason| ProfileError { id: self.id.clone(), check, reason })?;
        }
        Ok(())
    }
}

fn ensure(holds: bool, reason: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(reason()) }
}

fn id(profile: &Profile) -> Result<(), String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    ensure(!profile.id.is_empty() && profile.id.chars().all(plain), || {
        "must be lower-case letters, digits and hyphens, like the file's name".to_owned()
    })
}

fn names(profile: &Profile) -> Result<(), String> {
    ensure(!profile.vendor.trim().is_empty() && !profile.model.trim().is_empty(), || {
        "vendor and model must say what the device is".to_owned()
    })
}

fn line_present(profile: &Profile) -> Result<(), String> {
    let transport = profile.transport;
    match (transport.has_line(), profile.line.is_some()) {
        (true, false) => Err(format!("{transport:?} needs a [line]")),
        (false, true) => Err(format!("{transport:?} has no line; take [line] out")),
        _ => Ok(()),
    }
}

fn layout_present(profile: &Profile) -> Result<(), String> {
    match (profile.transport == Transport::Hid, profile.layout.is_some()) {
        (true, false) => Err("a reader that types needs the layout that is set in it".to_owned()),
        (false, true) => Err(format!("{:?} has no keys; take layout out", profile.transport)),
        _ => Ok(()),
    }
}

fn content(profile: &Profile) -> Result<(), String> {
    let Profile { content, transport, code_id, .. } = profile;
    ensure((*content == Content::Uid) == (*transport == Transport::Pcsc), || {
        format!("{content:?} does not come from {transport:?}: smart-card readers answer with a uid")
    })?;
    ensure(!content.is_weight() || transport.has_line(), || format!("{content:?} needs a line"))?;
    ensure(*content == Content::Text || *code_id == CodeId::None, || {
        format!("{content:?} has no symbol; set code_id = \"none\"")
    })
}

/// Speeds that UARTs and bridges share.
const BAUDS: &[u32] =
    &[300, 600, 1_200, 2_400, 4_800, 9_600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800, 921_600];

fn on_line(profile: &Profile, holds: impl Fn(&Line) -> Result<(), String>) -> Result<(), String> {
    profile.line.as_ref().map_or(Ok(()), holds)
}

fn baud(profile: &Profile) -> Result<(), String> {
    on_line(profile, |line| {
        ensure(BAUDS.contains(&line.baud), || format!("{} is not one of {BAUDS:?}", line.baud))
    })
}

fn bits(profile: &Profile) -> Result<(), String> {
    on_line(profile, |line| {
        ensure(matches!(line.data_bits, 7 | 8) && matches!(line.stop_bits, 1 | 2), || {
            format!("{} data bits and {} stop bits: 7 or 8, and 1 or 2", line.data_bits, line.stop_bits)
        })
    })
}

fn stx_needs_etx(profile: &Profile) -> Result<(), String> {
    ensure(!profile.frame.stx || profile.frame.suffix == Suffix::Etx, || {
        "a read that begins with STX ends with ETX: set suffix = \"etx\"".to_owned()
    })
}

fn idle(profile: &Profile) -> Result<(), String> {
    match (profile.frame.suffix, profile.frame.idle_ms) {
        (Suffix::None, None) => {
            Err("without a suffix, idle_ms must say which silence ends a read".to_owned())
        }
        (Suffix::None, Some(ms)) => {
            ensure((10..=1_000).contains(&ms), || format!("idle_ms is {ms}: between 10 and 1000"))
        }
        (suffix, Some(_)) => Err(format!("{suffix:?} ends a read; take idle_ms out")),
        (_, None) => Ok(()),
    }
}

fn prefix(profile: &Profile) -> Result<(), String> {
    let Frame { prefix, suffix, stx, .. } = &profile.frame;
    ensure(prefix.len() <= 16, || format!("has {} bytes: at most 16", prefix.len()))?;
    let flow = profile.line.map_or(Flow::None, |line| line.flow);
    let lost = |byte: &u8| {
        *byte == 0
            || suffix.ends().contains(byte)
            || (*stx && *byte == 0x02)
            || (flow == Flow::XonXoff && matches!(byte, 0x11 | 0x13))
    };
    match prefix.iter().find(|byte| lost(byte)) {
        Some(byte) => Err(format!("byte 0x{byte:02x} never arrives as part of a read")),
        None => Ok(()),
    }
}

fn bytes_max(profile: &Profile) -> Result<(), String> {
    let most = profile.frame.bytes_max;
    ensure((64..=8 * QR_DIGITS_MAX).contains(&most), || {
        format!("is {most}: from 64 (the longest code) to {} bytes", 8 * QR_DIGITS_MAX)
    })
}
