//! What a device remembers, by the settings of its profile.

use std::collections::BTreeMap;

use crate::dialect::{Dialect, Storage};
use crate::profile::Profile;
use crate::programming::Command;
use crate::setting::Setting;

/// Two tables, as devices have them: what is in force, and what power brings back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memory {
    commands: BTreeMap<Setting, Command>,
    live: BTreeMap<Setting, String>,
    stored: BTreeMap<Setting, String>,
    factory: BTreeMap<Setting, String>,
}

/// A value that no word of the profile stands for, as the device says it to a question.
fn other(ask: &str, dialect: Option<Dialect>) -> String {
    match dialect {
        Some(Dialect::Ssi) => format!("{ask}77"),
        // An address and how many bytes.
        Some(Dialect::Gm65) => format!("{}{}", &ask[..4], if ask.ends_with("02") { "7700" } else { "77" }),
        _ => format!("{ask}7"),
    }
}

impl Memory {
    /// As a device of this kind comes out of a box that somebody else packed: values of its own, none of them
    /// one that the profile has a word for, except the speed.
    pub fn new(profile: &Profile, baud: u32) -> Self {
        let dialect = profile.programming.as_ref().map(|programming| programming.dialect);
        let commands = profile.settings.clone();
        let at = |baud: u32| {
            let phrase = |(setting, command): (&Setting, &Command)| {
                let same_speed =
                    (*setting == Setting::Baud).then(|| command.values.get(&baud.to_string())).flatten();
                let phrase = match (&command.ask, same_speed) {
                    (_, Some(phrase)) => phrase.clone(),
                    (Some(ask), None) => other(ask, dialect),
                    (None, None) => String::new(),
                };
                (*setting, phrase)
            };
            commands.iter().map(phrase).collect::<BTreeMap<Setting, String>>()
        };
        let (live, factory) = (at(baud), at(profile.line.map_or(baud, |line| line.baud)));
        Self { live: live.clone(), stored: live, factory, commands }
    }

    /// What is in force, as a word of the setting.
    pub fn word(&self, setting: Setting) -> Option<String> {
        word(&self.commands, &self.live, setting)
    }

    /// What power brings back, as a word of the setting.
    pub fn stored_word(&self, setting: Setting) -> Option<String> {
        word(&self.commands, &self.stored, setting)
    }

    /// The setting and the word that a phrase sets.
    pub(super) fn means(&self, phrase: &str) -> Option<(Setting, String)> {
        let own =
            |(setting, command): (&Setting, &Command)| Some((*setting, command.word(phrase)?.to_owned()));
        self.commands.iter().find_map(own)
    }

    /// Whether the phrase is about a parameter of this device, whatever its value.
    pub(super) fn knows(&self, phrase: &str) -> bool {
        let begins = |ask: &String| phrase.to_ascii_uppercase().starts_with(ask.as_str());
        self.commands.values().any(|command| command.ask.as_ref().is_some_and(begins))
    }

    pub(super) fn ask(&self, ask: &str) -> Option<String> {
        let (setting, _) =
            self.commands.iter().find(|(_, command)| command.ask.as_deref().is_some_and(|own| own == ask))?;
        self.live.get(setting).cloned()
    }

    pub(super) fn set(&mut self, setting: Setting, phrase: &str, storage: Storage) {
        self.live.insert(setting, phrase.to_owned());
        if storage == Storage::Stored {
            self.stored.insert(setting, phrase.to_owned());
        }
    }

    pub(super) fn store_all(&mut self) {
        self.stored.clone_from(&self.live);
    }

    /// The first half of the settings; the speed, which is the last, is not among them.
    pub(super) fn store_half(&mut self) {
        let half = self.live.len() / 2;
        self.stored.extend(self.live.iter().take(half).map(|(setting, phrase)| (*setting, phrase.clone())));
    }

    pub(super) fn forget(&mut self) {
        self.live.clone_from(&self.stored);
    }

    pub(super) fn factory(&mut self) {
        self.live.clone_from(&self.factory);
        self.stored.clone_from(&self.factory);
    }
}

fn word(
    commands: &BTreeMap<Setting, Command>,
    table: &BTreeMap<Setting, String>,
    setting: Setting,
) -> Option<String> {
    commands.get(&setting)?.word(table.get(&setting)?).map(str::to_owned)
}
