//! SQL of one trading day, over the whole chain or some stores.

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::StoreCode;
use domain::money::{Money, Points};
use sqlx::{AssertSqlSafe, FromRow, query_as, query_scalar};

use crate::db::{DbError, Tx, bulk};
use crate::on;

/// The sums of one business date up to an instant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromRow)]
pub struct DaySums {
    /// What was paid, less what was given back.
    pub paid: Money,
    /// Completed sales with at least one line sold.
    pub tickets: i64,
    /// Of those, with a card.
    pub with_card: i64,
}

/// `and store in (…)`, with its placeholders from `$from` on; nothing for the whole chain.
fn within(stores: Option<&[StoreCode]>, from: usize) -> String {
    match stores {
        None => String::new(),
        // Nobody's stores: no row, and valid SQL.
        Some([]) => " and 1 = 0".to_owned(),
        Some(stores) => {
            let places: Vec<String> = (from..from + stores.len()).map(|n| format!("${n}")).collect();
            format!(" and s.store in ({})", places.join(","))
        }
    }
}

/// Stores beyond this many in one scope would not fit a statement.
fn bound(stores: Option<&[StoreCode]>) -> impl Iterator<Item = &str> {
    stores.unwrap_or_default().iter().take(bulk::ROWS).map(StoreCode::as_str)
}

pub(super) async fn sums(
    tx: &mut Tx,
    stores: Option<&[StoreCode]>,
    date: NaiveDate,
    until: DateTime<Utc>,
) -> Result<DaySums, DbError> {
    let sql = format!(
        "select cast(coalesce(sum(s.total), 0) as bigint) as paid,
            cast(coalesce(sum(case when s.has_sale then 1 else 0 end), 0) as bigint) as tickets,
            cast(coalesce(sum(case when s.has_sale and s.card is not null then 1 else 0 end), 0) as bigint)
                as with_card
         from sale s where s.business_date = $1 and s.occurred_at <= $2 and s.status = 'completed'{}",
        within(stores, 3)
    );
    Ok(on!(tx, c => {
        let mut query = query_as(AssertSqlSafe(sql.as_str())).bind(date).bind(until);
        for store in bound(stores) {
            query = query.bind(store);
        }
        query.fetch_one(c).await
    })?)
}

/// Points that the sales of a date earned, before any return.
pub(super) async fn points(
    tx: &mut Tx,
    stores: Option<&[StoreCode]>,
    date: NaiveDate,
    until: DateTime<Utc>,
) -> Result<Points, DbError> {
    let sql = format!(
        "select cast(coalesce(sum(p.points), 0) as bigint) from sale s join line_points p on p.sale = s.id
         where s.business_date = $1 and s.occurred_at <= $2 and s.status = 'completed'{}",
        within(stores, 3)
    );
    let points: i64 = on!(tx, c => {
        let mut query = query_scalar(AssertSqlSafe(sql.as_str())).bind(date).bind(until);
        for store in bound(stores) {
            query = query.bind(store);
        }
        query.fetch_one(c).await
    })?;
    Ok(Points(points))
}

/// When each ticket of a date was closed, with its store's offset from UTC in seconds.
pub(super) async fn moments(
    tx: &mut Tx,
    stores: Option<&[StoreCode]>,
    date: NaiveDate,
) -> Result<Vec<(DateTime<Utc>, i64)>, DbError> {
    let sql = format!(
        "select s.occurred_at, s.utc_offset_s from sale s
         where s.business_date = $1 and s.status = 'completed' and s.has_sale{}",
        within(stores, 2)
    );
    Ok(on!(tx, c => {
        let mut query = query_as(AssertSqlSafe(sql.as_str())).bind(date);
        for store in bound(stores) {
            query = query.bind(store);
        }
        query.fetch_all(c).await
    })?)
}
