//! What is set in a device now.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::exchange::{Outcome, exchange};
use super::{Device, Lost, Wire};
use crate::dialect::{Action, Request};
use crate::setting::Setting;

/// What the device says of one setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is", content = "of")]
pub enum Found {
    /// One of the setting's words.
    Word(String),
    /// A value that the profile has no word for, as the device says it.
    Other(String),
    /// The device does not know the setting.
    Unknown,
    /// There is no way to ask for it.
    CannotAsk,
    /// It did not answer so that it could be understood.
    Silent,
}

impl Found {
    pub fn is_word(&self, word: &str) -> bool {
        matches!(self, Self::Word(found) if found == word)
    }

    /// What was found where something was asked, for people.
    pub fn said(found: Option<&Self>) -> String {
        found.map_or_else(|| "not asked".to_owned(), Self::text)
    }

    /// For people.
    pub fn text(&self) -> String {
        match self {
            Self::Word(word) => word.clone(),
            Self::Other(phrase) => format!("another value ({phrase})"),
            Self::Unknown => "not known to the device".to_owned(),
            Self::CannotAsk => "cannot be asked".to_owned(),
            Self::Silent => "no answer".to_owned(),
        }
    }
}

/// By setting, in their order.
pub type Reading = BTreeMap<Setting, Found>;

/// Wakes the device, where its profile says how.
pub(super) fn wake(wire: &mut dyn Wire, device: &Device) -> Result<(), Lost> {
    if !device.programming.wake.is_empty() {
        wire.write(&device.programming.wake)?;
        wire.pause(Duration::from_millis(device.programming.wake_ms.into()));
    }
    Ok(())
}

/// Asks for these settings; those that the profile does not have are left out.
pub fn survey(
    wire: &mut dyn Wire,
    device: &Device,
    settings: impl IntoIterator<Item = Setting>,
) -> Result<Reading, Lost> {
    wake(wire, device)?;
    let mut reading = Reading::new();
    for setting in settings {
        if device.profile.settings.contains_key(&setting) {
            reading.insert(setting, ask(wire, device, setting)?);
        }
    }
    Ok(reading)
}

/// What the device says that it is, where its dialect has words for that.
pub fn revision(wire: &mut dyn Wire, device: &Device) -> Result<Option<String>, Lost> {
    match exchange(wire, device, None, &Request::Act(Action::Revision))? {
        Outcome::Value(said) => Ok(Some(said.trim_matches(|c: char| c.is_control()).to_owned())),
        _ => Ok(None),
    }
}

/// How often a device is asked whose answers do not say what they answer, for two that agree.
const ASKED_MAX: usize = 4;

/// Asks for one setting.
pub(super) fn ask(wire: &mut dyn Wire, device: &Device, setting: Setting) -> Result<Found, Lost> {
    let mut found = ask_once(wire, device, setting)?;
    if device.dialect().speech().names_what_it_answers() || matches!(found, Found::CannotAsk | Found::Silent)
    {
        return Ok(found);
    }
    for _ in 1..ASKED_MAX {
        let again = ask_once(wire, device, setting)?;
        if again == found {
            return Ok(found);
        }
        found = again;
    }
    Ok(Found::Silent)
}

fn ask_once(wire: &mut dyn Wire, device: &Device, setting: Setting) -> Result<Found, Lost> {
    let Some(command) = device.profile.settings.get(&setting) else { return Ok(Found::CannotAsk) };
    let Some(phrase) = &command.ask else { return Ok(Found::CannotAsk) };
    Ok(match exchange(wire, device, Some(command), &Request::Ask(phrase))? {
        Outcome::Value(phrase) => match command.word(&phrase) {
            Some(word) => Found::Word(word.to_owned()),
            None => Found::Other(phrase),
        },
        // A dialect that has no value out of range in a question says by this that there is none to tell.
        Outcome::Unknown | Outcome::Refused => Found::Unknown,
        Outcome::Done | Outcome::Said | Outcome::Silent => Found::Silent,
        Outcome::NoForm => Found::CannotAsk,
    })
}
