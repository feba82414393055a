//! The pages of loyalty cards: a grid to cut along.

use super::super::font::Face;
use super::super::frame::{Frame, GAP, Look, body};
use super::super::page::{Ink, MARGIN, Page, Type};
use super::super::symbol::Symbol;
use super::super::words::{Lang, say};
use super::CardSheet;

/// 85.6 mm × 54 mm, the ID-1 of ISO/IEC 7810; a card grows with its symbol.
const CARD: (i32, i32) = (1_011, 638);
const NAME: Type = Type::new(44, Face::Bold, Ink::Black);
const INTRO: Type = Type::new(40, Face::Plain, Ink::Grey);
const PAD: i32 = 40;
const QR_SIDE: i32 = 400;

/// A card's size for these codes and how many stand beside and below each other.
struct Grid {
    card: (i32, i32),
    columns: i32,
    rows: i32,
}

impl Grid {
    fn of(symbols: &[Symbol<'_>], name: &str, room: (i32, i32)) -> Self {
        let widest = symbols.iter().map(Symbol::width).max().unwrap_or(0);
        let highest = symbols.iter().map(Symbol::height).max().unwrap_or(0);
        let width = (widest + 2 * PAD).max(CARD.0);
        let height = (highest + name_height(name, width) + 2 * PAD).max(CARD.1);
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

    /// What is printed above the cards: how many, how large, how to print them.
    fn intro(&self, cards: usize, lang: Lang) -> String {
        let millimetres = |dots: i32| ((dots * 254 + 1_500) / 3_000).to_string();
        let key = if cards == 1 { "cards-count-one" } else { "cards-count" };
        let (width, height) = (millimetres(self.card.0), millimetres(self.card.1));
        say(lang, key, &[("cards", &cards.to_string()), ("width", &width), ("height", &height)])
    }

    fn draw(&self, page: &mut Page, (left, top): (i32, i32), name: &str, symbol: &Symbol<'_>) {
        let (width, height) = self.card;
        // Lines to cut along; neighbours share them.
        page.outline(left, top, width + 2, height + 2, 2, Ink::Pale);
        let mut at = top + (height - name_height(name, width) - symbol.height()) / 2;
        for line in NAME.lines(name, width - 2 * PAD) {
            page.text_centred(left + width / 2, at, NAME, &line);
            at += NAME.leading();
        }
        let below = if name.is_empty() { at } else { at + PAD / 2 };
        symbol.draw(page, left + (width - symbol.width()) / 2, below);
    }
}

/// With the white below it.
fn name_height(name: &str, width: i32) -> i32 {
    match i32::try_from(NAME.lines(name, width - 2 * PAD).len()).unwrap_or(1) {
        0 => 0,
        lines => lines * NAME.leading() + PAD / 2,
    }
}

pub(in super::super) fn pages(sheet: &CardSheet, look: Look) -> Vec<Page> {
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
        sheet.codes.iter().map(|code| Symbol::new(code, QR_SIDE, CARD.0 - 2 * PAD)).collect();
    let grid = Grid::of(&symbols, &sheet.name, (blank.width - 2 * MARGIN, body(&blank, below_intro)));

    let chunks: Vec<&[Symbol<'_>]> = symbols.chunks(grid.per_page()).collect();
    let mut first = 1;
    let mut pages = vec![];
    for (number, chunk) in (1..).zip(&chunks) {
        let last = first + chunk.len() - 1;
        let args =
            [("first", &*first.to_string()), ("last", &last.to_string()), ("cards", &count.to_string())];
        let (mut page, _) = frame.page(number, chunks.len(), &say(lang, "cards-footer", &args));
        page.text(MARGIN, top, INTRO, &grid.intro(count, lang));
        for (index, symbol) in chunk.iter().enumerate() {
            grid.draw(&mut page, grid.place(index, &blank, below_intro), &sheet.name, symbol);
        }
        pages.push(page);
        first = last + 1;
    }
    pages
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::{Paper, Shape, Symbology};

    fn sheet(name: &str, symbology: Symbology, numbers: &[&str]) -> CardSheet {
        let numbers: Vec<(usize, String)> = (1..).zip(numbers.iter().map(|n| (*n).to_owned())).collect();
        CardSheet::check(name, symbology, &numbers).unwrap()
    }

    fn words(sheet: &CardSheet, lang: Lang) -> Vec<String> {
        let look = Look { paper: Paper::A4, lang, date: "2026-11-25".parse().unwrap() };
        let words = |page: &Page| {
            let texts = page.shapes.iter().filter_map(|shape| match shape {
                Shape::Text { text, .. } => Some(text.as_str()),
                Shape::Rect { .. } => None,
            });
            texts.collect::<Vec<_>>().join(" ")
        };
        pages(sheet, look).iter().map(words).collect()
    }

    #[test]
    fn cards_are_dealt_out_to_pages_that_say_which_they_hold() {
        let numbers: Vec<String> = (1..=9).map(|number| format!("A-{number}")).collect();
        let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
        let pages = words(&sheet("", Symbology::Code128, &numbers), Lang::Es);
        assert_eq!(pages.len(), 2);
        assert!(pages[0].contains("Tarjetas 1 a 8 de 9") && pages[1].contains("Tarjetas 9 a 9 de 9"));
        assert!(pages[0].contains("9 tarjetas de 86 × 54 mm") && pages[1].contains("página 2 de 2"));
        assert!(pages[0].contains("A-8") && !pages[0].contains("A-9") && pages[1].contains("A-9"));
        let one = words(&sheet("", Symbology::Code128, &["A-1"]), Lang::En);
        assert!(one[0].contains("1 card of 86 × 54 mm") && one[0].contains("Cards with Code 128"), "{one:?}");
    }

    #[test]
    fn a_card_grows_with_what_it_holds_and_no_name_is_cut() {
        let name = "Cooperativa de Consumo y Ahorro de los Trabajadores del Valle de Ñuñoa y Alrededores";
        let long = sheet(name, Symbology::Code128, &["abcdefghijklmnopqrstuvwxyzabcdefghijklmn"]);
        let page = words(&long, Lang::Es).concat();
        assert!(!page.contains("86 × 54 mm"), "{page}");
        let kept = page.matches("Alrededores").count();
        assert_eq!(kept, 2, "title and card: {page}");
    }
}
