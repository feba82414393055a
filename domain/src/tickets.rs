//! Finished sales that come as rows, one a line: how rows become tickets. Agent and hub read the same
//! file into the same sales.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::{DateTime, FixedOffset, NaiveDate};
use sha2::{Digest, Sha256};

use crate::codes::{CardNumber, CashierCode, Sku, StoreCode, TillCode};
use crate::ids::SaleId;
use crate::money::{AmountError, Money, Quantity};
use crate::sale::{CardEntry, LineKind, SaleDraft, SaleLine, SaleStatus, Tender, TenderKind, lines_total};

/// The natural key of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TicketKey {
    pub store: StoreCode,
    pub till: TillCode,
    pub business_date: NaiveDate,
    pub receipt_no: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    Sale,
    Return,
    Void,
    Training,
}

/// One row of a sales file, already read into types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketRow {
    pub key: TicketKey,
    pub occurred_at: DateTime<FixedOffset>,
    pub cashier: Option<CashierCode>,
    pub card: Option<CardNumber>,
    pub line: u32,
    pub sku: Sku,
    pub quantity: Quantity,
    pub unit_price: Money,
    pub net: Money,
    pub tax: Money,
    pub discount: Money,
    pub kind: RowKind,
}

/// Why rows make no ticket. `row` is the place among them of the one to look at, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TicketError {
    #[error("the rows of this ticket name different cards")]
    Cards { row: usize },
    #[error("the rows of this ticket name different cashiers")]
    Cashiers { row: usize },
    #[error("a training ticket may hold training rows only")]
    TrainingMixed { row: usize },
    #[error("{error}")]
    Amount { row: usize, error: AmountError },
    /// The rows are sound one by one, and their sum is not.
    #[error(transparent)]
    Total(#[from] AmountError),
}

impl TicketError {
    pub fn code(self) -> &'static str {
        match self {
            Self::Cards { .. } => "ticket_cards_differ",
            Self::Cashiers { .. } => "ticket_cashiers_differ",
            Self::TrainingMixed { .. } => "ticket_training_mixed",
            Self::Amount { .. } | Self::Total(_) => "sale_amount",
        }
    }
}

impl SaleId {
    /// The id of a sale that was closed elsewhere: the same receipt, read again or by another way, is the
    /// same sale. The free bits are a digest of the natural key.
    pub fn of_receipt(key: &TicketKey, occurred_at: DateTime<FixedOffset>) -> Self {
        let TicketKey { store, till, business_date, receipt_no } = key;
        let digest = Sha256::digest(format!("yapa-sale\n{store}\n{till}\n{business_date}\n{receipt_no}"));
        let mut entropy = [0; 10];
        entropy.copy_from_slice(&digest[..10]);
        Self::new(occurred_at.timestamp_millis(), entropy)
    }
}

/// One ticket's rows as a sale, to be proved by [`crate::sale::Sale::close`]. The file states what was
/// paid and not how, so one external tender carries the total; the amount before discount is what the
/// other three add up to, because a printed unit price is rounded and need not multiply out.
pub fn draft(rows: &[TicketRow]) -> Result<Option<SaleDraft>, TicketError> {
    let Some(first) = rows.first() else { return Ok(None) };
    if let Some(row) = rows.iter().position(|r| r.card != first.card) {
        return Err(TicketError::Cards { row });
    }
    if let Some(row) = rows.iter().position(|r| r.cashier != first.cashier) {
        return Err(TicketError::Cashiers { row });
    }
    let status = status(rows)?;
    let occurred_at = rows.iter().map(|r| r.occurred_at).min().unwrap_or(first.occurred_at);
    let mut draft = SaleDraft {
        id: SaleId::of_receipt(&first.key, occurred_at),
        store: first.key.store.clone(),
        till: first.key.till.clone(),
        business_date: first.key.business_date,
        receipt_no: first.key.receipt_no,
        occurred_at,
        cashier: first.cashier.clone(),
        card: first.card.clone(),
        card_entry: first.card.as_ref().map(|_| CardEntry::Supplied),
        status,
        lines: lines(rows)?,
        tenders: vec![],
        change: Money::ZERO,
        rounding: Money::ZERO,
        approved_by: None,
        coupons: vec![],
        price_rules: vec![],
        page: None,
    };
    if status != SaleStatus::Voided {
        draft.tenders.push(Tender::new(TenderKind::External, lines_total(&draft)?));
    }
    Ok(Some(draft))
}

