//! What a symbol holds, checked, and its modules. Nothing is drawn of a text that does not pass.

use barcoders::sym::code128::Code128;
use barcoders::sym::ean13::EAN13;
use qrcode::{Color, EcLevel, QrCode};

use super::digits::{check_digit, looks_like_payment_card};

mod error;
mod sets;
#[cfg(test)]
mod tests;

pub use error::CodeError;
use sets::code_sets;

/// More letters make a Code 128 that no scanner of a till takes in at once, and that no page holds.
pub const CODE_128_MAX: usize = 40;
/// Holds a web address of any length in use; a larger symbol is hard to read from paper.
pub const QR_MAX: usize = 500;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Symbology {
    Ean13,
    Code128,
    Qr,
    /// A Global Service Relation Number with AI 8018 in GS1-128.
    Gsrn,
}

impl Symbology {
    /// As the field writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ean13 => "EAN-13",
            Self::Code128 => "Code 128",
            Self::Qr => "QR",
            Self::Gsrn => "GS1-128 (GSRN)",
        }
    }

    /// As files are named.
    pub fn id(self) -> &'static str {
        match self {
            Self::Ean13 => "ean13",
            Self::Code128 => "code128",
            Self::Qr => "qr",
            Self::Gsrn => "gsrn",
        }
    }
}

/// True is dark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Modules {
    Bars(Vec<bool>),
    /// Row by row.
    Matrix(Vec<Vec<bool>>),
}

/// A symbol that can be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    symbology: Symbology,
    text: String,
    reader_init: bool,
    modules: Modules,
}

impl Code {
    /// 13 digits with their check digit.
    pub fn ean13(number: &str) -> Result<Self, CodeError> {
        checked_digits("EAN-13", 13, number)?;
        let bars = EAN13::new(number).map_err(encoder)?.encode();
        Ok(Self::bars(Symbology::Ean13, number, false, &bars))
    }

    /// 18 digits with their check digit.
    pub fn gsrn(number: &str) -> Result<Self, CodeError> {
        checked_digits("a GSRN", 18, number)?;
        // All digits, in pairs: Code C, and FNC1 in first place says that AIs follow.
        let bars = Code128::new(format!("ĆŹ8018{number}")).map_err(encoder)?.encode();
        Ok(Self::bars(Symbology::Gsrn, number, false, &bars))
    }

    pub fn code128(text: &str) -> Result<Self, CodeError> {
        Self::of_code128(text, false)
    }

    /// With FNC3, which says that the symbol is for the reader and not for who listens to it (ISO/IEC 15417).
    pub fn reader_init(text: &str) -> Result<Self, CodeError> {
        Self::of_code128(text, true)
    }

    pub fn qr(text: &str) -> Result<Self, CodeError> {
        plain(text, QR_MAX, |letter| !letter.is_control())?;
        let code = QrCode::with_error_correction_level(text, EcLevel::M)
            .map_err(|error| CodeError::Encoder(error.to_string()))?;
        let dark: Vec<bool> = code.to_colors().into_iter().map(|colour| colour == Color::Dark).collect();
        let modules = Modules::Matrix(dark.chunks(code.width()).map(<[bool]>::to_vec).collect());
        Ok(Self { symbology: Symbology::Qr, text: text.to_owned(), reader_init: false, modules })
    }

    /// The number of a loyalty card.
    pub fn card(symbology: Symbology, number: &str) -> Result<Self, CodeError> {
        // What stands in EAN-13 and GS1-128 is a GS1 number, whatever its Luhn digit says.
        if matches!(symbology, Symbology::Code128 | Symbology::Qr) && looks_like_payment_card(number) {
            return Err(CodeError::PaymentCard);
        }
        match symbology {
            Symbology::Ean13 => Self::ean13(number),
            Symbology::Code128 => Self::code128(number),
            Symbology::Qr => Self::qr(number),
            Symbology::Gsrn => Self::gsrn(number),
        }
    }

    fn of_code128(text: &str, reader_init: bool) -> Result<Self, CodeError> {
        plain(text, CODE_128_MAX, |letter| (' '..='~').contains(&letter))?;
        let bars = Code128::new(code_sets(text, reader_init)).map_err(encoder)?.encode();
        Ok(Self::bars(Symbology::Code128, text, reader_init, &bars))
    }

    fn bars(symbology: Symbology, text: &str, reader_init: bool, bars: &[u8]) -> Self {
        let modules = Modules::Bars(bars.iter().map(|bar| *bar == 1).collect());
        Self { symbology, text: text.to_owned(), reader_init, modules }
    }

    pub fn symbology(&self) -> Symbology {
        self.symbology
    }

    /// The text or number that the symbol was made of.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a reader takes it as an order.
    pub fn is_reader_init(&self) -> bool {
        self.reader_init
    }

    pub fn modules(&self) -> &Modules {
        &self.modules
    }

    /// What stands below it for people.
    pub fn printed(&self) -> String {
        match self.symbology {
            Symbology::Gsrn => format!("(8018) {}", self.text),
            _ if self.reader_init => format!("[FNC3] {}", self.text),
            _ => self.text.clone(),
        }
    }
}

fn encoder(error: barcoders::error::Error) -> CodeError {
    CodeError::Encoder(error.to_string())
}

fn checked_digits(name: &'static str, wanted: usize, number: &str) -> Result<(), CodeError> {
    if number.is_empty() {
        return Err(CodeError::Empty);
    }
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(CodeError::NotDigits(name));
    }
    if number.len() != wanted {
        return Err(CodeError::Length { name, wanted, got: number.len() });
    }
    let (payload, said) = number.split_at(wanted - 1);
    let right = check_digit(payload);
    match said.chars().next() {
        Some(said) if said.to_digit(10) != Some(right) => Err(CodeError::CheckDigit { said, wanted: right }),
        _ => Ok(()),
    }
}

fn plain(text: &str, most: usize, allowed: impl Fn(char) -> bool) -> Result<(), CodeError> {
    if text.trim().is_empty() {
        return Err(CodeError::Empty);
    }
    if let Some(letter) = text.chars().find(|letter| !allowed(*letter)) {
        return Err(CodeError::Letter(letter));
    }
    let got = text.chars().count();
    if got > most { Err(CodeError::TooLong { got, most }) } else { Ok(()) }
}
