//! One `LineItem` of a ticket: goods sold or returned, or a payment.
//!
//! The standard leaves two things open, and files in the field differ. Whether the price has the tax in it:
//! the file's own flags say so, else VAT is in it and another tax comes on top. Whether `ExtendedAmount` is
//! before or after the discounts: it is before them if it is quantity times the *regular* price. Read wrong,
//! lines and payments would not add up, and the ticket would be refused: nothing wrong goes in silently.

use chrono::{DateTime, FixedOffset};
use domain::codes::{CardNumber, CashierCode, Sku};
use domain::money::{AmountError, Money, Quantity};
use domain::sale::{Kept, Origin, Tender, TenderKind};
use domain::tickets::{RowKind, TicketKey, TicketRow};

use super::ticket::{At, OriginLink};
use super::xml::is_true;
use super::{BadPoslog, Chain};

/// A line of goods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoslogLine {
    pub row: TicketRow,
    /// The file names no article number: `row.sku` is what was scanned.
    pub is_barcode: bool,
    /// What a return says of its original.
    pub origin: Option<OriginLink>,
    /// The line that it undoes, once found.
    pub found: Option<Origin>,
    /// Whose points the pieces have that come back, where they were exchanged evenly.
    pub keeps: Vec<Kept>,
}

/// What all lines of a ticket share.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub key: TicketKey,
    pub occurred_at: DateTime<FixedOffset>,
    pub cashier: Option<CashierCode>,
    pub card: Option<CardNumber>,
    /// What every line is on a training or cancelled ticket.
    pub all: Option<RowKind>,
}

#[derive(Debug)]
pub(super) enum Item {
    Goods(Box<PoslogLine>),
    Tender(Tender),
    Other,
}

pub(super) fn read(item: &At<'_>, head: &Head, chain: &impl Chain) -> Result<Item, BadPoslog> {
    let voided = item.element.flag("VoidFlag") || item.element.flag("CancelFlag");
    if let Some(goods) = item.child("Sale") {
        let kind = if voided { RowKind::Void } else { RowKind::Sale };
        return goods_line(item, &goods, head, kind, chain).map(|line| Item::Goods(Box::new(line)));
    }
    if let Some(goods) = item.child("Return") {
        let kind = if voided { RowKind::Void } else { RowKind::Return };
        return goods_line(item, &goods, head, kind, chain).map(|line| Item::Goods(Box::new(line)));
    }
    match item.child("Tender") {
        Some(tender) if !voided => tender_of(&tender, chain).map(Item::Tender),
        _ => Ok(Item::Other),
    }
}

fn goods_line(
    item: &At<'_>,
    goods: &At<'_>,
    head: &Head,
    kind: RowKind,
    chain: &impl Chain,
) -> Result<PoslogLine, BadPoslog> {
    let (sku, is_barcode) = article(goods)?;
    let is_return = goods.element.name == "Return";
    let prices = prices(goods, is_return, chain)?;
    let origin = if is_return { link(goods)? } else { None };
    let row = TicketRow {
        key: head.key.clone(),
        occurred_at: head.occurred_at,
        cashier: head.cashier.clone(),
        card: head.card.clone(),
        line: item.wanted(&["SequenceNumber"])?.read()?,
        sku,
        quantity: prices.quantity,
        unit_price: prices.unit,
        net: prices.net,
        tax: prices.tax,
        discount: prices.discount,
        kind: head.all.unwrap_or(kind),
    };
    // On a ticket that never counts nothing is undone.
    let origin = origin.filter(|_| row.kind == RowKind::Return);
    Ok(PoslogLine { row, is_barcode, origin, found: None, keeps: vec![] })
}

/// The chain's article number if the file has one, else what was scanned.
fn article(goods: &At<'_>) -> Result<(Sku, bool), BadPoslog> {
    if let Some(item) = goods.maybe::<Sku>("ItemID")? {
        return Ok((item, false));
    }
    let scanned = goods.children("POSIdentity").find_map(|identity| identity.child("POSItemID"));
    match scanned {
        Some(code) => Ok((code.read()?, true)),
        None => Err(goods.bad("poslog_missing", "ItemID or POSIdentity/POSItemID is missing")),
    }
}

struct Prices {
    quantity: Quantity,
    unit: Money,
    discount: Money,
    net: Money,
    tax: Money,
}

fn prices(goods: &At<'_>, is_return: bool, chain: &impl Chain) -> Result<Prices, BadPoslog> {
    let overflow = |_: AmountError| goods.bad("sale_amount", "the amount is too large");
    let quantity = match goods.child("Quantity").filter(|q| !q.element.text().is_empty()) {
        Some(quantity) => Quantity(turned(quantity.read::<Quantity>()?.0, is_return)),
        None => Quantity::ONE,
    };
    let money =
        |at: &At<'_>| -> Result<Money, BadPoslog> { Ok(Money(turned(amount(at, chain)?.0, is_return))) };
    let extended = money(&goods.wanted(&["ExtendedAmount"])?)?;
    let regular = goods.child("RegularSalesUnitPrice").map(|at| money(&at)).transpose()?;
    let actual = goods.child("ActualSalesUnitPrice").map(|at| money(&at)).transpose()?;
    let discount = match goods.child("ExtendedDiscountAmount") {
        Some(at) => money(&at)?,
        None => modifiers(goods, chain)?,
    };
    let regular_extended = regular.map(|unit| unit.times(quantity)).transpose().map_err(overflow)?;
    let is_before = !discount.is_zero() && regular_extended == Some(extended);
    let charged = if is_before { extended.minus(discount).map_err(overflow)? } else { extended };
    let (tax, included) = taxes(goods, is_return, chain)?;
    let net = if included { charged.minus(tax).map_err(overflow)? } else { charged };
    let unit = regular.or(actual).unwrap_or(extended);
    Ok(Prices { quantity, unit, discount, net, tax })
}

