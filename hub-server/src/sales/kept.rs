//! A sale as its rows say it, compared with what its event says: pure. Also where the names come from that
//! the catalogue had when a sale was applied.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::ids::{AccountId, SaleId};
use domain::money::Quantity;
use domain::sale::{LineNames, Origin, Sale, SaleLine};
use sqlx::FromRow;

use super::rules::{figures, kind_text, status_text};

/// What a line's row says.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct KeptLine {
    pub(super) sale: SaleId,
    number: i64,
    kind: String,
    sku: String,
    name: String,
    product_line: String,
    category: String,
    quantity: i64,
    unit_price: i64,
    gross: i64,
    discount: i64,
    net: i64,
    tax: i64,
    origin_sale: Option<SaleId>,
    origin_line: Option<i64>,
}

impl KeptLine {
    fn of(sale: &Sale) -> Vec<Self> {
        let row = |line: &SaleLine| Self {
            sale: sale.id,
            number: i64::from(line.number),
            kind: kind_text(line.kind).to_owned(),
            sku: line.sku.to_string(),
            name: line.name.clone(),
            product_line: line.product_line.clone(),
            category: line.category.clone(),
            quantity: line.quantity.0,
            unit_price: line.unit_price.0,
            gross: line.gross.0,
            discount: line.discount.0,
            net: line.net.0,
            tax: line.tax.0,
            origin_sale: line.origin.map(|origin| origin.sale),
            origin_line: line.origin.map(|origin| i64::from(origin.line)),
        };
        let mut rows: Vec<Self> = sale.lines.iter().map(row).collect();
        rows.sort_by_key(|row| row.number);
        rows
    }
}

/// What a sale's own row says, as far as its event says it too.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(super) struct Head {
    pub(super) id: SaleId,
    account: Option<AccountId>,
    store: String,
    till: String,
    business_date: NaiveDate,
    receipt_no: i64,
    card: Option<String>,
    status: String,
    total: i64,
    net: i64,
    discount: i64,
    has_sale: bool,
}

impl Head {
    /// None where the amounts do not fit, which no sale that was applied has.
    fn of(sale: &Sale, account: Option<AccountId>) -> Option<Self> {
        let figures = figures(sale).ok()?;
        Some(Self {
            id: sale.id,
            account,
            store: sale.store.to_string(),
            till: sale.till.to_string(),
            business_date: sale.business_date,
            receipt_no: sale.receipt_no,
            card: sale.card.as_ref().map(ToString::to_string),
            status: status_text(sale.status).to_owned(),
            total: sale.total().0,
            net: figures.net.0,
            discount: figures.discount.0,
            has_sale: sale.has_sale_line(),
        })
    }
}

/// What a sale's rows say that even exchanges change about the points it takes, by the line of the earlier sale.
pub(super) type Moved = BTreeMap<Origin, Quantity>;

/// A sale's rows, and the sale as its event says; none where the event is another's or cannot be read.
#[derive(Debug, Clone)]
pub struct Kept {
    pub id: SaleId,
    pub account: Option<AccountId>,
    pub sale: Option<Sale>,
    /// What its rows say otherwise than its event: the kept and the computed text.
    pub differs: Option<(String, String)>,
}

impl Kept {
    /// Compares the rows with the sale that its event says.
    pub(super) fn of(head: Head, lines: &[KeptLine], moved: &Moved, said: Option<Sale>) -> Self {
        let sale = said.filter(|sale| sale.id == head.id);
        let sale = sale.map(|sale| named(sale, lines));
        let differs = sale.as_ref().and_then(|sale| difference(&head, lines, moved, sale));
        Self { id: head.id, account: head.account, sale, differs }
    }
}

fn difference(head: &Head, lines: &[KeptLine], moved: &Moved, sale: &Sale) -> Option<(String, String)> {
    let computed = Head::of(sale, head.account);
    if computed.as_ref() != Some(head) {
        return Some((format!("{head:?}"), format!("{computed:?}")));
    }
    // A sale whose figures do not fit was never applied.
    let computed = sale.points_moved().unwrap_or_default();
    if computed != *moved {
        return Some((format!("kept points {moved:?}"), format!("kept points {computed:?}")));
    }
    let computed = KeptLine::of(sale);
    let at = (0..lines.len().max(computed.len())).find(|at| lines.get(*at) != computed.get(*at))?;
    let text = |line: Option<&KeptLine>| line.map_or_else(|| "none".to_owned(), |line| format!("{line:?}"));
    Some((text(lines.get(at)), text(computed.get(at))))
}

/// The sale with the names that its lines were applied with, where its event has none.
pub(super) fn named(sale: Sale, lines: &[KeptLine]) -> Sale {
    sale.named(|line| {
        let row = lines.iter().find(|row| row.number == i64::from(line.number))?;
        Some(LineNames { name: &row.name, product_line: &row.product_line, category: &row.category })
    })
}
