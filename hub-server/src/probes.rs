//! What a load balancer, a service manager and an operator's Prometheus ask.

use std::io;
use std::path::Path;
use std::time::Duration;

use ::kit::disk::Room;
use ::kit::metrics::{FORMAT, Metrics};
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use chrono::{DateTime, Utc};
use tokio::time::timeout;

use crate::access::Lane;
use crate::app::App;
use crate::backup::{self, Latest};
use crate::db::{DbError, is_postgres, sqlite_path};
use crate::sync::{self, CustodyState};

const PATIENCE: Duration = Duration::from_secs(1);

/// The process answers.
pub async fn livez() -> &'static str {
    "ok\n"
}

/// It is not about to stop, the database takes a writer within a second, and there is room for what it writes.
/// The schema is up to date whenever anything is answered: the hub migrates before it serves.
pub async fn readyz(State(app): State<App>) -> (StatusCode, &'static str) {
    if app.is_draining() {
        return (StatusCode::SERVICE_UNAVAILABLE, "draining\n");
    }
    if !has_room(&app) {
        return (StatusCode::SERVICE_UNAVAILABLE, "the disk is almost full\n");
    }
    let probe = async { app.db.begin().await?.commit().await };
    match timeout(PATIENCE, probe).await {
        Ok(Ok(())) => (StatusCode::OK, "ready\n"),
        Ok(Err(error)) => {
            tracing::warn!(code = "not_ready", %error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database is busy\n"),
    }
}

/// Where the system does not say how full the disk is, the writer's probe still decides.
fn has_room(app: &App) -> bool {
    match room(&app.settings.database_target()) {
        None => true,
        Some(Ok(room)) => room.is_enough(),
        Some(Err(error)) => {
            tracing::warn!(code = "disk_unknown", %error, "the system does not say how full the disk is");
            true
        }
    }
}

/// The disk of SQLite's file. PostgreSQL looks after its own disks.
pub fn room(target: &str) -> Option<io::Result<Room>> {
    (!is_postgres(target)).then(|| Room::under(sqlite_path(target)))
}

/// Counters as they are; what stands in the database is asked for now, and left out where it does not answer in
/// time: a figure of before would look like one of now. They are wanted most while it is away.
pub async fn metrics(State(app): State<App>) -> impl IntoResponse {
    let figures = figures(&app).await;
    let metrics = &app.metrics;
    metrics.set("yapa_build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1.0);
    metrics.set("yapa_hub_epoch", &[], app.hub.epoch as f64);
    metrics.set("yapa_live_listeners", &[], app.live.listeners() as f64);
    metrics.set("yapa_draining", &[], f64::from(u8::from(app.is_draining())));
    for lane in Lane::ALL {
        let (working, waiting) = app.pressure.load(lane);
        metrics.set("yapa_sync_working", &[("lane", lane.name())], working as f64);
        metrics.set("yapa_sync_waiting", &[("lane", lane.name())], waiting as f64);
    }
    if app.settings.redis.is_some() {
        metrics.set("yapa_redis_connected", &[], f64::from(u8::from(app.live.has_redis())));
    }
    if let Some(bytes) = wal_bytes(&app.settings.database_target()) {
        metrics.set("yapa_sqlite_wal_bytes", &[], bytes as f64);
    }
    ([(CONTENT_TYPE, FORMAT)], metrics.text() + &figures.text())
}

/// How long the database has for its figures; a scrape gives up after ten seconds.
const FIGURES_PATIENCE: Duration = Duration::from_secs(5);

/// What stands in the database, and what of it could not be read.
async fn figures(app: &App) -> Metrics {
    let figures = Metrics::default();
    let mut unread = vec!["custody", "backups"];
    let reading = async {
        let mut tx = app.db.read().await?;
        let now = app.clock.now();
        set_custody(&figures, &sync::custody_state(&mut tx, now - sync::SILENT_AFTER).await?, now);
        unread.retain(|part| *part != "custody");
        set_backups(&figures, &backup::latest(&mut tx, now).await?, now);
        unread.clear();
        Ok::<_, DbError>(())
    };
    let why = match timeout(FIGURES_PATIENCE, reading).await {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(error.to_string()),
        Err(late) => Some(late.to_string()),
    };
    if let Some(why) = why {
        tracing::warn!(code = "metrics_without_database", why, "the database does not answer");
    }
    figures.set("yapa_database_up", &[], f64::from(u8::from(unread.is_empty())));
    for part in ["custody", "backups"] {
        let is_unread = f64::from(u8::from(unread.contains(&part)));
        figures.set("yapa_figures_unread", &[("part", part)], is_unread);
    }
    figures
}

/// There is no age of what there never was.
fn set_backups(figures: &Metrics, backups: &Latest, now: DateTime<Utc>) {
    let ages = [
        ("yapa_backup_age_seconds", backups.made),
        ("yapa_backup_verified_age_seconds", backups.verified),
        ("yapa_backup_drill_age_seconds", backups.drilled),
    ];
    for (name, at) in ages {
        if let Some(at) = at {
            figures.set(name, &[], (now - at).num_seconds() as f64);
        }
    }
}

fn set_custody(figures: &Metrics, custody: &CustodyState, now: DateTime<Utc>) {
    figures.set("yapa_quarantine_waiting", &[], custody.quarantined as f64);
    figures.set("yapa_events_held", &[], custody.held as f64);
    figures.set("yapa_logs_forked", &[], custody.forked as f64);
    figures.set("yapa_logs_reopened", &[], custody.reopened as f64);
    figures.set("yapa_tills_enrolled", &[], custody.tills as f64);
    figures.set("yapa_tills_silent", &[], custody.silent as f64);
    figures.set("yapa_till_events_unsent", &[], custody.unsent as f64);
    figures.set("yapa_changes_head", &[], custody.changes as f64);
    if let Some(seen) = custody.oldest_seen {
        figures.set("yapa_till_oldest_seen_seconds", &[], (now - seen).num_seconds() as f64);
    }
}

/// The size of SQLite's log beside the database.
pub fn wal_bytes(target: &str) -> Option<u64> {
    if is_postgres(target) {
        return None;
    }
    let mut name = sqlite_path(target).as_os_str().to_owned();
    name.push("-wal");
    // No file is an empty one: SQLite makes it with the first writer.
    Some(std::fs::metadata(Path::new(&name)).map_or(0, |file| file.len()))
}
