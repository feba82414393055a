//! A signal: which rule, about what, with which figures, and the events that it rests on.

use std::fmt;
use std::fmt::Write as _;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use domain::codes::{CardNumber, StoreCode, TillCode};
use domain::ids::AccountId;
use domain::money::{Money, Points};
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::facts::{Attached, ByHand, Enrolled, Ticket};
use super::limits::Hours;

/// What is looked for. The names stay: addresses, files and kept looks say them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    CardDay,
    CardHour,
    CardShare,
    CardTimes,
    StaffCard,
    ByHandDay,
    ByHandSigma,
    LateCard,
    EmptySale,
    ReturnKeeps,
    ReturnUnnamed,
    SaleReturn,
    EnrolRedeem,
    OutOfHours,
    RedeemUndone,
    Split,
    Lookups,
    Offline,
    Clock,
}

impl Rule {
    pub const ALL: [Self; 19] = [
        Self::CardDay,
        Self::CardHour,
        Self::CardShare,
        Self::CardTimes,
        Self::StaffCard,
        Self::ByHandDay,
        Self::ByHandSigma,
        Self::LateCard,
        Self::EmptySale,
        Self::ReturnKeeps,
        Self::ReturnUnnamed,
        Self::SaleReturn,
        Self::EnrolRedeem,
        Self::OutOfHours,
        Self::RedeemUndone,
        Self::Split,
        Self::Lookups,
        Self::Offline,
        Self::Clock,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::CardDay => "card_day",
            Self::CardHour => "card_hour",
            Self::CardShare => "card_share",
            Self::CardTimes => "card_times",
            Self::StaffCard => "staff_card",
            Self::ByHandDay => "by_hand_day",
            Self::ByHandSigma => "by_hand_sigma",
            Self::LateCard => "late_card",
            Self::EmptySale => "empty_sale",
            Self::ReturnKeeps => "return_keeps",
            Self::ReturnUnnamed => "return_unnamed",
            Self::SaleReturn => "sale_return",
            Self::EnrolRedeem => "enrol_redeem",
            Self::OutOfHours => "out_of_hours",
            Self::RedeemUndone => "redeem_undone",
            Self::Split => "split",
            Self::Lookups => "lookups",
            Self::Offline => "offline",
            Self::Clock => "clock",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no rule of signals")]
pub struct UnknownRule(String);

impl FromStr for Rule {
    type Err = UnknownRule;

    fn from_str(text: &str) -> Result<Self, UnknownRule> {
        Self::ALL.into_iter().find(|rule| rule.code() == text).ok_or_else(|| UnknownRule(text.to_owned()))
    }
}

/// A figure with its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    Count(i64),
    Minutes(i64),
    /// Hundredths of a per cent.
    Percent(i64),
    Points(Points),
    Money(Money),
    Time(NaiveTime),
    Hours(Hours),
}

impl fmt::Display for Measure {
    /// Plain, for files and programs; minutes and counts are whole, the rest has two decimals.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(n) | Self::Minutes(n) => n.fmt(f),
            Self::Percent(hundredths) => Money(*hundredths).fmt(f),
            Self::Points(points) => points.fmt(f),
            Self::Money(money) => money.fmt(f),
            Self::Time(time) => f.pad(&time.format("%H:%M").to_string()),
            Self::Hours(hours) => hours.fmt(f),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    Sale,
    Return,
    Void,
    LateCard,
    ByHand,
    Enrolment,
}

impl What {
    pub const ALL: [Self; 6] =
        [Self::Sale, Self::Return, Self::Void, Self::LateCard, Self::ByHand, Self::Enrolment];

    pub fn code(self) -> &'static str {
        match self {
            Self::Sale => "sale",
            Self::Return => "return",
            Self::Void => "void",
            Self::LateCard => "late_card",
            Self::ByHand => "by_hand",
            Self::Enrolment => "enrolment",
        }
    }
}

/// Something that happened, so that a person can look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub what: What,
    pub id: Uuid,
    pub at: DateTime<Utc>,
    /// The business date, or that on which it came.
    pub date: NaiveDate,
    /// None for what no till did.
    pub place: Option<(StoreCode, TillCode)>,
    pub receipt_no: Option<i64>,
    /// The cashier, or who gave points by hand.
    pub who: Option<String>,
    pub card: Option<CardNumber>,
    pub account: Option<AccountId>,
    pub total: Option<Money>,
    /// Given less taken.
    pub points: Points,
}

impl Event {
    /// By which a program finds it again: the receipt's natural key, or the id of what has none.
    pub fn reference(&self) -> String {
        match (&self.place, self.receipt_no) {
            (Some((store, till)), Some(number)) => {
                format!("{} {store}/{till}/{}/{number}", self.what.code(), self.date)
            }
            _ => format!("{} {}", self.what.code(), self.id),
        }
    }
}

