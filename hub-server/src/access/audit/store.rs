//! SQL of the audit.

use chrono::{DateTime, Utc};
use sqlx::{FromRow, query, query_as};
use uuid::Uuid;

use crate::db::{DbError, Tx};
use crate::on;

#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct AuditRow {
    pub at: DateTime<Utc>,
    pub who: String,
    pub action: String,
    pub subject: String,
    pub detail: String,
}

pub(super) async fn insert(tx: &mut Tx, id: Uuid, row: &AuditRow) -> Result<(), DbError> {
    const SQL: &str =
        "insert into audit (id, at, who, action, subject, detail) values ($1, $2, $3, $4, $5, $6)";
    on!(tx, c => query(SQL)
        .bind(id).bind(row.at).bind(&row.who).bind(&row.action).bind(&row.subject).bind(&row.detail)
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The newest rows first.
pub async fn latest(tx: &mut Tx, limit: i64) -> Result<Vec<AuditRow>, DbError> {
    const SQL: &str = "select at, who, action, subject, detail from audit order by at desc, id desc limit $1";
    Ok(on!(tx, c => query_as(SQL).bind(limit).fetch_all(c).await)?)
}
