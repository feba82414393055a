//! A sale as it was closed at a till: what was taken, what it cost, how it was paid.
//!
//! A [`Sale`] can only be had through [`Sale::close`], which proves that its lines and tenders agree;
//! reading one from bytes goes through the same proof.

use std::ops::Deref;

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::codes::{CardNumber, CashierCode, Sku, StoreCode, TillCode};
use crate::ids::{PromotionId, SaleId};
use crate::money::{AmountError, Money, Quantity};

/// A basket longer than this is not a basket; it also bounds what one event may weigh.
pub const LINES_MAX: usize = 2_000;
pub const TENDERS_MAX: usize = 50;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// Goods leave the store.
    Sale,
    /// Goods come back; amounts are positive and are given back.
    Return,
    /// Entered and taken out again: kept for the record, counts nowhere.
    Void,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SaleStatus {
    Completed,
    /// Cancelled before it was paid.
    Voided,
    /// Rung up to learn; never counts.
    Training,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardEntry {
    Scanned,
    Keyed,
    /// Came with a finished sale from another system.
    Supplied,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TenderKind {
    Cash,
    /// A payment terminal took it; we know the amount only.
    Card,
    Points,
    GiftCard,
    /// Paid in another system that told us the total.
    External,
}

/// A payment; negative where money is given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tender {
    pub kind: TenderKind,
    pub amount: Money,
}

/// The line of an earlier sale that a return undoes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Origin {
    pub sale: SaleId,
    pub line: u32,
}

/// Amounts are what was charged; `gross - discount = net + tax` is what the customer paid for the line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleLine {
    pub number: u32,
    pub kind: LineKind,
    pub sku: Sku,
    /// As it stood in the till's catalogue, for receipts and for rules that name a product line.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub product_line: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub category: String,
    pub quantity: Quantity,
    pub unit_price: Money,
    /// Before discounts. The till computes `unit_price × quantity`; a finished sale from elsewhere states it.
    pub gross: Money,
    #[serde(default, skip_serializing_if = "Money::is_zero_ref")]
    pub discount: Money,
    pub net: Money,
    pub tax: Money,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promotion: Option<PromotionId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

impl SaleLine {
    /// Net plus tax, always positive; see [`Sale::total`] for the sign.
    pub fn paid(&self) -> Result<Money, AmountError> {
        self.net.plus(self.tax)
    }
}

impl Money {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if passes a reference")]
    fn is_zero_ref(&self) -> bool {
        self.is_zero()
    }
}

/// A sale that nobody has checked yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleDraft {
    pub id: SaleId,
    pub store: StoreCode,
    pub till: TillCode,
    pub business_date: NaiveDate,
    /// The receipt's number: with store, till and business date the natural key of the sale.
    pub receipt_no: i64,
    pub occurred_at: DateTime<FixedOffset>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cashier: Option<CashierCode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<CardNumber>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card_entry: Option<CardEntry>,
    pub status: SaleStatus,
    pub lines: Vec<SaleLine>,
    pub tenders: Vec<Tender>,
    /// Cash handed back out of the tenders.
    #[serde(default, skip_serializing_if = "Money::is_zero_ref")]
    pub change: Money,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SaleError {
    #[error("the sale has no lines")]
    NoLines,
    #[error("the sale has more than {LINES_MAX} lines or {TENDERS_MAX} tenders")]
    TooLong,
    #[error("the receipt number must not be negative")]
    ReceiptNumber,
    #[error("line {line}: the number is used twice or is zero")]
    LineNumber { line: u32 },
    #[error("line {line}: {field} must not be negative")]
    Negative { line: u32, field: &'static str },
    #[error("line {line}: {before} before discount less {discount} is not net {net} plus tax {tax}")]
    LineSum { line: u32, before: Money, discount: Money, net: Money, tax: Money },
    #[error("line {line}: only a return may name the line it undoes")]
    OriginOnSale { line: u32 },
    #[error("change must not be negative")]
    NegativeChange,
    #[error("lines come to {lines} and tenders less change to {tenders}")]
    TenderSum { lines: Money, tenders: Money },
    #[error("a cancelled sale carries no tenders")]
    VoidedWithTenders,
    #[error(transparent)]
    Amount(#[from] AmountError),
}

impl SaleError {
    /// Stable name for logs, quarantine and API answers.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoLines => "sale_no_lines",
            Self::TooLong => "sale_too_long",
            Self::ReceiptNumber => "sale_receipt_number",
            Self::LineNumber { .. } => "sale_line_number",
            Self::Negative { .. } => "sale_negative_amount",
            Self::LineSum { .. } => "sale_line_sum",
            Self::OriginOnSale { .. } => "sale_origin_on_sale",
            Self::NegativeChange => "sale_negative_change",
            Self::TenderSum { .. } => "sale_tender_sum",
            Self::VoidedWithTenders => "sale_voided_with_tenders",
            Self::Amount(_) => "sale_amount",
        }
    }
}

