//! The answers for programs: how often they come, what they usually take, what goes together.

use axum::Json;
use axum::extract::{Path, State};
use chrono::NaiveDate;
use domain::codes::{MemberCode, StoreCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::figures::{PointsFigures, UsualFigures, VisitFigures};
use super::{Level, MemberVisits, PairFigures, Question, store};
use crate::access::{Actor, Ask, Permission};
use crate::app::App;
use crate::catalogue;
use crate::db::Tx;
use crate::error::Error;
use crate::members::{api::must_find, cards_of_member};

const ROWS_DEFAULT: usize = 100;
const ROWS_MAX: usize = 10_000;
const MIN_COUNT_DEFAULT: u32 = 10;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct VisitsQuery {
    /// Visits to this store only; members who never came there are left out. Who sees one store only gets
    /// that one's; who sees some of several has to name one.
    #[param(value_type = Option<String>)]
    pub store: Option<StoreCode>,
    /// The day on which "overdue" is counted; otherwise the latest business date.
    pub as_of: Option<NaiveDate>,
    /// Members after this code: the last one of the page before.
    #[param(value_type = Option<String>)]
    pub after: Option<MemberCode>,
    /// At most 10,000.
    pub limit: Option<usize>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct VisitsPage {
    /// None before the first sale.
    pub as_of: Option<NaiveDate>,
    pub rows: Vec<VisitFigures>,
    /// Ask `after` this member for more; null at the end.
    pub next: Option<String>,
}

/// How often members come, by code.
#[utoipa::path(
    get, path = "/api/v1/insights/visits", tag = "insights", params(VisitsQuery),
    responses(
        (status = 200, body = VisitsPage),
        (status = 404, description = "No such store"),
        (status = 422, description = "The reader sees several stores and named none")
    )
)]
pub async fn visits(
    State(app): State<App>,
    actor: Actor,
    Ask(asked): Ask<VisitsQuery>,
) -> Result<Json<VisitsPage>, Error> {
    let store = actor.store_of_report(asked.store)?;
    let limit = asked.limit.unwrap_or(ROWS_DEFAULT).clamp(1, ROWS_MAX);
    let full = actor.may(Permission::ReadContacts);
    let mut tx = app.db.read().await?;
    let as_of = day(&mut tx, asked.as_of, &app).await?;
    let of_store;
    let of_chain;
    let rows: &[MemberVisits] = if store.is_some() {
        of_store = super::visits(&mut tx, store.as_ref()).await?;
        &of_store
    } else {
        of_chain = app.roll.all(&mut tx).await?;
        &of_chain
    };
    let after =
        |row: &&MemberVisits| asked.after.as_ref().is_none_or(|after| row.member.profile.code > *after);
    let date = as_of.unwrap_or_default();
    let mut page: Vec<VisitFigures> =
        rows.iter().filter(after).take(limit + 1).map(|row| VisitFigures::of(row, date, full)).collect();
    let more = page.len() > limit;
    page.truncate(limit);
    let next = page.last().filter(|_| more).map(|row| row.member.clone());
    Ok(Json(VisitsPage { as_of, rows: page, next }))
}

async fn day(tx: &mut Tx, asked: Option<NaiveDate>, app: &App) -> Result<Option<NaiveDate>, Error> {
    Ok(match asked {
        Some(day) => Some(day),
        None => store::as_of(tx, app.clock.now()).await?,
    })
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AsOfQuery {
    /// The day on which "due" and "overdue" are counted; otherwise the latest business date.
    pub as_of: Option<NaiveDate>,
}

/// How often one member comes.
#[utoipa::path(
    get, path = "/api/v1/members/{code}/visits", tag = "insights",
    params(("code" = String, Path, description = "The chain's number of the member"), AsOfQuery),
    responses((status = 200, body = VisitFigures), (status = 404, description = "No such member"))
)]
pub async fn visits_of(
    State(app): State<App>,
    actor: Actor,
    Path(code): Path<String>,
    Ask(asked): Ask<AsOfQuery>,
) -> Result<Json<VisitFigures>, Error> {
    let mut tx = app.db.read().await?;
    let member = must_find(&mut tx, &code).await?;
    let as_of = day(&mut tx, asked.as_of, &app).await?.unwrap_or_default();
    let rhythm = super::visit_days(&mut tx, member.account).await?.finish();
    let card = cards_of_member(&mut tx, member.id).await?.into_iter().map(|card| card.card).next();
    let row = MemberVisits { member, card, rhythm };
    Ok(Json(VisitFigures::of(&row, as_of, actor.may(Permission::ReadContacts))))
}

