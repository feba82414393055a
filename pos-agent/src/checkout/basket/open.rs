//! What waits for a person's decision while scanning goes on: codes that nobody knows, and articles whose price
//! is open.

use domain::gift_card::GiftCard;
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
    /// For a gift card that is to be sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gift: Option<PendingGift>,
}

impl UnknownCode {
    /// Whether this gift card is the one that is to be sold.
    pub fn has_card(&self, card: &GiftCard) -> bool {
        self.gift.as_ref().is_some_and(|gift| gift.card.as_ref() == Some(card))
    }
}

/// What is known of a gift card that is to be sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingGift {
    /// Once it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<GiftCard>,
    /// What is on it by the catalogue; else it is keyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed: Option<Money>,
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
    basket.unknown.push(UnknownCode { number, code, article, quantity, gift: None });
    Ok(())
}

/// Each is a card of its own, so each scan waits for itself.
pub(super) fn pin_gift_card(
    basket: &mut Basket,
    article: Article,
    fixed: Option<Money>,
) -> Result<(), BasketError> {
    pin(basket, article.sku.to_string(), Some(Box::new(article)), Some(Quantity::ONE))?;
    if let Some(waits) = basket.unknown.last_mut() {
        waits.gift = Some(PendingGift { card: None, fixed });
    }
    basket.next_quantity = None;
    Ok(())
}

/// The card that was read is for the gift card that waits without one; with its amount known it is sold.
pub(super) fn read_gift_card(basket: &mut Basket, card: GiftCard) -> Result<(), BasketError> {
    not_twice(basket, &card, None)?;
    let waits = basket.unknown.iter_mut().find_map(|waits| {
        let gift = waits.gift.as_mut().filter(|gift| gift.card.is_none())?;
        Some((waits.number, gift))
    });
    let (number, gift) = waits.ok_or(BasketError::NoSuchCode)?;
    gift.card = Some(card.clone());
    match gift.fixed {
        Some(amount) => sell_gift_card(basket, number, card, amount),
        None => Ok(()),
    }
}

pub(super) fn sell_gift_card(
    basket: &mut Basket,
    number: u32,
    card: GiftCard,
    amount: Money,
) -> Result<(), BasketError> {
    if amount <= Money::ZERO || amount > PRICE_MAX {
        return Err(BasketError::OpenPrice);
    }
    not_twice(basket, &card, Some(number))?;
    let waits = take_off(basket, number)?;
    let Some((article, gift)) = waits.article.zip(waits.gift) else { return Err(BasketError::NoSuchCode) };
    let price = gift.fixed.unwrap_or(amount);
    // It is no sale of goods yet: what it will buy is taxed.
    let line = basket.push(Article { price, tax_rate: 0, ..*article }, Quantity::ONE, None)?;
    basket.line_mut(line)?.gift_card = Some(Box::new(card));
    basket.touched = Some(line);
    Ok(())
}

/// One card is sold once on a ticket.
fn not_twice(basket: &Basket, card: &GiftCard, number: Option<u32>) -> Result<(), BasketError> {
    let sold = basket.live_lines().any(|line| line.gift_card.as_deref() == Some(card));
    let others = basket.unknown.iter().filter(|waits| Some(waits.number) != number);
    let waits = others.filter_map(|waits| waits.gift.as_ref()).any(|gift| gift.card.as_ref() == Some(card));
    if sold || waits { Err(BasketError::GiftCardTwice) } else { Ok(()) }
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
    if waits.gift.is_some() {
        return Err(BasketError::NoSuchCode);
    }
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
