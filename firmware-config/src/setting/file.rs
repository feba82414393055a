//! The file in which a chain says what its readers are set to.

use std::collections::{BTreeMap, BTreeSet};
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
///
/// [only.zebra-ssi-raw]
/// suffix = "by_sheet"
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    every: Wanted,
    only: BTreeMap<String, Own>,
}

/// What is said for one profile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Own {
    wanted: Wanted,
    by_sheet: BTreeSet<Setting>,
}

/// Stands for a value where the maker's sheet sets what `[every]` wants: nobody can ask such a device for it.
const BY_SHEET: &str = "by_sheet";

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
    #[error(
        "[only.{profile}] says {setting} = \"by_sheet\", and [every] does not say what the sheet sets it to"
    )]
    NothingBySheet { profile: String, setting: Setting },
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

fn own(id: &str, raw: &BTreeMap<Setting, Raw>, every: &Wanted) -> Result<Own, SettingsError> {
    let mut own = Own::default();
    for (setting, raw) in raw {
        let setting = *setting;
        if !matches!(raw, Raw::Text(text) if text == BY_SHEET) {
            own.wanted.insert(setting, raw.word(setting)?);
        } else if every.contains_key(&setting) {
            own.by_sheet.insert(setting);
        } else {
            return Err(SettingsError::NothingBySheet { profile: id.to_owned(), setting });
        }
    }
    Ok(own)
}

impl Settings {
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        let Text { every, only } = toml::from_str(text)?;
        let every = words(&every)?;
        let own = |(id, raw)| Ok((String::clone(id), own(id, raw, &every)?));
        let only = only.iter().map(own).collect::<Result<_, SettingsError>>()?;
        Ok(Self { every, only })
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

    /// What a reader of this profile is to be set to, and can be compared with.
    pub fn wanted(&self, profile: &str) -> Wanted {
        let mut wanted = self.whole(profile);
        if let Some(own) = self.only.get(profile) {
            wanted.retain(|setting, _| !own.by_sheet.contains(setting));
        }
        wanted
    }

    /// What the maker's sheet sets in a reader of this profile: nothing compares it.
    pub fn by_sheet(&self, profile: &str) -> Wanted {
        let mut whole = self.whole(profile);
        whole.retain(|setting, _| self.only.get(profile).is_some_and(|own| own.by_sheet.contains(setting)));
        whole
    }

    /// Both.
    pub fn whole(&self, profile: &str) -> Wanted {
        let mut whole = self.every.clone();
        whole.extend(self.only.get(profile).map(|own| own.wanted.clone()).unwrap_or_default());
        whole
    }
}
