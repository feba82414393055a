//! The pages of a setting sheet: one row a step, its number and words at the left, its code at the right.

use super::super::code::Symbology;
use super::super::font::Face;
use super::super::frame::{Frame, GAP, Look, body, deal};
use super::super::page::{Ink, MARGIN, Page, Type};
use super::super::symbol::Symbol;
use super::super::words::{Lang, say};
use super::{SettingSheet, Step};
use crate::Verified;

const NUMBER: Type = Type::new(84, Face::Bold, Ink::Black);
const WORDS: Type = Type::new(48, Face::Bold, Ink::Black);
const SYMBOL: Type = Type::new(34, Face::Plain, Ink::Grey);
const INTRO: Type = Type::new(40, Face::Plain, Ink::Black);
const WARNING: Type = Type::new(40, Face::Bold, Ink::Black);
/// Three digits.
const NUMBER_WIDTH: i32 = 190;
const WORDS_WIDTH: i32 = 810;
const QR_SIDE: i32 = 360;
/// White above and below a row, so that a sweep meets one code only.
const AIR: i32 = 60;

pub(in super::super) fn pages(sheet: &SettingSheet, look: Look) -> Vec<Page> {
    let lang = look.lang;
    let model = format!("{} {}", sheet.vendor, sheet.model);
    let hash = grouped(&sheet.hash());
    let frame = Frame { kind: say(lang, "settings-kind", &[]), title: model.clone(), hash, look };
    let note = say(lang, "settings-footer", &[("model", &model)]);

    let (blank, top) = frame.page(1, 1, &note);
    let width = blank.width - 2 * MARGIN;
    let mut measured = blank.clone();
    let after_intro = intro(&mut measured, top, width, sheet, lang);
    let rows: Vec<Row> =
        (1..).zip(&sheet.steps).map(|(number, step)| Row { number, step, width, lang }).collect();
    let heights: Vec<i32> = rows.iter().map(Row::height).collect();
    let dealt = deal(&heights, body(&blank, after_intro), body(&blank, top));

    let mut pages = vec![];
    for (number, range) in (1..).zip(&dealt) {
        let (mut page, top) = frame.page(number, dealt.len(), &note);
        let mut at = if number == 1 { intro(&mut page, top, width, sheet, lang) } else { top };
        for (place, row) in rows[range.clone()].iter().enumerate() {
            if place > 0 {
                page.rect(MARGIN, at - 1, width, 2, Ink::Pale);
            }
            row.draw(&mut page, at);
            at += row.height();
        }
        pages.push(page);
    }
    pages
}

/// What to do and what to beware of; answers where the rows may begin.
fn intro(page: &mut Page, top: i32, width: i32, sheet: &SettingSheet, lang: Lang) -> i32 {
    let steps = sheet.steps.len().to_string();
    let order = if sheet.steps.len() == 1 { "settings-order-one" } else { "settings-order" };
    let mut at = page.paragraph(MARGIN, top, width, INTRO, &say(lang, order, &[("steps", &steps)]));
    at = page.paragraph(MARGIN, at, width, WARNING, &say(lang, "settings-warning", &[]));
    let verified = match sheet.verified {
        Verified::No => "settings-verified-no",
        Verified::Manual => "settings-verified-manual",
        Verified::Bench => "settings-verified-bench",
    };
    at = page.paragraph(MARGIN, at, width, INTRO, &say(lang, verified, &[]));
    if let Some(source) = &sheet.source {
        at = page.paragraph(MARGIN, at, width, INTRO, &say(lang, "settings-source", &[("source", source)]));
    }
    if !sheet.by_tool.is_empty() {
        let rest: Vec<&str> = sheet.by_tool.iter().map(|rest| rest.words.get(lang)).collect();
        let said = say(lang, "settings-by-tool", &[("settings", &rest.join("; "))]);
        at = page.paragraph(MARGIN, at, width, WARNING, &said);
    }
    page.rect(MARGIN, at + GAP / 2, width, 2, Ink::Pale);
    at + GAP / 2 + 2
}

/// `a1b2c3d4e5f6` as people compare it.
fn grouped(hash: &str) -> String {
    hash.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}

struct Row<'s> {
    number: usize,
    step: &'s Step,
    width: i32,
    lang: Lang,
}

impl Row<'_> {
    fn symbol(&self) -> Symbol<'_> {
        Symbol::new(&self.step.code, QR_SIDE, self.width - NUMBER_WIDTH - WORDS_WIDTH - GAP)
    }

    /// A code that is wider than its column stands below the words.
    fn is_stacked(&self) -> bool {
        self.symbol().width() > self.width - NUMBER_WIDTH - WORDS_WIDTH - GAP
    }

    fn words_width(&self) -> i32 {
        if self.is_stacked() { self.width - NUMBER_WIDTH } else { WORDS_WIDTH }
    }

    fn kind(&self) -> String {
        let key = match (self.step.code.symbology(), self.step.code.is_reader_init()) {
            (Symbology::Qr, _) => "symbol-qr",
            (_, true) => "symbol-code128-init",
            (_, false) => "symbol-code128",
        };
        say(self.lang, key, &[])
    }

    fn words_height(&self) -> i32 {
        let lines = |how: Type, text: &str| {
            i32::try_from(how.lines(text, self.words_width()).len()).unwrap_or(1) * how.leading()
        };
        lines(WORDS, self.step.words.get(self.lang)) + lines(SYMBOL, &self.kind())
    }

    fn height(&self) -> i32 {
        let symbol = self.symbol().height();
        let words = self.words_height().max(NUMBER.leading());
        let inside = if self.is_stacked() { words + GAP + symbol } else { words.max(symbol) };
        inside + 2 * AIR
    }

    fn draw(&self, page: &mut Page, top: i32) {
        let symbol = self.symbol();
        let inside = top + AIR;
        let room = self.height() - 2 * AIR;
        let column = MARGIN + NUMBER_WIDTH;
        // Beside its code, what is lower stands in the middle.
        let words = if self.is_stacked() { inside } else { inside + (room - self.words_height()) / 2 };
        page.text(MARGIN, words - (NUMBER.size - WORDS.size), NUMBER, &self.number.to_string());
        let below = page.paragraph(column, words, self.words_width(), WORDS, self.step.words.get(self.lang));
        let below = page.paragraph(column, below, self.words_width(), SYMBOL, &self.kind());
        if self.is_stacked() {
            symbol.draw(page, MARGIN + (self.width - symbol.width()) / 2, below + GAP);
        } else {
            let from = column + WORDS_WIDTH + GAP;
            let spare = MARGIN + self.width - from - symbol.width();
            symbol.draw(page, from + spare / 2, inside + (room - symbol.height()) / 2);
        }
    }
}
