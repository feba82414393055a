//! The sheet of a plan: what a chain wants of one model, as far as a code for it is published.

use super::super::code::Symbology;
use super::super::error::SheetError;
use super::super::words::{Lang, say};
use super::vendors::Vendor;
use super::{ByTool, SettingRequest, SettingSheet, StepRequest, Words};
use crate::Verified;
use crate::profile::Profile;
use crate::programming::Command;
use crate::setting::{Setting, Wanted, Word};

/// A code of this symbology for each wanted setting whose profile has one; the others are listed on the page. No code
/// at all is an error that names the maker's tool.
pub fn of_plan(profile: &Profile, wanted: &Wanted, symbol: Symbology) -> Result<SettingSheet, SheetError> {
    let code = |setting: Setting, word: &Word| {
        let command = profile.settings.get(&setting)?;
        Some((command, command.sheet.get(word.as_str())?))
    };
    let (mut step, mut by_tool) = (vec![], vec![]);
    let mut printed: Vec<&Command> = vec![];
    for (setting, word) in wanted {
        let words = words(*setting, word);
        match code(*setting, word) {
            Some((command, text)) => {
                let Words { es, en } = words;
                step.push(StepRequest { es, en, text: text.clone(), symbol, reader_init: None });
                printed.push(command);
            }
            None => by_tool.push(ByTool { setting: *setting, wanted: word.clone(), words }),
        }
    }
    if step.is_empty() {
        let tool = Vendor::tool_of(&profile.vendor);
        let message = format!("no code that sets a {} is in a source of ours", profile.id);
        return Err(SheetError::config("no_codes", message).fix(format!("print the sheet with {tool}")));
    }
    let request = SettingRequest {
        vendor: profile.vendor.clone(),
        model: profile.model.clone(),
        verified: printed.iter().map(|command| command.verified).fold(profile.verified, Verified::min),
        source: Some(sources(&printed)),
        step,
    };
    Ok(SettingSheet { by_tool, ..request.check()? })
}

/// Each once.
fn sources(printed: &[&Command]) -> String {
    let mut each: Vec<&str> = vec![];
    for command in printed {
        if !each.contains(&command.source.as_str()) {
            each.push(&command.source);
        }
    }
    each.join("; ")
}

/// What the setting is set to, as a person says it.
fn words(setting: Setting, word: &Word) -> Words {
    let said = |lang| {
        let value = match word.number() {
            Some(_) => word.to_string(),
            None => say(lang, &format!("value-{word}"), &[]),
        };
        say(lang, &format!("setting-{setting}"), &[("value", &value)])
    };
    Words { es: said(Lang::Es), en: said(Lang::En) }
}
