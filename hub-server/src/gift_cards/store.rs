//! SQL of gift cards.

use chrono::{DateTime, Utc};
use domain::codes::StoreCode;
use domain::gift_card::{GiftCard, GiftHoldRequest};
use domain::ids::{GiftHoldId, LogId};
use domain::money::Money;
use sqlx::{query, query_as, query_scalar};

use super::rules::{HoldState, Move};
use super::{CardRow, Entry, HoldRow, Moved, Shortfall};
use crate::access::SignedTill;
use crate::db::{DbError, Tx, ensure_touched};
use crate::on;

pub(super) async fn card(tx: &mut Tx, digest: &str) -> Result<Option<CardRow>, DbError> {
    const SQL: &str =
        "select digest, last_four, blocked, balance, held, created_at from gift_card where digest = $1";
    Ok(on!(tx, c => query_as(SQL).bind(digest).fetch_optional(c).await)?)
}

pub(super) async fn cards(tx: &mut Tx) -> Result<Vec<CardRow>, DbError> {
    const SQL: &str = "select digest, last_four, blocked, balance, held, created_at from gift_card
        order by created_at desc, digest";
    Ok(on!(tx, c => query_as(SQL).fetch_all(c).await)?)
}

pub(super) async fn ensure(tx: &mut Tx, card: &GiftCard, now: DateTime<Utc>) -> Result<(), DbError> {
    const SQL: &str = "insert into gift_card (digest, last_four, created_at) values ($1, $2, $3)
        on conflict (digest) do nothing";
    Ok(on!(tx, c => query(SQL).bind(card.digest()).bind(card.last_four()).bind(now)
        .execute(c).await.map(|_| ()))?)
}

/// Whoever wants the same card waits from here on.
pub(super) async fn lock(tx: &mut Tx, digest: &str) -> Result<(), DbError> {
    // A write of nothing holds the row on PostgreSQL; SQLite has one writer anyway.
    const SQL: &str = "update gift_card set held = held where digest = $1";
    Ok(on!(tx, c => query(SQL).bind(digest).execute(c).await.map(|_| ()))?)
}

/// Adds to what is on a card and to what is held of it.
pub(super) async fn add(tx: &mut Tx, digest: &str, balance: Money, held: Money) -> Result<(), DbError> {
    const SQL: &str = "update gift_card set balance = balance + $2, held = held + $3 where digest = $1";
    let touched = on!(tx, c => query(SQL).bind(digest).bind(balance).bind(held)
        .execute(c).await.map(|done| done.rows_affected()))?;
    ensure_touched("gift card", 1, touched)
}

pub(super) async fn set_blocked(tx: &mut Tx, digest: &str, blocked: bool) -> Result<(), DbError> {
    const SQL: &str = "update gift_card set blocked = $2 where digest = $1";
    let touched = on!(tx, c => query(SQL).bind(digest).bind(blocked)
        .execute(c).await.map(|done| done.rows_affected()))?;
    ensure_touched("gift card", 1, touched)
}

