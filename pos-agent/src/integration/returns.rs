//! A return of another till software: goods of an earlier receipt come back, for their share of what was paid;
//! a line is never returned beyond what was sold.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use domain::codes::{CashierCode, Sku};
use domain::ids::SaleId;
use domain::money::{AmountError, Points, Quantity};
use domain::points::Programme;
use domain::sale::{LineKind, LineNames, Origin, Sale, SaleLine, SaleStatus, returned_part};
use domain::tickets::{RowKind, TicketKey, TicketRow, draft};

use super::Taken;
use crate::app::Agent;
use crate::error::AgentError;
use crate::store::catalogue::ProductRecord;
use crate::store::journal::{self, ReceiptKey};
use crate::store::returned::{self, ReturnedRow};
use crate::sync::PATIENCE;
use crate::till::{Originals, ReceiptNews, points_of};

/// A question waits for those that were asked just before it, and then for its own answer.
const ANSWER_WITHIN: Duration = PATIENCE.saturating_mul(2);

/// Goods that come back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    pub key: TicketKey,
    pub occurred_at: DateTime<FixedOffset>,
    pub cashier: Option<CashierCode>,
    pub original: Original,
    pub lines: Vec<ReturnLine>,
}

/// How the earlier sale is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Original {
    Sale(SaleId),
    Receipt(TicketKey),
}

/// A line of the original and how much of it comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReturnLine {
    pub line: u32,
    pub quantity: Quantity,
}

/// Why a return cannot be. `line` is its place in the request, from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoReturn {
    #[error(
        "neither this agent's journal nor the hub has such a sale; another agent's is named by the id in its receipt's \
         code, not by its number"
    )]
    NoSuchSale,
    #[error("this agent's journal has no such sale, and the hub does not answer: ask again when it does")]
    HubAway,
    #[error("a cancelled or training ticket sold nothing")]
    SoldNothing,
    #[error("the original has no sold line {number}")]
    NoSuchLine { line: usize, number: u32 },
    #[error("line {number} is named twice")]
    Twice { line: usize, number: u32 },
    #[error("a quantity above 0 comes back")]
    Quantity { line: usize },
    #[error("{open} of line {number} may still come back", open = .open.plain())]
    TooMuch { line: usize, number: u32, open: Quantity },
    #[error("a return has at least one line")]
    NoLines,
    #[error(transparent)]
    Amount(#[from] AmountError),
    #[error(transparent)]
    Sale(#[from] domain::sale::SaleError),
}

impl NoReturn {
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSuchSale => "no_such_sale",
            Self::HubAway => "hub_away",
            Self::SoldNothing => "return_sold_nothing",
            Self::NoSuchLine { .. } => "return_no_such_line",
            Self::Twice { .. } => "return_line_twice",
            Self::Quantity { .. } => "return_quantity",
            Self::TooMuch { .. } => "return_more_than_sold",
            Self::NoLines => "sale_no_lines",
            Self::Amount(_) => "sale_amount",
            Self::Sale(error) => error.code(),
        }
    }

    /// The field it is about.
    pub fn pointer(&self) -> String {
        match self {
            Self::NoSuchSale | Self::HubAway | Self::SoldNothing => "/original".to_owned(),
            Self::NoSuchLine { line, .. } | Self::Twice { line, .. } => format!("/lines/{line}/line"),
            Self::Quantity { line } | Self::TooMuch { line, .. } => format!("/lines/{line}/qty"),
            Self::NoLines | Self::Amount(_) | Self::Sale(_) => "/lines".to_owned(),
        }
    }
}

/// What a return did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    pub taken: Taken,
    pub sale: Sale,
    /// Points taken back with each line, as this agent's programme has it; `None` without card or programme.
    pub points: Option<Vec<Points>>,
}

/// What came back of a line before.
fn before(line: u32, returned: &[ReturnedRow]) -> Quantity {
    returned.iter().find(|row| row.line == line).map(|row| row.quantity).unwrap_or_default()
}

