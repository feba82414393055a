//! Who changed what, and when. Rows are added, never changed; they hold codes, never personal details.

use chrono::{DateTime, Utc};

use super::secret;
use crate::db::{DbError, Tx};

mod store;

pub use store::{AuditRow, latest};

/// Adds a row within the change it tells of.
pub async fn note(
    tx: &mut Tx,
    now: DateTime<Utc>,
    who: &str,
    action: &str,
    subject: &str,
    detail: &str,
) -> Result<(), DbError> {
    let id = domain::ids::uuid_v7(now.timestamp_millis(), secret::bytes());
    let row = AuditRow {
        at: now,
        who: who.to_owned(),
        action: action.to_owned(),
        subject: subject.to_owned(),
        detail: detail.to_owned(),
    };
    store::insert(tx, id, &row).await
}
