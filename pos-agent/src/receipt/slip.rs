//! What a receipt says, in order, before anybody draws it.

use domain::ids::SaleId;
use domain::sale::{LineKind, Sale, SaleCoupon, SaleLine, SaleStatus, Tender, TenderKind, by_rules};
use domain::{Money, Points, Quantity};
use kit::format;

use super::code;
use super::tax::TaxRow;
use crate::ui::view::Receipt;
use crate::ui::words::{TEXTS, Words, masked};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    Title(String),
    Centred(String),
    /// A word that must not be overlooked: a copy, a cancelled sale.
    Stamp(String),
    Rule,
    /// One sold line: its name, and below it quantity × price and the amount.
    Line {
        name: String,
        detail: String,
        amount: String,
    },
    Pair {
        label: String,
        value: String,
    },
    Total {
        label: String,
        value: String,
    },
    /// A row of the table of taxes, its heading included.
    Tax {
        rate: String,
        base: String,
        tax: String,
    },
}

impl Part {
    /// The same part, each of its texts written anew.
    #[must_use]
    pub fn mapped(&self, write: impl Fn(&str) -> String) -> Self {
        match self {
            Self::Title(text) => Self::Title(write(text)),
            Self::Centred(text) => Self::Centred(write(text)),
            Self::Stamp(text) => Self::Stamp(write(text)),
            Self::Rule => Self::Rule,
            Self::Line { name, detail, amount } => {
                Self::Line { name: write(name), detail: write(detail), amount: write(amount) }
            }
            Self::Pair { label, value } => Self::Pair { label: write(label), value: write(value) },
            Self::Total { label, value } => Self::Total { label: write(label), value: write(value) },
            Self::Tax { rate, base, tax } => {
                Self::Tax { rate: write(rate), base: write(base), tax: write(tax) }
            }
        }
    }
}

/// A receipt ready to be drawn.
#[derive(Debug, Clone)]
pub struct Slip {
    pub number: i64,
    pub parts: Vec<Part>,
    /// `YR…`, also in the QR code.
    pub code: String,
    /// Nothing for a cancelled sale: its lines are on record and count for nothing.
    pub total: Money,
    pub is_cancelled: bool,
    pub tenders: Vec<Tender>,
    pub status: SaleStatus,
    pub change: Money,
    pub sale: SaleId,
    /// Points of this sale, where a card was known.
    pub earned: Option<String>,
    /// From when on they can be spent, where that is not at once.
    pub vests: Option<String>,
    pub has_card: bool,
}

impl Slip {
    /// `copy` marks every print but the first.
    pub fn new(receipt: &Receipt, w: &Words, copy: bool) -> Self {
        let sale = &receipt.sale;
        let mut parts = heading(receipt, w, copy);
        parts.push(Part::Rule);
        parts.extend(printed_lines(sale).flat_map(|line| line_parts(receipt, line, w)));
        parts.extend(coupons(sale, w));
        parts.push(Part::Rule);
        parts.extend(sums(receipt, w));
        parts.extend(points(receipt, w));
        let code = code::encode(sale.id);
        parts.extend(foot(receipt, &code, w));
        Self {
            number: sale.receipt_no,
            parts,
            code,
            total: charged(sale),
            is_cancelled: sale.status == SaleStatus::Voided,
            tenders: sale.tenders.clone(),
            status: sale.status,
            change: sale.change,
            sale: sale.id,
            has_card: receipt.card.is_some(),
            earned: receipt.earned.map(|points| format::points_change(w.locale, points)),
            vests: receipt.vests_on.map(|on| w.vests(&on)),
        }
    }

    /// The QR code of the receipt's code; 28 characters always fit.
    pub fn qr(&self, w: &Words) -> String {
        let label = w.with("receipt-code-label", "code", self.code.as_str());
        kit::qr::svg(&self.code, &label).unwrap_or_default()
    }
}

/// What the customer paid for the lines that the slip prints.
fn charged(sale: &Sale) -> Money {
    if sale.status == SaleStatus::Voided { Money::ZERO } else { sale.total() }
}

fn pair(label: String, value: impl Into<String>) -> Part {
    Part::Pair { label, value: value.into() }
}

