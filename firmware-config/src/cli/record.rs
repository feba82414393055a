//! The file of records of what writes to a device: who began what, and what came of it. The first line is on the disk before the
//! first write, so that a round that was cut off leaves what it was about to do.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use kit::cli::{Exit, Failure};
use kit::settings::usual_data;
use serde::Serialize;

use super::target::Named;
use crate::detect::Usb;
use crate::roll::report::settings_hash;

/// What both lines say.
#[derive(Serialize)]
struct Round {
    /// When it began; the two lines of a round have the same.
    begun: String,
    port: PathBuf,
    /// The number of whoever ran it.
    user: u32,
    /// Of the settings file, as `verify --all` tells it; `None` where nothing of it was wanted.
    settings_hash: Option<String>,
    /// What USB calls it.
    usb: Option<Usb>,
    /// What the device says that it is.
    revision: Option<String>,
}

#[derive(Serialize)]
struct Begun<'a, P> {
    #[serde(flatten)]
    round: &'a Round,
    plan: &'a P,
}

#[derive(Serialize)]
struct Ended<'a, A> {
    at: String,
    #[serde(flatten)]
    round: &'a Round,
    #[serde(flatten)]
    audit: &'a A,
}

/// A device that is about to be written, and what it says that it is.
pub struct Known<'a> {
    pub named: &'a Named,
    /// What is wanted of it.
    pub settings: Option<&'a Path>,
    pub usb: Option<Usb>,
    pub revision: Option<String>,
}

pub struct Record {
    path: PathBuf,
    file: File,
    round: Round,
}

impl Record {
    /// Says what is about to be done, where records are kept if no file is named. Nothing may be written to a
    /// device before this is.
    pub fn begin(path: Option<&Path>, known: Known, plan: &impl Serialize) -> Result<Self, Failure> {
        let usual = usual_data("firmware-config");
        let path = path.map_or_else(|| usual.join("rounds.jsonl"), Path::to_owned);
        let failed = |error: io::Error| {
            let said = format!("{}: {error}; the device was not written", path.display());
            Failure::new(Exit::Failed, "no_audit", said).fix("name a file that can be written: --audit FILE")
        };
        let settings = known.settings.map(std::fs::read).transpose().map_err(failed)?;
        let round = Round {
            begun: now(),
            port: known.named.port.clone(),
            user: rustix::process::getuid().as_raw(),
            settings_hash: settings.map(|settings| settings_hash(&settings)),
            usb: known.usb,
            revision: known.revision,
        };
        // A folder that somebody named is not made: it may be a slip.
        if path.starts_with(&usual) {
            std::fs::create_dir_all(&usual).map_err(failed)?;
        }
        let mut file = File::options().create(true).append(true).open(&path).map_err(failed)?;
        let line = serde_json::to_string(&Begun { round: &round, plan }).map_err(io::Error::from);
        line.and_then(|line| append(&mut file, &line)).map_err(failed)?;
        Ok(Self { path, file, round })
    }

    /// Says how it ended, and where that stands.
    pub fn end(mut self, audit: &impl Serialize) -> Result<PathBuf, Failure> {
        let line = serde_json::to_string(&Ended { at: now(), round: &self.round, audit });
        let line = line.map_err(|error| Failure::new(Exit::Failed, "no_audit", error.to_string()))?;
        append(&mut self.file, &line).map_err(|error| {
            let said = format!("{}: {error}; the device was written: {line}", self.path.display());
            Failure::new(Exit::Failed, "no_audit", said)
                .fix("keep this line by hand, and name a file that can be written: --audit FILE")
        })?;
        Ok(self.path)
    }
}

fn now() -> String {
    kit::clock::now().to_rfc3339()
}

/// A line, whole, and on the disk.
fn append(file: &mut File, line: &str) -> io::Result<()> {
    file.write_all(format!("{line}\n").as_bytes())?;
    file.sync_all()
}
