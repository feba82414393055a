//! Datalogic's `PowerScan`, as they hear and answer.

use super::{Answer, Call, HEARD_MAX, Mouth, text};
use crate::dialect::Storage;

/// Stores what it is told between `$+` and `$-` CR, and answers only what it is.
#[derive(Debug, Default)]
pub struct Datalogic {
    heard: Vec<u8>,
}

impl Mouth for Datalogic {
    fn hear(&mut self, byte: u8) -> Vec<Call> {
        if self.heard.len() > HEARD_MAX {
            self.heard.clear();
        }
        if byte == b'i' && !self.heard.starts_with(b"$+") {
            self.heard.clear();
            return vec![Call::Revision];
        }
        self.heard.push(byte);
        if self.heard.ends_with(b"$+") {
            self.heard = b"$+".to_vec();
        }
        match self.heard.strip_prefix(b"$+").and_then(|rest| rest.strip_suffix(b"$-\r")) {
            Some(phrase) => {
                let call = Call::Write(text(phrase), Storage::Stored);
                self.heard.clear();
                vec![call]
            }
            None => vec![],
        }
    }

    fn answer(&self, call: &Call, answer: &Answer, _: bool) -> Vec<u8> {
        match (call, answer) {
            // A record begins with the letter of what it tells: M is the model.
            (Call::Revision, Answer::Value(value)) => {
                [&[0x01, 0x02, b'M'], value.as_bytes(), &[0x03, 0x04]].concat()
            }
            _ => vec![],
        }
    }
}
