//! The local API, on loopback only: finished sales in, the agent's state out.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::sale::Sale;
use domain::sync::Problem;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Taken;
use super::finished::{FinishedSale, Unfinished};
use crate::app::Agent;
use crate::error::AgentError;
use crate::status::Status;

/// Sales a bulk request may carry.
pub const BULK_MAX: usize = 500;

#[derive(OpenApi)]
#[openapi(info(title = "pos-agent", description = "The local interface of a till, on loopback"))]
struct Description;

/// The routes with the document that describes them.
pub fn router() -> (axum::Router<Agent>, utoipa::openapi::OpenApi) {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(take_sale))
        .routes(routes!(take_sales))
        .routes(routes!(status))
        .split_for_parts()
}

/// A sale that this agent has in its journal and will send to the hub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TakenSale {
    pub sale: String,
    pub store: String,
    pub till: String,
    pub seq: i64,
    pub business_date: String,
    /// What was paid; negative where more was given back.
    pub total: String,
}

/// What became of one sale of a bulk request.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct BulkAnswer {
    /// `taken`, `repeated`, or the stable code of the refusal.
    pub outcome: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// Takes a finished sale. The same sale again is answered with 200 and the first answer; another sale
/// under the same number with 409.
#[utoipa::path(post, path = "/api/v1/sales", request_body = FinishedSale, responses(
    (status = 201, body = TakenSale), (status = 200, body = TakenSale, description = "Taken before"),
    (status = 404, description = "`no_such_till`"), (status = 409, description = "`receipt_conflict`"),
    (status = 422, description = "Fields or sums are wrong; `errors` has their JSON pointers")))]
async fn take_sale(
    State(agent): State<Agent>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let finished: FinishedSale = json(&headers, &body)?;
    let sale = finished.close()?;
    let taken = agent.take_sales(std::slice::from_ref(&sale)).await?;
    match taken.first() {
        Some(Taken::New) => Ok((StatusCode::CREATED, Json(TakenSale::of(&sale))).into_response()),
        Some(Taken::Repeated) => Ok(Json(TakenSale::of(&sale)).into_response()),
        Some(refused) => Err(refusal(*refused, &sale)),
        None => Err(ApiError(Problem::new(500, "no_answer", "The sale was not looked at"))),
    }
}

/// Takes up to 500 finished sales in one commit and answers for each, in order.
#[utoipa::path(post, path = "/api/v1/sales/bulk", request_body = Vec<FinishedSale>,
    responses((status = 200, body = Vec<BulkAnswer>), (status = 413, description = "More than 500 sales")))]
async fn take_sales(
    State(agent): State<Agent>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Vec<BulkAnswer>>, ApiError> {
    let finished: Vec<FinishedSale> = json(&headers, &body)?;
    if finished.len() > BULK_MAX {
        return Err(ApiError(Problem::new(413, "too_many_sales", "Send at most 500 sales at once")));
    }
    let closed: Vec<Result<Sale, Unfinished>> = finished.iter().map(FinishedSale::close).collect();
    let good: Vec<Sale> = closed.iter().flatten().cloned().collect();
    let mut taken = agent.take_sales(&good).await?.into_iter();
    let answers = closed.into_iter().filter_map(|sale| match sale {
        Err(unfinished) => Some(BulkAnswer::refused(unfinished.code, &first_detail(&unfinished))),
        Ok(sale) => taken.next().map(|taken| BulkAnswer::of(taken, &sale)),
    });
    Ok(Json(answers.collect()))
}

/// What this agent has, sends and hears.
#[utoipa::path(get, path = "/api/v1/status", responses((status = 200, body = Status)))]
async fn status(State(agent): State<Agent>) -> Result<Json<Status>, ApiError> {
    Ok(Json(agent.status().await?))
}

impl TakenSale {
    fn of(sale: &Sale) -> Self {
        Self {
            sale: sale.id.to_string(),
            store: sale.store.to_string(),
            till: sale.till.to_string(),
            seq: sale.receipt_no,
            business_date: sale.business_date.to_string(),
            total: sale.total().to_string(),
        }
    }
}

impl BulkAnswer {
    fn of(taken: Taken, sale: &Sale) -> Self {
        match taken {
            Taken::New => Self { outcome: "taken".to_owned(), detail: None },
            Taken::Repeated => Self { outcome: "repeated".to_owned(), detail: None },
            refused => {
                let ApiError(problem) = refusal(refused, sale);
                Self::refused(&problem.code, problem.detail.as_deref().unwrap_or(&problem.title))
            }
        }
    }

    fn refused(code: &str, detail: &str) -> Self {
        Self { outcome: code.to_owned(), detail: Some(detail.to_owned()) }
    }
}

fn first_detail(unfinished: &Unfinished) -> String {
    unfinished.errors.iter().map(|e| format!("{} {}", e.pointer, e.detail)).collect::<Vec<_>>().join("; ")
}

/// The words for a sale that cannot be taken; the same on every way in.
pub(super) fn refusal(taken: Taken, sale: &Sale) -> ApiError {
    ApiError(match taken {
        Taken::Conflict(first) => Problem::new(409, "receipt_conflict", "Another sale has this number")
            .with_detail(format!(
                "sale {first} has store {}, till {}, date {}, seq {}; give this one its own seq",
                sale.store, sale.till, sale.business_date, sale.receipt_no
            )),
        Taken::NoSuchTill => Problem::new(404, "no_such_till", "This agent is not enrolled for that till")
            .with_detail(format!("store {}, till {}: enrol it with pos-agent enrol", sale.store, sale.till)),
        Taken::New | Taken::Repeated => Problem::new(500, "no_answer", "The sale is taken"),
    })
}

fn json<T: DeserializeOwned>(headers: &HeaderMap, body: &[u8]) -> Result<T, ApiError> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    // A web page somewhere cannot send this type here without asking first.
    if !kind.starts_with("application/json") {
        return Err(ApiError(Problem::new(415, "not_json", "Send application/json")));
    }
    serde_json::from_slice(body)
        .map_err(|e| ApiError(Problem::new(422, "bad_json", "The body is not what is wanted").with_detail(e)))
}

/// A refusal as problem+json.
#[derive(Debug)]
pub(crate) struct ApiError(pub Problem);

impl From<AgentError> for ApiError {
    fn from(error: AgentError) -> Self {
        let status = error.status();
        if status >= 500 {
            tracing::error!(%error, "the local API could not answer");
            return Self(Problem::new(status, error.code(), "The till could not do this"));
        }
        Self(Problem::new(status, error.code(), "The till refuses this").with_detail(error))
    }
}

impl From<Unfinished> for ApiError {
    fn from(unfinished: Unfinished) -> Self {
        let mut problem = Problem::new(422, unfinished.code, "The sale does not hold together");
        problem.errors = unfinished.errors;
        Self(problem)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, [(header::CONTENT_TYPE, "application/problem+json")], Json(self.0)).into_response()
    }
}
