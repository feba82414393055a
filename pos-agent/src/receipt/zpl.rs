//! Labels in ZPL: for a shelf (name, price, bar code) and for a card (QR code and bar code).
//!
//! Commands from Zebra's ZPL II programming guide: `^FH` lets a field name bytes as `_xx`, `^CI28` makes its
//! text UTF-8. Pure; `cli/label.rs` sends them.

use serde::{Deserialize, Serialize};

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

pub fn shelf(label: &ShelfLabel, size: LabelSize) -> String {
    let Frame { width, height, unit } = Frame::of(size);
    let inner = width - 4 * unit;
    let bar = height / 4;
    [
        begin(size),
        // Two lines at most: the printer writes a third one over the second.
        format!(
            "^FO{x},{y}^A0N,{h},{h}^FB{inner},2,0,L^FH^FD{name}^FS",
            x = 2 * unit,
            y = unit,
            h = height / 8,
            name = block(&shortened(&label.name, inner, height / 8))
        ),
        format!(
            "^FO{x},{y}^A0N,{h},{h}^FB{inner},1,0,R^FH^FD{price}^FS",
            x = 2 * unit,
            y = height * 5 / 16,
            h = height / 4,
            price = block(&label.price)
        ),
        format!("^FO{x},{y}{code}", x = 2 * unit, y = height * 10 / 16, code = bar_code(&label.code, bar)),
        "^XZ\n".to_owned(),
    ]
    .concat()
}

pub fn card(label: &CardLabel, size: LabelSize) -> String {
    let Frame { width, height, unit } = Frame::of(size);
    // A module of the QR code: 25 modules of version 2 in half of the height.
    let module = (height / 2 / 25).clamp(2, 10);
    let inner = width - 4 * unit - 29 * module;
    [
        begin(size),
        format!("^FO{x},{y}^BQN,2,{module}^FH^FDMA,{n}^FS", x = 2 * unit, y = unit, n = field(&label.number)),
        format!(
            "^FO{x},{y}^A0N,{h},{h}^FB{inner},3,0,L^FH^FD{chain}^FS",
            x = 2 * unit + 29 * module,
            y = 2 * unit,
            h = height / 8,
            chain = block(&label.chain)
        ),
        format!(
            "^FO{x},{y}{code}",
            x = 2 * unit,
            y = height * 11 / 16,
            code = code128(&label.number, height / 6)
        ),
        "^XZ\n".to_owned(),
    ]
    .concat()
}

/// A label's measures in dots.
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
}

fn begin(size: LabelSize) -> String {
    let Frame { width, height, .. } = Frame::of(size);
    format!("^XA^CI28^PW{width}^LL{height}^LH0,0")
}

/// A product's number: as EAN where it is one, so that any till reads it, else as Code 128.
fn bar_code(code: &str, height: u32) -> String {
    let digits = code.bytes().all(|b| b.is_ascii_digit()) && has_check_digit(code);
    match code.len() {
        // The printer adds the check digit by itself.
        13 if digits => format!("^BY2^BEN,{height},Y,N^FD{}^FS", &code[..12]),
        8 if digits => format!("^BY2^B8N,{height},Y,N^FD{}^FS", &code[..7]),
        _ => code128(code, height),
    }
}

/// Modulo 10 with the weights 3 and 1 from the right (GS1 General Specifications, check digit).
fn has_check_digit(digits: &str) -> bool {
    let weighted = digits.bytes().rev().enumerate().map(|(at, b)| {
        let digit = u32::from(b.wrapping_sub(b'0'));
        if at % 2 == 0 { digit } else { 3 * digit }
    });
    weighted.sum::<u32>() % 10 == 0
}

