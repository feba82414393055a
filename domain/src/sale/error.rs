//! Why a sale is none.

use super::{LINES_MAX, TENDERS_MAX};
use crate::money::{AmountError, Money};

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
    #[error("line {line}: {field} is larger than any sale")]
    TooLarge { line: u32, field: &'static str },
    #[error("line {line}: {before} before discount less {discount} is not net {net} plus tax {tax}")]
    LineSum { line: u32, before: Money, discount: Money, net: Money, tax: Money },
    #[error("line {line}: only a return may name the line it undoes")]
    OriginOnSale { line: u32 },
    #[error("line {line}: only a return that names no original comes back without a receipt")]
    WithoutReceipt { line: u32 },
    #[error("change must not be negative")]
    NegativeChange,
    #[error("lines and rounding come to {lines} and tenders less change to {tenders}")]
    TenderSum { lines: Money, tenders: Money },
    #[error("a tender of points, and no other, says how many points it takes, with the sign of its amount")]
    TenderPoints,
    #[error("points for a gift name a line of the ticket and pay no more than it")]
    TenderGift,
    #[error("line {line}: a gift card is sold by itself, without a discount")]
    GiftCardLine { line: u32 },
    #[error(
        "a tender of a gift card, and no other, names what was held of it, or nothing where money goes back"
    )]
    GiftCardTender,
    #[error("a coupon gives what its lines say, and no more of a sold line than its discount")]
    Coupon,
    #[error(
        "a price rule gives what its lines say, and with coupons no more of a sold line than its discount"
    )]
    PriceRule,
    #[error("line {line}: a line keeps the points of no more pieces than it has")]
    Kept { line: u32 },
    #[error("goods sold keep the points of no more than came back on the ticket")]
    Exchanged,
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
            Self::TooLarge { .. } => "sale_amount_too_large",
            Self::LineSum { .. } => "sale_line_sum",
            Self::OriginOnSale { .. } => "sale_origin_on_sale",
            Self::WithoutReceipt { .. } => "sale_without_receipt",
            Self::NegativeChange => "sale_negative_change",
            Self::TenderSum { .. } => "sale_tender_sum",
            Self::TenderPoints => "sale_tender_points",
            Self::TenderGift => "sale_tender_gift",
            Self::GiftCardLine { .. } => "sale_gift_card_line",
            Self::GiftCardTender => "sale_gift_card_tender",
            Self::Coupon => "sale_coupon",
            Self::PriceRule => "sale_price_rule",
            Self::Kept { .. } => "sale_kept",
            Self::Exchanged => "sale_exchanged",
            Self::VoidedWithTenders => "sale_voided_with_tenders",
            Self::Amount(_) => "sale_amount",
        }
    }
}
