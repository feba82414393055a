//! A code as shapes: its modules, the quiet zone around them, and the text below.

use super::code::{Code, Modules, Symbology};
use super::font::Face;
use super::page::{Ink, Page, Type};

/// 0.339 mm: the nominal module of EAN-13 is 0.33 mm, the smallest that GS1 lets through a till 0.264 mm
/// (General Specifications, symbol specification table 1). No bar is drawn thinner.
pub(super) const BAR: i32 = 4;
/// A QR module is from 0.51 mm, which any camera resolves from a hand's distance, to 1 mm, with which a small
/// symbol does not look lost.
const CELLS: (i32, i32) = (6, 12);
/// 22.9 mm, the nominal height of EAN-13; what is left is enough for a slanted sweep.
const EAN_HEIGHT: i32 = 270;
const BARS_HEIGHT: i32 = 190;
/// The guard bars of EAN-13 reach five modules further down.
const GUARD: i32 = 5;
const READABLE: Type = Type::new(36, Face::Plain, Ink::Black);
const TYPED: Type = Type::new(52, Face::Plain, Ink::Black);

/// A symbol of more modules than that is not made.
fn count<T>(modules: &[T]) -> i32 {
    i32::try_from(modules.len()).unwrap_or(i32::MAX / 64)
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Symbol<'c> {
    code: &'c Code,
    /// Dots to the module.
    module: i32,
    /// Most dots that a line of the text below may take.
    text_most: i32,
    readable: Type,
}

impl<'c> Symbol<'c> {
    /// A QR code becomes as large as `side` allows. `text_most` is how wide the text below a symbol may become
    /// when the symbol is narrower.
    pub fn new(code: &'c Code, side: i32, text_most: i32) -> Self {
        let module = match code.modules() {
            Modules::Bars(_) => BAR,
            Modules::Matrix(rows) => (side / (count(rows) + 8)).clamp(CELLS.0, CELLS.1),
        };
        Self { code, module, text_most, readable: READABLE }
    }

    /// For a text that may have to be typed.
    pub fn typed(self) -> Self {
        Self { readable: TYPED, ..self }
    }

    /// Modules without the quiet zone.
    fn modules(&self) -> i32 {
        match self.code.modules() {
            Modules::Bars(bars) => count(bars),
            Modules::Matrix(rows) => count(rows),
        }
    }

    /// Empty modules left and right: ISO/IEC 15420 for EAN-13, 15417 for Code 128, 18004 for QR.
    fn quiet(&self) -> (i32, i32) {
        match self.code.symbology() {
            Symbology::Ean13 => (11, 7),
            Symbology::Code128 | Symbology::Gsrn => (10, 10),
            Symbology::Qr => (4, 4),
        }
    }

    fn text_lines(&self) -> Vec<String> {
        if self.code.symbology() == Symbology::Ean13 {
            return vec![];
        }
        self.readable.lines(&self.code.printed(), self.text_most.max(self.own_width()))
    }

    /// With the quiet zone.
    fn own_width(&self) -> i32 {
        let (left, right) = self.quiet();
        (left + self.modules() + right) * self.module
    }

    pub fn width(&self) -> i32 {
        let widest = self.text_lines().iter().map(|line| self.readable.width(line)).max();
        self.own_width().max(widest.unwrap_or(0))
    }

    pub fn height(&self) -> i32 {
        let lines = i32::try_from(self.text_lines().len()).unwrap_or(1);
        match self.code.modules() {
            Modules::Bars(_) if self.code.symbology() == Symbology::Ean13 => {
                EAN_HEIGHT + self.readable.leading()
            }
            Modules::Bars(_) => BARS_HEIGHT + 10 + lines * self.readable.leading(),
            Modules::Matrix(_) => (self.modules() + 8) * self.module + lines * self.readable.leading(),
        }
    }

    /// Quiet zone and text included, it fills `width()` and `height()` from there on.
    pub fn draw(&self, page: &mut Page, left: i32, top: i32) {
        let (quiet, _) = self.quiet();
        let inside = left + (self.width() - self.own_width()) / 2 + quiet * self.module;
        let below = match self.code.modules() {
            Modules::Bars(bars) if self.code.symbology() == Symbology::Ean13 => {
                self.draw_ean(page, bars, inside, top);
                return;
            }
            Modules::Bars(bars) => {
                self.draw_bars(page, bars, inside, top, BARS_HEIGHT);
                top + BARS_HEIGHT + 10
            }
            Modules::Matrix(rows) => {
                for (row, dark) in (4..).zip(rows) {
                    self.draw_bars(page, dark, inside, top + row * self.module, self.module);
                }
                top + (self.modules() + 8) * self.module
            }
        };
        let centre = left + self.width() / 2;
        for (line, text) in (0..).zip(self.text_lines()) {
            page.text_centred(centre, below + line * self.readable.leading(), self.readable, &text);
        }
    }

    /// Neighbouring dark modules become one rectangle.
    fn draw_bars(&self, page: &mut Page, bars: &[bool], left: i32, top: i32, height: i32) {
        let mut at = left;
        for run in bars.chunk_by(|a, b| a == b) {
            let width = i32::try_from(run.len()).unwrap_or(0) * self.module;
            if run[0] {
                page.rect(at, top, width, height, Ink::Black);
            }
            at += width;
        }
    }

    /// The first digit stands in the quiet zone, six and six between the guards.
    fn draw_ean(&self, page: &mut Page, bars: &[bool], left: i32, top: i32) {
        let guard = |at: usize| matches!(at, 0..=2 | 45..=49 | 92..=94);
        let (mut at, mut first) = (left, 0);
        for run in bars.chunk_by(|a, b| a == b) {
            let width = i32::try_from(run.len()).unwrap_or(0) * self.module;
            let reach = if guard(first) { GUARD * self.module } else { 0 };
            if run[0] {
                page.rect(at, top, width, EAN_HEIGHT + reach, Ink::Black);
            }
            at += width;
            first += run.len();
        }
        let text = self.code.text();
        let below = top + EAN_HEIGHT + 2;
        page.text_centred(left - 7 * self.module, below, READABLE, &text[..1]);
        for (digits, from) in [(&text[1..7], 3), (&text[7..], 50)] {
            // 42 modules are six digits wide.
            for (place, digit) in (0..).zip(digits.chars()) {
                let centre = left + from * self.module + (2 * place + 1) * 42 * self.module / 12;
                page.text_centred(centre, below, READABLE, &digit.to_string());
            }
        }
    }
}

/// Side of a QR code that stands alone.
const SIDE_ALONE: i32 = 450;

/// A page that holds nothing but the symbol.
pub(super) fn alone(code: &Code) -> Page {
    // The text may be as wide as a bank card.
    let symbol = Symbol::new(code, SIDE_ALONE, 1_000);
    let margin = 4 * BAR;
    let mut page = Page::new(symbol.width(), symbol.height() + 2 * margin);
    symbol.draw(&mut page, 0, margin);
    page
}
