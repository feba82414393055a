//! Asking a device, comparing it, setting it.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use kit::cli::{Exit, Failure, Shape, print_one, print_rows};
use serde::Serialize;

use super::note;
use super::target::{self, Target};
use crate::fit::misfits;
use crate::port::PortWire;
use crate::profile::Profile;
use crate::registry::Registry;
use crate::round::{self, Audit, Consent, Device, End, Fate, Found, LineState, Plan, Report, Step, Verdict};
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

#[derive(Debug, Args)]
pub struct Compare {
    #[command(flatten)]
    target: Target,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub struct Apply {
    #[command(flatten)]
    target: Target,
    /// Write. Settings that were tried with the device are stored, others last until the power goes
    #[arg(long)]
    write: bool,
    /// With --write: store also what nobody has tried with the device
    #[arg(long, requires = "write")]
    yes: bool,
    /// Add the record, before and after, to this file as a line of JSON
    #[arg(long, value_name = "FILE")]
    audit: Option<PathBuf>,
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
            verified: command.verified.name(),
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
        verified: profile.settings[setting].verified.name(),
    });
    print_rows(&rows.collect::<Vec<_>>(), shape)?;
    Ok(Exit::Ok)
}

/// A device that was asked, and the plan for it.
struct Planned<'r> {
    device: Device<'r>,
    wire: PortWire,
    plan: Plan,
}

fn planned<'r>(target: &Target, registry: &'r Registry) -> Result<Planned<'r>, Failure> {
    let profile: &Profile = target::profile(&target.profile, registry)?;
    let device = target::device(profile)?;
    let wanted = target::settings(&target.settings, registry)?.wanted(&profile.id);
    let (baud, mut wire) = target::open(&target.port, profile, target.baud, registry)?;
    let found = target::ask(&target.port, &mut wire, &device, wanted.keys().copied(), baud)?;
    let plan = Plan::new(&device, baud, &found, &wanted);
    for (setting, why) in misfits(profile, &wanted) {
        note(&format!("warning: {setting}: {why}: choose or write the profile that says what you set"));
    }
    Ok(Planned { device, wire, plan })
}

#[derive(Serialize)]
struct Difference<'p> {
    setting: Setting,
    wanted: &'p str,
    found: String,
    verdict: Verdict,
    verified: &'static str,
}

#[derive(Serialize)]
struct Said<'p> {
    #[serde(flatten)]
    difference: Difference<'p>,
    volatile: Option<&'p str>,
    stored: Option<&'p str>,
}

fn difference(step: &Step) -> Difference<'_> {
    Difference {
        setting: step.setting,
        wanted: step.wanted.as_str(),
        found: step.found.as_ref().map_or("not asked".to_owned(), Found::text),
        verdict: step.verdict,
        verified: step.verified.map_or("—", |verified| verified.name()),
    }
}

fn differences(plan: &Plan, all: bool, json: bool) -> Result<(), Failure> {
    let rows = plan.steps.iter().filter(|step| all || step.verdict != Verdict::Same).map(difference);
    print_rows(&rows.collect::<Vec<_>>(), Shape::json(json))
}

pub fn diff(compare: &Compare, registry: &Registry) -> Result<Exit, Failure> {
    let Planned { plan, .. } = planned(&compare.target, registry)?;
    differences(&plan, false, compare.json)?;
    if !compare.json && plan.steps.iter().all(|step| step.verdict == Verdict::Same) {
        note("as wanted");
    }
    Ok(Exit::Ok)
}

/// The whole comparison, and whether everything is as wanted.
pub fn is_as_wanted(target: &Target, registry: &Registry, json: bool) -> Result<bool, Failure> {
    let Planned { plan, .. } = planned(target, registry)?;
    differences(&plan, true, json)?;
    Ok(plan.steps.iter().all(|step| step.verdict == Verdict::Same))
}

pub fn plan(compare: &Compare, registry: &Registry) -> Result<Exit, Failure> {
    let Planned { plan, .. } = planned(&compare.target, registry)?;
    print_plan(&plan, compare.json)?;
    if !compare.json {
        note("nothing was written; next: the same with `apply --write`");
    }
    Ok(Exit::Ok)
}

