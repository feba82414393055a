//! Goods that come back without a receipt: what the journal knows of them is looked up, the rules decide, and what
//! they say is done in one turn.

use chrono::{Days, NaiveDate};
use domain::cashier::Right;
use domain::codes::CardNumber;
use domain::money::{Money, Quantity};
use domain::sale::Origin;
use domain::scan::Barcode;

use super::At;
use crate::app::{Agent, Desk};
use crate::checkout::basket::{Article, Basket, Event, ReturnPart, ReturnReason, Returned, Terms};
use crate::checkout::gift_card::NoGiftCard;
use crate::checkout::unreceipted::{Counts, Known, NoReturn, OpenLine};
use crate::error::AgentError;
use crate::store::{Tx, sold};
use crate::ui::view::Notice;

/// What a cashier says of goods that come back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The product's number or one of its barcodes.
    pub code: Barcode,
    pub quantity: Quantity,
    /// Less than the rules give, where the goods are not worth that.
    pub price: Option<Money>,
    pub reason: ReturnReason,
}

/// How they come back: decided, and not done yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreceipted {
    parts: Vec<ReturnPart>,
}

impl Unreceipted {
    /// What whoever takes them needs. A purchase that was found is as good as a receipt.
    pub fn right(&self) -> Right {
        let is_known = self.parts.iter().all(|part| part.returned.bought.is_some());
        if is_known { Right::Refund } else { Right::RefundWithoutReceipt }
    }
}

impl Agent {
    /// How goods without a receipt come back at this till now.
    pub async fn unreceipted(&self, n: i64, asked: &Asked) -> Result<Unreceipted, AgentError> {
        let desk = self.desk(n)?;
        let policy = self.house().returns;
        let product = self.store().product_ever_sold(&asked.code).await?;
        if product.as_ref().is_some_and(|product| product.gift_card) {
            return Err(NoGiftCard::Sold.into());
        }
        let article = product.map(super::article);
        // What was sold at an open price is in no catalogue, and its code is its article number.
        let sku = match &article {
            Some(article) => article.sku.clone(),
            None => asked.code.as_str().parse().map_err(|_| NoReturn::NoProduct)?,
        };
        let basket = self.basket(desk).await?;
        let card = card_of(&basket);
        let today = self.heading(desk).business_date;
        let since = before(today, policy.days);
        let mut known = Known { asked: asked.price, ..Known::default() };
        if let Some(card) = &card {
            for row in self.store().bought(card, &sku, since).await? {
                let origin = Origin { sale: row.sale, line: row.line };
                let open = row.quantity.minus(row.returned)?;
                known.open.push(OpenLine { origin, open, in_basket: in_basket(&basket, origin) });
            }
        }
        known.listed = article.as_ref().map(|article| article.price);
        // What was paid has its tax in it, and a price on the shelf may not.
        let rate = article.as_ref().map_or(0, |article| article.tax_rate);
        let tax = self.policy(desk).tax;
        let lowest = self.store().lowest_price(&sku, since).await?;
        known.lowest = lowest.map(|paid| tax.shelf_price(paid, rate)).transpose()?;
        let of_late = before(today, policy.limit_days);
        let (member, cashier) =
            self.store().unreceipted(card.as_ref(), desk.cashier().as_ref(), of_late).await?;
        known.counts = Counts { member, cashier };
        let plan = policy.plan(asked.quantity, &known)?;
        let mut parts = Vec::with_capacity(plan.bought.len() + 1);
        for (origin, quantity) in plan.bought {
            parts.push(self.part_of(origin, quantity, asked.reason).await?);
        }
        if let Some(((quantity, price), article)) = plan.by_policy.zip(article) {
            let article = Article { price, ..article };
            let terms = Terms { card, credit: policy.store_credit, most: Some(quantity) };
            let returned = Box::new(Returned::without_receipt(terms, asked.reason));
            parts.push(ReturnPart { article, quantity, returned });
        }
        Ok(Unreceipted { parts })
    }

    /// Puts them into the basket. Nothing is given back before it is paid.
    pub async fn take_back_unreceipted(
        &self,
        at: impl Into<At>,
        goods: Unreceipted,
    ) -> Result<Notice, AgentError> {
        self.change(at, Event::Return(goods.parts)).await
    }

    /// In the commit: the rules that let goods of no known purchase come back still do.
    pub(super) async fn check_unreceipted(
        &self,
        tx: &mut Tx,
        desk: &Desk,
        basket: &Basket,
    ) -> Result<(), AgentError> {
        let card = card_of(basket);
        let mut lines = basket.unreceipted_lines().peekable();
        if lines.peek().is_none() {
            return Ok(());
        }
        if lines.any(|(_, terms)| terms.card != card) {
            return Err(NoReturn::CardChanged.into());
        }
        let policy = self.house().returns;
        let since = before(self.heading(desk).business_date, policy.limit_days);
        let (member, cashier) = sold::unreceipted(tx, card.as_ref(), desk.cashier().as_ref(), since).await?;
        Ok(policy.check(Counts { member, cashier })?)
    }
}

/// Whose purchases are looked through: a lost card is nobody's.
fn card_of(basket: &Basket) -> Option<CardNumber> {
    basket.card.as_ref().filter(|card| !card.is_void()).map(|card| card.number.clone())
}

fn in_basket(basket: &Basket, origin: Origin) -> Quantity {
    let line = basket.bought_lines().find(|(_, bought)| bought.origin == origin);
    line.map(|(line, _)| line.quantity).unwrap_or_default()
}

fn before(today: NaiveDate, days: u32) -> NaiveDate {
    today.checked_sub_days(Days::new(days.into())).unwrap_or(NaiveDate::MIN)
}
