//! `pos-agent doctor`: one line a check, and what to do about it.

use kit::cli::{Exit, Failure};
use kit::doctor::{Check, report};

use super::{agent_failure, call_failure, open_agent, running};
use crate::Agent;
use crate::device::devices;
use crate::printer::link::{Patience, Session};
use crate::printer::{Address, Printer, printers};
use crate::server::PROFILES;
use crate::settings::{DeviceSetting, Role, Settings};
use crate::sync::{self, HubClient};

pub async fn doctor(settings: &Settings, json: bool) -> Result<Exit, Failure> {
    let mut checks = Vec::new();
    match open_agent(settings).await {
        Ok(agent) => {
            checks.extend(file(&agent).await);
            checks.push(hub(&agent).await);
            agent.store().close().await;
        }
        Err(failure) => match running(settings, &failure) {
            Some(address) => {
                checks.push(Check::ok("till's file", format!("in use by the agent at {address}")))
            }
            None => checks.push(Check::failure("till's file", failure)),
        },
    }
    checks.extend(declared(settings));
    // The name of a smart-card reader is no file.
    checks.extend(settings.device.iter().filter(|device| device.path.is_absolute()).map(device));
    match printers(&settings.printers, &settings.data) {
        Ok(all) => {
            for one in all {
                // Devices block.
                checks.push(
                    tokio::task::spawn_blocking(move || printer(&one)).await.map_err(anyhow::Error::from)?,
                );
            }
        }
        Err(error) => {
            checks.push(Check::fail("printers", "bad_printer", error.to_string(), "mend [[printers]]"))
        }
    }
    if let Some(address) = settings.labels.connection.clone() {
        let asked = tokio::task::spawn_blocking(move || label_printer(&address));
        checks.push(asked.await.map_err(anyhow::Error::from)?);
    }
    report(&checks, json)
}

const DAMAGED: &str = "till_damaged";
const SALVAGE: &str = "pos-agent salvage";

async fn file(agent: &Agent) -> Vec<Check> {
    let folder = agent.store().folder().display().to_string();
    let mut checks = vec![match agent.store().quick_check().await {
        Ok(said) if said == "ok" => Check::ok("till's file", folder.clone()),
        Ok(said) => Check::fail("till's file", DAMAGED, said, SALVAGE),
        Err(error) if error.is_damage() => Check::fail("till's file", DAMAGED, error.to_string(), SALVAGE),
        Err(error) => {
            let fix = format!("see that {folder} can be read");
            Check::fail("till's file", "till_file", error.to_string(), fix)
        }
    }];
    checks.push(match agent.store().unsound_events().await {
        Ok(0) => Check::ok("till's events", "each is what was written"),
        Ok(some) => {
            Check::fail("till's events", DAMAGED, format!("{some} are not what was written"), SALVAGE)
        }
        Err(error) => Check::fail("till's events", DAMAGED, error.to_string(), SALVAGE),
    });
    if let Ok(settings) = agent.store().settings().await {
        let text: Vec<_> = settings.iter().map(|s| format!("{}={}", s.name, s.found)).collect();
        checks.push(Check::ok("file settings", text.join(" ")));
    }
    for desk in agent.desks() {
        let name = format!("store {}, till {}", desk.till.store, desk.till.code);
        checks.push(match sync::keys::read(agent.store().folder(), desk.till.id) {
            Ok(_) => Check::ok("till's key", name),
            Err(error) => {
                Check::fail("till's key", "till_key", error.to_string(), "pos-agent enrol with a new code")
            }
        });
    }
    checks
}

async fn hub(agent: &Agent) -> Check {
    let row = agent.hub();
    let asked = async {
        let client = HubClient::new(&row.url, &row.hub_id, agent.clock().clone())?;
        sync::fetch(agent, &client).await.map(|()| client.clock_offset_ms())
    };
    match asked.await {
        Ok(0) => Check::ok("hub", format!("{} answers", row.url)),
        Ok(offset) => {
            let finding = format!("is {} s off the hub's", offset / 1_000);
            Check::fail("clock", "clock_off", finding, "set this machine's clock")
        }
        Err(sync::SyncError::Call(error)) => {
            let failure = call_failure(&error);
            Check::failure("hub", Failure { message: format!("{}: {error}", row.url), ..failure })
        }
        Err(sync::SyncError::Agent(error)) => Check::failure("hub", agent_failure(error)),
    }
}

/// What the settings say of the devices, before any is looked at.
fn declared(settings: &Settings) -> Vec<Check> {
    let check = "devices declared";
    match devices(&settings.device, &settings.data.join(PROFILES)) {
        Err(error) => {
            vec![Check::fail(check, "bad_device", error.to_string(), "mend [[device]] in the settings")]
        }
        Ok(all) => {
            let doubtful = all.iter().filter_map(|device| device.sure().err());
            doubtful
                .map(|error| {
                    Check::fail(check, "device_unsure", error.to_string(), "mend its path in the settings")
                })
                .collect()
        }
    }
}

fn device(device: &DeviceSetting) -> Check {
    let path = device.path.display().to_string();
    let name = device.role.to_string();
    let (group, folder) = match device.role {
        Role::Wedge => ("input", "/dev/input/by-id"),
        _ => ("dialout", "/dev/serial/by-id"),
    };
    match std::fs::File::open(&device.path) {
        Ok(_) => Check::ok(name, path),
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => Check::fail(
            name,
            "device_denied",
            format!("{path}: {error}"),
            format!("usermod -aG {group} USER, then log in again"),
        ),
        Err(error) => {
            let fix = format!("plug it in; ls {folder}");
            Check::fail(name, "device_missing", format!("{path}: {error}"), fix)
        }
    }
}

/// Nothing is sent: label printers are not asked how they are.
fn label_printer(address: &Address) -> Check {
    match Session::open(address, false, Patience::default()) {
        Ok(_) => Check::ok("labels", address.to_string()),
        Err(error) => {
            let fix = "see that the label printer is switched on and plugged in";
            Check::fail("labels", "label_printer_away", format!("{address}: {error}"), fix)
        }
    }
}

fn printer(printer: &Printer) -> Check {
    let name = format!("printer {}", printer.id);
    let asked = Session::open(&printer.address, printer.profile.status, Patience::default());
    match asked.and_then(|mut session| session.ready()) {
        Ok(state) => Check::ok(name, format!("{} {}", printer.address, state.code())),
        Err(error) => {
            let fix = format!("pos-agent print-test --printer {}", printer.id);
            Check::fail(name, "printer_away", format!("{}: {error}", printer.address), fix)
        }
    }
}
