//! A basket becomes a sale: prices, discounts, tax, points preview, and the tender that closes it.

use chrono::{DateTime, FixedOffset, NaiveDate};
use domain::codes::{CashierCode, StoreCode, TillCode};
use domain::money::{AmountError, Money, Points, Quantity};
use domain::points::{Programme, earn};
use domain::promotion;
use domain::sale::{LineKind, Sale, SaleDraft, SaleError, SaleLine, SaleStatus, Tender, TenderKind};

use super::basket::{Article, Basket, Line};

/// One whole in the unit of a tax rate.
const WHOLE: i64 = 10_000;

/// What a sale says besides its basket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    pub store: StoreCode,
    pub till: TillCode,
    pub business_date: NaiveDate,
    pub receipt_no: i64,
    pub occurred_at: DateTime<FixedOffset>,
    pub cashier: Option<CashierCode>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Pieces; a weighed line counts as one.
    pub items: i64,
    pub before_discount: Money,
    pub discount: Money,
    pub tax: Money,
    pub total: Money,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PayError {
    #[error("the basket is empty")]
    Empty,
    #[error("unknown codes wait: find their product or discard them")]
    UnknownCodes,
    #[error("{missing} is missing")]
    TooLittle { missing: Money },
    #[error(transparent)]
    Sale(#[from] SaleError),
    #[error(transparent)]
    Amount(#[from] AmountError),
}

impl PayError {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "pay_empty",
            Self::UnknownCodes => "pay_unknown_codes",
            Self::TooLittle { .. } => "pay_too_little",
            Self::Sale(error) => error.code(),
            Self::Amount(_) => "pay_amount",
        }
    }
}

/// The part of a price that is tax: `paid = net + tax`, with the product's one rounding on the net.
pub fn split_tax(paid: Money, tax_rate: i64) -> Result<(Money, Money), AmountError> {
    let net = paid.scaled(WHOLE, WHOLE + tax_rate.max(0))?;
    Ok((net, paid.minus(net)?))
}

/// The basket's lines as a receipt has them.
pub fn lines(basket: &Basket) -> Result<Vec<SaleLine>, AmountError> {
    basket.lines.iter().map(|line| sale_line(basket, line)).collect()
}

fn sale_line(basket: &Basket, line: &Line) -> Result<SaleLine, AmountError> {
    let Article { sku, name, product_line, category, price, tax_rate } = line.article.clone();
    let gross = price.times(line.quantity)?;
    let mut priced = SaleLine {
        number: line.number,
        kind: if line.voided { LineKind::Void } else { LineKind::Sale },
        sku,
        name,
        product_line,
        category,
        quantity: line.quantity,
        unit_price: price,
        gross,
        discount: Money::ZERO,
        net: gross,
        tax: Money::ZERO,
        promotion: None,
        origin: None,
    };
    if let Some(offer) = basket.accepted_offer() {
        priced.discount = promotion::discount(offer, &priced)?;
        priced.promotion = (!priced.discount.is_zero()).then_some(offer.promotion);
    }
    (priced.net, priced.tax) = split_tax(gross.minus(priced.discount)?, tax_rate)?;
    Ok(priced)
}

pub fn totals(lines: &[SaleLine]) -> Result<Totals, AmountError> {
    let live = || lines.iter().filter(|line| line.kind == LineKind::Sale);
    let before_discount = Money::total(live().map(|line| line.gross))?;
    let discount = Money::total(live().map(|line| line.discount))?;
    Ok(Totals {
        items: live().map(|line| pieces(line.quantity)).sum(),
        before_discount,
        discount,
        tax: Money::total(live().map(|line| line.tax))?,
        total: before_discount.minus(discount)?,
    })
}

fn pieces(quantity: Quantity) -> i64 {
    if quantity.0 % Quantity::ONE.0 == 0 { quantity.0 / Quantity::ONE.0 } else { 1 }
}

/// Whether the basket may be paid.
pub fn payable(basket: &Basket) -> Result<(), PayError> {
    if !basket.unknown.is_empty() {
        return Err(PayError::UnknownCodes);
    }
    if basket.live_lines().next().is_none() {
        return Err(PayError::Empty);
    }
    Ok(())
}

/// What is to be paid for the basket.
pub fn due(basket: &Basket) -> Result<Money, AmountError> {
    Ok(totals(&lines(basket)?)?.total)
}

/// Closes the basket against cash. Change comes out of what was tendered.
pub fn pay_cash(basket: &Basket, heading: Heading, tendered: Money) -> Result<Sale, PayError> {
    payable(basket)?;
    let lines = lines(basket)?;
    let due = totals(&lines)?.total;
    let change = tendered.minus(due)?;
    if change.is_negative() {
        return Err(PayError::TooLittle { missing: change.negated()? });
    }
    let tenders = vec![Tender::new(TenderKind::Cash, tendered)];
    let draft = draft(basket, heading, SaleStatus::Completed, lines);
    Ok(Sale::close(SaleDraft { tenders, change, ..draft })?)
}

/// The same ticket, rung up to learn: it counts nowhere. A cancelled one counts nowhere as it is.
pub fn in_training(sale: Sale) -> Result<Sale, PayError> {
    let status = match sale.status {
        SaleStatus::Completed => SaleStatus::Training,
        other => other,
    };
    Ok(Sale::close(SaleDraft { status, ..sale.into() })?)
}

/// Closes the basket as cancelled: everything that was entered stays on record.
pub fn cancel(basket: &Basket, heading: Heading) -> Result<Sale, PayError> {
    if basket.lines.is_empty() {
        return Err(PayError::Empty);
    }
    Ok(Sale::close(draft(basket, heading, SaleStatus::Voided, lines(basket)?))?)
}

fn draft(basket: &Basket, heading: Heading, status: SaleStatus, lines: Vec<SaleLine>) -> SaleDraft {
    // A blocked card earns nothing, so the sale does not name it.
    let card = basket.card.as_ref().filter(|card| !card.blocked);
    SaleDraft {
        id: basket.sale,
        store: heading.store,
        till: heading.till,
        business_date: heading.business_date,
        receipt_no: heading.receipt_no,
        occurred_at: heading.occurred_at,
        cashier: heading.cashier,
        card: card.map(|card| card.number.clone()),
        card_entry: card.map(|card| card.entry),
        status,
        lines,
        tenders: vec![],
        change: Money::ZERO,
        rounding: Money::ZERO,
        approved_by: None,
    }
}

/// What the basket would earn if it were paid now: the same function that the hub posts by.
pub fn preview(
    basket: &Basket,
    heading: Heading,
    programmes: &[Programme],
) -> Result<Option<Points>, PayError> {
    let Some(programme) = Programme::on(programmes, heading.business_date) else { return Ok(None) };
    if basket.live_lines().next().is_none() {
        return Ok(Some(Points::ZERO));
    }
    let lines = lines(basket)?;
    let due = totals(&lines)?.total;
    let tenders = vec![Tender::new(TenderKind::External, due)];
    let draft = draft(basket, heading, SaleStatus::Completed, lines);
    let sale = Sale::close(SaleDraft { tenders, ..draft })?;
    Ok(Some(earn(programme, &sale)?.sold()))
}

#[cfg(test)]
mod tests;
