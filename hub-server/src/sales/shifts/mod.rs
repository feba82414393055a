//! Shifts of the tills with their Z reports, as the tills told them. A shift that is told twice, or whose
//! events come in another order, is one row.

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::{StoreCode, TillCode};
use domain::ids::{LogId, ShiftId};
use domain::money::Money;
use domain::shift::{CashMoved, DrawerOpened, ShiftClosed, ShiftOpened};

use crate::db::{DbError, Tx};

pub mod pages;
mod store;

pub use store::all;

/// A shift as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TillShift {
    pub id: ShiftId,
    pub store: StoreCode,
    pub till: TillCode,
    pub business_date: NaiveDate,
    pub opened_at: DateTime<Utc>,
    pub opened_by: Option<String>,
    pub float: Money,
    /// Times that its drawer was opened without a sale and without cash that moves.
    pub drawer_openings: i64,
    /// None while it is open.
    pub closed: Option<Closed>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    pub number: i64,
    pub at: DateTime<Utc>,
    pub by: Option<String>,
    pub counted: Money,
    pub expected: Money,
    /// Sold less returned.
    pub total: Money,
    pub tickets: i64,
}

pub async fn note_opened(tx: &mut Tx, log: LogId, opened: &ShiftOpened) -> Result<(), DbError> {
    store::insert_opened(tx, log, opened).await
}

pub async fn note_moved(tx: &mut Tx, moved: &CashMoved) -> Result<(), DbError> {
    store::insert_moved(tx, moved).await
}

pub async fn note_drawer(tx: &mut Tx, log: LogId, opened: &DrawerOpened) -> Result<(), DbError> {
    store::insert_drawer(tx, log, opened).await
}

/// Keeps the first Z report of a shift; it makes the row where the opening has not come.
pub async fn note_closed(tx: &mut Tx, log: LogId, closed: &ShiftClosed) -> Result<(), DbError> {
    let opened = ShiftOpened {
        shift: closed.shift,
        business_date: closed.business_date,
        at: closed.opened_at,
        cashier: closed.opened_by.clone(),
        float: closed.totals.float,
    };
    store::insert_opened(tx, log, &opened).await?;
    store::close(tx, log, closed).await
}

#[cfg(test)]
mod tests;
