//! The parts of a profile. Every part has a meaning to the program: there are no free-form settings.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::programming::{Command, Programming};
use crate::setting::Setting;

/// Longest read that any common symbol can carry: a QR code of digits.
pub const QR_DIGITS_MAX: usize = 7_089;

/// A reader. The file that holds it is named after its `id`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Lower-case letters, digits and hyphens.
    pub id: String,
    pub vendor: String,
    pub model: String,
    pub transport: Transport,
    /// How far the profile was tried; screens show it.
    pub verified: Verified,
    /// Vendor and product by which USB names such devices, `0c2e:0720`, or `0c2e:*` for all of a vendor. A
    /// hint: bridges of one make sit in devices of many.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub usb: Vec<String>,
    /// What the reader puts before a read to name its symbol.
    #[serde(default)]
    pub code_id: CodeId,
    /// What stands in its reads.
    #[serde(default)]
    pub content: Content,
    /// The same read again within so many milliseconds after the last one is the same card, still lying
    /// there, and not read once more. Zero: every read counts.
    #[serde(default)]
    pub repeat_ms: u16,
    /// For readers that type: the keyboard that is set in the reader, whatever the machine's own is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout: Option<Layout>,
    /// For transports that have a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<Line>,
    #[serde(default)]
    pub frame: Frame,
    /// For devices that can be programmed over their line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub programming: Option<Programming>,
    /// The settings that the device knows. What is not here is set by the maker's own sheets.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<Setting, Command>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// RS-232, or a USB bridge to it: the line settings matter.
    Serial,
    /// USB-CDC: looks like a serial port and ignores the line settings.
    Cdc,
    /// Types like a keyboard.
    Hid,
    /// Smart-card reader.
    Pcsc,
}

impl Profile {
    /// How far a setting was tried: the lower of its own word and the profile's counts.
    pub fn verified_of(&self, command: &Command) -> Verified {
        command.verified.min(self.verified)
    }
}

impl Transport {
    pub fn has_line(self) -> bool {
        matches!(self, Self::Serial | Self::Cdc)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verified {
    /// Written from general knowledge.
    No,
    /// Agrees with the maker's manual.
    Manual,
    /// Tried with the device.
    Bench,
}

impl Verified {
    pub fn name(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Manual => "manual",
            Self::Bench => "bench",
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeId {
    #[default]
    None,
    /// `]E0` and the like, see `domain::scan::AimId`.
    Aim,
    /// One letter or sign of Honeywell's own.
    Honeywell,
    /// One letter of Symbol's own, which Zebra readers still know.
    Symbol,
}

/// What the bytes of a read are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// What stands in the symbol or on the stripe, as text.
    #[default]
    Text,
    /// An EM4100 tag: ten hexadecimal digits and their checksum. The number is those ten digits.
    Em4100,
    /// The same; the number is the ten decimal digits printed on the tag, which leave its first byte out.
    Em4100Label,
    /// The number of a contactless card, as the smart-card reader answers.
    Uid,
    /// A scale that answers by Mettler-Toledo's protocol 8217.
    #[serde(rename = "mettler_8217")]
    Mettler8217,
    /// A scale that sends CAS's line of 22 bytes over and over.
    #[serde(rename = "cas_22")]
    Cas22,
}

impl Content {
    pub fn is_weight(self) -> bool {
        matches!(self, Self::Mettler8217 | Self::Cas22)
    }
}

/// The keyboard that a reader pretends to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    Us,
    /// Spain.
    Es,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    pub baud: u32,
    #[serde(default = "eight")]
    pub data_bits: u8,
    #[serde(default)]
    pub parity: Parity,
    #[serde(default = "one")]
    pub stop_bits: u8,
    #[serde(default)]
    pub flow: Flow,
    /// Raises or drops DTR once the line is open; some readers sleep without it. Left as it is if not set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dtr: Option<bool>,
}

fn eight() -> u8 {
    8
}

fn one() -> u8 {
    1
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Parity {
    #[default]
    None,
    Even,
    Odd,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flow {
    #[default]
    None,
    /// By wires (RTS and CTS).
    Hardware,
    /// By bytes: XON and XOFF are taken out of what is read.
    XonXoff,
}

/// Where a read begins and ends in the bytes of the line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frame {
    /// Bytes that the reader puts before every read; taken off.
    #[serde(default)]
    pub prefix: Vec<u8>,
    #[serde(default)]
    pub suffix: Suffix,
    /// A read begins with STX; whatever comes before it is noise.
    #[serde(default)]
    pub stx: bool,
    /// Silence that ends a read, in milliseconds, where no suffix does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idle_ms: Option<u16>,
    /// A longer read is dropped up to its end.
    #[serde(default = "bytes_max")]
    pub bytes_max: usize,
}

fn bytes_max() -> usize {
    4_096
}

impl Default for Frame {
    fn default() -> Self {
        Self { prefix: vec![], suffix: Suffix::default(), stx: false, idle_ms: None, bytes_max: bytes_max() }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Suffix {
    Cr,
    Lf,
    /// CR, LF or both: adjacent ones are one end.
    #[default]
    CrLf,
    Tab,
    Etx,
    /// Silence ends the read, see [`Frame::idle_ms`].
    None,
}

impl Suffix {
    /// The bytes of which each ends a read.
    pub fn ends(self) -> &'static [u8] {
        match self {
            Self::Cr => b"\r",
            Self::Lf => b"\n",
            Self::CrLf => b"\r\n",
            Self::Tab => b"\t",
            Self::Etx => b"\x03",
            Self::None => b"",
        }
    }
}