fn heading(receipt: &Receipt, w: &Words, copy: bool) -> Vec<Part> {
    let sale = &receipt.sale;
    let mut parts = vec![Part::Title(receipt.chain.name.clone())];
    if !receipt.store_name.is_empty() && receipt.store_name != receipt.chain.name {
        parts.push(Part::Centred(receipt.store_name.clone()));
    }
    let shop = &receipt.shop;
    parts.extend(said(&shop.tax_id));
    parts.extend(shop.address.iter().filter_map(|line| said(line)));
    if copy {
        parts.push(Part::Stamp(w.t("receipt-copy")));
    }
    match sale.status {
        SaleStatus::Completed => {}
        SaleStatus::Voided => parts.push(Part::Stamp(w.t("receipt-voided"))),
        SaleStatus::Training => {
            parts.push(Part::Stamp(w.t("receipt-training")));
            parts.push(Part::Stamp(w.t("receipt-training-void")));
        }
    }
    parts.push(Part::Rule);
    parts.push(pair(w.t("receipt-number"), sale.receipt_no.to_string()));
    parts.push(pair(w.t("receipt-date"), format::date_time(w.locale, sale.occurred_at.naive_local())));
    parts.push(pair(w.t("receipt-till"), format!("{} · {}", sale.store, sale.till)));
    if let Some(cashier) = &sale.cashier {
        parts.push(pair(w.t("receipt-cashier"), cashier.as_str()));
    }
    parts
}

fn has_tax_table(receipt: &Receipt) -> bool {
    receipt.taxes.iter().any(|row| !row.tax.is_zero())
}

/// The letter by which a line finds its row in the table of taxes, with a blank before it; nothing where all lines
/// have one rate, or more rates than there are letters.
fn tax_letter(receipt: &Receipt, is_row: impl Fn(&TaxRow) -> bool) -> String {
    let has_choice = has_tax_table(receipt) && receipt.taxes.len() > 1;
    let place = receipt.taxes.iter().position(is_row).filter(|_| has_choice);
    place.and_then(|place| ('A'..='Z').nth(place)).map_or_else(String::new, |letter| format!(" {letter}"))
}

/// Coupons stand below the goods and price rules say their names, so the line says the rest of its discount.
fn line_parts(receipt: &Receipt, line: &SaleLine, w: &Words) -> Vec<Part> {
    let sale = &receipt.sale;
    let back = line.kind == LineKind::Return;
    let sign = if back { "-" } else { "" };
    let name = if line.name.is_empty() { line.sku.to_string() } else { line.name.clone() };
    let name = if back { format!("{}: {name}", w.t("receipt-return")) } else { name };
    let detail = if line.quantity == Quantity::ONE {
        String::new()
    } else {
        format!("{} × {}", w.quantity(&line.quantity), w.amount(&line.unit_price))
    };
    // What is taken off the line stands below it under the same rate.
    let tax = tax_letter(receipt, |row| row.lines.contains(&line.number));
    let amount = format!("{sign}{}{tax}", w.amount(&line.gross));
    let mut parts = vec![Part::Line { name, detail, amount }];
    if let Some(code) = line.read_code.as_ref().filter(|code| code.as_str() != line.name) {
        parts.push(pair(w.t("receipt-read-code"), code.as_str()));
    }
    if let Some(card) = &line.gift_card {
        parts.push(pair(w.t("receipt-gift-card"), card.shown()));
    }
    let mut discount = Money(line.discount.0.saturating_sub(sale.by_coupons(line.number).0));
    for (name, amount) in by_rules(&sale.price_rules, line.number) {
        parts.push(pair(name, format!("-{}{tax}", w.amount(&amount))));
        discount = Money(discount.0.saturating_sub(amount.0));
    }
    if !discount.is_zero() {
        let minus = if back { "" } else { "-" };
        parts.push(pair(w.t("receipt-discount"), format!("{minus}{}{tax}", w.amount(&discount))));
    }
    parts
}

/// Each with its name and what it gave; none on a cancelled ticket, which prints no goods either.
fn coupons(sale: &Sale, w: &Words) -> Vec<Part> {
    let prints = sale.status != SaleStatus::Voided;
    let part = |coupon: &SaleCoupon| {
        let name = if coupon.name.is_empty() { coupon.code.as_str() } else { &coupon.name };
        pair(w.with("receipt-coupon", "name", name), format!("-{}", w.amount(&coupon.amount)))
    };
    sale.coupons.iter().filter(|_| prints).map(part).collect()
}

