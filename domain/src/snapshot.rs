//! What the hub tells the tills: catalogue, cards, members, offers and the programme, as rows of one
//! changes feed. A row states the present; receiving it twice, or only its last version, is enough.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::cashier::{CashierRole, Grants};
use crate::codes::{CardNumber, CashierCode, MemberCode, Sku, StoreCode};
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
    Cashier(CashierRow),
}

/// Who may work at tills. A till keeps those of its own stores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CashierRow {
    pub code: CashierCode,
    pub name: String,
    pub role: CashierRole,
    pub grants: Grants,
    /// argon2id in the PHC format; none for who has a badge alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin_hash: Option<String>,
    /// See [`crate::cashier::badge_digest`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub badge: Option<String>,
    /// Empty means every store.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stores: Vec<StoreCode>,
    pub active: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
