//! Who stands before the till: the card on the ticket and what is known of its member.

use chrono::{DateTime, NaiveDate, Utc};
use domain::card::CardState;
use domain::codes::{CardNumber, Sku};
use domain::ids::{MemberId, PromotionId};
use domain::points::Pending;
use domain::snapshot::{ExpiringRow, TierRow};
use domain::sync::OfferResponse;
use domain::{Money, Points};

use super::GiftView;

/// A card on the ticket; the sale carries its number even if nobody knows it yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardView {
    pub number: CardNumber,
    pub state: CardState,
    /// Found by phone or e-mail: it spends no points.
    pub by_contact: bool,
    /// `None`: the card is not known here; points come when the hub knows it.
    pub member: Option<MemberView>,
    /// Some that the member can have for points, here and now.
    pub gifts: Vec<GiftView>,
}

impl CardView {
    /// The text for one that may not do everything.
    pub fn warning(&self) -> Option<&'static str> {
        match self.state {
            CardState::Active => None,
            CardState::Lost => Some("card-lost"),
            CardState::Stolen => Some("card-stolen"),
            CardState::Replaced => Some("card-replaced"),
            CardState::Blocked => Some("card-blocked"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberView {
    pub member: MemberId,
    /// First name and initial.
    pub greeting: String,
    /// The end of the phone number; empty where there is none.
    pub phone_end: String,
    /// Days until their birthday, where it is near.
    pub birthday_in: Option<i64>,
    /// What may be said where others read along.
    pub first_name: Option<String>,
    /// What can be spent of it.
    pub balance: Points,
    /// What can be spent only later.
    pub pending: Option<Pending>,
    /// What the balance buys; `None` while the programme redeems nothing.
    pub worth: Option<Money>,
    pub tier: Option<TierRow>,
    pub expiring: Option<ExpiringRow>,
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
