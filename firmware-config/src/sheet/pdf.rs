//! Pages as one PDF. It carries the letters that stand in it, so that it prints the same everywhere, and says
//! which letter each of them is, so that text can be searched and copied.

use std::collections::BTreeMap;

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str, TextStr};
use subsetter::GlyphRemapper;

use super::error::SheetError;
use super::font::{Face, Font, font};
use super::page::{DOTS_PER_INCH, Page, Shape};

const FACES: [(Face, Name<'static>, &[u8]); 2] = [
    (Face::Plain, Name(b"F1"), b"YAPAAA+DejaVuSansCondensed"),
    (Face::Bold, Name(b"F2"), b"YAPAAB+DejaVuSansCondensed-Bold"),
];
const IDENTITY: SystemInfo =
    SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };
/// PDF measures in points, and fonts in thousandths of the em.
const POINTS_PER_INCH: f32 = 72.0;
const THOUSAND: f32 = 1_000.0;

/// The letters of one face that are used, with their numbers in the subset.
struct Used {
    subset: GlyphRemapper,
    /// By number in the subset: the letter, and its advance in thousandths of the em.
    letters: BTreeMap<u16, (char, f32)>,
}

impl Used {
    fn of(pages: &[Page], wanted: Face) -> Self {
        let mut used = Self { subset: GlyphRemapper::new(), letters: BTreeMap::new() };
        let from = font(wanted);
        for shape in pages.iter().flat_map(|page| &page.shapes) {
            let Shape::Text { face, text, .. } = shape else { continue };
            for letter in text.chars().filter(|_| *face == wanted) {
                let glyph = from.glyph(letter);
                let advance = from.advance(glyph) as f32 * THOUSAND / from.units_per_em as f32;
                used.letters.insert(used.subset.remap(glyph.0), (letter, advance));
            }
        }
        used
    }

    fn encode(&self, face: Face, text: &str) -> Vec<u8> {
        let number = |letter| self.subset.get(font(face).glyph(letter).0).unwrap_or(0);
        text.chars().flat_map(|letter| number(letter).to_be_bytes()).collect()
    }
}

pub(super) fn paint(pages: &[Page], title: &str, language: &str) -> Result<Vec<u8>, SheetError> {
    let mut last = 0;
    let mut next = || {
        last += 1;
        Ref::new(last)
    };
    let (catalog, tree, info) = (next(), next(), next());
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree).lang(TextStr(language));
    pdf.document_info(info).title(TextStr(title));

    let mut fonts = vec![];
    for (face, name, base) in FACES {
        let used = Used::of(pages, face);
        let id = next();
        let parts = [next(), next(), next(), next()];
        embed(&mut pdf, id, parts, base, font(face), &used)?;
        fonts.push((face, name, id, used));
    }
    let ids: Vec<(Ref, Ref)> = pages.iter().map(|_| (next(), next())).collect();
    let count = i32::try_from(pages.len()).unwrap_or(i32::MAX);
    pdf.pages(tree).kids(ids.iter().map(|(page, _)| *page)).count(count);
    for (page, (id, content)) in pages.iter().zip(&ids) {
        let mut entry = pdf.page(*id);
        let size = Rect::new(0.0, 0.0, points(page.width), points(page.height));
        entry.parent(tree).media_box(size).contents(*content);
        let mut resources = entry.resources();
        let mut named = resources.fonts();
        for (_, name, font, _) in &fonts {
            named.pair(*name, *font);
        }
        named.finish();
        resources.finish();
        entry.finish();
        pdf.stream(*content, &drawn(page, &fonts));
    }
    Ok(pdf.finish())
}

fn points(dots: i32) -> f32 {
    dots as f32 * POINTS_PER_INCH / DOTS_PER_INCH as f32
}

/// A composite font whose character numbers are the glyph numbers of its subset, as PDF 32000-1, 9.7, has it.
fn embed(
    pdf: &mut Pdf,
    id: Ref,
    [descendant, descriptor, file, to_unicode]: [Ref; 4],
    base: &[u8],
    font: &Font,
    used: &Used,
) -> Result<(), SheetError> {
    let subset = subsetter::subset(font.bytes, 0, &used.subset)
        .map_err(|error| SheetError::failed("pdf", format!("the letters could not be put in: {error}")))?;
    let thousandths = |units: i32| units as f32 * THOUSAND / font.units_per_em as f32;
    pdf.type0_font(id)
        .base_font(Name(base))
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(descendant)
        .to_unicode(to_unicode);
    let mut cid = pdf.cid_font(descendant);
    cid.subtype(CidFontType::Type2)
        .base_font(Name(base))
        .system_info(IDENTITY)
        .font_descriptor(descriptor)
        .default_width(0.0)
        .cid_to_gid_map_predefined(Name(b"Identity"));
    let mut widths = cid.widths();
    for (number, (_, advance)) in &used.letters {
        widths.same(*number, *number, *advance);
    }
    widths.finish();
    cid.finish();
    let (up, down) = (thousandths(font.ascent()), thousandths(font.descent()));
    pdf.font_descriptor(descriptor)
        .name(Name(base))
        .flags(FontFlags::SYMBOLIC)
        .bbox(Rect::new(-THOUSAND, down, 2.0 * THOUSAND, up))
        .italic_angle(0.0)
        .ascent(up)
        .descent(down)
        .cap_height(729.0)
        .stem_v(80.0)
        .font_file2(file);
    pdf.stream(file, &subset).pair(Name(b"Length1"), i32::try_from(subset.len()).unwrap_or(i32::MAX));
    let mut letters = UnicodeCmap::new(Name(b"Yapa-UCS2"), IDENTITY);
    for (number, (letter, _)) in &used.letters {
        letters.pair(*number, *letter);
    }
    pdf.cmap(to_unicode, &letters.finish());
    Ok(())
}

/// The page's shapes, turned upside down: PDF counts from the lower left corner.
fn drawn(page: &Page, fonts: &[(Face, Name<'static>, Ref, Used)]) -> Vec<u8> {
    let mut content = Content::new();
    for shape in &page.shapes {
        match shape {
            Shape::Rect { left, top, width, height, ink } => {
                content.set_fill_gray(f32::from(ink.level()) / 255.0);
                let bottom = page.height - top - height;
                content.rect(points(*left), points(bottom), points(*width), points(*height));
                content.fill_nonzero();
            }
            Shape::Text { left, base, size, face, ink, text } => {
                let Some((_, name, _, used)) = fonts.iter().find(|(known, ..)| known == face) else {
                    continue;
                };
                content.set_fill_gray(f32::from(ink.level()) / 255.0);
                content.begin_text();
                content.set_font(*name, points(*size));
                content.next_line(points(*left), points(page.height - base));
                content.show(Str(&used.encode(*face, text)));
                content.end_text();
            }
        }
    }
    content.finish().to_vec()
}