/// The return as a sale whose lines name the lines that they undo.
pub fn close(back: &Return, original: &Sale, returned: &[ReturnedRow]) -> Result<Sale, NoReturn> {
    if original.status != SaleStatus::Completed {
        return Err(NoReturn::SoldNothing);
    }
    let mut rows = Vec::with_capacity(back.lines.len());
    let mut undone = Vec::with_capacity(back.lines.len());
    for (place, wanted) in back.lines.iter().enumerate() {
        if back.lines[..place].iter().any(|earlier| earlier.line == wanted.line) {
            return Err(NoReturn::Twice { line: place, number: wanted.line });
        }
        let sold = original.lines.iter().find(|l| l.number == wanted.line && l.kind == LineKind::Sale);
        let sold = sold.ok_or(NoReturn::NoSuchLine { line: place, number: wanted.line })?;
        rows.push(row(back, original, place, *wanted, sold, before(wanted.line, returned))?);
        undone.push(sold);
    }
    let mut draft = match draft(&rows) {
        Ok(Some(draft)) => draft,
        Ok(None) => return Err(NoReturn::NoLines),
        // All rows are made here with one card and one cashier: only a sum can be wrong.
        Err(_) => return Err(AmountError::Overflow.into()),
    };
    for (line, sold) in draft.lines.iter_mut().zip(undone) {
        line.origin = Some(Origin { sale: original.id, line: sold.number });
        line.keeps = sold.kept_among(before(sold.number, returned), line.quantity)?;
        line.name.clone_from(&sold.name);
        line.product_line.clone_from(&sold.product_line);
        line.category.clone_from(&sold.category);
    }
    Ok(Sale::close(draft)?)
}

fn row(
    back: &Return,
    original: &Sale,
    place: usize,
    wanted: ReturnLine,
    sold: &SaleLine,
    before: Quantity,
) -> Result<TicketRow, NoReturn> {
    if wanted.quantity <= Quantity::ZERO {
        return Err(NoReturn::Quantity { line: place });
    }
    let open = sold.quantity.minus(before)?;
    if wanted.quantity > open {
        return Err(NoReturn::TooMuch { line: place, number: wanted.line, open });
    }
    let part = returned_part(sold, before, wanted.quantity)?;
    Ok(TicketRow {
        key: back.key.clone(),
        occurred_at: back.occurred_at,
        cashier: back.cashier.clone(),
        card: original.card.clone(),
        line: u32::try_from(place + 1).map_err(|_| AmountError::Overflow)?,
        sku: sold.sku.clone(),
        quantity: wanted.quantity,
        unit_price: sold.unit_price,
        net: part.net,
        tax: part.tax,
        discount: part.discount,
        kind: RowKind::Return,
    })
}

/// Whether a sale of the journal is this return.
fn is_same(back: &Return, original: SaleId, known: &Sale) -> bool {
    let lines = known.lines.iter().map(|line| (line.origin, line.quantity));
    let wanted = back.lines.iter().map(|l| (Some(Origin { sale: original, line: l.line }), l.quantity));
    known.occurred_at == back.occurred_at && known.cashier == back.cashier && lines.eq(wanted)
}

