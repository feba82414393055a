//! What the screens are told of a coupon.

use domain::Money;
use domain::codes::CouponCode;
use domain::pricing::Idle;

/// A coupon on the counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CouponView {
    pub number: u32,
    pub code: CouponCode,
    pub name: String,
    /// What it takes off the ticket.
    pub amount: Money,
    /// Why it takes nothing yet.
    pub idle: Option<Idle>,
    /// What the goods must come to.
    pub minimum: Money,
    pub voided: bool,
    pub touched: bool,
}
