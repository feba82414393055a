//! A customer without their card: the hub says who has this phone or e-mail, the cashier asks whether that is
//! them, and their newest card goes on the sale. It earns and has its prices; it spends nothing, for a phone
//! number is no secret.

use std::time::Duration;

use domain::enrolment::read_temporary;
use domain::ids::MemberId;
use domain::lookup::Contacts;
use domain::sale::CardEntry;
use domain::scan::{Meaning, Origin, Scan};
use domain::sync::FoundMembers;

use super::At;
use crate::app::{Agent, Desk, open};
use crate::checkout::basket::{Card, Event};
use crate::error::AgentError;
use crate::ui::view::{HubState, Notice, NoticeKind};

/// Somebody who is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    pub contacts: Contacts,
    pub found: Found,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The hub has not answered yet.
    Asking,
    Known(FoundMembers),
    /// The hub cannot be asked.
    Away,
    /// This till asked too often for nobody.
    TooMany,
}

/// What a text is, where a card, a phone or an e-mail may be typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meant {
    /// A card of ours, by a rule the number of one, or at least nothing else.
    Card,
    Contacts(Contacts),
    /// A phone or an e-mail with a slip in it.
    Neither,
}

impl Agent {
    /// Asks the hub who that is; the basket is not touched.
    pub fn look_for(&self, n: i64, contacts: Contacts) -> Result<(), AgentError> {
        let desk = self.desk(n)?;
        let found = if self.link_of(desk) == HubState::Online { Found::Asking } else { Found::Away };
        open(&desk.beside).search = Some(Search { contacts, found });
        desk.members_asked.notify_one();
        desk.touch();
        Ok(())
    }

    pub fn search_of(&self, n: i64) -> Result<Option<Search>, AgentError> {
        Ok(open(&self.desk(n)?.beside).search.clone())
    }

    /// Waits for what the hub says of them, but not for ever.
    pub async fn told_who(&self, n: i64, most: Duration) -> Result<Option<Search>, AgentError> {
        self.wait_while(n, most, |desk| desk.asks_for().is_some()).await?;
        self.search_of(n)
    }

    pub fn forget_search(&self, n: i64) -> Result<(), AgentError> {
        open(&self.desk(n)?.beside).search = None;
        Ok(())
    }

    /// What was typed where a card is asked for.
    pub async fn meant(&self, typed: &str) -> Result<Meant, AgentError> {
        let contacts = Contacts::of(typed);
        // What was meant for a contact must not be kept as a card's number.
        let is_like_one = typed.contains(['@', '+']) || typed.contains(char::is_whitespace);
        if contacts.is_none() && !is_like_one {
            return Ok(Meant::Card);
        }
        let is_card = read_temporary(typed).is_some()
            || matches!(
                self.rules().classify(Scan::new(Origin::Typed, None, typed)),
                Err(_) | Ok(Meaning::MemberCard(_))
            )
            || self.store().card(typed).await?.is_some();
        Ok(match contacts {
            _ if is_card => Meant::Card,
            Some(contacts) => Meant::Contacts(contacts),
            None => Meant::Neither,
        })
    }

    /// Puts the card of somebody who was found on the ticket.
    pub async fn take_found(&self, at: impl Into<At>, member: MemberId) -> Result<Notice, AgentError> {
        let at = at.into();
        let desk = self.desk(at.till)?;
        let search = open(&desk.beside).search.clone();
        let found = match search.map(|search| search.found) {
            Some(Found::Known(found)) => found.members.into_iter().find(|found| found.member == member),
            _ => None,
        };
        let Some(number) = found.and_then(|found| found.card) else {
            let is_there = self.basket(desk).await?.member().is_some_and(|there| there.member == member);
            let said = desk.notice().filter(|_| is_there);
            return Ok(said.unwrap_or_else(|| self.say(desk, NoticeKind::NothingToChange, "")));
        };
        let card = self.recognised(desk, number, CardEntry::Keyed).await?;
        let said = self.put_unread(at, card).await?;
        open(&desk.beside).search = None;
        Ok(said)
    }

    /// Puts a card on the ticket that is not there to be read: it earns and spends nothing.
    pub(super) async fn put_unread(&self, at: At, card: Card) -> Result<Notice, AgentError> {
        let desk = self.desk(at.till)?;
        desk.note_found_on(self.basket(desk).await?.sale);
        self.change(at, Event::Card(Card { by_contact: true, ..card })).await
    }
}

impl Desk {
    /// Who somebody waits to hear about.
    pub(crate) fn asks_for(&self) -> Option<Contacts> {
        let beside = open(&self.beside);
        let search = beside.search.as_ref().filter(|search| search.found == Found::Asking);
        search.map(|search| search.contacts.clone())
    }

    /// Keeps what the hub said, if it is still they who are looked for.
    pub(crate) fn tell_found(&self, contacts: &Contacts, found: Found) {
        if let Some(search) = &mut open(&self.beside).search
            && search.contacts == *contacts
        {
            search.found = found;
            self.touch();
        }
    }
}