fn print_plan(plan: &Plan, json: bool) -> Result<(), Failure> {
    let due = plan.steps.iter().filter(|step| step.verdict != Verdict::Same);
    let rows = due.map(|step| Said {
        difference: difference(step),
        volatile: step.volatile.as_deref().filter(|_| step.is_due()),
        stored: step.stored.as_deref().filter(|_| step.is_due()),
    });
    print_rows(&rows.collect::<Vec<_>>(), Shape::json(json))
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
    let consent = Consent { store: true, untried: apply.yes };
    let audit = round::apply(&mut wire, &device, &plan, consent);
    record(apply, &audit)?;
    if apply.json {
        print_one(&audit, Shape::Json)?;
    } else {
        print_rows(&audit.settings.iter().map(Done::of).collect::<Vec<_>>(), Shape::Table)?;
        note(&conclusion(&audit));
    }
    Ok(exit(&audit))
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
        let text = |found: &Option<Found>| found.as_ref().map_or("not asked".to_owned(), Found::text);
        Self {
            setting: report.setting,
            wanted: report.wanted.as_str(),
            before: text(&report.before),
            after: text(&report.after),
            fate: report.fate,
            verified: report.verified.map_or("—", |verified| verified.name()),
        }
    }
}

/// How the device stands, in a sentence, and what to do.
fn conclusion(audit: &Audit) -> String {
    let names = |settings: &[Setting]| settings.iter().map(|s| s.name()).collect::<Vec<_>>().join(", ");
    let line = match &audit.line {
        LineState::Answers { baud } => format!("it answers at {baud} baud"),
        LineState::Open { baud } => format!("the line is open at {baud} baud; this device gives no answers"),
        LineState::Silent { tried } => {
            let tried: Vec<String> = tried.iter().map(u32::to_string).collect();
            format!("no answer at {} baud: switch it off and on, then verify", tried.join(", "))
        }
        LineState::Lost { why } => format!("the line is lost ({why}): plug it in, then verify"),
    };
    let end = match &audit.end {
        End::AsWanted => "as wanted, for good".to_owned(),
        End::UntilPowerGoes(settings) => {
            format!(
                "as wanted; until the power goes: {} (--yes stores what nobody has tried)",
                names(settings)
            )
        }
        End::Differs(settings) if audit.settings.iter().any(|report| report.fate == Fate::Waits) => {
            format!("not as wanted: {} (--yes stores what nobody has tried)", names(settings))
        }
        End::Differs(settings) => format!("not as wanted: {}", names(settings)),
        End::Unknown(settings) => format!("these settings were not confirmed: {}", names(settings)),
    };
    match &audit.stopped {
        Some(why) => format!("{end}; {line}; broke off: {why}"),
        None => format!("{end}; {line}"),
    }
}

fn exit(audit: &Audit) -> Exit {
    match (&audit.end, &audit.line) {
        (_, LineState::Lost { .. } | LineState::Silent { .. }) => Exit::Unreachable,
        (End::AsWanted, _) => Exit::Ok,
        _ => Exit::Partial,
    }
}

/// One line of the audit file.
#[derive(Serialize)]
struct Record<'a> {
    at: String,
    port: &'a Path,
    #[serde(flatten)]
    audit: &'a Audit,
}

fn record(apply: &Apply, audit: &Audit) -> Result<(), Failure> {
    let Some(path) = &apply.audit else { return Ok(()) };
    let at = kit::clock::now().to_rfc3339();
    let line = serde_json::to_string(&Record { at, port: &apply.target.port, audit });
    let line = line.map_err(|error| Failure::new(Exit::Failed, "no_audit", error.to_string()))?;
    let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
    file.and_then(|mut file| writeln!(file, "{line}")).map_err(|error| {
        Failure::new(
            Exit::Failed,
            "no_audit",
            format!("{}: {error}; the device was written: {line}", path.display()),
        )
        .fix("keep this line by hand, and name a file that can be written")
    })
}
