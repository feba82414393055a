//! What is behind a customer: sales by day, and what happened to their points.

use chrono::{DateTime, NaiveDate, Utc};
use domain::money::{Money, Points, Quantity};
use domain::time::days_between;

use super::CustomerFigures;
use crate::kit::Words;
use crate::sales::history;

#[derive(Debug, Clone)]
pub struct PastSale {
    pub business_date: NaiveDate,
    pub occurred_at: DateTime<Utc>,
    pub store: String,
    pub till: String,
    pub receipt_no: i64,
    pub total: Money,
    pub points: Points,
    /// The key of a word that marks it, empty for an ordinary sale.
    pub mark: &'static str,
    pub lines: Vec<PastLine>,
    pub coupons: Vec<history::PastCoupon>,
}

#[derive(Debug, Clone)]
pub struct PastLine {
    pub name: String,
    pub quantity: Quantity,
    pub unit_price: Money,
    pub discount: Money,
    /// What was paid; negative for a return.
    pub paid: Money,
    pub mark: &'static str,
}

#[derive(Debug, Clone)]
pub struct PastEntry {
    /// The kind as the ledger names it; `hand` where no sale caused it.
    pub kind: String,
    pub points: Points,
    pub at: DateTime<Utc>,
}

#[derive(Debug)]
pub struct Day {
    pub iso: String,
    pub text: String,
    pub sales: Vec<SaleItem>,
}

#[derive(Debug)]
pub struct SaleItem {
    pub place: String,
    pub items: String,
    pub mark: String,
    pub points: String,
    pub total: String,
    pub receipt: String,
    pub lines: Vec<LineItem>,
}

#[derive(Debug)]
pub struct LineItem {
    pub quantity: String,
    pub name: String,
    pub mark: String,
    pub price: String,
    pub paid: String,
}

#[derive(Debug)]
pub struct EntryItem {
    pub what: String,
    pub when: String,
    pub points: String,
    pub minus: bool,
}

/// Sales come newest first; those of one day stand together.
pub(super) fn days(words: &Words, figures: &CustomerFigures) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for sale in &figures.sales {
        let iso = sale.business_date.to_string();
        if days.last().is_none_or(|day| day.iso != iso) {
            let ago = words.relative(days_between(words.today(figures.now), sale.business_date));
            let text = format!("{} · {ago}", words.date(sale.business_date));
            days.push(Day { iso, text, sales: Vec::new() });
        }
        if let Some(day) = days.last_mut() {
            day.sales.push(sale_item(words, sale));
        }
    }
    days
}

fn marked(words: &Words, key: &str) -> String {
    if key.is_empty() { String::new() } else { words.t(key) }
}

fn sale_item(words: &Words, sale: &PastSale) -> SaleItem {
    let items = i64::try_from(sale.lines.len()).unwrap_or(i64::MAX);
    let lines = sale.lines.iter().map(|line| line_item(words, line));
    let coupons = sale.coupons.iter().map(|coupon| coupon_item(words, coupon));
    SaleItem {
        place: format!("{} · {}", words.time(sale.occurred_at), sale.store),
        items: words.count("receipt-items", items),
        mark: marked(words, sale.mark),
        points: if sale.points.is_zero() { String::new() } else { signed_points(words, sale.points) },
        total: words.money(sale.total),
        receipt: words.say(
            "receipt-no",
            &[
                ("number", words.whole(sale.receipt_no)),
                ("store", sale.store.clone()),
                ("till", sale.till.clone()),
                ("time", words.time(sale.occurred_at)),
            ],
        ),
        lines: lines.chain(coupons).collect(),
    }
}

/// What it gave stands in the discounts of the lines above, so it has no sum of its own.
fn coupon_item(words: &Words, coupon: &history::PastCoupon) -> LineItem {
    let name = if coupon.name.is_empty() { &coupon.code } else { &coupon.name };
    LineItem {
        quantity: String::new(),
        name: words.say("receipt-coupon", &[("name", name.clone()), ("code", coupon.code.clone())]),
        mark: words.say("receipt-coupon-part", &[("amount", words.money(coupon.amount))]),
        price: String::new(),
        paid: String::new(),
    }
}

fn line_item(words: &Words, line: &PastLine) -> LineItem {
    let mut marks = Vec::new();
    if !line.mark.is_empty() {
        marks.push(words.t(line.mark));
    }
    if !line.discount.is_zero() {
        marks.push(words.say("receipt-discount", &[("amount", words.money(line.discount))]));
    }
    LineItem {
        quantity: words.quantity(line.quantity),
        name: line.name.clone(),
        mark: marks.join(" · "),
        price: words.money(line.unit_price),
        paid: words.money(line.paid),
    }
}

fn signed_points(words: &Words, points: Points) -> String {
    let sign = if points.0 > 0 { "+" } else { "" };
    format!("{sign}{}", words.points_text(points))
}

pub(super) fn entry_item(words: &Words, entry: &PastEntry, now: DateTime<Utc>) -> EntryItem {
    // A redemption with the other sign: its goods came back.
    let key = match entry.kind.as_str() {
        "burn" if entry.points.0 > 0 => "entry-burn-back".to_owned(),
        kind => format!("entry-{kind}"),
    };
    EntryItem {
        what: words.t(&key),
        when: words.ago(entry.at, now),
        points: signed_points(words, entry.points),
        minus: entry.points.is_negative(),
    }
}
