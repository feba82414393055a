//! The local API, on loopback only: finished sales in, the agent's state out, and what a till software shows
//! to its cashier: members, points, holds.

mod answer;
mod events;
mod gate;
mod holds;
mod members;
mod points;
mod poslog;
mod replay;
mod returns;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRef, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use domain::lookup::Misses;
use domain::sale::Sale;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::answer::json;
pub(super) use self::answer::refusal;
pub(crate) use self::answer::{ApiError, dressed};
use super::Taken;
use super::finished::{FinishedSale, Unfinished};
use super::setting::{IntegrationSetting, TokenError};
use crate::app::{Agent, open};
use crate::status::Status;

/// Sales a bulk request may carry.
pub const BULK_MAX: usize = 500;

#[derive(OpenApi)]
#[openapi(info(
    title = "pos-agent",
    description = "The local interface of a till, on loopback. Amounts and points are decimal text. Every \
        write may carry an Idempotency-Key of up to 128 characters: the same request again within seven \
        days gets the first answer, another request under that key is refused. Refusals are problem+json \
        with a stable code, and with the JSON pointers of the fields that are wrong."
))]
struct Description;

/// The agent as its local API has it.
#[derive(Debug, Clone)]
pub struct Companion(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    agent: Agent,
    setting: IntegrationSetting,
    token: Option<String>,
    misses: Mutex<Misses>,
    /// Idempotency keys whose first request is under way.
    busy: Mutex<HashSet<String>>,
}

impl Companion {
    pub fn new(agent: Agent, setting: IntegrationSetting) -> Result<Self, TokenError> {
        let token = setting.token()?;
        let (misses, busy) = (Mutex::default(), Mutex::default());
        Ok(Self(Arc::new(Inner { agent, setting, token, misses, busy })))
    }

    pub(crate) fn agent(&self) -> &Agent {
        &self.0.agent
    }

    fn setting(&self) -> &IntegrationSetting {
        &self.0.setting
    }

    fn token(&self) -> Option<&str> {
        self.0.token.as_deref()
    }

    fn misses(&self) -> MutexGuard<'_, Misses> {
        open(&self.0.misses)
    }

    /// Takes the turn of a key; `None` while another request has it.
    fn begin(&self, key: &str) -> Option<Turn> {
        let is_free = open(&self.0.busy).insert(key.to_owned());
        is_free.then(|| Turn { companion: self.clone(), key: key.to_owned() })
    }
}

/// Ends with the request, also with one that is given up half way.
struct Turn {
    companion: Companion,
    key: String,
}

impl Drop for Turn {
    fn drop(&mut self) {
        open(&self.companion.0.busy).remove(&self.key);
    }
}

impl FromRef<Companion> for Agent {
    fn from_ref(companion: &Companion) -> Self {
        companion.agent().clone()
    }
}

/// The routes with the document that describes them.
pub fn router(companion: &Companion) -> (axum::Router, utoipa::openapi::OpenApi) {
    let (routes, document) = OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(take_sale))
        .routes(routes!(take_sales))
        .routes(routes!(returns::take_return))
        .routes(routes!(poslog::take_poslog))
        .routes(routes!(members::card))
        .routes(routes!(points::preview))
        .routes(routes!(holds::hold))
        .routes(routes!(holds::show, holds::release))
        .routes(routes!(events::events))
        .routes(routes!(status))
        .split_for_parts();
    let routes = routes
        .layer(from_fn_with_state(companion.clone(), replay::replay))
        .layer(from_fn_with_state(companion.clone(), gate::gate))
        .with_state(companion.clone());
    (routes, document)
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
    /// What became of the hold that it names: `captured`; `captured_late` if the hold had ended and the points
    /// are spent all the same; `other_card`, `other_sale` or `unknown` if nothing was captured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<String>,
}

/// What became of one sale of a bulk request.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct BulkAnswer {
    /// `taken`, `repeated`, or the stable code of the refusal.
    pub outcome: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// As in the answer to a single sale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<String>,
}

