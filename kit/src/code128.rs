//! Code 128 as SVG, always dark on white, for numbers of cards on a screen.
//!
//! The printed sheets of `firmware-config` have an encoder of their own for all that readers are set up by; that crate
//! knows none of ours, so the few lines below stand here too.

use std::fmt::Write as _;

use barcoders::sym::code128::Code128;

/// White on either side, in modules, as ISO/IEC 15417 asks for.
const QUIET: usize = 10;
/// The height of the bars, in modules.
const HIGH: usize = 40;
/// More characters are wider than a phone.
pub const CHARS_MAX: usize = 24;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Code128Error {
    #[error("a Code 128 on a screen holds 1 to {CHARS_MAX} characters")]
    Length,
    #[error("a Code 128 holds printable ASCII only")]
    Letter,
}

/// The modules of the symbol without the quiet zone, true where dark.
pub fn modules(text: &str) -> Result<Vec<bool>, Code128Error> {
    if text.is_empty() || text.len() > CHARS_MAX {
        return Err(Code128Error::Length);
    }
    if !text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Err(Code128Error::Letter);
    }
    let code = Code128::new(sets(text)).map_err(|_| Code128Error::Letter)?;
    Ok(code.encode().into_iter().map(|bar| bar == 1).collect())
}

/// The text in the encoder's notation: Ɓ and Ć begin the code sets B and C. Digits alone go by twos, an odd one at the
/// end in B; anything else is B all through.
fn sets(text: &str) -> String {
    let pairs = text.len() - text.len() % 2;
    match text.split_at(pairs) {
        (digits, odd) if pairs > 0 && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            let odd = if odd.is_empty() { String::new() } else { format!("Ɓ{odd}") };
            format!("Ć{digits}{odd}")
        }
        _ => format!("Ɓ{text}"),
    }
}

/// An `<svg>` element to put into a page, with the quiet zone and a label for those who do not see it. It is two
/// pixels a module wide, so that bars are sharp; CSS may give it less.
pub fn svg(text: &str, label: &str) -> Result<String, Code128Error> {
    let modules = modules(text)?;
    let wide = modules.len() + 2 * QUIET;
    let mut path = String::new();
    let mut at = 0;
    for bar in modules.chunk_by(|a, b| a == b) {
        if bar.first() == Some(&true) {
            // Writing into a string does not fail.
            let _ = write!(path, "M{} 0h{}v{HIGH}h-{}z", QUIET + at, bar.len(), bar.len());
        }
        at += bar.len();
    }
    let label = label.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    Ok(format!(
        "<svg class=\"bars\" role=\"img\" aria-label=\"{label}\" xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" \
         height=\"{HIGH}\" viewBox=\"0 0 {wide} {HIGH}\" preserveAspectRatio=\"none\" shape-rendering=\"crispEdges\">\
         <path fill=\"#ffffff\" d=\"M0 0h{wide}v{HIGH}H0z\"/><path fill=\"#000000\" d=\"{path}\"/></svg>",
        2 * wide
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_go_by_twos() {
        for (text, wanted) in [
            ("2990000010421", "Ć299000001042Ɓ1"),
            ("299000001042", "Ć299000001042"),
            ("7", "Ɓ7"),
            ("A12345", "ƁA12345"),
        ] {
            assert_eq!(sets(text), wanted);
        }
    }

    #[test]
    fn only_what_fits_a_phone_is_drawn() {
        for (text, wanted) in [
            ("", Err(Code128Error::Length)),
            ("ñ", Err(Code128Error::Letter)),
            ("a\n", Err(Code128Error::Letter)),
            // Start, six pairs, the change of set, one digit, check, and the stop of 13 modules.
            ("2990000010421", Ok(10 * 11 + 13)),
        ] {
            assert_eq!(modules(text).map(|modules| modules.len()), wanted, "{text:?}");
        }
        assert_eq!(modules(&"1".repeat(CHARS_MAX + 1)), Err(Code128Error::Length));
    }

    #[test]
    fn a_symbol_is_drawn_dark_on_white_with_its_quiet_zone() {
        let image = svg("2990000010421", "Card \"1\" <x>").unwrap();
        assert!(
            image.starts_with("<svg class=\"bars\" role=\"img\" aria-label=\"Card &quot;1&quot; &lt;x>\"")
        );
        assert!(image.contains("viewBox=\"0 0 143 40\"") && image.contains("width=\"286\""), "{image}");
        // The start character C: two modules of black behind the white.
        assert!(image.contains("d=\"M10 0h2v40h-2z") && image.contains("fill=\"#ffffff\""), "{image}");
        assert!(!image.contains("style=") && image.len() < 1_500, "{}", image.len());
    }
}
