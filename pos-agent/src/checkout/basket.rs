//! The open basket: a value, the events that may happen to it, and one function that applies them.

use chrono::{DateTime, Utc};
use domain::codes::{CardNumber, Sku};
use domain::ids::{AccountId, MemberId, SaleId};
use domain::money::{Money, Quantity};
use domain::sale::{CardEntry, LINES_MAX};
use domain::snapshot::Offer;
use domain::sync::OfferResponse;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// More of one article than any cart holds; a barcode read into the quantity field is far above it.
pub const QUANTITY_MAX: Quantity = Quantity(1_000_000 * 1_000);
/// Unknown codes a basket pins before it wants one of them decided.
pub const UNKNOWN_MAX: usize = 20;
/// Orders a basket remembers: a page has one under way, and a till is open in a few pages.
const ORDERS_MAX: usize = 16;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basket {
    /// The id the sale will have: made once, so that a repeated Pay is recognised.
    pub sale: SaleId,
    pub opened_at: DateTime<Utc>,
    #[serde(default)]
    pub lines: Vec<Line>,
    #[serde(default)]
    pub card: Option<Card>,
    #[serde(default)]
    pub unknown: Vec<UnknownCode>,
    /// Set by `3*`, used up by the next product.
    #[serde(default)]
    pub next_quantity: Option<Quantity>,
    /// The line the last event touched.
    #[serde(default)]
    pub touched: Option<u32>,
    next_number: u32,
    /// The last orders that changed it, by the ids that their pages gave them.
    #[serde(default)]
    orders: Vec<Uuid>,
}

/// A product as it was priced when it was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Article {
    pub sku: Sku,
    pub name: String,
    pub product_line: String,
    pub category: String,
    /// For one, tax included.
    pub price: Money,
    /// 1/100 of a per cent.
    pub tax_rate: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub number: u32,
    pub article: Article,
    pub quantity: Quantity,
    /// Taken out again: stays on record, counts nowhere.
    pub voided: bool,
    /// One package with a label of its own, whose price is rounded by itself.
    #[serde(default)]
    pub labelled: bool,
}

