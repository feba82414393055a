//! SQL of shifts.

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::{CashierCode, StoreCode, TillCode};
use domain::ids::{LogId, ShiftId};
use domain::money::Money;
use domain::shift::{CashDirection, CashMoved, DrawerOpened, ShiftClosed, ShiftOpened};
use domain::time::to_millis;
use sqlx::{FromRow, query, query_as};

use super::{Closed, TillShift};
use crate::db::{DbError, Tx};
use crate::on;

/// The till is the one whose log says so.
pub(super) async fn insert_opened(tx: &mut Tx, log: LogId, opened: &ShiftOpened) -> Result<(), DbError> {
    const SQL: &str = "insert into till_shift (id, till, business_date, opened_at, opened_by, cash_float)
        select $1, l.till, $3, $4, $5, $6 from log l where l.id = $2
        on conflict (id) do nothing";
    on!(tx, c => query(SQL)
        .bind(opened.shift).bind(log).bind(opened.business_date).bind(to_millis(opened.at.to_utc()))
        .bind(text(opened.cashier.as_ref())).bind(opened.float.0)
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

pub(super) async fn insert_moved(tx: &mut Tx, moved: &CashMoved) -> Result<(), DbError> {
    const SQL: &str = "insert into till_cash_move
            (id, shift, direction, amount, reason, at, cashier, approved_by)
        values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing";
    let direction = match moved.direction {
        CashDirection::In => "in",
        CashDirection::Out => "out",
    };
    on!(tx, c => query(SQL)
        .bind(moved.id).bind(moved.shift).bind(direction).bind(moved.amount.0).bind(&moved.reason)
        .bind(to_millis(moved.at.to_utc())).bind(text(moved.cashier.as_ref())).bind(text(moved.approved_by.as_ref()))
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The till is the one whose log says so.
pub(super) async fn insert_drawer(tx: &mut Tx, log: LogId, opened: &DrawerOpened) -> Result<(), DbError> {
    const SQL: &str = "insert into till_drawer_opening (id, till, shift, at, cashier, approved_by, purpose)
        select $1, l.till, $3, $4, $5, $6, $7 from log l where l.id = $2
        on conflict (id) do nothing";
    on!(tx, c => query(SQL)
        .bind(opened.id).bind(log).bind(opened.shift).bind(to_millis(opened.at.to_utc()))
        .bind(text(opened.cashier.as_ref())).bind(text(opened.approved_by.as_ref())).bind(opened.purpose.code())
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

fn text(code: Option<&CashierCode>) -> Option<String> {
    code.map(|code| code.as_str().to_owned())
}

/// Only of the till whose shift it is, and only once.
pub(super) async fn close(tx: &mut Tx, log: LogId, closed: &ShiftClosed) -> Result<(), DbError> {
    const SQL: &str = "update till_shift set number = $2, closed_at = $3, closed_by = $4, counted = $5,
            expected = $6, sold = $7, returned = $8, tickets = $9, report = $10
        where id = $1 and closed_at is null and till = (select l.till from log l where l.id = $11)";
    let report = serde_json::to_string(closed)
        .map_err(|e| DbError::BadRow { what: "a Z report", why: e.to_string() })?;
    let totals = &closed.totals;
    on!(tx, c => query(SQL)
        .bind(closed.shift).bind(closed.number).bind(to_millis(closed.closed_at.to_utc()))
        .bind(text(closed.closed_by.as_ref())).bind(closed.counted.0)
        .bind(totals.cash_expected.0).bind(totals.sold.0).bind(totals.returned.0).bind(totals.tickets)
        .bind(&report).bind(log)
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

#[derive(FromRow)]
struct Raw {
    id: ShiftId,
    store: StoreCode,
    till: TillCode,
    business_date: NaiveDate,
    opened_at: DateTime<Utc>,
    opened_by: Option<String>,
    cash_float: i64,
    drawer_openings: i64,
    number: Option<i64>,
    closed_at: Option<DateTime<Utc>>,
    closed_by: Option<String>,
    counted: Option<i64>,
    expected: Option<i64>,
    sold: Option<i64>,
    returned: Option<i64>,
    tickets: Option<i64>,
}

impl From<Raw> for TillShift {
    fn from(raw: Raw) -> Self {
        let closed = raw.number.zip(raw.closed_at).map(|(number, at)| Closed {
            number,
            at,
            by: raw.closed_by,
            counted: Money(raw.counted.unwrap_or(0)),
            expected: Money(raw.expected.unwrap_or(0)),
            total: Money(raw.sold.unwrap_or(0).saturating_sub(raw.returned.unwrap_or(0))),
            tickets: raw.tickets.unwrap_or(0),
        });
        Self {
            id: raw.id,
            store: raw.store,
            till: raw.till,
            business_date: raw.business_date,
            opened_at: raw.opened_at,
            opened_by: raw.opened_by,
            float: Money(raw.cash_float),
            drawer_openings: raw.drawer_openings,
            closed,
        }
    }
}

/// The latest shifts first.
pub async fn all(tx: &mut Tx, limit: i64) -> Result<Vec<TillShift>, DbError> {
    const SQL: &str = "select s.id, t.store, t.code as till, s.business_date, s.opened_at, s.opened_by,
            s.cash_float, s.number, s.closed_at, s.closed_by, s.counted, s.expected, s.sold, s.returned,
            s.tickets,
            (select count(*) from till_drawer_opening d where d.shift = s.id and d.purpose = 'change')
                as drawer_openings
        from till_shift s join till t on t.id = s.till order by s.opened_at desc, s.id desc limit $1";
    let rows: Vec<Raw> = on!(tx, c => query_as(SQL).bind(limit).fetch_all(c).await)?;
    Ok(rows.into_iter().map(TillShift::from).collect())
}
