//! A finished sale as JSON: the fields of the sales file, amounts as decimal text.

use std::fmt::Display;
use std::str::FromStr;

use domain::codes::{CardNumber, CashierCode};
use domain::sale::{LineKind, Sale, SaleLine, SaleStatus};
use domain::sync::FieldProblem;
use domain::tickets::{RowKind, TicketKey, TicketRow, draft};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A sale that was closed by another till software. Store, till, business date and `seq` name it: sent
/// again it changes nothing.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FinishedSale {
    #[schema(example = "centro")]
    pub store: String,
    #[schema(example = "1")]
    pub till: String,
    /// The receipt's number.
    pub seq: i64,
    /// The business date of the store, ISO 8601.
    #[schema(example = "2026-03-01")]
    pub business_date: String,
    /// RFC 3339 with offset.
    #[schema(example = "2026-03-01T10:00:00-05:00")]
    pub occurred_at: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cashier: Option<String>,
    /// The member's card; may be one that is not known yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<String>,
    pub lines: Vec<FinishedLine>,
}

/// One line; `net + tax` is what was paid for it, `discount` what was taken off before.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FinishedLine {
    pub line: u32,
    pub sku: String,
    #[schema(example = "2")]
    pub qty: String,
    #[schema(example = "1.25")]
    pub unit_price: String,
    #[schema(example = "2.10")]
    pub net: String,
    #[schema(example = "0.40")]
    pub tax: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<String>,
    pub kind: FinishedKind,
}

/// In a return, quantity and amounts are positive and are given back. `training` may not share a sale
/// with others; `void` alone is a cancelled sale, among others a line taken out.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FinishedKind {
    Sale,
    Return,
    Void,
    Training,
}

/// Why a finished sale is no sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    pub code: &'static str,
    pub errors: Vec<FieldProblem>,
}

/// Collects what is wrong with each field instead of stopping at the first.
#[derive(Default)]
struct Reading(Vec<FieldProblem>);

impl Reading {
    fn field<T: FromStr>(&mut self, pointer: impl Display, text: &str) -> Option<T>
    where
        T::Err: Display,
    {
        text.parse().map_err(|e: T::Err| self.wrong(pointer, format!("{text:?} {e}"))).ok()
    }

    /// Empty is the same as absent.
    fn optional<T: FromStr>(&mut self, pointer: impl Display, text: Option<&str>) -> Option<T>
    where
        T::Err: Display,
    {
        let text = text.map(str::trim).filter(|text| !text.is_empty())?;
        self.field(pointer, text)
    }

    fn wrong(&mut self, pointer: impl Display, detail: String) {
        self.0.push(FieldProblem { pointer: pointer.to_string(), detail });
    }
}

impl FinishedSale {
    /// Reads every field and proves the sums.
    pub fn close(&self) -> Result<Sale, Unfinished> {
        let mut reading = Reading::default();
        let rows = self.rows(&mut reading);
        let Some(rows) = rows.filter(|_| reading.0.is_empty()) else {
            return Err(Unfinished { code: "bad_field", errors: reading.0 });
        };
        let whole = |code, detail: String| Unfinished {
            code,
            errors: vec![FieldProblem { pointer: "/lines".to_owned(), detail }],
        };
        let draft = draft(&rows).map_err(|e| whole(e.code(), e.to_string()))?;
        let draft = draft.ok_or_else(|| whole("sale_no_lines", "the sale has no lines".to_owned()))?;
        Sale::close(draft).map_err(|e| whole(e.code(), e.to_string()))
    }

    fn rows(&self, reading: &mut Reading) -> Option<Vec<TicketRow>> {
        let store = reading.field("/store", &self.store);
        let till = reading.field("/till", &self.till);
        let business_date = reading.field("/business_date", &self.business_date);
        let occurred_at = reading.field("/occurred_at", &self.occurred_at);
        let cashier: Option<CashierCode> = reading.optional("/cashier", self.cashier.as_deref());
        let card: Option<CardNumber> = reading.optional("/card", self.card.as_deref());
        let lines: Vec<_> = self.lines.iter().enumerate().map(|(i, line)| line.read(reading, i)).collect();
        let key =
            TicketKey { store: store?, till: till?, business_date: business_date?, receipt_no: self.seq };
        let occurred_at = occurred_at?;
        lines
            .into_iter()
            .map(|line| {
                let head = (key.clone(), occurred_at, cashier.clone(), card.clone());
                line.map(|line| line.into_row(head))
            })
            .collect()
    }
}

type Head = (TicketKey, chrono::DateTime<chrono::FixedOffset>, Option<CashierCode>, Option<CardNumber>);

struct ReadLine {
    line: u32,
    sku: domain::Sku,
    quantity: domain::Quantity,
    unit_price: domain::Money,
    net: domain::Money,
    tax: domain::Money,
    discount: domain::Money,
    kind: RowKind,
}

