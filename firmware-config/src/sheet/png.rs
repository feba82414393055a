//! A page as a grey picture of 300 dots to the inch.

use ab_glyph::{Font as _, PxScale, point};

use super::error::SheetError;
use super::font::font;
use super::page::{Page, Shape};

/// 300 dots to the inch, as PNG says it.
const DOTS_PER_METRE: u32 = 11_811;

pub(super) fn paint(page: &Page) -> Result<Vec<u8>, SheetError> {
    let mut picture = Picture::white(page.width, page.height);
    for shape in &page.shapes {
        match shape {
            Shape::Rect { left, top, width, height, ink } => {
                picture.fill(*left, *top, *width, *height, ink.level());
            }
            Shape::Text { .. } => picture.write(shape),
        }
    }
    picture
        .encode()
        .map_err(|error| SheetError::failed("png", format!("a picture could not be made: {error}")))
}

struct Picture {
    width: usize,
    height: usize,
    dots: Vec<u8>,
}

/// Nothing of a page lies left of or above it.
fn place(dots: i32) -> usize {
    usize::try_from(dots).unwrap_or(0)
}

impl Picture {
    fn white(width: i32, height: i32) -> Self {
        let (width, height) = (place(width), place(height));
        Self { width, height, dots: vec![255; width * height] }
    }

    fn fill(&mut self, left: i32, top: i32, width: i32, height: i32, grey: u8) {
        let columns = place(left).min(self.width)..place(left + width).min(self.width);
        for row in place(top).min(self.height)..place(top + height).min(self.height) {
            let line = row * self.width;
            self.dots[line + columns.start..line + columns.end].fill(grey);
        }
    }

    fn write(&mut self, shape: &Shape) {
        let Shape::Text { left, base, size, face, ink, text } = shape else { return };
        let font = font(*face);
        // The library scales by the height of a line, the layout by the em.
        let scale =
            PxScale::from(*size as f32 * (font.ascent() - font.descent()) as f32 / font.units_per_em as f32);
        let mut units = 0;
        for letter in text.chars() {
            let glyph = font.glyph(letter);
            let x = *left as f32 + (units * size) as f32 / font.units_per_em as f32;
            let placed = glyph.with_scale_and_position(scale, point(x, *base as f32));
            units += font.advance(glyph);
            let Some(outlined) = font.outlines.outline_glyph(placed) else { continue };
            let bounds = outlined.px_bounds();
            outlined.draw(|column, row, covered| {
                self.darken(bounds.min.x + column as f32, bounds.min.y + row as f32, covered, ink.level());
            });
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "places in a picture and parts of 255; what is out of it is left out"
    )]
    fn darken(&mut self, x: f32, y: f32, covered: f32, grey: u8) {
        if x < 0.0 || y < 0.0 || x >= self.width as f32 || y >= self.height as f32 {
            return;
        }
        let dot = &mut self.dots[y as usize * self.width + x as usize];
        let covered = covered.clamp(0.0, 1.0);
        *dot = (f32::from(*dot) * (1.0 - covered) + f32::from(grey) * covered).round() as u8;
    }

    fn encode(&self) -> Result<Vec<u8>, png::EncodingError> {
        let mut bytes = vec![];
        let side = |dots: usize| u32::try_from(dots).unwrap_or(u32::MAX);
        let mut encoder = png::Encoder::new(&mut bytes, side(self.width), side(self.height));
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_pixel_dims(Some(png::PixelDimensions {
            xppu: DOTS_PER_METRE,
            yppu: DOTS_PER_METRE,
            unit: png::Unit::Meter,
        }));
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.dots)?;
        writer.finish()?;
        Ok(bytes)
    }
}