/// A closed sale: its lines and tenders agree. Immutable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "SaleDraft", into = "SaleDraft")]
pub struct Sale(SaleDraft);

impl Deref for Sale {
    type Target = SaleDraft;

    fn deref(&self) -> &SaleDraft {
        &self.0
    }
}

impl From<Sale> for SaleDraft {
    fn from(sale: Sale) -> Self {
        sale.0
    }
}

impl TryFrom<SaleDraft> for Sale {
    type Error = SaleError;

    fn try_from(draft: SaleDraft) -> Result<Self, SaleError> {
        Self::close(draft)
    }
}

impl Sale {
    /// Proves the sums and closes the sale.
    pub fn close(draft: SaleDraft) -> Result<Self, SaleError> {
        if draft.lines.is_empty() {
            return Err(SaleError::NoLines);
        }
        if draft.lines.len() > LINES_MAX || draft.tenders.len() > TENDERS_MAX {
            return Err(SaleError::TooLong);
        }
        if draft.receipt_no < 0 {
            return Err(SaleError::ReceiptNumber);
        }
        check_line_numbers(&draft.lines)?;
        draft.lines.iter().try_for_each(check_line)?;
        check_tenders(&draft)?;
        Ok(Self(draft))
    }

    /// Lines that count for money, points, stock and visits: none on a cancelled or training ticket.
    pub fn counted_lines(&self) -> impl Iterator<Item = &SaleLine> {
        let counts = self.0.status == SaleStatus::Completed;
        self.0.lines.iter().filter(move |line| counts && line.kind != LineKind::Void)
    }

    /// Whether the ticket has at least one line that was sold: what makes the day a visit.
    pub fn has_sale_line(&self) -> bool {
        self.counted_lines().any(|line| line.kind == LineKind::Sale)
    }

    /// What the customer paid; negative where more came back than was taken.
    pub fn total(&self) -> Money {
        // `close` added the same figures up, so this cannot overflow.
        lines_total(&self.0).unwrap_or_default()
    }
}

/// What a till builds up: the sum of its lines, by their sign.
pub fn lines_total(draft: &SaleDraft) -> Result<Money, AmountError> {
    draft.lines.iter().try_fold(Money::ZERO, |sum, line| match line.kind {
        LineKind::Sale => sum.plus(line.paid()?),
        LineKind::Return => sum.minus(line.paid()?),
        LineKind::Void => Ok(sum),
    })
}

fn check_line_numbers(lines: &[SaleLine]) -> Result<(), SaleError> {
    let mut numbers: Vec<u32> = lines.iter().map(|line| line.number).collect();
    numbers.sort_unstable();
    if numbers.first() == Some(&0) {
        return Err(SaleError::LineNumber { line: 0 });
    }
    match numbers.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(SaleError::LineNumber { line: pair[0] }),
        None => Ok(()),
    }
}

fn check_line(line: &SaleLine) -> Result<(), SaleError> {
    let number = line.number;
    let amounts = [
        ("quantity", line.quantity.0),
        ("unit price", line.unit_price.0),
        ("amount before discount", line.gross.0),
        ("discount", line.discount.0),
        ("net", line.net.0),
        ("tax", line.tax.0),
    ];
    if let Some((field, _)) = amounts.into_iter().find(|(_, units)| *units < 0) {
        return Err(SaleError::Negative { line: number, field });
    }
    if line.gross.minus(line.discount)? != line.paid()? {
        let SaleLine { gross, discount, net, tax, .. } = *line;
        return Err(SaleError::LineSum { line: number, before: gross, discount, net, tax });
    }
    if line.origin.is_some() && line.kind != LineKind::Return {
        return Err(SaleError::OriginOnSale { line: number });
    }
    Ok(())
}

