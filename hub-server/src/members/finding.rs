//! Who is this, asked by a till for somebody without a card. A till is told as much as its cashier needs to ask
//! "is that you?", and is not told for long when it guesses.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use domain::ids::{MemberId, TillId};
use domain::lookup::{ContactKey, MISSES_MINUTES, Misses};
use domain::sync::{FindMembers, FoundMember, FoundMembers};

use super::{Member, greeting, mask_email, mask_phone, store};
use crate::access::{Sent, SignedTill};
use crate::app::App;
use crate::db::{DbError, Tx};
use crate::error::Error;

/// More than live under one phone; whoever finds more asks for something better.
const FOUND_MAX: usize = 5;

/// What each till asked for in vain. Each hub counts for itself: the figure is a brake, not a rule.
#[derive(Debug, Clone, Default)]
pub struct Guesses(Arc<Mutex<HashMap<TillId, Misses>>>);

impl Guesses {
    fn of<T>(&self, till: TillId, does: impl FnOnce(&mut Misses) -> T) -> T {
        // A poisoned lock only means that another request panicked between two plain changes.
        does(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(till).or_default())
    }

    fn may_ask(&self, till: TillId, now: DateTime<Utc>) -> Result<(), Error> {
        if self.of(till, |misses| misses.may_ask(now)) {
            return Ok(());
        }
        let title = format!(
            "Too many were asked for who are not known: ask again in {MISSES_MINUTES} minutes, or read the card."
        );
        // Not 429: a till takes that for a hub that is busy for the moment.
        Err(Error::refused(StatusCode::FORBIDDEN, "too_many_misses", &title))
    }
}

/// Members with one of these contacts.
pub async fn asked(
    State(app): State<App>,
    signed: SignedTill,
    Sent(FindMembers { contacts }): Sent<FindMembers>,
) -> Result<Json<FoundMembers>, Error> {
    let now = app.clock.now();
    app.guesses.may_ask(signed.till, now)?;
    // Each counts before it is looked for, so that many at once are not one; and by itself, so that a contact that
    // is known does not cover for another that is guessed.
    let keys = contacts.keys();
    app.guesses.of(signed.till, |misses| keys.iter().for_each(|(_, key)| misses.note(now, key)));
    let mut tx = app.db.read().await?;
    let (found, hits) = found(&mut tx, &keys).await?;
    app.guesses.of(signed.till, |misses| hits.iter().for_each(|key| misses.forgive(key)));
    Ok(Json(found))
}

/// Who has which of these contacts: a member for each that they have.
async fn owners<'k>(tx: &mut Tx, keys: &'k [ContactKey]) -> Result<Vec<(MemberId, &'k ContactKey)>, DbError> {
    let mut owners = vec![];
    for key in keys {
        let with = store::with_contact(tx, key.0, &key.1).await?;
        owners.extend(with.into_iter().map(|member| (member, key)));
    }
    Ok(owners)
}

/// Members with one of these contacts, and which of these somebody has.
async fn found<'k>(tx: &mut Tx, keys: &'k [ContactKey]) -> Result<(FoundMembers, Vec<&'k str>), DbError> {
    let (mut ids, hits): (Vec<MemberId>, Vec<&str>) =
        owners(tx, keys).await?.into_iter().map(|(member, (_, key))| (member, key.as_str())).unzip();
    let mut seen = HashSet::new();
    ids.retain(|id| seen.insert(*id));
    let more = ids.len() > FOUND_MAX;
    ids.truncate(FOUND_MAX);
    let mut cards = store::newest_cards(tx, &ids).await?;
    let members = store::by_ids(tx, &ids).await?;
    let members = members.iter().map(|member| FoundMember {
        member: member.id,
        card: cards.remove(&member.id),
        greeting: greeting(&member.profile),
        contact: masked(member),
    });
    Ok((FoundMembers { members: members.collect(), more }, hits))
}

