//! What the till screen is told: plain figures of one moment, without SQL, without markup. The agent fills
//! these in (`crate::app`), the pages render them.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::codes::{CardNumber, CashierCode, Sku, StoreCode, TillCode};
use domain::ids::{MemberId, PromotionId, SaleId};
use domain::sale::Sale;
use domain::sync::OfferResponse;
use domain::{Money, Points, Quantity};

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
    pub chain: ChainView,
    pub now: DateTime<FixedOffset>,
    pub hub: HubView,
    pub devices: Vec<DeviceView>,
    /// The id the sale will have. Send it back with Pay: a second Pay then answers the first receipt.
    pub basket: SaleId,
    /// In order of entry; voided lines stay in, marked.
    pub lines: Vec<LineView>,
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
    /// Rises with every change of this till.
    pub revision: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HubView {
    pub state: HubState,
    /// Sales of this till that the hub has not acknowledged.
    pub unsent: i64,
    /// When catalogue, cards and members were last up to date.
    pub snapshot_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HubState {
    /// Not tried yet since the start.
    Unknown,
    Online,
    Offline,
    /// It answers and does not let this till in: revoked, or another hub at the same address.
    Refused,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceView {
    pub path: String,
    /// The till it scans for.
    pub till: i64,
    pub state: DeviceState,
    pub since: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceState {
    Connected,
    /// Unplugged or not there yet; it is opened again as soon as it appears.
    Missing,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineView {
    pub number: u32,
    pub sku: Sku,
    pub name: String,
    pub quantity: Quantity,
    pub unit_price: Money,
    pub discount: Money,
    /// After discount, tax included.
    pub total: Money,
    pub voided: bool,
    /// The line that the last entry touched: the one to highlight.
    pub touched: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownView {
    pub number: u32,
    pub code: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TotalsView {
    /// Pieces (a weighed line counts as one): what cashier and customer count in the bag.
    pub items: i64,
    pub before_discount: Money,
    pub discount: Money,
    pub tax: Money,
    pub total: Money,
    /// What the sale would earn; `None` without a programme.
    pub earns: Option<Points>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayState {
    Ready,
    Empty,
    UnknownCodes,
}

/// A card on the ticket; the sale carries its number even if nobody knows it yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardView {
    pub number: CardNumber,
    pub blocked: bool,
    /// `None`: the card is not known here; points come when the hub knows it.
    pub member: Option<MemberView>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberView {
    pub member: MemberId,
    pub greeting: String,
    pub balance: Points,
    /// The age of every figure here.
    pub as_of: DateTime<Utc>,
    pub visits: i64,
    pub last_visit: Option<NaiveDate>,
    pub days_since_last: Option<i64>,
    /// Hundredths of a day; `None` below three visits.
    pub interval_mean: Option<i64>,
    pub expected_next_visit: Option<NaiveDate>,
    pub usual: Vec<UsualView>,
    pub offer: Option<OfferView>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsualView {
    pub sku: Sku,
    pub name: String,
    pub visits: i64,
    pub last_bought: NaiveDate,
    pub due: bool,
    /// Already in this basket.
    pub in_basket: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferView {
    pub promotion: PromotionId,
    pub text: String,
    pub valid_until: NaiveDate,
    /// `Shown` until the cashier answers.
    pub response: OfferResponse,
    /// Accepted, and its product is in the basket.
    pub applies: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastSaleView {
    pub sale: SaleId,
    pub receipt_no: i64,
    pub total: Money,
}

/// What an entry did. The number rises, so that a page knows whether it has sounded already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub number: u64,
    pub kind: NoticeKind,
    /// The code or name it is about; never a payment card number.
    pub about: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    ProductAdded,
    QuantitySet,
    QuantityNext,
    LineVoided,
    LineRestored,
    CodeDiscarded,
    OfferAccepted,
    OfferDeclined,
    SaleClosed,
    SaleCancelled,
    CardAttached,
    CardRemoved,
    /// The card is not known here; the ticket carries it all the same.
    CardUnknown,
    CardBlocked,
    CodeUnknown,
    /// Cannot be a code of any kind; `about` is the reason's stable name (`scan_check_digit`, …).
    Unreadable,
    /// A reader sent bytes and no end of a read; nothing of them was taken.
    ReadUnended,
    /// Bytes that no reader sends: its speed and ours differ.
    GarbageRead,
    /// A payment card was read and dropped; `about` is its brand.
    PaymentCardIgnored,
    CouponIgnored,
    ReceiptIgnored,
    NothingToChange,
    BasketFull,
    TooManyUnknown,
    /// A quantity that is not one: zero, or far too large.
    QuantityRefused,
}

impl NoticeKind {
    /// Which of the three sounds goes with it.
    pub fn tone(self) -> Tone {
        match self {
            Self::ProductAdded
            | Self::QuantitySet
            | Self::QuantityNext
            | Self::LineVoided
            | Self::LineRestored
            | Self::CodeDiscarded
            | Self::OfferAccepted
            | Self::OfferDeclined
            | Self::SaleClosed
            | Self::SaleCancelled => Tone::Found,
            Self::CardAttached | Self::CardRemoved | Self::CardUnknown => Tone::Card,
            Self::CardBlocked
            | Self::CodeUnknown
            | Self::Unreadable
            | Self::ReadUnended
            | Self::GarbageRead
            | Self::PaymentCardIgnored
            | Self::CouponIgnored
            | Self::ReceiptIgnored
            | Self::NothingToChange
            | Self::BasketFull
            | Self::TooManyUnknown
            | Self::QuantityRefused => Tone::Error,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Found,
    Card,
    Error,
}

/// A closed sale with what a receipt says besides.
#[derive(Debug, Clone)]
pub struct Receipt {
    pub sale: Sale,
    pub chain: ChainView,
    pub store_name: String,
    /// First name and initial.
    pub greeting: Option<String>,
    pub earned: Option<Points>,
    /// The balance before this sale, with its age.
    pub balance: Option<(Points, DateTime<Utc>)>,
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
