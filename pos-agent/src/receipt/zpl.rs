//! Labels in ZPL: for a shelf (name, price, bar code) and for a card (QR code and bar code).
//!
//! Commands from Zebra's ZPL II programming guide: `^FH` lets a field name bytes as `_xx`, `^CI28` makes its
//! text UTF-8. Pure; `cli/label.rs` sends them.

mod symbol;

use serde::{Deserialize, Serialize};

use symbol::{Bars, Qr};

/// The label in the printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LabelSize {
    pub width_mm: u32,
    pub height_mm: u32,
    /// 8 for 203 dots per inch, 12 for 300.
    pub dots_per_mm: u32,
}

impl Default for LabelSize {
    fn default() -> Self {
        Self { width_mm: 50, height_mm: 30, dots_per_mm: 8 }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShelfLabel {
    pub name: String,
    /// As people of the country write it.
    pub price: String,
    pub sku: String,
    /// What a scanner reads; the SKU where the product has none.
    pub code: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardLabel {
    pub chain: String,
    pub number: String,
}

/// A label, and which codes are on it: what does not fit whole is left away, since half a code reads as nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub zpl: String,
    pub bars: bool,
    pub qr: bool,
}

/// A bar code, or a QR code where the bar code is wider than the label.
pub fn shelf(label: &ShelfLabel, size: LabelSize) -> Label {
    let frame = Frame::of(size);
    let Frame { width, height, unit } = frame;
    let inner = width - 4 * unit;
    let (top, bottom) = (height * 10 / 16, height - height / 12 - unit);
    let bars = Bars::of_product(&label.code)
        .and_then(|bars| bars.drawn(width, unit, (top, bottom - top - unit / 2)));
    let qr = match bars {
        Some(_) => None,
        None => Qr::drawn(&label.code, (unit, top), (height - top).min(width / 2), unit),
    };
    let number = match &qr {
        Some(qr) => frame.side_text(unit + qr.side, top + 2 * unit, height / 12, &label.code),
        None => frame.number(bottom, &label.code),
    };
    let parts = [
        begin(frame),
        // Two lines at most: the printer writes a third one over the second.
        format!(
            "^FO{x},{y}^A0N,{h},{h}^FB{inner},2,0,L^FH^FD{name}^FS",
            x = 2 * unit,
            y = unit,
            h = height / 8,
            name = block(&shortened(&label.name, inner, height / 8, 2))
        ),
        format!(
            "^FO{x},{y}^A0N,{h},{h}^FB{inner},1,0,R^FH^FD{price}^FS",
            x = 2 * unit,
            y = height * 5 / 16,
            h = one_line(&label.price, inner, height / 4),
            price = block(&label.price)
        ),
    ];
    finished(parts.concat(), bars, qr, &number)
}

/// A QR code, and the bar code below it where the label is wide enough for it.
pub fn card(label: &CardLabel, size: LabelSize) -> Label {
    let frame = Frame::of(size);
    let Frame { width, height, unit } = frame;
    let bottom = height - height / 12 - unit;
    let tall = height / 6;
    let top = bottom - tall - unit / 2;
    let bars = Bars::code128(&label.number).and_then(|bars| bars.drawn(width, unit, (top, tall)));
    let room = if bars.is_some() { top } else { bottom };
    let qr = Qr::drawn(&label.number, (0, 0), room.min(width / 2), unit);
    let beside = qr.as_ref().map_or(2 * unit, |qr| qr.side);
    let chain = frame.side_text(beside, 2 * unit, height / 8, &label.chain);
    finished(begin(frame) + &chain, bars, qr, &frame.number(bottom, &label.number))
}

fn finished(mut zpl: String, bars: Option<String>, qr: Option<Qr>, number: &str) -> Label {
    let (has_bars, has_qr) = (bars.is_some(), qr.is_some());
    zpl.extend([bars.unwrap_or_default(), qr.map_or_else(String::new, |qr| qr.commands)]);
    zpl.push_str(number);
    zpl.push_str("^XZ\n");
    Label { zpl, bars: has_bars, qr: has_qr }
}

/// A label's measures in dots.
#[derive(Debug, Clone, Copy)]
struct Frame {
    width: u32,
    height: u32,
    /// One millimetre.
    unit: u32,
}

impl Frame {
    fn of(size: LabelSize) -> Self {
        let unit = size.dots_per_mm.clamp(6, 24);
        Self {
            width: size.width_mm.clamp(20, 200) * unit,
            height: size.height_mm.clamp(12, 300) * unit,
            unit,
        }
    }

    /// What a person types where nothing reads the code, on one line at the lower edge.
    fn number(&self, y: u32, text: &str) -> String {
        let inner = self.width - 2 * self.unit;
        let h = one_line(text, inner, self.height / 12);
        format!("^FO{x},{y}^A0N,{h},{h}^FB{inner},1,0,C^FH^FD{text}^FS", x = self.unit, text = block(text))
    }

    /// Three lines at most, from `x` to the right edge, with letters small enough for the longest word.
    fn side_text(&self, x: u32, y: u32, h: u32, text: &str) -> String {
        let inner = self.width.saturating_sub(x + 2 * self.unit).max(h);
        let longest = text.split(' ').max_by_key(|word| word.chars().count()).unwrap_or_default();
        let h = one_line(longest, inner, h);
        let text = block(&shortened(text, inner, h, 3));
        format!("^FO{x},{y}^A0N,{h},{h}^FB{inner},3,0,L^FH^FD{text}^FS")
    }
}

fn begin(Frame { width, height, .. }: Frame) -> String {
    format!("^XA^CI28^PW{width}^LL{height}^LH0,0")
}

/// Field data in which nothing is a command: names come from outside.
fn field(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '^' | '~' | '_' => safe.push_str(&format!("_{:02X}", u32::from(c))),
            _ if c.is_control() => safe.push(' '),
            _ => safe.push(c),
        }
    }
    safe
}

/// The height of letters, at most `height`, with which a text stays on one line.
fn one_line(text: &str, inner: u32, height: u32) -> u32 {
    let letters = u32::try_from(text.chars().count()).unwrap_or(u32::MAX).max(1);
    height.min(inner * 10 / 6 / letters).max(1)
}

/// As much of a text as fits into so many lines, where its letters are reckoned at six tenths of their height.
fn shortened(text: &str, inner: u32, height: u32, most: usize) -> String {
    let columns = usize::try_from(inner * 10 / (height * 6).max(1)).unwrap_or(usize::MAX).max(1);
    let mut lines = super::layout::wrapped(text, columns);
    if lines.len() <= most {
        return text.to_owned();
    }
    lines.truncate(most);
    if let Some(last) = lines.last_mut() {
        while !last.is_empty() && last.chars().count() + 1 > columns {
            last.pop();
        }
        *last = format!("{}…", last.trim_end());
    }
    lines.join(" ")
}

/// The same inside a text block, where a backslash breaks lines.
fn block(text: &str) -> String {
    field(text).replace('\\', "/").replace('\u{A0}', " ")
}

#[cfg(test)]
mod tests;
