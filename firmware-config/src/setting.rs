//! What a chain may want set in its readers, in words that are the same for every maker.
//!
//! A setting is here only if a maker's manual or a published driver gives bytes for it in at least one family
//! of readers; which reader knows which setting, and how it says it, is in its profile.

mod file;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

pub use file::{Settings, SettingsError};

/// One thing that can be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// What ends a read: `cr`, `lf`, `cr_lf`, `tab`, `none`.
    Suffix,
    /// What stands before a read to name its symbol: `none`, `aim`, `vendor`.
    CodeId,
    /// Reads come in packets with a checksum, not as plain text.
    DecodePackets,
    /// The reader answers each command, and asks for an answer.
    Acknowledge,
    /// Codes on paper may change the settings; `off` keeps the shop's readers from being reset by a stranger.
    ParameterScanning,
    /// What starts a read: `button`, `host` (a command), `always`.
    Trigger,
    /// Every symbology that the reader knows.
    AllCodes,
    Codabar,
    #[serde(rename = "code_39")]
    Code39,
    #[serde(rename = "code_93")]
    Code93,
    #[serde(rename = "code_128")]
    Code128,
    #[serde(rename = "gs1_128")]
    Gs1128,
    /// Letters of optical character recognition.
    Ocr,
    /// UPC-E is sent as the UPC-A that it stands for.
    ExpandUpcE,
    Illumination,
    Aimer,
    /// How loud or deep a good read sounds: `low`, `medium`, `high`.
    GoodReadTone,
    /// How long one reading may take, in milliseconds.
    ReadTimeoutMs,
    /// The line's speed. Last: the line is opened anew for it, and everything before has been said by then.
    Baud,
}

/// What a setting may be set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    OneOf(&'static [&'static str]),
    /// `on` and `off`; in files `true` and `false`.
    Switch,
    /// A whole number within these bounds.
    Number(u32, u32),
}

impl Setting {
    pub const ALL: &[Self] = &[
        Self::Suffix,
        Self::CodeId,
        Self::DecodePackets,
        Self::Acknowledge,
        Self::ParameterScanning,
        Self::Trigger,
        Self::AllCodes,
        Self::Codabar,
        Self::Code39,
        Self::Code93,
        Self::Code128,
        Self::Gs1128,
        Self::Ocr,
        Self::ExpandUpcE,
        Self::Illumination,
        Self::Aimer,
        Self::GoodReadTone,
        Self::ReadTimeoutMs,
        Self::Baud,
    ];

    pub fn kind(self) -> Kind {
        match self {
            Self::Suffix => Kind::OneOf(&["cr", "lf", "cr_lf", "tab", "none"]),
            Self::CodeId => Kind::OneOf(&["none", "aim", "vendor"]),
            Self::Trigger => Kind::OneOf(&["button", "host", "always"]),
            Self::GoodReadTone => Kind::OneOf(&["low", "medium", "high"]),
            Self::ReadTimeoutMs => Kind::Number(1, 60_000),
            Self::Baud => Kind::Number(300, 921_600),
            _ => Kind::Switch,
        }
    }

    /// Its name in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Suffix => "suffix",
            Self::CodeId => "code_id",
            Self::DecodePackets => "decode_packets",
            Self::Acknowledge => "acknowledge",
            Self::ParameterScanning => "parameter_scanning",
            Self::Trigger => "trigger",
            Self::AllCodes => "all_codes",
            Self::Codabar => "codabar",
            Self::Code39 => "code_39",
            Self::Code93 => "code_93",
            Self::Code128 => "code_128",
            Self::Gs1128 => "gs1_128",
            Self::Ocr => "ocr",
            Self::ExpandUpcE => "expand_upc_e",
            Self::Illumination => "illumination",
            Self::Aimer => "aimer",
            Self::GoodReadTone => "good_read_tone",
            Self::ReadTimeoutMs => "read_timeout_ms",
            Self::Baud => "baud",
        }
    }

    /// The word for a value of this setting, if it can have it.
    pub fn word(self, text: &str) -> Result<Word, BadWord> {
        let fits = match self.kind() {
            Kind::OneOf(words) => words.contains(&text),
            Kind::Switch => matches!(text, "on" | "off"),
            Kind::Number(least, most) => {
                text.parse().is_ok_and(|n: u32| (least..=most).contains(&n) && n.to_string() == text)
            }
        };
        if fits { Ok(Word(text.to_owned())) } else { Err(BadWord { setting: self, said: text.to_owned() }) }
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A value that its setting can have: `aim`, `off`, `115200`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Word(String);

impl Word {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For settings that are numbers.
    pub fn number(&self) -> Option<u32> {
        self.0.parse().ok()
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{setting} cannot be {said:?}: {}", choices(*setting))]
pub struct BadWord {
    pub setting: Setting,
    pub said: String,
}

fn choices(setting: Setting) -> String {
    match setting.kind() {
        Kind::OneOf(words) => format!("one of {}", words.join(", ")),
        Kind::Switch => "true or false".to_owned(),
        Kind::Number(least, most) => format!("a whole number from {least} to {most}"),
    }
}

/// What one reader is to be set to.
pub type Wanted = BTreeMap<Setting, Word>;

#[cfg(test)]
mod tests;