impl Line {
    /// Whether more of the same article may join it.
    fn takes_more(&self) -> bool {
        !self.voided && !self.labelled && is_whole(self.quantity)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownCode {
    pub number: u32,
    pub code: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    pub number: CardNumber,
    pub entry: CardEntry,
    pub blocked: bool,
    /// `None`: nobody here knows whose it is; the sale carries the number all the same.
    pub holder: Option<Holder>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    pub member: MemberId,
    pub account: AccountId,
    pub offer: Option<OfferState>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferState {
    pub offer: Offer,
    pub response: OfferResponse,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A product was scanned, keyed or touched. `None`: as many as `3*` said, otherwise one.
    Product {
        article: Article,
        quantity: Option<Quantity>,
    },
    /// A package with a weight or a price on its label: a line of its own.
    Labelled {
        article: Article,
        quantity: Quantity,
    },
    /// `3*`
    NextQuantity(Quantity),
    /// `*3`: the last line.
    LastQuantity(Quantity),
    SetQuantity {
        line: u32,
        quantity: Quantity,
    },
    Void {
        line: u32,
    },
    /// Takes a void back.
    Restore {
        line: u32,
    },
    Unknown {
        code: String,
    },
    /// Somebody decided that the unknown code is not to be sold.
    Discard {
        number: u32,
    },
    /// At any moment; a second card takes the place of the first, the same one again changes nothing.
    Card(Card),
    RemoveCard,
    Answer(OfferResponse),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BasketError {
    #[error("the basket is full: close it and open another")]
    Full,
    #[error("there is no such line")]
    NoSuchLine,
    #[error("there is no line to change yet")]
    NoLine,
    #[error("the quantity must be above 0 and at most {}", QUANTITY_MAX.plain())]
    Quantity,
    #[error("there is no such unknown code")]
    NoSuchCode,
    #[error("too many unknown codes wait: decide on them first")]
    TooManyUnknown,
    #[error("there is no offer to answer")]
    NoOffer,
}

impl BasketError {
    pub fn code(self) -> &'static str {
        match self {
            Self::Full => "basket_full",
            Self::NoSuchLine => "basket_no_such_line",
            Self::NoLine => "basket_no_line",
            Self::Quantity => "basket_quantity",
            Self::NoSuchCode => "basket_no_such_code",
            Self::TooManyUnknown => "basket_too_many_unknown",
            Self::NoOffer => "basket_no_offer",
        }
    }
}

impl Basket {
    pub fn new(sale: SaleId, opened_at: DateTime<Utc>) -> Self {
        Self {
            sale,
            opened_at,
            lines: vec![],
            card: None,
            unknown: vec![],
            next_quantity: None,
            touched: None,
            next_number: 1,
            orders: vec![],
        }
    }

    pub fn offer(&self) -> Option<&OfferState> {
        self.card.as_ref()?.holder.as_ref()?.offer.as_ref()
    }

    /// The offer that the customer took, if so.
    pub fn accepted_offer(&self) -> Option<&Offer> {
        self.offer().filter(|o| o.response == OfferResponse::Accepted).map(|o| &o.offer)
    }

    pub fn live_lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| !line.voided)
    }

    /// Whether this order was carried out already: its page never heard the answer and sent it again.
    pub fn has_done(&self, order: Uuid) -> bool {
        self.orders.contains(&order)
    }

    pub fn note_done(&mut self, order: Uuid) {
        let surplus = (self.orders.len() + 1).saturating_sub(ORDERS_MAX);
        self.orders.drain(..surplus);
        self.orders.push(order);
    }

    fn take_number(&mut self) -> u32 {
        let number = self.next_number;
        self.next_number += 1;
        number
    }

    fn line_mut(&mut self, number: u32) -> Result<&mut Line, BasketError> {
        self.lines.iter_mut().find(|line| line.number == number).ok_or(BasketError::NoSuchLine)
    }
}

/// What the basket is after the event. On an error the old basket stands.
pub fn apply(basket: &Basket, event: Event) -> Result<Basket, BasketError> {
    let mut next = basket.clone();
    match event {
        Event::Product { article, quantity } => add_product(&mut next, article, quantity, false)?,
        Event::Labelled { article, quantity } => add_product(&mut next, article, Some(quantity), true)?,
        Event::NextQuantity(quantity) => next.next_quantity = Some(checked(quantity)?),
        Event::LastQuantity(quantity) => {
            let last = next.live_lines().last().map(|line| line.number).ok_or(BasketError::NoLine)?;
            set_quantity(&mut next, last, quantity)?;
        }
        Event::SetQuantity { line, quantity } => set_quantity(&mut next, line, quantity)?,
        Event::Void { line } => set_voided(&mut next, line, true)?,
        Event::Restore { line } => set_voided(&mut next, line, false)?,
        Event::Unknown { code } => pin_unknown(&mut next, code)?,
        Event::Discard { number } => {
            let before = next.unknown.len();
            next.unknown.retain(|unknown| unknown.number != number);
            if next.unknown.len() == before {
                return Err(BasketError::NoSuchCode);
            }
        }
        Event::Card(card) => attach(&mut next, card),
        Event::RemoveCard => next.card = None,
        Event::Answer(response) => {
            let holder = next.card.as_mut().and_then(|card| card.holder.as_mut());
            let offer = holder.and_then(|holder| holder.offer.as_mut()).ok_or(BasketError::NoOffer)?;
            offer.response = response;
        }
    }
    Ok(next)
}

fn checked(quantity: Quantity) -> Result<Quantity, BasketError> {
    if quantity.0 > 0 && quantity <= QUANTITY_MAX { Ok(quantity) } else { Err(BasketError::Quantity) }
}

fn is_whole(quantity: Quantity) -> bool {
    quantity.0 % Quantity::ONE.0 == 0
}

/// The same article at the same price joins its line: cashier and customer read one row. What was weighed
/// or has a label stands alone, because each package was rounded by itself.
fn add_product(
    basket: &mut Basket,
    article: Article,
    quantity: Option<Quantity>,
    labelled: bool,
) -> Result<(), BasketError> {
    let quantity = checked(quantity.or(basket.next_quantity).unwrap_or(Quantity::ONE))?;
    let alone = labelled || !is_whole(quantity);
    let same = basket.lines.iter_mut().find(|line| !alone && line.takes_more() && line.article == article);
    let touched = if let Some(line) = same {
        line.quantity = checked(line.quantity.plus(quantity).map_err(|_| BasketError::Quantity)?)?;
        line.number
    } else {
        if basket.lines.len() >= LINES_MAX {
            return Err(BasketError::Full);
        }
        let number = basket.take_number();
        basket.lines.push(Line { number, article, quantity, voided: false, labelled });
        number
    };
    basket.next_quantity = None;
    basket.touched = Some(touched);
    Ok(())
}

/// The card that is there already keeps its offer as it was answered: nobody takes a discount back by
/// scanning twice. One that was blocked or changed hands meanwhile is another card.
fn attach(basket: &mut Basket, card: Card) {
    let told = |card: &Card| (card.number.clone(), card.blocked, card.holder.as_ref().map(|h| h.member));
    if basket.card.as_ref().map(told) != Some(told(&card)) {
        basket.card = Some(card);
    }
}

fn set_quantity(basket: &mut Basket, number: u32, quantity: Quantity) -> Result<(), BasketError> {
    let quantity = checked(quantity)?;
    let line = basket.line_mut(number)?;
    if line.voided {
        return Err(BasketError::NoSuchLine);
    }
    line.quantity = quantity;
    basket.touched = Some(number);
    Ok(())
}

fn set_voided(basket: &mut Basket, number: u32, voided: bool) -> Result<(), BasketError> {
    let line = basket.line_mut(number)?;
    if line.voided == voided {
        return Err(BasketError::NoSuchLine);
    }
    line.voided = voided;
    basket.touched = Some(number);
    Ok(())
}

fn pin_unknown(basket: &mut Basket, code: String) -> Result<(), BasketError> {
    if basket.unknown.iter().any(|unknown| unknown.code == code) {
        return Ok(());
    }
    if basket.unknown.len() >= UNKNOWN_MAX {
        return Err(BasketError::TooManyUnknown);
    }
    let number = basket.take_number();
    basket.unknown.push(UnknownCode { number, code });
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests;
