//! Payment cards: recognised so that they can be forgotten.
//!
//! Two signs, either is enough: a track of a payment card (ISO/IEC 7813), or 14 to 19 digits in a known
//! issuer range with that brand's length and a right Luhn digit, unless the symbol can only carry GS1
//! numbers. Thirteen digits are an article, whatever their Luhn digit says: one valid EAN-13 in ten
//! passes it by chance.

use std::fmt;

use super::{Origin, Scan};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Brand {
    AmericanExpress,
    DinersClub,
    Discover,
    Jcb,
    Maestro,
    Mastercard,
    Mir,
    Troy,
    UnionPay,
    Visa,
    /// A payment track whose number is in no range we know.
    Other,
}

impl fmt::Display for Brand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AmericanExpress => "American Express",
            Self::DinersClub => "Diners Club",
            Self::Discover => "Discover",
            Self::Jcb => "JCB",
            Self::Maestro => "Maestro",
            Self::Mastercard => "Mastercard",
            Self::Mir => "Mir",
            Self::Troy => "Troy",
            Self::UnionPay => "UnionPay",
            Self::Visa => "Visa",
            Self::Other => "payment card",
        })
    }
}

/// A payment card was read and forgotten. Holds no digit of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a payment card ({brand}) was read and ignored: use the payment terminal")]
pub struct PaymentCard {
    pub brand: Brand,
}

/// Numbers whose first digits lie in `low..=high` (both of the same number of digits).
pub(super) struct IssuerRange {
    pub low: u32,
    pub high: u32,
    pub lengths: &'static [usize],
    pub brand: Brand,
}

const fn issuer(low: u32, high: u32, lengths: &'static [usize], brand: Brand) -> IssuerRange {
    IssuerRange { low, high, lengths, brand }
}

const MAESTRO_LENGTHS: &[usize] = &[12, 13, 14, 15, 16, 17, 18, 19];

/// The narrower range first. Domestic schemes inside an international range (Elo, Hiper, Naranja, Verve,
/// …) are caught under its name: for dropping a card it does not matter who issued it.
pub(super) const ISSUERS: &[IssuerRange] = &[
    issuer(2131, 2131, &[16, 17, 18, 19], Brand::Jcb),
    issuer(1800, 1800, &[16, 17, 18, 19], Brand::Jcb),
    issuer(3528, 3589, &[16, 17, 18, 19], Brand::Jcb),
    issuer(2200, 2204, &[16, 17, 18, 19], Brand::Mir),
    issuer(2221, 2720, &[16], Brand::Mastercard),
    issuer(6011, 6011, &[16, 19], Brand::Discover),
    issuer(9792, 9792, &[16], Brand::Troy),
    issuer(300, 305, &[14, 16, 19], Brand::DinersClub),
    issuer(644, 649, &[16, 19], Brand::Discover),
    issuer(810, 817, &[14, 15, 16, 17, 18, 19], Brand::UnionPay),
    issuer(34, 34, &[15], Brand::AmericanExpress),
    issuer(37, 37, &[15], Brand::AmericanExpress),
    issuer(36, 36, &[14, 16, 19], Brand::DinersClub),
    issuer(38, 39, &[14, 16, 19], Brand::DinersClub),
    issuer(51, 55, &[16], Brand::Mastercard),
    issuer(65, 65, &[16, 19], Brand::Discover),
    issuer(62, 62, &[14, 15, 16, 17, 18, 19], Brand::UnionPay),
    issuer(50, 50, MAESTRO_LENGTHS, Brand::Maestro),
    issuer(56, 59, MAESTRO_LENGTHS, Brand::Maestro),
    issuer(4, 4, &[16, 18, 19], Brand::Visa),
    issuer(493_698, 493_698, MAESTRO_LENGTHS, Brand::Maestro),
    issuer(6, 6, MAESTRO_LENGTHS, Brand::Maestro),
];

/// Lengths a bare number must have to be taken for a payment card.
pub(super) const BARE_LENGTHS: std::ops::RangeInclusive<usize> = 14..=19;
const TRACK_LENGTHS: std::ops::RangeInclusive<usize> = 13..=19;
const DIGITS_MAX: usize = 19;

