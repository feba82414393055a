//! From a sheet to its files.

use chrono::NaiveDate;

use super::super::files::{NewFile, write_all};
use super::super::{Code, Lang, Look, Page, Sheet, SheetError, Vendor, pdf, png, svg, symbol};
use super::{CodeRow, Format, Left, Report, To};

pub(super) fn make(
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
    let by_tool = match sheet {
        Sheet::Settings(sheet) => {
            let tool = Vendor::tool_of(&sheet.vendor);
            let left = sheet.by_tool.iter();
            left.map(|left| Left { setting: left.setting, wanted: left.wanted.clone(), tool }).collect()
        }
        Sheet::Cards(_) | Sheet::Till(_) => vec![],
    };
    let row = |code: &Code| CodeRow {
        symbology: code.symbology(),
        text: code.text().to_owned(),
        reader_init: code.is_reader_init(),
    };
    let codes = sheet.codes().into_iter().map(row).collect();
    Ok(Report { sheet: kind, title, hash, pages, codes, by_tool, files: written, dry_run, json: to.json })
}

fn formats(to: &To, default: &[Format]) -> Result<Vec<Format>, SheetError> {
    let chosen = if to.format.is_empty() { default } else { &to.format };
    if default == [Format::Png] && chosen.contains(&Format::Pdf) {
        return Err(
            SheetError::usage("no_single_pdf", "one picture a code is SVG or PNG").fix("--format svg,png")
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

pub(super) fn tidy_name(text: &str) -> String {
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
        // The number first: two texts may come to the same name. What a till's codes say is in no name: it lets in.
        let says = match sheet {
            Sheet::Till(_) => code.symbology().id().to_owned(),
            Sheet::Cards(_) | Sheet::Settings(_) => tidy_name(code.text()),
        };
        let name = format!("{base}-{number:04}-{says}");
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
