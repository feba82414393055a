//! A small SVG writer. Colours and strokes come from CSS classes, so that a drawing follows the theme and
//! the content security policy needs no exception for inline style.

use std::fmt::Write as _;

/// Where a text stands against its x.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

impl Anchor {
    fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// A drawing in pixels of its own view box; the page scales it.
#[derive(Debug)]
pub struct Svg {
    body: String,
    width: i64,
    height: i64,
}

/// `value` of `max` on a stretch of `length` pixels; nothing where there is no scale.
pub fn scale(value: i64, max: i64, length: i64) -> i64 {
    if max <= 0 {
        0
    } else {
        i64::try_from(i128::from(value) * i128::from(length) / i128::from(max)).unwrap_or(0)
    }
}

/// Text for an attribute or element.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

impl Svg {
    pub fn new(width: i64, height: i64) -> Self {
        Self { body: String::new(), width, height }
    }

    fn push(&mut self, element: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.body.write_fmt(element);
    }

    pub fn rect(&mut self, (x, y): (i64, i64), (width, height): (i64, i64), class: &str) {
        self.push(format_args!(
            r#"<rect x="{x}" y="{y}" width="{}" height="{}" class="{class}"/>"#,
            width.max(0),
            height.max(0)
        ));
    }

    /// A rectangle that tells its value when the pointer rests on it.
    pub fn rect_told(&mut self, at: (i64, i64), size: (i64, i64), class: &str, told: &str) {
        self.push(format_args!("<g><title>{}</title>", escape(told)));
        self.rect(at, size, class);
        self.push(format_args!("</g>"));
    }

    pub fn line(&mut self, (x1, y1): (i64, i64), (x2, y2): (i64, i64), class: &str) {
        self.push(format_args!(r#"<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" class="{class}"/>"#));
    }

    pub fn circle(&mut self, (x, y): (i64, i64), radius: i64, class: &str) {
        self.push(format_args!(r#"<circle cx="{x}" cy="{y}" r="{radius}" class="{class}"/>"#));
    }

    pub fn polyline(&mut self, points: &[(i64, i64)], class: &str) {
        let path: Vec<String> = points.iter().map(|(x, y)| format!("{x},{y}")).collect();
        self.push(format_args!(r#"<polyline points="{}" class="{class}"/>"#, path.join(" ")));
    }

    pub fn text(&mut self, (x, y): (i64, i64), anchor: Anchor, class: &str, text: &str) {
        self.push(format_args!(
            r#"<text x="{x}" y="{y}" text-anchor="{}" class="{class}">{}</text>"#,
            anchor.name(),
            escape(text)
        ));
    }

    /// A text that runs upwards to the right, for column heads.
    pub fn text_slanted(&mut self, (x, y): (i64, i64), class: &str, text: &str) {
        self.push(format_args!(
            r#"<text transform="translate({x} {y}) rotate(-45)" class="{class}">{}</text>"#,
            escape(text)
        ));
    }

    /// A diagonal hatch, for what is not finished yet.
    pub fn hatch(&mut self, id: &str) {
        self.push(format_args!(
            r#"<defs><pattern id="{id}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" class="hatch-ground"/><line x1="0" y1="0" x2="0" y2="6" class="hatch-line"/></pattern></defs>"#
        ));
    }

    /// A rectangle filled with a hatch made before.
    pub fn rect_hatched(&mut self, (x, y): (i64, i64), (width, height): (i64, i64), id: &str) {
        self.push(format_args!(
            r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="url(#{id})" class="hatched"/>"#
        ));
    }

    /// The drawing as one image that says `label` to a screen reader.
    pub fn image(self, label: &str) -> String {
        format!(
            r#"<svg viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{}">{}</svg>"#,
            escape(label),
            self.body,
            w = self.width,
            h = self.height,
        )
    }

    /// The drawing as an ornament beside a text that says the same.
    pub fn ornament(self, title: &str) -> String {
        format!(
            r#"<svg viewBox="0 0 {w} {h}" width="{w}" height="{h}" aria-hidden="true"><title>{}</title>{}</svg>"#,
            escape(title),
            self.body,
            w = self.width,
            h = self.height,
        )
    }
}

/// At most `chars` characters, with an ellipsis where something is missing.
pub fn shorten(text: &str, chars: usize) -> String {
    if text.chars().count() <= chars {
        return text.to_owned();
    }
    let kept: String = text.chars().take(chars.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_out_of_the_drawing() {
        let mut svg = Svg::new(10, 10);
        svg.text((0, 0), Anchor::Start, "c", "<b>\"&'");
        let image = svg.image("a \"b\"");
        assert!(image.contains("&lt;b&gt;&quot;&amp;&#39;"), "{image}");
        assert!(image.contains("aria-label=\"a &quot;b&quot;\""), "{image}");
    }

    #[test]
    fn scaling_has_no_holes() {
        for (value, max, length, wanted) in
            [(5, 10, 100, 50), (0, 0, 100, 0), (10, 10, 100, 100), (i64::MAX, i64::MAX, 100, 100)]
        {
            assert_eq!(scale(value, max, length), wanted, "{value}/{max}");
        }
    }

    #[test]
    fn long_names_are_shortened_by_character() {
        assert_eq!(shorten("Café molido", 20), "Café molido");
        assert_eq!(shorten("Ñandú ñandú", 7), "Ñandú…");
    }
}
