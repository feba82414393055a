//! What the rules look at: a week of it at a time.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc};
use domain::codes::{CardNumber, StoreCode, TillCode};
use domain::ids::{AccountId, EntryId, EventId, LogId, MemberId, SaleId};
use domain::money::{Money, Points};
use domain::points::Programme;
use domain::time::plus_days;

/// The Monday of a date's week: signals are computed by whole weeks, so that the same one is found whatever days
/// somebody asks for.
pub fn monday(date: NaiveDate) -> NaiveDate {
    plus_days(date, -i64::from(date.weekday().num_days_from_monday()))
}

/// A ticket with a card, or with goods that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    pub id: SaleId,
    pub store: StoreCode,
    pub till: TillCode,
    /// The business date.
    pub date: NaiveDate,
    pub receipt_no: i64,
    pub at: DateTime<Utc>,
    /// Of the store's time then.
    pub offset_s: i64,
    pub received_at: DateTime<Utc>,
    pub cashier: Option<String>,
    /// Its own, or the one that came later.
    pub card: Option<CardNumber>,
    pub account: Option<AccountId>,
    /// Cancelled before it was paid.
    pub voided: bool,
    /// Goods were sold on it, and it counts.
    pub has_sale: bool,
    pub total: Money,
    /// What the ledger gave for it.
    pub earned: Points,
    /// What the ledger took back by it, above zero.
    pub taken_back: Points,
    /// What it paid with points.
    pub spent: Points,
    pub log: LogId,
    pub seq: i64,
    pub returned: Vec<Returned>,
}

impl Ticket {
    /// A sale that counts.
    pub fn is_sale(&self) -> bool {
        self.has_sale && !self.voided
    }

    pub fn is_redemption(&self) -> bool {
        self.spent > Points::ZERO && !self.voided
    }

    /// By the store's clock.
    pub fn local_time(&self) -> NaiveTime {
        (self.at + TimeDelta::seconds(self.offset_s)).time()
    }
}

/// A line of goods that came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Returned {
    /// The sale that it names.
    pub origin: Option<SaleId>,
    /// The hub has that sale.
    pub is_known: bool,
    pub paid: Money,
    /// What these goods had earned, where their sale says it.
    pub earned: Points,
}

/// A card that came after its sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    pub event: EventId,
    pub sale: SaleId,
    pub card: CardNumber,
    pub at: DateTime<Utc>,
    pub sold_at: DateTime<Utc>,
    /// The store's date when it came.
    pub date: NaiveDate,
    pub store: StoreCode,
    pub till: TillCode,
    pub receipt_no: i64,
    pub cashier: Option<String>,
    pub account: Option<AccountId>,
    pub earned: Points,
}

/// Points that somebody gave or took by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByHand {
    pub id: EntryId,
    pub account: AccountId,
    pub points: Points,
    /// Who asked for it.
    pub by: String,
    /// When it took effect.
    pub at: DateTime<Utc>,
    /// The chain's date then.
    pub date: NaiveDate,
}

/// A member who was enrolled at a till.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled {
    pub member: MemberId,
    pub account: AccountId,
    pub card: CardNumber,
    pub store: StoreCode,
    pub till: TillCode,
    pub cashier: Option<String>,
    pub at: DateTime<Utc>,
    /// The store's date then.
    pub date: NaiveDate,
}

/// All of a week from Monday to Sunday.
#[derive(Debug, Clone)]
pub struct Week {
    pub monday: NaiveDate,
    pub tickets: Vec<Ticket>,
    pub attached: Vec<Attached>,
    /// Of the week, and of the [`BEFORE_DAYS`] days before it.
    pub by_hand: Vec<ByHand>,
    pub enrolled: Vec<Enrolled>,
    pub programmes: Vec<Programme>,
}

/// Days of points by hand that a date is compared with.
pub const BEFORE_DAYS: i64 = 90;

impl Week {
    pub fn has(&self, date: NaiveDate) -> bool {
        monday(date) == self.monday
    }

    pub fn redemptions(&self) -> impl Iterator<Item = &Ticket> {
        self.tickets.iter().filter(|ticket| ticket.is_redemption())
    }

    /// Sales by something of theirs, in the order in which they happened; those are left out for which there is none.
    pub(super) fn sales_by<'w, K: Ord>(
        &'w self,
        of: impl Fn(&'w Ticket) -> Option<K>,
    ) -> BTreeMap<K, Vec<&'w Ticket>> {
        let mut found: BTreeMap<K, Vec<&Ticket>> = BTreeMap::new();
        for ticket in self.tickets.iter().filter(|ticket| ticket.is_sale()) {
            if let Some(key) = of(ticket) {
                found.entry(key).or_default().push(ticket);
            }
        }
        found.values_mut().for_each(|tickets| tickets.sort_by_key(|ticket| (ticket.at, ticket.id)));
        found
    }
}
