//! What is known, what is plugged in, and what is wrong with it.

use std::path::PathBuf;

use clap::Args;
use kit::cli::{Exit, Failure, Shape, print_rows};
use serde::Serialize;

use crate::detect::{System, ports};
use crate::doctor::{decide, facts};
use crate::registry::{Registry, Source};

#[derive(Serialize)]
struct Known<'r> {
    id: &'r str,
    vendor: &'r str,
    model: &'r str,
    dialect: Option<String>,
    settings: usize,
    verified: &'static str,
    from: String,
}

pub fn list(registry: &Registry, json: bool) -> Result<Exit, Failure> {
    let known = registry.all().map(|(profile, source)| Known {
        id: &profile.id,
        vendor: &profile.vendor,
        model: &profile.model,
        dialect: profile.programming.as_ref().map(|programming| programming.dialect.to_string()),
        settings: profile.settings.len(),
        verified: profile.verified.name(),
        from: match source {
            Source::BuiltIn => "built in".to_owned(),
            Source::File(path) => path.display().to_string(),
        },
    });
    print_rows(&known.collect::<Vec<_>>(), Shape::json(json))?;
    Ok(Exit::Ok)
}

#[derive(Serialize)]
struct Plugged {
    port: String,
    usb: Option<String>,
    serial: Option<String>,
    name: Option<String>,
    /// Profiles of such a device, and how each was verified.
    perhaps: Vec<String>,
    verified: Vec<&'static str>,
    by_id: Option<String>,
    by_path: Option<String>,
}

#[derive(Debug, Args)]
pub struct Detect {
    #[command(flatten)]
    place: Place,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct Place {
    /// Look at the system below this folder instead of this machine's: a disk that is mounted here, or a test
    #[arg(long, value_name = "DIR")]
    system: Option<PathBuf>,
}

impl Place {
    fn system(&self) -> System {
        self.system.as_deref().map_or_else(System::default, System::below)
    }
}

pub fn detect(detect: &Detect, registry: &Registry) -> Result<Exit, Failure> {
    let json = detect.json;
    let text = |path: Option<PathBuf>| path.map(|path| path.display().to_string());
    let plugged = ports(&detect.place.system(), registry).into_iter().map(|port| Plugged {
        port: port.path.display().to_string(),
        usb: port.usb.as_ref().map(|usb| format!("{}:{}", usb.vendor, usb.product)),
        serial: port.usb.as_ref().and_then(|usb| usb.serial.clone()),
        name: port.usb.and_then(|usb| usb.name),
        verified: port.profiles.iter().filter_map(|id| Some(registry.get(id)?.verified.name())).collect(),
        perhaps: port.profiles,
        by_id: text(port.by_id),
        by_path: text(port.by_path),
    });
    let plugged: Vec<Plugged> = plugged.collect();
    print_rows(&plugged, Shape::json(json))?;
    if !json {
        super::note(if plugged.is_empty() {
            "no serial port; next: firmware-config doctor, or firmware-config simulate honeywell"
        } else {
            "nothing was written to these ports; next: firmware-config show PROFILE --port PORT"
        });
    }
    Ok(Exit::Ok)
}

#[derive(Debug, Args)]
pub struct Doctor {
    /// Ports to look at; otherwise all
    port: Vec<PathBuf>,
    #[command(flatten)]
    place: Place,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub fn doctor(doctor: &Doctor, registry: &Registry) -> Result<Exit, Failure> {
    let checks = decide(&facts(&doctor.place.system(), registry, &doctor.port));
    print_rows(&checks, Shape::json(doctor.json))?;
    Ok(if checks.iter().any(|check| check.state == "fail") { Exit::Failed } else { Exit::Ok })
}