impl From<&Ticket> for Event {
    fn from(ticket: &Ticket) -> Self {
        let what = match ticket {
            Ticket { voided: true, .. } => What::Void,
            Ticket { has_sale: true, .. } => What::Sale,
            _ => What::Return,
        };
        let gone = ticket.taken_back.0.saturating_add(ticket.spent.0);
        Self {
            what,
            id: ticket.id.0,
            at: ticket.at,
            date: ticket.date,
            place: Some((ticket.store.clone(), ticket.till.clone())),
            receipt_no: Some(ticket.receipt_no),
            who: ticket.cashier.clone(),
            card: ticket.card.clone(),
            account: ticket.account,
            total: Some(ticket.total),
            points: Points(ticket.earned.0.saturating_sub(gone)),
        }
    }
}

impl From<&Attached> for Event {
    fn from(attached: &Attached) -> Self {
        Self {
            what: What::LateCard,
            id: attached.event.0,
            at: attached.at,
            date: attached.date,
            place: Some((attached.store.clone(), attached.till.clone())),
            receipt_no: Some(attached.receipt_no),
            who: attached.cashier.clone(),
            card: Some(attached.card.clone()),
            account: attached.account,
            total: None,
            points: attached.earned,
        }
    }
}

impl From<&ByHand> for Event {
    fn from(by_hand: &ByHand) -> Self {
        Self {
            what: What::ByHand,
            id: by_hand.id.0,
            at: by_hand.at,
            date: by_hand.date,
            place: None,
            receipt_no: None,
            who: Some(by_hand.by.clone()),
            card: None,
            account: Some(by_hand.account),
            total: None,
            points: by_hand.points,
        }
    }
}

impl From<&Enrolled> for Event {
    fn from(enrolled: &Enrolled) -> Self {
        Self {
            what: What::Enrolment,
            id: enrolled.member.0,
            at: enrolled.at,
            date: enrolled.date,
            place: Some((enrolled.store.clone(), enrolled.till.clone())),
            receipt_no: None,
            who: enrolled.cashier.clone(),
            card: Some(enrolled.card.clone()),
            account: Some(enrolled.account),
            total: None,
            points: Points::ZERO,
        }
    }
}

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// The same whatever days are asked for and whatever events join it.
    pub key: String,
    pub rule: Rule,
    /// Of its last event.
    pub date: NaiveDate,
    pub found: Measure,
    pub limit: Measure,
    /// In the order in which they happened; never empty.
    pub events: Vec<Event>,
}

impl Alert {
    /// None without events. `about` tells it from others of its rule.
    pub(super) fn of(
        rule: Rule,
        about: &[&dyn fmt::Display],
        [found, limit]: [Measure; 2],
        events: impl IntoIterator<Item = Event>,
    ) -> Option<Self> {
        let mut events: Vec<Event> = events.into_iter().collect();
        events.sort_by_key(|event| (event.at, event.what, event.id));
        events.dedup_by_key(|event| (event.what, event.id));
        let date = events.iter().map(|event| event.date).max()?;
        let about = about.iter().fold(rule.code().to_owned(), |mut text, part| {
            // A string takes every text.
            let _ = write!(text, "\n{part}");
            text
        });
        Some(Self { key: digest(&about), rule, date, found, limit, events })
    }

    /// Of the events that it rests on: it changes with them.
    pub fn events_digest(&self) -> String {
        let mut ids: Vec<String> =
            self.events.iter().map(|event| format!("{} {}", event.what.code(), event.id)).collect();
        ids.sort();
        digest(&ids.join("\n"))
    }

    /// What all its events have in common.
    fn common<T: PartialEq>(&self, of: impl Fn(&Event) -> Option<T>) -> Option<T> {
        let mut all = self.events.iter().map(of);
        let first = all.next()??;
        all.all(|other| other.as_ref() == Some(&first)).then_some(first)
    }

    pub fn store(&self) -> Option<StoreCode> {
        self.common(|event| Some(event.place.as_ref()?.0.clone()))
    }

    /// With its store.
    pub fn till(&self) -> Option<(StoreCode, TillCode)> {
        self.common(|event| event.place.clone())
    }

    pub fn who(&self) -> Option<String> {
        self.common(|event| event.who.clone())
    }

    pub fn card(&self) -> Option<CardNumber> {
        self.common(|event| event.card.clone())
    }

    pub fn account(&self) -> Option<AccountId> {
        self.common(|event| event.account)
    }
}

/// Half of a SHA-256 in hexadecimal: card numbers stand in no address.
fn digest(text: &str) -> String {
    let bytes = Sha256::digest(text);
    bytes.iter().take(16).fold(String::new(), |mut hex, byte| {
        // A string takes every text.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
