//! The open basket: a value, the events that may happen to it, and one function that applies them.

mod card;
mod change;
mod coupon;
mod cut;
mod error;
mod open;
mod returns;

use chrono::{DateTime, Utc};
use domain::codes::{CashierCode, Sku};
use domain::coupons::TakenCoupon;
use domain::gift_card::GiftCard;
use domain::ids::SaleId;
use domain::money::{Money, Points, Quantity};
use domain::sale::{FIELD_MAX, LINES_MAX, Tender, TenderKind};
use domain::scan::Barcode;
use domain::sync::OfferResponse;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use card::{Card, Holder, OfferState};
pub use coupon::CouponRow;
pub use cut::Cut;
pub use error::BasketError;
pub use open::{OpenPrice, PendingGift, UnknownCode};
pub use returns::{Bought, Paid, PointsOf, ReturnPart, ReturnReason, Returned, Terms};

/// More of one article than any cart holds; a barcode read into the quantity field is far above it.
pub const QUANTITY_MAX: Quantity = Quantity(1_000_000 * 1_000);
/// No single article costs more: a barcode read into the price is no price.
pub const PRICE_MAX: Money = Money(100_000_000_000);
/// No line is worth more, so that with its tax it fits what a sale may say: a basket is always one that can be
/// shown and paid.
const LINE_MAX: Money = Money(FIELD_MAX / 10);
/// Payments of one sale, with room left for what closing adds.
const PAYMENTS_MAX: usize = 20;
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
    /// Coupons of the customer, those that give nothing yet too.
    #[serde(default)]
    pub coupons: Vec<CouponRow>,
    #[serde(default)]
    pub card: Option<Card>,
    #[serde(default)]
    pub unknown: Vec<UnknownCode>,
    /// Set by `3*`, used up by the next product.
    #[serde(default)]
    pub next_quantity: Option<Quantity>,
    /// The line or coupon the last event touched.
    #[serde(default)]
    pub touched: Option<u32>,
    next_number: u32,
    /// Off the whole ticket.
    #[serde(default)]
    pub discount: Option<Cut>,
    /// What the goods cost when that was given.
    #[serde(default)]
    discount_of: Option<Money>,
    /// Payments taken so far, where more than one kind is needed.
    #[serde(default)]
    pub taken: Vec<Tender>,
    /// Who allowed what the cashier alone may not do.
    #[serde(default)]
    pub approved_by: Option<CashierCode>,
    /// It was put aside while nothing counted.
    #[serde(default)]
    pub held_in_training: bool,
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
    /// Has no name on the customer's display.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub discreet: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub number: u32,
    pub article: Article,
    pub quantity: Quantity,
    /// Taken out again: stays on record, counts nowhere.
    pub voided: bool,
    #[serde(default)]
    pub discount: Option<Cut>,
    /// What the line cost when that was given.
    #[serde(default)]
    pub discount_of: Option<Money>,
    /// The catalogue's price, where somebody keyed another one.
    #[serde(default)]
    pub listed: Option<Money>,
    /// Goods that come back.
    #[serde(default)]
    pub returned: Option<Box<Returned>>,
    /// One package with a label of its own, whose price is rounded by itself.
    #[serde(default)]
    pub labelled: bool,
    /// Taken for so many points.
    #[serde(default)]
    pub gift: Option<Points>,
    /// The code that was read, where the catalogue has no such article.
    #[serde(default)]
    pub read_code: Option<Barcode>,
    /// A gift card that is sold: the price is what will be on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gift_card: Option<Box<GiftCard>>,
    /// Somebody keyed its price, as the catalogue leaves it open.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub open_priced: bool,
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
    /// One piece, for points.
    Gift {
        article: Article,
        points: Points,
    },
    /// What it gives is fixed by the terms of its day.
    Coupon(Box<TakenCoupon>),
    /// `3*`
    NextQuantity(Quantity),
    /// `*3`: the last line.
    LastQuantity(Quantity),
    /// More or, below zero, less of a line; with nothing left it is void.
    StepQuantity {
        line: u32,
        by: Quantity,
    },
    /// Of a line or a coupon.
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
    /// An article whose price the catalogue leaves open: it waits for one.
    PriceNeeded {
        article: Article,
        quantity: Option<Quantity>,
    },
    /// Somebody keyed the price of what waits under this number.
    OpenPrice {
        number: u32,
        priced: OpenPrice,
    },
    /// A gift card is to be sold: which one, and for `None` also what is to be on it, is asked for.
    GiftCardNeeded {
        article: Article,
        fixed: Option<Money>,
    },
    /// The card for the gift card that waits the longest without one.
    GiftCardRead(GiftCard),
    /// What is to be on the gift card that waits under this number.
    GiftCard {
        number: u32,
        card: GiftCard,
        amount: Money,
    },
    /// Somebody decided that what waits is not to be sold.
    Discard {
        number: u32,
    },
    /// At any moment; a second card takes the place of the first, the same one again changes nothing.
    Card(Card),
    RemoveCard,
    Answer(OfferResponse),
    /// Off one line, or off the last one; `None` takes the discount back.
    Discount {
        line: Option<u32>,
        cut: Option<Cut>,
    },
    /// Off the whole ticket.
    TicketDiscount(Option<Cut>),
    /// Another price than the catalogue's; `None` puts that one back.
    Price {
        line: Option<u32>,
        price: Option<Money>,
    },
    /// Goods come back, with or without their receipt. What one product comes to may be several lines: it was
    /// bought on several days.
    Return(Vec<ReturnPart>),
    /// A payment that does not close the sale yet.
    Take(Tender),
    /// Gives a payment back that was taken before the sale was closed.
    GiveBack {
        tender: usize,
    },
    Approved(CashierCode),
}

