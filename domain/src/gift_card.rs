//! Gift cards with a balance that the hub keeps: how a card is known without its number, and what a till asks of it.
//!
//! The number is money to whoever knows it, so it stays where it was read: everything else knows the card by a digest of
//! the number and shows its last four digits.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::ids::{GiftHoldId, LogId, SaleId};
use crate::money::Money;
use crate::scan::has_check_digit;

/// A number is a secret: shorter ones can be guessed at a till, or tried one by one against a digest whose last four digits
/// are known.
pub const GIFT_DIGITS_MIN: usize = 20;

/// Digits that people see.
const SHOWN: usize = 4;
/// Rounds of the digest: who has a copy of a database needs so many times longer to find numbers by trying them.
const ROUNDS: usize = 4_096;
const HEX_CHARS: usize = 64;

/// A gift card as everything but a reader knows it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Raw", into = "Raw")]
pub struct GiftCard {
    digest: String,
    last_four: String,
}

#[derive(Serialize, Deserialize)]
struct Raw {
    digest: String,
    last_four: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not the digest and the last four digits of a gift card")]
pub struct NoGiftCard;

impl GiftCard {
    /// Of a number whose rule has claimed it.
    pub(crate) fn of_number(number: &str) -> Self {
        let first = Sha256::new().chain_update(b"yapa gift card\n").chain_update(number).finalize();
        let digest = (1..ROUNDS)
            .fold(first, |digest, _| Sha256::new().chain_update(digest).chain_update(number).finalize());
        let last_four = number.get(number.len().saturating_sub(SHOWN)..).unwrap_or_default().to_owned();
        Self { digest: hex::encode(digest), last_four }
    }

    /// Of what a person typed: blanks and hyphens stand between groups of digits. None where it cannot be one.
    pub fn read(typed: &str) -> Option<Self> {
        let digits = without_gaps(typed);
        let is_number = digits.len() >= GIFT_DIGITS_MIN && has_check_digit(&digits);
        is_number.then(|| Self::of_number(&digits))
    }

    /// As it was kept.
    pub fn kept(digest: String, last_four: String) -> Result<Self, NoGiftCard> {
        let is_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        let fits = digest.len() == HEX_CHARS
            && digest.bytes().all(is_hex)
            && last_four.len() == SHOWN
            && last_four.bytes().all(|b| b.is_ascii_digit());
        if fits { Ok(Self { digest, last_four }) } else { Err(NoGiftCard) }
    }

    pub fn digest(&self) -> &str {
        &self.digest
    }

    pub fn last_four(&self) -> &str {
        &self.last_four
    }

    /// `••••1234`
    pub fn shown(&self) -> String {
        format!("••••{}", self.last_four)
    }
}

/// A number as it is read, of what a person typed.
pub fn without_gaps(typed: &str) -> String {
    typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect()
}

impl fmt::Debug for GiftCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GiftCard({})", self.shown())
    }
}

impl TryFrom<Raw> for GiftCard {
    type Error = NoGiftCard;

    fn try_from(raw: Raw) -> Result<Self, NoGiftCard> {
        Self::kept(raw.digest, raw.last_four)
    }
}

impl From<GiftCard> for Raw {
    fn from(card: GiftCard) -> Self {
        Self { digest: card.digest, last_four: card.last_four }
    }
}

/// How a gift card took part in a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiftPayment {
    pub card: GiftCard,
    /// What the hub held for it. None where money goes back onto the card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<GiftHoldId>,
    /// What was left on the card, by what the hub said then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Money>,
}

/// `POST /sync/v1/gift-cards/balance`: somebody asks what is on a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiftBalanceRequest {
    pub card: GiftCard,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum GiftBalance {
    /// What may be spent of it now: what tills hold is not in it.
    Active {
        available: Money,
    },
    Blocked,
    /// No till has sent its sale yet.
    Unknown,
}

/// `POST /sync/v1/gift-cards/hold`: a till wants so much of a card for a sale, or as much as is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiftHoldRequest {
    /// Made by the till before it asks: asked again, it hears the same.
    pub hold: GiftHoldId,
    pub card: GiftCard,
    pub sale: SaleId,
    /// Above zero.
    pub amount: Money,
    /// Where the till's log stood when it wanted it.
    pub log: LogId,
    pub seq: i64,
    /// Holds of the same card that this till has given up, of which the hub may not have heard yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given_up: Vec<GiftHoldId>,
}

/// More holds than a till gives up for one sale.
pub const GIVEN_UP_MAX: usize = 50;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum GiftHold {
    /// Held for this sale: what was asked for, or all there was; and what is left beside it.
    Held {
        amount: Money,
        left: Money,
    },
    /// Nothing is left on it.
    Empty,
    Blocked,
    Unknown,
    /// This hold came to its end already: it was paid with, or given up.
    Ended,
}

/// A till holds an amount no more that it held for a sale: the payment was taken off, or never came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiftHoldVoided {
    pub hold: GiftHoldId,
    pub card: GiftCard,
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBER: &str = "29800000000000001237";

    #[test]
    fn a_number_is_read_as_people_type_it_and_checked() {
        let wanted = GiftCard::of_number(NUMBER);
        for (typed, is_one) in [
            (NUMBER, true),
            (" 2980 0000 0000 0000 1237 ", true),
            ("2980-0000-0000-0000-1237", true),
            ("29800000000000001238", false),
            ("2980000001236", false),
            ("2980000000000000123x", false),
            ("", false),
        ] {
            assert_eq!(GiftCard::read(typed), is_one.then(|| wanted.clone()), "{typed:?}");
        }
        assert_eq!(wanted.shown(), "••••1237");
        assert_ne!(GiftCard::of_number("29800000000000011235").digest(), wanted.digest());
    }

    #[test]
    fn nothing_of_the_number_is_written_but_its_last_four_digits() {
        let card = GiftCard::of_number(NUMBER);
        let said = format!("{card:?} {}", serde_json::to_string(&card).unwrap());
        assert!(!said.contains("00000001237") && said.contains("1237"), "{said}");
        assert_eq!(serde_json::from_str::<GiftCard>(&serde_json::to_string(&card).unwrap()).unwrap(), card);
        for wrong in ["{\"digest\":\"ab\",\"last_four\":\"1237\"}", "{\"digest\":\"\",\"last_four\":\"\"}"] {
            assert!(serde_json::from_str::<GiftCard>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_goes_over_the_wire_keeps_its_shape() {
        let (hold, sale, log) =
            (GiftHoldId::new(1, [1; 10]), SaleId::new(1, [2; 10]), LogId::new(1, [3; 10]));
        let card = GiftCard::kept("ab".repeat(32), "1237".to_owned()).unwrap();
        let request =
            GiftHoldRequest { hold, card, sale, amount: Money(5_000), log, seq: 7, given_up: vec![] };
        let card = format!("{{\"digest\":\"{}\",\"last_four\":\"1237\"}}", "ab".repeat(32));
        let wanted = format!(
            "{{\"hold\":\"{hold}\",\"card\":{card},\"sale\":\"{sale}\",\"amount\":5000,\"log\":\"{log}\",\"seq\":7}}"
        );
        assert_eq!(serde_json::to_string(&request).unwrap(), wanted);
        let held = GiftHold::Held { amount: Money(1), left: Money(2) };
        assert_eq!(serde_json::to_string(&held).unwrap(), "{\"is\":\"held\",\"amount\":1,\"left\":2}");
        assert_eq!(serde_json::to_string(&GiftBalance::Unknown).unwrap(), "{\"is\":\"unknown\"}");
    }
}