/// Takes a finished sale. The same sale again is answered with 200 and the first answer; another sale
/// under the same number with 409.
#[utoipa::path(post, path = "/api/v1/sales",
    request_body(content = FinishedSale, example = json!({
        "store": "centro", "till": "1", "seq": 118, "business_date": "2026-03-02",
        "occurred_at": "2026-03-02T10:00:00-05:00", "cashier": "marta", "card": "2990000010421",
        "lines": [{"line": 1, "sku": "milk", "qty": "2", "unit_price": "42.00", "net": "70.59",
            "tax": "13.41", "kind": "sale"}],
        "tenders": [{"kind": "cash", "amount": "84.00"}]
    })), responses(
    (status = 201, body = TakenSale), (status = 200, body = TakenSale, description = "Taken before"),
    (status = 404, description = "`no_such_till`"), (status = 409, description = "`receipt_conflict`"),
    (status = 422, description = "Fields or sums are wrong; `errors` has their JSON pointers")))]
async fn take_sale(
    State(agent): State<Agent>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let mut finished: FinishedSale = json(&headers, &body)?;
    agent.name_points(&mut finished).await?;
    let sale = finished.close()?;
    let (sales, holds) = (std::slice::from_ref(&sale), [finished.hold()]);
    let taken = agent.take_with_holds(sales, &holds).await?.pop();
    let (taken, hold) = taken.ok_or_else(|| ApiError::new(500, "no_answer", "The sale was not looked at"))?;
    if taken == Taken::New
        && let Err(error) = agent.clear_card(&sale).await
    {
        // The sale stands; only the screen still greets who has left.
        tracing::warn!(
            code = "card_left",
            %error,
            "the card of a finished sale could not be taken off the screen"
        );
    }
    let answer = || Json(TakenSale { hold: hold.map(|hold| hold.code().to_owned()), ..TakenSale::of(&sale) });
    match taken {
        Taken::New => Ok((StatusCode::CREATED, answer()).into_response()),
        Taken::Repeated => Ok(answer().into_response()),
        refused => Err(refusal(refused, &sale)),
    }
}

/// Takes up to 500 finished sales in one commit and answers for each, in order.
#[utoipa::path(post, path = "/api/v1/sales/bulk",
    request_body(content = Vec<FinishedSale>, example = json!([{
        "store": "centro", "till": "1", "seq": 119, "business_date": "2026-03-02",
        "occurred_at": "2026-03-02T10:05:00-05:00",
        "lines": [{"line": 1, "sku": "bread", "qty": "1", "unit_price": "65.00", "net": "54.62",
            "tax": "10.38", "kind": "sale"}]
    }])),
    responses((status = 200, body = Vec<BulkAnswer>), (status = 413, description = "More than 500 sales")))]
async fn take_sales(
    State(agent): State<Agent>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Vec<BulkAnswer>>, ApiError> {
    let mut finished: Vec<FinishedSale> = json(&headers, &body)?;
    if finished.len() > BULK_MAX {
        return Err(ApiError::new(413, "too_many_sales", "Send at most 500 sales at once"));
    }
    for sale in &mut finished {
        agent.name_points(sale).await?;
    }
    let closed: Vec<Result<Sale, Unfinished>> = finished.iter().map(FinishedSale::close).collect();
    let good = finished.iter().zip(&closed).filter_map(|(f, sale)| Some((sale.clone().ok()?, f.hold())));
    let (good, holds): (Vec<Sale>, Vec<_>) = good.unzip();
    let mut taken = agent.take_with_holds(&good, &holds).await?.into_iter();
    let answers = closed.into_iter().filter_map(|sale| match sale {
        Err(unfinished) => Some(BulkAnswer::refused(unfinished.code, &first_detail(&unfinished))),
        Ok(sale) => taken.next().map(|(taken, hold)| BulkAnswer {
            hold: hold.map(|hold| hold.code().to_owned()),
            ..BulkAnswer::of(taken, &sale)
        }),
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
            hold: None,
        }
    }
}

impl BulkAnswer {
    fn of(taken: Taken, sale: &Sale) -> Self {
        match taken {
            Taken::New => Self { outcome: "taken".to_owned(), detail: None, hold: None },
            Taken::Repeated => Self { outcome: "repeated".to_owned(), detail: None, hold: None },
            refused => {
                let ApiError(problem) = refusal(refused, sale);
                Self::refused(&problem.code, problem.detail.as_deref().unwrap_or(&problem.title))
            }
        }
    }

    fn refused(code: &str, detail: &str) -> Self {
        Self { outcome: code.to_owned(), detail: Some(detail.to_owned()), hold: None }
    }
}

fn first_detail(unfinished: &Unfinished) -> String {
    unfinished.errors.iter().map(|e| format!("{} {}", e.pointer, e.detail)).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests;