/// Returns come with positive or with negative figures; here they are positive.
fn turned(units: i64, is_return: bool) -> i64 {
    if is_return { units.saturating_abs() } else { units }
}

/// An amount in the chain's currency.
fn amount(at: &At<'_>, chain: &impl Chain) -> Result<Money, BadPoslog> {
    if at.element.attribute("Currency").is_some_and(|currency| currency != chain.currency()) {
        return Err(at.bad("poslog_currency", format!("the chain's currency is {}", chain.currency())));
    }
    at.read()
}

/// What price changes took off; what one put on is in the price already.
fn modifiers(goods: &At<'_>, chain: &impl Chain) -> Result<Money, BadPoslog> {
    let mut discount = Money::ZERO;
    for modifier in goods.children("RetailPriceModifier").filter(|m| !m.element.flag("VoidFlag")) {
        let Some(at) = modifier.child("Amount") else { continue };
        if at.element.attribute("Action").unwrap_or("Subtract") == "Subtract" {
            let off = Money(amount(&at, chain)?.0.saturating_abs());
            discount = discount.plus(off).map_err(|_| at.bad("sale_amount", "the amount is too large"))?;
        }
    }
    Ok(discount)
}

/// The taxes of a line, and whether they are in its price.
fn taxes(goods: &At<'_>, is_return: bool, chain: &impl Chain) -> Result<(Money, bool), BadPoslog> {
    let flag = goods.child("TaxIncludedInPriceFlag").map(|at| is_true(at.element.text()));
    let mut sum = Money::ZERO;
    let mut included = None;
    for tax in goods.children("Tax").filter(|tax| !tax.element.flag("VoidFlag")) {
        if let Some(at) = tax.child("Amount") {
            let amount = Money(turned(amount(&at, chain)?.0, is_return));
            sum = sum.plus(amount).map_err(|_| at.bad("sale_amount", "the amount is too large"))?;
        }
        let taxable = tax.child("TaxableAmount");
        let stated =
            taxable.and_then(|at| at.element.attribute("TaxIncludedInTaxableAmountFlag").map(is_true));
        let is_vat = tax.element.attribute("TaxType") == Some("VAT");
        // That the taxable amount is without tax says nothing of the price.
        let this = stated.filter(|stated| *stated).unwrap_or(is_vat);
        if *included.get_or_insert(this) != this && flag.is_none() {
            return Err(tax.bad("poslog_tax", "one tax is in the price and another comes on top"));
        }
    }
    Ok((sum, flag.or(included).unwrap_or(true)))
}

/// The ticket that a return undoes, if the file names it whole.
fn link(goods: &At<'_>) -> Result<Option<OriginLink>, BadPoslog> {
    let Some(link) = goods.child("TransactionLink") else { return Ok(None) };
    let store = match link.child("BusinessUnit").and_then(|unit| unit.child("UnitID")) {
        Some(unit) => Some(unit.read()?),
        None => link.maybe("RetailStoreID")?,
    };
    let till = link.maybe("WorkstationID")?;
    let receipt_no = link.maybe("SequenceNumber")?;
    let business_date = link.maybe("BusinessDayDate")?;
    let line = link.maybe("LineItemSequenceNumber")?;
    let (Some(store), Some(till), Some(receipt_no), Some(business_date)) =
        (store, till, receipt_no, business_date)
    else {
        return Ok(None);
    };
    Ok(Some(OriginLink { key: TicketKey { store, till, business_date, receipt_no }, line }))
}

/// A payment, less the change that was handed back from it.
fn tender_of(tender: &At<'_>, chain: &impl Chain) -> Result<Tender, BadPoslog> {
    let overflow = |_: AmountError| tender.bad("sale_amount", "the amount is too large");
    let paid = amount(&tender.wanted(&["Amount"])?, chain)?;
    let mut change = Money::ZERO;
    for given in tender.children("TenderChange").filter_map(|change| change.child("Amount")) {
        change = change.plus(amount(&given, chain)?).map_err(overflow)?;
    }
    let is_refund = matches!(tender.element.attribute("TypeCode"), Some("Refund" | "Change"));
    let paid = if is_refund { Money(-paid.0.saturating_abs()) } else { paid };
    let kind = match tender.element.attribute("TenderType").unwrap_or_default() {
        "Cash" => TenderKind::Cash,
        "CreditDebit" | "Credit" | "Debit" | "CreditCard" | "DebitCard" => TenderKind::Card,
        "GiftCard" | "GiftCertificate" | "StoredValue" => TenderKind::GiftCard,
        _ => TenderKind::External,
    };
    Ok(Tender::new(kind, paid.minus(change).map_err(overflow)?))
}
