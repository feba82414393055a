//! SQL of baskets that were put aside.

use chrono::{DateTime, Utc};
use domain::codes::{StoreCode, TillCode};
use domain::ids::{HoldId, TillId};
use domain::money::Money;
use domain::sync::{HeldBasket, WaitingBasket};
use sqlx::{query, query_as, query_scalar};

use super::{HeldRow, Taken, TakenTwice};
use crate::access::SignedTill;
use crate::db::{DbError, Tx};
use crate::on;

/// Keeps a basket that is new.
pub(super) async fn insert(
    tx: &mut Tx,
    signed: &SignedTill,
    basket: &HeldBasket,
    ends_at: DateTime<Utc>,
) -> Result<(), DbError> {
    const SQL: &str =
        "insert into held_basket (hold, store, till, label, items, total, held_at, ends_at, shape, body)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (hold) do nothing";
    Ok(on!(tx, c => query(SQL)
        .bind(basket.hold).bind(signed.store.as_str()).bind(signed.code.as_str()).bind(&basket.label)
        .bind(basket.items).bind(basket.total).bind(basket.held_at).bind(ends_at)
        .bind(i64::from(basket.shape)).bind(&basket.body)
        .execute(c).await.map(|_| ()))?)
}

type Row =
    (Option<TillId>, Option<TillCode>, Option<DateTime<Utc>>, i64, DateTime<Utc>, Option<DateTime<Utc>>);

/// A basket of a store.
pub(super) async fn row(tx: &mut Tx, store: &StoreCode, hold: HoldId) -> Result<Option<HeldRow>, DbError> {
    const SQL: &str = "select taken_by, taken_till, taken_at, shape, ends_at, also_at from held_basket
        where hold = $1 and store = $2";
    let found: Option<Row> =
        on!(tx, c => query_as(SQL).bind(hold).bind(store.as_str()).fetch_optional(c).await)?;
    Ok(found.map(|(by, till, at, shape, ends_at, also_at)| {
        let taken = by.zip(till).zip(at).map(|((by, till), at)| Taken { by, till, at });
        HeldRow { taken, shape, ends_at, also_at }
    }))
}

/// Whoever asks for the same basket waits from here on.
pub(super) async fn lock(tx: &mut Tx, hold: HoldId) -> Result<(), DbError> {
    // A write of nothing holds the row on PostgreSQL; SQLite has one writer anyway.
    const SQL: &str = "update held_basket set shape = shape where hold = $1";
    Ok(on!(tx, c => query(SQL).bind(hold).execute(c).await.map(|_| ()))?)
}

pub(super) async fn set_taken(
    tx: &mut Tx,
    hold: HoldId,
    signed: &SignedTill,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    const SQL: &str = "update held_basket set taken_by = $2, taken_till = $3, taken_at = $4
        where hold = $1 and taken_by is null";
    let touched = on!(tx, c => query(SQL)
        .bind(hold).bind(signed.till).bind(signed.code.as_str()).bind(now)
        .execute(c).await.map(|done| done.rows_affected()))?;
    crate::db::ensure_touched("held basket", 1, touched)
}

/// Lets go of what is in one, and of whose it is.
pub(super) async fn empty(tx: &mut Tx, hold: HoldId) -> Result<(), DbError> {
    const SQL: &str = "update held_basket set body = null, label = '' where hold = $1";
    Ok(on!(tx, c => query(SQL).bind(hold).execute(c).await.map(|_| ()))?)
}

/// A till has taken up its own before it arrived here: it arrives in vain. False: it arrived in this moment.
pub(super) async fn reserve(
    tx: &mut Tx,
    hold: HoldId,
    signed: &SignedTill,
    now: DateTime<Utc>,
    ends_at: DateTime<Utc>,
) -> Result<bool, DbError> {
    const SQL: &str = "insert into held_basket
            (hold, store, till, label, items, total, held_at, ends_at, shape, taken_by, taken_till, taken_at)
        values ($1, $2, $3, '', 0, 0, $4, $5, 0, $6, $3, $4) on conflict (hold) do nothing";
    let touched = on!(tx, c => query(SQL)
        .bind(hold).bind(signed.store.as_str()).bind(signed.code.as_str()).bind(now).bind(ends_at)
        .bind(signed.till)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(touched == 1)
}

pub(super) async fn note_twice(
    tx: &mut Tx,
    hold: HoldId,
    label: &str,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    const SQL: &str = "update held_basket set also_at = $2,
            label = case when label = '' then $3 else label end where hold = $1";
    Ok(on!(tx, c => query(SQL).bind(hold).bind(now).bind(label).execute(c).await.map(|_| ()))?)
}

pub(super) async fn body(tx: &mut Tx, hold: HoldId) -> Result<Option<String>, DbError> {
    const SQL: &str = "select body from held_basket where hold = $1";
    let body: Option<Option<String>> = on!(tx, c => query_scalar(SQL).bind(hold).fetch_optional(c).await)?;
    Ok(body.flatten())
}

/// What waits in the store of whoever asks and can be read by them, the longest waiting first. What it was given of other
/// tills is among it, as long as the day is: the answer may have been lost, and only the till knows what it kept.
pub(super) async fn waiting(
    tx: &mut Tx,
    signed: &SignedTill,
    shape: i64,
    now: DateTime<Utc>,
) -> Result<Vec<WaitingBasket>, DbError> {
    const SQL: &str = "select hold, till, label, items, total, held_at from held_basket
        where store = $1 and ends_at > $2 and shape <= $3 and body is not null
            and (taken_by is null or (taken_by = $4 and till <> $5)) order by held_at, hold";
    let rows: Vec<(HoldId, TillCode, String, i64, Money, DateTime<Utc>)> = on!(tx, c => query_as(SQL)
        .bind(signed.store.as_str()).bind(now).bind(shape).bind(signed.till).bind(signed.code.as_str())
        .fetch_all(c).await)?;
    let basket = |(hold, till, label, items, total, held_at)| WaitingBasket {
        hold,
        till,
        label,
        items,
        total,
        held_at,
    };
    Ok(rows.into_iter().map(basket).collect())
}

/// Of one that was sold twice the label stays, for whoever looks at it.
pub(super) async fn empty_ended(tx: &mut Tx, now: DateTime<Utc>) -> Result<(), DbError> {
    const SQL: &str = "update held_basket set body = null,
            label = case when also_at is null then '' else label end
        where ends_at <= $1 and body is not null";
    Ok(on!(tx, c => query(SQL).bind(now).execute(c).await.map(|_| ()))?)
}

pub(super) async fn delete_before(tx: &mut Tx, then: DateTime<Utc>) -> Result<(), DbError> {
    const SQL: &str = "delete from held_basket where ends_at <= $1";
    Ok(on!(tx, c => query(SQL).bind(then).execute(c).await.map(|_| ()))?)
}

pub(super) async fn taken_twice(tx: &mut Tx) -> Result<Vec<TakenTwice>, DbError> {
    const SQL: &str = "select hold, store, till, label, total, held_at, taken_till, taken_at, also_at
        from held_basket where also_at is not null and taken_till is not null and taken_at is not null
        order by also_at desc, hold";
    Ok(on!(tx, c => query_as(SQL).fetch_all(c).await)?)
}
