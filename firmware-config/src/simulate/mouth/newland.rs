//! Newland's imagers, as they hear and answer.

use super::{Answer, Call, Mouth, single, text};
use crate::dialect::{Storage, newland};

#[derive(Debug, Default)]
pub struct Newland {
    frames: newland::Frames,
}

impl Mouth for Newland {
    fn hear(&mut self, byte: u8) -> Vec<Call> {
        let Some(body) = self.frames.hear(*newland::TELL, byte) else { return vec![] };
        match body.as_slice() {
            [_, b'S', b'C', b'N', b'T', b'R', b'G', _] => vec![Call::Act],
            [_, b'Q', b'R', b'Y', b'S', b'Y', b'S'] => vec![Call::Revision],
            [_, phrase @ .., b'*'] => vec![Call::Ask(text(phrase))],
            [b'#', phrase @ ..] => vec![Call::Write(text(phrase), Storage::Volatile)],
            [b'@', phrase @ ..] => vec![Call::Write(text(phrase), Storage::Stored)],
            _ => vec![],
        }
    }

    fn answer(&self, call: &Call, answer: &Answer, _: bool) -> Vec<u8> {
        let revision = |value: &str| format!("QRYSYS{value}");
        let said = match (call, answer) {
            (Call::Revision, Answer::Value(value)) => &revision(value),
            (Call::Revision, _) => &revision(""),
            (_, Answer::Value(phrase)) => phrase,
            (Call::Write(phrase, _) | Call::Ask(phrase), _) => phrase,
            _ => return vec![],
        };
        let storage = if let Call::Write(_, storage) = call { *storage } else { Storage::Stored };
        [newland::ANSWER, &[newland::mark(storage)][..], said.as_bytes(), &[single(answer)], newland::END]
            .concat()
    }
}
