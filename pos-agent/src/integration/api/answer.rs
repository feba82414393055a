//! Bodies in, problems out.

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::sale::Sale;
use domain::scan::holds_payment_card;
use domain::sync::{FieldProblem, Problem};
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

use crate::error::AgentError;
use crate::integration::Taken;
use crate::integration::field::Reading;
use crate::integration::finished::Unfinished;

/// The words for a sale that cannot be taken; the same on every way in.
pub(in crate::integration) fn refusal(taken: Taken, sale: &Sale) -> ApiError {
    ApiError(match taken {
        Taken::Conflict(first) => Problem::new(409, "receipt_conflict", "Another sale has this number")
            .with_detail(format!(
                "sale {first} has store {}, till {}, date {}, seq {}; give this one its own seq",
                sale.store, sale.till, sale.business_date, sale.receipt_no
            )),
        Taken::NoSuchTill => no_such_till(&sale.store, &sale.till),
        Taken::New | Taken::Repeated => Problem::new(500, "no_answer", "The sale is taken"),
    })
}

pub(super) fn no_such_till(store: &domain::codes::StoreCode, till: &domain::codes::TillCode) -> Problem {
    Problem::new(404, "no_such_till", "This agent is not enrolled for that till")
        .with_detail(format!("store {store}, till {till}: enrol it with pos-agent enrol"))
}

/// Reads a JSON body; what is wrong is named by its JSON pointer.
pub(super) fn json<T: DeserializeOwned>(headers: &HeaderMap, body: &[u8]) -> Result<T, ApiError> {
    // A web page somewhere cannot send this type here without asking first.
    if !is_kind(headers, "application/json") {
        return Err(ApiError(Problem::new(415, "not_json", "Send application/json")));
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    let read = serde_path_to_error::deserialize(&mut reader);
    let read = read.map_err(|e| (pointer(e.path()), e.into_inner()));
    let read = read.and_then(|value| reader.end().map(|()| value).map_err(|e| (String::new(), e)));
    read.map_err(|(pointer, error)| {
        let mut problem = Problem::new(422, "bad_json", "The body is not what is wanted");
        let mut detail = error.to_string();
        // A card sent as a number is quoted by the reader.
        if holds_payment_card(&detail) {
            "the value has another type than is wanted: send text".clone_into(&mut detail);
        }
        problem.errors = vec![FieldProblem { pointer, detail }];
        ApiError(problem)
    })
}

pub(super) fn is_kind(headers: &HeaderMap, wanted: &str) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(wanted))
}

/// RFC 6901.
fn pointer(path: &serde_path_to_error::Path) -> String {
    let mut text = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => text.push_str(&format!("/{index}")),
            Segment::Map { key } => {
                text.push('/');
                text.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    text
}

/// The fields that were read, or all that is wrong with them.
pub(super) fn read_fields<T>(reading: Reading, fields: Option<T>) -> Result<T, ApiError> {
    let Reading(errors) = reading;
    fields.filter(|_| errors.is_empty()).ok_or_else(|| {
        let mut problem = Problem::new(422, "bad_field", "Some fields are not what is wanted");
        problem.errors = errors;
        ApiError(problem)
    })
}

/// Gives the refusals of the framework, which are plain words, the form of all others.
pub(crate) async fn dressed(response: Response) -> Response {
    let status = response.status();
    let is_plain = status.is_client_error()
        && response.headers().get(header::CONTENT_TYPE).is_none_or(|kind| kind != PROBLEM);
    if !is_plain {
        return response;
    }
    let (code, title) = match status {
        StatusCode::METHOD_NOT_ALLOWED => ("method_not_allowed", "This address does not do that"),
        StatusCode::PAYLOAD_TOO_LARGE => ("too_large", "The body is too large"),
        StatusCode::NOT_FOUND => ("not_found", "There is nothing at this address"),
        _ => ("bad_request", "The request cannot be read"),
    };
    let mut dressed = ApiError::new(status.as_u16(), code, title).into_response();
    if let Some(allowed) = response.headers().get(header::ALLOW) {
        dressed.headers_mut().insert(header::ALLOW, allowed.clone());
    }
    dressed
}

const PROBLEM: &str = "application/problem+json";

/// A refusal as problem+json.
#[derive(Debug)]
pub(crate) struct ApiError(pub Problem);

impl ApiError {
    pub fn new(status: u16, code: &str, title: &str) -> Self {
        Self(Problem::new(status, code, title))
    }

    pub fn detail(self, detail: impl std::fmt::Display) -> Self {
        Self(self.0.with_detail(detail))
    }
}

impl From<AgentError> for ApiError {
    fn from(error: AgentError) -> Self {
        let status = error.status();
        if status >= 500 {
            tracing::error!(code = error.code(), %error, "the local API could not answer");
            return Self(Problem::new(status, error.code(), "The till could not do this"));
        }
        Self(Problem::new(status, error.code(), "The till refuses this").with_detail(error))
    }
}

impl From<crate::store::StoreError> for ApiError {
    fn from(error: crate::store::StoreError) -> Self {
        AgentError::from(error).into()
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
        let mut response = (status, [(header::CONTENT_TYPE, PROBLEM)], Json(self.0)).into_response();
        if status == StatusCode::TOO_MANY_REQUESTS {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_refusal_quotes_a_payment_card() {
        let headers =
            [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))].into_iter().collect();
        let read =
            json::<std::collections::BTreeMap<String, String>>(&headers, br#"{"card": 4111111111111111}"#);
        let ApiError(problem) = read.unwrap_err();
        assert_eq!(problem.errors[0].pointer, "/card");
        assert!(!problem.errors[0].detail.contains("4111"), "{}", problem.errors[0].detail);
        let mut reading = Reading::default();
        assert_eq!(reading.field::<uuid::Uuid>("/hold", "4111111111111111"), None);
        assert!(!reading.0[0].detail.contains("4111"), "{}", reading.0[0].detail);
    }
}
