//! Enrols a member where they stand, with or without a hub: one commit writes the event, what this till shows
//! of them, and the card on their basket. Names and contacts stand in the event alone.

use domain::birthday::Birthday;
use domain::card::CardState;
use domain::codes::{CardNumber, CodeError};
use domain::enrolment::{ConsentAnswer, EnrolmentError, MemberEnrolled, temporary_card};
use domain::ids::MemberId;
use domain::money::Points;
use domain::sale::CardEntry;
use domain::snapshot::{CardRow, MemberRow, phone_end};
use domain::sync::Body;
use domain::time::with_offset;

use super::reserve::lets_go;
use crate::app::{Agent, Desk};
use crate::checkout::basket::{self, Card, Event, Holder};
use crate::error::AgentError;
use crate::store::{basket as baskets, enrolment as kept};
use crate::ui::view::NoticeKind;

/// Somebody as the page has them, in the words they agreed to.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// Made with the page, so that the same form sent twice enrols once.
    pub member: MemberId,
    /// None: the till makes a temporary number.
    pub card: Option<CardNumber>,
    pub first_name: String,
    pub last_name: String,
    pub phone: String,
    pub email: String,
    pub birthday: Option<Birthday>,
    pub consents: Vec<ConsentAnswer>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Enrolment {
    Done {
        card: CardNumber,
    },
    Refused(Vec<EnrolmentError>),
    /// The card is known here; whose it is stands on the sale page once it is put there.
    CardTaken {
        is_blocked: bool,
    },
}

impl Agent {
    pub async fn enrol_member(&self, n: i64, new: NewMember) -> Result<Enrolment, AgentError> {
        let desk = self.desk(n)?;
        let _turn = desk.turn.lock().await;
        if desk.is_training() {
            return Err(AgentError::InTraining);
        }
        if let Some(before) = self.store().enrolment(new.member).await? {
            return Ok(Enrolment::Done { card: before.card });
        }
        if let Some(number) = &new.card
            && let Some(known) = self.store().card(number.as_str()).await?
        {
            return Ok(Enrolment::CardTaken { is_blocked: !known.state.earns() });
        }
        let enrolled = self.enrolled(desk, new)?;
        let problems = enrolled.problems();
        if !problems.is_empty() {
            return Ok(Enrolment::Refused(problems));
        }
        let card = enrolled.card.clone();
        let row = self.first_row(&enrolled)?;
        let holder = Holder { member: row.member, account: row.account, offer: None };
        let on_ticket = Card {
            number: card.clone(),
            entry: CardEntry::Keyed,
            state: CardState::Active,
            holder: Some(holder),
            by_contact: false,
        };
        let before = self.basket(desk).await?;
        let after = basket::apply(&before, Event::Card(on_ticket))?;
        let first_name = enrolled.first_name.clone();
        let mut tx = self.store().begin().await?;
        kept::learn(&mut tx, &CardRow::new(card.clone(), row.member, CardState::Active), &row).await?;
        baskets::save(&mut tx, n, &after, self.now()).await?;
        let event = enrolled.event();
        self.append(&mut tx, desk, event, Body::MemberEnrolled(Box::new(enrolled))).await?;
        if lets_go(&before, &after) {
            self.end_reservations(&mut tx, desk, None).await?;
        }
        self.store().commit(tx).await?;
        desk.to_send.notify_one();
        self.say(desk, NoticeKind::MemberEnrolled, first_name);
        Ok(Enrolment::Done { card })
    }

    /// Everything that is wrong with it but for the card.
    pub fn enrolment_problems(&self, n: i64, new: NewMember) -> Result<Vec<EnrolmentError>, AgentError> {
        Ok(self.enrolled(self.desk(n)?, new)?.problems())
    }

    fn enrolled(&self, desk: &Desk, new: NewMember) -> Result<MemberEnrolled, AgentError> {
        let card = new.card.map_or_else(drawn_card, Ok)?;
        Ok(MemberEnrolled {
            member: new.member,
            card,
            first_name: new.first_name,
            last_name: new.last_name,
            phone: new.phone,
            email: new.email,
            birthday: new.birthday,
            consents: new.consents,
            store: desk.till.store.clone(),
            till: desk.till.code.clone(),
            cashier: desk.till.cashier.clone(),
            at: with_offset(self.now(), desk.till.zone),
        })
    }

    /// What is true of somebody who was enrolled a moment ago; the hub's row takes its place later.
    fn first_row(&self, enrolled: &MemberEnrolled) -> Result<MemberRow, AgentError> {
        let initial = enrolled.last_name.trim().chars().next();
        let first = enrolled.first_name.trim();
        Ok(MemberRow {
            member: enrolled.member,
            account: enrolled.account(),
            code: enrolled.code()?,
            greeting: initial.map_or_else(|| first.to_owned(), |c| format!("{first} {}.", c.to_uppercase())),
            phone_end: phone_end(&enrolled.phone),
            birthday: enrolled.birthday,
            balance: Points::ZERO,
            visits: 0,
            last_visit: None,
            interval_mean: None,
            expected_next_visit: None,
            usual: vec![],
            offer: None,
            tier: None,
            expiring: vec![],
            pending: vec![],
            gifts: vec![],
            as_of: self.now(),
        })
    }
}

/// Draws until the number is one; all but one in very many are.
fn drawn_card() -> Result<CardNumber, CodeError> {
    (0..8).find_map(|_| temporary_card(rand::random()).ok()).map_or_else(|| temporary_card([0; 10]), Ok)
}
