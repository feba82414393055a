//! SQL of the exports: rows are handed out one by one, so memory stays flat.

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::StoreCode;
use domain::ids::{EntryId, SaleId};
use domain::money::{Money, Points, Quantity};
use futures::TryStreamExt;
use sqlx::{FromRow, query_as};

use super::Slice;
use crate::db::{DbError, Tx};
use crate::on;

#[derive(FromRow)]
pub(super) struct SaleLineRow {
    pub store: String,
    pub till: String,
    pub receipt_no: i64,
    pub business_date: NaiveDate,
    pub occurred_at: DateTime<Utc>,
    pub utc_offset_s: i64,
    pub cashier: Option<String>,
    pub card: Option<String>,
    pub status: String,
    pub number: i64,
    pub kind: String,
    pub sku: String,
    pub quantity: Quantity,
    pub unit_price: Money,
    pub net: Money,
    pub tax: Money,
    pub discount: Money,
}

pub(super) async fn sale_lines(
    tx: &mut Tx,
    slice: &Slice,
    mut take: impl FnMut(&SaleLineRow),
) -> Result<(), DbError> {
    const SQL: &str = "select s.store, s.till, s.receipt_no, s.business_date, s.occurred_at, s.utc_offset_s,
            s.cashier, s.card, s.status, l.number, l.kind, l.sku, l.quantity, l.unit_price, l.net, l.tax,
            l.discount
        from sale s join sale_line l on l.sale = s.id
        where ($1 = '' or s.store = $1) and s.business_date >= $2 and s.business_date <= $3
        order by s.business_date, s.store, s.till, s.receipt_no, l.number";
    let store = slice.store.as_ref().map_or("", StoreCode::as_str);
    let from = slice.from.or_else(|| NaiveDate::from_ymd_opt(1, 1, 1));
    let to = slice.to.or_else(|| NaiveDate::from_ymd_opt(9999, 12, 31));
    on!(tx, c => {
        let mut rows = query_as(SQL).bind(store).bind(from).bind(to).fetch(c);
        while let Some(row) = rows.try_next().await? {
            take(&row);
        }
    });
    Ok(())
}

#[derive(FromRow)]
pub(super) struct LedgerRow {
    pub id: EntryId,
    pub member: Option<String>,
    pub kind: String,
    pub points: Points,
    pub sale: Option<SaleId>,
    pub programme: Option<i64>,
    pub reason: String,
    pub occurred_at: DateTime<Utc>,
    pub posted_at: DateTime<Utc>,
}

pub(super) async fn ledger_entries(tx: &mut Tx, mut take: impl FnMut(&LedgerRow)) -> Result<(), DbError> {
    const SQL: &str = "select e.id, (select min(code) from member where account = e.account) as member, e.kind, e.points, e.sale, e.programme, e.reason,
            e.occurred_at, e.posted_at
        from ledger_entry e
        order by e.posted_at, e.id";
    on!(tx, c => {
        let mut rows = query_as(SQL).fetch(c);
        while let Some(row) = rows.try_next().await? {
            take(&row);
        }
    });
    Ok(())
}
