//! SQL of looking for changes.

use domain::codes::StoreCode;
use domain::ids::{AccountId, LogId};
use sqlx::query_as;

use crate::db::{DbError, Tx};
use crate::on;

/// How far each log came.
pub(super) async fn log_ends(tx: &mut Tx) -> Result<Vec<(LogId, i64)>, DbError> {
    const SQL: &str = "select id, ack_seq from log";
    Ok(on!(tx, c => query_as(SQL).fetch_all(c).await)?)
}

/// Whose and where the sales of a stretch of a log were.
pub(super) async fn sales_between(
    tx: &mut Tx,
    log: LogId,
    after: i64,
    until: i64,
) -> Result<Vec<(StoreCode, Option<AccountId>)>, DbError> {
    const SQL: &str =
        "select distinct store, account from sale where log = $1 and seq > $2 and seq <= $3 limit 1000";
    Ok(on!(tx, c => query_as(SQL).bind(log).bind(after).bind(until).fetch_all(c).await)?)
}

/// Changes with every till that was seen, enrolled or revoked, and with quarantine.
pub(super) async fn till_mark(tx: &mut Tx) -> Result<(Option<i64>, i64, i64), DbError> {
    const SQL: &str = "select
        (select cast(sum(session) as bigint) from till),
        (select count(*) from till where enrolled_at is not null and revoked_at is null),
        (select count(*) from quarantine where settled_at is null)";
    Ok(on!(tx, c => query_as(SQL).fetch_one(c).await)?)
}
