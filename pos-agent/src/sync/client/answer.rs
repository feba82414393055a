//! What an answer over HTTP comes to: what was asked for, a refusal, or why there is none.

use domain::sync::Problem;
use reqwest::{Response, StatusCode, header};
use serde::de::DeserializeOwned;

use super::CallError;

/// The longest pause that a till lets itself be told, as long as the longest of its own.
const RETRY_AFTER_MAX_S: i64 = 300;
/// No answer of the hub is longer; whatever is, is not the hub's.
const ANSWER_BYTES_MAX: usize = 32 * 1024 * 1024;

pub(super) async fn answer<T: DeserializeOwned>(response: Response) -> Result<T, CallError> {
    let status = response.status();
    let asked = response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
    let retry_after_ms = asked.and_then(retry_after_ms);
    if status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::SERVICE_UNAVAILABLE {
        return Err(CallError::Busy { retry_after_ms });
    }
    if TOO_MUCH.contains(&status) {
        return Err(CallError::TooMuch(format!("the answer is {status}")));
    }
    let body = read(response).await?;
    if status.is_success() {
        return serde_json::from_slice(&body)
            .map_err(|_| CallError::Offline(format!("the answer ({status}) is not the hub's")));
    }
    match serde_json::from_slice::<Problem>(&body) {
        Ok(problem) if status.is_client_error() => Err(CallError::Refused(Box::new(problem))),
        _ => Err(CallError::Offline(format!("the answer is {status}"))),
    }
}

/// What the hub, or a proxy before it, says to a request that was too long for it or too slow for its patience.
const TOO_MUCH: [StatusCode; 3] =
    [StatusCode::REQUEST_TIMEOUT, StatusCode::PAYLOAD_TOO_LARGE, StatusCode::GATEWAY_TIMEOUT];

/// Whoever answers, a proxy too, neither calls a till without pause nor stops it for a day.
fn retry_after_ms(asked: &str) -> Option<i64> {
    let seconds: i64 = asked.trim().parse().ok()?;
    Some(seconds.clamp(0, RETRY_AFTER_MAX_S) * 1_000)
}

async fn read(mut response: Response) -> Result<Vec<u8>, CallError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|e| unanswered(&e))? {
        if body.len() + chunk.len() > ANSWER_BYTES_MAX {
            return Err(CallError::Offline("the answer is too long to be the hub's".to_owned()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// A connection that does not come about says nothing of what would have been sent over it.
pub(super) fn unanswered(error: &reqwest::Error) -> CallError {
    if error.is_timeout() && !error.is_connect() {
        CallError::TooMuch(why(error))
    } else if causes(error).any(is_bad_certificate) {
        CallError::Untrusted(why(error))
    } else {
        CallError::Offline(why(error))
    }
}

fn causes<'e>(error: &'e reqwest::Error) -> impl Iterator<Item = &'e (dyn std::error::Error + 'static)> {
    let outermost: &(dyn std::error::Error + 'static) = error;
    std::iter::successors(Some(outermost), |cause| cause.source())
}

/// An I/O error keeps what it was made of to itself, and not among its causes.
fn is_bad_certificate(cause: &(dyn std::error::Error + 'static)) -> bool {
    if let Some(io) = cause.downcast_ref::<std::io::Error>() {
        return io.get_ref().is_some_and(|inner| is_bad_certificate(inner));
    }
    matches!(cause.downcast_ref(), Some(rustls::Error::InvalidCertificate(_)))
}

/// The innermost cause says most: "connection refused" rather than "error sending request".
pub(super) fn why(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    causes(error).last().map_or_else(|| error.to_string(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_as_long_as_somebody_may_ask_for() {
        for (asked, wanted) in [
            ("2", Some(2_000)),
            (" 60 ", Some(60_000)),
            ("0", Some(0)),
            ("-400", Some(0)),
            ("300", Some(300_000)),
            ("86400", Some(300_000)),
            ("9223372036854775807", Some(300_000)),
            ("9223372036854775808", None),
            ("1.5", None),
            ("Wed, 21 Oct 2026 07:28:00 GMT", None),
            ("", None),
        ] {
            assert_eq!(retry_after_ms(asked), wanted, "{asked}");
        }
    }
}
