//! Sheets of loyalty cards: a grid of cards to cut out, each with the chain's name, its symbol and its number.

use std::collections::BTreeMap;

use super::code::{Code, Symbology};
use super::error::SheetError;
use super::font::Face;
use super::frame::{Frame, GAP, Look, body};
use super::page::{Ink, MARGIN, Page, Type};
use super::symbol::{CELL, Symbol};
use super::words::say;

/// 85.6 mm × 54 mm, the ID-1 of ISO/IEC 7810, and at least that.
const CARD: (i32, i32) = (1_011, 638);
const NAME: Type = Type::new(44, Face::Bold, Ink::Black);
const INTRO: Type = Type::new(40, Face::Plain, Ink::Grey);
const PAD: i32 = 40;
/// So many wrong rows are said one by one.
const ROWS_SAID: usize = 10;

/// Numbers that all can be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardSheet {
    /// The chain's name, on each card; may be empty.
    pub name: String,
    pub symbology: Symbology,
    pub codes: Vec<Code>,
}

impl CardSheet {
    /// Checks every number before any is drawn. `numbers` come with the row in which they stand.
    pub fn check(name: &str, symbology: Symbology, numbers: &[(usize, String)]) -> Result<Self, SheetError> {
        let mut codes = vec![];
        let mut wrong: Vec<(&'static str, String)> = vec![];
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for (row, number) in numbers {
            match Code::card(symbology, number) {
                Err(error) => wrong.push((error.code(), format!("row {row}: {error}"))),
                Ok(code) => match seen.insert(number, *row) {
                    Some(first) => {
                        wrong.push(("number_twice", format!("row {row}: the number of row {first} again")))
                    }
                    None => codes.push(code),
                },
            }
        }
        match wrong.first() {
            Some((code, _)) => Err(refused(code, &wrong, numbers.len())),
            None if codes.is_empty() => {
                Err(SheetError::usage("no_numbers", "there is no card number to print")
                    .fix("firmware-config sheet cards --as ean13 2990000010421 --out FOLDER"))
            }
            None => Ok(Self { name: name.trim().to_owned(), symbology, codes }),
        }
    }
}

fn refused(code: &'static str, wrong: &[(&'static str, String)], all: usize) -> SheetError {
    let said: Vec<&str> = wrong.iter().take(ROWS_SAID).map(|(_, text)| text.as_str()).collect();
    let more = match wrong.len().saturating_sub(ROWS_SAID) {
        0 => String::new(),
        more => format!("\n  and {more} more"),
    };
    let message =
        format!("{} of {all} numbers cannot be printed\n  {}{more}", wrong.len(), said.join("\n  "));
    SheetError::config(code, message).fix("correct these rows; nothing was written")
}

/// A card's size for these codes and how many stand beside and below each other.
struct Grid {
    card: (i32, i32),
    columns: i32,
    rows: i32,
}

impl Grid {
    fn of(symbols: &[Symbol<'_>], named: bool, room: (i32, i32)) -> Self {
        let name = if named { NAME.leading() + PAD / 2 } else { 0 };
        let widest = symbols.iter().map(Symbol::width).max().unwrap_or(0);
        let highest = symbols.iter().map(Symbol::height).max().unwrap_or(0);
        let width = (widest + 2 * PAD).max(CARD.0);
        let height = (highest + name + 2 * PAD).max(CARD.1);
        Self { card: (width, height), columns: (room.0 / width).max(1), rows: (room.1 / height).max(1) }
    }

    fn per_page(&self) -> usize {
        usize::try_from(self.columns * self.rows).unwrap_or(1)
    }

    /// The upper left corner of a place, the grid in the middle of the page.
    fn place(&self, index: usize, page: &Page, top: i32) -> (i32, i32) {
        let index = i32::try_from(index).unwrap_or(0);
        let left = (page.width - self.columns * self.card.0) / 2;
        (left + index % self.columns * self.card.0, top + index / self.columns * self.card.1)
    }
}

pub(super) fn pages(sheet: &CardSheet, look: Look) -> Vec<Page> {
    let lang = look.lang;
    let count = sheet.codes.len();
    let title = if sheet.name.is_empty() {
        say(lang, "cards-title", &[("symbol", sheet.symbology.name())])
    } else {
        sheet.name.clone()
    };
    let frame = Frame { kind: say(lang, "cards-kind", &[]), title, hash: String::new(), look };
    let (blank, top) = frame.page(1, 1, "");
    let top = top - GAP / 2;
    let below_intro = top + INTRO.leading() + GAP / 2;
    let symbols: Vec<Symbol<'_>> =
        sheet.codes.iter().map(|code| Symbol::new(code, CELL, CARD.0 - 2 * PAD)).collect();
    let room = (blank.width - 2 * MARGIN, body(&blank, below_intro));
    let grid = Grid::of(&symbols, !sheet.name.is_empty(), room);

    let chunks: Vec<&[Symbol<'_>]> = symbols.chunks(grid.per_page()).collect();
    let key = if count == 1 { "cards-count-one" } else { "cards-count" };
    let mut first = 1;
    let mut pages = vec![];
    for (number, chunk) in (1..).zip(&chunks) {
        let last = first + chunk.len() - 1;
        let args =
            [("first", &*first.to_string()), ("last", &last.to_string()), ("cards", &count.to_string())];
        let (mut page, _) = frame.page(number, chunks.len(), &say(lang, "cards-footer", &args));
        page.text(MARGIN, top, INTRO, &say(lang, key, &[("cards", &count.to_string())]));
        for (index, symbol) in chunk.iter().enumerate() {
            draw_card(&mut page, grid.place(index, &blank, below_intro), grid.card, &sheet.name, symbol);
        }
        pages.push(page);
        first = last + 1;
    }
    pages
}

fn draw_card(
    page: &mut Page,
    (left, top): (i32, i32),
    (width, height): (i32, i32),
    name: &str,
    symbol: &Symbol<'_>,
) {
    // Lines to cut along; neighbours share them.
    page.outline(left, top, width + 2, height + 2, 2, Ink::Pale);
    let line = NAME.lines(name, width - 2 * PAD).into_iter().next();
    let named = if line.is_some() { NAME.leading() + PAD / 2 } else { 0 };
    let above = (height - named - symbol.height()) / 2;
    if let Some(line) = line {
        page.text_centred(left + width / 2, top + above, NAME, &line);
    }
    symbol.draw(page, left + (width - symbol.width()) / 2, top + above + named);
}