fn masked(member: &Member) -> String {
    let contacts = [mask_phone(&member.profile.phone), mask_email(&member.profile.email)];
    contacts.into_iter().filter(|contact| !contact.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// Who else has one of a member's contacts, with the kind of it.
pub(super) async fn alike(tx: &mut Tx, member: &Member) -> Result<Vec<(MemberId, &'static str)>, DbError> {
    let keys = member.profile.contacts().keys();
    let mut seen = HashSet::from([member.id]);
    let others = owners(tx, &keys).await?.into_iter().filter(|(id, _)| seen.insert(*id));
    Ok(others.map(|(id, (kind, _))| (id, *kind)).collect())
}

#[cfg(test)]
mod tests {
    use domain::lookup::Contacts;
    use domain::sync::Problem;

    use super::*;
    use crate::members::{Consent, Profile, add_cards, upsert_members};
    use crate::testing::{TestHub, TestTill};

    async fn hub() -> TestHub {
        let hub = TestHub::new().await;
        let person = |code: &str, first: &str, phone: &str, email: &str| Profile {
            code: code.parse().unwrap(),
            first_name: first.to_owned(),
            last_name: "Ruiz".to_owned(),
            email: email.to_owned(),
            phone: phone.to_owned(),
            birthday: None,
            consent: Consent::default(),
        };
        let mut people = vec![
            person("M1", "Ana", "+57 300 123 4821", "ana@example.org"),
            person("M2", "Luis", "300 123 4821", ""),
            person("M3", "Eva", "310 555 0000", "eva@example.org"),
        ];
        people.extend((10..16).map(|n| person(&format!("M{n}"), "Uno", "320 000 0000", "")));
        let now = hub.app.clock.now();
        let mut tx = hub.app.db.begin().await.unwrap();
        upsert_members(&mut tx, &people, now).await.unwrap();
        let cards = [("C1", "M1"), ("C2", "M2")];
        let cards = cards.map(|(card, member)| (card.parse().unwrap(), member.parse().unwrap()));
        add_cards(&mut tx, &cards, now).await.unwrap();
        tx.commit().await.unwrap();
        hub
    }

    async fn ask(till: &TestTill<'_>, phone: &str, email: &str) -> Result<FoundMembers, Problem> {
        let contacts = Contacts { phone: phone.to_owned(), email: email.to_owned() };
        till.call("/sync/v1/members/find", serde_json::to_vec(&FindMembers { contacts }).unwrap()).await
    }

    #[tokio::test]
    async fn a_till_hears_enough_to_ask_is_that_you_and_no_more() {
        let hub = hub().await;
        let till = hub.enrol("centro", 1).await;
        for (phone, email, wanted) in [
            ("3001234821", "", vec!["Ana R. C1 ••• 4821 · a•••@example.org", "Luis R. C2 ••• 4821"]),
            ("", "ANA@example.org", vec!["Ana R. C1 ••• 4821 · a•••@example.org"]),
            (
                "310-555-0000",
                "ana@example.org",
                vec!["Ana R. C1 ••• 4821 · a•••@example.org", "Eva R. - ••• 0000 · e•••@example.org"],
            ),
            ("310 555 0001", "", vec![]),
            ("", "", vec![]),
        ] {
            let found = ask(&till, phone, email).await.unwrap();
            assert!(!found.more);
            let line = |m: FoundMember| {
                format!("{} {} {}", m.greeting, m.card.map_or("-".to_owned(), |c| c.to_string()), m.contact)
            };
            let mut lines: Vec<String> = found.members.into_iter().map(line).collect();
            lines.sort();
            assert_eq!(lines, wanted, "{phone} {email}");
        }
        let many = ask(&till, "3200000000", "").await.unwrap();
        assert_eq!((many.members.len(), many.more), (FOUND_MAX, true));
        let contacts = Contacts { phone: "3001234821".to_owned(), email: String::new() };
        let unsigned: Result<FoundMembers, Problem> =
            hub.post("/sync/v1/members/find", &FindMembers { contacts }).await;
        assert_eq!(unsigned.unwrap_err().status, 401);
    }

    #[tokio::test]
    async fn a_till_that_guesses_waits_and_its_neighbour_does_not() {
        let hub = hub().await;
        let (till, neighbour) = (hub.enrol("centro", 1).await, hub.enrol("norte", 2).await);
        // One's own e-mail beside them hides nothing.
        for n in 0..20 {
            let email = if n % 2 == 0 { "" } else { "eva@example.org" };
            let found = ask(&till, &format!("311 000 00{n:02}"), email).await.unwrap();
            assert_eq!(found.members.len(), n % 2);
        }
        let refused = ask(&till, "3001234821", "").await.unwrap_err();
        assert_eq!((refused.status, refused.code.as_str()), (403, "too_many_misses"));
        assert_eq!(ask(&neighbour, "3001234821", "").await.unwrap().members.len(), 2);
        hub.app.clock.advance(chrono::TimeDelta::minutes(MISSES_MINUTES));
        assert_eq!(ask(&till, "3001234821", "").await.unwrap().members.len(), 2);
    }

    #[tokio::test]
    async fn a_blocked_card_is_not_handed_out() {
        let hub = hub().await;
        let till = hub.enrol("centro", 1).await;
        let mut tx = hub.app.db.begin().await.unwrap();
        crate::on!(&mut tx, c => sqlx::query("update card set state = 'blocked' where card = 'C1'")
            .execute(c).await.map(|_| ()))
        .unwrap();
        tx.commit().await.unwrap();
        let found = ask(&till, "", "ana@example.org").await.unwrap();
        assert_eq!(found.members[0].card, None);
    }
}
