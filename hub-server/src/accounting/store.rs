//! SQL of the books.

use chrono::{DateTime, NaiveDate, Utc};
use domain::time::to_millis;
use sqlx::{query, query_as, query_scalar};

use super::rules::Estimate;
use crate::db::{DbError, Tx};
use crate::on;

pub(super) async fn estimates(tx: &mut Tx) -> Result<Vec<Estimate>, DbError> {
    const SQL: &str = "select valid_from, redeemed from points_estimate order by valid_from";
    let rows: Vec<(NaiveDate, i64)> = on!(tx, c => query_as(SQL).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(valid_from, redeemed)| Estimate { valid_from, redeemed }).collect())
}

pub(super) async fn insert_estimate(
    tx: &mut Tx,
    estimate: Estimate,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    const SQL: &str = "insert into points_estimate (valid_from, redeemed, created_at) values ($1, $2, $3)";
    on!(tx, c => query(SQL).bind(estimate.valid_from).bind(estimate.redeemed).bind(to_millis(now))
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

/// When the hub was set up.
pub(super) async fn began_at(tx: &mut Tx) -> Result<DateTime<Utc>, DbError> {
    Ok(on!(tx, c => query_scalar("select created_at from hub").fetch_one(c).await)?)
}
