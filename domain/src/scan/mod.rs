//! What a reader saw, and what it means at a till.
//!
//! Text alone is not enough: eight digits may be an EAN-8 or a UPC-E, and one valid EAN-13 in ten passes
//! the check of a payment card. So a [`Scan`] carries its [`Origin`] and, where the reader sends it, the
//! AIM identifier of the symbol. [`RuleTable::classify`] turns it into a [`Meaning`] by the chain's own
//! ordered rules; payment cards are recognised before anything else and leave no digit behind.

mod aim;
mod carrier;
mod code_id;
mod coupon;
mod gift;
pub mod gs1;
mod gtin;
mod label;
mod layout;
mod pan;
mod rule;
mod rules;
mod track;

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

pub use aim::{AimId, NoAimId};
pub use code_id::{Carrier, CodeId, NoCodeId, honeywell, symbol};
pub use coupon::{CouponValue, ValuedCoupon};
pub use gtin::{Barcode, check_digit, expand_upc_e, has_check_digit};
pub use label::{CurrencyNumber, Label, Measure, NoCurrencyNumber};
pub use layout::{Layout, LayoutError, Lookup};
pub use pan::{Brand, PaymentCard, holds_payment_card};
pub use rule::{AimPattern, Charset, Check, Kind, Rule, RuleError};
pub use rules::{RECEIPT_PREFIX, RuleTable};

use crate::codes::{CODE_CHARS_MAX, CardNumber, CouponCode, ReceiptCode};
use crate::gift_card::GiftCard;
use crate::open_page::OpenPage;
use gs1::ElementError;

/// How a text came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A reader on a serial line or USB-CDC.
    SerialScanner,
    /// A reader that types.
    KeyboardWedge,
    /// A person typed it.
    Typed,
    MagStripe,
    Rfid,
}

/// One read. Its text is erased from memory when the scan is dropped, and never printed by `Debug`: until
/// it is classified it may be a payment card.
#[derive(Clone)]
pub struct Scan {
    origin: Origin,
    aim: Option<AimId>,
    text: Zeroizing<String>,
}

impl Scan {
    pub fn new(origin: Origin, aim: Option<AimId>, text: impl Into<String>) -> Self {
        Self { origin, aim, text: Zeroizing::new(text.into()) }
    }

    /// A read of a device that puts the AIM identifier first: `]E02112345678900`.
    pub fn tagged(origin: Origin, text: impl Into<String>) -> Result<Self, NoAimId> {
        let text = Zeroizing::new(text.into());
        let (aim, rest) = AimId::split(&text)?;
        Ok(Self::new(origin, Some(aim), rest))
    }

    /// Its text as a cashier's badge is kept; the text itself stays in here.
    pub fn badge_digest(&self) -> String {
        crate::cashier::badge_digest(&self.text)
    }

    pub fn origin(&self) -> Origin {
        self.origin
    }

    pub fn aim(&self) -> Option<AimId> {
        self.aim
    }
}

impl fmt::Debug for Scan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let chars = self.text.chars().count();
        write!(f, "Scan({:?}, {:?}, {chars} characters)", self.origin, self.aim)
    }
}

/// What a scan is to the till.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    Product(Barcode),
    /// An article with what its label says of this one package.
    Labelled(Label),
    /// Eight digits of a symbol that nobody named: as they stand an EAN-8, or a UPC-E, which stands for
    /// another number. The till's catalogue says which of them is an article.
    EightDigits {
        read: Barcode,
        upc_a: Barcode,
    },
    MemberCard(CardNumber),
    /// Its number goes no further than this.
    GiftCard(GiftCard),
    Coupon(CouponCode),
    ValuedCoupon(ValuedCoupon),
    Receipt(ReceiptCode),
    /// The address of a page of the hub's that customers open. Who has its key opens it too: it never stands for goods.
    Page(OpenPage),
    /// A well-formed text that no rule claims: the till looks it up in its catalogue, then in its cards.
    Code(Barcode),
    /// Cannot be a code of any kind; the text is not kept.
    Unknown(Unreadable),
}

/// Why a text cannot be a code. Each has a stable name for screens and logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Unreadable {
    #[error("the read is empty")]
    Empty,
    #[error("the read is longer than {CODE_CHARS_MAX} characters")]
    TooLong,
    #[error("the read has characters that no code has")]
    Character,
    #[error("the read does not have the length that its symbol has")]
    Length,
    #[error("the check digit is wrong: read it again")]
    CheckDigit,
    #[error("only the add-on beside the barcode was read")]
    AddOnOnly,
    #[error("goods of variable measure whose symbol says none in kilograms, litres or money: weigh them")]
    Measure,
    #[error("the price on the label is in a currency that is not the chain's: weigh or key the article")]
    Currency,
    #[error("the symbol names neither article nor member nor coupon")]
    NotSold,
    #[error("the number of this card could be a payment card's: give the member another card")]
    CardNumber,
    #[error(transparent)]
    Element(ElementError),
}

impl From<ElementError> for Unreadable {
    fn from(error: ElementError) -> Self {
        match error {
            ElementError::Length => Self::Length,
            ElementError::Character => Self::Character,
            ElementError::CheckDigit => Self::CheckDigit,
            other => Self::Element(other),
        }
    }
}

impl Unreadable {
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "scan_empty",
            Self::TooLong => "scan_too_long",
            Self::Character => "scan_character",
            Self::Length => "scan_length",
            Self::CheckDigit => "scan_check_digit",
            Self::AddOnOnly => "scan_add_on_only",
            Self::Measure => "scan_measure",
            Self::Currency => "scan_currency",
            Self::NotSold => "scan_not_sold",
            Self::CardNumber => "scan_card_number",
            Self::Element(error) => error.code(),
        }
    }
}

#[cfg(test)]
mod tests;
