//! Rules for gift cards: their numbers are secrets, and nothing else may be taken for one.

use super::{Charset, Check, Kind, Rule, Scan};
use crate::gift_card::GIFT_DIGITS_MIN;

impl Rule {
    pub(super) fn is_gift_card(&self) -> bool {
        let is_secret = |length: &usize| *length >= GIFT_DIGITS_MIN;
        !self.prefixes.is_empty()
            && !self.lengths.is_empty()
            && self.lengths.iter().all(is_secret)
            && self.charset == Charset::Digits
            && self.check == Check::Gs1
            && !self.strip
    }

    /// Whether a number is one of these gift cards', whatever its check digit.
    pub(super) fn is_like(&self, scan: &Scan, digits: &str) -> bool {
        let unchecked = Self { check: Check::None, ..self.clone() };
        unchecked.claim(scan.origin, scan.aim, digits).is_some()
    }

    /// Whether some number of these gift cards might be taken for something else by the other rule. Articles behind it
    /// are no matter: the first rule decides.
    pub(super) fn meets(&self, other: &Self, is_earlier: bool) -> bool {
        let counts = is_earlier || other.layout.is_some() || other.meaning != Kind::Product;
        let (prefixes, lengths) = match &other.layout {
            Some(layout) => (vec![layout.prefix()], vec![layout.length()]),
            None => (other.prefixes.clone(), other.lengths.clone()),
        };
        let begins = |own: &String| {
            prefixes.is_empty()
                || prefixes.iter().any(|p| p.starts_with(own.as_str()) || own.starts_with(p.as_str()))
        };
        let is_long = |length: &usize| lengths.is_empty() || lengths.contains(length);
        counts && self.prefixes.iter().any(begins) && self.lengths.iter().any(is_long)
    }
}
