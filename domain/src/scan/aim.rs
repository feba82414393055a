//! AIM symbology identifiers (ISO/IEC 15424): `]`, a letter for the symbology, a modifier.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// For example `]E0`, an EAN-13.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AimId {
    /// Case matters: `C` is Code 128, `d` is Data Matrix.
    pub symbology: u8,
    /// A digit or `A` to `F`.
    pub modifier: u8,
}

/// A reader that promises AIM identifiers sent none: its setting or its profile is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the read does not begin with an AIM identifier such as ]E0: check the reader's setting")]
pub struct NoAimId;

impl AimId {
    /// Splits the identifier off the text that follows it.
    pub fn split(text: &str) -> Result<(Self, &str), NoAimId> {
        match text.as_bytes() {
            [b']', symbology, modifier, ..] if is_symbology(*symbology) && is_modifier(*modifier) => {
                Ok((Self { symbology: *symbology, modifier: *modifier }, &text[3..]))
            }
            _ => Err(NoAimId),
        }
    }

    /// Symbols whose text is a GS1 element string: FNC1 first, which the reader does not send.
    pub fn is_gs1(self) -> bool {
        matches!(&[self.symbology, self.modifier], b"C1" | b"d2" | b"Q3" | b"e0" | b"J1")
    }

    /// Symbols that only carry GS1 numbers, so never a payment card.
    pub fn is_gs1_carrier(self) -> bool {
        self.symbology == b'E' || self.is_gs1()
    }
}

pub(super) fn is_symbology(byte: u8) -> bool {
    byte.is_ascii_alphabetic()
}

pub(super) fn is_modifier(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'A'..=b'F')
}

impl fmt::Display for AimId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "]{}{}", char::from(self.symbology), char::from(self.modifier))
    }
}

impl fmt::Debug for AimId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for AimId {
    type Err = NoAimId;

    fn from_str(text: &str) -> Result<Self, NoAimId> {
        match Self::split(text)? {
            (aim, "") => Ok(aim),
            _ => Err(NoAimId),
        }
    }
}

impl TryFrom<String> for AimId {
    type Error = NoAimId;

    fn try_from(text: String) -> Result<Self, NoAimId> {
        text.parse()
    }
}

impl From<AimId> for String {
    fn from(aim: AimId) -> Self {
        aim.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_identifier_is_split_off_or_missed() {
        for (text, wanted) in [
            ("]E02112345678900", Some("2112345678900")),
            ("]zC hello", Some(" hello")),
            ("]C1", Some("")),
            ("ABC", None),
            ("]", None),
            ("]X", None),
            ("]XX", None),
            ("]é0", None),
            ("", None),
        ] {
            assert_eq!(AimId::split(text).ok().map(|(_, rest)| rest), wanted, "{text:?}");
        }
        assert_eq!("]d2".parse::<AimId>().map(|aim| aim.to_string()), Ok("]d2".to_owned()));
        assert_eq!("]d20".parse::<AimId>(), Err(NoAimId));
    }
}
