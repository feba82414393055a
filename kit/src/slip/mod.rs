//! What a receipt says, in order, before anybody draws it: the same at the till, on paper and on its page at the hub.

mod tax;

use std::sync::LazyLock;

use chrono::{DateTime, FixedOffset};
use domain::codes::CardNumber;
use domain::sale::{LineKind, Sale, SaleCoupon, SaleLine, SaleStatus, TenderKind, by_rules};
use domain::{Money, Points, Quantity};

use crate::Currency;
use crate::format;
use crate::text::{Arg, Locale, Texts};

pub use tax::{TaxRow, taxes};

/// The texts of a receipt: a till shows some of them on its screens too.
pub const ES: &str = include_str!("../../texts/receipt.es.ftl");
pub const EN: &str = include_str!("../../texts/receipt.en.ftl");

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::embedded(&[ES], &[EN]));

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

/// In which language and currency a receipt is written.
#[derive(Debug, Clone, Copy)]
pub struct Writing<'w> {
    pub locale: Locale,
    pub currency: &'w Currency,
}

impl Writing<'_> {
    fn t(&self, key: &str) -> String {
        TEXTS.get(self.locale, key)
    }

    /// A text with one argument.
    pub fn with<'a>(&self, key: &str, name: &str, arg: impl Into<Arg<'a>>) -> String {
        TEXTS.say(self.locale, key, &[(name, arg.into())])
    }

    fn money(&self, money: Money) -> String {
        format::money(self.locale, self.currency, money)
    }

    /// Without the currency's sign, for columns.
    fn amount(&self, money: Money) -> String {
        format::amount(self.locale, self.currency, money)
    }
}

/// What the customer paid for the lines that the slip prints.
pub fn charged(sale: &Sale) -> Money {
    if sale.status == SaleStatus::Voided { Money::ZERO } else { sale.total() }
}

pub fn pair(label: String, value: impl Into<String>) -> Part {
    Part::Pair { label, value: value.into() }
}

/// A line that somebody says, if they say anything.
pub fn said(text: &str) -> Option<Part> {
    let text = text.trim();
    (!text.is_empty()).then(|| Part::Centred(text.to_owned()))
}

/// What must not be overlooked of a ticket that counts nowhere.
pub fn stamps(sale: &Sale, w: Writing<'_>) -> Vec<Part> {
    let keys: &[&str] = match sale.status {
        SaleStatus::Completed => &[],
        SaleStatus::Voided => &["receipt-voided"],
        SaleStatus::Training => &["receipt-training", "receipt-training-void"],
    };
    keys.iter().map(|key| Part::Stamp(w.t(key))).collect()
}

/// Number, time and till.
pub fn particulars(sale: &Sale, w: Writing<'_>) -> [Part; 3] {
    [
        pair(w.t("receipt-number"), sale.receipt_no.to_string()),
        pair(w.t("receipt-date"), date_time(w, sale.occurred_at)),
        pair(w.t("receipt-till"), format!("{} · {}", sale.store, sale.till)),
    ]
}

/// By their code, for paper: the page that anybody with the address opens leaves them out.
pub fn cashier(sale: &Sale, w: Writing<'_>) -> Option<Part> {
    sale.cashier.as_ref().map(|cashier| pair(w.t("receipt-cashier"), cashier.as_str()))
}

fn date_time(w: Writing<'_>, at: DateTime<FixedOffset>) -> String {
    format::date_time(w.locale, at.naive_local())
}

/// The goods with what was taken off each, then the coupons.
pub fn goods(sale: &Sale, taxes: &[TaxRow], w: Writing<'_>) -> Vec<Part> {
    let mut parts: Vec<Part> =
        printed_lines(sale).flat_map(|line| line_parts(sale, taxes, line, w)).collect();
    parts.extend(coupons(sale, w));
    parts
}

fn has_tax_table(taxes: &[TaxRow]) -> bool {
    taxes.iter().any(|row| !row.tax.is_zero())
}

/// The letter by which a line finds its row in the table of taxes, with a blank before it; nothing where all lines
/// have one rate, or more rates than there are letters.
fn tax_letter(taxes: &[TaxRow], is_row: impl Fn(&TaxRow) -> bool) -> String {
    let has_choice = has_tax_table(taxes) && taxes.len() > 1;
    let place = taxes.iter().position(is_row).filter(|_| has_choice);
    place.and_then(|place| ('A'..='Z').nth(place)).map_or_else(String::new, |letter| format!(" {letter}"))
}

