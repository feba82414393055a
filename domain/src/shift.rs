//! A shift: from the cash that was counted into the drawer to the cash that was counted out of it, with
//! what was sold between.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::codes::CashierCode;
use crate::ids::{EventId, ShiftId};
use crate::money::{AmountError, Money, Points};
use crate::sale::TenderKind;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftOpened {
    pub shift: ShiftId,
    /// The store's date at the opening.
    pub business_date: NaiveDate,
    pub at: DateTime<FixedOffset>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cashier: Option<CashierCode>,
    /// Cash counted into the drawer.
    pub float: Money,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CashDirection {
    In,
    Out,
}

/// Cash that came into the drawer or left it without a sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CashMoved {
    pub shift: ShiftId,
    pub id: EventId,
    pub direction: CashDirection,
    /// Above zero.
    pub amount: Money,
    pub reason: String,
    pub at: DateTime<FixedOffset>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cashier: Option<CashierCode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<CashierCode>,
}

/// Why a drawer was opened without a sale and without cash that moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DrawerPurpose {
    /// Whoever may open and close shifts may count what is in it.
    Count,
    /// To give change, say: this asks for the right to it.
    Change,
}

impl DrawerPurpose {
    pub fn code(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Change => "change",
        }
    }
}

/// The drawer was opened without a sale and without cash that moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawerOpened {
    pub id: EventId,
    pub purpose: DrawerPurpose,
    /// None where no shift was open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<ShiftId>,
    pub at: DateTime<FixedOffset>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cashier: Option<CashierCode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<CashierCode>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxTotal {
    /// In 1/100 of a per cent; none where a line's tax is not that of any rate the till knows for its product.
    pub rate: Option<i64>,
    pub net: Money,
    pub tax: Money,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenderTotal {
    pub kind: TenderKind,
    pub count: i64,
    /// As tendered, before change; less what was given back.
    pub amount: Money,
}

/// What was sold and what must be in the drawer. Returns are taken off everywhere but in `sold`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftTotals {
    /// Completed tickets.
    pub tickets: i64,
    /// Of them with goods that came back.
    pub returns: i64,
    /// Tickets that were cancelled.
    pub voids: i64,
    /// Paid for goods sold, after discounts and with tax.
    pub sold: Money,
    /// Given back for goods that came back, above zero.
    pub returned: Money,
    pub discount: Money,
    /// Coupons that were taken in, and what of the discount they gave.
    #[serde(default)]
    pub coupons: i64,
    #[serde(default)]
    pub coupon_discount: Money,
    pub taxes: Vec<TaxTotal>,
    pub tenders: Vec<TenderTotal>,
    pub change: Money,
    pub rounding: Money,
    pub float: Money,
    pub cash_in: Money,
    pub cash_out: Money,
    /// Float, cash taken less change, cash put in less cash taken out.
    pub cash_expected: Money,
    /// Times that the drawer was opened without a sale and without cash that moves.
    #[serde(default)]
    pub drawer_openings: i64,
    /// And times that it was opened to be counted.
    #[serde(default)]
    pub drawer_counts: i64,
    /// What the till reckoned; the hub's ledger has the truth.
    pub points_given: Points,
    pub points_redeemed: Points,
}

/// The Z report: written once, never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftClosed {
    pub shift: ShiftId,
    /// Rises by one with each shift that this till closes.
    pub number: i64,
    pub business_date: NaiveDate,
    pub opened_at: DateTime<FixedOffset>,
    pub closed_at: DateTime<FixedOffset>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_by: Option<CashierCode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_by: Option<CashierCode>,
    /// Cash counted out of the drawer.
    pub counted: Money,
    pub totals: ShiftTotals,
}

impl ShiftClosed {
    /// Above zero where more is in the drawer than should be.
    pub fn difference(&self) -> Result<Money, AmountError> {
        self.counted.minus(self.totals.cash_expected)
    }
}
