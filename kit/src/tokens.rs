//! Colours, type, spaces and base elements: one style sheet under every page of till and hub.
//!
//! Every text colour stands at 4.5:1 or better on the surfaces it is meant for, every border of a
//! control and focus ring at 3:1. A test computes the ratios from the file itself.

/// The tokens as CSS custom properties, both themes, and the base elements that use them. A page follows
/// the reader's system unless the root element says `data-theme="light"` or `"dark"`. No transitions: a
/// slow tablet drops key presses during one.
pub const TOKENS_CSS: &str = include_str!("../assets/tokens.css");

#[cfg(test)]
mod tests {
    use super::*;

    /// The tokens of one theme: `light` stands first in the file, `dark` in the block that repeats them.
    fn colour(theme: &str, token: &str) -> [f64; 3] {
        let start = TOKENS_CSS.find(&format!("/* {theme} */")).unwrap();
        let block = &TOKENS_CSS[start..];
        let value = &block[block.find(&format!("--{token}: #")).unwrap()..];
        let hex = &value[value.find('#').unwrap() + 1..][..6];
        [0, 2, 4].map(|at| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0)
    }

    fn luminance(rgb: [f64; 3]) -> f64 {
        let [r, g, b] = rgb.map(|c| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    fn contrast(theme: &str, a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(colour(theme, a)), luminance(colour(theme, b)));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_and_borders_stand_out_in_both_themes() {
        let mut pairs = vec![("accent-text", "accent", 4.5)];
        for surface in ["bg", "surface", "surface2"] {
            for text in ["text", "text2", "text3", "accent"] {
                pairs.push((text, surface, 4.5));
            }
            pairs.push(("border-strong", surface, 3.0));
        }
        for state in ["ok", "warn", "error", "offline"] {
            let tint: &'static str = ["ok-bg", "warn-bg", "error-bg", "offline-bg"]
                .into_iter()
                .find(|tint| tint.starts_with(state))
                .unwrap();
            pairs.push((state, tint, 4.5));
            pairs.push((state, "surface", 4.5));
            pairs.push(("text", tint, 4.5));
        }
        for chart in ["chart-1", "chart-2", "chart-3", "chart-4", "chart-5"] {
            pairs.push((chart, "surface", 3.0));
        }
        for step in ["1", "2", "3", "4", "5"] {
            let (heat, text) = (format!("heat-{step}").leak(), format!("heat-{step}-text").leak());
            pairs.push((text, heat, 4.5));
        }
        for theme in ["light", "dark"] {
            for (front, back, least) in &pairs {
                let ratio = contrast(theme, front, back);
                assert!(ratio >= *least, "{theme}: {front} on {back} is {ratio:.2}, wanted {least}");
            }
        }
    }

    #[test]
    fn both_ways_into_the_dark_theme_say_the_same() {
        let block = |start: &str| {
            let from = &TOKENS_CSS[TOKENS_CSS.find(start).unwrap()..];
            let body = &from[from.find('{').unwrap()..from.find('}').unwrap()];
            let lines = body.lines().map(str::trim).filter(|l| l.starts_with("--"));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        let chosen = block(":root[data-theme=\"dark\"] {");
        assert!(chosen.len() > 30);
        assert_eq!(chosen, block(":root:not([data-theme=\"light\"]) {"));
        assert!(!TOKENS_CSS.contains("transition") && !TOKENS_CSS.contains("url("));
    }
}
