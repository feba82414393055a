//! `firmware-config apply`: sets a device up, and says how it ended.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use clap::Args;
use kit::cli::{Exit, Failure, Shape, print_one, print_rows};
use serde::Serialize;

use super::compare::{Planned, planned, print_plan};
use super::note;
use super::record::{Known, Record};
use super::target::{self, Target};
use crate::registry::Registry;
use crate::round::{self, Audit, Consent, End, Fate, Found, LineState, Report, is_not_so};
use crate::setting::Setting;

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Apply {
    #[command(flatten)]
    target: Target,
    /// Show what would be written and write nothing, as without any flag
    #[arg(long, conflicts_with = "write")]
    dry_run: bool,
    /// Write. Settings that were tried with the device are stored, others last until the power goes
    #[arg(long)]
    write: bool,
    /// With --write: store everything, also what nobody has tried with the device, and what reads as wanted already
    #[arg(long, requires = "write")]
    yes: bool,
    /// Add the record to this file instead of the usual one: a line of JSON before the first write, and one with
    /// what came of it
    #[arg(long, value_name = "FILE")]
    audit: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub fn apply(apply: &Apply, registry: &Registry) -> Result<Exit, Failure> {
    let Planned { device, mut wire, plan } = planned(&apply.target, registry)?;
    if !apply.write {
        print_plan(&plan, apply.json)?;
        if !apply.json {
            note("nothing was written: add --write");
        }
        return Ok(Exit::Ok);
    }
    let consent = Consent { store: true, everything: apply.yes };
    let ends = interrupts()?;
    let known = target::known(&apply.target.named, &mut wire, &device, registry)?;
    let known = Known { settings: Some(&apply.target.settings), ..known };
    let record = Record::begin(apply.audit.as_deref(), known, &plan)?;
    let audit = round::apply_until(&mut wire, &device, &plan, consent, &ends);
    let kept = record.end(&audit)?;
    if apply.json {
        print_one(&audit, Shape::Json)?;
    } else {
        print_rows(&audit.settings.iter().map(Done::of).collect::<Vec<_>>(), Shape::Table)?;
        note(&conclusion(&audit));
        note(&format!("the record is in {}", kept.display()));
    }
    Ok(exit(&audit))
}

/// Set by Ctrl-C and by a friendly kill: what was begun is not left in the middle of a command. A second one ends
/// at once.
fn interrupts() -> Result<Arc<AtomicBool>, Failure> {
    let ends = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register_conditional_default(signal, Arc::clone(&ends))
            .and_then(|_| signal_hook::flag::register(signal, Arc::clone(&ends)))
            .map_err(|error| Failure::new(Exit::Failed, "no_signals", error.to_string()))?;
    }
    Ok(ends)
}

#[derive(Serialize)]
struct Done<'a> {
    setting: Setting,
    wanted: &'a str,
    before: String,
    after: String,
    fate: Fate,
    verified: &'static str,
}

impl<'a> Done<'a> {
    fn of(report: &'a Report) -> Self {
        Self {
            setting: report.setting,
            wanted: report.wanted.as_str(),
            before: Found::said(report.before.as_ref()),
            after: Found::said(report.after.as_ref()),
            fate: report.fate,
            verified: report.verified.map_or("—", |verified| verified.name()),
        }
    }
}

/// How the line stands, and what to do.
pub fn line_said(line: &LineState) -> String {
    match line {
        LineState::Answers { baud } => format!("it answers at {baud} baud"),
        LineState::Open { baud } => {
            format!("the line is open at {baud} baud; this device cannot be asked how it stands")
        }
        LineState::Silent { tried } => {
            let tried: Vec<String> = tried.iter().map(u32::to_string).collect();
            format!("no answer at {} baud: switch it off and on, then verify", tried.join(", "))
        }
        LineState::Lost { why } => format!("the line is lost ({why}): plug it in, then verify"),
    }
}

/// How the device stands, in a sentence, and what to do.
fn conclusion(audit: &Audit) -> String {
    let names = |settings: &[Setting]| settings.iter().map(|s| s.name()).collect::<Vec<_>>().join(", ");
    let line = line_said(&audit.line);
    let end = match &audit.end {
        End::AsWanted if audit.settings.iter().any(|report| report.fate == Fate::Same) => {
            "as wanted; what was so before may last only until the power goes (--yes stores it)".to_owned()
        }
        End::AsWanted => "as wanted, for good".to_owned(),
        End::UntilPowerGoes(settings) => {
            format!(
                "as wanted; until the power goes: {} (--yes stores what nobody has tried)",
                names(settings)
            )
        }
        End::Differs(settings) if audit.settings.iter().any(|report| report.fate == Fate::Waits) => {
            format!("not as wanted: {} (--yes stores them)", names(settings))
        }
        End::Differs(settings) => format!("not as wanted: {}", names(settings)),
        End::Unknown(settings) => {
            let others = audit.settings.iter().filter(|report| is_not_so(report.fate));
            let others: Vec<Setting> = others.map(|report| report.setting).collect();
            let also = if others.is_empty() {
                String::new()
            } else {
                format!("not as wanted: {}; ", names(&others))
            };
            format!("{also}these settings were not confirmed: {}", names(settings))
        }
    };
    match &audit.stopped {
        Some(why) => format!("{end}; {line}; broke off: {why}"),
        None => format!("{end}; {line}"),
    }
}

fn exit(audit: &Audit) -> Exit {
    if audit.interrupted {
        return Exit::Interrupted;
    }
    match (&audit.end, &audit.line) {
        (_, LineState::Lost { .. } | LineState::Silent { .. }) => Exit::Unreachable,
        (End::AsWanted, _) => Exit::Ok,
        _ => Exit::Partial,
    }
}
