//! Bar codes and QR codes on a label: which one says a number, and how large it may be.
//!
//! Measures are in modules, the width of the thinnest bar, until a label gives them dots.

use super::field;

/// Dots of a module that readers and a thermal print head still agree on: 0.25 mm. Below it GS1 allows no
/// symbol of an article either.
fn module_min(dots_per_mm: u32) -> u32 {
    dots_per_mm.div_ceil(4)
}

/// 0.4 mm: a wider one reads no better.
fn module_max(dots_per_mm: u32) -> u32 {
    dots_per_mm * 2 / 5
}

/// A bar code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bars {
    command: &'static str,
    data: String,
    modules: u32,
    /// White that must stay on its left and on its right.
    quiet: (u32, u32),
}

impl Bars {
    /// A product's number: as EAN where it is one, so that any till reads it, else as Code 128.
    pub fn of_product(code: &str) -> Option<Self> {
        let is_ean = code.bytes().all(|b| b.is_ascii_digit()) && has_check_digit(code);
        // The printer adds the check digit by itself.
        let ean = |command, modules, quiet| {
            Some(Self { command, data: code[..code.len() - 1].to_owned(), modules, quiet })
        };
        match code.len() {
            13 if is_ean => ean("^BE", 95, (11, 7)),
            8 if is_ean => ean("^B8", 67, (7, 7)),
            _ => Self::code128(code),
        }
    }

    /// None for a text that Code 128 cannot say: a symbol must not read as something else.
    pub fn code128(text: &str) -> Option<Self> {
        let sayable = !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
        let (data, characters) = sayable.then(|| subsets(text))?;
        // Eleven modules a character; the check character makes one more, and the last one has thirteen.
        Some(Self { command: "^BC", data, modules: 11 * (characters + 1) + 13, quiet: (10, 10) })
    }

    /// The symbol in the middle of a label `width` dots wide, as large as it can be; None where it does not fit.
    pub fn drawn(&self, width: u32, dots_per_mm: u32, (y, height): (u32, u32)) -> Option<String> {
        let (left, right) = self.quiet;
        let whole = left + self.modules + right;
        let module = (width / whole).min(module_max(dots_per_mm));
        if module < module_min(dots_per_mm) {
            return None;
        }
        let x = (width - whole * module) / 2 + left * module;
        let (command, data) = (self.command, &self.data);
        // No line of text from the printer: it would choose its place and size.
        let asked = match command {
            "^BC" => format!("{command}N,{height},N,N,N^FH"),
            _ => format!("{command}N,{height},N,N"),
        };
        Some(format!("^FO{x},{y}^BY{module}{asked}^FD{data}^FS"))
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

/// Field data of a Code 128 with the subset C, two digits a character, wherever it makes the symbol shorter; and
/// its characters from the start character on. `>` begins a command there, `>0` says one.
fn subsets(text: &str) -> (String, u32) {
    let (mut data, mut characters, mut rest, mut in_c) = (String::new(), 0, text, None);
    while let Some(first) = rest.chars().next() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let at_an_end = in_c.is_none() || digits == rest.len();
        // There and back costs two characters, at an end one; the two digits of a whole text cost nothing.
        let pays = digits >= if at_an_end { 4 } else { 6 } || (digits == 2 && text.len() == 2);
        let wants_c =
            if in_c == Some(true) { digits >= 2 } else { pays && (digits % 2 == 0 || in_c.is_none()) };
        if in_c != Some(wants_c) {
            data.push_str(match (in_c, wants_c) {
                (None, true) => ">;",
                (None, false) => ">:",
                (Some(_), true) => ">5",
                (Some(_), false) => ">6",
            });
            characters += 1;
            in_c = Some(wants_c);
        }
        let taken = if wants_c { 2 } else { first.len_utf8() };
        data.push_str(&field(&rest[..taken]).replace('>', ">0"));
        characters += 1;
        rest = &rest[taken..];
    }
    (data, characters)
}

/// Bytes that a QR code of version 1, 2, … holds at level M (ISO/IEC 18004, byte mode).
const QR_BYTES: [usize; 11] = [14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251];
const QR_QUIET: u32 = 4;
/// Older printers draw no larger module.
const QR_MODULE_MAX: u32 = 10;

/// A QR code of a square.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qr {
    pub commands: String,
    /// Dots with the quiet zone.
    pub side: u32,
}

impl Qr {
    /// In the square `side` dots wide whose upper left corner is given, as large as it can be; None where it does
    /// not fit.
    pub fn drawn(text: &str, (x, y): (u32, u32), side: u32, dots_per_mm: u32) -> Option<Self> {
        if text.is_empty() {
            return None;
        }
        let version = (1..).zip(QR_BYTES).find(|(_, holds)| text.len() <= *holds)?.0;
        // An encoder that changes its mode within the text may need the next version, and which one a printer
        // has nobody knows.
        let changing = u32::try_from(kit::qr::modules(text).ok()?.len()).ok()?;
        let whole = changing.max(17 + 4 * version) + 2 * QR_QUIET;
        let module = (side / whole).min(QR_MODULE_MAX);
        if module < module_min(dots_per_mm) {
            return None;
        }
        let (x, y) = (x + QR_QUIET * module, y + QR_QUIET * module);
        // A QR code sinks by the height of bar codes that the printer has in mind, so it is told one of 1.
        let commands = format!("^FO{x},{y}^BY{module},2,1^BQN,2,{module}^FH^FDMA,{}^FS", field(text));
        Some(Self { commands, side: whole * module })
    }
}