/// What one member usually takes, the largest share of visits first.
#[utoipa::path(
    get, path = "/api/v1/members/{code}/usual", tag = "insights",
    params(("code" = String, Path, description = "The chain's number of the member"), AsOfQuery),
    responses((status = 200, body = Vec<UsualFigures>), (status = 404, description = "No such member"))
)]
pub async fn usual_of(
    State(app): State<App>,
    Path(code): Path<String>,
    Ask(asked): Ask<AsOfQuery>,
) -> Result<Json<Vec<UsualFigures>>, Error> {
    let mut tx = app.db.read().await?;
    let member = must_find(&mut tx, &code).await?;
    let as_of = day(&mut tx, asked.as_of, &app).await?.unwrap_or_default();
    let usual = super::usual_of(&mut tx, member.account, as_of).await?;
    Ok(Json(usual.iter().map(UsualFigures::from).collect()))
}

/// The points of one member, as they are today; `expired` are those whose last day is over.
#[utoipa::path(
    get, path = "/api/v1/members/{code}/points", tag = "insights",
    params(("code" = String, Path, description = "The chain's number of the member")),
    responses((status = 200, body = PointsFigures), (status = 404, description = "No such member"))
)]
pub async fn points_of(
    State(app): State<App>,
    Path(code): Path<String>,
) -> Result<Json<PointsFigures>, Error> {
    let mut tx = app.db.read().await?;
    let member = must_find(&mut tx, &code).await?;
    let today = catalogue::first_date_at(&catalogue::stores(&mut tx).await?, app.clock.now());
    let row = super::points(&mut tx, Some(&member.profile.code), today).await?.pop();
    let missing = || anyhow::anyhow!("member {code} has no account");
    Ok(Json(PointsFigures::from(&row.ok_or_else(missing)?)))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AffinityQuery {
    pub level: Option<Level>,
    /// Tickets that hold both; 10 unless said otherwise.
    pub min_count: Option<u32>,
    /// Tickets of this store only; otherwise of the whole chain. Who sees one store only gets that one's; who
    /// sees some of several has to name one.
    #[param(value_type = Option<String>)]
    pub store: Option<StoreCode>,
    /// First business date.
    pub from: Option<NaiveDate>,
    /// Last business date.
    pub to: Option<NaiveDate>,
    /// At most 10,000 pairs.
    pub limit: Option<usize>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AffinityPage {
    /// Tickets that were counted.
    pub tickets: u64,
    /// Pairs that reach the minimum, also those beyond `limit`.
    pub pairs: usize,
    pub rows: Vec<PairFigures>,
}

/// What is bought together, the most frequent pairs first. Every ticket is counted.
#[utoipa::path(
    get, path = "/api/v1/insights/affinity", tag = "insights", params(AffinityQuery),
    responses(
        (status = 200, body = AffinityPage),
        (status = 404, description = "No such store"),
        (status = 422, description = "The reader sees several stores and named none")
    )
)]
pub async fn affinity(
    State(app): State<App>,
    actor: Actor,
    Ask(asked): Ask<AffinityQuery>,
) -> Result<Json<AffinityPage>, Error> {
    let store = actor.store_of_report(asked.store)?;
    let question = Question {
        level: asked.level.unwrap_or(Level::Sku),
        min_count: asked.min_count.unwrap_or(MIN_COUNT_DEFAULT).max(1),
        store,
        from: asked.from,
        to: asked.to,
    };
    let mut tx = app.db.read().await?;
    let answer = app.resident.affinity(&mut tx, &question).await?;
    let limit = asked.limit.unwrap_or(ROWS_DEFAULT).clamp(1, ROWS_MAX);
    let rows = answer.rows().take(limit).collect();
    Ok(Json(AffinityPage { tickets: answer.tickets, pairs: answer.len(), rows }))
}
