//! SQL of how custody stands.

use chrono::{DateTime, Utc};
use sqlx::{FromRow, query_as};

use crate::db::{DbError, Tx};
use crate::on;

/// How custody stands, for the operator.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct CustodyState {
    pub quarantined: i64,
    /// Of these, kinds of events that a later version of this program knows.
    pub held: i64,
    /// Since when the oldest of the others waits.
    pub waiting_since: Option<DateTime<Utc>>,
    pub forked: i64,
    /// Logs that a till began because its file was restored, copied, moved or damaged.
    pub reopened: i64,
    /// Tills that may push, when the one not heard of for longest was, and what they said they had not sent.
    pub tills: i64,
    pub oldest_seen: Option<DateTime<Utc>>,
    pub silent: i64,
    pub unsent: i64,
    /// The last number of the changes feed.
    pub changes: i64,
}

pub async fn custody_state(tx: &mut Tx, silent_before: DateTime<Utc>) -> Result<CustodyState, DbError> {
    const SQL: &str = "select
        (select count(*) from quarantine where settled_at is null) as quarantined,
        (select count(*) from quarantine where settled_at is null and code = 'held') as held,
        (select received_at from quarantine where settled_at is null and code <> 'held'
            order by received_at limit 1) as waiting_since,
        (select count(*) from log where status = 'forked') as forked,
        (select count(*) from audit where action = 'log.opened') as reopened,
        (select head from feed where only_one) as changes,
        (select count(*) from till where enrolled_at is not null and revoked_at is null) as tills,
        (select seen_at from till where enrolled_at is not null and revoked_at is null
            and seen_at is not null order by seen_at limit 1) as oldest_seen,
        (select count(*) from till where enrolled_at is not null and revoked_at is null
            and (seen_at is null or seen_at < $1)) as silent,
        (select cast(coalesce(sum(unsent), 0) as bigint) from till
            where enrolled_at is not null and revoked_at is null) as unsent";
    Ok(on!(tx, c => query_as(SQL).bind(silent_before).fetch_one(c).await)?)
}