fn sums(receipt: &Receipt, w: &Words) -> Vec<Part> {
    let sale = &receipt.sale;
    let mut parts = vec![Part::Total { label: w.t("total"), value: w.money(&charged(sale)) }];
    if has_tax_table(receipt) {
        let row = |rate, base, tax| Part::Tax { rate, base, tax };
        parts.push(row(w.t("receipt-tax"), w.t("receipt-net"), w.t("receipt-tax-amount")));
        let rate = |row: &TaxRow| {
            let letter = tax_letter(receipt, |other| other.rate == row.rate);
            format!("{letter} {}", format::percent(w.locale, row.rate)).trim().to_owned()
        };
        parts.extend(receipt.taxes.iter().map(|t| row(rate(t), w.amount(&t.base), w.amount(&t.tax))));
    }
    for tender in &sale.tenders {
        let key = if tender.gift.is_some() { "tender-gift" } else { tender_key(tender.kind) };
        parts.push(pair(w.t(key), w.amount(&tender.amount)));
        if let Some(of_card) = &tender.gift_card {
            parts.push(pair(w.t("receipt-gift-card"), of_card.card.shown()));
            parts.extend(of_card.left.map(|left| pair(w.t("receipt-gift-card-left"), w.amount(&left))));
        }
        // What the terminal called it, or the card that holds a credit: without it nobody finds it again.
        if let Some(reference) = &tender.reference {
            parts.push(pair(w.t("receipt-reference"), reference.as_str()));
        }
    }
    if !sale.rounding.is_zero() {
        parts.push(pair(w.t("receipt-rounding"), w.amount(&sale.rounding)));
    }
    if !sale.change.is_zero() {
        parts.push(pair(w.t("change"), w.amount(&sale.change)));
    }
    parts
}

pub fn tender_key(kind: TenderKind) -> &'static str {
    match kind {
        TenderKind::Cash => "tender-cash",
        TenderKind::Card => "tender-card",
        TenderKind::Points => "tender-points",
        TenderKind::GiftCard => "tender-gift-card",
        TenderKind::External => "tender-external",
    }
}

fn points(receipt: &Receipt, w: &Words) -> Vec<Part> {
    let Some(card) = &receipt.card else { return vec![] };
    let mut parts = vec![Part::Rule, pair(w.t("receipt-card"), masked(card.as_str()))];
    if let Some(earned) = receipt.earned {
        parts.push(pair(w.t("receipt-earned"), format::points_change(w.locale, earned)));
        parts.extend(receipt.vests_on.map(|on| Part::Centred(w.vests(&on))));
    }
    if !receipt.taken_back.is_zero() {
        let taken = format::points_change(w.locale, Points(receipt.taken_back.0.saturating_neg()));
        parts.push(pair(w.t("receipt-taken-back"), taken));
    }
    if let Some((balance, at)) = receipt.balance {
        let when = w.as_of(&at, &receipt.sale.occurred_at);
        let label = TEXTS.say(w.locale, "receipt-balance", &[("when", when.into())]);
        parts.push(pair(label, format::points(w.locale, balance)));
        parts.extend(receipt.pending.map(|pending| Part::Centred(w.pending(&pending))));
    }
    if let Some(spent) = receipt.sale.points_spent().ok().filter(|spent| !spent.is_zero()) {
        parts.push(pair(w.t("receipt-spent"), format::points(w.locale, spent)));
    }
    if let Some(gift) = &receipt.next_gift {
        let points = format::points(w.locale, gift.points);
        let next = [("points", points.into()), ("gift", gift.name.as_str().into())];
        parts.push(Part::Centred(TEXTS.say(w.locale, "receipt-next-gift", &next)));
    }
    if receipt.offline {
        parts.push(Part::Centred(w.t("receipt-offline")));
    }
    parts
}

/// What can be done with the paper, and what it is not.
fn foot(receipt: &Receipt, code: &str, w: &Words) -> Vec<Part> {
    let mut parts = vec![Part::Rule];
    parts.extend(said(&receipt.shop.policy));
    parts.push(Part::Centred(w.t("receipt-code")));
    parts.push(Part::Centred(code.to_owned()));
    parts.push(Part::Centred(w.t("receipt-not-fiscal")));
    let footer = said(&receipt.shop.footer);
    parts.push(footer.unwrap_or_else(|| Part::Centred(w.t("receipt-thanks"))));
    parts
}

/// A line that the shop says, if it says anything.
fn said(text: &str) -> Option<Part> {
    let text = text.trim();
    (!text.is_empty()).then(|| Part::Centred(text.to_owned()))
}

/// A training ticket prints like a real one, but counts nowhere; a cancelled one prints no goods.
pub(crate) fn printed_lines(sale: &Sale) -> impl Iterator<Item = &SaleLine> {
    let prints = sale.status != SaleStatus::Voided;
    sale.lines.iter().filter(move |line| prints && line.kind != LineKind::Void)
}