impl FinishedLine {
    fn read(&self, reading: &mut Reading, place: usize) -> Option<ReadLine> {
        let at = |name: &str| format!("/lines/{place}/{name}");
        let sku = reading.field(at("sku"), &self.sku);
        let quantity = reading.field(at("qty"), &self.qty);
        let unit_price = reading.field(at("unit_price"), &self.unit_price);
        let net = reading.field(at("net"), &self.net);
        let tax = reading.field(at("tax"), &self.tax);
        let discount = reading.optional(at("discount"), self.discount.as_deref());
        Some(ReadLine {
            line: self.line,
            sku: sku?,
            quantity: quantity?,
            unit_price: unit_price?,
            net: net?,
            tax: tax?,
            discount: discount.unwrap_or_default(),
            kind: self.kind.into(),
        })
    }
}

impl ReadLine {
    fn into_row(self, (key, occurred_at, cashier, card): Head) -> TicketRow {
        let Self { line, sku, quantity, unit_price, net, tax, discount, kind } = self;
        TicketRow {
            key,
            occurred_at,
            cashier,
            card,
            line,
            sku,
            quantity,
            unit_price,
            net,
            tax,
            discount,
            kind,
        }
    }
}

impl From<FinishedKind> for RowKind {
    fn from(kind: FinishedKind) -> Self {
        match kind {
            FinishedKind::Sale => Self::Sale,
            FinishedKind::Return => Self::Return,
            FinishedKind::Void => Self::Void,
            FinishedKind::Training => Self::Training,
        }
    }
}

/// For handing sales of a file to an agent that is running.
impl From<&Sale> for FinishedSale {
    fn from(sale: &Sale) -> Self {
        Self {
            store: sale.store.to_string(),
            till: sale.till.to_string(),
            seq: sale.receipt_no,
            business_date: sale.business_date.to_string(),
            occurred_at: sale.occurred_at.to_rfc3339(),
            cashier: sale.cashier.as_ref().map(ToString::to_string),
            card: sale.card.as_ref().map(ToString::to_string),
            lines: sale.lines.iter().map(|line| FinishedLine::of(line, sale.status)).collect(),
        }
    }
}

impl FinishedLine {
    fn of(line: &SaleLine, status: SaleStatus) -> Self {
        let kind = match (status, line.kind) {
            (SaleStatus::Training, _) => FinishedKind::Training,
            (_, LineKind::Sale) => FinishedKind::Sale,
            (_, LineKind::Return) => FinishedKind::Return,
            (_, LineKind::Void) => FinishedKind::Void,
        };
        Self {
            line: line.number,
            sku: line.sku.to_string(),
            qty: line.quantity.to_string(),
            unit_price: line.unit_price.to_string(),
            net: line.net.to_string(),
            tax: line.tax.to_string(),
            discount: Some(line.discount.to_string()),
            kind,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sale() -> serde_json::Value {
        serde_json::json!({
            "store": "centro", "till": "1", "seq": 7, "business_date": "2026-03-01",
            "occurred_at": "2026-03-01T10:00:00-05:00", "card": "2990000010421",
            "lines": [
                {"line": 1, "sku": "a", "qty": "2", "unit_price": "1.25", "net": "2.10", "tax": "0.40", "kind": "sale"},
                {"line": 2, "sku": "b", "qty": "0", "unit_price": "0", "net": "0", "tax": "0", "kind": "sale"},
                {"line": 3, "sku": "c", "qty": "99999999", "unit_price": "0.01", "net": "0", "tax": "0", "discount": "1", "kind": "return"},
            ],
        })
    }

    #[test]
    fn free_items_and_strange_quantities_are_sales() {
        let finished: FinishedSale = serde_json::from_value(sale()).unwrap();
        let closed = finished.close().unwrap();
        assert_eq!((closed.total().0, closed.lines.len()), (250, 3));
        assert_eq!(FinishedSale::from(&closed).close().unwrap(), closed, "there and back");
    }

    #[test]
    fn every_wrong_field_is_named() {
        let mut bad = sale();
        bad["store"] = "".into();
        bad["occurred_at"] = "2026-03-01 10:00".into();
        bad["lines"][1]["qty"] = "1,5".into();
        let bad: FinishedSale = serde_json::from_value(bad).unwrap();
        let error = bad.close().unwrap_err();
        let pointers: Vec<_> = error.errors.iter().map(|e| e.pointer.as_str()).collect();
        assert_eq!((error.code, pointers), ("bad_field", vec!["/store", "/occurred_at", "/lines/1/qty"]));
    }

    #[test]
    fn sums_are_proved() {
        let mut mixed = sale();
        mixed["lines"][0]["kind"] = "training".into();
        let mut none = sale();
        none["lines"] = serde_json::json!([]);
        let mut negative = sale();
        negative["lines"][0]["net"] = "-1".into();
        for (body, code) in
            [(mixed, "ticket_training_mixed"), (none, "sale_no_lines"), (negative, "sale_negative_amount")]
        {
            let finished: FinishedSale = serde_json::from_value(body).unwrap();
            assert_eq!(finished.close().unwrap_err().code, code);
        }
    }
}