/// Coupons stand below the goods and price rules say their names, so the line says the rest of its discount.
fn line_parts(sale: &Sale, taxes: &[TaxRow], line: &SaleLine, w: Writing<'_>) -> Vec<Part> {
    let back = line.kind == LineKind::Return;
    let sign = if back { "-" } else { "" };
    let name = if line.name.is_empty() { line.sku.to_string() } else { line.name.clone() };
    let name = if back { format!("{}: {name}", w.t("receipt-return")) } else { name };
    let detail = if line.quantity == Quantity::ONE {
        String::new()
    } else {
        format!("{} × {}", format::quantity(w.locale, line.quantity), w.amount(line.each()))
    };
    // What is taken off the line stands below it under the same rate.
    let tax = tax_letter(taxes, |row| row.lines.contains(&line.number));
    let amount = format!("{sign}{}{tax}", w.amount(line.gross));
    let mut parts = vec![Part::Line { name, detail, amount }];
    if let Some(code) = line.read_code.as_ref().filter(|code| code.as_str() != line.name) {
        parts.push(pair(w.t("receipt-read-code"), code.as_str()));
    }
    if let Some(card) = &line.gift_card {
        parts.push(pair(w.t("receipt-gift-card"), card.shown()));
    }
    let mut discount = Money(line.discount.0.saturating_sub(sale.by_coupons(line.number).0));
    for (name, amount) in by_rules(&sale.price_rules, line.number) {
        parts.push(pair(name, format!("-{}{tax}", w.amount(amount))));
        discount = Money(discount.0.saturating_sub(amount.0));
    }
    if !discount.is_zero() {
        let minus = if back { "" } else { "-" };
        parts.push(pair(w.t("receipt-discount"), format!("{minus}{}{tax}", w.amount(discount))));
    }
    parts
}

/// Each with its name and what it gave; none on a cancelled ticket, which prints no goods either.
fn coupons(sale: &Sale, w: Writing<'_>) -> Vec<Part> {
    let prints = sale.status != SaleStatus::Voided;
    let part = |coupon: &SaleCoupon| {
        let name = if coupon.name.is_empty() { coupon.code.as_str() } else { &coupon.name };
        pair(w.with("receipt-coupon", "name", name), format!("-{}", w.amount(coupon.amount)))
    };
    sale.coupons.iter().filter(|_| prints).map(part).collect()
}

/// Total, taxes, payments and change.
pub fn sums(sale: &Sale, taxes: &[TaxRow], w: Writing<'_>) -> Vec<Part> {
    let mut parts = vec![Part::Total { label: w.t("total"), value: w.money(charged(sale)) }];
    if has_tax_table(taxes) {
        let row = |rate, base, tax| Part::Tax { rate, base, tax };
        parts.push(row(w.t("receipt-tax"), w.t("receipt-net"), w.t("receipt-tax-amount")));
        let rate = |row: &TaxRow| {
            let letter = tax_letter(taxes, |other| other.rate == row.rate);
            format!("{letter} {}", format::percent(w.locale, row.rate)).trim().to_owned()
        };
        parts.extend(taxes.iter().map(|t| row(rate(t), w.amount(t.base), w.amount(t.tax))));
    }
    for tender in &sale.tenders {
        let key = if tender.gift.is_some() { "tender-gift" } else { tender_key(tender.kind) };
        parts.push(pair(w.t(key), w.amount(tender.amount)));
        if let Some(of_card) = &tender.gift_card {
            parts.push(pair(w.t("receipt-gift-card"), of_card.card.shown()));
            parts.extend(of_card.left.map(|left| pair(w.t("receipt-gift-card-left"), w.amount(left))));
        }
        // What the terminal called it, or the card that holds a credit: without it nobody finds it again.
        if let Some(reference) = &tender.reference {
            parts.push(pair(w.t("receipt-reference"), reference.as_str()));
        }
    }
    if !sale.rounding.is_zero() {
        parts.push(pair(w.t("receipt-rounding"), w.amount(sale.rounding)));
    }
    if !sale.change.is_zero() {
        parts.push(pair(w.t("change"), w.amount(sale.change)));
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

/// The card, masked, with what the sale did to its points as far as that is known.
pub fn card(card: &CardNumber, earned: Option<Points>, w: Writing<'_>) -> Vec<Part> {
    let mut parts = vec![pair(w.t("receipt-card"), format::masked(card.as_str()))];
    parts.extend(earned.map(|earned| pair(w.t("receipt-earned"), format::points_change(w.locale, earned))));
    parts
}

/// The points that it took, if it took any.
pub fn spent(sale: &Sale, w: Writing<'_>) -> Option<Part> {
    let spent = sale.points_spent().ok().filter(|spent| !spent.is_zero())?;
    Some(pair(w.t("receipt-spent"), format::points(w.locale, spent)))
}

/// The code by which the receipt is found again, in letters, and what the paper is not.
pub fn foot(code: &str, w: Writing<'_>) -> [Part; 3] {
    [w.t("receipt-code"), code.to_owned(), w.t("receipt-not-fiscal")].map(Part::Centred)
}

/// A training ticket prints like a real one, but counts nowhere; a cancelled one prints no goods.
pub fn printed_lines(sale: &Sale) -> impl Iterator<Item = &SaleLine> {
    let prints = sale.status != SaleStatus::Voided;
    sale.lines.iter().filter(move |line| prints && line.kind != LineKind::Void)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::check_same_keys;

    #[test]
    fn both_languages_say_the_same_of_a_receipt() {
        assert_eq!(check_same_keys(ES, EN), Vec::<String>::new());
    }
}
