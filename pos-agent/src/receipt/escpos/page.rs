//! Code pages: which byte a printer draws which character for. Printers know no Unicode; a character that
//! the page lacks is written by its nearest plain letters, never left out.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The two pages that hold Spanish with the euro sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encoding {
    #[serde(rename = "windows-1252")]
    Windows1252,
    /// IBM code page 850 with the euro sign in the place of the dotless i.
    #[serde(rename = "cp858")]
    Cp858,
}

/// 0x80..=0x9F of windows-1252 as Unicode's mapping table has it; from 0xA0 on it is Latin-1. Five places
/// are empty.
const WINDOWS_1252_C1: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“',
    '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

/// 0x80..=0xFF of code page 858, from Unicode's mapping table of code page 850.
const CP858_UPPER: [char; 128] = [
    'Ç', 'ü', 'é', 'â', 'ä', 'à', 'å', 'ç', 'ê', 'ë', 'è', 'ï', 'î', 'ì', 'Ä', 'Å', 'É', 'æ', 'Æ', 'ô', 'ö',
    'ò', 'û', 'ù', 'ÿ', 'Ö', 'Ü', 'ø', '£', 'Ø', '×', 'ƒ', 'á', 'í', 'ó', 'ú', 'ñ', 'Ñ', 'ª', 'º', '¿', '®',
    '¬', '½', '¼', '¡', '«', '»', '░', '▒', '▓', '│', '┤', 'Á', 'Â', 'À', '©', '╣', '║', '╗', '╝', '¢', '¥',
    '┐', '└', '┴', '┬', '├', '─', '┼', 'ã', 'Ã', '╚', '╔', '╩', '╦', '╠', '═', '╬', '¤', 'ð', 'Ð', 'Ê', 'Ë',
    'È', '€', 'Í', 'Î', 'Ï', '┘', '┌', '█', '▄', '¦', 'Ì', '▀', 'Ó', 'ß', 'Ô', 'Ò', 'õ', 'Õ', 'µ', 'þ', 'Þ',
    'Ú', 'Û', 'Ù', 'ý', 'Ý', '¯', '´', '\u{AD}', '±', '‗', '¾', '¶', '§', '÷', '¸', '°', '¨', '·', '¹', '³',
    '²', '■', '\u{A0}',
];

/// What stands for a character that no letter of a page is near to.
const UNKNOWN: &str = "?";

impl Encoding {
    /// The byte of a printable character.
    pub fn byte(self, c: char) -> Option<u8> {
        if matches!(c, ' '..='~') {
            return u8::try_from(c).ok();
        }
        let found = match self {
            Self::Windows1252 if matches!(c, '\u{A0}'..='\u{FF}') => return u8::try_from(c).ok(),
            Self::Windows1252 => WINDOWS_1252_C1.iter().position(|known| *known == c && c != '\0'),
            Self::Cp858 => CP858_UPPER.iter().position(|known| *known == c),
        };
        found.and_then(|at| u8::try_from(0x80 + at).ok())
    }

    /// The character that a printer draws for a byte; none for control codes and empty places.
    pub fn char(self, byte: u8) -> Option<char> {
        match (self, byte) {
            (_, b' '..=b'~') => Some(char::from(byte)),
            (_, ..=0x7F) => None,
            (Self::Windows1252, 0xA0..) => Some(char::from(byte)),
            (Self::Windows1252, _) => Some(WINDOWS_1252_C1[usize::from(byte - 0x80)]).filter(|c| *c != '\0'),
            (Self::Cp858, _) => Some(CP858_UPPER[usize::from(byte - 0x80)]),
        }
    }

    /// The text in characters of this page, each one column wide: what the page lacks is spelt, spaces are
    /// plain spaces, control characters and zero-width marks are gone. A printer obeys control characters,
    /// and names come from outside.
    pub fn writable(self, text: &str) -> String {
        let mut written = String::with_capacity(text.len());
        for c in text.nfc() {
            match c {
                _ if c.is_whitespace() => written.push(' '),
                _ if is_silent(c) => {}
                _ if self.byte(c).is_some() => written.push(c),
                _ => self.spell(c, &mut written),
            }
        }
        written
    }

    fn spell(self, c: char, written: &mut String) {
        if let Some(spelt) = spelling(c) {
            return written.push_str(spelt);
        }
        // The letter under its accents: `ő` is written `o`.
        let bare: String = c.nfkd().filter(|part| !is_combining_mark(*part)).collect();
        let fits = !bare.is_empty() && bare.chars().all(|part| self.byte(part).is_some());
        written.push_str(if fits { &bare } else { UNKNOWN });
    }
}

/// Draws nothing: control codes, joiners, direction marks, the soft hyphen, lone accents.
fn is_silent(c: char) -> bool {
    c.is_control()
        || is_combining_mark(c)
        || matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

/// Signs whose nearest plain writing is not their bare letter.
fn spelling(c: char) -> Option<&'static str> {
    Some(match c {
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => "-",
        '‘' | '’' | '‚' | '‛' | '′' => "'",
        '“' | '”' | '„' | '‟' | '″' => "\"",
        '‹' => "<",
        '›' => ">",
        '•' | '●' | '◦' | '‣' => "*",
        '…' => "...",
        'Œ' => "OE",
        'œ' => "oe",
        'Ł' => "L",
        'ł' => "l",
        'Đ' => "D",
        'đ' => "d",
        'ı' => "i",
        '™' => "TM",
        '₱' => "P",
        '→' => "->",
        '✓' => "x",
        _ => return None,
    })
}
