//! `firmware-config defaults`: a device as its factory set it.

use std::path::PathBuf;

use clap::Args;
use kit::cli::{Exit, Failure, Shape, print_one, print_rows};
use serde::Serialize;

use super::apply::line_said;
use super::note;
use super::record::Record;
use super::target::{self, Named};
use crate::dialect::{Action, Dialect, Request, hex};
use crate::profile::Verified;
use crate::registry::Registry;
use crate::round::{self, Found, LineState, Reading, Restored};
use crate::setting::Setting;

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Defaults {
    #[command(flatten)]
    named: Named,
    /// Show what would be said and write nothing, as without any flag
    #[arg(long, conflicts_with = "write")]
    dry_run: bool,
    /// Write. What was set in the device is gone for good, so --yes is needed too
    #[arg(long, requires = "yes")]
    write: bool,
    /// With --write: agree that what is set now is lost
    #[arg(long, requires = "write")]
    yes: bool,
    /// Add the record to this file instead of the usual one
    #[arg(long, value_name = "FILE")]
    audit: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What would be said, and to whom.
#[derive(Serialize)]
struct Planned {
    profile: String,
    dialect: Dialect,
    verified: Verified,
    /// In hexadecimal digits.
    says: String,
    before: Reading,
}

#[derive(Serialize)]
struct Now {
    setting: Setting,
    found: String,
}

#[derive(Serialize)]
struct Row {
    setting: Setting,
    before: String,
    after: String,
}

pub fn defaults(defaults: &Defaults, registry: &Registry) -> Result<Exit, Failure> {
    let named = &defaults.named;
    let profile = target::profile(&named.profile, registry)?;
    let device = target::device(profile)?;
    let says =
        device.dialect().speech().say(&Request::Act(Action::Defaults)).map_err(|_| no_words(&profile.id))?;
    let (baud, mut wire) = target::open(&named.port, profile, named.baud, registry)?;
    let before = target::ask(&named.port, &mut wire, &device, profile.settings.keys().copied(), baud)?;
    let planned = Planned {
        profile: profile.id.clone(),
        dialect: device.dialect(),
        verified: profile.verified,
        says: hex(&says),
        before,
    };
    if !defaults.write {
        if defaults.json {
            print_one(&planned, Shape::Json)?;
        } else {
            let now = |(setting, found): (&Setting, &Found)| Now { setting: *setting, found: found.text() };
            print_rows(&planned.before.iter().map(now).collect::<Vec<_>>(), Shape::Table)?;
            note(&format!(
                "would say {} in the dialect {}; verified: {}",
                planned.says,
                planned.dialect,
                planned.verified.name()
            ));
            note("nothing was written: add --write --yes");
        }
        return Ok(Exit::Ok);
    }
    let known = target::known(named, &mut wire, &device, registry)?;
    let record = Record::begin(defaults.audit.as_deref(), known, &planned)?;
    let done = round::defaults(&mut wire, &device, baud, planned.before);
    let kept = record.end(&done)?;
    if defaults.json {
        print_one(&done, Shape::Json)?;
    } else {
        print_rows(&rows(&done), Shape::Table)?;
        note(&format!("{}; {}", conclusion(&done, named), line_said(&done.line)));
        note(&format!("verified: {}", done.verified.name()));
        note(&format!("the record is in {}", kept.display()));
    }
    Ok(exit(&done))
}

fn no_words(profile: &str) -> Failure {
    let said = format!("no bytes are published by which {profile} goes back to what its factory set");
    Failure::new(Exit::Config, "no_defaults", said).fix("read the maker's own sheet with it")
}

fn rows(done: &round::Defaults) -> Vec<Row> {
    let after = |setting: &Setting| done.after.as_ref().and_then(|after| after.get(setting));
    let row = |(setting, found): (&Setting, &Found)| Row {
        setting: *setting,
        before: found.text(),
        after: Found::said(after(setting)),
    };
    done.before.iter().map(row).collect()
}

/// How it ended, in a sentence, and what to do.
fn conclusion(done: &round::Defaults, named: &Named) -> String {
    let look = if done.before.is_empty() {
        "switch it off and on, then read a code".to_owned()
    } else {
        format!(
            "switch it off and on, then: firmware-config show {} --port {}",
            named.profile,
            named.port.display()
        )
    };
    match done.restored {
        Restored::Done => "the device says that it is as its factory set it".to_owned(),
        Restored::InProgramming => {
            "it is as its factory set it, and still in programming: switch it off and on".to_owned()
        }
        Restored::Refused => format!("the device refused, and is as it was; {look}"),
        Restored::NotKnown => "the device does not know how, and is as it was".to_owned(),
        Restored::Unconfirmed => format!("nobody knows whether it was heard: {look}"),
    }
}

fn exit(done: &round::Defaults) -> Exit {
    match (done.restored, &done.line) {
        (_, LineState::Lost { .. } | LineState::Silent { .. }) => Exit::Unreachable,
        (Restored::Done, _) => Exit::Ok,
        _ => Exit::Partial,
    }
}
