//! What is asked for, and whether it may be printed.

use serde::Deserialize;

use super::super::code::{Code, CodeError, Symbology};
use super::super::error::SheetError;
use super::super::given::{NAME_MAX, WORDS_MAX, printable};
use super::vendors::{NEWLAND_ENTER, NEWLAND_LEAVE, Vendor};
use super::{SettingSheet, Step, Words};
use crate::Verified;

/// What is asked for: a TOML file, or what [`of_plan`](super::of_plan) has a code for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingRequest {
    pub vendor: String,
    pub model: String,
    pub verified: Verified,
    /// The page of the manual, or the tool, from which contents are that we have no source for.
    #[serde(default)]
    pub source: Option<String>,
    #[serde(default)]
    pub step: Vec<StepRequest>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepRequest {
    pub es: String,
    pub en: String,
    /// What the code holds, without FNC3.
    pub text: String,
    #[serde(default = "code_128")]
    pub symbol: Symbology,
    /// Says that the symbol has FNC3; the maker's own way if left out.
    #[serde(default)]
    pub reader_init: Option<bool>,
}

fn code_128() -> Symbology {
    Symbology::Code128
}

impl SettingRequest {
    /// Reads a file of settings.
    pub fn read(text: &str) -> Result<Self, SheetError> {
        toml::from_str(text).map_err(|error| {
            SheetError::config("bad_settings_file", error.to_string())
                .fix("see docs/sheets.md for what a file of settings holds")
        })
    }

    /// The sheet, or the first thing that keeps it from being printed.
    pub fn check(self) -> Result<SettingSheet, SheetError> {
        let known = Vendor::named(&self.vendor);
        let vendor = known.map_or(self.vendor.as_str(), |vendor| vendor.name);
        let vendor = printable("vendor", vendor, NAME_MAX)?;
        let model = printable("model", &self.model, NAME_MAX)?;
        if vendor.is_empty() || model.is_empty() {
            let message = "vendor and model must say which scanner the sheet is for";
            return Err(SheetError::config("no_model", message));
        }
        let source = printable("source", self.source.as_deref().unwrap_or_default(), WORDS_MAX)?;
        let source = Some(source).filter(|source| !source.is_empty());
        if self.step.is_empty() {
            return Err(SheetError::config("no_steps", "there is no step to print")
                .fix("add [[step]] with es, en and text"));
        }
        let mut steps = vec![];
        for (number, step) in (1..).zip(&self.step) {
            let checked = step.check(&vendor, known, source.is_some());
            steps.push(checked.map_err(|error| at(number, error))?);
        }
        if known.is_some_and(|vendor| vendor.name == "Newland") {
            steps = between_enter_and_leave(steps).map_err(drawn)?;
        }
        Ok(SettingSheet { vendor, model, verified: self.verified, source, steps, by_tool: vec![] })
    }
}

fn at(step: usize, error: SheetError) -> SheetError {
    SheetError { message: format!("step {step}: {}", error.message), ..error }
}

fn drawn(error: CodeError) -> SheetError {
    SheetError::config(error.code(), error.to_string())
}

impl StepRequest {
    fn check(&self, name: &str, vendor: Option<&Vendor>, sourced: bool) -> Result<Step, SheetError> {
        let words =
            Words { es: printable("es", &self.es, WORDS_MAX)?, en: printable("en", &self.en, WORDS_MAX)? };
        if words.es.is_empty() || words.en.is_empty() {
            return Err(SheetError::config("no_words", "es and en must say what the code does"));
        }
        Ok(Step { words, code: self.code(name, vendor, sourced)? })
    }

    fn code(&self, name: &str, vendor: Option<&Vendor>, sourced: bool) -> Result<Code, SheetError> {
        if !vendor.is_some_and(|vendor| (vendor.known)(&self.text)) && !sourced {
            let tool = Vendor::tool_of(name);
            let message = format!("what a code of {name} holds is in no source of ours for {:?}", self.text);
            return Err(SheetError::config("unverified_content", message).fix(format!(
                "print it with {tool}; or copy it from there and say so: source = \"manual, page 12\""
            )));
        }
        let init = self.reader_init.or(vendor.map(|vendor| vendor.reader_init)).unwrap_or(false);
        if let Some(vendor) = vendor {
            self.fits(vendor, init)?;
        }
        match (self.symbol, init) {
            (Symbology::Code128, true) => Code::reader_init(&self.text).map_err(drawn),
            (Symbology::Code128, false) => Code::code128(&self.text).map_err(drawn),
            (Symbology::Qr, false) => Code::qr(&self.text).map_err(drawn),
            (Symbology::Qr, true) => {
                Err(SheetError::config("wrong_symbol", "a QR code has no FNC3")
                    .fix("set symbol = \"code128\""))
            }
            (other, _) => {
                Err(SheetError::config("wrong_symbol", format!("no scanner is set up with {}", other.name()))
                    .fix("set symbol = \"code128\" or \"qr\""))
            }
        }
    }

    fn fits(&self, vendor: &Vendor, init: bool) -> Result<(), SheetError> {
        let Vendor { name, symbols, reader_init, .. } = vendor;
        if !symbols.contains(&self.symbol) {
            let may: Vec<&str> = symbols.iter().map(|symbol| symbol.name()).collect();
            let message =
                format!("{name} is set up with {}, not with {}", may.join(" or "), self.symbol.name());
            return Err(SheetError::config("wrong_symbol", message).fix("leave symbol out"));
        }
        if init != *reader_init {
            let with = if *reader_init { "with" } else { "without" };
            let message = format!("{name} obeys only symbols {with} FNC3");
            return Err(SheetError::config("wrong_reader_init", message).fix("leave reader_init out"));
        }
        Ok(())
    }
}

/// A Newland scanner takes settings only between the two symbols that open and close its configuration.
fn between_enter_and_leave(steps: Vec<Step>) -> Result<Vec<Step>, CodeError> {
    let mut all = steps;
    // QR once any step is: a scanner that reads it reads both, and not the other way round.
    let qr = all.iter().any(|step| step.code.symbology() == Symbology::Qr);
    let make = |text| if qr { Code::qr(text) } else { Code::code128(text) };
    if all.first().is_some_and(|step| step.code.text() != NEWLAND_ENTER) {
        all.insert(0, Step { words: Words::of("settings-enter"), code: make(NEWLAND_ENTER)? });
    }
    if all.last().is_some_and(|step| step.code.text() != NEWLAND_LEAVE) {
        all.push(Step { words: Words::of("settings-leave"), code: make(NEWLAND_LEAVE)? });
    }
    Ok(all)
}
