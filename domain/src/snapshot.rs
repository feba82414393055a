//! What the hub tells the tills: catalogue, cards, members, offers and the programme, as rows of one
//! changes feed. A row states the present; receiving it twice, or only its last version, is enough.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::codes::{CardNumber, MemberCode, Sku};
use crate::ids::{AccountId, MemberId, PromotionId};
use crate::money::{Money, Points};
use crate::points::Programme;

/// Where a till stands in the feed; 0 is the beginning.
pub type FeedCursor = i64;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    Product(ProductRow),
    Card(CardRow),
    Member(Box<MemberRow>),
    Programme(Programme),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, and any may hold beside another"
)]
pub struct ProductRow {
    pub sku: Sku,
    /// GTINs and in-store codes as they are scanned.
    pub barcodes: Vec<String>,
    pub name: String,
    pub product_line: String,
    pub category: String,
    /// What the customer pays for one, tax included.
    pub price: Money,
    /// Tax in 1/100 of a per cent: 19 % is 1900.
    pub tax_rate: i64,
    pub active: bool,
    /// Sold by weight: the till asks the scale, and the price is that of one kilogram.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub weighed: bool,
    /// The cashier keys the price, if permitted to.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub open_price: bool,
    /// Never named unasked: neither among usual products nor in an offer or on the customer's display.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub discreet: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardRow {
    pub card: CardNumber,
    pub member: MemberId,
    pub active: bool,
}

/// What a till may know of a member: no surname, no phone, no e-mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRow {
    pub member: MemberId,
    pub account: AccountId,
    pub code: MemberCode,
    /// First name and the initial of the surname.
    pub greeting: String,
    pub balance: Points,
    pub visits: i64,
    pub last_visit: Option<NaiveDate>,
    /// Hundredths of a day; none below three visits.
    pub interval_mean: Option<i64>,
    pub expected_next_visit: Option<NaiveDate>,
    pub usual: Vec<UsualRow>,
    pub offer: Option<Offer>,
    /// When the hub computed this row: every number on a screen says its age.
    pub as_of: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsualRow {
    pub sku: Sku,
    pub name: String,
    pub visits: i64,
    pub last_bought: NaiveDate,
    /// The member's own rhythm says it is time for this product again.
    pub due: bool,
}

/// A promotion as one member sees it at the till.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub promotion: PromotionId,
    /// What the cashier says aloud.
    pub text: String,
    pub sku: Option<Sku>,
    /// Discount on that product in 1/100 of a per cent.
    pub percent_off: i64,
    pub valid_until: NaiveDate,
}
