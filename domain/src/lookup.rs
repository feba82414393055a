//! Who is this, without a card: the contacts by which members are found again, and how often somebody may guess.

use std::collections::VecDeque;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::enrolment::{PHONE_DIGITS_MIN, is_email, is_phone};

/// What somebody can be reached by, as it was said; either may be empty.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contacts {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub email: String,
}

/// The kind of a contact and its normal form: two people with an equal one may be the same.
pub type ContactKey = (&'static str, String);

/// Debug output goes to logs, and contacts do not.
impl std::fmt::Debug for Contacts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Contacts")
    }
}

/// Digits that a number has with and without its country's prefix.
const PHONE_TAIL: usize = 9;

impl Contacts {
    /// A text that can be nothing else than an e-mail address, or that may be a phone number.
    pub fn of(text: &str) -> Option<Self> {
        let text = text.trim().to_owned();
        if is_email(&text) {
            return Some(Self { email: text, phone: String::new() });
        }
        is_phone(&text).then(|| Self { phone: text, email: String::new() })
    }

    pub fn keys(&self) -> Vec<ContactKey> {
        let digits: Vec<char> = self.phone.chars().filter(char::is_ascii_digit).collect();
        let email = self.email.trim().to_lowercase();
        let mut keys = vec![];
        if digits.len() >= PHONE_DIGITS_MIN {
            keys.push(("phone", digits[digits.len().saturating_sub(PHONE_TAIL)..].iter().collect()));
        }
        if !email.is_empty() {
            keys.push(("email", email));
        }
        keys
    }
}

/// What was asked for lately and was nobody's: numbers are not to be tried out.
#[derive(Default)]
pub struct Misses {
    lately: VecDeque<(DateTime<Utc>, String)>,
}

/// Debug output goes to logs, and what was typed does not.
impl std::fmt::Debug for Misses {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} misses", self.lately.len())
    }
}

const MISSES_MAX: usize = 20;
pub const MISSES_MINUTES: i64 = 10;

impl Misses {
    fn forget(&mut self, now: DateTime<Utc>) {
        let window = TimeDelta::minutes(MISSES_MINUTES);
        while self.lately.front().is_some_and(|(at, _)| *at + window <= now) {
            self.lately.pop_front();
        }
    }

    pub fn may_ask(&mut self, now: DateTime<Utc>) -> bool {
        self.forget(now);
        self.lately.len() < MISSES_MAX
    }

    /// The same again is the same miss: a customer may try their new card three times.
    pub fn note(&mut self, now: DateTime<Utc>, asked: &str) {
        if self.lately.iter().all(|(_, known)| known != asked) {
            self.lately.push_back((now, asked.to_owned()));
        }
    }

    /// It was somebody's after all.
    pub fn forgive(&mut self, asked: &str) {
        self.lately.retain(|(_, known)| known != asked);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_are_compared_in_one_form() {
        for (phone, email, wanted) in [
            ("+57 300 123 4821", "", vec![("phone", "001234821")]),
            ("300-123-4821", " Ana@Example.org ", vec![("phone", "001234821"), ("email", "ana@example.org")]),
            ("612345678", "", vec![("phone", "612345678")]),
            ("0034 612 34 56 78", "", vec![("phone", "612345678")]),
            ("12", "", vec![]),
        ] {
            let contacts = Contacts { phone: phone.to_owned(), email: email.to_owned() };
            let wanted: Vec<_> = wanted.into_iter().map(|(kind, key)| (kind, key.to_owned())).collect();
            assert_eq!(contacts.keys(), wanted, "{phone} {email}");
        }
    }

    #[test]
    fn a_text_is_a_contact_or_none() {
        for (text, phone, email) in [
            (" 300 123 4821 ", "300 123 4821", ""),
            ("+57 (300) 123-4821", "+57 (300) 123-4821", ""),
            ("Ana@example.org", "", "Ana@example.org"),
        ] {
            let wanted = Contacts { phone: phone.to_owned(), email: email.to_owned() };
            assert_eq!(Contacts::of(text), Some(wanted), "{text}");
        }
        // The last is a payment card's test number with the length of a phone number.
        for text in ["", "Ana", "ana@", "123456", "C-300123", "3*2000000000176", "378282246310005"] {
            assert_eq!(Contacts::of(text), None, "{text}");
        }
    }

    #[test]
    fn nothing_of_them_is_written_for_a_log() {
        let contacts = Contacts { phone: "3001234821".to_owned(), email: "ana@example.org".to_owned() };
        let mut misses = Misses::default();
        misses.note(DateTime::UNIX_EPOCH, "3001234821");
        let said = format!("{contacts:?} {misses:?}");
        assert!(!said.contains("4821") && !said.contains("ana"), "{said}");
    }

    #[test]
    fn twenty_different_misses_are_enough_for_ten_minutes() {
        let start: DateTime<Utc> = "2026-03-02T15:00:00Z".parse().unwrap();
        let mut misses = Misses::default();
        for n in 0..20 {
            assert!(misses.may_ask(start), "{n}");
            misses.note(start, &n.to_string());
            misses.note(start, &n.to_string());
        }
        assert!(!misses.may_ask(start + TimeDelta::seconds(599)));
        assert!(misses.may_ask(start + TimeDelta::seconds(600)));
    }
}
