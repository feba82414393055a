//! The device's side of each dialect: requests out of bytes, and answers as bytes.

use std::fmt;

use super::{Answer, Call};
use crate::dialect::{ACK, Dialect, ENQ, NAK, Storage, gm65, hex, hex_phrase, metrologic, newland, ssi};

pub(super) trait Mouth: fmt::Debug + Send {
    fn hear(&mut self, byte: u8) -> Vec<Call>;

    /// Nothing, for devices that do not answer. `speaks` is off for those that were told not to.
    fn answer(&self, call: &Call, answer: &Answer, speaks: bool) -> Vec<u8>;
}

pub(super) fn mouth(dialect: Dialect) -> Box<dyn Mouth> {
    match dialect {
        Dialect::Honeywell => Box::<Honeywell>::default(),
        Dialect::Ssi => Box::new(Ssi { packets: ssi::packet::Packets::new(TO_DECODER, ssi::packet::HOST) }),
        Dialect::Newland => Box::<Newland>::default(),
        Dialect::Datalogic => Box::<Datalogic>::default(),
        Dialect::Opticon => Box::<Opticon>::default(),
        Dialect::Gm65 => Box::<Gm65>::default(),
        Dialect::Metrologic => Box::<Metrologic>::default(),
    }
}

/// Longest request that a device takes.
const HEARD_MAX: usize = 600;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).to_ascii_uppercase()
}

fn single(answer: &Answer) -> u8 {
    match answer {
        Answer::Done | Answer::Value(_) => ACK,
        Answer::Unknown => ENQ,
        Answer::Refused | Answer::Again => NAK,
    }
}

/// SYN `M` CR, entries, and the mark that ends them.
#[derive(Debug, Default)]
struct Honeywell {
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
        let said = match (call, answer) {
            (_, Answer::Value(phrase)) => phrase,
            (Call::Write(phrase, _) | Call::Ask(phrase), _) => phrase,
            _ => return vec![],
        };
        let end = if matches!(call, Call::Write(_, Storage::Volatile)) { b'!' } else { b'.' };
        [said.as_bytes(), &[single(answer), end]].concat()
    }
}

const TO_DECODER: &[u8] = &[
    ssi::PARAM_SEND,
    ssi::PARAM_REQUEST,
    ssi::PARAM_DEFAULTS,
    ssi::CMD_ACK,
    ssi::CMD_NAK,
    ssi::REQUEST_REVISION,
    ssi::START,
    ssi::STOP,
    ssi::BEEP,
    ssi::SCAN_ENABLE,
    ssi::SCAN_DISABLE,
];

#[derive(Debug)]
struct Ssi {
    packets: ssi::packet::Packets,
}

impl Mouth for Ssi {
    fn hear(&mut self, byte: u8) -> Vec<Call> {
        let call = |packet: ssi::packet::Packet| match packet.opcode {
            ssi::PARAM_SEND => {
                let permanent = packet.status & ssi::packet::PERMANENT != 0;
                let storage = if permanent { Storage::Stored } else { Storage::Volatile };
                Call::Write(hex(packet.payload.get(1..).unwrap_or_default()), storage)
            }
            ssi::PARAM_REQUEST => Call::Ask(hex(&packet.payload)),
            ssi::PARAM_DEFAULTS => Call::Defaults,
            ssi::CMD_ACK | ssi::CMD_NAK => Call::Thanks,
            _ => Call::Act,
        };
        self.packets.hear(byte).into_iter().map(call).collect()
    }

    fn answer(&self, call: &Call, answer: &Answer, _: bool) -> Vec<u8> {
        let (opcode, payload) = match (call, answer) {
            (Call::Ask(_), Answer::Value(phrase)) => {
                // Only phrases of the profile are kept.
                let parameter = hex_phrase(phrase).unwrap_or_default();
                (ssi::PARAM_SEND, [&[ssi::NO_BEEP], &parameter[..]].concat())
            }
            (Call::Ask(_), Answer::Unknown) => (ssi::PARAM_SEND, vec![ssi::NO_BEEP]),
            (_, Answer::Done | Answer::Value(_)) => (ssi::CMD_ACK, vec![]),
            (_, Answer::Unknown) => (ssi::CMD_NAK, vec![ssi::NAK_BAD_CONTEXT]),
            (_, Answer::Refused) => (ssi::CMD_NAK, vec![ssi::NAK_DENIED]),
            (_, Answer::Again) => (ssi::CMD_NAK, vec![ssi::NAK_RESEND]),
        };
        ssi::packet::Packet { opcode, source: ssi::packet::DECODER, status: 0, payload }.to_bytes()
    }
}

#[derive(Debug, Default)]
struct Newland {
    frames: newland::Frames,
}

impl Mouth for Newland {
    fn hear(&mut self, byte: u8) -> Vec<Call> {
        let Some(body) = self.frames.hear(*newland::TELL, byte) else { return vec![] };
        match body.as_slice() {
            [_, b'S', b'C', b'N', b'T', b'R', b'G', _] => vec![Call::Act],
            [_, phrase @ .., b'*'] => vec![Call::Ask(text(phrase))],
            [b'#', phrase @ ..] => vec![Call::Write(text(phrase), Storage::Volatile)],
            [b'@', phrase @ ..] => vec![Call::Write(text(phrase), Storage::Stored)],
            _ => vec![],
        }
    }

    fn answer(&self, call: &Call, answer: &Answer, _: bool) -> Vec<u8> {
        let said = match (call, answer) {
            (_, Answer::Value(phrase)) => phrase,
            (Call::Write(phrase, _) | Call::Ask(phrase), _) => phrase,
            _ => return vec![],
        };
        let storage = if let Call::Write(_, storage) = call { *storage } else { Storage::Stored };
        [newland::ANSWER, &[newland::mark(storage)][..], said.as_bytes(), &[single(answer)], newland::END]
            .concat()
    }
}

/// Stores what it is told between `$+` and `$-` CR, and never says a word.
#[derive(Debug, Default)]
struct Datalogic {
    heard: Vec<u8>,
}

impl Mouth for Datalogic {
    fn hear(&mut self, byte: u8) -> Vec<Call> {
        if self.heard.len() > HEARD_MAX {
            self.heard.clear();
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

    fn answer(&self, _: &Call, _: &Answer, _: bool) -> Vec<u8> {
        vec![]
    }
}

/// ESC, an identifier, CR.
#[derive(Debug, Default)]
struct Opticon {
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

/// `7E 00`, kind, length, address and data, checksum.
#[derive(Debug, Default)]
struct Gm65 {
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

/// Six digits between STX and ETX, each answered.
#[derive(Debug, Default)]
struct Metrologic {
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
            code if code == metrologic::PROGRAMMING => vec![Call::Act],
            code if code == metrologic::DEFAULTS => vec![Call::Defaults],
            _ => vec![Call::Garbled],
        }
    }

    fn answer(&self, _: &Call, answer: &Answer, _: bool) -> Vec<u8> {
        vec![if single(answer) == ACK { ACK } else { NAK }]
    }
}
