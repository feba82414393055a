//! How a device is programmed over its line, as its profile says it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::dialect::{Action, Dialect, Expect, Request};
use crate::profile::Verified;
use crate::setting::Word;

/// The dialect, and what holds for every command of the device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Programming {
    pub dialect: Dialect,
    /// How long a reply may take, in milliseconds.
    #[serde(default = "timeout_ms")]
    pub timeout_ms: u16,
    /// How often a command is said again that got no reply, or a garbled one.
    #[serde(default = "retries")]
    pub retries: u8,
    /// Bytes within which a reply must have come; whoever sends more is no such device.
    #[serde(default = "reply_max")]
    pub reply_max: u16,
    /// What the device needs between two commands, in milliseconds.
    #[serde(default)]
    pub pause_ms: u16,
    /// Bytes that wake it up before the first command, and how long that takes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wake: Vec<u8>,
    #[serde(default)]
    pub wake_ms: u16,
}

fn timeout_ms() -> u16 {
    1_000
}

fn retries() -> u8 {
    2
}

fn reply_max() -> u16 {
    1_024
}

/// How one setting is asked for and set. Phrases are those of the profile's dialect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// Asks what is set; none where the device cannot be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask: Option<String>,
    /// The phrase for each word of the setting that the device knows and for which bytes are published.
    pub values: BTreeMap<String, String>,
    /// What the code on paper holds that sets it to a word, for those words whose code is published.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sheet: BTreeMap<String, String>,
    pub verified: Verified,
    /// Where the bytes are published.
    pub source: String,
    /// Each stands over the profile's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_max: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect: Option<Expect>,
}

impl Command {
    /// The phrase that sets it to a word.
    pub fn phrase(&self, word: &Word) -> Option<&str> {
        self.values.get(word.as_str()).map(String::as_str)
    }

    /// The word that a phrase stands for, as the device says it.
    pub fn word(&self, phrase: &str) -> Option<&str> {
        let same = |(_, own): &(&String, &String)| own.eq_ignore_ascii_case(phrase);
        self.values.iter().find(same).map(|(word, _)| word.as_str())
    }
}

/// What holds for one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub timeout: Duration,
    pub retries: u8,
    pub reply_max: usize,
    pub pause: Duration,
    pub expect: Expect,
}

impl Programming {
    /// What holds for a request about a setting, or about none.
    pub fn limits(&self, command: Option<&Command>, request: &Request) -> Limits {
        let own = |of: fn(&Command) -> Option<u16>| command.and_then(of);
        let ms = |ms: u16| Duration::from_millis(ms.into());
        Limits {
            timeout: ms(own(|c| c.timeout_ms).unwrap_or(self.timeout_ms)),
            // Said twice it is another thing where it goes with a mode that is entered and left, and what was said
            // before an answer was lost is done whatever the next answer is.
            retries: if *request == Request::Act(Action::Defaults) { 0 } else { self.retries },
            reply_max: own(|c| c.reply_max).unwrap_or(self.reply_max).into(),
            pause: ms(self.pause_ms),
            expect: command.and_then(|c| c.expect).unwrap_or_else(|| self.dialect.speech().answers(request)),
        }
    }
}
