//! Whether a request was signed by an enrolled till, for this hub, now.

use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use domain::ids::TillId;
use domain::sync::{Problem, TillPublicKey, request_text};

use super::store;
use crate::access::SignedTill;
use crate::app::App;
use crate::error::Error;

/// A till's clock may be off by so much; beyond it the till is told the hub's time and signs again.
const CLOCK_SLACK_MS: i64 = 10 * 60 * 1000;

/// Checks the three headers against the till's key. The signature comes before the clock, so that only a
/// till learns the hub's time from a refusal.
pub async fn check(app: &App, parts: &Parts, body: &[u8]) -> Result<SignedTill, Error> {
    let till: TillId = header(&parts.headers, "yapa-till")?;
    let at: i64 = header(&parts.headers, "yapa-at")?;
    let signature: String = header(&parts.headers, "yapa-signature")?;
    let mut tx = app.db.read().await?;
    let till = store::by_id(&mut tx, till).await?;
    drop(tx);
    let unknown = || Error::unauthorized("unknown_till", "This hub does not know the till; enrol it.");
    let till = till.ok_or_else(unknown)?;
    let key = till.public_key.as_deref().ok_or_else(unknown)?;
    let key = TillPublicKey::read(key).map_err(|e| anyhow::anyhow!("the key of till {}: {e}", till.id))?;
    let path = parts.uri.path_and_query().map_or("/", |p| p.as_str());
    let text = request_text(&app.hub.id, parts.method.as_str(), path, at, body);
    key.verify(&text, &signature)
        .map_err(|e| Error::unauthorized("bad_signature", "The signature does not fit.").detail(e))?;
    if till.revoked_at.is_some() {
        return Err(Error::forbidden(
            "revoked_till",
            "This till was revoked; an operator can enrol it again.",
        ));
    }
    let clock_offset_ms = app.clock.now().timestamp_millis() - at;
    if clock_offset_ms.abs() > CLOCK_SLACK_MS {
        let mut problem = Problem::new(
            StatusCode::UNAUTHORIZED.as_u16(),
            "clock_skew",
            "The till's clock is more than 10 minutes off.",
        );
        problem.hub_utc_ms = Some(app.clock.now().timestamp_millis());
        return Err(problem.into());
    }
    Ok(SignedTill { till: till.id, store: till.store, code: till.code })
}

fn header<T: std::str::FromStr>(headers: &HeaderMap, name: &str) -> Result<T, Error> {
    let text = headers.get(name).and_then(|value| value.to_str().ok());
    text.and_then(|text| text.parse().ok()).ok_or_else(|| {
        Error::unauthorized("unsigned", "Tills sign every request.")
            .detail(format!("{name} is missing or malformed"))
    })
}
