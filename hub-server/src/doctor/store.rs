//! What only the doctor asks of the database.

use chrono::{DateTime, Utc};
use sqlx::query_scalar;

use crate::db::{DbError, Tx};
use crate::on;

/// The latest moment that the hub itself wrote down: when it heard of a till, or when somebody changed something.
pub async fn last_written(tx: &mut Tx) -> Result<Option<DateTime<Utc>>, DbError> {
    const SQL: &str = "select at from (
            select seen_at as at from till where seen_at is not null
            union all select at from audit
        ) written order by at desc limit 1";
    Ok(on!(tx, c => query_scalar(SQL).fetch_optional(c).await)?)
}
