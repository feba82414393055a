//! How often members come, what they usually take, and what goes together: computed from the sales that
//! were applied, by the definitions of `docs/definitions.md`.

use chrono::NaiveDate;
use domain::codes::{CardNumber, StoreCode};
use domain::ids::{AccountId, MemberId};
use domain::snapshot::MemberRow;

use crate::db::{DbError, Tx};
use crate::members::{self, Member};

pub mod affinity;
pub mod api;
pub mod columns;
pub mod export;
pub mod figures;
pub mod jobs;
pub mod pages;
mod ranks;
pub mod roll;
mod store;
pub mod today;
pub mod usual;
pub mod visits;

pub use columns::{Answer, Level, PairFigures, Question, Resident};
pub use ranks::Ranks;
pub use roll::Roll;
pub use store::{Goods, as_of, last_bought, mark_all_stale, mark_stale, points, stale_count};
use usual::{Bought, Usual};
use visits::{Rhythm, VisitDays};

/// A member and their rhythm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberVisits {
    pub member: Member,
    /// The first of their cards.
    pub card: Option<CardNumber>,
    pub rhythm: Rhythm,
}

/// Points of one member on a date: the sums beside the ledger, less what had ended.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PointsRow {
    pub member: domain::codes::MemberCode,
    pub balance: domain::money::Points,
    /// Left in lots that have vested and not ended, less debt, never below zero.
    pub available: domain::money::Points,
    /// Left in lots that have not vested.
    pub pending: domain::money::Points,
    pub debt: domain::money::Points,
    pub earned: domain::money::Points,
    pub burned: domain::money::Points,
    /// Left in lots that have ended.
    pub expired: domain::money::Points,
}

/// Every member by code with their visits, in one store where one is asked for; members without visits
/// are listed too, except where a store is asked for.
pub async fn visits(tx: &mut Tx, at: Option<&StoreCode>) -> Result<Vec<MemberVisits>, DbError> {
    let mut days = store::visit_days(tx, at).await?;
    let mut cards = store::first_cards(tx).await?;
    let members = members::accounts(tx).await?;
    let rows = members.into_iter().map(|member| MemberVisits {
        rhythm: days.remove(&member.account).unwrap_or_default().finish(),
        card: cards.remove(&member.id),
        member,
    });
    Ok(rows.filter(|row| at.is_none() || row.rhythm.visits > 0).collect())
}

/// The visit dates of one account.
pub async fn visit_days(tx: &mut Tx, account: AccountId) -> Result<VisitDays, DbError> {
    Ok(store::visit_days_of(tx, &[account]).await?.remove(&account).unwrap_or_default())
}

/// What one account usually takes.
pub async fn usual_of(tx: &mut Tx, account: AccountId, as_of: NaiveDate) -> Result<Vec<Usual>, DbError> {
    let visits = visit_days(tx, account).await?.finish().visits;
    let bought = store::bought_of(tx, &[account]).await?.remove(&account).unwrap_or_default();
    let mut often: Vec<Bought> = bought.into_values().filter(|b| often(&b.days)).collect();
    store::name(tx, &mut often).await?;
    Ok(usual::usual(visits, &often, as_of))
}

/// What the tills know of a member, once they were told.
pub async fn told(tx: &mut Tx, member: MemberId) -> Result<Option<MemberRow>, DbError> {
    let body = store::snapshots(tx, &[member]).await?.remove(&member);
    let read = |body: String| {
        serde_json::from_str(&body).map_err(|e| DbError::BadRow { what: "a snapshot", why: e.to_string() })
    };
    body.map(read).transpose()
}

fn often(days: &VisitDays) -> bool {
    days.days().len() >= usize::try_from(visits::PATTERN_FROM).unwrap_or(usize::MAX)
}
