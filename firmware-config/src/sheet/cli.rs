//! `firmware-config sheet`: reads what is asked for, makes the pages, writes them. Whoever runs it prints the
//! [`Report`] or the error.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use super::code::Symbology;
use super::{CardSheet, Lang, Paper, SettingRequest, Sheet, SheetError, TillSheet, of_plan};
use crate::registry::Registry;
use crate::setting::{Setting, Word};
use make::make;
use read::{HubCode, lines, read, wanted};

mod make;
mod read;
#[cfg(test)]
mod tests;

#[derive(Debug, Args)]
pub struct SheetArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Codes that set a scanner up: firmware-config sheet settings scanner.toml --out sheets
    Settings {
        /// What to print, as docs/sheets.md describes it; - reads the standard input
        file: PathBuf,
        #[command(flatten)]
        to: To,
    },
    /// The codes of what a chain wants of one model: firmware-config sheet plan --profile newland-hr --settings chain.toml --out sheets
    Plan {
        /// The scanner's profile, as `firmware-config list` names it
        #[arg(long, value_name = "ID")]
        profile: String,
        /// The file that says what the chain's readers are set to; - reads the standard input
        #[arg(long, value_name = "FILE")]
        settings: PathBuf,
        /// What the codes are printed as; the maker's scanners must be set up by it
        #[arg(long, value_enum, default_value_t = Symbology::Code128)]
        symbol: Symbology,
        #[command(flatten)]
        to: To,
    },
    /// Loyalty cards: firmware-config sheet cards --as ean13 --file numbers.txt --title "La Yapa" --out cards
    Cards {
        /// Card numbers, check digit included
        #[arg(value_name = "NUMBER")]
        numbers: Vec<String>,
        /// One number a line; blank lines and lines that begin with # are left out; - reads the standard input
        #[arg(long, value_name = "FILE", conflicts_with = "numbers")]
        file: Option<PathBuf>,
        #[arg(long = "as", value_enum, value_name = "SYMBOL")]
        symbology: Symbology,
        /// The name on each card
        #[arg(long, default_value = "")]
        title: String,
        /// One picture a card instead of pages
        #[arg(long)]
        single: bool,
        #[command(flatten)]
        to: To,
    },
    /// Enrolment of a till: hub-server till code --all --json | firmware-config sheet till --hub URL --from - --out sheets
    Till {
        /// The hub's address, such as <https://hub.example>
        #[arg(long, value_name = "URL")]
        hub: String,
        /// The one-time code from the hub
        #[arg(long, required_unless_present = "from")]
        code: Option<String>,
        /// What `hub-server till code --json` answered; - reads the standard input
        #[arg(long, value_name = "FILE", conflicts_with = "code")]
        from: Option<PathBuf>,
        /// Which tills it is for, as STORE/TILL
        #[arg(long = "till", value_name = "STORE/TILL")]
        tills: Vec<String>,
        /// One picture a code instead of a page
        #[arg(long)]
        single: bool,
        #[command(flatten)]
        to: To,
    },
}

#[derive(Debug, Args)]
struct To {
    /// The folder to write into; without it, nothing is written and what would be is said
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// What the files are called, before their number and ending
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[arg(long, value_enum, value_delimiter = ',')]
    format: Vec<Format>,
    #[arg(long, value_enum, default_value_t = Paper::A4)]
    paper: Paper,
    #[arg(long, value_enum, default_value_t = Lang::Es)]
    lang: Lang,
    /// The date that is printed; today if left out
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<NaiveDate>,
    /// Overwrite what is there
    #[arg(long)]
    force: bool,
    /// Check everything, write nothing
    #[arg(long)]
    dry_run: bool,
    /// The report as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One file of all pages
    Pdf,
    Svg,
    Png,
}

/// What was made, or would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    pub sheet: &'static str,
    pub title: String,
    /// Of a setting sheet, as it is printed on it.
    pub hash: Option<String>,
    pub pages: usize,
    pub codes: Vec<CodeRow>,
    /// What is wanted too and has no code on the sheet.
    pub by_tool: Vec<Left>,
    pub files: Vec<PathBuf>,
    pub dry_run: bool,
    #[serde(skip)]
    json: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CodeRow {
    pub symbology: Symbology,
    pub text: String,
    pub reader_init: bool,
}

/// A wanted setting that the maker's tool or manual sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Left {
    pub setting: Setting,
    pub wanted: Word,
    pub tool: &'static str,
}

impl Report {
    /// For the standard output.
    pub fn text(&self) -> Result<String, SheetError> {
        if self.json {
            let json = serde_json::to_string_pretty(self);
            return json.map_err(|error| SheetError::failed("json", error.to_string()));
        }
        let would = if self.dry_run { "would write" } else { "wrote" };
        let files: Vec<String> =
            self.files.iter().map(|file| format!("{would}  {}", file.display())).collect();
        Ok(files.join("\n"))
    }

    /// For the standard error: what it is, and what to do next.
    pub fn note(&self) -> String {
        let hash = self.hash.as_ref().map(|hash| format!(", hash {hash}")).unwrap_or_default();
        let next = if self.dry_run { "; next: --out FOLDER" } else { "; print at 100 %" };
        let left: Vec<String> = self
            .by_tool
            .iter()
            .map(|Left { setting, wanted, tool }| format!("\n{setting} = {wanted}: with {tool}"))
            .collect();
        format!("ok: {} codes on {} pages{hash}{next}{}", self.codes.len(), self.pages, left.concat())
    }
}

pub fn run(args: &SheetArgs, registry: &Registry, today: NaiveDate) -> Result<Report, SheetError> {
    match &args.what {
        What::Settings { file, to } => {
            let sheet = SettingRequest::read(&read(file)?)?.check()?;
            make("settings", &Sheet::Settings(sheet), to, false, today)
        }
        What::Plan { profile, settings, symbol, to } => {
            let (profile, wanted) = wanted(profile, settings, registry)?;
            let sheet = of_plan(profile, &wanted, *symbol)?;
            make("plan", &Sheet::Settings(sheet), to, false, today)
        }
        What::Cards { numbers, file, symbology, title, single, to } => {
            let numbers = match file {
                Some(file) => lines(&read(file)?),
                None => (1..).zip(numbers.iter().cloned()).collect(),
            };
            let sheet = CardSheet::check(title, *symbology, &numbers)?;
            make("cards", &Sheet::Cards(sheet), to, *single, today)
        }
        What::Till { hub, code, from, tills, single, to } => {
            let given = match from {
                Some(file) => HubCode::read(&read(file)?)?,
                None => HubCode { code: code.clone().unwrap_or_default(), ..HubCode::default() },
            };
            let tills = if tills.is_empty() { &given.tills } else { tills };
            let sheet = TillSheet::check(hub, &given.code, tills, given.expires_at)?;
            make("till", &Sheet::Till(sheet), to, *single, today)
        }
    }
}
