//! What a receipt says, in order, before anybody draws it.

use domain::ids::SaleId;
use domain::sale::{LineKind, Sale, SaleLine, SaleStatus, TenderKind};
use domain::{Money, Quantity};
use kit::format;

use super::code;
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
    pub tendered: Money,
    pub change: Money,
    pub sale: SaleId,
    /// Points of this sale, where a card was known.
    pub earned: Option<String>,
}

impl Slip {
    /// `copy` marks every print but the first.
    pub fn new(receipt: &Receipt, w: &Words, copy: bool) -> Self {
        let sale = &receipt.sale;
        let mut parts = heading(receipt, w, copy);
        parts.push(Part::Rule);
        parts.extend(printed(sale).flat_map(|line| line_parts(line, w)));
        parts.push(Part::Rule);
        parts.extend(sums(sale, w));
        parts.extend(points(receipt, w));
        parts.push(Part::Rule);
        let code = code::encode(sale.id);
        parts.push(Part::Centred(code.clone()));
        parts.push(Part::Centred(w.t("receipt-not-fiscal")));
        parts.push(Part::Centred(w.t("receipt-thanks")));
        let tendered = sale.tenders.iter().map(|t| t.amount.0).fold(0, i64::saturating_add);
        Self {
            number: sale.receipt_no,
            parts,
            code,
            total: charged(sale),
            is_cancelled: sale.status == SaleStatus::Voided,
            tendered: Money(tendered),
            change: sale.change,
            sale: sale.id,
            earned: receipt.earned.map(|points| format::points(w.locale, points)),
        }
    }

    /// The QR code of the receipt's code; 28 characters always fit.
    pub fn qr(&self, w: &Words) -> String {
        let label = w.with("receipt-code-label", "code", self.code.as_str());
        kit::qr::svg(&self.code, &label).unwrap_or_default()
    }
}

/// Lines that count; of a ticket rung up to learn, those that would.
fn printed(sale: &Sale) -> impl Iterator<Item = &SaleLine> {
    let trains = sale.status == SaleStatus::Training;
    let would_count = sale.lines.iter().filter(move |line| trains && line.kind != LineKind::Void);
    sale.counted_lines().chain(would_count)
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
    if copy {
        parts.push(Part::Stamp(w.t("receipt-copy")));
    }
    if sale.status == SaleStatus::Voided {
        parts.push(Part::Stamp(w.t("receipt-voided")));
    }
    if sale.status == SaleStatus::Training {
        parts.push(Part::Stamp(w.t("training")));
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

fn line_parts(line: &SaleLine, w: &Words) -> Vec<Part> {
    let back = line.kind == LineKind::Return;
    let sign = if back { "-" } else { "" };
    let name = if line.name.is_empty() { line.sku.to_string() } else { line.name.clone() };
    let name = if back { format!("{}: {name}", w.t("receipt-return")) } else { name };
    let detail = if line.quantity == Quantity::ONE {
        String::new()
    } else {
        format!("{} × {}", w.quantity(&line.quantity), w.amount(&line.unit_price))
    };
    let mut parts = vec![Part::Line { name, detail, amount: format!("{sign}{}", w.amount(&line.gross)) }];
    if !line.discount.is_zero() {
        let minus = if back { "" } else { "-" };
        parts.push(pair(w.t("receipt-discount"), format!("{minus}{}", w.amount(&line.discount))));
    }
    parts
}

fn sums(sale: &Sale, w: &Words) -> Vec<Part> {
    let mut parts = vec![Part::Total { label: w.t("total"), value: w.money(&charged(sale)) }];
    let signed = |of: fn(&SaleLine) -> Money| {
        let sum = sale.counted_lines().fold(0_i64, |sum, line| match line.kind {
            LineKind::Return => sum.saturating_sub(of(line).0),
            LineKind::Sale | LineKind::Void => sum.saturating_add(of(line).0),
        });
        Money(sum)
    };
    let (net, tax) = (signed(|line| line.net), signed(|line| line.tax));
    if !tax.is_zero() {
        parts.push(pair(w.t("receipt-net"), w.amount(&net)));
        parts.push(pair(w.t("receipt-tax"), w.amount(&tax)));
    }
    for tender in &sale.tenders {
        parts.push(pair(w.t(tender_key(tender.kind)), w.amount(&tender.amount)));
    }
    if !sale.change.is_zero() {
        parts.push(pair(w.t("change"), w.amount(&sale.change)));
    }
    parts
}

pub(super) fn tender_key(kind: TenderKind) -> &'static str {
    match kind {
        TenderKind::Cash => "tender-cash",
        TenderKind::Card => "tender-card",
        TenderKind::Points => "tender-points",
        TenderKind::GiftCard => "tender-gift-card",
        TenderKind::External => "tender-external",
    }
}

fn points(receipt: &Receipt, w: &Words) -> Vec<Part> {
    let Some(card) = &receipt.sale.card else { return vec![] };
    let mut parts = vec![Part::Rule, pair(w.t("receipt-card"), masked(card.as_str()))];
    if let Some(earned) = receipt.earned {
        parts.push(pair(w.t("receipt-earned"), format!("+{}", format::points(w.locale, earned))));
    }
    if let Some((balance, at)) = receipt.balance {
        let when = w.as_of(&at, &receipt.sale.occurred_at);
        let label = TEXTS.say(w.locale, "receipt-balance", &[("when", when.into())]);
        parts.push(pair(label, format::points(w.locale, balance)));
    }
    parts
}