fn status(rows: &[TicketRow]) -> Result<SaleStatus, TicketError> {
    let is_training = |row: &TicketRow| row.kind == RowKind::Training;
    let training = rows.first().is_some_and(is_training);
    if let Some(row) = rows.iter().position(|r| is_training(r) != training) {
        return Err(TicketError::TrainingMixed { row });
    }
    if training {
        return Ok(SaleStatus::Training);
    }
    let voided = rows.iter().all(|r| r.kind == RowKind::Void);
    Ok(if voided { SaleStatus::Voided } else { SaleStatus::Completed })
}

fn lines(rows: &[TicketRow]) -> Result<Vec<SaleLine>, TicketError> {
    let numbered = rows.iter().enumerate();
    numbered.map(|(row, r)| line(r).map_err(|error| TicketError::Amount { row, error })).collect()
}

fn line(row: &TicketRow) -> Result<SaleLine, AmountError> {
    Ok(SaleLine {
        number: row.line,
        kind: match row.kind {
            RowKind::Sale | RowKind::Training => LineKind::Sale,
            RowKind::Return => LineKind::Return,
            RowKind::Void => LineKind::Void,
        },
        sku: row.sku.clone(),
        name: String::new(),
        product_line: String::new(),
        category: String::new(),
        quantity: row.quantity,
        unit_price: row.unit_price,
        gross: row.net.plus(row.tax)?.plus(row.discount)?,
        discount: row.discount,
        net: row.net,
        tax: row.tax,
        promotion: None,
        origin: None,
        without_receipt: false,
        read_code: None,
        gift_card: None,
        keeps: vec![],
    })
}

/// Joins rows to tickets in one pass. Most files hold a ticket's rows together, so only the tickets in
/// `scattered` are kept until the end; everything else streams.
#[derive(Debug)]
pub struct Grouping<R> {
    scattered: HashSet<TicketKey>,
    current: Option<(TicketKey, Vec<R>)>,
    waiting: HashMap<TicketKey, Vec<R>>,
}

impl<R> Grouping<R> {
    pub fn new(scattered: HashSet<TicketKey>) -> Self {
        Self { scattered, current: None, waiting: HashMap::new() }
    }

    /// Takes the next row; answers the ticket that it ends, if it ends one.
    pub fn push(&mut self, key: TicketKey, row: R) -> Option<(TicketKey, Vec<R>)> {
        if self.scattered.contains(&key) {
            self.waiting.entry(key).or_default().push(row);
            return None;
        }
        match &mut self.current {
            Some((current, rows)) if *current == key => {
                rows.push(row);
                None
            }
            _ => self.current.replace((key, vec![row])),
        }
    }

    /// The last ticket and the scattered ones, these in the order of their keys.
    pub fn finish(self) -> Vec<(TicketKey, Vec<R>)> {
        let mut waiting: Vec<_> = self.waiting.into_iter().collect();
        waiting.sort_by(|a, b| a.0.cmp(&b.0));
        self.current.into_iter().chain(waiting).collect()
    }
}

/// The first pass over a file: finds the tickets whose rows do not stand together. Of the others it keeps
/// eight bytes each, so that a file of millions of tickets fits.
#[derive(Debug, Default)]
pub struct Scatter {
    last: Option<TicketKey>,
    /// Digests. Two tickets with one digest only make the second wait for the end of the file.
    ended: HashSet<u64>,
    scattered: HashSet<TicketKey>,
}

impl Scatter {
    pub fn see(&mut self, key: TicketKey) {
        if self.last.as_ref() == Some(&key) {
            return;
        }
        if self.ended.contains(&digest(&key)) {
            self.scattered.insert(key.clone());
        }
        if let Some(last) = self.last.replace(key) {
            self.ended.insert(digest(&last));
        }
    }

    pub fn finish(self) -> HashSet<TicketKey> {
        self.scattered
    }
}

