//! What can go wrong at the till, each with a stable code for screens, logs and the API.

use domain::codes::CodeError;
use domain::ids::SaleId;
use domain::late_card::LateCardRefusal;
use domain::money::{AmountError, Points};

use crate::checkout::basket::BasketError;
use crate::checkout::complete::PayError;
use crate::checkout::gift_card::NoGiftCard;
use crate::checkout::open_price::NoPrice;
use crate::checkout::unreceipted::NoReturn;
use crate::staff::StaffError;
use crate::store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    #[error("this agent has no till {0}")]
    NoSuchTill(i64),
    #[error("there is no sale {0} in this till's journal")]
    NoSuchSale(SaleId),
    #[error("till {0} has no receipt printer: add one under [[printers]] in the settings")]
    NoPrinter(i64),
    #[error("the printer of till {0} has no drawer on its cable: its profile names no drawer_pin")]
    NoDrawer(i64),
    #[error("there is no label printer: add [labels] with a connection in the settings")]
    NoLabelPrinter,
    #[error("this agent is not enrolled yet")]
    NotEnrolled,
    #[error("the basket has changed: look at it again")]
    BasketChanged,
    #[error("another till has taken up this basket already")]
    NotHeld,
    #[error("this basket was put aside {}: take it up there", if *.training { "in training" } else { "while selling" })]
    HeldOtherwise { training: bool },
    #[error("the till is in training: what you want counts, so stop training first")]
    InTraining,
    #[error("there is a basket under way: hold or close it first")]
    BasketUnderWay,
    #[error("a part was paid already: give it back before the basket is put aside or cancelled")]
    PartlyPaid,
    #[error("something of this receipt came back in the meantime: look at it again")]
    ReturnedMeanwhile,
    #[error("a coupon of this ticket was taken at another till in the meantime: take it off the ticket")]
    CouponUsed,
    #[error("these points are not taken; at most {most} are")]
    Redeem { code: &'static str, most: Points },
    #[error("this receipt was cancelled or rung up to learn: nothing of it can come back")]
    NotReturnable,
    #[error(transparent)]
    Unreceipted(#[from] NoReturn),
    #[error(transparent)]
    OpenPrice(#[from] NoPrice),
    #[error(transparent)]
    GiftCard(#[from] NoGiftCard),
    #[error("this sale was paid already: receipt {receipt_no}")]
    AlreadyPaid { sale: SaleId, receipt_no: i64 },
    #[error("this sale was cancelled already: receipt {receipt_no}")]
    AlreadyCancelled { sale: SaleId, receipt_no: i64 },
    #[error("a ticket is open: pay or cancel it first")]
    BasketOpen,
    #[error("a shift is open already")]
    ShiftOpen,
    #[error("no shift is open: open one and count the cash in the drawer first")]
    ShiftNeeded,
    #[error("this till has no such shift")]
    NoSuchShift,
    #[error("an amount of cash must be above zero, and a movement needs a reason")]
    BadCashMove,
    #[error(transparent)]
    Staff(#[from] StaffError),
    #[error(transparent)]
    LateCard(#[from] LateCardRefusal),
    #[error(transparent)]
    Basket(#[from] BasketError),
    #[error(transparent)]
    Pay(#[from] PayError),
    /// A number that cannot be made into a code of ours.
    #[error(transparent)]
    Code(#[from] CodeError),
    #[error(transparent)]
    Amount(#[from] AmountError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("what was asked for did not come to its end: {0}")]
    Stopped(tokio::task::JoinError),
}

impl AgentError {
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSuchTill(_) => "no_such_till",
            Self::NoSuchSale(_) => "no_such_sale",
            Self::NoPrinter(_) => "no_printer",
            Self::NoDrawer(_) => "no_drawer",
            Self::NoLabelPrinter => "no_label_printer",
            Self::Stopped(_) => "stopped",
            Self::NotEnrolled => "not_enrolled",
            Self::BasketChanged => "basket_changed",
            Self::NotHeld => "not_held",
            Self::HeldOtherwise { training: true } => "held_in_training",
            Self::HeldOtherwise { training: false } => "held_while_selling",
            Self::InTraining => "in_training",
            Self::BasketUnderWay => "basket_under_way",
            Self::PartlyPaid => "partly_paid",
            Self::ReturnedMeanwhile => "returned_meanwhile",
            Self::CouponUsed => "coupon_used",
            Self::NotReturnable => "not_returnable",
            Self::Redeem { code, .. } => code,
            Self::Unreceipted(why) => why.code(),
            Self::OpenPrice(why) => why.code(),
            Self::GiftCard(why) => why.code(),
            Self::AlreadyPaid { .. } => "already_paid",
            Self::AlreadyCancelled { .. } => "already_cancelled",
            Self::BasketOpen => "basket_open",
            Self::ShiftOpen => "shift_open",
            Self::ShiftNeeded => "shift_needed",
            Self::NoSuchShift => "no_such_shift",
            Self::BadCashMove => "bad_cash_move",
            Self::Staff(error) => error.code(),
            Self::LateCard(refusal) => refusal.code(),
            Self::Basket(error) => error.code(),
            Self::Pay(error) => error.code(),
            Self::Amount(_) => "amount",
            Self::Code(_) => "code",
            Self::Store(error) if error.is_disk_full() => "disk_full",
            Self::Store(error) if error.is_damage() => "till_damaged",
            Self::Store(StoreError::Unknown(_) | StoreError::Broken) => "disk_failed",
            Self::Store(_) => "storage",
        }
    }

    /// The HTTP status that says the same.
    pub fn status(&self) -> u16 {
        match self {
            Self::NoSuchTill(_) | Self::NoSuchSale(_) | Self::NoSuchShift => 404,
            Self::BasketChanged
            | Self::NotHeld
            | Self::HeldOtherwise { .. }
            | Self::InTraining
            | Self::BasketUnderWay
            | Self::PartlyPaid
            | Self::ReturnedMeanwhile
            | Self::CouponUsed
            | Self::NotReturnable
            | Self::AlreadyPaid { .. }
            | Self::AlreadyCancelled { .. } => 409,
            Self::Basket(_)
            | Self::Pay(_)
            | Self::Amount(_)
            | Self::Code(_)
            | Self::Redeem { .. }
            | Self::Unreceipted(_)
            | Self::OpenPrice(_)
            | Self::GiftCard(_) => 422,
            Self::NoPrinter(_) | Self::NoDrawer(_) | Self::NoLabelPrinter => 409,
            Self::BasketOpen | Self::ShiftOpen | Self::ShiftNeeded => 409,
            Self::BadCashMove | Self::LateCard(_) => 422,
            Self::Staff(error) => error.status(),
            Self::NotEnrolled => 503,
            Self::Store(error) if error.is_disk_full() => 507,
            Self::Store(_) | Self::Stopped(_) => 500,
        }
    }
}

impl From<sqlx::Error> for AgentError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}