/// False: it is there already.
pub(super) async fn insert_entry(tx: &mut Tx, row: &Entry) -> Result<bool, DbError> {
    const SQL: &str = "insert into gift_card_entry
            (id, digest, kind, amount, sale, store, till, business_date, who, note, noted_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (id) do nothing";
    let touched = on!(tx, c => query(SQL)
        .bind(&row.id).bind(&row.digest).bind(&row.kind).bind(row.amount).bind(row.sale)
        .bind(&row.store).bind(&row.till).bind(row.business_date).bind(&row.who).bind(&row.note)
        .bind(row.noted_at)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(touched == 1)
}

pub(super) async fn has_entry(tx: &mut Tx, id: &str) -> Result<bool, DbError> {
    const SQL: &str = "select count(*) from gift_card_entry where id = $1";
    let found: i64 = on!(tx, c => query_scalar(SQL).bind(id).fetch_one(c).await)?;
    Ok(found > 0)
}

pub(super) async fn entries(tx: &mut Tx, digest: &str) -> Result<Vec<Entry>, DbError> {
    const SQL: &str = "select id, digest, kind, amount, sale, store, till, business_date, who, note, noted_at
        from gift_card_entry where digest = $1 order by noted_at desc, id desc";
    Ok(on!(tx, c => query_as(SQL).bind(digest).fetch_all(c).await)?)
}

#[derive(sqlx::FromRow)]
struct MoveRow {
    #[sqlx(flatten)]
    entry: Entry,
    last_four: String,
}

pub(super) async fn moves(
    tx: &mut Tx,
    only: Option<&StoreCode>,
    limit: Option<i64>,
) -> Result<Vec<(Entry, String)>, DbError> {
    const SQL: &str =
        "select e.id, e.digest, e.kind, e.amount, e.sale, e.store, e.till, e.business_date, e.who,
            e.note, e.noted_at, c.last_four
        from gift_card_entry e join gift_card c on c.digest = e.digest
        where $1 = '' or e.store = $1 order by e.noted_at desc, e.id desc limit $2";
    let (store, limit) = (only.map_or("", StoreCode::as_str), limit.unwrap_or(i64::MAX));
    let rows: Vec<MoveRow> = on!(tx, c => query_as(SQL).bind(store).bind(limit).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|row| (row.entry, row.last_four)).collect())
}

pub(super) async fn missing(tx: &mut Tx) -> Result<Vec<(String, Money)>, DbError> {
    const SQL: &str = "select digest, cast(sum(missing) as bigint) from gift_card_shortfall group by digest";
    Ok(on!(tx, c => query_as(SQL).fetch_all(c).await)?)
}

pub(super) async fn moved(tx: &mut Tx) -> Result<Vec<Moved>, DbError> {
    const SQL: &str = "select kind, amount, business_date, noted_at from gift_card_entry
        where amount <> 0 order by business_date, id";
    Ok(on!(tx, c => query_as(SQL).fetch_all(c).await)?)
}

pub(super) async fn hold(tx: &mut Tx, hold: GiftHoldId) -> Result<Option<HoldRow>, DbError> {
    const SQL: &str = "select hold, digest, store, till, sale, asked, amount, card_left, state, held_at
        from gift_card_hold where hold = $1";
    Ok(on!(tx, c => query_as(SQL).bind(hold).fetch_optional(c).await)?)
}

/// What is held of a card now.
pub(super) async fn held_of(tx: &mut Tx, digest: &str) -> Result<Vec<HoldRow>, DbError> {
    const SQL: &str = "select hold, digest, store, till, sale, asked, amount, card_left, state, held_at
        from gift_card_hold where digest = $1 and state = 'held' order by held_at, hold";
    Ok(on!(tx, c => query_as(SQL).bind(digest).fetch_all(c).await)?)
}

pub(super) async fn held_before(
    tx: &mut Tx,
    log: LogId,
    seq: i64,
) -> Result<Vec<(GiftHoldId, String)>, DbError> {
    const SQL: &str = "select hold, digest from gift_card_hold
        where log = $1 and state = 'held' and seq < $2 order by digest, hold";
    Ok(on!(tx, c => query_as(SQL).bind(log).bind(seq).fetch_all(c).await)?)
}

/// False: another one has this id.
pub(super) async fn insert_hold(
    tx: &mut Tx,
    signed: &SignedTill,
    request: &GiftHoldRequest,
    (amount, left): (Money, Money),
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    const SQL: &str = "insert into gift_card_hold
            (hold, digest, store, till, log, seq, sale, asked, amount, card_left, state, held_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'held', $11) on conflict (hold) do nothing";
    let touched = on!(tx, c => query(SQL)
        .bind(request.hold).bind(request.card.digest()).bind(signed.store.as_str())
        .bind(signed.code.as_str()).bind(request.log).bind(request.seq).bind(request.sale)
        .bind(request.amount).bind(amount).bind(left).bind(now)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(touched == 1)
}

/// One that ended before it was heard of.
pub(super) async fn insert_ended(
    tx: &mut Tx,
    hold: GiftHoldId,
    digest: &str,
    by: &str,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    const SQL: &str = "insert into gift_card_hold
            (hold, digest, store, till, seq, asked, amount, card_left, state, held_at, ended_at, ended_by)
        values ($1, $2, '', '', 0, 0, 0, 0, 'ended', $3, $3, $4) on conflict (hold) do nothing";
    Ok(on!(tx, c => query(SQL).bind(hold).bind(digest).bind(now).bind(by)
        .execute(c).await.map(|_| ()))?)
}

pub(super) async fn set_state(
    tx: &mut Tx,
    hold: GiftHoldId,
    state: HoldState,
    by: &str,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    const SQL: &str = "update gift_card_hold set state = $2, ended_at = $3, ended_by = $4
        where hold = $1 and state = 'held'";
    let touched = on!(tx, c => query(SQL).bind(hold).bind(state.code()).bind(now).bind(by)
        .execute(c).await.map(|done| done.rows_affected()))?;
    ensure_touched("hold of a gift card", 1, touched)
}

pub(super) async fn passed(tx: &mut Tx, log: LogId) -> Result<Option<i64>, DbError> {
    const SQL: &str = "select seq from gift_card_passed where log = $1";
    Ok(on!(tx, c => query_scalar(SQL).bind(log).fetch_optional(c).await)?)
}

pub(super) async fn set_passed(tx: &mut Tx, log: LogId, seq: i64) -> Result<(), DbError> {
    const SQL: &str = "insert into gift_card_passed (log, seq) values ($1, $2)
        on conflict (log) do update set seq = excluded.seq where gift_card_passed.seq < excluded.seq";
    Ok(on!(tx, c => query(SQL).bind(log).bind(seq).execute(c).await.map(|_| ()))?)
}

pub(super) async fn insert_shortfall(
    tx: &mut Tx,
    step: &Move<'_>,
    missing: Money,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    const SQL: &str = "insert into gift_card_shortfall
            (id, digest, sale, store, till, business_date, missing, noted_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing";
    Ok(on!(tx, c => query(SQL)
        .bind(&step.id).bind(step.card.digest()).bind(step.sale.id).bind(step.sale.store.as_str())
        .bind(step.sale.till.as_str()).bind(step.sale.business_date).bind(missing).bind(now)
        .execute(c).await.map(|_| ()))?)
}

pub(super) async fn has_shortfall(tx: &mut Tx, id: &str) -> Result<bool, DbError> {
    const SQL: &str = "select count(*) from gift_card_shortfall where id = $1";
    let found: i64 = on!(tx, c => query_scalar(SQL).bind(id).fetch_one(c).await)?;
    Ok(found > 0)
}

/// What is still missing of a card, the oldest first.
pub(super) async fn shortfalls_of(tx: &mut Tx, digest: &str) -> Result<Vec<Shortfall>, DbError> {
    const SQL: &str = "select id, digest, sale, store, till, business_date, missing, noted_at
        from gift_card_shortfall where digest = $1 and missing > 0 order by noted_at, id";
    Ok(on!(tx, c => query_as(SQL).bind(digest).fetch_all(c).await)?)
}

pub(super) async fn set_missing(tx: &mut Tx, id: &str, missing: Money) -> Result<(), DbError> {
    const SQL: &str = "update gift_card_shortfall set missing = $2 where id = $1";
    Ok(on!(tx, c => query(SQL).bind(id).bind(missing).execute(c).await.map(|_| ()))?)
}

pub(super) async fn wrong(tx: &mut Tx) -> Result<Vec<(String, String, String)>, DbError> {
    const SQL: &str = "select c.last_four, c.balance, c.held,
            cast(coalesce((select sum(e.amount) from gift_card_entry e where e.digest = c.digest), 0) as bigint),
            cast(coalesce((select sum(h.amount) from gift_card_hold h
                where h.digest = c.digest and h.state = 'held'), 0) as bigint)
        from gift_card c order by c.digest";
    let rows: Vec<(String, Money, Money, Money, Money)> = on!(tx, c => query_as(SQL).fetch_all(c).await)?;
    let said = |balance: Money, held: Money| format!("balance {balance}, held {held}");
    let differs = rows.into_iter().filter(|(_, balance, held, sum, holds)| (balance, held) != (sum, holds));
    Ok(differs
        .map(|(last_four, balance, held, sum, holds)| {
            (format!("gift card ••••{last_four}"), said(balance, held), said(sum, holds))
        })
        .collect())
}
