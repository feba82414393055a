//! Metrologic's older readers, as they hear and answer.

use super::{Answer, Call, HEARD_MAX, Mouth, single};
use crate::dialect::{ACK, NAK, metrologic};

/// Six digits between STX and ETX, each answered.
#[derive(Debug, Default)]
pub struct Metrologic {
    heard: Vec<u8>,
}

impl Mouth for Metrologic {
    fn hear(&mut self, byte: u8) -> Vec<Call> {
        if byte == 0x02 || self.heard.len() > HEARD_MAX {
            self.heard.clear();
        }
        self.heard.push(byte);
        if byte != 0x03 {
            return vec![];
        }
        match std::mem::take(&mut self.heard) {
            code if code == metrologic::PROGRAMMING => vec![Call::Programming],
            code if code == metrologic::DEFAULTS => vec![Call::Defaults],
            _ => vec![Call::Garbled],
        }
    }

    fn answer(&self, _: &Call, answer: &Answer, _: bool) -> Vec<u8> {
        vec![if single(answer) == ACK { ACK } else { NAK }]
    }
}
