//! What the till screen is told: plain figures of one moment, without SQL, without markup. The agent fills
//! these in (`crate::app`), the pages render them.

mod beside;
mod beyond;
mod coupon;
mod device;
mod gift;
mod hub;
mod late;
mod line;
mod member;
mod notice;
mod printer;

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::codes::{CardNumber, CashierCode, Sku, StoreCode, TillCode};
use domain::ids::{HoldId, SaleId};
use domain::points::{Pending, WhyLess, WhyNoGift};
use domain::sale::{Sale, TenderKind};
use domain::stock::StockState;
use domain::{Money, Points, Quantity};

use crate::checkout::basket::Cut;
use crate::receipt::TaxRow;
use crate::settings::ShopSetting;
use crate::till::GiftInHand;

pub use beyond::{GiftCardNotice, HeldNotice, ReceiptNotice};
pub use coupon::{CouponNotice, CouponView};
pub use device::{DeviceState, DeviceView, ProfileView};
pub use gift::GiftNotice;
pub use hub::{HubState, HubView};
pub use late::LateCardView;
pub use line::{LineView, StockFlag};
pub use member::{CardView, MemberView, OfferView, UsualView};
pub use notice::{Notice, NoticeKind, Tone};
pub use printer::{LabelNotice, LabelPrinterView, PrinterState, PrinterView};

pub use beside::{
    DisplayLine, DisplayPoints, DisplayState, DisplayView, HealthView, SaleDisplay, ThanksDisplay,
};

/// A till as its name plate shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TillPlate {
    /// The number in the address of its screen, from 1.
    pub n: i64,
    pub store: StoreCode,
    pub store_name: String,
    pub code: TillCode,
    pub cashier: Option<CashierCode>,
    pub zone: Tz,
}

/// The chain's settings, as the hub told them at enrolment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainView {
    pub name: String,
    /// ISO 4217.
    pub currency: String,
    /// BCP 47, for example `es-CO`.
    pub locale: String,
}

