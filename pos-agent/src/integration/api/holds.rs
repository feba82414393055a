//! Points set aside for a basket.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use domain::codes::{CardNumber, ReceiptCode, StoreCode, TillCode};
use domain::money::Points;
use domain::sale::FIELD_MAX;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Companion;
use super::answer::{ApiError, json, no_such_till, read_fields};
use crate::integration::field::Reading;
use crate::integration::holds::{Held, Refused, Wanted, state_at};
use crate::store::companion::HoldRow;

/// Points that a basket is to be paid with.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldWanted {
    pub store: String,
    pub till: String,
    /// The till software's own name of the basket, up to 64 characters. A basket has one hold at a time.
    #[schema(example = "basket-118")]
    pub basket: String,
    pub card: String,
    #[schema(example = "50.00")]
    pub points: String,
}

/// A hold and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HoldSummary {
    pub hold: String,
    pub basket: String,
    pub card: String,
    pub points: String,
    /// `held`, `released`, `expired` or `captured`.
    pub state: String,
    /// What the hub has reserved is kept for two minutes at most; after that it is asked for again.
    pub expires_at: DateTime<Utc>,
    /// The sale that captured it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sale: Option<String>,
}

/// Sets points aside for a basket until its sale names the hold, or it is released, or it expires. Never more
/// than the known balance, and never more of one card than the chain's limit; with the hub in reach never more than it
/// reserves.
#[utoipa::path(post, path = "/api/v1/holds",
    request_body(content = HoldWanted, example = json!({
        "store": "centro", "till": "1", "basket": "basket-118", "card": "2990000010421", "points": "20.00"
    })), responses(
    (status = 201, body = HoldSummary),
    (status = 200, body = HoldSummary, description = "The basket had this very hold"),
    (status = 404, description = "`no_such_till`, `card_unknown`"),
    (status = 409, description = "`points_short`, `hold_exists`, `card_blocked`, `card_replaced`, `holds_off`, `snapshot_old`"),
    (status = 422, description = "Fields are wrong; `errors` has their JSON pointers"),
    (status = 429, description = "`too_many_misses`: as with look-ups of cards")))]
pub(super) async fn hold(
    State(companion): State<Companion>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let asked: HoldWanted = json(&headers, &body)?;
    let agent = companion.agent();
    let mut reading = Reading::default();
    let store: Option<StoreCode> = reading.field("/store", &asked.store);
    let till: Option<TillCode> = reading.field("/till", &asked.till);
    // Any visible text up to the length of a code.
    let basket: Option<ReceiptCode> = reading.field("/basket", &asked.basket);
    let card: Option<CardNumber> = reading.unsaid("/card", &asked.card);
    let points: Option<Points> = reading.field("/points", &asked.points);
    if points.is_some_and(|points| points <= Points::ZERO || points.0 > FIELD_MAX) {
        reading.wrong("/points", "points above 0 are held".to_owned());
    }
    let fields = store.zip(till).zip(basket).zip(card).zip(points);
    let ((((store, till), basket), card), points) = read_fields(reading, fields)?;
    let Some(n) = agent.till_called(&store, &till) else { return Err(ApiError(no_such_till(&store, &till))) };
    companion.may_ask()?;
    let wanted = Wanted { till: n, basket: basket.to_string(), card, points };
    match agent.hold_points(&wanted, companion.setting()).await? {
        Held::New(hold) => {
            Ok((StatusCode::CREATED, Json(HoldSummary::of(hold, agent.now()))).into_response())
        }
        Held::Repeated(hold) => Ok(Json(HoldSummary::of(hold, agent.now())).into_response()),
        Held::Refused(why) => {
            if why == Refused::CardUnknown {
                companion.note_miss(&wanted.card);
            }
            Err(refused(why))
        }
    }
}

/// How a hold stands.
#[utoipa::path(get, path = "/api/v1/holds/{hold}", params(("hold" = String, Path)),
    responses((status = 200, body = HoldSummary), (status = 404, description = "`no_such_hold`")))]
pub(super) async fn show(
    State(companion): State<Companion>,
    Path(hold): Path<String>,
) -> Result<Json<HoldSummary>, ApiError> {
    let agent = companion.agent();
    let found = agent.store().hold(id(&hold)?).await?.ok_or_else(no_such_hold)?;
    Ok(Json(HoldSummary::of(found, agent.now())))
}

/// Gives the points free again. One that is released or expired already is answered as it stands.
#[utoipa::path(delete, path = "/api/v1/holds/{hold}", params(("hold" = String, Path)), responses(
    (status = 200, body = HoldSummary), (status = 404, description = "`no_such_hold`"),
    (status = 409, description = "`hold_captured`: a sale has spent these points; return the sale")))]
pub(super) async fn release(
    State(companion): State<Companion>,
    Path(hold): Path<String>,
) -> Result<Json<HoldSummary>, ApiError> {
    let agent = companion.agent();
    let found = agent.release_hold(id(&hold)?).await?.ok_or_else(no_such_hold)?;
    if found.state == "captured" {
        return Err(ApiError::new(409, "hold_captured", "A sale has spent these points")
            .detail("post the return of that sale instead"));
    }
    Ok(Json(HoldSummary::of(found, agent.now())))
}

/// What is no id names no hold.
fn id(text: &str) -> Result<Uuid, ApiError> {
    text.parse().map_err(|_| no_such_hold())
}

fn no_such_hold() -> ApiError {
    ApiError::new(404, "no_such_hold", "This agent has no such hold")
}

fn refused(why: Refused) -> ApiError {
    match why {
        Refused::Off => ApiError::new(409, "holds_off", "Holds of points are switched off at this till")
            .detail("set [integration] hold_points_max in the settings of pos-agent"),
        Refused::CardUnknown => ApiError::new(404, "card_unknown", "This till does not know that card"),
        Refused::CardBlocked => ApiError::new(409, "card_blocked", "The card is blocked: it does not pay"),
        Refused::CardReplaced => {
            ApiError::new(409, "card_replaced", "Another card took the place of this one: that one pays")
        }
        Refused::SnapshotOld(at) => {
            let last = at.map_or("never".to_owned(), |at| at.to_rfc3339());
            ApiError::new(409, "snapshot_old", "The balances known here are too old to pay with")
                .detail(format!("last heard from the hub: {last}; the sale may still earn"))
        }
        Refused::Short { available } => ApiError::new(409, "points_short", "Not enough points")
            .detail(format!("{available} may be held now")),
        Refused::Other(hold) => ApiError::new(409, "hold_exists", "This basket holds something else")
            .detail(format!("release hold {hold} first")),
    }
}

impl HoldSummary {
    fn of(hold: HoldRow, now: DateTime<Utc>) -> Self {
        let state = state_at(&hold, now).to_owned();
        Self {
            hold: hold.id.to_string(),
            basket: hold.basket,
            card: hold.card.to_string(),
            points: hold.points.to_string(),
            state,
            expires_at: DateTime::from_timestamp_millis(hold.expires_ms).unwrap_or(now),
            sale: hold.sale.map(|sale| sale.to_string()),
        }
    }
}
