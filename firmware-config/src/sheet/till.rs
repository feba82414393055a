//! The sheet with which a till is enrolled: the command that `pos-agent` takes as a QR code for a reader that
//! types, and the one-time code alone.

use chrono::{DateTime, Utc};

use super::code::Code;
use super::error::SheetError;
use super::font::Face;
use super::frame::{Frame, GAP, Look};
use super::given::{NAME_MAX, printable};
use super::page::{Ink, MARGIN, Page, Type};
use super::symbol::Symbol;
use super::words::say;

const WORDS: Type = Type::new(52, Face::Plain, Ink::Black);
const NOTE: Type = Type::new(44, Face::Bold, Ink::Black);
const QR_SIDE: i32 = 700;
/// A code may be for every till of a chain; the title names so many of them.
const TILLS_SAID: usize = 6;
/// Letters of the hub's one-time code.
const CODE_LETTERS: usize = 8;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TillSheet {
    pub hub: String,
    /// As the hub writes it: `ABCD-EFGH`.
    pub code: String,
    /// `store/till`, as the hub names them; may be empty.
    pub tills: Vec<String>,
    pub expires_at: Option<DateTime<Utc>>,
    /// Order and code.
    codes: [Code; 2],
}

impl TillSheet {
    pub fn check(
        hub: &str,
        code: &str,
        tills: &[String],
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<Self, SheetError> {
        let hub = hub.trim().trim_end_matches('/');
        if !is_address(hub) {
            return Err(SheetError::usage("bad_hub_url", format!("{hub:?} is no address of a hub"))
                .fix("begin it with https://, and leave out what is not in a name, a port or a path"));
        }
        let letters: String =
            code.chars().filter(|c| !matches!(c, '-' | ' ')).collect::<String>().to_uppercase();
        if letters.len() != CODE_LETTERS || !letters.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(SheetError::config(
                "bad_enrolment_code",
                "a one-time code is eight letters and digits",
            )
            .fix("hub-server till code --store STORE --till TILL"));
        }
        let code = format!("{}-{}", &letters[..4], &letters[4..]);
        let order = format!("pos-agent enrol --hub {hub} --code {code}");
        let drawn = |error: super::code::CodeError| SheetError::config(error.code(), error.to_string());
        let codes = [Code::qr(&order).map_err(drawn)?, Code::code128(&code).map_err(drawn)?];
        let tills = tills.iter().map(|till| printable("a till's name", till, NAME_MAX / 2));
        let tills = tills.collect::<Result<Vec<String>, SheetError>>()?;
        Ok(Self { hub: hub.to_owned(), code, tills, expires_at, codes })
    }

    pub fn codes(&self) -> &[Code] {
        &self.codes
    }
}

/// A shell takes the whole of it as one word, whatever stands in it.
fn is_address(hub: &str) -> bool {
    let rest = hub.strip_prefix("https://").or_else(|| hub.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_alphanumeric())
            && rest.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '/' | '_'))
    })
}

pub(super) fn pages(sheet: &TillSheet, look: Look) -> Vec<Page> {
    let lang = look.lang;
    let title = match sheet.tills.split_at_checked(TILLS_SAID) {
        _ if sheet.tills.is_empty() => say(lang, "till-title-none", &[]),
        Some((said, more)) if !more.is_empty() => {
            let args = [("tills", &*said.join(" · ")), ("more", &more.len().to_string())];
            say(lang, "till-title-more", &args)
        }
        _ => sheet.tills.join(" · "),
    };
    let frame = Frame { kind: say(lang, "till-kind", &[]), title, hash: String::new(), look };
    let (mut page, top) = frame.page(1, 1, &say(lang, "till-footer", &[("hub", &sheet.hub)]));
    let width = page.width - 2 * MARGIN;
    let note = match sheet.expires_at {
        Some(at) => say(lang, "till-expires", &[("time", &at.format("%Y-%m-%d %H:%M").to_string())]),
        None => say(lang, "till-note", &[]),
    };
    let mut at = page.paragraph(MARGIN, top, width, NOTE, &note) + GAP;
    for (key, code) in ["till-scan", "till-type"].into_iter().zip(&sheet.codes) {
        at = page.paragraph(MARGIN, at, width, WORDS, &say(lang, key, &[])) + GAP;
        let symbol = Symbol::new(code, QR_SIDE, width).typed();
        symbol.draw(&mut page, MARGIN + (width - symbol.width()) / 2, at);
        at += symbol.height() + 3 * GAP;
    }
    vec![page]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::{Lang, Paper, Shape};

    fn title(tills: usize, lang: Lang) -> String {
        let tills: Vec<String> = (1..=tills).map(|till| format!("01/{till}")).collect();
        let sheet = TillSheet::check("https://hub.example", "ABCD2345", &tills, None).unwrap();
        let look = Look { paper: Paper::A4, lang, date: "2026-11-25".parse().unwrap() };
        let texts = pages(&sheet, look).remove(0).shapes.into_iter().filter_map(|shape| match shape {
            Shape::Text { text, .. } => Some(text),
            Shape::Rect { .. } => None,
        });
        texts.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_title_names_the_tills_and_counts_the_rest() {
        for (tills, lang, wanted) in [
            (0, Lang::Es, "Caja nueva"),
            (1, Lang::En, "2026-11-25 01/1 "),
            (6, Lang::Es, "01/4 · 01/5 · 01/6 "),
            (7, Lang::Es, "01/6 y 1 más"),
            (300, Lang::En, "01/6 and 294 more"),
        ] {
            let words = title(tills, lang);
            assert!(words.contains(wanted), "{tills}: {words}");
        }
    }
}