fn digest(key: &TicketKey) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sale::Sale;

    fn key(receipt_no: i64) -> TicketKey {
        TicketKey {
            store: "centro".parse().unwrap(),
            till: "1".parse().unwrap(),
            business_date: "2026-03-01".parse().unwrap(),
            receipt_no,
        }
    }

    fn row(receipt_no: i64, line: u32, kind: RowKind, net: i64) -> TicketRow {
        TicketRow {
            key: key(receipt_no),
            occurred_at: "2026-03-01T10:00:00-05:00".parse().unwrap(),
            cashier: None,
            card: Some("2990000010421".parse().unwrap()),
            line,
            sku: "1001".parse().unwrap(),
            quantity: Quantity::ZERO,
            unit_price: Money(33),
            net: Money(net),
            tax: Money(5),
            discount: Money(2),
            kind,
        }
    }

    #[test]
    fn rows_become_a_sale_whose_sums_hold() {
        use RowKind::{Return, Sale as Sold, Training, Void};
        for (kinds, status, total) in [
            (vec![Sold], SaleStatus::Completed, 105),
            (vec![Sold, Return], SaleStatus::Completed, 0),
            (vec![Return], SaleStatus::Completed, -105),
            (vec![Sold, Void], SaleStatus::Completed, 105),
            (vec![Void, Void], SaleStatus::Voided, 0),
            (vec![Training, Training], SaleStatus::Training, 210),
        ] {
            let rows: Vec<_> = kinds.iter().zip(1..).map(|(kind, n)| row(7, n, *kind, 100)).collect();
            let sale = Sale::close(draft(&rows).unwrap().unwrap()).unwrap();
            assert_eq!((sale.status, sale.total().0), (status, total), "{kinds:?}");
        }
    }

    #[test]
    fn rows_that_contradict_each_other_are_refused() {
        let mut other_card = row(7, 2, RowKind::Sale, 1);
        other_card.card = None;
        let mut other_cashier = row(7, 2, RowKind::Sale, 1);
        other_cashier.cashier = Some("marta".parse().unwrap());
        let too_large = AmountError::Overflow;
        for (second, wanted, code) in [
            (other_card, TicketError::Cards { row: 1 }, "ticket_cards_differ"),
            (other_cashier, TicketError::Cashiers { row: 1 }, "ticket_cashiers_differ"),
            (row(7, 2, RowKind::Training, 1), TicketError::TrainingMixed { row: 1 }, "ticket_training_mixed"),
            (
                row(7, 2, RowKind::Sale, i64::MAX),
                TicketError::Amount { row: 1, error: too_large },
                "sale_amount",
            ),
            (row(7, 2, RowKind::Sale, i64::MAX - 8), TicketError::Total(too_large), "sale_amount"),
        ] {
            let rows = [row(7, 1, RowKind::Sale, 100), second];
            let error = draft(&rows).unwrap_err();
            assert_eq!((error, error.code()), (wanted, code));
        }
    }

    #[test]
    fn the_same_receipt_is_the_same_sale() {
        let at = "2026-03-01T10:00:00-05:00".parse().unwrap();
        assert_eq!(SaleId::of_receipt(&key(7), at), SaleId::of_receipt(&key(7), at));
        assert_ne!(SaleId::of_receipt(&key(7), at), SaleId::of_receipt(&key(8), at));
    }

    #[test]
    fn scattered_rows_still_make_one_ticket() {
        let order = [1, 1, 2, 3, 2, 1, 4];
        let mut scatter = Scatter::default();
        order.iter().for_each(|n| scatter.see(key(*n)));
        let mut grouping = Grouping::new(scatter.finish());
        let mut tickets: Vec<(i64, Vec<usize>)> = Vec::new();
        for (place, n) in order.iter().enumerate() {
            tickets.extend(grouping.push(key(*n), place).map(|(k, rows)| (k.receipt_no, rows)));
        }
        tickets.extend(grouping.finish().into_iter().map(|(k, rows)| (k.receipt_no, rows)));
        assert_eq!(tickets, [(3, vec![3]), (4, vec![6]), (1, vec![0, 1, 5]), (2, vec![2, 4])]);
    }
}
