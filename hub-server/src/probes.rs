//! What a load balancer and a service manager ask.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use tokio::time::timeout;

use crate::app::App;

const PATIENCE: Duration = Duration::from_secs(1);

/// The process answers.
pub async fn livez() -> &'static str {
    "ok\n"
}

/// The database takes a writer within a second.
pub async fn readyz(State(app): State<App>) -> (StatusCode, &'static str) {
    let probe = async { app.db.begin().await?.commit().await };
    match timeout(PATIENCE, probe).await {
        Ok(Ok(())) => (StatusCode::OK, "ready\n"),
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database is busy\n"),
    }
}
