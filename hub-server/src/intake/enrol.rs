//! New members whom a till enrolled, before the sales of the same batch: whichever came first, the sales
//! under their card end in their account.

use chrono::{DateTime, Utc};
use domain::enrolment::MemberEnrolled;
use domain::ids::AccountId;
use domain::sync::{Body, Disposition};

use crate::access::audit;
use crate::db::{DbError, Turn, Tx};
use crate::insights;
use crate::members::{self, Enrolled};
use crate::sync::Accepted;

/// What became of each enrolment among the events, in order, and whose account is new.
pub(super) async fn take(
    tx: &mut Tx,
    events: &[Accepted],
    now: DateTime<Utc>,
) -> Result<Vec<(Disposition, Option<AccountId>)>, DbError> {
    let enrolments = events.iter().filter_map(|event| match &event.body {
        Body::MemberEnrolled(enrolled) => Some(enrolled.as_ref()),
        _ => None,
    });
    let mut outcomes = vec![];
    for enrolled in enrolments {
        if outcomes.is_empty() {
            // A sale of the card under way must be seen or must wait: see [`Tx::order`].
            tx.order(Turn::Alone).await?;
        }
        outcomes.push(take_one(tx, enrolled, now).await?);
    }
    Ok(outcomes)
}

async fn take_one(
    tx: &mut Tx,
    enrolled: &MemberEnrolled,
    now: DateTime<Utc>,
) -> Result<(Disposition, Option<AccountId>), DbError> {
    let aside = |code: &str| (Disposition::Quarantined { code: code.to_owned() }, None);
    Ok(match members::enrol(tx, enrolled, now).await? {
        Enrolled::New(member) => {
            super::attribute_cards(tx, std::slice::from_ref(&enrolled.card), now).await?;
            insights::mark_stale(tx, &[member.account]).await?;
            let who = enrolled.cashier.as_ref().map_or("till", |cashier| cashier.as_str());
            let place = format!("{}/{}", enrolled.store, enrolled.till);
            audit::note(tx, now, who, "member.enrolled", member.profile.code.as_str(), &place).await?;
            (Disposition::Applied, Some(member.account))
        }
        Enrolled::Known => (Disposition::Duplicate, None),
        Enrolled::CardTaken => aside("card_taken"),
        Enrolled::NumberTaken => aside("member_number_taken"),
        Enrolled::Refused(problem) => aside(problem.code()),
    })
}
