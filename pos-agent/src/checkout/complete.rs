//! A basket becomes a sale: prices, discounts, tax and points, and the payments that close it.

mod settle;

use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset, NaiveDate};
use domain::codes::{CashierCode, StoreCode, TillCode};
use domain::ids::RedemptionId;
use domain::money::{AmountError, Money, Points, Quantity};
use domain::open_page::PageToken;
use domain::points::{Programme, earn};
use domain::sale::{
    LineKind, Sale, SaleDraft, SaleError, SaleLine, SaleStatus, Tender, TenderKind, keep_points,
};

use super::basket::Basket;

pub use super::price::{Policy, Ticket, lines, ticket};
pub use settle::{Settled, Standing, is_overpaid, settle, standing};

/// What a sale says besides its basket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    pub store: StoreCode,
    pub till: TillCode,
    pub business_date: NaiveDate,
    pub receipt_no: i64,
    pub occurred_at: DateTime<FixedOffset>,
    pub cashier: Option<CashierCode>,
    /// The key of the receipt's page, where the chain has such pages.
    pub page: Option<PageToken>,
}

/// Sold less returned, each with its sign.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Pieces that leave; a weighed line counts as one.
    pub items: i64,
    /// Pieces that come back.
    pub returned: i64,
    pub before_discount: Money,
    pub discount: Money,
    pub tax: Money,
    /// Below zero where more comes back than is taken.
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
    #[error("only {most} is to be paid this way")]
    TooMuch { most: Money },
    #[error("{amount} was taken that is no longer due: give a payment back first")]
    Overpaid { amount: Money },
    #[error(
        "{amount} of goods without a receipt goes onto a gift card: do that first, then give back the rest"
    )]
    Credit { amount: Money },
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
            Self::TooMuch { .. } => "pay_too_much",
            Self::Overpaid { .. } => "pay_overpaid",
            Self::Credit { .. } => "pay_credit",
            Self::Sale(error) => error.code(),
            Self::Amount(_) => "pay_amount",
        }
    }
}

pub fn totals(lines: &[SaleLine]) -> Result<Totals, AmountError> {
    let mut sums = Totals::default();
    for line in lines {
        let pieces = pieces(line.quantity);
        let add: fn(Money, Money) -> Result<Money, AmountError> = match line.kind {
            LineKind::Sale => Money::plus,
            LineKind::Return => Money::minus,
            LineKind::Void => continue,
        };
        match line.kind {
            LineKind::Return => sums.returned += pieces,
            LineKind::Sale | LineKind::Void => sums.items += pieces,
        }
        sums.before_discount = add(sums.before_discount, line.gross)?;
        sums.discount = add(sums.discount, line.discount)?;
        sums.tax = add(sums.tax, line.tax)?;
        sums.total = add(sums.total, line.paid()?)?;
    }
    Ok(sums)
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

/// The same ticket, rung up to learn: it counts nowhere. A cancelled one counts nowhere as it is.
pub fn in_training(sale: Sale) -> Result<Sale, PayError> {
    let status = match sale.status {
        SaleStatus::Completed => SaleStatus::Training,
        other => other,
    };
    Ok(Sale::close(SaleDraft { status, ..sale.into() })?)
}

/// The sale names the reservation that its points come out of; without one it names none, whatever its payments were
/// taken by.
pub fn reserved(sale: Sale, redemption: Option<RedemptionId>) -> Result<Sale, PayError> {
    let of =
        |tender: &Tender| redemption.filter(|_| tender.points.is_some_and(|points| points > Points::ZERO));
    if sale.tenders.iter().all(|tender| tender.redemption == of(tender)) {
        return Ok(sale);
    }
    let mut draft = SaleDraft::from(sale);
    for tender in &mut draft.tenders {
        tender.redemption = of(tender);
    }
    Ok(Sale::close(draft)?)
}

/// Cancels the basket: everything on it is void, nothing is charged.
pub fn cancel(basket: &Basket, heading: Heading, policy: &Policy) -> Result<Sale, PayError> {
    if basket.lines.is_empty() {
        return Err(PayError::Empty);
    }
    Ok(Sale::close(draft(basket, heading, SaleStatus::Voided, ticket(basket, policy)?))?)
}

fn draft(basket: &Basket, heading: Heading, status: SaleStatus, ticket: Ticket) -> SaleDraft {
    let card = basket.card.as_ref().filter(|card| !card.is_void());
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
        lines: ticket.lines,
        tenders: vec![],
        change: Money::ZERO,
        rounding: Money::ZERO,
        approved_by: basket.approved_by.clone(),
        price_rules: ticket.rules,
        page: heading.page,
        coupons: ticket.coupons.into_iter().map(|(_, coupon)| coupon).collect(),
    }
}

/// What is sold for the same goods that come back keeps their points.
fn exchanged_evenly(basket: &Basket, mut draft: SaleDraft) -> Result<SaleDraft, AmountError> {
    let barred: BTreeSet<u32> =
        basket.live_lines().filter(|line| !line.may_be_even()).map(|line| line.number).collect();
    keep_points(&mut draft.lines, &barred)?;
    Ok(draft)
}

/// What the sale would do to the member's points if it were paid now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PointsPreview {
    /// No more than a day's cap lets a member keep.
    pub earned: Points,
    /// Taken back for goods that come back.
    pub taken_back: Points,
    /// The most that a member keeps of a day: other tickets of it may leave less.
    pub day_cap: Option<Points>,
    /// The first day on which they can be spent, where that is not at once.
    pub vests_on: Option<NaiveDate>,
}

/// The same function that the hub posts by, on the basket as it stands.
pub fn preview(
    basket: &Basket,
    heading: Heading,
    policy: &Policy,
    programmes: &[Programme],
) -> Result<Option<PointsPreview>, PayError> {
    let Some(programme) = Programme::on(programmes, heading.business_date) else { return Ok(None) };
    if basket.live_lines().next().is_none() {
        return Ok(Some(PointsPreview::default()));
    }
    let standing = standing(basket, policy)?;
    let mut tenders = standing.by_itself;
    tenders.extend(basket.taken.iter().cloned());
    if !standing.due.is_zero() {
        tenders.push(Tender::new(TenderKind::External, standing.due));
    }
    let draft = draft(basket, heading, SaleStatus::Completed, ticket(basket, policy)?);
    let draft = if programme.even_exchange { exchanged_evenly(basket, draft)? } else { draft };
    let sale = Sale::close(SaleDraft { tenders, ..draft })?;
    let earned = earn(programme, &sale)?;
    let has_receipt = |number: u32| sale.lines.iter().any(|l| l.number == number && l.origin.is_some());
    // Without a card there is nobody to take them from.
    let is_someones = |number: u32| sale.card.is_some() && !has_receipt(number);
    let loose = earned.lines.iter().filter(|l| l.kind == LineKind::Return && is_someones(l.line));
    let mut taken_back: Points = loose.map(|l| l.points).sum();
    for (of, pieces) in sale.points_back()? {
        let known = basket.bought_lines().find_map(|(_, bought)| bought.points_of(of));
        taken_back = taken_back.plus(known.map(|points| points.share(pieces)).unwrap_or_default())?;
    }
    Ok(Some(PointsPreview {
        earned: programme.shown(&earned),
        taken_back,
        day_cap: programme.day_cap(),
        vests_on: programme.vests_on(sale.business_date),
    }))
}

#[cfg(test)]
mod tests;
