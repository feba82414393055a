//! One packet: length, opcode, source, status, payload, and a checksum of two bytes.

pub(crate) const DECODER: u8 = 0x00;
pub(crate) const HOST: u8 = 0x04;
/// Bits of the status byte.
pub(crate) const RETRANSMIT: u8 = 0x01;
pub(crate) const PERMANENT: u8 = 0x08;

/// Length, opcode, source and status.
const HEAD: usize = 4;
/// The length byte counts everything but the checksum.
pub(crate) const PAYLOAD_MAX: usize = 255 - HEAD;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Packet {
    pub opcode: u8,
    pub source: u8,
    pub status: u8,
    /// At most [`PAYLOAD_MAX`] bytes.
    pub payload: Vec<u8>,
}

/// The two's complement of the sum of the bytes, high byte first.
pub(crate) fn checksum(bytes: &[u8]) -> [u8; 2] {
    let sum = bytes.iter().fold(0_u16, |sum, byte| sum.wrapping_add((*byte).into()));
    sum.wrapping_neg().to_be_bytes()
}

impl Packet {
    pub fn from_host(opcode: u8, status: u8, payload: &[u8]) -> Self {
        let payload = payload.iter().copied().take(PAYLOAD_MAX).collect();
        Self { opcode, source: HOST, status, payload }
    }

    pub fn from_decoder(opcode: u8, payload: &[u8]) -> Self {
        Self { opcode, source: DECODER, status: 0, payload: payload.to_vec() }
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        // At most 255 by what a payload may be.
        let length = u8::try_from(HEAD + self.payload.len()).unwrap_or(u8::MAX);
        let body = [&[length, self.opcode, self.source, self.status], &self.payload[..]].concat();
        [&body[..], &checksum(&body)].concat()
    }

    /// A whole packet and nothing else.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let (body, sum) = bytes.split_last_chunk::<2>()?;
        let [length, opcode, source, status, payload @ ..] = body else { return None };
        if usize::from(*length) != body.len() || *sum != checksum(body) {
            return None;
        }
        Some(Self { opcode: *opcode, source: *source, status: *status, payload: payload.to_vec() })
    }
}

/// Packets as their bytes arrive. What cannot be one, such as a read in plain text, goes by.
#[derive(Debug)]
pub(crate) struct Packets {
    opcodes: &'static [u8],
    source: u8,
    heard: Vec<u8>,
}

impl Packets {
    pub fn new(opcodes: &'static [u8], source: u8) -> Self {
        Self { opcodes, source, heard: vec![] }
    }

    /// What is whole with this byte. More than one, if a beginning that was none held others up.
    pub fn hear(&mut self, byte: u8) -> Vec<Packet> {
        self.heard.push(byte);
        let mut whole = vec![];
        while !self.heard.is_empty() {
            let used = match self.next() {
                Next::Wait => break,
                Next::Junk => 1,
                Next::Whole(packet, used) => {
                    whole.push(packet);
                    used
                }
            };
            self.heard.drain(..used);
        }
        whole
    }

    fn next(&self) -> Next {
        let heard = &self.heard;
        let length = usize::from(heard[0]);
        let fits = |at: usize, holds: &dyn Fn(u8) -> bool| heard.get(at).is_none_or(|byte| holds(*byte));
        let begins = length >= HEAD
            && fits(1, &|opcode| self.opcodes.contains(&opcode))
            && fits(2, &|source| source == self.source);
        if !begins {
            return Next::Junk;
        }
        match heard.get(..length + 2) {
            None => Next::Wait,
            Some(bytes) => Packet::parse(bytes).map_or(Next::Junk, |packet| Next::Whole(packet, length + 2)),
        }
    }
}

enum Next {
    Wait,
    Junk,
    Whole(Packet, usize),
}
