//! Sheets with which a scanner is set up by reading codes from paper.
//!
//! A sheet is data first: whose scanner, which steps, what each code holds, where that is known from. What no
//! public source gives is not made up: it is refused with the name of the maker's own tool, unless whoever
//! asks for it says where he has it from, and then the sheet says so too.

use sha2::{Digest, Sha256};

use super::code::Code;
use super::words::{Lang, say};
use crate::Verified;
use crate::digest::first_digits;
use crate::setting::{Setting, Word};

mod layout;
mod plan;
mod request;
#[cfg(test)]
mod tests;
mod vendors;

pub(super) use layout::pages;
pub use plan::of_plan;
pub use request::{SettingRequest, StepRequest};
pub use vendors::{VENDORS, Vendor};

/// What a person reads beside a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    pub es: String,
    pub en: String,
}

impl Words {
    fn of(key: &str) -> Self {
        Self { es: say(Lang::Es, key, &[]), en: say(Lang::En, key, &[]) }
    }

    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Es => &self.es,
            Lang::En => &self.en,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub words: Words,
    pub code: Code,
}

/// A sheet that may be printed; it passed [`SettingRequest::check`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingSheet {
    pub vendor: String,
    pub model: String,
    pub verified: Verified,
    /// Where the contents are from, if no source of ours gives them.
    pub source: Option<String>,
    pub steps: Vec<Step>,
    /// What is wanted too and has no code here: the maker's own tool or manual sets it.
    pub by_tool: Vec<ByTool>,
}

/// A wanted setting that no code of ours sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByTool {
    pub setting: Setting,
    pub wanted: Word,
    pub words: Words,
}

impl SettingSheet {
    /// Of what the scanner is told, and of nothing else: the same in every language, on every paper and day.
    /// The first twelve digits of a SHA-256.
    pub fn hash(&self) -> String {
        let mut hash = Sha256::new();
        let mut part = |text: &str| {
            hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(text);
        };
        part("yapa setting sheet 1");
        part(&self.vendor);
        part(&self.model);
        for Step { code, .. } in &self.steps {
            part(code.symbology().id());
            part(if code.is_reader_init() { "FNC3" } else { "" });
            part(code.text());
        }
        first_digits(hash)
    }
}
