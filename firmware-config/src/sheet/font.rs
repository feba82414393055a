//! The letters: `DejaVu` Sans Condensed, plain and bold. Its own advances are the measure on every kind of
//! page, so that a line is equally wide in a picture, a PDF and an SVG.

use std::sync::LazyLock;

use ab_glyph::{Font as _, FontRef, GlyphId};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Face {
    Plain,
    Bold,
}

pub(super) struct Font {
    /// The file as it is, for the subset in a PDF.
    pub bytes: &'static [u8],
    pub outlines: FontRef<'static>,
    pub units_per_em: i32,
}

static FONTS: LazyLock<[Font; 2]> =
    LazyLock::new(|| [load(dejavu::sans_condensed::regular()), load(dejavu::sans_condensed::bold())]);

#[expect(clippy::panic, reason = "the fonts are compiled in, and a test reads them")]
fn load(bytes: &'static [u8]) -> Font {
    let outlines = FontRef::try_from_slice(bytes).unwrap_or_else(|e| panic!("built-in font: {e}"));
    let units_per_em = outlines.units_per_em().map_or(2_048, whole);
    Font { bytes, outlines, units_per_em }
}

/// Font units are whole numbers below 65,536 that the library hands out as floats.
#[expect(clippy::cast_possible_truncation, reason = "whole and small, see above")]
fn whole(units: f32) -> i32 {
    units as i32
}

pub(super) fn font(face: Face) -> &'static Font {
    let [plain, bold] = &*FONTS;
    match face {
        Face::Plain => plain,
        Face::Bold => bold,
    }
}

impl Font {
    pub fn glyph(&self, letter: char) -> GlyphId {
        self.outlines.glyph_id(letter)
    }

    /// In font units.
    pub fn advance(&self, glyph: GlyphId) -> i32 {
        whole(self.outlines.h_advance_unscaled(glyph))
    }

    pub fn ascent(&self) -> i32 {
        whole(self.outlines.ascent_unscaled())
    }

    pub fn descent(&self) -> i32 {
        whole(self.outlines.descent_unscaled())
    }
}

/// The width of a line in dots, for letters of `size` dots to the em.
pub(super) fn width(face: Face, size: i32, text: &str) -> i32 {
    let font = font(face);
    let units: i32 = text.chars().map(|letter| font.advance(font.glyph(letter))).sum();
    (units * size + font.units_per_em - 1) / font.units_per_em
}

/// The text in lines that are at most `most` dots wide. A word that is wider than a line goes on in the next
/// one: nothing is cut off.
pub(super) fn lines(face: Face, size: i32, text: &str, most: i32) -> Vec<String> {
    let fits = |line: &str| width(face, size, line) <= most;
    let mut lines = vec![];
    let mut line = String::new();
    for word in text.split_whitespace() {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if fits(&longer) {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for letter in word.chars() {
            line.push(letter);
            if !fits(&line) && line.chars().count() > 1 {
                line.pop();
                lines.push(std::mem::replace(&mut line, letter.to_string()));
            }
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_faces_have_the_letters_of_spanish() {
        for face in [Face::Plain, Face::Bold] {
            for letter in "áéíóúüñÁÉÍÓÚÜÑ¿¡«»€·–—ºª".chars() {
                assert_ne!(font(face).glyph(letter).0, 0, "{face:?} {letter}");
            }
        }
        assert!(width(Face::Bold, 40, "Número") > width(Face::Plain, 40, "Número"));
        assert_eq!(width(Face::Plain, 40, ""), 0);
    }

    #[test]
    fn lines_keep_every_letter_and_stay_within_their_width() {
        let long = "Configuración de un lector cuyoNombreEsMásLargoQueUnaLíneaEntera y sigue";
        for most in [60, 200, 555, 2_000] {
            let lines = lines(Face::Plain, 40, long, most);
            assert!(lines.iter().all(|line| width(Face::Plain, 40, line) <= most), "{most}: {lines:?}");
            let kept: String = lines.concat().split_whitespace().collect();
            assert_eq!(kept, long.split_whitespace().collect::<String>());
        }
        assert!(lines(Face::Plain, 40, "  ", 100).is_empty());
    }
}
