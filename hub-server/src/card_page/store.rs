//! SQL of the links to customers' own pages.

use chrono::{DateTime, Utc};
use domain::codes::MemberCode;
use domain::ids::MemberId;
use domain::time::to_millis;
use sqlx::{AssertSqlSafe, FromRow, query, query_as, query_scalar};
use uuid::Uuid;

use crate::db::{DbError, Tx, dialect};
use crate::on;

/// A link that works.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Link {
    pub id: Uuid,
    /// The number that it was made for; whoever was merged brings theirs along.
    pub code: MemberCode,
    pub made_by: String,
    pub made_at: DateTime<Utc>,
}

/// The number that a link was made for.
pub(super) async fn holder(tx: &mut Tx, digest: &str) -> Result<Option<MemberId>, DbError> {
    const SQL: &str = "select member from card_page_link where digest = $1 and ended_at is null";
    Ok(on!(tx, c => query_scalar(SQL).bind(digest).fetch_optional(c).await)?)
}

/// Whoever makes or ends a link of this member waits from here on until the transaction ends.
pub(super) async fn lock(tx: &mut Tx, member: MemberId) -> Result<(), DbError> {
    let sql = format!("select id from member where id = $1{}", dialect::row_lock(tx.is_postgres()));
    let _: Option<MemberId> =
        on!(tx, c => query_scalar(AssertSqlSafe(sql.as_str())).bind(member).fetch_optional(c).await)?;
    Ok(())
}

/// The links that open a member's page, the newest first.
pub(super) async fn links(tx: &mut Tx, member: MemberId) -> Result<Vec<Link>, DbError> {
    const SQL: &str = "select l.id, m.code, l.made_by, l.made_at from card_page_link l
        join member m on m.id = l.member
        where coalesce(m.merged_into, m.id) = $1 and l.ended_at is null order by l.made_at desc, l.id desc";
    Ok(on!(tx, c => query_as(SQL).bind(member).fetch_all(c).await)?)
}

/// Ends every link that opens a member's page; answers how many those were.
pub(super) async fn end(tx: &mut Tx, member: MemberId, by: &str, now: DateTime<Utc>) -> Result<u64, DbError> {
    const SQL: &str = "update card_page_link set ended_by = $2, ended_at = $3
        where ended_at is null and member in (select id from member where coalesce(merged_into, id) = $1)";
    Ok(on!(tx, c => query(SQL)
        .bind(member).bind(by).bind(to_millis(now)).execute(c).await.map(|done| done.rows_affected()))?)
}

/// Answers whether it was made: one that somebody else made meanwhile stays.
pub(super) async fn insert(
    tx: &mut Tx,
    id: Uuid,
    digest: &str,
    member: MemberId,
    (by, now): (&str, DateTime<Utc>),
) -> Result<bool, DbError> {
    const SQL: &str = "insert into card_page_link (id, digest, member, made_by, made_at)
        values ($1, $2, $3, $4, $5) on conflict do nothing";
    let done = on!(tx, c => query(SQL)
        .bind(id).bind(digest).bind(member).bind(by).bind(to_millis(now))
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(done == 1)
}
