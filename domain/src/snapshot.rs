//! What the hub tells the tills: catalogue, cards, members, offers and the programme, as rows of one
//! changes feed. A row states the present; receiving it twice, or only its last version, is enough.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::birthday::Birthday;
use crate::card::CardState;
use crate::cashier::{CashierRole, Grants};
use crate::codes::{CardNumber, CashierCode, MemberCode, Sku, StoreCode};
use crate::ids::{AccountId, MemberId, PromotionId};
use crate::money::{AmountError, Money, Points};
use crate::points::{GiftCount, Left, Programme, Spent, left_of};
use crate::price_rules::PriceRule;
use crate::stock::StockState;

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
    PriceRule(Box<PriceRuleRow>),
    Stock(StockRow),
    GiftGone(GiftGoneRow),
}

/// Kinds of rows that not every till in use can read: a till names those it can when it asks, and is sent no
/// other. In the words of the feed.
pub const LATER_KINDS: [&str; 3] = [PRICE_RULE, STOCK, GIFT_GONE];
pub const PRICE_RULE: &str = "price_rule";
pub const STOCK: &str = "stock";
pub const GIFT_GONE: &str = "gift_gone";

/// Whether a gift was handed over as often as the programme lets it be. Sent when that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiftGoneRow {
    pub sku: Sku,
    pub gone: bool,
    /// The last day of the period whose limit was reached; none where it does not end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

/// How much of a product a store has. Sent when that changes, and to the tills of this store alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockRow {
    pub store: StoreCode,
    pub sku: Sku,
    pub state: StockState,
    /// When the hub saw that it had become so.
    pub as_of: DateTime<Utc>,
}

/// A rule as it stands, or that it holds no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceRuleRow {
    pub rule: PriceRule,
    pub active: bool,
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
    /// A gift card: the till asks which one, and what is to be on it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gift_card: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardRow {
    pub card: CardNumber,
    pub member: MemberId,
    /// Whether it earns: all that a till of before knows. There a replaced card goes on paying too, which costs nobody
    /// anything: its owner has it.
    pub active: bool,
    /// What a hub of before does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<CardState>,
}

impl CardRow {
    pub fn new(card: CardNumber, member: MemberId, state: CardState) -> Self {
        Self {
            card,
            member,
            active: state.earns(),
            state: Some(state).filter(|state| *state != CardState::Active),
        }
    }

    pub fn state(&self) -> CardState {
        self.state.unwrap_or(if self.active { CardState::Active } else { CardState::Blocked })
    }
}

/// What a till may know of a member: no surname, no e-mail, and of the phone the end alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRow {
    pub member: MemberId,
    pub account: AccountId,
    pub code: MemberCode,
    /// First name and the initial of the surname.
    pub greeting: String,
    /// The last digits of the phone, by which somebody is told from their namesake; as [`phone_end`] gives them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone_end: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthday: Option<Birthday>,
    pub balance: Points,
    pub visits: i64,
    pub last_visit: Option<NaiveDate>,
    /// Hundredths of a day; none below three visits.
    pub interval_mean: Option<i64>,
    pub expected_next_visit: Option<NaiveDate>,
    pub usual: Vec<UsualRow>,
    pub offer: Option<Offer>,
    /// None where the programme has no tiers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<TierRow>,
    /// What of the balance ends on which date, the nearest first; the rest does not end.
    /// Under `expiring` a till of before looks for one row alone, and could not read several.
    #[serde(default, rename = "endings", skip_serializing_if = "Vec::is_empty")]
    pub expiring: Vec<ExpiringRow>,
    /// What of the balance cannot be spent yet. A till that does not know this does not know the programme either
    /// that makes points wait, and stops there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pending: Vec<PendingRow>,
    /// How often they had which gifts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gifts: Vec<GiftRow>,
    /// When the hub computed this row: every number on a screen says its age.
    pub as_of: DateTime<Utc>,
}

/// The last four digits of a phone number; of a short one its second half.
pub fn phone_end(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
    digits[digits.len().saturating_sub(4).max(digits.len() / 2)..].iter().collect()
}

impl MemberRow {
    /// What is left of the balance on a date, after what was spent since it was computed.
    pub fn left(&self, spent: &[Spent], on: NaiveDate) -> Result<Left, AmountError> {
        left_of(self.balance, &self.expiring, &self.pending, spent, on)
    }

    /// What may be said where others read along: the first name alone. `None` where only the chain's number
    /// of the member stands in its place.
    pub fn first_name(&self) -> Option<&str> {
        let named =
            Some(self.greeting.trim()).filter(|name| !name.is_empty() && *name != self.code.as_str())?;
        let is_initial = |word: &str| word.ends_with('.') && word.chars().count() <= 4;
        Some(named.rsplit_once(' ').filter(|(_, last)| is_initial(last)).map_or(named, |(first, _)| first))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiftRow {
    pub sku: Sku,
    pub had: GiftCount,
}

/// The rank a member has, and what the next one takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierRow {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<NextTier>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextTier {
    pub name: String,
    pub missing: Missing,
    /// How much of the way from the rank before the member has made, in per cent; hubs of before do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way: Option<i64>,
}

/// In what a programme counts towards a tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    Points(Points),
    Money(Money),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpiringRow {
    pub points: Points,
    /// The last day on which they can be used.
    pub on: NaiveDate,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingRow {
    pub points: Points,
    /// The first day on which they can be used.
    pub on: NaiveDate,
    /// The last one, if they end: [`ExpiringRow`] has them too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<NaiveDate>,
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Tills and hubs of before say and read `active` alone.
    #[test]
    fn a_card_is_read_by_tills_and_hubs_of_before() {
        let member = "00000000-0000-7000-8000-000000000001";
        for (state, active, said) in [
            (CardState::Active, true, ""),
            (CardState::Lost, false, r#","state":"lost""#),
            (CardState::Stolen, false, r#","state":"stolen""#),
            (CardState::Replaced, true, r#","state":"replaced""#),
            (CardState::Blocked, false, r#","state":"blocked""#),
        ] {
            let row = CardRow::new("C1".parse().unwrap(), member.parse().unwrap(), state);
            let before = format!(r#"{{"card":"C1","member":"{member}","active":{active}"#);
            assert_eq!(serde_json::to_string(&row).unwrap(), format!("{before}{said}}}"));
            assert_eq!(row.state(), state);
            let of_before: CardRow = serde_json::from_str(&format!("{before}}}")).unwrap();
            assert_eq!(of_before.state().earns(), state.earns(), "{state}");
        }
    }

    #[test]
    fn only_a_first_name_is_said_aloud() {
        for (greeting, wanted) in [
            ("Ana M.", Some("Ana")),
            ("Ana María M.", Some("Ana María")),
            ("Íñigo Ñ.", Some("Íñigo")),
            ("Ana", Some("Ana")),
            ("José Luis", Some("José Luis")),
            ("M1", None),
            ("", None),
        ] {
            let row = format!(
                r#"{{"member":"00000000-0000-7000-8000-000000000001","account":"00000000-0000-7000-8000-000000000001",
                "code":"M1","greeting":"{greeting}","balance":0,"visits":0,"last_visit":null,"interval_mean":null,
                "expected_next_visit":null,"usual":[],"offer":null,"as_of":"2025-11-24T15:42:00Z"}}"#
            );
            // A row of an older hub: what it does not say is none.
            let row: MemberRow = serde_json::from_str(&row).unwrap();
            assert_eq!(
                (row.first_name(), &row.tier, &row.expiring[..], &row.pending[..]),
                (wanted, &None, &[][..], &[][..]),
                "{greeting}"
            );
        }
    }
}