fn check_tenders(draft: &SaleDraft) -> Result<(), SaleError> {
    if draft.change.is_negative() {
        return Err(SaleError::NegativeChange);
    }
    let lines = lines_total(draft)?;
    if draft.status == SaleStatus::Voided {
        return if draft.tenders.is_empty() && draft.change.is_zero() {
            Ok(())
        } else {
            Err(SaleError::VoidedWithTenders)
        };
    }
    let tenders = Money::total(draft.tenders.iter().map(|t| t.amount))?.minus(draft.change)?;
    if lines == tenders { Ok(()) } else { Err(SaleError::TenderSum { lines, tenders }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub fn line(number: u32, kind: LineKind, paid: i64) -> SaleLine {
        SaleLine {
            number,
            kind,
            sku: "1001".parse().unwrap(),
            name: String::new(),
            product_line: String::new(),
            category: String::new(),
            quantity: Quantity::ONE,
            unit_price: Money(paid),
            gross: Money(paid),
            discount: Money::ZERO,
            net: Money(paid),
            tax: Money::ZERO,
            promotion: None,
            origin: None,
        }
    }

    fn draft(lines: Vec<SaleLine>, tendered: i64, change: i64) -> SaleDraft {
        SaleDraft {
            id: SaleId::new(1, [0; 10]),
            store: "centro".parse().unwrap(),
            till: "1".parse().unwrap(),
            business_date: "2026-03-01".parse().unwrap(),
            receipt_no: 7,
            occurred_at: "2026-03-01T10:00:00-05:00".parse().unwrap(),
            cashier: None,
            card: None,
            card_entry: None,
            status: SaleStatus::Completed,
            lines,
            tenders: vec![Tender { kind: TenderKind::Cash, amount: Money(tendered) }],
            change: Money(change),
        }
    }

    #[test]
    fn lines_and_tenders_must_agree() {
        use LineKind::{Return, Sale as Sold, Void};
        let good = [
            draft(vec![line(1, Sold, 500)], 500, 0),
            draft(vec![line(1, Sold, 500)], 1000, 500),
            draft(vec![line(1, Sold, 500), line(2, Return, 800)], -300, 0),
            draft(vec![line(1, Sold, 500), line(2, Void, 800)], 500, 0),
            draft(vec![line(1, Sold, 0)], 0, 0),
        ];
        for draft in good {
            assert!(Sale::close(draft.clone()).is_ok(), "{draft:?}");
        }
        let mut crooked = line(1, Sold, 500);
        crooked.discount = Money(1);
        let mut negative = line(1, Sold, 500);
        negative.quantity = Quantity(-1);
        let mut with_origin = line(1, Sold, 500);
        with_origin.origin = Some(Origin { sale: SaleId::new(1, [0; 10]), line: 1 });
        let mut voided = draft(vec![line(1, Sold, 500)], 500, 0);
        voided.status = SaleStatus::Voided;
        let bad = [
            (draft(vec![], 0, 0), "sale_no_lines"),
            (draft(vec![line(1, Sold, 500)], 499, 0), "sale_tender_sum"),
            (draft(vec![line(1, Sold, 500)], 500, -1), "sale_negative_change"),
            (draft(vec![line(1, Sold, 1), line(1, Sold, 1)], 2, 0), "sale_line_number"),
            (draft(vec![line(0, Sold, 1)], 1, 0), "sale_line_number"),
            (draft(vec![crooked], 500, 0), "sale_line_sum"),
            (draft(vec![negative], 500, 0), "sale_negative_amount"),
            (draft(vec![with_origin], 500, 0), "sale_origin_on_sale"),
            (draft(vec![line(1, Sold, i64::MAX), line(2, Sold, 1)], 0, 0), "sale_amount"),
            (voided, "sale_voided_with_tenders"),
        ];
        for (draft, code) in bad {
            assert_eq!(Sale::close(draft).map_err(|e| e.code()), Err(code));
        }
    }

    #[test]
    fn a_crooked_sale_does_not_deserialize() {
        let sale = Sale::close(draft(vec![line(1, LineKind::Sale, 500)], 500, 0)).unwrap();
        let text = serde_json::to_string(&sale).unwrap();
        assert_eq!(serde_json::from_str::<Sale>(&text).unwrap(), sale);
        let crooked = text.replace("\"amount\":500", "\"amount\":501");
        assert!(serde_json::from_str::<Sale>(&crooked).unwrap_err().to_string().contains("tenders"));
    }

    #[test]
    fn only_completed_sale_lines_make_a_visit() {
        let mut training = draft(vec![line(1, LineKind::Sale, 500)], 500, 0);
        training.status = SaleStatus::Training;
        for (draft, visit, counted) in [
            (draft(vec![line(1, LineKind::Sale, 500)], 500, 0), true, 1),
            (draft(vec![line(1, LineKind::Return, 500)], -500, 0), false, 1),
            (draft(vec![line(1, LineKind::Void, 500)], 0, 0), false, 0),
            (training, false, 0),
        ] {
            let sale = Sale::close(draft).unwrap();
            assert_eq!((sale.has_sale_line(), sale.counted_lines().count()), (visit, counted));
        }
    }
}
