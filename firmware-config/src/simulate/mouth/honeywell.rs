//! Honeywell's imagers, as they hear and answer.

use super::{Answer, Call, HEARD_MAX, Mouth, single, text};
use crate::dialect::Storage;

/// SYN `M` CR, entries, and the mark that ends them.
#[derive(Debug, Default)]
pub struct Honeywell {
    heard: Vec<u8>,
}

impl Mouth for Honeywell {
    fn hear(&mut self, byte: u8) -> Vec<Call> {
        if byte == 0x16 || self.heard.len() > HEARD_MAX {
            self.heard.clear();
        }
        self.heard.push(byte);
        let heard = std::mem::take(&mut self.heard);
        match heard.as_slice() {
            [0x16, b'T' | b'U' | 0x07, b'\r'] => vec![Call::Act],
            [0x16, b'M', b'\r', b'R', b'E', b'V', b'I', b'N', b'F', b'^', b'!' | b'.'] => {
                vec![Call::Revision]
            }
            [0x16, b'M', b'\r', phrase @ .., b'?' | b'^', b'!' | b'.'] => vec![Call::Ask(text(phrase))],
            [0x16, b'M', b'\r', phrase @ .., b'!'] => vec![Call::Write(text(phrase), Storage::Volatile)],
            [0x16, b'M', b'\r', phrase @ .., b'.'] => vec![Call::Write(text(phrase), Storage::Stored)],
            _ => {
                self.heard = heard;
                vec![]
            }
        }
    }

    fn answer(&self, call: &Call, answer: &Answer, _: bool) -> Vec<u8> {
        let revision = |value: &str| format!("REVINF{value}");
        let said = match (call, answer) {
            (Call::Revision, Answer::Value(value)) => &revision(value),
            (Call::Revision, _) => &revision(""),
            (_, Answer::Value(phrase)) => phrase,
            (Call::Write(phrase, _) | Call::Ask(phrase), _) => phrase,
            _ => return vec![],
        };
        let end = if matches!(call, Call::Write(_, Storage::Volatile)) { b'!' } else { b'.' };
        [said.as_bytes(), &[single(answer), end]].concat()
    }
}
