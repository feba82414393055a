//! Points that tills reserve before they count as a payment, so that two tills that reach the hub never spend the same ones.
//!
//! A reservation is no entry of the ledger: the points stay in the account until the sale's event takes them, and what can
//! be spent is the balance less what is held. By what rules one is made and ends is `domain::sync::redemption`. It ends with
//! the sale, when its till says that it takes the points no more, or when the till's log shows so; two people may release
//! one a day after it was asked for. No time ends it.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{AccountId, EventId, LogId, MemberId, RedemptionId, TillId};
use domain::money::{AmountError, Points};
use domain::sale::{Sale, SaleStatus};
use domain::sync::Body;
use domain::sync::redemption::{
    Ask, Place, RedemptionVoided, ReservationState, ReserveReply, ReserveRequest, VOIDED_MAX,
};
use sqlx::FromRow;

use crate::access::SignedTill;
use crate::db::{DbError, Turn, Tx};
use crate::ledger::Family;
use crate::members;
use crate::sync::{self, Accepted};

pub mod api;
mod desk;
pub mod pages;
mod rules;
mod store;
#[cfg(test)]
mod tests;

pub use desk::{Refusal, Said};
use rules::{Facts, Then};

/// What a till has reserved, or had.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Row {
    pub redemption: RedemptionId,
    /// None where nobody asked for it.
    pub account: Option<AccountId>,
    /// As the till named them.
    pub member: Option<MemberId>,
    pub till: TillId,
    pub store: String,
    pub code: String,
    log: Option<LogId>,
    seq: Option<i64>,
    boot: Option<String>,
    mono_ms: Option<i64>,
    utc_ms: Option<i64>,
    pub points: Points,
    state: String,
    pub asked_at: DateTime<Utc>,
    /// Who asked first that it be released, and when.
    pub release_by: Option<String>,
    pub release_at: Option<DateTime<Utc>>,
}

/// What a till hears that wants points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// And whose screens are to be told.
    Said(ReserveReply, Option<AccountId>),
    /// Something else was asked for under this name.
    Differs,
    /// The log that it names is another till's.
    ForeignLog,
}

