//! Goods that come back.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::codes::CashierCode;
use domain::ids::SaleId;
use domain::money::Quantity;
use domain::sync::{FieldProblem, Problem};
use domain::tickets::TicketKey;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Companion;
use super::answer::{ApiError, json, no_such_till, read_fields, refusal};
use crate::integration::Taken;
use crate::integration::field::Reading;
use crate::integration::returns::{NoReturn, Original, Return, ReturnLine, Returned};

/// A return: its own receipt, the earlier one, and how much of which lines comes back.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnWanted {
    pub store: String,
    pub till: String,
    /// The number of the return's own receipt.
    pub seq: i64,
    #[schema(example = "2026-03-02")]
    pub business_date: String,
    #[schema(example = "2026-03-02T10:00:00-05:00")]
    pub occurred_at: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cashier: Option<String>,
    pub original: OriginalWanted,
    pub lines: Vec<ReturnLineWanted>,
}

/// The earlier sale: by the id that its agent answered with, which its receipt's code carries and which another agent's
/// has too, or by what stands on a receipt of this agent.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum OriginalWanted {
    Sale(OriginalSale),
    Receipt(OriginalReceipt),
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OriginalSale {
    pub sale: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OriginalReceipt {
    pub store: String,
    pub till: String,
    pub business_date: String,
    pub seq: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnLineWanted {
    /// The line of the original.
    pub line: u32,
    #[schema(example = "1")]
    pub qty: String,
}

/// What was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReturnSummary {
    pub sale: String,
    pub store: String,
    pub till: String,
    pub seq: i64,
    pub business_date: String,
    pub original: String,
    /// What the customer gets back; negative.
    pub total: String,
    /// Points taken back by the rules known here; the hub has the last word. None without card or programme.
    pub points: Option<String>,
    pub lines: Vec<ReturnedLine>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReturnedLine {
    pub line: u32,
    /// The line of the original that this undoes.
    pub original_line: u32,
    pub sku: String,
    pub qty: String,
    pub net: String,
    pub tax: String,
    pub points: Option<String>,
}

/// Takes goods of an earlier sale back. Amounts are the part of what was paid that stands for the quantity.
#[utoipa::path(post, path = "/api/v1/returns",
    request_body(content = ReturnWanted, example = json!({
        "store": "centro", "till": "1", "seq": 9001, "business_date": "2026-03-02",
        "occurred_at": "2026-03-02T11:00:00-05:00",
        "original": {"store": "centro", "till": "1", "business_date": "2026-03-02", "seq": 118},
        "lines": [{"line": 1, "qty": "1"}]
    })), responses(
    (status = 201, body = ReturnSummary),
    (status = 200, body = ReturnSummary, description = "Taken before"),
    (status = 404, description = "`no_such_till`, `no_such_sale`"),
    (status = 503, description = "`hub_away`: another agent sold it, and the hub does not answer; ask again later"),
    (status = 409, description = "`receipt_conflict`"),
    (status = 422, description = "`return_more_than_sold` and others; `errors` has their JSON pointers")))]
pub(super) async fn take_return(
    State(companion): State<Companion>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let wanted: ReturnWanted = json(&headers, &body)?;
    let back = wanted.read()?;
    let agent = companion.agent();
    if agent.till_called(&back.key.store, &back.key.till).is_none() {
        return Err(ApiError(no_such_till(&back.key.store, &back.key.till)));
    }
    let returned = agent.take_return(&back).await?.map_err(no_return)?;
    match returned.taken {
        Taken::New => Ok((StatusCode::CREATED, Json(ReturnSummary::of(&returned))).into_response()),
        Taken::Repeated => Ok(Json(ReturnSummary::of(&returned)).into_response()),
        taken @ (Taken::Conflict(_) | Taken::NoSuchTill) => Err(refusal(taken, &returned.sale)),
    }
}

fn no_return(why: NoReturn) -> ApiError {
    let status = match why {
        NoReturn::NoSuchSale => 404,
        NoReturn::HubAway => 503,
        _ => 422,
    };
    let mut problem = Problem::new(status, why.code(), "This cannot come back");
    problem.errors = vec![FieldProblem { pointer: why.pointer(), detail: why.to_string() }];
    ApiError(problem)
}

impl ReturnWanted {
    fn read(&self) -> Result<Return, ApiError> {
        let mut reading = Reading::default();
        let key = key(&mut reading, "", (&self.store, &self.till, &self.business_date, self.seq));
        let occurred_at = reading.field("/occurred_at", &self.occurred_at);
        let cashier: Option<CashierCode> = reading.optional("/cashier", self.cashier.as_deref());
        let original = match &self.original {
            OriginalWanted::Sale(OriginalSale { sale }) => {
                reading.field::<SaleId>("/original/sale", sale).map(Original::Sale)
            }
            OriginalWanted::Receipt(OriginalReceipt { store, till, business_date, seq }) => {
                key_of_original(&mut reading, (store, till, business_date, *seq))
            }
        };
        let mut lines = Vec::with_capacity(self.lines.len());
        for (place, line) in self.lines.iter().enumerate() {
            let quantity: Option<Quantity> = reading.field(format!("/lines/{place}/qty"), &line.qty);
            lines.extend(quantity.map(|quantity| ReturnLine { line: line.line, quantity }));
        }
        let fields = key.zip(occurred_at).zip(original);
        let ((key, occurred_at), original) = read_fields(reading, fields)?;
        Ok(Return { key, occurred_at, cashier, original, lines })
    }
}

fn key_of_original(reading: &mut Reading, parts: (&str, &str, &str, i64)) -> Option<Original> {
    key(reading, "/original", parts).map(Original::Receipt)
}

fn key(
    reading: &mut Reading,
    below: &str,
    (store, till, business_date, receipt_no): (&str, &str, &str, i64),
) -> Option<TicketKey> {
    let store = reading.field(format!("{below}/store"), store);
    let till = reading.field(format!("{below}/till"), till);
    let business_date = reading.field(format!("{below}/business_date"), business_date);
    Some(TicketKey { store: store?, till: till?, business_date: business_date?, receipt_no })
}

impl ReturnSummary {
    fn of(returned: &Returned) -> Self {
        let Returned { sale, points, .. } = returned;
        let lines = sale.lines.iter().enumerate().map(|(place, line)| ReturnedLine {
            line: line.number,
            original_line: line.origin.map_or(0, |origin| origin.line),
            sku: line.sku.to_string(),
            qty: line.quantity.plain(),
            net: line.net.to_string(),
            tax: line.tax.to_string(),
            points: points.as_ref().and_then(|points| points.get(place)).map(ToString::to_string),
        });
        let original = sale.lines.iter().find_map(|line| line.origin).map(|origin| origin.sale.to_string());
        Self {
            sale: sale.id.to_string(),
            store: sale.store.to_string(),
            till: sale.till.to_string(),
            seq: sale.receipt_no,
            business_date: sale.business_date.to_string(),
            original: original.unwrap_or_default(),
            total: sale.total().to_string(),
            points: points.as_ref().map(|p| p.iter().copied().sum::<domain::Points>().to_string()),
            lines: lines.collect(),
        }
    }
}
