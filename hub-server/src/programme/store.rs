//! SQL of drafts.

use chrono::{DateTime, Utc};
use domain::points::Programme;
use sqlx::{FromRow, query, query_as};

use super::Draft;
use crate::db::{DbError, Tx};
use crate::on;

#[derive(FromRow)]
struct Row {
    body: String,
    typed: Option<String>,
    saved_by: String,
    saved_at: DateTime<Utc>,
}

fn bad(why: impl ToString) -> DbError {
    DbError::BadRow { what: "a draft of the programme", why: why.to_string() }
}

/// The draft of a version that is still to come.
pub(super) async fn draft(tx: &mut Tx, version: i64) -> Result<Option<Draft>, DbError> {
    const SQL: &str = "select body, typed, saved_by, saved_at from programme_draft where version = $1";
    let row: Option<Row> = on!(tx, c => query_as(SQL).bind(version).fetch_optional(c).await)?;
    let read = |row: Row| {
        let rules: Programme = serde_json::from_str(&row.body).map_err(bad)?;
        let typed = row.typed.map(|typed| serde_json::from_str(&typed)).transpose().map_err(bad)?;
        Ok(Draft { rules, typed, saved: Some((row.saved_by, row.saved_at)) })
    };
    row.map(read).transpose()
}

pub(super) async fn save(tx: &mut Tx, draft: &Draft, who: &str, now: DateTime<Utc>) -> Result<(), DbError> {
    const SQL: &str = "insert into programme_draft (version, body, typed, saved_by, saved_at)
        values ($1, $2, $3, $4, $5)
        on conflict (version) do update set body = excluded.body, typed = excluded.typed,
            saved_by = excluded.saved_by, saved_at = excluded.saved_at";
    let body = serde_json::to_string(&draft.rules).map_err(bad)?;
    let typed = draft.typed.as_ref().map(serde_json::to_string).transpose().map_err(bad)?;
    on!(tx, c => query(SQL)
        .bind(draft.rules.version).bind(&body).bind(&typed).bind(who).bind(now)
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

/// What became a version, or was written for one that is there now, is no draft any more.
pub(super) async fn drop_until(tx: &mut Tx, version: i64) -> Result<(), DbError> {
    const SQL: &str = "delete from programme_draft where version <= $1";
    on!(tx, c => query(SQL).bind(version).execute(c).await.map(|_| ()))?;
    Ok(())
}
