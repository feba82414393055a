//! Names the chain gives to its own things: printed on shelves and cards, typed by people, kept as text.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::scan::holds_payment_card;

/// Long enough for any article or card number in use, short enough for an index.
pub const CODE_CHARS_MAX: usize = 64;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    #[error("is empty")]
    Empty,
    #[error("is longer than 64 characters")]
    TooLong,
    #[error("has a control or invisible character")]
    Invisible,
    #[error("has digits of another script: use 0 to 9")]
    OtherDigits,
    #[error("is the number of a payment card, which is never kept: use the loyalty card")]
    PaymentCard,
}

/// Zero-width and direction marks make two codes look alike that are not.
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

pub(crate) fn check(text: &str) -> Result<&str, CodeError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(CodeError::Empty);
    }
    if text.chars().count() > CODE_CHARS_MAX {
        return Err(CodeError::TooLong);
    }
    if text.chars().any(is_invisible) {
        return Err(CodeError::Invisible);
    }
    Ok(text)
}

fn no_payment_card(text: &str) -> Result<(), CodeError> {
    if holds_payment_card(text) { Err(CodeError::PaymentCard) } else { Ok(()) }
}

/// What looks like another card, and could be a payment card's number that is not seen as one.
fn only_our_digits(text: &str) -> Result<(), CodeError> {
    let other = |c: char| c.is_numeric() && !c.is_ascii_digit();
    if text.chars().any(other) { Err(CodeError::OtherDigits) } else { no_payment_card(text) }
}

macro_rules! code {
    ($(#[$doc:meta])* $name:ident $(, $also:path)?) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = CodeError;

            fn from_str(text: &str) -> Result<Self, CodeError> {
                let text = check(text)?;
                $($also(text)?;)?
                Ok(Self(text.to_owned()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = CodeError;

            fn try_from(text: String) -> Result<Self, CodeError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(code: $name) -> Self {
                code.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", self.0)
            }
        }
    };
}

code!(/** A branch of the chain. */ StoreCode);
code!(/** A till within its store. */ TillCode);
code!(/** What a payment terminal or a gift card calls a payment. */ TenderReference, only_our_digits);
code!(/** The chain's article number. */ Sku);
code!(/** The chain's number of a member. */ MemberCode);
code!(/** The number on a loyalty card. */ CardNumber, only_our_digits);
code!(/** What a coupon carries. */ CouponCode);
code!(/** The chain's own name of a price rule, e.g. `2x1-galletas`. */ PriceRuleCode);
code!(/** What a receipt carries to be found again. */ ReceiptCode);
code!(/** The alias of a cashier, as printed on receipts. */ CashierCode);

#[cfg(test)]
mod tests {
    use super::*;

    /// A card is what a reader or a person gives; digits that only look so would be another card.
    #[test]
    fn digits_of_other_scripts_and_signs_that_nobody_sees_are_no_card() {
        for text in [
            "\u{662}\u{669}\u{669}\u{660}\u{660}\u{660}\u{660}\u{660}\u{661}\u{660}\u{664}\u{662}\u{661}",
            "\u{ff12}990000010421",
            "2990000\u{200b}010421",
            "\u{202e}1240100000992",
            "2990000010421\u{feff}",
            "2990000010421\0",
        ] {
            assert!(text.parse::<CardNumber>().is_err(), "{text:?}");
            assert!(serde_json::from_value::<CardNumber>(text.into()).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_loyalty_card_never_has_the_number_of_a_payment_card() {
        for text in ["4111111111111111", "4111 1111 1111 1111", "x 4111 1111 1111 1111"] {
            assert_eq!(text.parse::<CardNumber>(), Err(CodeError::PaymentCard));
        }
        assert!("2990000010421".parse::<CardNumber>().is_ok());
        assert!("4111111111111111".parse::<Sku>().is_ok());
    }

    #[test]
    fn codes_are_trimmed_and_checked() {
        for (text, wanted) in [
            (" 001 ", Ok("001")),
            ("", Err(CodeError::Empty)),
            ("  ", Err(CodeError::Empty)),
            ("a\u{200B}b", Err(CodeError::Invisible)),
            ("a\tb", Err(CodeError::Invisible)),
            ("caja ñ", Ok("caja ñ")),
        ] {
            assert_eq!(
                text.parse::<StoreCode>().as_ref().map(StoreCode::as_str),
                wanted.as_ref().copied(),
                "{text:?}"
            );
        }
        assert_eq!("x".repeat(65).parse::<Sku>(), Err(CodeError::TooLong));
    }

    #[test]
    fn a_bad_code_does_not_deserialize() {
        assert!(serde_json::from_str::<Sku>("\"\"").is_err());
        assert_eq!(serde_json::from_str::<Sku>("\"7\"").unwrap().as_str(), "7");
    }
}
