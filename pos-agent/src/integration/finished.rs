//! A finished sale as JSON: the fields of the sales file, amounts as decimal text.

use domain::codes::{CardNumber, CashierCode};
use domain::ids::RedemptionId;
use domain::money::{Money, Points};
use domain::sale::{LineKind, Sale, SaleLine, SaleStatus, Tender, TenderKind};
use domain::sync::FieldProblem;
use domain::tickets::{RowKind, TicketKey, TicketRow, draft};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::field::Reading;

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
    /// How it was paid, less the change; left out, only the total is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tenders: Vec<FinishedTender>,
    /// Out of which reservation its points come; the hold that it names says it.
    #[serde(skip)]
    pub redemption: Option<RedemptionId>,
}

/// A payment; negative where money was given back.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FinishedTender {
    pub kind: FinishedTenderKind,
    #[schema(example = "2.50")]
    pub amount: String,
    /// With `points`: how many it took. Left out, a hold of the card says it; without either none are spent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<String>,
    /// With `points`: the hold that this spends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FinishedTenderKind {
    Cash,
    Card,
    Points,
    GiftCard,
    External,
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

impl FinishedSale {
    /// Reads every field and proves the sums.
    pub fn close(&self) -> Result<Sale, Unfinished> {
        let mut reading = Reading::default();
        let rows = self.rows(&mut reading);
        let tenders = self.tenders(&mut reading);
        let Some(rows) = rows.filter(|_| reading.0.is_empty()) else {
            return Err(Unfinished { code: "bad_field", errors: reading.0 });
        };
        let whole = |code, detail: String| Unfinished {
            code,
            errors: vec![FieldProblem { pointer: "/lines".to_owned(), detail }],
        };
        let draft = draft(&rows).map_err(|e| whole(e.code(), e.to_string()))?;
        let mut draft = draft.ok_or_else(|| whole("sale_no_lines", "the sale has no lines".to_owned()))?;
        if !tenders.is_empty() {
            draft.tenders = tenders;
        }
        Sale::close(draft).map_err(|e| whole(e.code(), e.to_string()))
    }

    /// The hold that this sale spends. `close` has refused more than one, and what is none.
    pub fn hold(&self) -> Option<Uuid> {
        self.tenders.iter().find_map(|tender| tender.hold.as_deref()?.parse().ok())
    }

    fn tenders(&self, reading: &mut Reading) -> Vec<Tender> {
        let mut holds = 0;
        let mut read = Vec::with_capacity(self.tenders.len());
        for (place, tender) in self.tenders.iter().enumerate() {
            let amount = reading.field::<Money>(format!("/tenders/{place}/amount"), &tender.amount);
            if let Some(hold) = tender.hold.as_deref() {
                let pointer = format!("/tenders/{place}/hold");
                holds += 1;
                if tender.kind != FinishedTenderKind::Points {
                    reading.wrong(&pointer, "only points are held".to_owned());
                } else if holds > 1 {
                    reading.wrong(&pointer, "a sale spends one hold".to_owned());
                }
                reading.field::<Uuid>(&pointer, hold);
            }
            let pointer = format!("/tenders/{place}/points");
            let points = tender.points.as_ref().and_then(|points| reading.field::<Points>(pointer, points));
            let redemption = self.redemption.filter(|_| points.is_some_and(|points| points > Points::ZERO));
            let of_kind = |amount| Tender { points, redemption, ..Tender::new(tender.kind.into(), amount) };
            read.extend(amount.map(of_kind));
        }
        read
    }

    fn rows(&self, reading: &mut Reading) -> Option<Vec<TicketRow>> {
        let store = reading.field("/store", &self.store);
        let till = reading.field("/till", &self.till);
        let business_date = reading.field("/business_date", &self.business_date);
        let occurred_at = reading.field("/occurred_at", &self.occurred_at);
        let cashier: Option<CashierCode> = reading.optional("/cashier", self.cashier.as_deref());
        let card: Option<CardNumber> = reading.optional_unsaid("/card", self.card.as_deref());
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

pub(super) type Head =
    (TicketKey, chrono::DateTime<chrono::FixedOffset>, Option<CashierCode>, Option<CardNumber>);

pub(super) struct ReadLine {
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
    pub(super) fn read(&self, reading: &mut Reading, place: usize) -> Option<ReadLine> {
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
    pub(super) fn into_row(self, (key, occurred_at, cashier, card): Head) -> TicketRow {
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
            tenders: tenders_of(sale),
            redemption: None,
        }
    }
}

/// One external tender says no more than the total, which the lines say already.
fn tenders_of(sale: &Sale) -> Vec<FinishedTender> {
    if let [Tender { kind: TenderKind::External, .. }] = sale.tenders.as_slice() {
        return vec![];
    }
    let tender = |t: &Tender| FinishedTender {
        kind: t.kind.into(),
        amount: t.amount.to_string(),
        points: t.points.map(|points| points.to_string()),
        hold: None,
    };
    sale.tenders.iter().map(tender).collect()
}

impl From<FinishedTenderKind> for TenderKind {
    fn from(kind: FinishedTenderKind) -> Self {
        match kind {
            FinishedTenderKind::Cash => Self::Cash,
            FinishedTenderKind::Card => Self::Card,
            FinishedTenderKind::Points => Self::Points,
            FinishedTenderKind::GiftCard => Self::GiftCard,
            FinishedTenderKind::External => Self::External,
        }
    }
}

impl From<TenderKind> for FinishedTenderKind {
    fn from(kind: TenderKind) -> Self {
        match kind {
            TenderKind::Cash => Self::Cash,
            TenderKind::Card => Self::Card,
            TenderKind::Points => Self::Points,
            TenderKind::GiftCard => Self::GiftCard,
            TenderKind::External => Self::External,
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
mod tests;