/// Everything on the sale screen (T1 with T2).
#[derive(Debug, Clone)]
pub struct TillView {
    pub till: TillPlate,
    /// Nothing that is rung up counts.
    pub training: bool,
    pub chain: ChainView,
    pub now: DateTime<FixedOffset>,
    pub hub: HubView,
    pub devices: Vec<DeviceView>,
    /// The receipt printer of this till, by its id, while it does not print.
    pub printer_down: Option<(String, PrinterState)>,
    /// Pages of the till's file cannot be read: sales go on until one is needed.
    pub file_damaged: bool,
    /// The gift card that was read last, with what is on it.
    pub gift_card: Option<GiftInHand>,
    /// The id the sale will have. Send it back with Pay: a second Pay then answers the first receipt.
    pub basket: SaleId,
    /// In order of entry; voided lines stay in, marked.
    pub lines: Vec<LineView>,
    /// In order of entry; what they take stands in their rows and not in those of the lines.
    pub coupons: Vec<CouponView>,
    /// Set by `3*` and used up by the next product.
    pub next_quantity: Option<Quantity>,
    /// Codes nobody knows, pinned until somebody decides.
    pub unknown: Vec<UnknownView>,
    pub card: Option<CardView>,
    pub totals: TotalsView,
    pub pay: PayState,
    /// What the last entry or scan did; `None` before the first.
    pub notice: Option<Notice>,
    pub last_sale: Option<LastSaleView>,
    /// Baskets that wait in this till's store.
    pub held: i64,
    /// Rises with every change of this till.
    pub revision: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownView {
    pub number: u32,
    pub code: String,
    /// The name of an article that waits for its price.
    pub article: Option<String>,
    /// It waits for the card and what is to be on it.
    pub is_gift_card: bool,
    /// The card was read; what is to be on it is not known yet.
    pub has_card: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TotalsView {
    /// Pieces (a weighed line counts as one): what cashier and customer count in the bag.
    pub items: i64,
    pub before_discount: Money,
    pub discount: Money,
    pub tax: Money,
    pub total: Money,
    /// Pieces that come back.
    pub returned: i64,
    /// What the sale would earn; `None` without a programme.
    pub earns: Option<Points>,
    /// The most that a member keeps of a day, where there is such a limit.
    pub day_cap: Option<Points>,
    /// The first day on which what is earned can be spent, where that is not at once.
    pub vests_on: Option<NaiveDate>,
    /// Points that are taken back for goods that come back.
    pub takes_back: Points,
    /// Still to be paid, or, below zero, to be given back.
    pub due: Money,
    /// The same in coins that exist.
    pub cash_due: Money,
    /// Of what is to be given back, the part that goes onto a gift card.
    pub credit: Money,
    /// Payments so far.
    pub taken: Vec<TakenView>,
    /// Off the whole ticket.
    pub ticket_discount: Option<Cut>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenView {
    pub kind: TenderKind,
    pub amount: Money,
    pub points: Option<Points>,
    /// The last four digits of the gift card that pays.
    pub card: Option<String>,
    /// Its place among the payments that can be given back; points that go back by themselves have none.
    pub place: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayState {
    Ready,
    Empty,
    UnknownCodes,
    /// More was taken than is due now: a payment has to be given back.
    Overpaid,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastSaleView {
    pub sale: SaleId,
    pub receipt_no: i64,
    pub total: Money,
}

/// A basket that was put aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldView {
    /// Of a basket of this agent; none for another agent's, which becomes a sale of its own where it is taken up.
    pub sale: Option<SaleId>,
    pub hold: HoldId,
    /// The till that put it aside.
    pub till: Option<TillCode>,
    /// The customer, or the last article.
    pub label: String,
    pub items: i64,
    pub total: Money,
    pub held_at: DateTime<Utc>,
}

/// A gift of the programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiftView {
    pub sku: Sku,
    pub name: String,
    pub points: Points,
    /// What the card lacks to it.
    pub missing: Points,
    /// Why it cannot be had now; none where it can.
    pub why: Option<WhyNoGift>,
    /// Where it runs low or is out by the books of this store. Who has it in their hands hands it over all the same.
    pub stock: Option<StockFlag>,
    /// What else the member can have for no more points, where this one is out.
    pub instead: Vec<InsteadView>,
}

impl GiftView {
    pub fn is_out(&self) -> bool {
        self.stock.is_some_and(|flag| flag.state == StockState::Out)
    }
}

/// A gift in the place of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InsteadView {
    pub sku: Sku,
    pub name: String,
    pub points: Points,
}

/// How many points may pay what is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedeemView {
    /// What can be spent, as far as this till knows, less what was spent here since.
    pub balance: Points,
    pub pending: Option<Pending>,
    pub balance_worth: Money,
    pub due: Money,
    pub max_points: Points,
    pub max_money: Money,
    /// None where points pay all that is due.
    pub why_less: Option<WhyLess>,
    /// Points are taken in multiples of this.
    pub step: Points,
}

/// A receipt whose goods may come back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundView {
    /// Store and till of another agent's receipt.
    pub of: Option<(String, TillCode)>,
    pub sale: SaleId,
    pub receipt_no: i64,
    pub occurred_at: DateTime<FixedOffset>,
    pub card: Option<CardNumber>,
    /// Somebody has it, and it works: what is bought in exchange may earn on it.
    pub card_earns: bool,
    pub lines: Vec<RefundLine>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundLine {
    pub number: u32,
    pub name: String,
    pub sold: Quantity,
    /// How many may still come back.
    pub left: Quantity,
    /// For all that was sold of it.
    pub paid: Money,
    /// What all of it earned.
    pub points: Points,
}

/// A closed sale with what a receipt says besides.
#[derive(Debug, Clone)]
pub struct Receipt {
    pub sale: Sale,
    pub chain: ChainView,
    pub store_name: String,
    /// Its own, or one that came later.
    pub card: Option<CardNumber>,
    /// First name and initial.
    pub greeting: Option<String>,
    pub earned: Option<Points>,
    /// Of points earned before, for goods that came back.
    pub taken_back: Points,
    /// The first day on which they can be spent, where that is not at once.
    pub vests_on: Option<NaiveDate>,
    pub next_gift: Option<NextGift>,
    /// The balance before this sale that can be spent, with its age.
    pub balance: Option<(Points, DateTime<Utc>)>,
    /// What of it can be spent only later.
    pub pending: Option<Pending>,
    pub taxes: Vec<TaxRow>,
    /// What this shop says on every receipt.
    pub shop: ShopSetting,
    /// The hub did not answer when this was made: the customer's points come later.
    pub offline: bool,
    /// The address of its page at the hub, where the chain has such pages.
    pub page: Option<String>,
}

/// A gift that the customer does not have the points for yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextGift {
    pub name: String,
    pub points: Points,
}

/// A product as search and price check show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductView {
    pub sku: Sku,
    pub name: String,
    pub product_line: String,
    pub category: String,
    pub price: Money,
}