impl Agent {
    /// Takes a return in. The same one again is answered as it was the first time.
    pub async fn take_return(&self, back: &Return) -> Result<Result<Returned, NoReturn>, AgentError> {
        let Some(till) = self.till_called(&back.key.store, &back.key.till) else {
            return Ok(Err(NoReturn::NoSuchSale));
        };
        let Some(original) = self.original(&back.original).await? else {
            return Ok(Err(NoReturn::NoSuchSale));
        };
        // What came back of it elsewhere, and what another agent sold, is known to the hub alone.
        let news = self.ask_apart(till, original, ANSWER_WITHIN).await?;
        let mut tx = self.store().begin().await?;
        let Some(original) = self.store().sale_anywhere(original).await? else {
            let is_away = news == ReceiptNews::Away;
            return Ok(Err(if is_away { NoReturn::HubAway } else { NoReturn::NoSuchSale }));
        };
        let returned = returned::of_sale(&mut tx, original.id).await?;
        let key = ReceiptKey { till, business_date: back.key.business_date, receipt_no: back.key.receipt_no };
        if let Some(known) = journal::find_receipts(&mut tx, &[key]).await?.remove(&key) {
            drop(tx);
            let sale = self.store().sale(known.sale).await?.ok_or(AgentError::NoSuchSale(known.sale))?;
            let is_same = is_same(back, original.id, &sale);
            let taken = if is_same { Taken::Repeated } else { Taken::Conflict(sale.id) };
            let points = self.points_back(&original, &sale).await?;
            return Ok(Ok(Returned { taken, sale, points }));
        }
        let sale = match close(back, &original, &returned) {
            Ok(sale) => sale,
            Err(why) => return Ok(Err(why)),
        };
        let (_, tills) = self.take_in(&mut tx, std::slice::from_ref(&sale)).await?;
        self.store().commit(tx).await?;
        self.ring(&tills)?;
        let points = self.points_back(&original, &sale).await?;
        Ok(Ok(Returned { taken: Taken::New, sale, points }))
    }

    /// The sale that is named: by a receipt's number only one of this agent's.
    async fn original(&self, original: &Original) -> Result<Option<SaleId>, AgentError> {
        let key = match original {
            Original::Sale(id) => return Ok(Some(*id)),
            Original::Receipt(key) => key,
        };
        let Some(till) = self.till_called(&key.store, &key.till) else { return Ok(None) };
        let TicketKey { business_date, receipt_no, .. } = *key;
        let key = ReceiptKey { till, business_date, receipt_no };
        let mut tx = self.store().begin().await?;
        Ok(journal::find_receipts(&mut tx, &[key]).await?.remove(&key).map(|known| known.sale))
    }

    /// The points that each line takes back of what its goods earned; `None` without card or programme, unless they were
    /// exchanged evenly: the first sale's card may be another.
    async fn points_back(&self, original: &Sale, back: &Sale) -> Result<Option<Vec<Points>>, AgentError> {
        let programmes = self.store().programmes().await?;
        let programme = Programme::on(&programmes, original.business_date);
        let is_even = back.lines.iter().any(|line| !line.keeps.is_empty());
        if !is_even && (programme.is_none() || self.card_of(original).await?.is_none()) {
            return Ok(None);
        }
        let mut originals = Originals::new();
        let mut points = Vec::with_capacity(back.lines.len());
        for line in &back.lines {
            let mut sum = Points::ZERO;
            let own = line.origin.map(|of| line.own_quantity().map(|pieces| (of, pieces))).transpose()?;
            let kept = line.keeps.iter().map(|kept| (kept.of, kept.quantity));
            for (of, pieces) in own.into_iter().chain(kept) {
                let original = self.original_of(&mut originals, of.sale, Some(back.id)).await?;
                sum = sum.plus(points_of(original, of)?.share(pieces))?;
            }
            points.push(sum);
        }
        Ok(Some(points))
    }

    /// The sale with its goods called as this till's catalogue does: rules go by product line.
    pub(crate) async fn named(&self, sale: Sale) -> Result<Sale, AgentError> {
        let mut known: HashMap<Sku, ProductRecord> = HashMap::new();
        for line in sale.lines.iter().filter(|line| line.is_nameless()) {
            if !known.contains_key(&line.sku)
                && let Some(product) = self.store().product_by_sku(line.sku.as_str()).await?
            {
                known.insert(line.sku.clone(), product);
            }
        }
        Ok(sale.named(|line| {
            let ProductRecord { name, product_line, category, .. } = known.get(&line.sku)?;
            Some(LineNames { name, product_line, category })
        }))
    }
}

#[cfg(test)]
mod tests;
