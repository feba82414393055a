//! A page as shapes. Laid out once, in whole dots of 1/300 inch, and painted by whoever can paint shapes: the
//! dots of a picture are the dots of the layout, so bars never fall between two of them.

use super::font::{self, Face};

pub const DOTS_PER_INCH: i32 = 300;
pub(super) const MARGIN: i32 = 150;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Paper {
    /// 210 mm × 297 mm.
    #[default]
    A4,
    /// 8.5 in × 11 in.
    Letter,
}

impl Paper {
    pub(super) fn blank(self) -> Page {
        match self {
            Self::A4 => Page::new(2_480, 3_508),
            Self::Letter => Page::new(2_550, 3_300),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    Black,
    /// For what is read second: contrast 7 to 1 on white.
    Grey,
    /// For lines only.
    Pale,
}

impl Ink {
    /// 0 is black, 255 is white.
    pub(super) fn level(self) -> u8 {
        match self {
            Self::Black => 0,
            Self::Grey => 0x55,
            Self::Pale => 0xBF,
        }
    }
}

/// From the upper left corner, downwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    Rect {
        left: i32,
        top: i32,
        width: i32,
        height: i32,
        ink: Ink,
    },
    /// `base` is the line on which the letters stand; `size` is the em.
    Text {
        left: i32,
        base: i32,
        size: i32,
        face: Face,
        ink: Ink,
        text: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub width: i32,
    pub height: i32,
    pub shapes: Vec<Shape>,
}

/// How a run of letters looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Type {
    pub size: i32,
    pub face: Face,
    pub ink: Ink,
}

impl Type {
    pub const fn new(size: i32, face: Face, ink: Ink) -> Self {
        Self { size, face, ink }
    }

    pub fn width(self, text: &str) -> i32 {
        font::width(self.face, self.size, text)
    }

    pub fn lines(self, text: &str, most: i32) -> Vec<String> {
        font::lines(self.face, self.size, text, most)
    }

    /// From one line to the next.
    pub fn leading(self) -> i32 {
        self.size * 13 / 10
    }
}

impl Page {
    pub(super) fn new(width: i32, height: i32) -> Self {
        Self { width, height, shapes: vec![] }
    }

    pub(super) fn rect(&mut self, left: i32, top: i32, width: i32, height: i32, ink: Ink) {
        self.shapes.push(Shape::Rect { left, top, width, height, ink });
    }

    /// One line whose letters hang from `top`.
    pub(super) fn text(&mut self, left: i32, top: i32, how: Type, text: &str) {
        let base = top + how.size;
        let Type { size, face, ink } = how;
        self.shapes.push(Shape::Text { left, base, size, face, ink, text: text.to_owned() });
    }

    pub(super) fn text_right(&mut self, right: i32, top: i32, how: Type, text: &str) {
        self.text(right - how.width(text), top, how, text);
    }

    pub(super) fn text_centred(&mut self, centre: i32, top: i32, how: Type, text: &str) {
        self.text(centre - how.width(text) / 2, top, how, text);
    }

    /// As many lines as it takes; answers where the next thing may begin.
    pub(super) fn paragraph(&mut self, left: i32, top: i32, most: i32, how: Type, text: &str) -> i32 {
        let mut top = top;
        for line in how.lines(text, most) {
            self.text(left, top, how, &line);
            top += how.leading();
        }
        top
    }

    /// An outline, its lines inside.
    pub(super) fn outline(&mut self, left: i32, top: i32, width: i32, height: i32, line: i32, ink: Ink) {
        self.rect(left, top, width, line, ink);
        self.rect(left, top + height - line, width, line, ink);
        self.rect(left, top, line, height, ink);
        self.rect(left + width - line, top, line, height, ink);
    }
}
