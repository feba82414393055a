//! Where a printer is, and one conversation with it: ask, send, ask again.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::wire::{self, Wire};
use crate::receipt::escpos::status::{Condition, Query, is_answer};
use crate::ui::view::PrinterState;

/// `serial:/dev/ttyUSB0`, `file:/dev/usb/lp0`, `tcp:192.168.1.50:9100`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Address {
    Serial {
        path: PathBuf,
        baud: u32,
    },
    /// A printer that the system shows as a file to write to.
    File(PathBuf),
    /// Host and port; 9100 is what printers listen on.
    Tcp {
        host: String,
        port: u16,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no printer: write serial:/dev/ttyUSB0, file:/dev/usb/lp0 or tcp:192.168.1.50:9100")]
pub struct BadAddress(String);

const BAUD: u32 = 9_600;
const PORT: u16 = 9_100;

impl Address {
    /// The same with another speed, where there is one.
    #[must_use]
    pub fn with_baud(&self, wanted: Option<u32>) -> Self {
        match (self, wanted) {
            (Self::Serial { path, .. }, Some(baud)) => Self::Serial { path: path.clone(), baud },
            _ => self.clone(),
        }
    }
}

impl FromStr for Address {
    type Err = BadAddress;

    fn from_str(text: &str) -> Result<Self, BadAddress> {
        let bad = || BadAddress(text.to_owned());
        let (kind, rest) = text.split_once(':').filter(|(_, rest)| !rest.is_empty()).ok_or_else(bad)?;
        match kind {
            "serial" => Ok(Self::Serial { path: rest.into(), baud: BAUD }),
            "file" => Ok(Self::File(rest.into())),
            "tcp" => {
                let (host, port) = match rest.rsplit_once(':') {
                    Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
                        (host, port.parse().map_err(|_| bad())?)
                    }
                    _ => (rest, PORT),
                };
                if host.is_empty() { Err(bad()) } else { Ok(Self::Tcp { host: host.to_owned(), port }) }
            }
            _ => Err(bad()),
        }
    }
}

impl TryFrom<String> for Address {
    type Error = BadAddress;

    fn try_from(text: String) -> Result<Self, BadAddress> {
        text.parse()
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.to_string()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Serial { path, .. } => write!(f, "serial:{}", path.display()),
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Tcp { host, port } => write!(f, "tcp:{host}:{port}"),
        }
    }
}

/// Why nothing, or not everything, is on paper.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    #[error("it cannot be reached: {0}")]
    Missing(io::Error),
    #[error("it says: {}", .0.code())]
    NotReady(PrinterState),
    #[error("it does not answer a status request; if it cannot, set status = false in its profile")]
    Silent,
    /// `sent` bytes had left before.
    #[error("it was lost after {sent} bytes: {error}")]
    Lost { sent: usize, error: io::Error },
}

impl PrintError {
    pub fn state(&self) -> PrinterState {
        match self {
            Self::Missing(_) => PrinterState::Missing,
            Self::NotReady(state) => *state,
            Self::Silent | Self::Lost { .. } => PrinterState::Offline,
        }
    }

    /// Whether the printer may have taken something.
    pub fn is_unsure(&self) -> bool {
        matches!(self, Self::Lost { sent, .. } if *sent > 0)
    }
}

/// How long each step may take; tests are less patient.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    pub connect: Duration,
    /// For one answer.
    pub answer: Duration,
    /// Without a single byte taken: a printer that prints goes on taking bytes.
    pub write: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(2),
            answer: Duration::from_millis(500),
            write: Duration::from_secs(10),
        }
    }
}

/// An open way to a printer that was asked how it is.
pub struct Session {
    wire: Box<dyn Wire>,
    asks: bool,
    must_answer: bool,
    patience: Patience,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("asks", &self.asks).finish_non_exhaustive()
    }
}

impl Session {
    /// Opens the way. Nothing is sent.
    pub fn open(address: &Address, asks: bool, patience: Patience) -> Result<Self, PrintError> {
        let (wire, can_answer) = wire::open(address, patience.connect).map_err(PrintError::Missing)?;
        // Over USB a printer may take bytes and never speak.
        let must_answer = !matches!(address, Address::File(_));
        Ok(Self { wire, asks: asks && can_answer, must_answer, patience })
    }

    /// What the printer says of itself; all is well where it cannot be asked.
    pub fn condition(&mut self) -> Result<Condition, PrintError> {
        self.condition_within(self.patience.answer)
    }

    fn condition_within(&mut self, answer: Duration) -> Result<Condition, PrintError> {
        let mut condition = Condition::default();
        if !self.asks {
            return Ok(condition);
        }
        for query in Query::ALL {
            self.wire
                .send(&query.bytes(), answer)
                .map_err(|(_, error)| PrintError::Lost { sent: 0, error })?;
            match self.wire.hear(answer, is_answer) {
                Ok(Some(byte)) => condition.hear(query, byte),
                Ok(None) if self.must_answer => return Err(PrintError::Silent),
                // A file that does not speak: the other questions would only cost time.
                Ok(None) => return Ok(condition),
                Err(error) => return Err(PrintError::Lost { sent: 0, error }),
            }
        }
        Ok(condition)
    }

    /// Whether it prints now.
    pub fn ready(&mut self) -> Result<PrinterState, PrintError> {
        ready(self.condition()?)
    }

    /// Sends a job and asks whether it was taken. Whatever fails from the first byte on leaves it open
    /// whether the job is on paper.
    pub fn print(&mut self, job: &[u8]) -> Result<PrinterState, PrintError> {
        self.wire.send(job, self.patience.write).map_err(|(sent, error)| PrintError::Lost { sent, error })?;
        let lost = |why: PrintError| {
            let error = io::Error::other(why.to_string());
            PrintError::Lost { sent: job.len(), error }
        };
        // On a slow line the question stands behind the whole job.
        self.condition_within(self.patience.write).and_then(ready).map_err(lost)
    }
}

fn ready(condition: Condition) -> Result<PrinterState, PrintError> {
    let state = state(condition);
    if state.prints() { Ok(state) } else { Err(PrintError::NotReady(state)) }
}

/// The one word for what a printer says. The cover before the paper: with it open no paper is seen.
pub fn state(condition: Condition) -> PrinterState {
    match condition {
        Condition { cover_open: true, .. } => PrinterState::CoverOpen,
        Condition { paper_out: true, .. } => PrinterState::NoPaper,
        Condition { error: true, .. } | Condition { offline: true, .. } => PrinterState::Offline,
        Condition { paper_low: true, .. } => PrinterState::PaperLow,
        _ => PrinterState::Ok,
    }
}
