//! Zone bits of Hangzhou Grow's GM65 and GM812 modules, by the maker's manuals: `7E 00`, kind, length, address,
//! data and CRC-16/XMODEM; replies begin with `02 00 00`. Settings are written until the power goes, and one
//! command stores them all.

use super::{Action, Dialect, Ear, Reply, Request, Speech, Storage, Unsayable, hex, hex_phrase, unsayable};

#[derive(Debug)]
pub struct Gm65;

pub(crate) const READ: u8 = 0x07;
pub(crate) const WRITE: u8 = 0x08;
pub(crate) const SAVE: u8 = 0x09;
/// In the place of a checksum: do not check.
pub(crate) const UNCHECKED: [u8; 2] = [0xab, 0xcd];

/// CRC-16/XMODEM: polynomial 1021, begins with zero.
pub(crate) fn crc(bytes: &[u8]) -> [u8; 2] {
    let step = |crc: u16, byte: &u8| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| {
            if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 }
        })
    };
    bytes.iter().fold(0, step).to_be_bytes()
}

fn packet(kind: u8, length: u8, rest: &[u8]) -> Vec<u8> {
    let body = [&[kind, length], rest].concat();
    [&[0x7e, 0x00], &body[..], &crc(&body)].concat()
}

/// Writes: an address of two bytes and the data. Questions: an address and how many bytes.
fn zone(phrase: &str) -> Result<Vec<u8>, Unsayable> {
    let bytes = hex_phrase(phrase)?;
    if (3..=34).contains(&bytes.len()) {
        Ok(bytes)
    } else {
        Err(unsayable(phrase, "an address of two bytes and one to 32 of data"))
    }
}

impl Speech for Gm65 {
    fn say(&self, request: &Request) -> Result<Vec<u8>, Unsayable> {
        match request {
            Request::Write(phrase, Storage::Volatile) => {
                let zone = zone(phrase)?;
                // `zone` says that it is at most 32.
                let length = u8::try_from(zone.len() - 2).unwrap_or(u8::MAX);
                Ok(packet(WRITE, length, &zone))
            }
            Request::Ask(phrase) => {
                let zone = zone(phrase)?;
                if zone.len() != 3 || !(1..=32).contains(&zone[2]) {
                    return Err(unsayable(phrase, "an address and how many bytes, at most 32"));
                }
                Ok(packet(READ, 1, &zone))
            }
            Request::Save => Ok(packet(SAVE, 1, &[0, 0, 0])),
            Request::Act(Action::Start) => Ok(packet(WRITE, 1, &[0, 2, 1])),
            Request::Write(..) | Request::Act(_) => Err(Unsayable::NoForm(Dialect::Gm65)),
        }
    }

    /// The same address, and as many bytes as are asked for.
    fn may_answer(&self, ask: &str, phrase: &str) -> bool {
        let (Ok(ask), Ok(phrase)) = (hex_phrase(ask), hex_phrase(phrase)) else { return false };
        let Some((count, address)) = ask.split_last() else { return false };
        phrase.strip_prefix(address).is_some_and(|data| data.len() == usize::from(*count))
    }

    fn names_what_it_answers(&self) -> bool {
        false
    }

    fn ear(&self, request: &Request) -> Box<dyn Ear> {
        let asked = match request {
            // `say` would not have said anything else.
            Request::Ask(phrase) => {
                hex_phrase(phrase).ok().and_then(|zone| Some((zone.get(..2)?.to_vec(), zone[2])))
            }
            _ => None,
        };
        Box::new(Answer { asked, heard: vec![] })
    }
}

/// A reply carries no address: what it answers is known by what was asked.
#[derive(Debug)]
struct Answer {
    /// Address, and how many bytes.
    asked: Option<(Vec<u8>, u8)>,
    heard: Vec<u8>,
}

pub(crate) const HEAD: [u8; 3] = [0x02, 0x00, 0x00];

impl Answer {
    /// A whole reply at the beginning of what was heard; `Err` if none can begin there.
    fn whole(&self) -> Result<Option<Vec<u8>>, ()> {
        let heard = &self.heard;
        let head = heard.len().min(HEAD.len());
        if heard[..head] != HEAD[..head] {
            return Err(());
        }
        let Some(length) = heard.get(3).map(|n| usize::from(*n)) else { return Ok(None) };
        if length == 0 || length > 32 {
            return Err(());
        }
        let Some(sum) = heard.get(4 + length..6 + length) else { return Ok(None) };
        // The checksum leaves the first two bytes out, as in what is sent.
        if sum == crc(&heard[2..4 + length]) || sum == UNCHECKED {
            Ok(Some(heard[4..4 + length].to_vec()))
        } else {
            Err(())
        }
    }
}

impl Ear for Answer {
    fn hear(&mut self, byte: u8) -> Option<Reply> {
        self.heard.push(byte);
        loop {
            match self.whole() {
                Ok(None) => return None,
                Err(()) => {
                    self.heard.remove(0);
                }
                Ok(Some(data)) => {
                    self.heard.clear();
                    return match &self.asked {
                        Some((address, count)) if data.len() == usize::from(*count) => {
                            Some(Reply::Value(hex(address) + &hex(&data)))
                        }
                        Some(_) => None,
                        None => (data == [0]).then_some(Reply::Done),
                    };
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
