//! What a round over the scanners and card readers of a till found, as the till tells it the hub.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// All readers of one till, held against what the chain wants of them. The latest one is what counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadersChecked {
    pub at: DateTime<Utc>,
    /// Which settings they were held against: the beginning of that file's SHA-256, in hexadecimal.
    pub settings: String,
    pub readers: Vec<ReaderState>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReaderState {
    pub port: String,
    /// The id of its profile.
    pub profile: String,
    /// How far the profile was tried; tills of before do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<ProfileVerified>,
    pub standing: ReaderStanding,
    /// Why it was not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What is wanted and is not so, or not known to be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differing: Vec<DifferingSetting>,
    /// What is wanted and the maker's sheet sets, word by setting: not compared. Tills of before do not say.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by_sheet: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileVerified {
    No,
    /// Agrees with the maker's manual.
    Manual,
    /// Tried with the device.
    Bench,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DifferingSetting {
    pub setting: String,
    pub wanted: String,
    pub found: FoundSetting,
}

/// What a reader said of one setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is", content = "of")]
pub enum FoundSetting {
    /// Set to one of the setting's words.
    Word(String),
    /// Set to what has no word, as the reader says it.
    Other(String),
    /// The reader does not know the setting.
    Unknown,
    CannotAsk,
    Silent,
    NotAsked,
}

/// How one reader stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReaderStanding {
    Differs,
    /// No answer.
    Silent,
    /// Its port cannot be opened.
    NotOpen,
    /// There is no such profile.
    NoProfile,
    /// It cannot be asked for all that is wanted, or answered only in part.
    Unclear,
    /// Nothing is known of how to ask it.
    CannotAsk,
    AsWanted,
    /// A scale, a card reader, a reader that types: the chain's settings are not for it.
    NotMeant,
}
