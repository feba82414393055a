//! Members whom a till enrolled. Their ids were made there; here they get their account, their card and
//! their consents, once, and whoever may be the same person is pointed out.

use chrono::{DateTime, Utc};
use domain::card::CardState;
use domain::enrolment::{EnrolmentError, MemberEnrolled, Purpose};
use domain::ids::MemberId;
use domain::time::to_millis;

use super::{Card, Consent, Member, Profile, by_card, by_id, finding};
use crate::db::{DbError, Tx};

mod store;

pub use store::{Answered, ConsentRow, Duplicate, consents, duplicates, insert_answer};

/// What became of an enrolment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Enrolled {
    New(Box<Member>),
    /// The same person came before, by a repeat.
    Known,
    /// Somebody else has the card: a person must look at it.
    CardTaken,
    /// It was never complete; a till of ours does not send it.
    Refused(EnrolmentError),
    /// Its number cannot be made, or another member has it.
    NumberTaken,
}

/// Writes a new member with everything they said.
pub async fn enrol(tx: &mut Tx, enrolled: &MemberEnrolled, now: DateTime<Utc>) -> Result<Enrolled, DbError> {
    if let Some(problem) = enrolled.problems().first() {
        return Ok(Enrolled::Refused(*problem));
    }
    if by_id(tx, enrolled.member).await?.is_some() {
        return Ok(Enrolled::Known);
    }
    if by_card(tx, &enrolled.card).await?.is_some() {
        return Ok(Enrolled::CardTaken);
    }
    let Ok(code) = enrolled.code() else { return Ok(Enrolled::NumberTaken) };
    if super::by_code(tx, &code).await?.is_some() {
        return Ok(Enrolled::NumberTaken);
    }
    let profile = Profile {
        code,
        first_name: enrolled.first_name.trim().to_owned(),
        last_name: enrolled.last_name.trim().to_owned(),
        email: enrolled.email.trim().to_owned(),
        phone: enrolled.phone.trim().to_owned(),
        birthday: enrolled.birthday,
        consent: marketing(enrolled),
    };
    let member = Member {
        id: enrolled.member,
        account: enrolled.account(),
        profile,
        // A till whose clock runs ahead enrols nobody tomorrow.
        created_at: to_millis(enrolled.at.to_utc().min(now)),
    };
    let others = finding::alike(tx, &member).await?;
    super::store::insert_members(tx, std::slice::from_ref(&member)).await?;
    keep_contacts(tx, std::slice::from_ref(&member)).await?;
    let card = Card { card: enrolled.card.clone(), member: member.id, home: None, state: CardState::Active };
    // The card moves the feed on: whoever keeps members in memory sees by it that there is another.
    super::store::insert_cards(tx, &[card], now).await?;
    let at = to_millis(enrolled.at.to_utc());
    for answer in &enrolled.consents {
        let (event, source) = (enrolled.event(), &source(enrolled));
        insert_answer(tx, &Answered { event, member: member.id, answer, source, at }).await?;
    }
    store::insert_duplicates(tx, member.id, &others, now).await?;
    Ok(Enrolled::New(Box::new(member)))
}

fn source(enrolled: &MemberEnrolled) -> String {
    format!("till {}/{}", enrolled.store, enrolled.till)
}

/// The answer that campaigns go by.
fn marketing(enrolled: &MemberEnrolled) -> Consent {
    let answer = enrolled.consents.iter().find(|answer| answer.purpose == Purpose::Marketing);
    answer.map_or_else(Consent::default, |answer| Consent {
        marketing: answer.given,
        at: Some(to_millis(enrolled.at.to_utc())),
        source: format!("{}, {}", source(enrolled), answer.text_version),
    })
}

/// Writes anew by what these members are found.
pub(super) async fn keep_contacts(tx: &mut Tx, members: &[Member]) -> Result<(), DbError> {
    let keys: Vec<(MemberId, &'static str, String)> = members
        .iter()
        .flat_map(|m| m.profile.contacts().keys().into_iter().map(|(kind, key)| (m.id, kind, key)))
        .collect();
    store::write_contacts(tx, members, &keys).await
}
