//! The push: a till hands its events over.

use std::time::Instant;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use domain::sync::{PushReply, read_batch};

use crate::access::SignedTill;
use crate::app::App;
use crate::error::Error;
use crate::sync::{BYTES_MAX, EVENTS_MAX, Push, Source};

/// Takes a run of events of one log. A repeat is answered with the first answer.
pub async fn push(State(app): State<App>, signed: SignedTill, body: Bytes) -> Result<Json<PushReply>, Error> {
    let begun = Instant::now();
    let answer = take(&app, signed, &body).await;
    app.metrics.took("yapa_push_seconds", &[], begun.elapsed());
    let said = answer.as_ref().map_or_else(Error::code, |_| "taken");
    app.metrics.count("yapa_pushes_total", &[("answer", said)], 1);
    answer
}

async fn take(app: &App, signed: SignedTill, body: &[u8]) -> Result<Json<PushReply>, Error> {
    let batch = read_batch(body)
        .map_err(|e| Error::bad_request("bad_batch", "The push cannot be read.").detail(e))?;
    let bytes: usize = batch.events.iter().map(Vec::len).sum();
    // One event alone is taken whatever its size: the till could not send less.
    if batch.events.len() > EVENTS_MAX || (batch.events.len() > 1 && bytes > BYTES_MAX) {
        let problem = "A push holds at most 500 events and 1 MiB.";
        return Err(Error::refused(StatusCode::PAYLOAD_TOO_LARGE, "batch_too_large", problem));
    }
    let source = Source::Till { till: signed.till, store: signed.store, code: signed.code };
    Ok(Json(app.pushes.take(app, Push { source, batch }).await?))
}