fn code128(text: &str, height: u32) -> String {
    // `>` begins a command inside a Code 128; `>0` prints one.
    let text: String = text.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').collect();
    format!("^BY2^BCN,{height},Y,N,N^FH^FD{}^FS", field(&text).replace('>', ">0"))
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

/// As much of a name as fits into two lines, where its letters are reckoned at six tenths of their height.
fn shortened(name: &str, inner: u32, height: u32) -> String {
    let columns = usize::try_from(inner * 10 / (height * 6).max(1)).unwrap_or(usize::MAX).max(8);
    let mut lines = super::layout::wrapped(name, columns);
    if lines.len() <= 2 {
        return name.to_owned();
    }
    lines.truncate(2);
    let mut short = lines.join(" ");
    let most = lines[0].chars().count() + columns;
    while short.chars().count() + 1 > most {
        short.pop();
    }
    format!("{}…", short.trim_end())
}

/// The same inside a text block, where a backslash breaks lines.
fn block(text: &str) -> String {
    field(text).replace('\\', "/").replace('\u{A0}', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shelf_label() {
        let label = ShelfLabel {
            name: "Café 500 g".to_owned(),
            price: "$\u{A0}18.900".to_owned(),
            sku: "1003".to_owned(),
            code: "2000000000312".to_owned(),
        };
        assert_eq!(
            shelf(&label, LabelSize::default()),
            "^XA^CI28^PW400^LL240^LH0,0\
             ^FO16,8^A0N,30,30^FB368,2,0,L^FH^FDCafé 500 g^FS\
             ^FO16,75^A0N,60,60^FB368,1,0,R^FH^FD$ 18.900^FS\
             ^FO16,150^BY2^BEN,60,Y,N^FD200000000031^FS^XZ\n"
        );
    }

    #[test]
    fn a_card_label() {
        let label = CardLabel { chain: "Almacenes La Ceiba".to_owned(), number: "2990000010421".to_owned() };
        assert_eq!(
            card(&label, LabelSize::default()),
            "^XA^CI28^PW400^LL240^LH0,0\
             ^FO16,8^BQN,2,4^FH^FDMA,2990000010421^FS\
             ^FO132,16^A0N,30,30^FB252,3,0,L^FH^FDAlmacenes La Ceiba^FS\
             ^FO16,165^BY2^BCN,40,Y,N,N^FH^FD2990000010421^FS^XZ\n"
        );
    }

    #[test]
    fn a_long_name_keeps_to_its_two_lines() {
        // 368 dots, letters of 30: 20 columns.
        assert_eq!(shortened("Café 500 g", 368, 30), "Café 500 g");
        let long = "Detergente líquido concentrado para ropa de color, aroma a lavanda, 3 litros";
        let short = shortened(long, 368, 30);
        assert_eq!(short, "Detergente líquido concentrado para…");
        assert_eq!(super::super::layout::wrapped(&short, 20).len(), 2);
        let word = "A".repeat(70);
        assert_eq!(super::super::layout::wrapped(&shortened(&word, 368, 30).replace(' ', ""), 20).len(), 2);
    }

    #[test]
    fn names_cannot_command_the_printer() {
        for (text, wanted) in [
            ("^XZ^XA", "_5EXZ_5EXA"),
            ("~JR", "_7EJR"),
            ("a_41", "a_5F41"),
            ("a\nb\u{1B}c", "a b c"),
            ("ñ € 50%", "ñ € 50%"),
        ] {
            assert_eq!(field(text), wanted);
        }
        assert_eq!(block("a\\&b"), "a/&b");
        let hostile = ShelfLabel {
            name: "^XZ~JR".to_owned(),
            price: "^FS".to_owned(),
            sku: String::new(),
            code: ">;^XZñ".to_owned(),
        };
        let text = shelf(&hostile, LabelSize::default());
        assert_eq!(text.matches("^XZ").count(), 1);
        assert!(!text.contains('~') && text.contains("^FD>0;_5EXZ^FS"), "{text}");
    }

    #[test]
    fn the_symbol_follows_the_number() {
        for (code, wanted) in [
            ("2000000000312", "^BEN,60,Y,N^FD200000000031^FS"),
            ("96385074", "^B8N,60,Y,N^FD9638507^FS"),
            ("96385075", "^BCN,60,Y,N,N^FH^FD96385075^FS"),
            ("2000000000313", "^BCN,60,Y,N,N^FH^FD2000000000313^FS"),
            ("A-17", "^BCN,60,Y,N,N^FH^FDA-17^FS"),
        ] {
            assert_eq!(bar_code(code, 60), format!("^BY2{wanted}"));
        }
    }
}
