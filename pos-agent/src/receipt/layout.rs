//! A slip broken into lines that fit the paper, before anybody says how a line is drawn.

use super::Part;

/// How a line stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    Plain,
    Bold,
    /// Bold, twice as high.
    Tall,
    /// Bold, twice as wide and high: half the columns.
    Big,
}

impl Look {
    /// Columns that a character takes.
    pub fn width(self) -> usize {
        if self == Self::Big { 2 } else { 1 }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub text: String,
    pub look: Look,
    /// Otherwise it begins at the left edge; amounts are already moved to the right one.
    pub centred: bool,
}

/// The parts on paper of so many plain columns. Nothing is cut off: what is too long goes on in the next
/// line. `spelt` writes a text in the characters there are, before it is measured.
pub fn rows(parts: &[Part], columns: usize, spelt: impl Fn(&str) -> String) -> Vec<Row> {
    parts.iter().flat_map(|part| part_rows(&part.mapped(&spelt), columns)).collect()
}

fn part_rows(part: &Part, columns: usize) -> Vec<Row> {
    match part {
        Part::Title(text) => centred(text, Look::Big, columns),
        Part::Centred(text) => centred(text, Look::Plain, columns),
        Part::Stamp(text) => centred(text, Look::Big, columns),
        Part::Rule => left(vec!["-".repeat(columns)], Look::Plain),
        Part::Line { name, detail, amount } => left(line(name, detail, amount, columns), Look::Plain),
        Part::Pair { label, value } => left(apart(label, value, columns), Look::Plain),
        Part::Total { label, value } => left(apart(label, value, columns), Look::Tall),
        Part::Tax { rate, base, tax } => left(in_thirds(rate, base, tax, columns), Look::Plain),
    }
}

fn centred(text: &str, look: Look, columns: usize) -> Vec<Row> {
    let lines = wrapped(text, columns / look.width()).into_iter();
    lines.map(|text| Row { text, look, centred: true }).collect()
}

fn left(lines: Vec<String>, look: Look) -> Vec<Row> {
    lines.into_iter().map(|text| Row { text, look, centred: false }).collect()
}

pub(super) fn width(text: &str) -> usize {
    text.chars().count()
}

/// A sold line: on one line, or its detail and amount below its name.
pub(super) fn line(name: &str, detail: &str, amount: &str, columns: usize) -> Vec<String> {
    if detail.is_empty() {
        return apart(name, amount, columns);
    }
    let mut lines = wrapped(name, columns);
    lines.extend(apart(&format!("  {detail}"), amount, columns));
    lines
}

/// Breaks between words; inside a word only if it is longer than the line.
pub(super) fn wrapped(text: &str, columns: usize) -> Vec<String> {
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

/// `left` and `right` at the two edges; where they do not fit on one line, `left` goes on below and `right`
/// stands at the end of the last line that has room for it.
pub(super) fn apart(left: &str, right: &str, columns: usize) -> Vec<String> {
    let joined = |left: &str| {
        let gap = columns.saturating_sub(width(left) + width(right));
        (gap > 0).then(|| format!("{left}{}{right}", " ".repeat(gap)))
    };
    if let Some(line) = joined(left) {
        return vec![line];
    }
    let mut lines = wrapped(left, columns);
    match lines.last().and_then(|last| joined(last)) {
        Some(line) => {
            lines.pop();
            lines.push(line);
        }
        None => lines.extend(wrapped(right, columns).into_iter().map(|right| format!("{right:>columns$}"))),
    }
    lines
}

/// Three columns, the two figures to the right; on two lines where one is too long for its column.
pub(super) fn in_thirds(first: &str, second: &str, third: &str, columns: usize) -> Vec<String> {
    let each = columns / 3;
    if width(second) >= each || width(third) >= each || width(first) > columns - 2 * each {
        let mut lines = apart(first, second, columns);
        lines.push(format!("{third:>columns$}"));
        return lines;
    }
    vec![format!("{first:<rest$}{second:>each$}{third:>each$}", rest = columns - 2 * each)]
}
