//! GS1 article numbers: check digits, UPC-E, and the one form in which a number is looked up.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::codes::{CodeError, check};

/// The GS1 check digit of a payload, as ASCII: weights 3, 1, 3, … from the right (GS1 General
/// Specifications §7.9). `None` if something else than digits is in it.
pub fn check_digit(payload: &str) -> Option<u8> {
    if payload.is_empty() || !payload.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let weighted = |(place, byte): (usize, u8)| u32::from(byte - b'0') * if place % 2 == 0 { 3 } else { 1 };
    let sum: u32 = payload.bytes().rev().enumerate().map(weighted).sum();
    u8::try_from((10 - sum % 10) % 10).ok().map(|digit| b'0' + digit)
}

/// Whether the last digit is the check digit of those before it.
pub fn has_check_digit(digits: &str) -> bool {
    let Some((payload, last)) = digits.split_at_checked(digits.len().saturating_sub(1)) else {
        return false;
    };
    check_digit(payload).is_some_and(|wanted| last.as_bytes() == [wanted])
}

/// The UPC-A number that an eight-digit UPC-E stands for: number system 0 or 1, six digits, check digit.
/// `None` if it is not a UPC-E or its check digit is wrong.
pub fn expand_upc_e(digits: &str) -> Option<String> {
    let bytes = digits.as_bytes();
    if bytes.len() != 8 || !bytes.iter().all(u8::is_ascii_digit) || bytes[0] > b'1' {
        return None;
    }
    let (system, six, check) = (&digits[..1], &digits[1..7], &digits[7..]);
    let (first, rest) = match bytes[6] {
        b'0'..=b'2' => (format!("{}{}0000", &six[..2], &six[5..]), &six[2..5]),
        b'3' => (format!("{}00000", &six[..3]), &six[3..5]),
        b'4' => (format!("{}00000", &six[..4]), &six[4..5]),
        _ => (format!("{}0000", &six[..5]), &six[5..]),
    };
    let upc_a = format!("{system}{first}{rest}{check}");
    has_check_digit(&upc_a).then_some(upc_a)
}

/// What is printed on an article, in the form in which catalogue and till compare it.
///
/// A GTIN stands in its shortest printed form: UPC-A as thirteen digits, a GTIN-14 whose indicator is 0
/// as thirteen, a padded GTIN-8 as eight. Any other text stands as it is. Both the catalogue's import and
/// the till's scan go through here, so a UPC-A in a spreadsheet and an EAN-13 off the reader are one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Barcode(String);

impl Barcode {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Barcode {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        let text = check(text)?;
        if !matches!(text.len(), 12..=14) || !has_check_digit(text) {
            return Ok(Self(text.to_owned()));
        }
        let padding = text.len() - 8;
        if text.bytes().take(padding).all(|b| b == b'0') {
            return Ok(Self(text[padding..].to_owned()));
        }
        if text.len() == 12 {
            return Ok(Self(format!("0{text}")));
        }
        let shorter = if text.len() == 14 { text.strip_prefix('0') } else { None };
        Ok(Self(shorter.unwrap_or(text).to_owned()))
    }
}

impl TryFrom<String> for Barcode {
    type Error = CodeError;

    fn try_from(text: String) -> Result<Self, CodeError> {
        text.parse()
    }
}

impl From<Barcode> for String {
    fn from(barcode: Barcode) -> Self {
        barcode.0
    }
}

impl Borrow<str> for Barcode {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Barcode {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Barcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Barcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn check_digits_of_printed_vectors() {
        for (payload, digit) in [
            ("211234567890", b'0'),
            ("590123412345", b'7'),
            ("0234567", b'3'),
            ("41600033610", b'8'),
            ("950600013435", b'2'),
            ("841234567890", b'5'),
            ("299000001042", b'1'),
            ("37300000000000000", b'5'),
        ] {
            assert_eq!(check_digit(payload), Some(digit), "{payload}");
            assert!(has_check_digit(&format!("{payload}{}", char::from(digit))));
        }
        for bad in ["", "7", "12a4", "٣٣٣٣٣٣٣٣", "2112345678901", "373000000000000003"] {
            assert!(!has_check_digit(bad), "{bad}");
        }
    }

    #[test]
    fn upc_e_expands_by_its_sixth_digit() {
        for (short, long) in [
            ("01234565", "012345000065"),
            ("04252614", "042100005264"),
            ("01234133", "012300000413"),
            ("01201303", "012000000133"),
            ("06397126", "063200009716"),
            ("00123457", "001234000057"),
        ] {
            assert_eq!(expand_upc_e(short).as_deref(), Some(long), "{short}");
        }
        for bad in ["01234566", "21234565", "0123456", "012345650", "0123456a", ""] {
            assert_eq!(expand_upc_e(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_number_has_one_form() {
        for (printed, wanted) in [
            ("416000336108", "0416000336108"),
            ("0416000336108", "0416000336108"),
            ("00416000336108", "0416000336108"),
            ("12312312312333", "12312312312333"),
            ("02345673", "02345673"),
            ("0000002345673", "02345673"),
            ("00000002345673", "02345673"),
            // As a GTIN-14 these are one number, so they have one form.
            ("000002345673", "02345673"),
            ("000000008136", "00008136"),
            ("0000000008136", "00008136"),
            (" 5901234123457 ", "5901234123457"),
            ("5901234123450", "5901234123450"),
            ("leche-1", "leche-1"),
        ] {
            assert_eq!(printed.parse::<Barcode>().unwrap().as_str(), wanted, "{printed}");
        }
        assert_eq!("\u{1d}".parse::<Barcode>(), Err(CodeError::Invisible));
    }

    proptest! {
        #[test]
        fn the_one_form_is_stable(text in "[0-9]{1,20}|\\PC{0,30}") {
            if let Ok(barcode) = text.parse::<Barcode>() {
                prop_assert_eq!(barcode.as_str().parse::<Barcode>(), Ok(barcode.clone()));
            }
        }
    }
}
