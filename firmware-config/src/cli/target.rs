//! Which device is meant, and what it should be set to.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::Args;
use kit::cli::{Exit, Failure};

use super::note;
use super::record::Known;
use crate::detect::{System, other_device, usb_of};
use crate::doctor::facts;
use crate::port::PortWire;
use crate::profile::{Line, Profile};
use crate::registry::Registry;
use crate::round::{Device, Found, Lost, Reading, revision, survey};
use crate::setting::{Setting, Settings, SettingsError};

/// A device that somebody names: nothing else is ever spoken to.
#[derive(Debug, Args)]
pub struct Named {
    /// The device's profile, as `firmware-config list` names it
    #[arg(long, value_name = "ID")]
    pub profile: String,
    /// Its serial port; best a name below /dev/serial/by-id or by-path
    #[arg(long, value_name = "PATH")]
    pub port: PathBuf,
    /// The speed that the device is set to now, if it is not its profile's
    #[arg(long)]
    pub baud: Option<u32>,
}

/// A device and what is wanted of it.
#[derive(Debug, Args)]
pub struct Target {
    #[command(flatten)]
    pub named: Named,
    /// The file that says what the chain's readers are set to
    #[arg(long, value_name = "FILE")]
    pub settings: PathBuf,
}

pub fn no_profile(id: &str, registry: &Registry) -> Failure {
    let near = registry.all().map(|(profile, _)| profile.id.as_str()).find(|own| own.starts_with(id));
    let fix = match near {
        Some(near) => format!("did you mean {near}? firmware-config list"),
        None => "firmware-config list".to_owned(),
    };
    Failure::new(Exit::NotFound, "no_profile", format!("there is no profile {id:?}")).fix(fix)
}

pub fn profile<'r>(id: &str, registry: &'r Registry) -> Result<&'r Profile, Failure> {
    registry.get(id).ok_or_else(|| no_profile(id, registry))
}

pub fn device(profile: &Profile) -> Result<Device<'_>, Failure> {
    Device::new(profile).map_err(|error| {
        Failure::new(Exit::Config, "no_dialect", error.to_string())
            .fix("set it up with the maker's own sheets, or choose another profile: firmware-config list")
    })
}

/// The chain's file.
pub fn settings(path: &Path, registry: &Registry) -> Result<Settings, Failure> {
    let settings = Settings::read(path).and_then(|settings| {
        settings.check_profiles(|id| registry.get(id).is_some())?;
        Ok(settings)
    });
    settings.map_err(|error| {
        let exit = match &error {
            SettingsError::Read { error, .. } if error.kind() == ErrorKind::NotFound => Exit::NotFound,
            _ => Exit::Config,
        };
        let names: Vec<&str> = Setting::ALL.iter().map(|setting| setting.name()).collect();
        Failure::new(exit, "bad_settings", error.to_string()).fix(format!(
            "mend {}; settings are {}",
            path.display(),
            names.join(", ")
        ))
    })
}

/// A name that equal devices share leads to whichever came last: what is set there may be the other one's.
pub fn sure(path: &Path, registry: &Registry) -> Result<(), Failure> {
    let facts = facts(&System::default(), registry, &[path.to_owned()]);
    match facts.ports.iter().find(|port| port.is_ambiguous()) {
        None => Ok(()),
        Some(port) => {
            let said = format!("{} is the name of {} equal devices", path.display(), port.twins + 1);
            Err(Failure::new(Exit::Config, "ambiguous_port", said)
                .fix("name the socket, below /dev/serial/by-path: firmware-config detect"))
        }
    }
}

/// The speed to speak at, and the open line.
pub fn open(
    path: &Path,
    profile: &Profile,
    baud: Option<u32>,
    registry: &Registry,
) -> Result<(u32, PortWire), Failure> {
    sure(path, registry)?;
    if let Some(other) = other_device(&System::default(), registry, path, profile) {
        note(&format!("warning: USB calls {} {other}, which is not a {}", path.display(), profile.id));
    }
    let line = profile.line.ok_or_else(|| {
        Failure::new(Exit::Config, "no_line", format!("{:?} has no line", profile.id))
            .fix("firmware-config list")
    })?;
    let line = Line { baud: baud.unwrap_or(line.baud), ..line };
    match PortWire::open(path, line) {
        Ok(wire) => Ok((line.baud, wire)),
        Err(error) => {
            let said = format!("{}: {error}", path.display());
            let doctor = format!("firmware-config doctor {}", path.display());
            Err(match error.kind() {
                _ if !path.exists() => {
                    Failure::new(Exit::NotFound, "no_port", said).fix("firmware-config detect")
                }
                ErrorKind::PermissionDenied => Failure::new(Exit::Auth, "port_denied", said).fix(doctor),
                _ => Failure::new(Exit::Unreachable, "port_not_open", said).fix(doctor),
            })
        }
    }
}

/// What it says that it is, to be recorded before anything is written to it.
pub fn known<'a>(
    named: &'a Named,
    wire: &mut PortWire,
    device: &Device,
    registry: &Registry,
) -> Result<Known<'a>, Failure> {
    let revision = revision(wire, device).map_err(|error| lost(&named.port, &error))?;
    let usb = usb_of(&System::default(), registry, &named.port);
    Ok(Known { named, settings: None, usb, revision })
}

pub fn lost(path: &Path, error: &Lost) -> Failure {
    Failure::new(Exit::Unreachable, "line_lost", format!("{}: {error}", path.display()))
        .fix(format!("plug it in, then: firmware-config doctor {}", path.display()))
}

/// What is set. A device that can be asked and answers nothing is not reached: nothing was written to it.
pub fn ask(
    path: &Path,
    wire: &mut PortWire,
    device: &Device,
    settings: impl IntoIterator<Item = Setting>,
    baud: u32,
) -> Result<Reading, Failure> {
    let reading = survey(wire, device, settings).map_err(|error| lost(path, &error))?;
    let mut askable = reading.values().filter(|found| **found != Found::CannotAsk).peekable();
    if askable.peek().is_some() && askable.all(|found| *found == Found::Silent) {
        return Err(Failure::new(
            Exit::Unreachable,
            "device_silent",
            format!("{}: no answer at {baud} baud in the dialect {}", path.display(), device.dialect()),
        )
        .fix("see that the profile is the device's, and try its other speeds: --baud 9600, --baud 115200"));
    }
    Ok(reading)
}
