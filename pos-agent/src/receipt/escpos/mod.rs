//! The part of ESC/POS that a receipt needs. Pure: commands in, bytes out; `printer/` sends them.
//!
//! Commands are named and numbered as in Epson's ESC/POS command reference, which other makers follow.

pub mod page;
pub mod status;

use serde::{Deserialize, Serialize};

pub use page::Encoding;

const ESC: u8 = 0x1B;
const GS: u8 = 0x1D;
const LF: u8 = 0x0A;

/// A printer's number for a code page: `ESC t n`. Makers number them differently, so it is profile data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodePage {
    pub encoding: Encoding,
    pub number: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    Left,
    Centre,
    Right,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cut {
    /// A printer without a knife: the paper is torn off.
    None,
    Full,
    /// Leaves a bridge, so that the receipt does not fall.
    Partial,
}

/// The contact of the drawer's plug that opens it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum DrawerPin {
    Two,
    Five,
}

impl TryFrom<u8> for DrawerPin {
    type Error = &'static str;

    fn try_from(pin: u8) -> Result<Self, Self::Error> {
        match pin {
            2 => Ok(Self::Two),
            5 => Ok(Self::Five),
            _ => Err("a drawer opens by pin 2 or pin 5"),
        }
    }
}

impl From<DrawerPin> for u8 {
    fn from(pin: DrawerPin) -> Self {
        match pin {
            DrawerPin::Two => 2,
            DrawerPin::Five => 5,
        }
    }
}

/// How much of a QR code may be lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EcLevel {
    L,
    M,
    Q,
    H,
}

/// How often a character is as wide and as high as the plain one, each 1 to 8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    pub width: u8,
    pub height: u8,
}

impl Size {
    pub const NORMAL: Self = Self { width: 1, height: 1 };
    pub const TALL: Self = Self { width: 1, height: 2 };
    pub const DOUBLE: Self = Self { width: 2, height: 2 };
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    #[error("a bar code of this kind cannot hold this text")]
    Text,
    #[error("the text is too long for this code")]
    TooLong,
}

/// Most bytes of a QR code of version 40 and level L.
const QR_BYTES_MAX: usize = 2_953;

/// Collects commands.
#[derive(Debug, Clone)]
pub struct Encoder {
    encoding: Encoding,
    bytes: Vec<u8>,
}

impl Encoder {
    /// Writes for a page without saying so to the printer: see [`Encoder::start`].
    pub fn new(encoding: Encoding) -> Self {
        Self { encoding, bytes: vec![] }
    }

