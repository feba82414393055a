//! What an operator's Prometheus asks of an agent, on a listener of its own. Labels name tills, devices and codes: nothing
//! that a person could be known by.

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use kit::disk::Room;
use kit::metrics::{FORMAT, Metrics};

use crate::app::Agent;
use crate::status::{PrinterStatus, Status};
use crate::ui::view::{HubState, PrinterState};

pub fn routes(agent: Agent) -> Router {
    Router::new().route("/livez", get(livez)).route("/metrics", get(metrics)).with_state(agent)
}

/// The process answers.
async fn livez() -> &'static str {
    "ok\n"
}

/// Read now; what stands in the file stays as it was last read while it cannot be.
async fn metrics(State(agent): State<Agent>) -> impl IntoResponse {
    let metrics = agent.metrics();
    let status = agent.status().await;
    metrics.set("yapa_agent_file_up", &[], number(status.is_ok()));
    match status {
        Ok(status) => set_status(metrics, &status, agent.now()),
        Err(error) => {
            tracing::warn!(code = "metrics_without_file", %error, "the till's file cannot be read")
        }
    }
    match Room::under(agent.store().folder()) {
        Ok(room) => {
            metrics.set("yapa_agent_disk_free_bytes", &[], room.free as f64);
            metrics.set("yapa_agent_disk_bytes", &[], room.all as f64);
        }
        Err(error) => {
            tracing::warn!(code = "disk_unknown", %error, "the system does not say how full the disk is")
        }
    }
    ([(CONTENT_TYPE, FORMAT)], metrics.text())
}

fn set_status(metrics: &Metrics, status: &Status, now: chrono::DateTime<chrono::Utc>) {
    let age = |at: chrono::DateTime<chrono::Utc>| (now - at).num_seconds() as f64;
    metrics.set("yapa_agent_build_info", &[("version", &status.version)], 1.0);
    for till in &status.tills {
        let labels = [("store", till.store.as_str()), ("till", till.till.as_str())];
        metrics.set("yapa_agent_events_unsent", &labels, till.unsent as f64);
    }
    metrics.set("yapa_agent_oldest_unsent_seconds", &[], status.oldest_unsent.map_or(0.0, age));
    metrics.set("yapa_agent_sales", &[], status.sales as f64);
    metrics.set("yapa_agent_products", &[], status.catalogue.products as f64);
    let all = HubState::ALL.map(HubState::code);
    metrics.set_state("yapa_agent_hub_state", &[], &all, &status.hub.state);
    if let Some(at) = status.hub.pulled_at {
        metrics.set("yapa_agent_hub_heard_seconds", &[], age(at));
    }
    for device in &status.devices {
        let labels = [("device", device.path.as_str())];
        metrics.set("yapa_agent_device_connected", &labels, number(device.connected));
    }
    status.printers.iter().for_each(|printer| set_printer(metrics, printer));
    if let Some(file) = &status.file {
        metrics.set("yapa_agent_file_damaged", &[], number(file.damaged));
        metrics.set("yapa_agent_file_checked_seconds", &[], age(file.checked_at));
    }
}

fn set_printer(metrics: &Metrics, printer: &PrinterStatus) {
    let labels = [("printer", printer.id.as_str())];
    let all = PrinterState::ALL.map(PrinterState::code);
    metrics.set_state("yapa_agent_printer_state", &labels, &all, &printer.state);
    metrics.set("yapa_agent_print_waiting", &labels, printer.waiting as f64);
}

fn number(is: bool) -> f64 {
    f64::from(u8::from(is))
}
