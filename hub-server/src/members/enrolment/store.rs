//! SQL of contacts, consents and possible duplicates.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::codes::MemberCode;
use domain::enrolment::ConsentAnswer;
use domain::ids::{EventId, MemberId};
use domain::time::to_millis;
use sqlx::{AssertSqlSafe, FromRow, query, query_as};

use super::super::Member;
use crate::db::{Cells, DbError, Insert, Tx, bulk, rows_of};
use crate::on;

/// Takes the contacts of these members out and puts those that they have now in.
pub(super) async fn write_contacts(
    tx: &mut Tx,
    members: &[Member],
    keys: &[(MemberId, &'static str, String)],
) -> Result<(), DbError> {
    for part in members.chunks(bulk::ROWS) {
        let sql = format!("delete from member_contact where member in {}", bulk::list(part.len()));
        on!(tx, c => {
            let mut query = query(AssertSqlSafe(sql.as_str()));
            for member in part {
                query = query.bind(member.id);
            }
            query.execute(c).await.map(|_| ())
        })?;
    }
    let rows = Insert {
        table: "member_contact",
        columns: vec![
            ("member", Cells::Uuid(keys.iter().map(|(member, _, _)| member.0).collect())),
            ("kind", Cells::Text(keys.iter().map(|(_, kind, _)| *kind).collect())),
            ("contact_key", Cells::Text(keys.iter().map(|(_, _, key)| key.as_str()).collect())),
        ],
        conflict: "",
    };
    rows.run(tx).await.map(|_| ())
}

/// One answer of a member, with the words it was given to.
#[derive(Debug, Clone, Copy)]
pub struct Answered<'a> {
    pub event: EventId,
    pub member: MemberId,
    pub answer: &'a ConsentAnswer,
    pub source: &'a str,
    pub at: DateTime<Utc>,
}

pub async fn insert_answer(tx: &mut Tx, answered: &Answered<'_>) -> Result<(), DbError> {
    const WORDS: &str = "insert into consent_text (version, words) values ($1, $2)
        on conflict (version) do nothing";
    const ANSWER: &str = "insert into member_consent
        (event, member, purpose, given, text_version, source, at) values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (event, purpose) do nothing";
    let Answered { event, member, answer, source, at } = answered;
    on!(tx, c => query(WORDS)
        .bind(&answer.text_version).bind(&answer.text).execute(c).await.map(|_| ()))?;
    on!(tx, c => query(ANSWER)
        .bind(*event).bind(*member).bind(answer.purpose.code()).bind(answer.given)
        .bind(&answer.text_version).bind(*source).bind(*at)
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

pub(super) async fn insert_duplicates(
    tx: &mut Tx,
    member: MemberId,
    others: &[(MemberId, &'static str)],
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    const SQL: &str = "insert into possible_duplicate (member, other, reason, found_at)
        values ($1, $2, $3, $4)";
    for (other, reason) in others {
        on!(tx, c => query(SQL)
            .bind(member).bind(*other).bind(*reason).bind(to_millis(now)).execute(c).await.map(|_| ()))?;
    }
    Ok(())
}

/// What somebody answered, and to which words.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct ConsentRow {
    pub purpose: String,
    pub given: bool,
    pub text_version: String,
    pub words: String,
    pub source: String,
    pub at: DateTime<Utc>,
}

/// A member's answers, oldest first.
pub async fn consents(tx: &mut Tx, member: MemberId) -> Result<Vec<ConsentRow>, DbError> {
    const SQL: &str = "select a.purpose, a.given, a.text_version, t.words, a.source, a.at
        from member_consent a join consent_text t on t.version = a.text_version
        where a.member = $1 order by a.at, a.purpose";
    Ok(on!(tx, c => query_as(SQL).bind(member).fetch_all(c).await)?)
}

/// Somebody who may be the same person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    pub code: MemberCode,
    /// `phone` or `email`.
    pub reason: String,
}

/// Who of these may be somebody else too, in both directions, as long as nobody has looked at it.
pub async fn duplicates(
    tx: &mut Tx,
    members: &[MemberId],
) -> Result<HashMap<MemberId, Vec<Duplicate>>, DbError> {
    let mut found: HashMap<MemberId, Vec<Duplicate>> = HashMap::new();
    for (own, other) in [("member", "other"), ("other", "member")] {
        let text = |members: &str| {
            format!(
                "select d.{own}, m.code, d.reason from possible_duplicate d join member m on m.id = d.{other}
                 where d.settled_at is null and d.{own} in {members} order by m.code"
            )
        };
        for (member, code, reason) in rows_of::<(MemberId, MemberCode, String), _>(tx, members, text).await? {
            found.entry(member).or_default().push(Duplicate { code, reason });
        }
    }
    Ok(found)
}