    /// Begins a job: everything that an earlier one left behind is undone, and the page is chosen.
    pub fn start(page: CodePage) -> Self {
        let mut encoder = Self::new(page.encoding);
        encoder.init().page(page);
        encoder
    }

    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }

    fn put(&mut self, bytes: &[u8]) -> &mut Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    pub fn init(&mut self) -> &mut Self {
        self.put(&[ESC, b'@'])
    }

    pub fn page(&mut self, page: CodePage) -> &mut Self {
        self.encoding = page.encoding;
        self.put(&[ESC, b't', page.number])
    }

    /// Characters of one line. What the page lacks is spelt; control characters are dropped.
    pub fn text(&mut self, text: &str) -> &mut Self {
        let encoding = self.encoding;
        let written = encoding.writable(text);
        self.bytes.extend(written.chars().filter_map(|c| encoding.byte(c)));
        self
    }

    /// A line of text and its end.
    pub fn line(&mut self, text: &str) -> &mut Self {
        self.text(text).put(&[LF])
    }

    pub fn bold(&mut self, on: bool) -> &mut Self {
        self.put(&[ESC, b'E', u8::from(on)])
    }

    pub fn size(&mut self, size: Size) -> &mut Self {
        let nibble = |times: u8| times.clamp(1, 8) - 1;
        self.put(&[GS, b'!', nibble(size.width) << 4 | nibble(size.height)])
    }

    pub fn align(&mut self, align: Align) -> &mut Self {
        self.put(&[ESC, b'a', align as u8])
    }

    /// Feeds so many lines.
    pub fn feed(&mut self, lines: u8) -> &mut Self {
        self.put(&[ESC, b'd', lines])
    }

    pub fn cut(&mut self, cut: Cut) -> &mut Self {
        match cut {
            Cut::None => self,
            Cut::Full => self.put(&[GS, b'V', 0]),
            Cut::Partial => self.put(&[GS, b'V', 1]),
        }
    }

    /// Asks how the printer is; see [`status`].
    pub fn ask(&mut self, query: status::Query) -> &mut Self {
        self.put(&query.bytes())
    }

    /// Opens the drawer: 100 ms on, 100 ms off, in units of 2 ms. All five bytes are sent: a printer that
    /// misses the times takes the next two bytes for them.
    pub fn drawer(&mut self, pin: DrawerPin) -> &mut Self {
        let contact = match pin {
            DrawerPin::Two => 0,
            DrawerPin::Five => 1,
        };
        self.put(&[ESC, b'p', contact, 50, 50])
    }

    /// A QR code of model 2, drawn by the printer; `module` dots a side, 1 to 16.
    pub fn qr(&mut self, text: &str, module: u8, level: EcLevel) -> Result<&mut Self, CodeError> {
        if text.is_empty() {
            return Err(CodeError::Text);
        }
        if text.len() > QR_BYTES_MAX {
            return Err(CodeError::TooLong);
        }
        let level = match level {
            EcLevel::L => b'0',
            EcLevel::M => b'1',
            EcLevel::Q => b'2',
            EcLevel::H => b'3',
        };
        self.qr_function(b'A', &[b'2', 0]);
        self.qr_function(b'C', &[module.clamp(1, 16)]);
        self.qr_function(b'E', &[level]);
        self.qr_function(b'P', &[b"0", text.as_bytes()].concat());
        Ok(self.qr_function(b'Q', b"0"))
    }

    /// `GS ( k pL pH 1 fn …`: the length counts from the `1` on.
    fn qr_function(&mut self, function: u8, rest: &[u8]) -> &mut Self {
        // The caller keeps the text below a code's limit, far below 64 KiB.
        let [low, high] = u16::try_from(rest.len() + 2).unwrap_or(u16::MAX).to_le_bytes();
        self.put(&[GS, b'(', b'k', low, high, b'1', function]).put(rest)
    }

    /// The bar code of a GTIN-13 with its digits below it.
    pub fn ean13(&mut self, digits: &str, height: u8, module: u8) -> Result<&mut Self, CodeError> {
        if digits.len() != 13 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(CodeError::Text);
        }
        Ok(self.bar_code(67, digits.as_bytes(), height, module))
    }

    /// Code 128 in its set B: printable ASCII.
    pub fn code128(&mut self, text: &str, height: u8, module: u8) -> Result<&mut Self, CodeError> {
        if text.is_empty() || !text.bytes().all(|b| matches!(b, b' '..=b'~')) {
            return Err(CodeError::Text);
        }
        // A brace begins a command inside the code; two of them print one.
        let payload = format!("{{B{}", text.replace('{', "{{"));
        if payload.len() > 255 {
            return Err(CodeError::TooLong);
        }
        Ok(self.bar_code(73, payload.as_bytes(), height, module))
    }

    fn bar_code(&mut self, kind: u8, payload: &[u8], height: u8, module: u8) -> &mut Self {
        // Both callers keep the payload within one byte of length.
        let length = u8::try_from(payload.len()).unwrap_or(u8::MAX);
        self.put(&[GS, b'h', height.max(1)])
            .put(&[GS, b'w', module.clamp(2, 6)])
            .put(&[GS, b'f', 0])
            .put(&[GS, b'H', 2])
            .put(&[GS, b'k', kind, length])
            .put(payload)
    }
}

#[cfg(test)]
mod tests;
