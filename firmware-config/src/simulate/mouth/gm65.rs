//! Hangzhou Grow's modules, as they hear and answer.

use super::{Answer, Call, Mouth};
use crate::dialect::{Storage, gm65, hex, hex_phrase};

/// `7E 00`, kind, length, address and data, checksum.
#[derive(Debug, Default)]
pub struct Gm65 {
    heard: Vec<u8>,
}

impl Gm65 {
    fn call(body: &[u8]) -> Option<Call> {
        match body {
            [gm65::SAVE, ..] => Some(Call::Save),
            [gm65::READ, _, zone @ ..] => Some(Call::Ask(hex(zone))),
            [gm65::WRITE, _, 0, 2, 1] => Some(Call::Act),
            [gm65::WRITE, _, zone @ ..] => Some(Call::Write(hex(zone), Storage::Volatile)),
            _ => None,
        }
    }
}

impl Mouth for Gm65 {
    fn hear(&mut self, byte: u8) -> Vec<Call> {
        self.heard.push(byte);
        while !self.heard.is_empty() {
            let head = self.heard.len().min(2);
            let long = self.heard.get(3).map(|length| 6 + usize::from(*length));
            if self.heard[..head] != [0x7e, 0x00][..head] || long.is_some_and(|long| long > 40) {
                self.heard.remove(0);
                continue;
            }
            let Some(packet) = long.and_then(|long| self.heard.get(2..long + 2)) else { break };
            let (body, sum) = packet.split_at(packet.len() - 2);
            let fits = sum == gm65::crc(body) || sum == gm65::UNCHECKED;
            let call = fits.then(|| Self::call(body)).flatten();
            self.heard.clear();
            return call.into_iter().collect();
        }
        vec![]
    }

    /// Silence where it does not agree: no refusal is published.
    fn answer(&self, _: &Call, answer: &Answer, _: bool) -> Vec<u8> {
        let data = match answer {
            Answer::Done => vec![0],
            // Address first; only phrases of the profile are kept.
            Answer::Value(phrase) => hex_phrase(phrase).unwrap_or_default().split_off(2),
            _ => return vec![],
        };
        // At most 32, as it was heard.
        let length = u8::try_from(data.len()).unwrap_or(u8::MAX);
        let body = [&[0, length], &data[..]].concat();
        [&gm65::HEAD[..2], &body, &gm65::crc(&body)].concat()
    }
}
