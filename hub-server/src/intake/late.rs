//! Cards that come after their sales. Whichever of card, sale and member is heard of first, the sale ends in the
//! member's account, once; a sale that has a card of its own keeps it.

use chrono::{DateTime, Utc};
use domain::ids::{AccountId, EventId};
use domain::late_card::{CardAttached, LateCardPolicy, LateCardRefusal};
use domain::sync::{Body, Disposition};

use crate::access::audit;
use crate::db::{DbError, Turn, Tx};
use crate::members;
use crate::sales::late;
use crate::sync::Accepted;

/// What became of each such card among the events, in order, and whose figures changed. Before the sales of the
/// same events: they look for their cards when they are written.
pub(super) async fn take(
    tx: &mut Tx,
    events: &[Accepted],
    now: DateTime<Utc>,
) -> Result<Vec<(Disposition, Option<AccountId>)>, DbError> {
    let mut outcomes = vec![];
    for event in events {
        let Body::CardAttached(attached) = &event.body else { continue };
        if outcomes.is_empty() {
            // A sale under way must be seen or must wait: see [`Tx::order`].
            tx.order(Turn::Alone).await?;
        }
        outcomes.push(take_one(tx, event.event, attached, now).await?);
    }
    Ok(outcomes)
}

async fn take_one(
    tx: &mut Tx,
    event: EventId,
    attached: &CardAttached,
    now: DateTime<Utc>,
) -> Result<(Disposition, Option<AccountId>), DbError> {
    let aside = |why: LateCardRefusal| (Disposition::Quarantined { code: why.code().to_owned() }, None);
    match late::standing(tx, attached.sale).await? {
        Some((true, _)) => return Ok(aside(LateCardRefusal::HasCard)),
        Some((false, false)) => return Ok(aside(LateCardRefusal::NotCompleted)),
        Some((false, true)) | None => {}
    }
    if !late::insert(tx, event, attached).await? {
        let same = late::card_of(tx, attached.sale).await?.is_some_and(|card| card == attached.card);
        return Ok(if same { (Disposition::Duplicate, None) } else { aside(LateCardRefusal::Attached) });
    }
    let card = std::slice::from_ref(&attached.card);
    super::attribute_cards(tx, card, now).await?;
    note(tx, attached, now).await?;
    let account = members::accounts_of_cards(tx, card).await?.remove(&attached.card);
    Ok((Disposition::Applied, account))
}

/// Points that are added long after the sale are looked at: receipts that others left behind are collected.
async fn note(tx: &mut Tx, attached: &CardAttached, now: DateTime<Utc>) -> Result<(), DbError> {
    let minutes = attached.minutes_after();
    let at_once = 0..=i64::from(LateCardPolicy::default().alone_minutes);
    let action = if at_once.contains(&minutes) { "card.attached" } else { "card.attached_late" };
    let who = attached.cashier.as_ref().map_or("till", |cashier| cashier.as_str());
    let agreed = attached.approved_by.as_ref().map_or("nobody", |by| by.as_str());
    let detail = format!("card {}, {minutes} minutes after the sale, agreed by {agreed}", attached.card);
    audit::note(tx, now, who, action, &attached.sale.to_string(), &detail).await
}
