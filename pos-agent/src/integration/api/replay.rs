//! `Idempotency-Key`: who asks again with the same key and the same body gets the first answer.
//!
//! Kept are answers to what was done. A refusal changed nothing, so the same key may carry the mended body.
//! Should the agent stop between doing and keeping, the natural key of every write (a receipt's number, a
//! basket's name) makes the repeat find the first outcome all the same.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::Companion;
use super::answer::ApiError;
use crate::store::companion::Answered;

pub const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Says of an answer that it was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// As long as the longest that other interfaces of this kind take.
const KEY_CHARS_MAX: usize = 128;
/// Eight days: one more than is promised.
pub const KEPT_MS: i64 = 8 * 24 * 60 * 60 * 1_000;

pub(super) async fn replay(State(companion): State<Companion>, request: Request, next: Next) -> Response {
    let changes = matches!(*request.method(), Method::POST | Method::DELETE);
    let Some(key) = request.headers().get(&KEY).filter(|_| changes).cloned() else {
        return next.run(request).await;
    };
    match once(&companion, &key, request, next).await {
        Ok(response) => response,
        Err(error) => error.into_response(),
    }
}

async fn once(
    companion: &Companion,
    key: &HeaderValue,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let key = read_key(key)?;
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX)
        .await
        .map_err(|_| ApiError::new(413, "too_large", "The body is too large or did not arrive whole"))?;
    let digest = Sha256::new()
        .chain_update(parts.method.as_str())
        .chain_update([0])
        .chain_update(parts.uri.path_and_query().map_or("", |path| path.as_str()))
        .chain_update([0])
        .chain_update(&body)
        .finalize()
        .to_vec();
    // Two at once with one key: the second hears that the first is not done yet.
    let Some(_turn) = companion.begin(&key) else {
        return Err(ApiError::new(
            409,
            "idempotency_in_progress",
            "The first request with this key is under way",
        ));
    };
    if let Some(first) = companion.agent().store().answered(&key).await? {
        return if first.request == digest {
            Ok(again(first))
        } else {
            Err(ApiError::new(422, "idempotency_key_reused", "This key came with another request before")
                .detail("make a new key for each new request"))
        };
    }
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    if !response.status().is_success() {
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX)
        .await
        .map_err(|_| ApiError::new(500, "no_answer", "The answer could not be made"))?;
    keep(companion, &key, digest, parts.status, &bytes).await?;
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

async fn keep(
    companion: &Companion,
    key: &str,
    request: Vec<u8>,
    status: StatusCode,
    body: &Bytes,
) -> Result<(), ApiError> {
    let agent = companion.agent();
    let now = agent.now().timestamp_millis();
    let body = String::from_utf8_lossy(body).into_owned();
    let answer = Answered { request, status: status.as_u16(), body };
    Ok(agent.store().keep_answer(key, &answer, now, now - KEPT_MS).await?)
}

fn again(first: Answered) -> Response {
    let status = StatusCode::from_u16(first.status).unwrap_or(StatusCode::OK);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (REPLAYED, HeaderValue::from_static("true")),
    ];
    (status, headers, first.body).into_response()
}

fn read_key(key: &HeaderValue) -> Result<String, ApiError> {
    let text = key.to_str().ok().map(str::trim).filter(|text| !text.is_empty());
    text.filter(|text| text.len() <= KEY_CHARS_MAX).map(str::to_owned).ok_or_else(|| {
        ApiError::new(400, "bad_idempotency_key", "An Idempotency-Key has 1 to 128 visible ASCII characters")
    })
}
