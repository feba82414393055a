//! `firmware-config sheet`: reads what is asked for, makes the pages, writes them. Whoever runs it prints the
//! [`Report`] or the error.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use clap::{Args, Subcommand, ValueEnum};
use serde::{Deserialize, Serialize};

use super::code::Symbology;
use super::files::{NewFile, write_all};
use super::{
    CardSheet, Lang, Look, Page, Paper, SettingRequest, Sheet, SheetError, TillSheet, pdf, png, svg, symbol,
};

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
        format!("ok: {} codes on {} pages{hash}{next}", self.codes.len(), self.pages)
    }
}

pub fn run(args: &SheetArgs, today: NaiveDate) -> Result<Report, SheetError> {
    match &args.what {
        What::Settings { file, to } => {
            let sheet = SettingRequest::read(&read(file)?)?.check()?;
            make("settings", &Sheet::Settings(sheet), to, false, today)
        }
        What::Cards { numbers, file, symbology, title, single, to } => {
            let numbers = match file {
                Some(file) => lines(&read(file)?),
                None => (1..).zip(numbers.iter().cloned()).collect(),
            };
            let sheet = CardSheet::check(title, *symbology, &numbers)?;
            make("cards", &Sheet::Cards(sheet), to, *single, today)
        }
        What::Till { hub, code, from, tills, to } => {
            let given = match from {
                Some(file) => HubCode::read(&read(file)?)?,
                None => HubCode { code: code.clone().unwrap_or_default(), ..HubCode::default() },
            };
            let tills = if tills.is_empty() { &given.tills } else { tills };
            let sheet = TillSheet::check(hub, &given.code, tills, given.expires_at)?;
            make("till", &Sheet::Till(sheet), to, false, today)
        }
    }
}

/// What the hub says of a one-time code. It may come to say more.
#[derive(Debug, Default, Deserialize)]
struct HubCode {
    code: String,
    #[serde(default)]
    expires_at: Option<DateTime<Utc>>,
    #[serde(default)]
    tills: Vec<String>,
}

impl HubCode {
    fn read(text: &str) -> Result<Self, SheetError> {
        serde_json::from_str(text).map_err(|error| {
            SheetError::config("bad_code_file", format!("this is not what the hub says of a code: {error}"))
                .fix("hub-server till code --all --json")
        })
    }
}

fn read(file: &Path) -> Result<String, SheetError> {
    let read = if file.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(file)
    };
    read.map_err(|error| {
        let message = format!("{}: {error}", file.display());
        if error.kind() == std::io::ErrorKind::NotFound {
            SheetError::not_found("no_such_file", message)
        } else {
            SheetError::config("unreadable_file", message)
        }
    })
}

/// Numbers with their lines.
fn lines(text: &str) -> Vec<(usize, String)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let all = (1..).zip(text.lines().map(str::trim));
    all.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(row, line)| (row, line.to_owned()))
        .collect()
}

fn make(
    kind: &'static str,
    sheet: &Sheet,
    to: &To,
    single: bool,
    today: NaiveDate,
) -> Result<Report, SheetError> {
    let look = Look { paper: to.paper, lang: to.lang, date: to.date.unwrap_or(today) };
    let title = sheet.title();
    let base = base_name(to.name.as_deref(), &title)?;
    let (files, pages) = if single {
        let files = singles(sheet, &base, &formats(to, &[Format::Png])?)?;
        (files, 0)
    } else {
        let pages = sheet.pages(look);
        (painted(&pages, &title, &base, to.lang, &formats(to, &[Format::Pdf])?)?, pages.len())
    };
    let dry_run = to.dry_run || to.out.is_none();
    let folder = to.out.clone().unwrap_or_default();
    let written = if dry_run {
        files.iter().map(|file| folder.join(&file.name)).collect()
    } else {
        write_all(&folder, &files, to.force)?
    };
    let hash = match sheet {
        Sheet::Settings(sheet) => Some(sheet.hash()),
        Sheet::Cards(_) | Sheet::Till(_) => None,
    };
    let row = |code: &super::Code| CodeRow {
        symbology: code.symbology(),
        text: code.text().to_owned(),
        reader_init: code.is_reader_init(),
    };
    let codes = sheet.codes().into_iter().map(row).collect();
    Ok(Report { sheet: kind, title, hash, pages, codes, files: written, dry_run, json: to.json })
}

fn formats(to: &To, default: &[Format]) -> Result<Vec<Format>, SheetError> {
    let chosen = if to.format.is_empty() { default } else { &to.format };
    if default == [Format::Png] && chosen.contains(&Format::Pdf) {
        return Err(
            SheetError::usage("no_single_pdf", "one picture a card is SVG or PNG").fix("--format svg,png")
        );
    }
    let mut once: Vec<Format> = vec![];
    chosen.iter().for_each(|format| {
        if !once.contains(format) {
            once.push(*format)
        }
    });
    Ok(once)
}

/// Letters, digits and hyphens of what the files should be called.
fn base_name(wanted: Option<&str>, title: &str) -> Result<String, SheetError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if let Some(name) = wanted {
        return if !name.is_empty() && name.chars().all(plain) {
            Ok(name.to_owned())
        } else {
            Err(SheetError::usage("bad_name", format!("{name:?} is no name for files"))
                .fix("letters, digits, - and _, without an ending"))
        };
    }
    Ok(tidy_name(title))
}

fn tidy_name(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.collect::<Vec<_>>().join("-").to_lowercase();
    name.chars().take(60).collect()
}

fn painted(
    pages: &[Page],
    title: &str,
    base: &str,
    lang: Lang,
    formats: &[Format],
) -> Result<Vec<NewFile>, SheetError> {
    let mut files = vec![];
    for format in formats {
        if *format == Format::Pdf {
            files
                .push(NewFile { name: format!("{base}.pdf"), bytes: pdf::paint(pages, title, lang.code())? });
            continue;
        }
        for (number, page) in (1..).zip(pages) {
            files.push(picture(page, title, &format!("{base}-{number}"), *format)?);
        }
    }
    Ok(files)
}

fn singles(sheet: &Sheet, base: &str, formats: &[Format]) -> Result<Vec<NewFile>, SheetError> {
    let mut files = vec![];
    for (number, code) in (1..).zip(sheet.codes()) {
        let page = symbol::alone(code);
        // The number first: two texts may come to the same name.
        let name = format!("{base}-{number:04}-{}", tidy_name(code.text()));
        for format in formats {
            files.push(picture(&page, code.text(), &name, *format)?);
        }
    }
    Ok(files)
}

fn picture(page: &Page, title: &str, name: &str, format: Format) -> Result<NewFile, SheetError> {
    Ok(match format {
        Format::Png => NewFile { name: format!("{name}.png"), bytes: png::paint(page)? },
        Format::Svg | Format::Pdf => NewFile { name: format!("{name}.svg"), bytes: svg::paint(page, title) },
    })
}

#[cfg(test)]
mod tests;
