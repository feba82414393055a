//! What the page for a forgotten card is told.

use chrono::{DateTime, FixedOffset};
use domain::ids::SaleId;
use domain::{Money, Points};

/// A receipt that may still get its card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LateCardView {
    pub sale: SaleId,
    pub receipt_no: i64,
    pub occurred_at: DateTime<FixedOffset>,
    pub total: Money,
    /// What the card gets, as far as this till can tell.
    pub points: Points,
    /// Somebody besides the cashier has to agree.
    pub needs_agreement: bool,
}
