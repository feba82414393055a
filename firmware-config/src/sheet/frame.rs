//! What every printed page has around its codes: what it is, of what, when it was made, and which page of how
//! many it is.

use chrono::NaiveDate;

use super::font::Face;
use super::page::{Ink, MARGIN, Page, Paper, Type};
use super::words::{Lang, say};

/// How pages are made.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    pub paper: Paper,
    pub lang: Lang,
    pub date: NaiveDate,
}

/// The head and foot of a document.
#[derive(Debug)]
pub(super) struct Frame {
    /// In capitals, above the title.
    pub kind: String,
    pub title: String,
    /// Empty where a document has none.
    pub hash: String,
    pub look: Look,
}

const KIND: Type = Type::new(36, Face::Bold, Ink::Grey);
const TITLE: Type = Type::new(76, Face::Bold, Ink::Black);
const META: Type = Type::new(36, Face::Plain, Ink::Grey);
const META_WIDTH: i32 = 560;
/// Where the body may begin and end.
pub(super) const FOOT: i32 = 200;
pub(super) const GAP: i32 = 50;

impl Frame {
    /// A page with head and foot, and where its body begins. `note` stands at the left of the foot.
    pub fn page(&self, number: usize, of: usize, note: &str) -> (Page, i32) {
        let mut page = self.look.paper.blank();
        let (left, right) = (MARGIN, page.width - MARGIN);
        page.text(left, MARGIN, KIND, &self.kind);
        let mut meta = MARGIN;
        for line in self.meta() {
            page.text_right(right, meta, META, &line);
            meta += META.leading();
        }
        let title = MARGIN + KIND.leading() + 4;
        let below = page.paragraph(left, title, right - left - META_WIDTH, TITLE, &self.title);
        let rule = below.max(meta) + 16;
        page.rect(left, rule, right - left, 6, Ink::Black);

        let foot = page.height - FOOT + 40;
        page.rect(left, foot, right - left, 2, Ink::Grey);
        let counted =
            say(self.look.lang, "page", &[("page", &number.to_string()), ("pages", &of.to_string())]);
        page.text_right(right, foot + 16, META, &counted);
        let room = right - left - META.width(&counted) - GAP;
        if let Some(line) = META.lines(note, room).first() {
            page.text(left, foot + 16, META, line);
        }
        (page, rule + 6 + GAP)
    }

    fn meta(&self) -> Vec<String> {
        let lang = self.look.lang;
        let mut lines = vec![say(lang, "made", &[("date", &self.look.date.to_string())])];
        if !self.hash.is_empty() {
            lines.push(say(lang, "hash", &[("hash", &self.hash)]));
        }
        lines
    }
}

/// How many dots the body of a page may take.
pub(super) fn body(page: &Page, top: i32) -> i32 {
    page.height - FOOT - top
}

/// Deals rows of these heights out to pages, in order: ranges of their places. The first page has less room.
/// A row that is higher than a page stands on one of its own.
pub(super) fn deal(heights: &[i32], first: i32, room: i32) -> Vec<std::ops::Range<usize>> {
    let mut pages = vec![];
    let (mut from, mut left) = (0, first);
    for (at, height) in heights.iter().enumerate() {
        if *height > left && at > from {
            pages.push(from..at);
            (from, left) = (at, room);
        }
        left -= height;
    }
    pages.push(from..heights.len());
    pages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_dealt_out_in_order_and_none_is_lost() {
        type Ranges<'r> = &'r [(usize, usize)];
        let cases: [(&[i32], i32, i32, Ranges<'_>); 5] = [
            (&[10, 10, 10], 30, 30, &[(0, 3)]),
            (&[10, 10, 10], 25, 30, &[(0, 2), (2, 3)]),
            (&[10, 10, 10, 10], 10, 20, &[(0, 1), (1, 3), (3, 4)]),
            (&[50, 10, 50], 20, 20, &[(0, 1), (1, 2), (2, 3)]),
            (&[10], 5, 20, &[(0, 1)]),
        ];
        for (heights, first, room, wanted) in cases {
            let dealt: Vec<(usize, usize)> =
                deal(heights, first, room).into_iter().map(|range| (range.start, range.end)).collect();
            assert_eq!(dealt, wanted, "{heights:?}");
        }
    }
}
