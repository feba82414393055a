//! The file in which a chain says what its readers are set to.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{BadWord, Setting, Wanted, Word};

/// What every reader of the chain is set to, and what differs for some profiles.
///
/// ```toml
/// [every]
/// suffix = "cr"
/// code_id = "aim"
/// parameter_scanning = false
///
/// [only.honeywell-rs232]
/// baud = 115200
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    every: Wanted,
    only: BTreeMap<String, Wanted>,
}

#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("{path}: {error}", path = path.display())]
    Read { path: PathBuf, error: std::io::Error },
    #[error("the settings are not readable: {0}")]
    Syntax(#[from] toml::de::Error),
    #[error("the settings: {0}")]
    Word(#[from] BadWord),
    #[error("the settings have [only.{0}], and there is no such profile")]
    NoProfile(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    #[serde(default)]
    every: BTreeMap<Setting, Raw>,
    #[serde(default)]
    only: BTreeMap<String, BTreeMap<Setting, Raw>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Raw {
    Switch(bool),
    Number(u32),
    Text(String),
}

impl Raw {
    fn word(&self, setting: Setting) -> Result<Word, BadWord> {
        match self {
            Self::Switch(true) => setting.word("on"),
            Self::Switch(false) => setting.word("off"),
            Self::Number(number) => setting.word(&number.to_string()),
            Self::Text(text) => setting.word(text),
        }
    }
}

fn words(raw: &BTreeMap<Setting, Raw>) -> Result<Wanted, BadWord> {
    raw.iter().map(|(setting, raw)| Ok((*setting, raw.word(*setting)?))).collect()
}

impl Settings {
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        let Text { every, only } = toml::from_str(text)?;
        let only =
            only.iter().map(|(id, raw)| Ok((id.clone(), words(raw)?))).collect::<Result<_, BadWord>>()?;
        Ok(Self { every: words(&every)?, only })
    }

    pub fn read(path: &Path) -> Result<Self, SettingsError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| SettingsError::Read { path: path.to_owned(), error })?;
        Self::parse(&text)
    }

    /// Refuses a part for a profile that is not there: most likely a slip of the pen.
    pub fn check_profiles(&self, exists: impl Fn(&str) -> bool) -> Result<(), SettingsError> {
        match self.only.keys().find(|id| !exists(id)) {
            Some(id) => Err(SettingsError::NoProfile(id.clone())),
            None => Ok(()),
        }
    }

    /// What a reader of this profile is to be set to.
    pub fn wanted(&self, profile: &str) -> Wanted {
        let mut wanted = self.every.clone();
        wanted.extend(self.only.get(profile).cloned().unwrap_or_default());
        wanted
    }
}
