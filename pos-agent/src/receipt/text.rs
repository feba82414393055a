//! A receipt as lines of text, one character a column.

use super::layout::{apart, in_thirds, line, width, wrapped};
use super::{Part, Slip};

/// The receipt in `columns` columns. Nothing is cut off: what is too long goes on in the next line.
pub fn plain(slip: &Slip, columns: usize) -> String {
    plain_parts(&slip.parts, columns)
}

/// The same of parts that are no receipt: a report.
pub fn plain_parts(parts: &[Part], columns: usize) -> String {
    let mut lines: Vec<String> = vec![];
    for part in parts {
        match part {
            Part::Title(text) => lines.extend(centred(&text.to_uppercase(), columns)),
            Part::Centred(text) => lines.extend(centred(text, columns)),
            // Text has no large letters to make a stamp of.
            Part::Stamp(text) => lines.extend(centred(&format!("*** {text} ***"), columns)),
            Part::Rule => lines.push("-".repeat(columns)),
            Part::Line { name, detail, amount } => lines.extend(line(name, detail, amount, columns)),
            Part::Pair { label, value } | Part::Total { label, value } => {
                lines.extend(apart(label, value, columns));
            }
            Part::Tax { rate, base, tax } => lines.extend(in_thirds(rate, base, tax, columns)),
        }
    }
    lines.join("\n").replace('\u{A0}', " ") + "\n"
}

fn centred(text: &str, columns: usize) -> Vec<String> {
    let centre = |line: String| {
        let indent = columns.saturating_sub(width(&line)) / 2;
        format!("{}{line}", " ".repeat(indent))
    };
    wrapped(text, columns).into_iter().map(centre).collect()
}

#[cfg(test)]
mod tests;
