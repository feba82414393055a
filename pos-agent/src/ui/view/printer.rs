//! What prints receipts at a till.

use chrono::{DateTime, Utc};

use super::Tone;

/// What prints labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelPrinterView {
    pub connection: String,
    /// When a label was last sent, and whether it was taken; none since the start.
    pub last: Option<(DateTime<Utc>, bool)>,
}

/// A receipt printer and what is in front of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrinterView {
    pub id: String,
    pub tills: Vec<i64>,
    /// `tcp:192.168.1.50:9100` and the like.
    pub connection: String,
    pub state: PrinterState,
    /// When it began to be so.
    pub since: DateTime<Utc>,
    /// When it last printed or could have; none where it never could since the start.
    pub last_good: Option<DateTime<Utc>>,
    /// Receipts that are not printed yet.
    pub waiting: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrinterState {
    /// Not asked yet since the start.
    Unknown,
    Ok,
    /// Prints; the roll ends soon.
    PaperLow,
    NoPaper,
    CoverOpen,
    /// It is there and does not print: switched off line, an error of its own, or no answer.
    Offline,
    /// It cannot be reached at all.
    Missing,
}

impl PrinterState {
    pub const ALL: [Self; 7] = [
        Self::Unknown,
        Self::Ok,
        Self::PaperLow,
        Self::NoPaper,
        Self::CoverOpen,
        Self::Offline,
        Self::Missing,
    ];

    pub fn prints(self) -> bool {
        matches!(self, Self::Ok | Self::PaperLow)
    }

    /// Stable name for status and logs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Ok => "ok",
            Self::PaperLow => "paper_low",
            Self::NoPaper => "no_paper",
            Self::CoverOpen => "cover_open",
            Self::Offline => "offline",
            Self::Missing => "missing",
        }
    }
}

/// What became of a label; the notice's `about` is what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelNotice {
    Printed,
    NotPrinted,
    /// The printer was lost while it took one.
    Unsure,
}

impl LabelNotice {
    pub(super) fn tone(self) -> Tone {
        match self {
            Self::Printed => Tone::Found,
            Self::NotPrinted | Self::Unsure => Tone::Error,
        }
    }

    /// The key of its text.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Printed => "notice-label-printed",
            Self::NotPrinted => "notice-label-not-printed",
            Self::Unsure => "notice-label-unsure",
        }
    }
}
