//! What goes wrong, and when.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::{Emit, STALL};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The device obeys, and its answer gets lost.
    ReplyLost,
    /// It says no.
    Nak,
    /// It says that it does not know that.
    Enq,
    /// It says that it did not understand; in dialects that have a word for it.
    Garbled,
    /// Its answer comes byte by byte.
    Split,
    /// Its answer comes when the host's patience is over.
    Stall,
    /// Its answer comes twice.
    Duplicate,
    /// The plug is pulled in the middle of its answer, and stays out.
    Unplug,
    /// The plug is pulled in the middle of its answer, and put in again: the device starts anew.
    Replug,
    /// It agrees and does nothing.
    Ignored,
    /// It refuses another speed.
    BaudRefused,
    /// It agrees to another speed and stays at its own.
    BaudIgnored,
    /// The power goes before it obeys, and comes back.
    PowerLoss,
    /// It obeys, and the power goes before it answers, and comes back.
    PowerLossAfter,
    /// The power goes while it stores everything: half of it is kept. Other commands go well.
    TornSave,
}

impl FaultKind {
    pub const ALL: &[Self] = &[
        Self::ReplyLost,
        Self::Nak,
        Self::Enq,
        Self::Garbled,
        Self::Split,
        Self::Stall,
        Self::Duplicate,
        Self::Unplug,
        Self::Replug,
        Self::Ignored,
        Self::BaudRefused,
        Self::BaudIgnored,
        Self::PowerLoss,
        Self::PowerLossAfter,
        Self::TornSave,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::ReplyLost => "reply-lost",
            Self::Nak => "nak",
            Self::Enq => "enq",
            Self::Garbled => "garbled",
            Self::Split => "split",
            Self::Stall => "stall",
            Self::Duplicate => "duplicate",
            Self::Unplug => "unplug",
            Self::Replug => "replug",
            Self::Ignored => "ignored",
            Self::BaudRefused => "baud-refused",
            Self::BaudIgnored => "baud-ignored",
            Self::PowerLoss => "power-loss",
            Self::PowerLossAfter => "power-loss-after",
            Self::TornSave => "torn-save",
        }
    }
}

/// A fault, at every call or at one: `nak`, `reply-lost@3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    pub kind: FaultKind,
    /// The call at which it comes, from 0; at every one if not said.
    pub at: Option<u32>,
}

impl Fault {
    pub fn strikes(&self, call: u32) -> bool {
        self.at.is_none_or(|at| at == call)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no fault: one of {names}, with @N for the call at which it comes", names = names())]
pub struct BadFault(pub String);

fn names() -> String {
    FaultKind::ALL.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ")
}

impl FromStr for Fault {
    type Err = BadFault;

    fn from_str(text: &str) -> Result<Self, BadFault> {
        let bad = || BadFault(text.to_owned());
        let (name, at) = match text.split_once('@') {
            Some((name, at)) => (name, Some(at.parse().map_err(|_| bad())?)),
            None => (text, None),
        };
        let kind = FaultKind::ALL.iter().copied().find(|kind| kind.name() == name).ok_or_else(bad)?;
        Ok(Self { kind, at })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.name())?;
        self.at.map_or(Ok(()), |at| write!(f, "@{at}"))
    }
}

/// An answer on its way through a fault.
pub(super) fn spoil(fault: Option<FaultKind>, bytes: Vec<u8>) -> Vec<Emit> {
    let half = bytes.len() / 2;
    match fault {
        Some(FaultKind::ReplyLost) => vec![],
        Some(FaultKind::Stall) => vec![Emit::Pause(STALL), Emit::Bytes(bytes)],
        Some(FaultKind::Duplicate) => vec![Emit::Bytes(bytes.repeat(2))],
        Some(FaultKind::Unplug) => vec![Emit::Bytes(bytes[..half].to_vec()), Emit::Unplug(false)],
        Some(FaultKind::Replug) => vec![Emit::Bytes(bytes[..half].to_vec()), Emit::Unplug(true)],
        Some(FaultKind::Split) => {
            let byte = |byte| [Emit::Bytes(vec![byte]), Emit::Pause(Duration::from_millis(2))];
            bytes.into_iter().flat_map(byte).collect()
        }
        _ if bytes.is_empty() => vec![],
        _ => vec![Emit::Bytes(bytes)],
    }
}
