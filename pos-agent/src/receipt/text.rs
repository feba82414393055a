//! A receipt as lines of text, one character a column.

use super::slip::{Part, Slip};

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
            Part::Stamp(text) => lines.extend(centred(&format!("*** {text} ***"), columns)),
            Part::Rule => lines.push("-".repeat(columns)),
            Part::Line { name, detail, amount } if detail.is_empty() => {
                lines.extend(apart(name, amount, columns));
            }
            Part::Line { name, detail, amount } => {
                lines.extend(wrapped(name, columns));
                lines.extend(apart(&format!("  {detail}"), amount, columns));
            }
            Part::Pair { label, value } | Part::Total { label, value } => {
                lines.extend(apart(label, value, columns));
            }
        }
    }
    // Printers have no no-break space.
    lines.join("\n").replace('\u{A0}', " ") + "\n"
}

fn width(text: &str) -> usize {
    text.chars().count()
}

/// Breaks between words; inside a word only if it is longer than the line.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_inclusive(' ') {
        let mut rest: Vec<char> = word.chars().collect();
        let room = columns.saturating_sub(lines.last().map_or(0, |line| width(line)));
        if width(word.trim_end()) > room && room < columns {
            lines.push(String::new());
        }
        while !rest.is_empty() {
            let filled = lines.last().map_or(0, |line| width(line));
            let taken = rest.len().min(columns.saturating_sub(filled).max(1));
            if let Some(line) = lines.last_mut() {
                line.extend(rest.drain(..taken));
            }
            if rest.iter().all(|c| *c == ' ') {
                rest.clear();
            } else {
                lines.push(String::new());
            }
        }
    }
    lines.iter().map(|line| line.trim_end().to_owned()).filter(|line| !line.is_empty()).collect()
}

fn centred(text: &str, columns: usize) -> Vec<String> {
    let centre = |line: String| {
        let indent = columns.saturating_sub(width(&line)) / 2;
        format!("{}{line}", " ".repeat(indent))
    };
    wrapped(text, columns).into_iter().map(centre).collect()
}

/// `left` and `right` at the two edges; on lines of their own if they do not fit on one.
fn apart(left: &str, right: &str, columns: usize) -> Vec<String> {
    let gap = columns.saturating_sub(width(left) + width(right));
    if gap > 0 {
        return vec![format!("{left}{}{right}", " ".repeat(gap))];
    }
    let indent = columns.saturating_sub(width(right));
    let mut lines = wrapped(left, columns);
    lines.push(format!("{}{right}", " ".repeat(indent)));
    lines
}

#[cfg(test)]
mod tests;
