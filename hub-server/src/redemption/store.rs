//! SQL of reservations.

use chrono::{DateTime, Utc};
use domain::ids::{AccountId, LogId, MemberId, RedemptionId, SaleId, TillId};
use domain::money::Points;
use domain::sync::redemption::{Ask, RedemptionVoided, ReservationState};
use sqlx::{AssertSqlSafe, query, query_as};

use super::Row;
use crate::db::{DbError, Tx, ensure_touched, rows_of};
use crate::on;

const SELECT: &str = "select r.redemption, r.account, r.member, r.till, coalesce(t.store, '') as store,
    coalesce(t.code, '') as code, r.log, r.seq, r.boot, r.mono_ms, r.utc_ms, r.points, r.state, r.asked_at,
    r.release_by, r.release_at
    from reservation r left join till t on t.id = r.till";

pub(super) async fn row(tx: &mut Tx, redemption: RedemptionId) -> Result<Option<Row>, DbError> {
    let sql = format!("{SELECT} where r.redemption = $1");
    Ok(on!(tx, c => query_as(AssertSqlSafe(sql.as_str())).bind(redemption).fetch_optional(c).await)?)
}

/// What is held of some accounts.
pub(super) async fn held_of(tx: &mut Tx, accounts: &[AccountId]) -> Result<Vec<Row>, DbError> {
    let text = |accounts: &str| format!("{SELECT} where r.state = 'held' and r.account in {accounts}");
    rows_of(tx, accounts, text).await
}

/// What is held for intents that stand in some logs.
pub(super) async fn held_of_logs(tx: &mut Tx, logs: &[LogId]) -> Result<Vec<Row>, DbError> {
    let text =
        |logs: &str| format!("{SELECT} where r.state = 'held' and r.log in {logs} order by r.redemption");
    rows_of(tx, logs, text).await
}

pub(super) async fn held_of_account(tx: &mut Tx, account: AccountId) -> Result<Vec<Row>, DbError> {
    let sql = format!(
        "{SELECT} where r.state = 'held' and r.account in (select id from account where id = $1 or merged_into = $1)
         order by r.asked_at, r.redemption"
    );
    Ok(on!(tx, c => query_as(AssertSqlSafe(sql.as_str())).bind(account).fetch_all(c).await)?)
}

pub(super) async fn held(tx: &mut Tx, limit: i64) -> Result<Vec<Row>, DbError> {
    let sql = format!("{SELECT} where r.state = 'held' order by r.asked_at, r.redemption limit $1");
    Ok(on!(tx, c => query_as(AssertSqlSafe(sql.as_str())).bind(limit).fetch_all(c).await)?)
}

/// False: something is known under this name.
pub(super) async fn insert(
    tx: &mut Tx,
    (account, member): (AccountId, MemberId),
    ask: &Ask,
    state: ReservationState,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    const SQL: &str = "insert into reservation
            (redemption, account, member, till, log, seq, boot, mono_ms, utc_ms, points, state, asked_at,
             ended_at, ended_by)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict (redemption) do nothing";
    let (intent, moment) = (&ask.intent, &ask.intent.moment);
    let ended = state != ReservationState::Held;
    let (ended_at, ended_by) = (ended.then_some(now), ended.then_some("log"));
    let touched = on!(tx, c => query(SQL)
        .bind(ask.id).bind(account).bind(member).bind(ask.till).bind(intent.log).bind(intent.seq)
        .bind(&moment.boot).bind(moment.mono_ms).bind(moment.utc_ms).bind(ask.points).bind(state.code())
        .bind(now).bind(ended_at).bind(ended_by)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(touched == 1)
}

/// Ends what a till takes no more, or leaves a row of what nobody has asked for yet. One statement, as the request may
/// come in the same moment.
pub(super) async fn void(
    tx: &mut Tx,
    voided: &RedemptionVoided,
    till: TillId,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    const SQL: &str = "insert into reservation
            (redemption, member, till, points, state, asked_at, ended_at, ended_by)
        values ($1, $2, $3, 0, 'voided', $4, $4, 'till')
        on conflict (redemption) do update set state = excluded.state, ended_at = excluded.ended_at,
            ended_by = excluded.ended_by
        where reservation.state = 'held' and reservation.till = excluded.till";
    Ok(on!(tx, c => query(SQL).bind(voided.redemption).bind(voided.member).bind(till).bind(now)
        .execute(c).await.map(|_| ()))?)
}

/// A sale has taken points under a name, whatever was known of it.
pub(super) async fn commit(
    tx: &mut Tx,
    redemption: RedemptionId,
    (sale, till): (SaleId, TillId),
    took: Points,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    const SQL: &str = "insert into reservation
            (redemption, till, points, state, asked_at, ended_at, ended_by, sale)
        values ($1, $2, $3, 'committed', $4, $4, 'sale', $5)
        on conflict (redemption) do update set state = excluded.state, ended_at = excluded.ended_at,
            ended_by = excluded.ended_by, sale = excluded.sale
        where reservation.state <> 'committed'";
    Ok(on!(tx, c => query(SQL).bind(redemption).bind(till).bind(took).bind(now).bind(sale)
        .execute(c).await.map(|_| ()))?)
}

/// Ends what is held; false where it is held no more.
pub(super) async fn end(
    tx: &mut Tx,
    redemption: RedemptionId,
    state: ReservationState,
    by: &str,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    const SQL: &str = "update reservation set state = $2, ended_at = $3, ended_by = $4
        where redemption = $1 and state = 'held'";
    let touched = on!(tx, c => query(SQL).bind(redemption).bind(state.code()).bind(now).bind(by)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(touched == 1)
}

/// Somebody has asked that it be released.
pub(super) async fn ask_release(
    tx: &mut Tx,
    redemption: RedemptionId,
    by: &str,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    const SQL: &str = "update reservation set release_by = $2, release_at = $3
        where redemption = $1 and state = 'held' and release_by is null";
    let touched = on!(tx, c => query(SQL).bind(redemption).bind(by).bind(now)
        .execute(c).await.map(|done| done.rows_affected()))?;
    ensure_touched("reservation", 1, touched)
}