/// Whether the scan is a payment card.
pub(super) fn recognise(scan: &Scan) -> Option<PaymentCard> {
    if let Some(brand) = payment_track(&scan.text) {
        return Some(PaymentCard { brand });
    }
    let gs1_only = scan.aim.is_some_and(super::AimId::is_gs1_carrier);
    if gs1_only && scan.origin != Origin::MagStripe {
        return None;
    }
    number_in(&scan.text).map(|brand| PaymentCard { brand })
}

/// Whether a text that should be a loyalty card's number holds a payment card's.
pub fn holds_payment_card(text: &str) -> bool {
    payment_track(text).or_else(|| number_in(text)).is_some()
}

/// A payment card's number as the whole text or within it.
fn number_in(text: &str) -> Option<Brand> {
    whole_number(text)
        .or_else(|| digit_runs(text).find_map(bare_number))
        .or_else(|| digit_runs(&joined(text)).find_map(bare_number))
}

/// Without the single blanks and hyphens that part the digits of a number.
fn joined(text: &str) -> zeroize::Zeroizing<String> {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let parts = |at: usize, c: char| matches!(c, ' ' | '-') && at > 0 && is_digit(at - 1) && is_digit(at + 1);
    let mut joined = zeroize::Zeroizing::new(String::with_capacity(text.len()));
    joined.extend(text.char_indices().filter(|(at, c)| !parts(*at, *c)).map(|(_, c)| c));
    joined
}

/// Track 1 with format code B, or track 2 with what only a payment card has behind its number.
fn payment_track(text: &str) -> Option<Brand> {
    if let Some((_, track_1)) = text.split_once("%B")
        && let Some((number, _)) = track_1.split_once('^')
    {
        return Some(brand_of_text(number));
    }
    text.split(';').skip(1).find_map(|track_2| {
        let (number, behind) = track_2.split_once('=')?;
        let digits = number.bytes().all(|b| b.is_ascii_digit());
        // Expiry and service code are seven digits; a loyalty card has at most four behind the `=`.
        let dated = number.len() >= 8 && behind.bytes().take_while(u8::is_ascii_digit).count() >= 7;
        (digits && (TRACK_LENGTHS.contains(&number.len()) || dated)).then(|| brand_of_text(number))
    })
}

fn brand_of_text(number: &str) -> Brand {
    let mut digits = [0; DIGITS_MAX];
    collect(number.bytes(), &mut digits).and_then(brand_of).unwrap_or(Brand::Other)
}

/// The whole text as one number, with the blanks and hyphens that people type.
fn whole_number(text: &str) -> Option<Brand> {
    let mut digits = [0; DIGITS_MAX];
    let brand = collect(text.bytes().filter(|b| !matches!(b, b' ' | b'-')), &mut digits).and_then(bare);
    zeroize::Zeroize::zeroize(&mut digits);
    brand
}

fn bare_number(run: &str) -> Option<Brand> {
    // Track 1 names its format before the number, whatever the keyboard made of the sentinel.
    let run = run.strip_prefix(['B', 'b']).unwrap_or(run);
    let mut digits = [0; DIGITS_MAX];
    let brand = collect(run.bytes(), &mut digits).and_then(bare);
    zeroize::Zeroize::zeroize(&mut digits);
    brand
}

/// Digits that stand alone inside other text: a stripe reader behind the wrong keyboard layout sends
/// other characters for its sentinels. Digits next to letters belong to a longer code.
fn digit_runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|run| run.len() >= *BARE_LENGTHS.start())
}

/// The digits as numbers, or nothing if there is any other character or there are too many.
fn collect(bytes: impl Iterator<Item = u8>, into: &mut [u8; DIGITS_MAX]) -> Option<&[u8]> {
    let mut count = 0;
    for byte in bytes {
        if !byte.is_ascii_digit() {
            return None;
        }
        *into.get_mut(count)? = byte - b'0';
        count += 1;
    }
    Some(&into[..count])
}

fn bare(digits: &[u8]) -> Option<Brand> {
    if !BARE_LENGTHS.contains(&digits.len()) || !luhn(digits) {
        return None;
    }
    brand_of(digits)
}

fn brand_of(digits: &[u8]) -> Option<Brand> {
    ISSUERS.iter().find(|range| range.lengths.contains(&digits.len()) && range.holds(digits)).map(|r| r.brand)
}

impl IssuerRange {
    fn holds(&self, digits: &[u8]) -> bool {
        let prefix = digits.iter().take(self.digits()).fold(0, |n, d| n * 10 + u32::from(*d));
        digits.len() >= self.digits() && (self.low..=self.high).contains(&prefix)
    }

