//! `firmware-config show`: a profile, or what is set in a device.

use std::path::PathBuf;

use clap::Args;
use kit::cli::{Exit, Failure, Shape, print_one, print_rows};
use serde::Serialize;

use super::{note, target};
use crate::registry::Registry;
use crate::round::revision;
use crate::setting::Setting;

#[derive(Debug, Args)]
pub struct Show {
    /// The profile, as `firmware-config list` names it
    profile: String,
    /// A device of this profile, to ask what is set in it
    #[arg(long, value_name = "PATH")]
    port: Option<PathBuf>,
    /// The speed that the device is set to now, if it is not its profile's
    #[arg(long)]
    baud: Option<u32>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Known<'p> {
    setting: Setting,
    values: Vec<&'p str>,
    can_ask: bool,
    verified: &'static str,
    source: &'p str,
}

#[derive(Serialize)]
struct IsSet {
    setting: Setting,
    found: String,
    verified: &'static str,
}

pub fn show(show: &Show, registry: &Registry) -> Result<Exit, Failure> {
    let profile = target::profile(&show.profile, registry)?;
    let shape = Shape::json(show.json);
    let Some(port) = &show.port else {
        let known = profile.settings.iter().map(|(setting, command)| Known {
            setting: *setting,
            values: command.values.keys().map(String::as_str).collect(),
            can_ask: command.ask.is_some(),
            verified: profile.verified_of(command).name(),
            source: &command.source,
        });
        if show.json {
            print_one(profile, shape)?;
        } else {
            print_rows(&known.collect::<Vec<_>>(), shape)?;
            note(&format!("{} {}, verified: {}", profile.vendor, profile.model, profile.verified.name()));
        }
        return Ok(Exit::Ok);
    };
    let device = target::device(profile)?;
    let (baud, mut wire) = target::open(port, profile, show.baud, registry)?;
    let settings = profile.settings.keys().copied();
    let reading = target::ask(port, &mut wire, &device, settings, baud)?;
    let rows = reading.iter().map(|(setting, found)| IsSet {
        setting: *setting,
        found: found.text(),
        verified: profile.verified_of(&profile.settings[setting]).name(),
    });
    print_rows(&rows.collect::<Vec<_>>(), shape)?;
    if !show.json
        && let Some(said) = revision(&mut wire, &device).map_err(|error| target::lost(port, &error))?
    {
        note(&format!("it says that it is: {said}"));
    }
    Ok(Exit::Ok)
}
