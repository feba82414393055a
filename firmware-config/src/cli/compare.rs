//! `firmware-config diff` and `plan`: a device compared with what the chain wants.

use clap::Args;
use kit::cli::{Exit, Failure, Shape, print_rows};
use serde::Serialize;

use super::note;
use super::target::{self, Target};
use crate::fit::misfits;
use crate::port::PortWire;
use crate::profile::Profile;
use crate::registry::Registry;
use crate::round::{Device, Found, Plan, Step, Verdict};
use crate::setting::Setting;

#[derive(Debug, Args)]
pub struct Compare {
    #[command(flatten)]
    target: Target,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A device that was asked, and the plan for it.
pub struct Planned<'r> {
    pub device: Device<'r>,
    pub wire: PortWire,
    pub plan: Plan,
}

pub fn planned<'r>(target: &Target, registry: &'r Registry) -> Result<Planned<'r>, Failure> {
    let named = &target.named;
    let profile: &Profile = target::profile(&named.profile, registry)?;
    let device = target::device(profile)?;
    let settings = target::settings(&target.settings, registry)?;
    let wanted = settings.wanted(&profile.id);
    let (baud, mut wire) = target::open(&named.port, profile, named.baud, registry)?;
    let found = target::ask(&named.port, &mut wire, &device, wanted.keys().copied(), baud)?;
    let plan = Plan::new(&device, baud, &found, &wanted);
    for (setting, why) in misfits(profile, &settings.whole(&profile.id)) {
        note(&format!("warning: {setting}: {why}: choose or write the profile that says what you set"));
    }
    for (setting, word) in settings.by_sheet(&profile.id) {
        note(&format!("{setting}: {word} by the maker's sheet, not compared"));
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
        found: Found::said(step.found.as_ref()),
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

pub fn print_plan(plan: &Plan, json: bool) -> Result<(), Failure> {
    let due = plan.steps.iter().filter(|step| step.verdict != Verdict::Same);
    let rows = due.map(|step| Said {
        difference: difference(step),
        volatile: step.volatile.as_deref().filter(|_| step.is_due()),
        stored: step.stored.as_deref().filter(|_| step.is_due()),
    });
    print_rows(&rows.collect::<Vec<_>>(), Shape::json(json))
}
