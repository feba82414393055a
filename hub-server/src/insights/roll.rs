//! Every member's rhythm, kept in memory until something is applied: lists sort and filter by figures
//! that no index holds.

use std::sync::Arc;

use tokio::sync::Mutex;

use super::{MemberVisits, store, visits};
use crate::db::{DbError, Tx};

/// What the hub had taken in when the roll was made; another value means that it must be made again.
type Mark = (i64, i64, i64);

#[derive(Debug, Default, Clone)]
pub struct Roll(Arc<Mutex<Option<(Mark, Arc<Vec<MemberVisits>>)>>>);

impl Roll {
    /// All members with their chain-wide rhythm, by code.
    pub async fn all(&self, tx: &mut Tx) -> Result<Arc<Vec<MemberVisits>>, DbError> {
        let mark = store::applied_mark(tx).await?;
        let mut kept = self.0.lock().await;
        if let Some((known, rows)) = kept.as_ref()
            && *known == mark
        {
            return Ok(Arc::clone(rows));
        }
        let rows = Arc::new(visits(tx, None).await?);
        *kept = Some((mark, Arc::clone(&rows)));
        Ok(rows)
    }
}
