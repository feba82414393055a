//! What a signal rests on: something that happened at a till or a desk.

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::{CardNumber, StoreCode, TillCode};
use domain::ids::AccountId;
use domain::money::{Money, Points};
use serde::Serialize;
use uuid::Uuid;

use super::facts::{Attached, ByHand, Enrolled, Ticket};

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
