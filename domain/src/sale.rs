//! A sale as it was closed at a till: what was taken, what it cost, how it was paid.
//!
//! A [`Sale`] can only be had through [`Sale::close`], which proves that its lines and tenders agree;
//! reading one from bytes goes through the same proof.

mod coupon;
mod error;
mod kept;
mod names;
mod price_rule;
mod returned;
mod tender;

use std::ops::Deref;

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::codes::{CardNumber, CashierCode, Sku, StoreCode, TillCode};
use crate::gift_card::GiftCard;
use crate::ids::{PromotionId, SaleId};
use crate::money::{AmountError, Money, Points, Quantity};
use crate::open_page::PageToken;
use crate::scan::Barcode;

pub use coupon::{COUPONS_MAX, DiscountShare, SaleCoupon, of_line as by_coupons, total as coupons_total};
pub use error::SaleError;
pub use kept::{Kept, keep_points};
pub use names::LineNames;
pub use price_rule::{SaleRule, of_line as by_rules};
pub use returned::{ReturnedPart, returned_part};
pub use tender::{Tender, TenderKind};

/// A basket longer than this is not a basket; it also bounds what one event may weigh.
pub const LINES_MAX: usize = 2_000;
pub const TENDERS_MAX: usize = 50;
/// No field of a sale is larger: a mistyped figure must not overflow the sums of a chain. In minor units
/// and in 1/1000 of a unit, far beyond what a shop sells in one line.
pub const FIELD_MAX: i64 = 1_000_000_000_000;

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

/// The line of an earlier sale that a return undoes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
    /// Came back without a receipt, under the shop's own rules for that: it names no original, and takes points
    /// back at the base rate. A return that merely names none is another system's.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub without_receipt: bool,
    /// The code that was read, where no catalogue has it: sold at a price that somebody keyed, under the code as
    /// its article number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_code: Option<Barcode>,
    /// A gift card that was sold, and is worth from then on what was paid for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gift_card: Option<Box<GiftCard>>,
    /// Pieces that have the points of lines of earlier sales: of a sold line those that left evenly for such, of a
    /// returned one those that had left so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keeps: Vec<Kept>,
}

impl SaleLine {
    /// Net plus tax, always positive; see [`Sale::total`] for the sign.
    pub fn paid(&self) -> Result<Money, AmountError> {
        self.net.plus(self.tax)
    }

    /// Money that was taken for goods to come.
    pub fn sells_gift_card(&self) -> bool {
        self.gift_card.is_some()
    }

    /// What one of it costs before discounts, as amounts beside it are said: with the tax that a price on the shelf may
    /// not have.
    pub fn each(&self) -> Money {
        match self.unit_price.times(self.quantity) {
            Ok(gross) if gross == self.gross => self.unit_price,
            _ => self.gross.scaled(Quantity::ONE.0, self.quantity.0).unwrap_or(self.unit_price),
        }
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
    /// What cash rounding adds to the lines (or, below zero, takes off), where the smallest coin is larger
    /// than the smallest amount.
    #[serde(default, skip_serializing_if = "Money::is_zero_ref")]
    pub rounding: Money,
    /// Who allowed what the cashier alone may not do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<CashierCode>,
    /// Coupons that gave something.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub coupons: Vec<SaleCoupon>,
    /// Price rules of the chain that gave something.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub price_rules: Vec<SaleRule>,
    /// What the address of the receipt's page ends with, where the chain has such pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<PageToken>,
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
        kept::check(&draft)?;
        coupon::check(&draft)?;
        price_rule::check(&draft)?;
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

    /// The points that this sale took as a tender, less those it gave back.
    pub fn points_spent(&self) -> Result<Points, AmountError> {
        Points::total(self.0.tenders.iter().filter_map(|tender| tender.points))
    }

    /// What the customer paid before cash rounding; negative where more came back than was taken.
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
    if let Some((field, _)) = amounts.into_iter().find(|(_, units)| *units > FIELD_MAX) {
        return Err(SaleError::TooLarge { line: number, field });
    }
    if line.gross.minus(line.discount)? != line.paid()? {
        let SaleLine { gross, discount, net, tax, .. } = *line;
        return Err(SaleError::LineSum { line: number, before: gross, discount, net, tax });
    }
    if line.origin.is_some() && line.kind != LineKind::Return {
        return Err(SaleError::OriginOnSale { line: number });
    }
    if line.without_receipt && (line.kind != LineKind::Return || line.origin.is_some()) {
        return Err(SaleError::WithoutReceipt { line: number });
    }
    let is_alone = line.quantity == Quantity::ONE && line.discount.is_zero() && line.kind != LineKind::Return;
    if line.sells_gift_card() && !is_alone {
        return Err(SaleError::GiftCardLine { line: number });
    }
    Ok(())
}

fn check_tenders(draft: &SaleDraft) -> Result<(), SaleError> {
    if draft.change.is_negative() {
        return Err(SaleError::NegativeChange);
    }
    if !draft.tenders.iter().all(Tender::has_its_points) {
        return Err(SaleError::TenderPoints);
    }
    if !draft.tenders.iter().all(Tender::has_its_hold) {
        return Err(SaleError::GiftCardTender);
    }
    if !draft.tenders.iter().all(|tender| tender.fits_its_gift(&draft.lines)) {
        return Err(SaleError::TenderGift);
    }
    let lines = lines_total(draft)?.plus(draft.rounding)?;
    if draft.status == SaleStatus::Voided {
        return if draft.tenders.is_empty() && draft.change.is_zero() && draft.rounding.is_zero() {
            Ok(())
        } else {
            Err(SaleError::VoidedWithTenders)
        };
    }
    let tenders = Money::total(draft.tenders.iter().map(|t| t.amount))?.minus(draft.change)?;
    if lines == tenders { Ok(()) } else { Err(SaleError::TenderSum { lines, tenders }) }
}

#[cfg(test)]
pub(crate) mod tests;
