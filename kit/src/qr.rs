//! QR codes as SVG, always dark on white: readers and printed paper know no dark mode.

use qrcode::render::svg;
use qrcode::{Color, EcLevel, QrCode};

#[derive(Debug, thiserror::Error)]
#[error("the text is too long for a QR code")]
pub struct TooLong;

/// The modules of the symbol row by row, true where dark, without the quiet zone: for whoever draws by
/// himself.
pub fn modules(text: &str) -> Result<Vec<Vec<bool>>, TooLong> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| TooLong)?;
    let dark: Vec<bool> = code.to_colors().into_iter().map(|color| color == Color::Dark).collect();
    Ok(dark.chunks(code.width()).map(<[bool]>::to_vec).collect())
}

/// An `<svg>` element to put into a page, with the quiet zone that the standard asks for and a label for
/// those who do not see it. It has no size of its own besides its viewBox; the page's CSS gives it one.
pub fn svg(text: &str, label: &str) -> Result<String, TooLong> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| TooLong)?;
    let image = code
        .render::<svg::Color<'_>>()
        .module_dimensions(4, 4)
        .quiet_zone(true)
        .dark_color(svg::Color("#000000"))
        .light_color(svg::Color("#ffffff"))
        .build();
    let start = image.find("<svg").unwrap_or(0);
    let label = label.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    Ok(image[start..].replacen("<svg", &format!("<svg class=\"qr\" role=\"img\" aria-label=\"{label}\""), 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_dark_on_white() {
        let image = svg("YR0123", "Recibo \"7\" <x>").unwrap();
        assert!(
            image.starts_with("<svg class=\"qr\" role=\"img\" aria-label=\"Recibo &quot;7&quot; &lt;x>\"")
        );
        assert!(image.contains("fill=\"#ffffff\"") && image.contains("fill=\"#000000\""));
        assert!(!image.contains("style=") && !image.contains("<script"));
        assert!(svg(&"x".repeat(5_000), "").is_err());
    }

    #[test]
    fn modules_are_a_square_with_three_finders() {
        let modules = modules("YR0123").unwrap();
        assert!(modules.iter().all(|row| row.len() == modules.len()));
        let last = modules.len() - 1;
        let finder = [true, true, true, true, true, true, true];
        assert!(modules[0].starts_with(&finder) && modules[0].ends_with(&finder));
        assert!(modules[last].starts_with(&finder) && !modules[last].ends_with(&finder));
    }
}
