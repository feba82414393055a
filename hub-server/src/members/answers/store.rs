//! SQL of members' own answers.

use domain::ids::MemberId;
use sqlx::query;

use super::Consent;
use crate::db::{DbError, Tx};
use crate::on;

/// Leave from one member; where several are one the later answer holds.
pub(super) async fn give(tx: &mut Tx, member: MemberId, consent: &Consent) -> Result<bool, DbError> {
    const SQL: &str = "update member set consent_marketing = $2, consent_at = $3, consent_source = $4
        where id = $1";
    let done = on!(tx, c => query(SQL)
        .bind(member).bind(consent.marketing).bind(consent.at).bind(&consent.source)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// No leave any more, from a member and from all who are part of them. A no that nobody dated, or that came another way,
/// is dated now: a file of before must not overrule it.
pub(super) async fn take_back(tx: &mut Tx, member: MemberId, consent: &Consent) -> Result<bool, DbError> {
    const SQL: &str = "update member set consent_marketing = $2, consent_at = $3, consent_source = $4
        where (id = $1 or merged_into = $1)
            and (consent_marketing or consent_at is null or consent_source <> $4)";
    let done = on!(tx, c => query(SQL)
        .bind(member).bind(consent.marketing).bind(consent.at).bind(&consent.source)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(done > 0)
}