    fn digits(&self) -> usize {
        self.low.ilog10() as usize + 1
    }

    /// Whether some number that begins with `prefix` lies in the range; every number begins with none.
    pub(super) fn meets(&self, prefix: &str) -> bool {
        let shared = prefix.len().min(self.digits());
        let Ok(given) = prefix.get(..shared).unwrap_or_default().parse::<u32>() else {
            return prefix.is_empty();
        };
        let cut = 10_u32.pow(u32::try_from(self.digits() - shared).unwrap_or(0));
        (self.low / cut..=self.high / cut).contains(&given)
    }
}

/// ISO/IEC 7812 Annex B: every second digit from the right doubled, digit sums, a multiple of ten.
fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, u32::from(*digit)) {
            (0, digit) => digit,
            (_, digit) => digit * 2 / 10 + digit * 2 % 10,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brand(origin: Origin, text: &str) -> Option<Brand> {
        let scan = Scan::tagged(origin, text).unwrap_or_else(|_| Scan::new(origin, None, text));
        recognise(&scan).map(|card| card.brand)
    }

    #[test]
    fn the_brands_test_numbers_are_payment_cards() {
        for (number, wanted) in [
            ("4111111111111111", Brand::Visa),
            ("5555555555554444", Brand::Mastercard),
            ("2223003122003222", Brand::Mastercard),
            ("378282246310005", Brand::AmericanExpress),
            ("6011111111111117", Brand::Discover),
            ("3530111333300000", Brand::Jcb),
            ("30569309025904", Brand::DinersClub),
            ("6759649826438453", Brand::Maestro),
        ] {
            for origin in [Origin::SerialScanner, Origin::KeyboardWedge, Origin::Typed, Origin::MagStripe] {
                assert_eq!(brand(origin, number), Some(wanted), "{origin:?}");
                assert_eq!(brand(origin, &format!("]C0{number}")), Some(wanted), "{origin:?}");
            }
        }
    }

    #[test]
    fn a_payment_card_is_seen_however_it_comes() {
        for text in [
            "4111 1111 1111 1111",
            "x 4111 1111 1111 1111",
            "%B4111111111111111&PEREZ/ANA&2512101?",
            "4111-1111-1111-1111",
            " 4111111111111111",
            "ñ4111111111111111¡25121011234500000000",
            ";4111111111111111=25121011234500000000?",
            ";4111111111111111=25121011234500000000?9",
            ";4111111111111112=2512",
            "%B4111111111111111^PEREZ/ANA^2512101123450000000?",
            "%B4111111111111111^PEREZ/ANA^2512101?;4111111111111111=2512101?",
            "xx%B5901234123457^A^2512",
            ";675964982643=25121011234?",
        ] {
            assert!(brand(Origin::KeyboardWedge, text).is_some(), "{text}");
        }
        assert_eq!(brand(Origin::Typed, "9792030394440796"), Some(Brand::Troy));
        assert_eq!(brand(Origin::MagStripe, ";1234567890123=2512101?"), Some(Brand::Other));
    }

    #[test]
    fn other_numbers_are_not() {
        for text in [
            "5901234123457",
            "]E05901234123457",
            "4111111111111112",
            "2990000010421",
            "29000012345678",
            ";29000012345678?7",
            ";29000012=1234?",
            "]C10104111111111111",
            "YR4111111111111111",
            "41111111-1111-4111-8111-111111111111",
            "411111111111111141111111",
            "",
        ] {
            assert_eq!(brand(Origin::KeyboardWedge, text), None, "{text}");
        }
        // The symbol says element string: a GLN that passes Luhn is a GLN.
        assert_eq!(brand(Origin::SerialScanner, "]C14111111111111111"), None);
    }

    #[test]
    fn ranges_meet_the_prefixes_of_their_numbers() {
        let mastercard = ISSUERS.iter().find(|r| r.low == 2221).unwrap();
        for (prefix, wanted) in [
            ("", true),
            ("2", true),
            ("22", true),
            ("2720", true),
            ("2721", false),
            ("27209", true),
            ("29", false),
            ("M", false),
        ] {
            assert_eq!(mastercard.meets(prefix), wanted, "{prefix}");
        }
    }
}