impl Basket {
    pub fn new(sale: SaleId, opened_at: DateTime<Utc>) -> Self {
        Self {
            sale,
            opened_at,
            lines: vec![],
            coupons: vec![],
            card: None,
            unknown: vec![],
            next_quantity: None,
            touched: None,
            next_number: 1,
            discount: None,
            discount_of: None,
            taken: vec![],
            approved_by: None,
            held_in_training: false,
            orders: vec![],
        }
    }

    /// Nothing has happened to it that somebody would miss.
    pub fn is_untouched(&self) -> bool {
        let is_bare =
            self.lines.is_empty() && self.live_coupons().next().is_none() && self.unknown.is_empty();
        is_bare && self.card.is_none() && self.taken.is_empty()
    }

    /// Takes the payment in points off again, to set it anew.
    pub fn drop_points(&mut self) {
        self.taken.retain(|tender| tender.kind != TenderKind::Points);
    }

    pub fn live_lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| !line.voided)
    }

    /// What the gifts on the ticket cost.
    pub fn gift_points(&self) -> Points {
        Points(self.live_lines().filter_map(|line| line.gift).fold(0, |sum, p| sum.saturating_add(p.0)))
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

    fn push(
        &mut self,
        article: Article,
        quantity: Quantity,
        returned: Option<Box<Returned>>,
    ) -> Result<u32, BasketError> {
        if self.lines.len() >= LINES_MAX {
            return Err(BasketError::Full);
        }
        let number = self.take_number();
        self.lines.push(Line {
            number,
            article,
            quantity,
            voided: false,
            discount: None,
            discount_of: None,
            listed: None,
            returned,
            labelled: false,
            gift: None,
            read_code: None,
            gift_card: None,
            open_priced: false,
        });
        Ok(number)
    }

    fn line_mut(&mut self, number: u32) -> Result<&mut Line, BasketError> {
        self.lines.iter_mut().find(|line| line.number == number).ok_or(BasketError::NoSuchLine)
    }
}

impl Line {
    /// Whether more of this article joins the line: it must be the same row to cashier and customer, so a
    /// price of its own, a discount, a label, a weight or a return keeps it apart.
    fn takes(&self, article: &Article) -> bool {
        let is_plain =
            !self.voided && self.discount.is_none() && self.listed.is_none() && self.read_code.is_none();
        let is_counted = !self.labelled
            && self.gift.is_none()
            && self.gift_card.is_none()
            && change::is_whole(self.quantity);
        is_plain && is_counted && self.returned.is_none() && self.article == *article
    }

