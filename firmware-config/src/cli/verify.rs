//! `firmware-config verify`: one device, or all of a till.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use clap::Args;
use kit::cli::{Exit, Failure, Shape, print_rows};
use kit::clock;
use kit::settings::usual_data;
use serde::Serialize;

use super::target::{self, Named, Target};
use super::{compare, note};
use crate::port::PortWire;
use crate::profile::Verified;
use crate::registry::Registry;
use crate::roll::report::{TillReport, settings_hash};
use crate::roll::{self, Entry, Standing, TillFile};
use crate::round::{Found, Step, Wire};

#[derive(Debug, Args)]
pub struct Verify {
    /// The device's profile, as `firmware-config list` names it
    #[arg(long, value_name = "ID", required_unless_present = "all", conflicts_with = "all")]
    profile: Option<String>,
    /// Its serial port; best a name below /dev/serial/by-id or by-path
    #[arg(long, value_name = "PATH", required_unless_present = "all", conflicts_with = "all")]
    port: Option<PathBuf>,
    /// The speed that the device is set to now, if it is not its profile's
    #[arg(long, conflicts_with = "all")]
    baud: Option<u32>,
    /// All devices that a till's settings file declares; the till must not be running
    #[arg(long, value_name = "FILE")]
    all: Option<PathBuf>,
    /// The file that says what the chain's readers are set to
    #[arg(long, value_name = "FILE")]
    settings: PathBuf,
    /// The folder of pos-agent, which tells the hub what was found; where the till's settings say, if left out
    #[arg(long, value_name = "DIR", requires = "all")]
    data: Option<PathBuf>,
    /// Tell nobody what was found
    #[arg(long, requires = "all")]
    dry_run: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Whose folder the report is left in.
const AGENT: &str = "pos-agent";

/// `profiles`: the folder that somebody named.
pub fn verify(verify: &Verify, registry: &Registry, profiles: Option<&Path>) -> Result<Exit, Failure> {
    let is_as_wanted = match (&verify.all, &verify.profile, &verify.port) {
        (None, Some(profile), Some(port)) => {
            let (profile, port) = (profile.clone(), port.clone());
            let named = Named { profile, port, baud: verify.baud };
            let target = Target { named, settings: verify.settings.clone() };
            compare::is_as_wanted(&target, registry, verify.json)?
        }
        (Some(till), ..) => all(till, verify, registry, profiles)?,
        // Clap asks for one or the other.
        (None, ..) => return Err(Failure::new(Exit::Usage, "no_device", "name a device, or --all")),
    };
    Ok(if is_as_wanted { Exit::Ok } else { Exit::Partial })
}

#[derive(Serialize)]
struct Row<'e> {
    port: String,
    profile: &'e str,
    verified: Option<&'static str>,
    standing: Standing,
    setting: Option<&'static str>,
    wanted: Option<&'e str>,
    found: String,
}

fn rows(entry: &Entry) -> Vec<Row<'_>> {
    let row = |setting, wanted, found| Row {
        port: entry.port.display().to_string(),
        profile: &entry.profile,
        verified: entry.verified.map(Verified::name),
        standing: entry.standing,
        setting,
        wanted,
        found,
    };
    if entry.settings.is_empty() {
        return vec![row(None, None, entry.why.clone().unwrap_or_default())];
    }
    entry
        .settings
        .iter()
        .map(|step: &Step| {
            let found = Found::said(step.found.as_ref());
            row(Some(step.setting.name()), Some(step.wanted.as_str()), found)
        })
        .collect()
}

fn all(till: &Path, verify: &Verify, registry: &Registry, profiles: Option<&Path>) -> Result<bool, Failure> {
    let bad = |exit, error: String| {
        Failure::new(exit, "no_till", format!("{}: {error}", till.display()))
            .fix("name the settings file of pos-agent, with a [[device]] for each reader")
    };
    let text = std::fs::read_to_string(till).map_err(|error| {
        let exit = if error.kind() == ErrorKind::NotFound { Exit::NotFound } else { Exit::Config };
        bad(exit, error.to_string())
    })?;
    let file = roll::read(&text).map_err(|error| bad(Exit::Config, error.to_string()))?;
    let own = own_profiles(&file, verify, profiles)?;
    let registry = own.as_ref().unwrap_or(registry);
    let settings = target::settings(&verify.settings, registry)?;
    let open = |path: &Path, line| -> io::Result<Box<dyn Wire>> {
        target::sure(path, registry).map_err(|failure| io::Error::other(failure.message))?;
        Ok(Box::new(PortWire::open(path, line)?))
    };
    let roll = roll::call(&file.devices, registry, &settings, open);
    if verify.json {
        print_rows(&roll, Shape::Json)?;
    } else {
        print_rows(&roll.iter().flat_map(rows).collect::<Vec<_>>(), Shape::Table)?;
        for (entry, (setting, word)) in
            roll.iter().flat_map(|entry| entry.by_sheet.iter().map(move |own| (entry, own)))
        {
            let port = entry.port.display();
            note(&format!("{port}: {setting}: {word} by the maker's sheet, not compared"));
        }
    }
    if !verify.dry_run {
        report(&file, verify, &roll)?;
    }
    Ok(roll::is_as_wanted(&roll))
}

/// The till's own profiles are in its folder, unless `--profiles` names another one.
fn own_profiles(file: &TillFile, verify: &Verify, named: Option<&Path>) -> Result<Option<Registry>, Failure> {
    if named.is_some() {
        return Ok(None);
    }
    let profiles = folder(file, verify).join("profiles");
    let ids: Vec<&str> = file.devices.iter().map(|device| device.profile.as_str()).collect();
    let (registry, refused) =
        Registry::of_till(&profiles, &ids).map_err(|error| super::bad_profile(&error))?;
    for (_, error) in refused {
        note(&format!("warning: {error}; no device of this till needs it"));
    }
    Ok(Some(registry))
}

/// Of the till's agent.
fn folder(file: &TillFile, verify: &Verify) -> PathBuf {
    verify.data.clone().or_else(|| file.data.clone()).unwrap_or_else(|| usual_data(AGENT))
}

/// Leaves what was found where the till's agent takes it up.
fn report(file: &TillFile, verify: &Verify, roll: &[Entry]) -> Result<(), Failure> {
    let folder = folder(file, verify);
    if !folder.is_dir() {
        eprintln!(
            "the hub is not told: {} is not there; name the folder of pos-agent with --data",
            folder.display()
        );
        return Ok(());
    }
    let written = std::fs::read(&verify.settings)
        .and_then(|settings| TillReport::new(clock::now(), settings_hash(&settings), roll).write(&folder));
    let place = written.map_err(|error| {
        Failure::new(Exit::Failed, "no_report", format!("{}: {error}", folder.display()))
            .fix("run it as whoever runs pos-agent, or name another folder with --data")
    })?;
    eprintln!("{} tells pos-agent, which tells the hub", place.display());
    Ok(())
}
