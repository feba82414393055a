//! What members answer for themselves, after they were enrolled: leave to send them offers, given or taken back.

use chrono::{DateTime, Utc};
use domain::enrolment::{ConsentAnswer, Purpose};
use domain::ids::EventId;
use domain::time::to_millis;

use super::enrolment::{Answered, insert_answer};
use super::{Consent, Member};
use crate::catalogue::take_feed_numbers;
use crate::db::{DbError, Tx};

mod store;

/// An answer and how it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Made where it was said: said twice it is one.
    pub event: EventId,
    pub answer: ConsentAnswer,
    /// Where it was asked, as the hub's pages show it.
    pub source: String,
}

/// Notes an answer with its words; answers whether it changed anything. Whoever is several members in one takes it
/// back for all of them, so that parting them gives no leave again.
///
/// Only leave for offers is given and taken back by one word: without the terms of the programme there is no card, and
/// that is said at the desk.
pub async fn say(tx: &mut Tx, member: &Member, said: &Said, now: DateTime<Utc>) -> Result<bool, DbError> {
    if said.answer.purpose != Purpose::Marketing {
        return Ok(false);
    }
    let now = to_millis(now);
    let consent = Consent { marketing: said.answer.given, at: Some(now), source: said.source.clone() };
    let changed = if consent.marketing {
        !member.profile.consent.may_target() && store::give(tx, member.id, &consent).await?
    } else {
        store::take_back(tx, member.id, &consent).await?
    };
    if changed {
        let Said { event, answer, source } = said;
        let answered = Answered { event: *event, member: member.id, answer, source, at: now };
        insert_answer(tx, &answered).await?;
        // Whoever keeps members in memory sees by it that they are not the same any more.
        take_feed_numbers(tx, 1).await?;
    }
    Ok(changed)
}
