//! What is known at the end. Pure.

use serde::Serialize;

use super::apply::Stopped;
use super::{Device, Found, LineState, Plan, Reading, Step, Verdict};
use crate::dialect::Dialect;
use crate::profile::Verified;
use crate::setting::{Setting, Word};

/// How far one setting got, by what the device said to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reached {
    /// Nothing was said for it.
    Nothing,
    /// Nothing was said for it: it would be stored, and nobody agreed to that.
    Waits,
    Refused,
    NotKnown,
    /// Said, and no answer could be understood.
    Unanswered,
    /// Said until the power goes, to a device that does not answer.
    Said,
    /// Acknowledged until the power goes.
    Taken,
    /// Said for good, to a device that does not answer.
    SaidForGood,
    /// Acknowledged for good.
    Stored,
}

/// What is known of one setting at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It reads as wanted, before and after, and nothing was said. Reading does not tell whether it would outlast
    /// the power.
    Same,
    /// The device says that it stored it, and it reads back. What is in force is all that can be read: whether a
    /// device keeps its word shows when it was switched off and on.
    Stored,
    /// Set until the power goes, and read back.
    Volatile,
    /// The device said no.
    Refused,
    /// The device does not know it.
    NotKnown,
    /// There are no bytes for it in the profile.
    NoBytes,
    /// Not said: storing it needs an agreement.
    Waits,
    /// The round broke off before it, and the device cannot be asked: as it was before, if it kept its power.
    NotSaid,
    /// Read back, and it is something else.
    Differs,
    /// Said, or acknowledged, and never read back: nobody knows.
    Unconfirmed,
}

/// One wanted setting from beginning to end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    pub setting: Setting,
    pub wanted: Word,
    pub before: Option<Found>,
    pub reached: Reached,
    pub after: Option<Found>,
    pub fate: Fate,
    pub verified: Option<Verified>,
}

/// How the device stands at the end. It is one of these and always known which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "is", content = "settings")]
pub enum End {
    /// Every setting is as it is wanted: stored in this round, or so before.
    AsWanted,
    /// Every setting is as it is wanted; these only until the power goes.
    UntilPowerGoes(Vec<Setting>),
    /// Every setting is known; these are not as wanted.
    Differs(Vec<Setting>),
    /// These settings were not confirmed; others may be known not to be as wanted.
    Unknown(Vec<Setting>),
}

/// What the device says after everything, if it could be asked.
pub type After = Option<Reading>;

/// The record of one round, before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Audit {
    pub profile: String,
    pub dialect: Dialect,
    pub verified: Verified,
    pub settings: Vec<Report>,
    pub line: LineState,
    pub end: End,
    /// Why the round broke off, if it did.
    pub stopped: Option<String>,
    /// It was told to end before all was said.
    pub interrupted: bool,
}

impl Audit {
    pub(super) fn new(
        device: &Device,
        plan: &Plan,
        reached: &[Reached],
        after: &After,
        line: LineState,
        stopped: Option<Stopped>,
    ) -> Self {
        let found = |setting: &Setting| after.as_ref().and_then(|after| after.get(setting)).cloned();
        let report = |(step, reached): (&Step, &Reached)| {
            let after = found(&step.setting);
            Report {
                setting: step.setting,
                wanted: step.wanted.clone(),
                before: step.found.clone(),
                reached: *reached,
                fate: fate(step, *reached, after.as_ref()),
                after,
                verified: step.verified,
            }
        };
        let settings: Vec<Report> = plan.steps.iter().zip(reached).map(report).collect();
        Self {
            profile: plan.profile.clone(),
            dialect: device.dialect(),
            verified: device.profile.verified,
            end: end(&settings),
            settings,
            line,
            interrupted: stopped == Some(Stopped::Interrupted),
            stopped: stopped.map(|why| why.to_string()),
        }
    }
}

/// What was read at the end counts; what was acknowledged says only how long it lasts.
fn fate(step: &Step, reached: Reached, after: Option<&Found>) -> Fate {
    match (step.verdict, after) {
        (Verdict::NoBytes, _) => return Fate::NoBytes,
        (Verdict::Same, Some(found))
            if reached == Reached::Nothing && found.is_word(step.wanted.as_str()) =>
        {
            return Fate::Same;
        }
        _ => {}
    }
    match (reached, after) {
        (Reached::Stored | Reached::SaidForGood, Some(found)) if found.is_word(step.wanted.as_str()) => {
            Fate::Stored
        }
        (_, Some(found)) if found.is_word(step.wanted.as_str()) => Fate::Volatile,
        (Reached::Waits, _) => Fate::Waits,
        (Reached::Refused, _) => Fate::Refused,
        (Reached::NotKnown, _) => Fate::NotKnown,
        // What it knew before and does not know now is a contradiction, and nobody knows.
        (Reached::Nothing, Some(Found::Unknown)) if step.verdict != Verdict::Same => Fate::NotKnown,
        (_, Some(Found::Word(_) | Found::Other(_))) => Fate::Differs,
        (Reached::Nothing, None) if step.is_due() && is_told(step.found.as_ref()) => Fate::NotSaid,
        // Taken once and not known later is a contradiction, and nobody knows.
        (_, Some(Found::Unknown | Found::CannotAsk | Found::Silent) | None) => Fate::Unconfirmed,
    }
}

/// Whether the device said how this is set, or that it does not know it.
pub fn is_told(found: Option<&Found>) -> bool {
    matches!(found, Some(Found::Word(_) | Found::Other(_) | Found::Unknown))
}

/// It is known, and not as wanted.
pub fn is_not_so(fate: Fate) -> bool {
    matches!(fate, Fate::Refused | Fate::NotKnown | Fate::Waits | Fate::Differs)
}

fn end(reports: &[Report]) -> End {
    let those = |of: fn(&Report) -> bool| -> Vec<Setting> {
        reports.iter().filter(|report| of(report)).map(|report| report.setting).collect()
    };
    let unknown = those(|report| match report.fate {
        // Nobody asked, so nobody knows: it may well be so by the maker's sheet.
        Fate::NoBytes => !is_told(report.after.as_ref()),
        fate => matches!(fate, Fate::Unconfirmed | Fate::NotSaid),
    });
    let differing = those(|report| match report.fate {
        Fate::NoBytes => is_told(report.after.as_ref()),
        fate => is_not_so(fate),
    });
    let volatile = those(|report| report.fate == Fate::Volatile);
    if !unknown.is_empty() {
        End::Unknown(unknown)
    } else if !differing.is_empty() {
        End::Differs(differing)
    } else if !volatile.is_empty() {
        End::UntilPowerGoes(volatile)
    } else {
        End::AsWanted
    }
}
