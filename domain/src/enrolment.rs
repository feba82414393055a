//! A new member, as a till writes them down: who, which card, and what they agreed to in which words.
//!
//! The ids are made on the till, so that it can greet the member at once and a repeat names the same person.
//! Contacts travel in the event alone: a till keeps none of them once the hub has it.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::birthday::Birthday;
use crate::codes::{CardNumber, CashierCode, CodeError, MemberCode, StoreCode, TillCode, is_invisible};
use crate::ids::{AccountId, EventId, MemberId};
use crate::scan::holds_payment_card;

/// What somebody may agree to; each is asked for by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Keeping a card: purchases and points under one's name.
    Programme,
    /// Offers by phone or e-mail.
    Marketing,
}

impl Purpose {
    pub const ALL: [Self; 2] = [Self::Programme, Self::Marketing];

    /// As stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Programme => "programme",
            Self::Marketing => "marketing",
        }
    }
}

/// One answer, with the words it was given to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentAnswer {
    pub purpose: Purpose,
    pub given: bool,
    /// Names the text: the same words have the same version, others another.
    pub text_version: String,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberEnrolled {
    /// Also the id of the event that carries this.
    pub member: MemberId,
    pub card: CardNumber,
    pub first_name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub last_name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub email: String,
    /// Where it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthday: Option<Birthday>,
    pub consents: Vec<ConsentAnswer>,
    pub store: StoreCode,
    pub till: TillCode,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cashier: Option<CashierCode>,
    /// When the answers were given.
    pub at: DateTime<FixedOffset>,
}

/// What is wrong with one field; all are told together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnrolmentError {
    #[error("the first name is missing")]
    NoFirstName,
    #[error("the first name cannot be kept: at most {NAME_CHARS_MAX} characters, and no card number")]
    FirstName,
    #[error("the surname cannot be kept: at most {NAME_CHARS_MAX} characters, and no card number")]
    LastName,
    #[error("a phone number or an e-mail address is needed")]
    NoContact,
    #[error("the phone number is not one: {PHONE_DIGITS_MIN} to {PHONE_DIGITS_MAX} digits")]
    Phone,
    #[error("the e-mail address is not one")]
    Email,
    #[error("without the terms of the programme there is no card")]
    NoProgramme,
}

impl EnrolmentError {
    pub fn code(self) -> &'static str {
        match self {
            Self::NoFirstName => "enrolment_no_first_name",
            Self::FirstName => "enrolment_first_name",
            Self::LastName => "enrolment_last_name",
            Self::NoContact => "enrolment_no_contact",
            Self::Phone => "enrolment_phone",
            Self::Email => "enrolment_email",
            Self::NoProgramme => "enrolment_no_programme",
        }
    }
}

pub const NAME_CHARS_MAX: usize = 80;
pub const EMAIL_CHARS_MAX: usize = 120;
/// A local number; the longest is that of ITU-T E.164.
pub const PHONE_DIGITS_MIN: usize = 7;
pub const PHONE_DIGITS_MAX: usize = 15;

impl MemberEnrolled {
    /// Everything that is wrong with it; nothing for one that can be kept.
    pub fn problems(&self) -> Vec<EnrolmentError> {
        let mut found = vec![];
        if self.first_name.trim().is_empty() {
            found.push(EnrolmentError::NoFirstName);
        } else if !is_name(&self.first_name) {
            found.push(EnrolmentError::FirstName);
        }
        if !is_name(&self.last_name) {
            found.push(EnrolmentError::LastName);
        }
        if self.phone.is_empty() && self.email.is_empty() {
            found.push(EnrolmentError::NoContact);
        }
        if !(self.phone.is_empty() || is_phone(&self.phone)) {
            found.push(EnrolmentError::Phone);
        }
        if !(self.email.is_empty() || is_email(&self.email)) {
            found.push(EnrolmentError::Email);
        }
        if !self.consents.iter().any(|c| c.purpose == Purpose::Programme && c.given) {
            found.push(EnrolmentError::NoProgramme);
        }
        found
    }

    pub fn event(&self) -> EventId {
        EventId(self.member.0)
    }

    /// Where the points go: an account of their own, under the same id.
    pub fn account(&self) -> AccountId {
        AccountId(self.member.0)
    }

    /// The chain's number of the member: `YM` and twelve digits of base 32 out of the id's random bits.
    pub fn code(&self) -> Result<MemberCode, CodeError> {
        format!("YM{}", digits(self.member.0.as_u128(), 12)).parse()
    }
}

fn is_name(text: &str) -> bool {
    text.chars().count() <= NAME_CHARS_MAX && !text.chars().any(is_invisible) && !holds_payment_card(text)
}

pub(crate) fn is_phone(text: &str) -> bool {
    let count = text.chars().filter(char::is_ascii_digit).count();
    let plain = text.chars().all(|c| c.is_ascii_digit() || " +-.()/".contains(c));
    plain && (PHONE_DIGITS_MIN..=PHONE_DIGITS_MAX).contains(&count) && !holds_payment_card(text)
}

/// Whether a letter could be sent there is seen only by sending one; this catches slips of the finger.
pub(crate) fn is_email(text: &str) -> bool {
    let fits = text.chars().count() <= EMAIL_CHARS_MAX
        && !text.chars().any(|c| c.is_whitespace() || is_invisible(c))
        && !holds_payment_card(text);
    let Some((name, host)) = text.split_once('@') else { return false };
    let dotted = host.split('.').count() >= 2 && host.split('.').all(|part| !part.is_empty());
    fits && !name.is_empty() && dotted && !host.contains('@')
}

// Temporary cards -----------------------------------------------------------------------------------

/// Numbers that tills make: `YT` and sixteen digits. No barcode of an article, and no printed card, has
/// letters there, so they meet no other range.
pub const TEMPORARY_PREFIX: &str = "YT";
const TEMPORARY_CHARS: usize = 16;

/// Crockford's base 32, which has no I, L, O, U: read aloud and typed without mistakes.
pub(crate) const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The lowest `count` digits of a number in base 32.
pub(crate) fn digits(bits: u128, count: usize) -> String {
    let digit = |at: usize| char::from(ALPHABET[(bits >> (5 * at) & 31) as usize]);
    (0..count).rev().map(digit).collect()
}

/// A number out of eighty random bits: two tills that never meet do not make the same. One in very many
/// looks like a payment card and is refused; draw again.
pub fn temporary_card(entropy: [u8; 10]) -> Result<CardNumber, CodeError> {
    let bits = entropy.iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
    format!("{TEMPORARY_PREFIX}{}", digits(bits, TEMPORARY_CHARS)).parse()
}

pub fn is_temporary(number: &str) -> bool {
    let rest = number.strip_prefix(TEMPORARY_PREFIX);
    rest.is_some_and(|rest| rest.len() == TEMPORARY_CHARS && rest.bytes().all(|b| ALPHABET.contains(&b)))
}

/// The temporary number that somebody meant by `yt 0a1b…` or by an O for a zero; `None` for other texts.
pub fn read_temporary(text: &str) -> Option<CardNumber> {
    let meant = |c: char| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let plain: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).map(meant).collect();
    if is_temporary(&plain) { plain.parse().ok() } else { None }
}

#[cfg(test)]
mod tests;
