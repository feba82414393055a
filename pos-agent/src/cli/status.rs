//! `pos-agent status`.

use kit::cli::{Exit, Failure, Shape, print_one};
use kit::clock::now;

use super::{agent_failure, open_agent, running, token_failure};
use crate::settings::Settings;
use crate::status::{DeviceStatus, FileStatus, PrinterStatus, Status};
use crate::sync::client::Neighbour;

pub async fn status(settings: &Settings, json: bool) -> Result<Exit, Failure> {
    let status = read(settings).await?;
    if json {
        print_one(&status, Shape::Json)?;
    } else {
        lines(&status).iter().for_each(|line| println!("{line}"));
    }
    Ok(Exit::Ok)
}

/// From the agent that runs, or from its file if none does.
pub async fn read(settings: &Settings) -> Result<Status, Failure> {
    match open_agent(settings).await {
        Ok(agent) => {
            let mut status = agent.status().await.map_err(agent_failure)?;
            status.running = false;
            agent.store().close().await;
            Ok(status)
        }
        Err(failure) => {
            let Some(address) = running(settings, &failure) else { return Err(failure) };
            let silent = |error| {
                let message = format!("the running agent at {address} does not answer: {error}");
                Failure::new(Exit::Unreachable, "agent_silent", message).fix("restart it")
            };
            let token = settings.integration.token().map_err(token_failure)?;
            let neighbour = Neighbour::new(&address).map_err(silent)?.with_token(token);
            neighbour.get("/api/v1/status").await.map_err(silent)
        }
    }
}

/// The first word of each line says how things stand.
fn lines(status: &Status) -> Vec<String> {
    let mut lines = Vec::new();
    let running = if status.running { "ok   agent     running" } else { "warn agent     not running" };
    lines.push(format!("{running}, version {}", status.version));
    let word = match status.hub.state.as_str() {
        "online" => "ok  ",
        "unknown" => "warn",
        _ => "fail",
    };
    let pulled = match status.hub.pulled_at {
        Some(at) => format!("rows of {} ({} min ago)", at.to_rfc3339(), (now() - at).num_minutes()),
        None => "never heard".to_owned(),
    };
    lines.push(format!("{word} hub       {} {}, {pulled}", status.hub.url, status.hub.state));
    let word = if status.unsent == 0 { "ok  " } else { "warn" };
    let oldest =
        status.oldest_unsent.map(|at| format!(", oldest of {}", at.to_rfc3339())).unwrap_or_default();
    lines.push(format!("{word} unsent    {}{oldest}", status.unsent));
    for till in &status.tills {
        let word = if till.unsent == 0 { "ok  " } else { "warn" };
        lines.push(format!(
            "{word} till {:<4} store {}, till {}, {} unsent",
            till.n, till.store, till.till, till.unsent
        ));
    }
    let catalogue = &status.catalogue;
    let word = if catalogue.products == 0 { "warn" } else { "ok  " };
    let (products, cards, members) = (catalogue.products, catalogue.cards, catalogue.members);
    lines.push(format!("{word} catalogue {products} products, {cards} cards, {members} members"));
    lines.push(format!("ok   journal   {} sales", status.sales));
    lines.extend(status.file.as_ref().map(file));
    for device in &status.devices {
        let (word, state) = if device.connected { ("ok  ", "connected") } else { ("fail", "missing") };
        let DeviceStatus { path, profile, verified, since, .. } = device;
        let since = since.to_rfc3339();
        lines
            .push(format!("{word} device    {path} {state} since {since}, {profile} (verified: {verified})"));
    }
    lines.extend(status.printers.iter().map(printer));
    lines
}

fn file(file: &FileStatus) -> String {
    let at = file.checked_at.to_rfc3339();
    if file.damaged {
        format!("fail file      damaged, found {at}: stop the agent, then pos-agent salvage")
    } else {
        format!("ok   file      sound, checked {at}")
    }
}

fn printer(printer: &PrinterStatus) -> String {
    let PrinterStatus { id, connection, state, waiting, .. } = printer;
    let word = match (state.as_str(), waiting) {
        ("ok", 0) => "ok  ",
        ("ok" | "paper_low" | "unknown", _) => "warn",
        _ => "fail",
    };
    format!("{word} printer   {id} at {connection} {state}, {waiting} to print")
}
