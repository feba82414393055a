//! The difference between what is set and what is wanted, and the commands that close it. Pure.

use serde::Serialize;

use super::{Device, Found, Reading};
use crate::dialect::{Request, Storage};
use crate::profile::Verified;
use crate::setting::{Setting, Wanted, Word};

/// How one wanted setting stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Same,
    Differs,
    /// The device cannot be asked, or did not answer: it is said all the same.
    Unclear,
    /// The profile has no bytes for it: the maker's own sheet sets it, or nothing does.
    NoBytes,
    /// The device says that it does not know it.
    NotKnown,
}

/// One wanted setting, and how it is brought about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    pub setting: Setting,
    pub wanted: Word,
    pub found: Option<Found>,
    pub verdict: Verdict,
    /// Bytes that set it until the power goes, in hexadecimal; none where the dialect can only store.
    pub volatile: Option<String>,
    /// Bytes that store it; none where the dialect stores everything at once.
    pub stored: Option<String>,
    /// How far these bytes were tried; the lower of the setting's and the profile's.
    pub verified: Option<Verified>,
}

impl Step {
    /// Whether something is to be said for it.
    pub fn is_due(&self) -> bool {
        matches!(self.verdict, Verdict::Differs | Verdict::Unclear)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plan {
    pub profile: String,
    /// The speed at which the device was spoken to.
    pub baud: u32,
    /// In the order in which they are said: the speed last.
    pub steps: Vec<Step>,
}

impl Plan {
    /// What is to be said so that a device that was found so becomes as it is wanted.
    pub fn new(device: &Device, baud: u32, found: &Reading, wanted: &Wanted) -> Self {
        let steps = wanted.iter().map(|(setting, word)| step(device, *setting, word, found.get(setting)));
        Self { profile: device.profile.id.clone(), baud, steps: steps.collect() }
    }

    pub fn is_empty(&self) -> bool {
        !self.steps.iter().any(Step::is_due)
    }
}

fn step(device: &Device, setting: Setting, wanted: &Word, found: Option<&Found>) -> Step {
    let command = device.profile.settings.get(&setting);
    let phrase = command.and_then(|command| command.phrase(wanted));
    let say = |storage| {
        let said = device.dialect().speech().say(&Request::Write(phrase?, storage)).ok()?;
        Some(crate::dialect::hex(&said))
    };
    let verdict = match (phrase, found) {
        (_, Some(Found::Word(word))) if word == wanted.as_str() => Verdict::Same,
        (None, _) => Verdict::NoBytes,
        (_, Some(Found::Unknown)) => Verdict::NotKnown,
        (_, Some(Found::Word(_) | Found::Other(_))) => Verdict::Differs,
        (_, Some(Found::CannotAsk | Found::Silent) | None) => Verdict::Unclear,
    };
    Step {
        setting,
        wanted: wanted.clone(),
        found: found.cloned(),
        verdict,
        volatile: say(Storage::Volatile),
        stored: say(Storage::Stored),
        verified: phrase.and(command).map(|command| device.profile.verified_of(command)),
    }
}
