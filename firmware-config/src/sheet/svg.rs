//! A page as SVG. Each line of text carries its width, so that another font in the reader's place does not
//! move it into a symbol.

use std::fmt::Write as _;

use super::font::{self, Face};
use super::page::{DOTS_PER_INCH, Ink, Page, Shape};

const FAMILY: &str = "'DejaVu Sans Condensed','DejaVu Sans',Verdana,sans-serif";

pub(super) fn paint(page: &Page, title: &str) -> Vec<u8> {
    let Page { width, height, .. } = page;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}mm\" height=\"{}mm\" viewBox=\"0 0 {width} {height}\">\n<title>{}</title>\n<path fill=\"#fff\" d=\"M0 0h{width}v{height}h-{width}z\"/>\n",
        millimetres(*width),
        millimetres(*height),
        escaped(title),
    );
    let mut shapes = page.shapes.iter().peekable();
    while let Some(shape) = shapes.next() {
        match shape {
            Shape::Rect { ink, .. } => {
                let grey = ink.level();
                // Bars keep their edges; a thin line that kept them would be lost on a screen.
                let edges = if *ink == Ink::Black { " shape-rendering=\"crispEdges\"" } else { "" };
                let _ = write!(svg, "<path{edges} fill=\"{}\" d=\"", colour(grey));
                outline(&mut svg, shape);
                // Bars of one symbol are one path.
                while let Some(next) =
                    shapes.next_if(|next| matches!(next, Shape::Rect { ink: other, .. } if other == ink))
                {
                    outline(&mut svg, next);
                }
                svg.push_str("\"/>\n");
            }
            Shape::Text { left, base, size, face, ink, text } => {
                let weight = if *face == Face::Bold { " font-weight=\"700\"" } else { "" };
                let _ = writeln!(
                    svg,
                    "<text x=\"{left}\" y=\"{base}\" font-family=\"{FAMILY}\" font-size=\"{size}\"{weight} fill=\"{}\" textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\">{}</text>",
                    colour(ink.level()),
                    font::width(*face, *size, text),
                    escaped(text),
                );
            }
        }
    }
    svg.push_str("</svg>\n");
    svg.into_bytes()
}

fn outline(svg: &mut String, shape: &Shape) {
    if let Shape::Rect { left, top, width, height, .. } = shape {
        let _ = write!(svg, "M{left} {top}h{width}v{height}h-{width}z");
    }
}

fn colour(grey: u8) -> String {
    format!("#{grey:02x}{grey:02x}{grey:02x}")
}

/// Dots in millimetres with two decimals.
fn millimetres(dots: i32) -> String {
    let hundredths = (dots * 2_540 + DOTS_PER_INCH / 2) / DOTS_PER_INCH;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
