//! Baskets that tills of a store put aside, handed out to one till each. They are no sales: what is in them goes at the
//! end of the day, and nothing is counted of it.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, TimeDelta, Utc};
use domain::codes::{StoreCode, TillCode};
use domain::ids::{HoldId, TillId};
use domain::money::Money;
use domain::sync::{
    HELD_MAX, HeldBasket, HeldList, HeldReply, LABEL_CHARS_MAX, TakeHeld, TakeHow, TakeOutcome, TakenHeld,
};
use serde::Deserialize;

use crate::access::{Ask, Sent, SignedTill};
use crate::app::App;
use crate::catalogue;
use crate::db::{DbError, Tx};
use crate::error::Error;
use rules::Then;

pub mod pages;
mod rules;
mod store;
#[cfg(test)]
mod tests;

/// Days for which it is known who took a basket: a till that was away so long says that it sold it too.
const REMEMBERED_DAYS: i64 = 35;

/// What decides who gets a basket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sales) struct HeldRow {
    taken: Option<Taken>,
    shape: i64,
    ends_at: DateTime<Utc>,
    also_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Taken {
    by: TillId,
    till: TillCode,
    at: DateTime<Utc>,
}

/// A basket that two tills sold: the one that put it aside could not ask.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct TakenTwice {
    pub hold: HoldId,
    pub store: String,
    pub till: String,
    pub label: String,
    pub total: Money,
    pub held_at: DateTime<Utc>,
    pub taken_till: String,
    pub taken_at: DateTime<Utc>,
    pub also_at: DateTime<Utc>,
}

/// `PUT /sync/v1/held`: keeps a basket for its store, once.
pub async fn put(
    State(app): State<App>,
    signed: SignedTill,
    Sent(mut basket): Sent<HeldBasket>,
) -> Result<Json<HeldReply>, Error> {
    let now = app.clock.now();
    basket.label = short(&basket.label);
    if basket.body.contains('\0') {
        return Err(Error::bad_request("bad_body", "The basket is no text."));
    }
    let mut tx = app.db.begin().await?;
    let ends_at = ends_at(&mut tx, &signed.store, now).await?;
    store::insert(&mut tx, &signed, &basket, ends_at).await?;
    let row = store::row(&mut tx, &signed.store, basket.hold).await?;
    tx.commit().await?;
    Ok(Json(HeldReply { state: rules::state(row.as_ref(), now) }))
}

/// What people read of a label.
fn short(label: &str) -> String {
    label.chars().filter(|c| !c.is_control()).take(LABEL_CHARS_MAX).collect()
}

#[derive(Debug, Deserialize)]
pub struct ListQuery {
    /// The newest shape that the till reads.
    shape: u32,
    /// Baskets that it put aside itself, separated by commas.
    #[serde(default)]
    mine: String,
}

/// `GET /sync/v1/held`: what waits in the till's store or was given to it, and what became of its own.
pub async fn list(
    State(app): State<App>,
    signed: SignedTill,
    Ask(query): Ask<ListQuery>,
) -> Result<Json<HeldList>, Error> {
    let now = app.clock.now();
    let mine: Result<Vec<HoldId>, _> =
        query.mine.split(',').filter(|text| !text.is_empty()).map(str::parse).collect();
    let mine = mine.ok().filter(|mine| mine.len() <= HELD_MAX);
    let Some(mine) = mine else {
        let problem = "The baskets asked for are no ids, or too many.";
        return Err(Error::bad_request("bad_query", problem));
    };
    let mut tx = app.db.read().await?;
    let baskets = store::waiting(&mut tx, &signed, i64::from(query.shape), now).await?;
    let mut states = Vec::with_capacity(mine.len());
    for hold in mine {
        let row = store::row(&mut tx, &signed.store, hold).await?;
        states.push((hold, rules::state(row.as_ref(), now)));
    }
    Ok(Json(HeldList { baskets, mine: states }))
}

/// `POST /sync/v1/held/take`: one till gets it, and hears the same when it asks again; others hear who.
pub async fn take(
    State(app): State<App>,
    signed: SignedTill,
    Sent(request): Sent<TakeHeld>,
) -> Result<Json<TakenHeld>, Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let outcome = taken(&mut tx, &signed, &request, now).await?;
    tx.commit().await?;
    Ok(Json(TakenHeld { outcome }))
}

async fn taken(
    tx: &mut Tx,
    signed: &SignedTill,
    request: &TakeHeld,
    now: DateTime<Utc>,
) -> Result<TakeOutcome, DbError> {
    let TakeHeld { hold, how, shape, ref label } = *request;
    // Two tills that ask at once are one after the other from here on.
    store::lock(tx, hold).await?;
    let row = store::row(tx, &signed.store, hold).await?;
    let (outcome, then) = rules::decide(row.as_ref(), signed.till, how, i64::from(shape), now);
    match then {
        Then::Nothing => {}
        Then::Take => {
            store::set_taken(tx, hold, signed, now).await?;
            if how != TakeHow::Others {
                // Its agent has it, for whichever of its tills: nobody is given it from here any more.
                store::empty(tx, hold).await?;
            }
        }
        Then::Reserve => {
            let ends_at = ends_at(tx, &signed.store, now).await?;
            if !store::reserve(tx, hold, signed, now, ends_at).await? {
                // It is there by now, and nobody had time to see it.
                store::set_taken(tx, hold, signed, now).await?;
            }
        }
        Then::NoteTwice => {
            store::note_twice(tx, hold, &short(label), now).await?;
        }
    }
    match (outcome, how) {
        (TakeOutcome::Yours { .. }, TakeHow::Others) => {
            let body = store::body(tx, hold).await?;
            Ok(if body.is_some() { TakeOutcome::Yours { body } } else { TakeOutcome::Gone })
        }
        (outcome, _) => Ok(outcome),
    }
}

async fn ends_at(tx: &mut Tx, code: &StoreCode, now: DateTime<Utc>) -> Result<DateTime<Utc>, DbError> {
    let stores = catalogue::stores(tx).await?;
    let zone =
        stores.into_iter().find(|store| store.code == *code).map_or(chrono_tz::UTC, |store| store.zone);
    Ok(rules::ends_at(now, zone))
}

/// Lets go of what is in baskets whose day is over, and after some weeks of who took them.
pub async fn forget_ended(tx: &mut Tx, now: DateTime<Utc>) -> Result<(), DbError> {
    store::empty_ended(tx, now).await?;
    store::delete_before(tx, now - TimeDelta::days(REMEMBERED_DAYS)).await
}

/// Baskets that were sold twice, the latest first.
pub async fn taken_twice(tx: &mut Tx) -> Result<Vec<TakenTwice>, DbError> {
    store::taken_twice(tx).await
}
