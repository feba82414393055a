//! The people the chain knows, their cards, and the accounts that collect their points. For now each
//! member has an account of their own; households will share one.

use chrono::{DateTime, Utc};
use domain::birthday::Birthday;
use domain::card::CardState;
use domain::codes::{CardNumber, MemberCode};
use domain::ids::{AccountId, MemberId};
use domain::lookup::Contacts;
use domain::time::to_millis;

use crate::catalogue::{Turn, take_feed_numbers};
use crate::db::{DbError, Tx, bulk};
use crate::error::Error;

pub mod answers;
pub mod api;
pub mod cards;
mod enrolment;
pub mod finding;
pub mod merging;
mod rules;
mod store;

pub use enrolment::{ConsentRow, Duplicate, Enrolled, consents, duplicates, enrol};
pub use rules::{MemberView, fold, greeting, mask_card, mask_email, mask_phone};
pub use store::{
    accounts, accounts_of_cards, by_account, by_card, by_code, by_codes, by_id, cards_of, cards_of_member,
    count, count_cards, of_accounts, search,
};

/// What a page says where its address names nobody.
pub fn no_such_customer() -> Error {
    Error::not_found("no_such_member", "There is no such customer.")
}

/// The newest of a member's cards that works.
pub async fn working_card(tx: &mut Tx, member: MemberId) -> Result<Option<CardNumber>, DbError> {
    Ok(store::newest_cards(tx, &[member]).await?.remove(&member))
}

/// Leave to send somebody offers, as it was given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Consent {
    pub marketing: bool,
    pub at: Option<DateTime<Utc>>,
    /// Where and in what words it was asked for.
    pub source: String,
}

impl Consent {
    /// A yes that nobody can date cannot be shown to anyone who asks: it does not count.
    pub fn may_target(&self) -> bool {
        self.marketing && self.at.is_some()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub id: MemberId,
    pub account: AccountId,
    pub profile: Profile,
    pub created_at: DateTime<Utc>,
}

/// What is known of a person, under the chain's number for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    pub code: MemberCode,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub phone: String,
    pub birthday: Option<Birthday>,
    pub consent: Consent,
}

impl Profile {
    pub fn contacts(&self) -> Contacts {
        Contacts { phone: self.phone.clone(), email: self.email.clone() }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    pub card: CardNumber,
    pub member: MemberId,
    /// Whose it was before members were merged; none where it never moved.
    pub home: Option<MemberId>,
    pub state: CardState,
}

/// What a bulk write did: one turn a row, in order, and whose figures must be renewed.
#[derive(Debug, Clone, Default)]
pub struct Written {
    pub turns: Vec<Turn>,
    pub accounts: Vec<AccountId>,
    /// Cards that are new; sales may be waiting for them.
    pub cards: Vec<CardNumber>,
}

/// Writes members by their code; new ones get an account. Within `rows` each code stands once.
pub async fn upsert_members(tx: &mut Tx, rows: &[Profile], now: DateTime<Utc>) -> Result<Written, DbError> {
    let mut written = Written::default();
    for part in rows.chunks(bulk::ROWS) {
        let codes: Vec<MemberCode> = part.iter().map(|row| row.code.clone()).collect();
        let known = store::by_codes(tx, &codes).await?;
        let (mut new, mut changed) = (vec![], vec![]);
        for row in part {
            let known = known.get(&row.code);
            let profile = rules::as_said_last(known.map(|m| &m.profile), row);
            let turn = Turn::of(known.map(|m| &m.profile), &profile);
            match (&turn, known) {
                (Turn::New, _) => new.push(rules::new_member(profile, to_millis(now))),
                (Turn::Changed, Some(known)) => changed.push(Member { profile, ..known.clone() }),
                _ => {}
            }
            written.turns.push(turn);
        }
        written.accounts.extend(new.iter().chain(&changed).map(|m| m.account));
        store::insert_members(tx, &new).await?;
        store::update_members(tx, &changed).await?;
        enrolment::keep_contacts(tx, &new).await?;
        enrolment::keep_contacts(tx, &changed).await?;
        // The tills hear of a member by a snapshot, which holds little of all this. The feed moves on in any
        // case: whoever keeps members in memory sees by it that they are not the same any more.
        if !(new.is_empty() && changed.is_empty()) {
            take_feed_numbers(tx, 1).await?;
        }
    }
    Ok(written)
}

/// Gives cards to members. A card that another member has is rejected: handing a card over is a decision
/// of its own, and a typing error here would give away somebody's points.
pub async fn add_cards(
    tx: &mut Tx,
    rows: &[(CardNumber, MemberCode)],
    now: DateTime<Utc>,
) -> Result<Written, DbError> {
    let mut written = Written::default();
    for part in rows.chunks(bulk::ROWS) {
        let codes: Vec<MemberCode> = part.iter().map(|(_, member)| member.clone()).collect();
        let members = store::by_codes(tx, &codes).await?;
        let numbers: Vec<CardNumber> = part.iter().map(|(card, _)| card.clone()).collect();
        let mut owners = store::card_owners(tx, &numbers).await?;
        let ids: Vec<MemberId> = members.values().map(|member| member.id).collect();
        let merged = merging::merged(tx, &ids).await?;
        let mut new = vec![];
        for (card, code) in part {
            let member = members.get(code);
            let turn = rules::settle_card(card, code, member.is_some(), &mut owners);
            if let (Turn::New, Some(member)) = (&turn, member) {
                let into = merged.get(&member.id).copied();
                let (owner, home) = (into.unwrap_or(member.id), into.map(|_| member.id));
                new.push(Card { card: card.clone(), member: owner, home, state: CardState::Active });
                written.accounts.push(member.account);
            }
            written.turns.push(turn);
        }
        written.cards.extend(new.iter().map(|card| card.card.clone()));
        store::insert_cards(tx, &new, now).await?;
    }
    Ok(written)
}
