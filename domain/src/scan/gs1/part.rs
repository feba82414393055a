//! The shape of an element's value: one part or a few, each with its length, its characters and its test.

use super::ElementError;
use super::date::{ElementDate, is_hour, is_long_date, is_minute};
use crate::scan::has_check_digit;

/// The characters of a part (GS1 General Specifications §7.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Characters {
    Digits,
    Set82,
    Set39,
    Base64Url,
}

/// What a part must be besides its characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Test {
    CheckDigit,
    /// A company prefix comes first: four digits.
    CompanyPrefix,
    /// YYMMDD, where day 00 is the last of the month.
    DateOrMonth,
    Date,
    /// YYYYMMDD
    LongDate,
    Hour,
    Minute,
    HourMinute,
    Zero,
    NonZero,
    NoZeroFirst,
    Flag,
    Sex,
    Winding,
    MediaType,
    /// Two digits each: the piece, and how many there are.
    PieceOfTotal,
    Hyphen,
    /// `2/3`
    BirthSequence,
    ImporterIndex,
    PercentEncoded,
    Latitude,
    Longitude,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    characters: Characters,
    shortest: usize,
    pub longest: usize,
    test: Option<Test>,
    optional: bool,
}

pub(super) const fn digits(length: usize) -> Part {
    Part { characters: Characters::Digits, shortest: length, longest: length, test: None, optional: false }
}

pub(super) const fn text(length: usize) -> Part {
    Part { characters: Characters::Set82, ..digits(length) }
}

impl Part {
    /// At least one character, at most as many as the length says.
    pub const fn or_less(self) -> Self {
        Self { shortest: 1, ..self }
    }

    pub const fn is(self, test: Test) -> Self {
        Self { test: Some(test), ..self }
    }

    pub const fn of(self, characters: Characters) -> Self {
        Self { characters, ..self }
    }

    pub const fn or_none(self) -> Self {
        Self { optional: true, ..self }
    }
}

/// Holds a value against its parts, one behind the other.
pub(super) fn hold(parts: &[Part], value: &str) -> Result<(), ElementError> {
    // Characters first: a foreign one is a foreign one, whatever the length.
    if !value.is_ascii() {
        return Err(ElementError::Character);
    }
    let mut rest = value;
    for part in parts {
        if rest.is_empty() && part.optional {
            break;
        }
        let (own, behind) = rest.split_at(part.longest.min(rest.len()));
        part.hold(own)?;
        rest = behind;
    }
    if rest.is_empty() { Ok(()) } else { Err(ElementError::Length) }
}

impl Part {
    fn hold(&self, text: &str) -> Result<(), ElementError> {
        if !text.bytes().all(|byte| self.characters.hold(byte)) {
            return Err(ElementError::Character);
        }
        if text.len() < self.shortest {
            return Err(ElementError::Length);
        }
        match self.test {
            Some(test) if !test.holds(text) => Err(test.error()),
            _ => Ok(()),
        }
    }
}

impl Characters {
    fn hold(self, byte: u8) -> bool {
        match self {
            Self::Digits => byte.is_ascii_digit(),
            Self::Set82 => byte.is_ascii_alphanumeric() || b"!\"%&'()*+,-./:;<=>?_".contains(&byte),
            Self::Set39 => byte.is_ascii_digit() || byte.is_ascii_uppercase() || b"#-/".contains(&byte),
            Self::Base64Url => byte.is_ascii_alphanumeric() || b"-_=".contains(&byte),
        }
    }
}

impl Test {
    fn error(self) -> ElementError {
        match self {
            Self::CheckDigit => ElementError::CheckDigit,
            Self::DateOrMonth | Self::Date | Self::LongDate => ElementError::Date,
            _ => ElementError::Value,
        }
    }

    /// The text has the part's characters and length.
    fn holds(self, text: &str) -> bool {
        let zero = text.bytes().all(|b| b == b'0');
        let at_most = |limit: u64| text.parse::<u64>().is_ok_and(|n| n <= limit);
        match self {
            Self::CheckDigit => has_check_digit(text),
            Self::CompanyPrefix => text.len() >= 4 && text.bytes().take(4).all(|b| b.is_ascii_digit()),
            Self::DateOrMonth => ElementDate::read(text).is_some(),
            Self::Date => ElementDate::read(text).is_some_and(|date| date.day().is_some()),
            Self::LongDate => is_long_date(text),
            Self::Hour => is_hour(text),
            Self::Minute => is_minute(text),
            Self::HourMinute => is_hour(&text[..2]) && is_minute(&text[2..]),
            Self::Zero => zero,
            Self::NonZero => !zero,
            Self::NoZeroFirst => text.len() == 1 || !text.starts_with('0'),
            Self::Flag => matches!(text, "0" | "1"),
            Self::Sex => matches!(text, "0" | "1" | "2" | "9"),
            Self::Winding => matches!(text, "0" | "1" | "9"),
            Self::MediaType => matches!(text.parse(), Ok(1..=10 | 80..=99)),
            Self::PieceOfTotal => {
                let (piece, total) = text.split_at(text.len() / 2);
                piece != "00" && piece <= total
            }
            Self::Hyphen => text == "-",
            Self::BirthSequence => {
                matches!(text.as_bytes(), [a @ b'1'..=b'9', b'/', b @ b'1'..=b'9'] if a <= b)
            }
            Self::ImporterIndex => {
                text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
            }
            Self::PercentEncoded => text
                .split('%')
                .skip(1)
                .all(|behind| behind.get(..2).is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))),
            // Ten-millionths of a degree, counted from the south pole and from the date line.
            Self::Latitude => at_most(1_800_000_000),
            Self::Longitude => at_most(3_600_000_000),
        }
    }
}