/// Reserves points for a till's sale, or answers what it answered before. `today` is the date where the till stands.
pub async fn reserve(
    tx: &mut Tx,
    signed: &SignedTill,
    request: &ReserveRequest,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Asked, DbError> {
    // Whoever brings events of this log waits from here on, and then whoever wants points of the same member: in the
    // order in which a push takes them.
    let log = sync::lock_log(tx, request.log).await?;
    if log.as_ref().is_some_and(|log| log.till != signed.till) {
        return Ok(Asked::ForeignLog);
    }
    tx.order(Turn::Beside).await?;
    let account = account_of(tx, request.member).await?;
    let family = match account {
        Some(account) => Some((account, Family::lock(tx, account).await?)),
        None => None,
    };
    let given_up: BTreeSet<RedemptionId> = request.voided.iter().take(VOIDED_MAX).copied().collect();
    for redemption in given_up {
        store::void(tx, &RedemptionVoided { redemption, member: request.member }, signed.till, now).await?;
    }
    let Some((account, family)) = family else { return Ok(Asked::Said(ReserveReply::Unknown, None)) };
    let behind = match log {
        Some(log) if log.ack.seq > request.seq => sync::places_behind(tx, request.log, request.seq).await?,
        _ => Some(vec![]),
    };
    let held = store::held_of(tx, &family.accounts()).await?;
    let known = store::row(tx, request.redemption).await?;
    let facts = Facts {
        spendable: family.spendable(tx, today).await?,
        held: held.iter().map(Row::reserved).collect::<Result<_, DbError>>()?,
        known: known.as_ref().map(Row::reserved).transpose()?,
        behind,
    };
    let ask = asked(signed, request);
    let (answer, then) = rules::decide(&ask, &facts, now.timestamp_millis()).map_err(amount)?;
    let state = match then {
        Then::Nothing => return Ok(answer.map_or(Asked::Differs, |reply| Asked::Said(reply, None))),
        Then::Hold => ReservationState::Held,
        Then::LeaveEnded => ReservationState::RanOut,
    };
    if !store::insert(tx, (account, request.member), &ask, state, now).await? {
        // Its void came in this moment, or another member's points were asked for under the same name.
        let known = store::row(tx, request.redemption).await?;
        let is_held = known.is_some_and(|row| row.state() == Some(ReservationState::Held));
        return Ok(if is_held { Asked::Differs } else { Asked::Said(ReserveReply::Ended, None) });
    }
    let told = (state == ReservationState::Held).then_some(account);
    Ok(answer.map_or(Asked::Differs, |reply| Asked::Said(reply, told)))
}

/// The account of whoever a member is part of.
async fn account_of(tx: &mut Tx, member: MemberId) -> Result<Option<AccountId>, DbError> {
    let Some(stays) = members::merging::stays(tx, member).await? else { return Ok(None) };
    Ok(members::by_id(tx, stays).await?.map(|member| member.account))
}

fn asked(signed: &SignedTill, request: &ReserveRequest) -> Ask {
    let intent = Place { log: request.log, seq: request.seq, moment: request.intent.clone() };
    Ask { id: request.redemption, till: signed.till, points: request.points, intent }
}

/// What events did to reservations, in the commit that takes custody of them and after their sales are posted; answers
/// whose points are free again. `apart` are sales that were set aside: they took nothing.
///
/// First what sales took, then what tills say, then what their logs show: so a sale that comes with the event that would
/// let go of its points takes what was kept for it.
pub async fn take(
    tx: &mut Tx,
    events: &[Accepted],
    apart: &BTreeSet<EventId>,
    now: DateTime<Utc>,
) -> Result<BTreeSet<AccountId>, DbError> {
    let mut freed = BTreeSet::new();
    for event in events {
        let Body::Sale(sale) = &event.body else { continue };
        if !apart.contains(&event.event) {
            commit(tx, sale, event.till, now).await?;
        }
    }
    for event in events {
        let Body::RedemptionVoided(voided) = &event.body else { continue };
        let before = store::row(tx, voided.redemption).await?;
        store::void(tx, voided, event.till, now).await?;
        freed.extend(before.and_then(|row| row.account));
    }
    freed.extend(let_go(tx, events, now).await?);
    Ok(freed)
}

/// A sale that was paid stands, whatever became of its reservation: it is committed, and a request for it that is still on
/// its way holds nothing.
async fn commit(tx: &mut Tx, sale: &Sale, till: TillId, now: DateTime<Utc>) -> Result<(), DbError> {
    if sale.status != SaleStatus::Completed {
        return Ok(());
    }
    let names: BTreeSet<RedemptionId> = sale.tenders.iter().filter_map(|tender| tender.redemption).collect();
    for redemption in names {
        let took = sale.tenders.iter().filter(|tender| tender.redemption == Some(redemption));
        let took = Points::total(took.filter_map(|tender| tender.points)).map_err(amount)?;
        store::commit(tx, redemption, (sale.id, till), took, now).await?;
    }
    Ok(())
}

/// What tills take no more by what their logs show.
async fn let_go(tx: &mut Tx, events: &[Accepted], now: DateTime<Utc>) -> Result<Vec<AccountId>, DbError> {
    let logs: BTreeSet<LogId> = events.iter().map(|event| event.log).collect();
    let held = store::held_of_logs(tx, &logs.into_iter().collect::<Vec<_>>()).await?;
    let mut freed = vec![];
    for row in held {
        let (_, reservation) = row.reserved()?;
        let is_over = |event: &Accepted| reservation.is_over(&place(event));
        if events.iter().any(is_over) {
            // Two people may have released it in this moment.
            let ended = store::end(tx, row.redemption, ReservationState::RanOut, "log", now).await?;
            freed.extend(row.account.filter(|_| ended));
        }
    }
    Ok(freed)
}

fn place(event: &Accepted) -> Place {
    Place { log: event.log, seq: event.seq, moment: event.moment.clone() }
}

/// What is held now, what was asked for first before the rest: so many at most.
pub async fn held(tx: &mut Tx, limit: i64) -> Result<Vec<Row>, DbError> {
    store::held(tx, limit).await
}

/// What is held of an account and of those that are part of it, what was asked for first before the rest.
pub async fn held_of_account(tx: &mut Tx, account: AccountId) -> Result<Vec<Row>, DbError> {
    store::held_of_account(tx, account).await
}

fn amount(error: AmountError) -> DbError {
    DbError::BadRow { what: "points of a reservation", why: error.to_string() }
}