    /// Whether it may be exchanged evenly for the same article. Of a price that somebody keyed or changed nobody knows what
    /// the same goods cost; a gift has no points, and what points paid goes back in points, so that money earns anew.
    pub fn may_be_even(&self) -> bool {
        let is_listed = !self.open_priced && self.listed.is_none() && self.read_code.is_none();
        let in_money = |bought: &Bought| {
            bought.gift.is_none() && bought.paid.in_points.is_zero() && bought.line.read_code.is_none()
        };
        is_listed && self.discount.is_none() && self.gift.is_none() && self.bought().is_none_or(in_money)
    }
}

/// What the basket is after the event. On an error the old basket stands.
pub fn apply(basket: &Basket, event: Event) -> Result<Basket, BasketError> {
    let mut next = basket.clone();
    match event {
        Event::Product { article, quantity } => change::add_product(&mut next, article, quantity, false)?,
        Event::Labelled { article, quantity } => {
            change::add_product(&mut next, article, Some(quantity), true)?;
        }
        Event::Gift { article, points } => change::add_gift(&mut next, article, points)?,
        Event::Coupon(coupon) => coupon::add(&mut next, *coupon)?,
        Event::NextQuantity(quantity) => next.next_quantity = Some(change::checked(quantity)?),
        Event::LastQuantity(quantity) => {
            let last = next.live_lines().last().map(|line| line.number).ok_or(BasketError::NoLine)?;
            change::set_quantity(&mut next, last, quantity)?;
        }
        Event::StepQuantity { line, by } => change::step_quantity(&mut next, line, by)?,
        Event::Void { line } => change::set_voided(&mut next, line, true)?,
        Event::Restore { line } => change::set_voided(&mut next, line, false)?,
        Event::Unknown { code } => open::pin_unknown(&mut next, code)?,
        Event::PriceNeeded { article, quantity } => open::pin_article(&mut next, article, quantity)?,
        Event::OpenPrice { number, priced } => open::price(&mut next, number, priced)?,
        Event::GiftCardNeeded { article, fixed } => open::pin_gift_card(&mut next, article, fixed)?,
        Event::GiftCardRead(card) => open::read_gift_card(&mut next, card)?,
        Event::GiftCard { number, card, amount } => open::sell_gift_card(&mut next, number, card, amount)?,
        Event::Discard { number } => open::take_off(&mut next, number).map(|_| ())?,
        Event::Card(card) => change::attach(&mut next, card),
        Event::RemoveCard => change::remove_card(&mut next),
        Event::Answer(response) => {
            let holder = next.card.as_mut().and_then(|card| card.holder.as_mut());
            let offer = holder.and_then(|holder| holder.offer.as_mut()).ok_or(BasketError::NoOffer)?;
            offer.response = response;
        }
        Event::Discount { line, cut } => change::set_discount(&mut next, line, cut)?,
        Event::TicketDiscount(cut) => {
            next.discount = cut.map(change::checked_cut).transpose()?;
            next.discount_of = next.sold().filter(|sold| *sold > Money::ZERO);
        }
        Event::Price { line, price } => change::set_price(&mut next, line, price)?,
        Event::Return(parts) => parts.into_iter().try_for_each(|part| returns::add(&mut next, part))?,
        Event::Take(tender) => change::take(&mut next, tender)?,
        Event::GiveBack { tender } => change::give_back(&mut next, tender)?,
        Event::Approved(by) => next.approved_by = Some(by),
    }
    match next.touched.and_then(|number| next.lines.iter().find(|line| line.number == number)) {
        Some(line) if line.gross().is_none_or(|gross| gross > LINE_MAX) => Err(BasketError::Quantity),
        _ => Ok(next),
    }
}

#[cfg(test)]
pub(crate) mod tests;
