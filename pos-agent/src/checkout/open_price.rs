//! Prices that a cashier keys because no catalogue has one: which are taken, and what the shop says of them.

use domain::money::Money;
use domain::scan::holds_payment_card;
use kit::Currency;
use serde::{Deserialize, Serialize};

use super::basket::PRICE_MAX;

/// How a shop sells what no catalogue has a price of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OpenPricePolicy {
    /// The tax that a code is sold under which no catalogue has, in 1/100 of a per cent: the rate of most of
    /// the shop's goods. Every other article brings its own. The page on which the price is keyed shows it.
    pub tax_rate: u16,
    /// The highest price for one, in minor units; left out, a hundred of the largest notes.
    pub most: Option<Money>,
}

/// Large notes that no single article without a price costs.
const NOTES: i64 = 100;

impl OpenPricePolicy {
    pub fn most(&self, currency: &Currency) -> Money {
        let usual = currency.round_steps().last().map(|note| Money(note.saturating_mul(NOTES)));
        self.most.or(usual).unwrap_or(PRICE_MAX).min(PRICE_MAX)
    }
}

/// Why a keyed price is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoPrice {
    #[error("the price must be above 0 and not above {most}: look at the label and key it again")]
    Range { most: Money },
    #[error("that is the code, not its price: key the price that the label says")]
    Code,
    #[error("the name or the department is too long, or holds a payment card: write a few plain words")]
    Name,
    #[error("nothing waits for a price under this number: scan it again")]
    NothingWaits,
}

impl NoPrice {
    /// Stable name for screens, logs and the API.
    pub fn code(self) -> &'static str {
        match self {
            Self::Range { .. } => "open_price_range",
            Self::Code => "open_price_is_code",
            Self::Name => "open_price_name",
            Self::NothingWaits => "open_price_nothing_waits",
        }
    }
}

/// A price is one that the shop may ask; a barcode read into its field is none, however small it would be.
pub fn check_price(price: Money, most: Money, code: &str) -> Result<Money, NoPrice> {
    let as_read: Option<Money> = code.parse().ok();
    if code.len() >= CODE_DIGITS && as_read == Some(price) {
        return Err(NoPrice::Code);
    }
    if Money::ZERO < price && price <= most { Ok(price) } else { Err(NoPrice::Range { most }) }
}

/// Codes that are shorter may be prices too.
const CODE_DIGITS: usize = 6;

/// Longer than any name on a receipt.
const WORDS_MAX: usize = 60;

/// A name or a department as it is kept: one line, nothing invisible, no payment card.
pub fn check_words(text: &str) -> Result<String, NoPrice> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_plain = !text.chars().any(char::is_control) && text.chars().count() <= WORDS_MAX;
    if is_plain && !holds_payment_card(&text) { Ok(text) } else { Err(NoPrice::Name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_one_that_the_shop_may_ask() {
        let most = Money(1_000_000);
        let range = Err(NoPrice::Range { most });
        for (price, code, wanted) in [
            (1, "2000000009995", Ok(Money(1))),
            (1_000_000, "2000000009995", Ok(Money(1_000_000))),
            (0, "2000000009995", range),
            (-1, "2000000009995", range),
            (1_000_001, "2000000009995", range),
            (200_000_000_999_500, "2000000009995", Err(NoPrice::Code)),
            (500, "5", Ok(Money(500))),
            (500, "bread", Ok(Money(500))),
        ] {
            assert_eq!(check_price(Money(price), most, code), wanted, "{price} {code}");
        }
    }

    #[test]
    fn the_highest_price_goes_by_the_notes_there_are() {
        let of = |currency: &str| currency.parse::<Currency>().unwrap();
        let usual = OpenPricePolicy::default();
        assert_eq!(usual.most(&of("COP")), Money(1_000_000_000));
        assert_eq!(usual.most(&of("EUR")), Money(2_000_000));
        let own = OpenPricePolicy { most: Some(Money(5)), ..usual };
        assert_eq!(own.most(&of("COP")), Money(5));
        let endless = OpenPricePolicy { most: Some(Money(i64::MAX)), ..usual };
        assert_eq!(endless.most(&of("COP")), PRICE_MAX);
    }

    #[test]
    fn words_are_one_plain_line() {
        for (text, wanted) in [
            ("  Pan   de la casa ", Ok("Pan de la casa")),
            ("", Ok("")),
            ("a\u{7}", Err(NoPrice::Name)),
            ("4111 1111 1111 1111", Err(NoPrice::Name)),
        ] {
            assert_eq!(check_words(text).as_deref(), wanted.as_ref().copied(), "{text:?}");
        }
        assert_eq!(check_words(&"x".repeat(61)), Err(NoPrice::Name));
        let codes = [NoPrice::Code, NoPrice::Name, NoPrice::NothingWaits, NoPrice::Range { most: Money(1) }];
        let names: std::collections::BTreeSet<_> = codes.into_iter().map(NoPrice::code).collect();
        assert_eq!(names.len(), 4);
    }
}
