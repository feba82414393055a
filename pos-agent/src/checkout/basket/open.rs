//! What waits for a person's decision while scanning goes on: codes that nobody knows, and articles whose price
//! is open.

use domain::money::{Money, Quantity};
use serde::{Deserialize, Serialize};

use super::change::checked;
use super::{Article, Basket, BasketError, PRICE_MAX, UNKNOWN_MAX};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownCode {
    pub number: u32,
    pub code: String,
    /// For an article that is known and whose price is not.
    #[serde(default)]
    pub article: Option<Box<Article>>,
    /// How many of that article were taken.
    #[serde(default)]
    pub quantity: Option<Quantity>,
}

/// What somebody keyed for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenPrice {
    /// For one, tax included.
    pub price: Money,
    pub quantity: Quantity,
    /// Name, product line and tax of a code that nobody knows; an article has its own. Without a name the code
    /// is the name.
    pub name: String,
    pub product_line: String,
    pub tax_rate: i64,
}

/// The same code waits once, however often it is scanned: `3*` stays for the next product.
pub(super) fn pin_unknown(basket: &mut Basket, code: String) -> Result<(), BasketError> {
    if basket.unknown.iter().any(|waits| waits.article.is_none() && waits.code == code) {
        return Ok(());
    }
    pin(basket, code, None, None)
}

/// Each piece may have a price of its own, so each scan waits for itself.
pub(super) fn pin_article(
    basket: &mut Basket,
    article: Article,
    quantity: Option<Quantity>,
) -> Result<(), BasketError> {
    let quantity = checked(quantity.or(basket.next_quantity).unwrap_or(Quantity::ONE))?;
    pin(basket, article.sku.to_string(), Some(Box::new(article)), Some(quantity))?;
    basket.next_quantity = None;
    Ok(())
}

fn pin(
    basket: &mut Basket,
    code: String,
    article: Option<Box<Article>>,
    quantity: Option<Quantity>,
) -> Result<(), BasketError> {
    if basket.unknown.len() >= UNKNOWN_MAX {
        return Err(BasketError::TooManyUnknown);
    }
    let number = basket.take_number();
    basket.unknown.push(UnknownCode { number, code, article, quantity });
    Ok(())
}

pub(super) fn take_off(basket: &mut Basket, number: u32) -> Result<UnknownCode, BasketError> {
    let at = basket.unknown.iter().position(|waits| waits.number == number);
    Ok(basket.unknown.remove(at.ok_or(BasketError::NoSuchCode)?))
}

/// It becomes a line of its own.
pub(super) fn price(basket: &mut Basket, number: u32, priced: OpenPrice) -> Result<(), BasketError> {
    let OpenPrice { price, quantity, name, product_line, tax_rate } = priced;
    if price <= Money::ZERO || price > PRICE_MAX {
        return Err(BasketError::OpenPrice);
    }
    let quantity = checked(quantity)?;
    let waits = take_off(basket, number)?;
    let (article, read_code) = if let Some(article) = waits.article {
        (Article { price, ..*article }, None)
    } else {
        let sku = waits.code.parse().map_err(|_| BasketError::NoSuchCode)?;
        let read = waits.code.parse().map_err(|_| BasketError::NoSuchCode)?;
        let name = if name.is_empty() { waits.code } else { name };
        let category = String::new();
        (Article { sku, name, product_line, category, price, tax_rate, discreet: false }, Some(read))
    };
    let line = basket.push(article, quantity, None)?;
    let entered = basket.line_mut(line)?;
    entered.read_code = read_code;
    entered.open_priced = true;
    basket.touched = Some(line);
    Ok(())
}
