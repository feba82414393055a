//! What a label says besides the article: how much of it, for how much, from which lot, until when.

use serde::{Deserialize, Serialize};

use super::gs1::{ElementDate, Elements};
use super::{Barcode, Unreadable};
use crate::money::{Money, Quantity};

/// A label of a scale or a packer: it stands for one package, whose price is rounded by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub barcode: Barcode,
    /// `None`: an article by the piece, of which the label says only the rest.
    pub measure: Option<Measure>,
    pub lot: Option<String>,
    pub serial: Option<String>,
    /// Not to be sold or used after this day.
    pub expiry: Option<ElementDate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Kilograms or litres, as the article is sold; the catalogue has the price of one.
    Quantity(Quantity),
    /// What the whole package costs.
    Price(Money),
    Count(Quantity),
}

impl Label {
    pub(super) fn of(barcode: Barcode, measure: Measure) -> Self {
        Self { barcode, measure: Some(measure), lot: None, serial: None, expiry: None }
    }

    /// Whether it says anything that the barcode does not.
    pub(super) fn is_bare(&self) -> bool {
        self.measure.is_none() && self.lot.is_none() && self.serial.is_none() && self.expiry.is_none()
    }

    /// `currency`: the ISO 4217 number of the chain's currency, for prices that name theirs.
    pub(super) fn of_elements(
        barcode: Barcode,
        elements: &Elements,
        currency: Option<CurrencyNumber>,
    ) -> Result<Self, Unreadable> {
        let text = |ai| elements.value(ai).map(str::to_owned);
        Ok(Self {
            measure: measure(elements, currency)?,
            lot: text("10"),
            serial: text("21"),
            expiry: elements.date("17").or_else(|| elements.date("7003")),
            barcode,
        })
    }
}

/// Three digits, for example 978: how a price on a label names its currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CurrencyNumber([u8; 3]);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not the ISO 4217 number of a currency, such as \"978\"")]
pub struct NoCurrencyNumber;

impl std::str::FromStr for CurrencyNumber {
    type Err = NoCurrencyNumber;

    fn from_str(text: &str) -> Result<Self, NoCurrencyNumber> {
        match <[u8; 3]>::try_from(text.as_bytes()) {
            Ok(digits) if digits.iter().all(u8::is_ascii_digit) => Ok(Self(digits)),
            _ => Err(NoCurrencyNumber),
        }
    }
}

impl TryFrom<String> for CurrencyNumber {
    type Error = NoCurrencyNumber;

    fn try_from(text: String) -> Result<Self, NoCurrencyNumber> {
        text.parse()
    }
}

impl From<CurrencyNumber> for String {
    fn from(number: CurrencyNumber) -> Self {
        number.0.map(char::from).iter().collect()
    }
}

/// The printed price goes before the weight: it is what the customer was promised. Goods of variable
/// measure (a GTIN-14 that begins with 9) must say theirs in a unit in which the till sells.
fn measure(elements: &Elements, currency: Option<CurrencyNumber>) -> Result<Option<Measure>, Unreadable> {
    let foreign = match price(elements, currency) {
        Ok(None) => None,
        Ok(Some(price)) => return Ok(Some(Measure::Price(price))),
        Err(why) => Some(why),
    };
    let amount = ["310", "315"].iter().find_map(|ai| elements.figure(ai));
    if let Some((digits, decimals)) = amount {
        let quantity = scaled(digits, decimals, Quantity::DECIMALS).ok_or(Unreadable::Measure)?;
        return Ok(Some(Measure::Quantity(Quantity(quantity))));
    }
    if let Some(why) = foreign {
        return Err(why);
    }
    if let Some(count) = elements.value("30").or_else(|| elements.value("37")) {
        let count = scaled(count, 0, Quantity::DECIMALS).ok_or(Unreadable::Measure)?;
        return Ok(Some(Measure::Count(Quantity(count))));
    }
    let gtin = elements.value("01").or_else(|| elements.value("02"));
    if gtin.is_some_and(|gtin| gtin.starts_with('9')) { Err(Unreadable::Measure) } else { Ok(None) }
}

fn price(elements: &Elements, currency: Option<CurrencyNumber>) -> Result<Option<Money>, Unreadable> {
    let money = |digits: &str, decimals| {
        scaled(digits, decimals, Money::DECIMALS).map(Money).ok_or(Unreadable::Measure).map(Some)
    };
    if let Some((digits, decimals)) = elements.figure("392") {
        return money(digits, decimals);
    }
    let Some((coded, decimals)) = elements.figure("393") else { return Ok(None) };
    let (code, digits) = coded.split_at_checked(3).ok_or(Unreadable::Measure)?;
    if currency.is_none_or(|own| own.0 != code.as_bytes()) {
        return Err(Unreadable::Currency);
    }
    money(digits, decimals)
}

/// Digits of which the last `decimals` stand behind the point, in units of which `kept` do. `None` if
/// nothing is measured, or finer than the units, or too much.
pub(super) fn scaled(digits: &str, decimals: u32, kept: u32) -> Option<i64> {
    let figure: i64 = digits.parse().ok()?;
    let units = match kept.checked_sub(decimals) {
        Some(missing) => figure.checked_mul(10_i64.checked_pow(missing)?)?,
        None => {
            let surplus = 10_i64.checked_pow(decimals - kept)?;
            if figure % surplus != 0 {
                return None;
            }
            figure / surplus
        }
    };
    (units > 0).then_some(units)
}
