//! Every device of a till, compared with what the chain wants.

pub mod report;

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::profile::{Content, Line, Verified};
use crate::registry::Registry;
use crate::round::{Device, Found, Plan, Step, Verdict, Wire, is_told, survey};
use crate::setting::{Settings, Wanted};

/// A device as a till declares it: `[[device]]` with `path`, `profile` and the number of its `till`; what else is
/// there is the till's.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Declared {
    pub path: PathBuf,
    #[serde(default = "generic")]
    pub profile: String,
    #[serde(default = "first")]
    pub till: i64,
}

fn generic() -> String {
    "generic-serial".to_owned()
}

fn first() -> i64 {
    1
}

/// A reader that a till software shares: `[[passthrough]]` calls its port `scanner`.
#[derive(Deserialize)]
struct Shared {
    scanner: PathBuf,
    #[serde(default = "generic")]
    profile: String,
    #[serde(default = "first")]
    till: i64,
}

#[derive(Deserialize)]
struct Till {
    data: Option<PathBuf>,
    #[serde(default)]
    device: Vec<Declared>,
    #[serde(default)]
    passthrough: Vec<Shared>,
}

/// What a till's settings file says of its devices.
#[derive(Debug)]
pub struct TillFile {
    /// The agent's folder, where the file names it.
    pub data: Option<PathBuf>,
    /// Its own ones first.
    pub devices: Vec<Declared>,
}

pub fn read(text: &str) -> Result<TillFile, toml::de::Error> {
    let Till { data, device, passthrough } = toml::from_str(text)?;
    let shared = passthrough.into_iter().map(|shared| {
        let Shared { scanner, profile, till } = shared;
        Declared { path: scanner, profile, till }
    });
    Ok(TillFile { data, devices: device.into_iter().chain(shared).collect() })
}

/// How one device stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    AsWanted,
    Differs,
    /// It cannot be asked for all that is wanted, or answered only in part.
    Unclear,
    /// No answer.
    Silent,
    /// The port cannot be opened.
    NotOpen,
    /// Its profile says nothing of how to ask it.
    CannotAsk,
    /// A scale, a card reader, a reader that types: the chain's settings are not for it.
    NotMeant,
    /// There is no such profile.
    NoProfile,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    pub till: i64,
    pub port: PathBuf,
    pub profile: String,
    pub verified: Option<Verified>,
    pub standing: Standing,
    /// Why it was not asked.
    pub why: Option<String>,
    /// What is wanted and is not so, or not known to be.
    pub settings: Vec<Step>,
    /// What is wanted and the maker's sheet sets: not compared.
    pub by_sheet: Wanted,
}

/// Asks each device. Only those are asked whose profile says how, and nothing is set.
pub fn call(
    devices: &[Declared],
    registry: &Registry,
    settings: &Settings,
    open: impl Fn(&Path, Line) -> io::Result<Box<dyn Wire>>,
) -> Vec<Entry> {
    devices.iter().map(|declared| entry(declared, registry, settings, &open)).collect()
}

fn entry(
    declared: &Declared,
    registry: &Registry,
    settings: &Settings,
    open: &dyn Fn(&Path, Line) -> io::Result<Box<dyn Wire>>,
) -> Entry {
    let Declared { path, profile: id, till } = declared;
    let profile = registry.get(id);
    let by_sheet = settings.by_sheet(id);
    let stands = |standing, why, settings| Entry {
        till: *till,
        port: path.clone(),
        profile: id.clone(),
        verified: profile.map(|profile| profile.verified),
        standing,
        why,
        settings,
        by_sheet: by_sheet.clone(),
    };
    let Some(profile) = profile else { return stands(Standing::NoProfile, None, vec![]) };
    if profile.content != Content::Text || !profile.transport.has_line() {
        return stands(Standing::NotMeant, None, vec![]);
    }
    let (device, line) = match (Device::new(profile), profile.line) {
        (Ok(device), Some(line)) => (device, line),
        (device, _) => {
            return stands(Standing::CannotAsk, device.err().map(|error| error.to_string()), vec![]);
        }
    };
    let wanted = settings.wanted(id);
    let mut wire = match open(path, line) {
        Ok(wire) => wire,
        Err(error) => return stands(Standing::NotOpen, Some(error.to_string()), vec![]),
    };
    match survey(&mut *wire, &device, wanted.keys().copied()) {
        Err(lost) => stands(Standing::NotOpen, Some(lost.to_string()), vec![]),
        Ok(found) => {
            let mut steps = Plan::new(&device, line.baud, &found, &wanted).steps;
            let standing = standing(&steps);
            steps.retain(|step| step.verdict != Verdict::Same);
            stands(standing, None, steps)
        }
    }
}

/// Whether all that the settings are for are as wanted.
pub fn is_as_wanted(roll: &[Entry]) -> bool {
    roll.iter().all(|entry| matches!(entry.standing, Standing::AsWanted | Standing::NotMeant))
}

fn standing(steps: &[Step]) -> Standing {
    let has = |verdict| steps.iter().any(|step| step.verdict == verdict);
    // What has no bytes and was not asked may well be so by the maker's sheet.
    let without_bytes = |told| {
        steps.iter().any(|step| step.verdict == Verdict::NoBytes && is_told(step.found.as_ref()) == told)
    };
    let mut asked =
        steps.iter().filter_map(|step| step.found.as_ref()).filter(|f| **f != Found::CannotAsk).peekable();
    if asked.peek().is_some() && asked.all(|found| *found == Found::Silent) {
        Standing::Silent
    } else if has(Verdict::Differs) || has(Verdict::NotKnown) || without_bytes(true) {
        Standing::Differs
    } else if has(Verdict::Unclear) || without_bytes(false) {
        Standing::Unclear
    } else {
        Standing::AsWanted
    }
}

#[cfg(test)]
mod tests;
