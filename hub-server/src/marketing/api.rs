//! Promotions for programs.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::PromotionId;
use domain::sync::FieldProblem;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Answers, CreateError, Draft, Promotion, Segment};
use crate::access::{Actor, Sent, audit, secret};
use crate::app::App;
use crate::db::Tx;
use crate::error::Error;
use crate::live::News;

#[derive(Debug, Serialize, ToSchema)]
pub struct PromotionView {
    #[schema(value_type = uuid::Uuid)]
    pub id: PromotionId,
    pub name: String,
    /// `{"by": "rhythm", "mean_at_least"?, "mean_at_most"?, "overdue_at_least"?}` in days, or
    /// `{"by": "product", "goods": {"sku" or "line": …}, "bought": true or false, "within_days": …}`.
    #[schema(value_type = Object)]
    pub segment: Value,
    pub offer_text: String,
    pub sku: Option<String>,
    /// In 1/100 of a per cent.
    pub percent_off: i64,
    pub valid_from: NaiveDate,
    pub valid_until: NaiveDate,
    pub active: bool,
    pub created_at: DateTime<Utc>,
    pub answers: Answers,
}

async fn view(tx: &mut Tx, promotion: Promotion) -> Result<PromotionView, Error> {
    let answers = super::answers(tx, promotion.id).await?;
    let Draft { name, segment, offer_text, sku, percent_off, valid_from, valid_until } = promotion.draft;
    Ok(PromotionView {
        id: promotion.id,
        name,
        segment: serde_json::to_value(segment).map_err(anyhow::Error::from)?,
        offer_text,
        sku: sku.map(String::from),
        percent_off,
        valid_from,
        valid_until,
        active: promotion.active,
        created_at: promotion.created_at,
        answers,
    })
}

/// All promotions in the order in which they were made: a member is offered the first that fits.
#[utoipa::path(
    get, path = "/api/v1/promotions", tag = "marketing",
    responses((status = 200, body = Vec<PromotionView>))
)]
pub async fn list(State(app): State<App>) -> Result<Json<Vec<PromotionView>>, Error> {
    let mut tx = app.db.read().await?;
    let mut views = vec![];
    for promotion in super::promotions(&mut tx).await? {
        views.push(view(&mut tx, promotion).await?);
    }
    Ok(Json(views))
}

/// Makes a promotion.
#[utoipa::path(
    post, path = "/api/v1/promotions", tag = "marketing", request_body = Object,
    responses((status = 201, body = PromotionView), (status = 422, description = "Fields that do not pass"))
)]
pub async fn create(
    State(app): State<App>,
    actor: Actor,
    Sent(draft): Sent<Draft>,
) -> Result<(StatusCode, Json<PromotionView>), Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let promotion = super::create(&mut tx, draft, now, secret::bytes()).await.map_err(refusal)?;
    let id = promotion.id.to_string();
    audit::note(&mut tx, now, &actor.who, "promotion.created", &id, &promotion.draft.name).await?;
    let made = view(&mut tx, promotion).await?;
    tx.commit().await?;
    app.live.tell([News::Tills]);
    Ok((StatusCode::CREATED, Json(made)))
}

fn refusal(error: CreateError) -> Error {
    match error {
        CreateError::Db(error) => error.into(),
        CreateError::Fields(fields) => {
            let problem = |field: super::FieldError| FieldProblem {
                pointer: format!("/{}", field.field),
                detail: format!("{}: {}", field.code, field.reason),
            };
            let title = "The promotion cannot be made as it stands.";
            Error::invalid("bad_promotion", title, fields.into_iter().map(problem).collect())
        }
    }
}

/// Stops a promotion; stopping it again changes nothing.
#[utoipa::path(
    post, path = "/api/v1/promotions/{id}/stop", tag = "marketing",
    params(("id" = String, Path, description = "Id of the promotion")),
    responses((status = 200, body = PromotionView), (status = 404, description = "No such promotion"))
)]
pub async fn stop(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Json<PromotionView>, Error> {
    let missing = || Error::not_found("no_such_promotion", "There is no such promotion.");
    let id: PromotionId = id.parse().map_err(|_| missing())?;
    let mut tx = app.db.begin().await?;
    if super::stop(&mut tx, id).await? {
        let now = app.clock.now();
        audit::note(&mut tx, now, &actor.who, "promotion.stopped", &id.to_string(), "").await?;
    }
    let promotion = super::promotion(&mut tx, id).await?.ok_or_else(missing)?;
    let stopped = view(&mut tx, promotion).await?;
    tx.commit().await?;
    app.live.tell([News::Tills]);
    Ok(Json(stopped))
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SegmentFigures {
    pub matching: usize,
    /// Of those, with a dated consent.
    pub reachable: usize,
    pub as_of: Option<NaiveDate>,
}

/// How many members a segment holds now.
#[utoipa::path(
    post, path = "/api/v1/segments/count", tag = "marketing", request_body = Object,
    responses((status = 200, body = SegmentFigures))
)]
pub async fn count(
    State(app): State<App>,
    Sent(segment): Sent<Segment>,
) -> Result<Json<SegmentFigures>, Error> {
    let mut tx = app.db.read().await?;
    let count = super::count(&mut tx, &segment, app.clock.now()).await?;
    let (matching, reachable, as_of) = (count.matching, count.reachable, count.as_of);
    Ok(Json(SegmentFigures { matching, reachable, as_of }))
}
