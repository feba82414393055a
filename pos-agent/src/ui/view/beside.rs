//! What the customer's display and the page of queue and devices are told.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::points::Pending;
use domain::{Money, Points, Quantity};

use super::{ChainView, CouponView, DeviceView, LabelPrinterView, PrinterView};
use crate::app::KeptAside;
use crate::soundness::FileChecked;

/// What the customer reads along (D1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayView {
    pub chain: ChainView,
    pub store_name: String,
    pub zone: Tz,
    pub now: DateTime<FixedOffset>,
    pub state: DisplayState,
    /// Where who has no card enrols, while none is on the ticket.
    pub enrol_url: Option<String>,
    pub revision: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DisplayState {
    Idle,
    Sale(SaleDisplay),
    Thanks(ThanksDisplay),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleDisplay {
    pub first_name: Option<String>,
    /// A card that is known here.
    pub has_card: bool,
    pub lines: Vec<DisplayLine>,
    pub coupons: Vec<CouponView>,
    pub items: i64,
    pub discount: Money,
    pub total: Money,
    /// What is left to pay, once a part of it was taken.
    pub due: Option<Money>,
    pub points: Option<DisplayPoints>,
    /// To be photographed; shown as a QR code alone.
    pub temporary_card: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayLine {
    /// None where the product is discreet: the display stands in sight of the queue.
    pub name: Option<String>,
    pub quantity: Quantity,
    /// Coupons and price rules apart.
    pub discount: Money,
    /// What price rules took off, by their names.
    pub by_rules: Vec<(String, Money)>,
    pub total: Money,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayPoints {
    pub balance: Points,
    pub as_of: DateTime<Utc>,
    /// The balance is older than this sale. One that is younger may have it in or not: the hub knows.
    pub is_before: bool,
    pub earned: Option<Points>,
    /// The first day on which they can be spent, where that is not at once.
    pub vests_on: Option<NaiveDate>,
    /// What of the balance can be spent only later.
    pub pending: Option<Pending>,
    /// Below zero: more came back for goods than was spent.
    pub spent: Points,
}

impl DisplayPoints {
    /// What was spent, where more was spent than came back.
    pub fn redeemed(&self) -> Option<Points> {
        Some(self.spent).filter(|spent| *spent > Points::ZERO)
    }

    /// What comes back, where that is more.
    pub fn given_back(&self) -> Option<Points> {
        self.spent.is_negative().then(|| Points(self.spent.0.saturating_neg()))
    }

    /// The text that says what the balance is.
    pub fn label(&self) -> &'static str {
        if self.is_before { "display-balance" } else { "receipt-balance" }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThanksDisplay {
    pub first_name: Option<String>,
    pub total: Money,
    pub change: Money,
    pub points: Option<DisplayPoints>,
    pub temporary_card: Option<String>,
    /// The receipt's code to be photographed, where no paper says it.
    pub receipt: Option<String>,
    /// The address of the receipt's page, to be opened by a phone.
    pub page: Option<String>,
}

/// Queue and devices of one till (T10).
#[derive(Debug, Clone)]
pub struct HealthView {
    pub unsent_sales: i64,
    pub unsent_worth: Money,
    /// With enrolments and answers to offers.
    pub unsent_events: i64,
    /// Of all tills of this agent.
    pub oldest_unsent: Option<DateTime<Utc>>,
    /// When the hub last answered; catalogue and balances are as old.
    pub heard_at: Option<DateTime<Utc>>,
    pub products: i64,
    pub cards: i64,
    pub members: i64,
    pub devices: Vec<DeviceView>,
    /// The one that prints this till's receipts.
    pub printer: Option<PrinterView>,
    /// The one that prints labels, for all tills of this agent.
    pub labels: Option<LabelPrinterView>,
    pub kept_aside: Vec<KeptAside>,
    /// None until it was looked at.
    pub file: Option<FileChecked>,
    pub version: String,
}
