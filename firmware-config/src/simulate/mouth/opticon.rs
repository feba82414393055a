//! Opticon's readers, as they hear and answer.

use super::{Answer, Call, HEARD_MAX, Mouth, single, text};
use crate::dialect::{ACK, NAK, Storage};

/// ESC, an identifier, CR.
#[derive(Debug, Default)]
pub struct Opticon {
    heard: Vec<u8>,
}

impl Mouth for Opticon {
    fn hear(&mut self, byte: u8) -> Vec<Call> {
        if byte == 0x1b || self.heard.len() > HEARD_MAX {
            self.heard.clear();
        }
        self.heard.push(byte);
        let heard = std::mem::take(&mut self.heard);
        match heard.as_slice() {
            [0x1b, b'Z', b'2', b'\r'] => vec![Call::Save],
            [0x1b, b'Z' | b'Y' | b'B' | b'E' | b'L', b'\r'] => vec![Call::Act],
            [0x1b, phrase @ .., b'\r'] => vec![Call::Write(text(phrase), Storage::Volatile)],
            _ => {
                self.heard = heard;
                vec![]
            }
        }
    }

    /// It knows no ENQ: what it does not know it refuses.
    fn answer(&self, _: &Call, answer: &Answer, speaks: bool) -> Vec<u8> {
        let byte = if single(answer) == ACK { ACK } else { NAK };
        if speaks { vec![byte] } else { vec![] }
    }
}
