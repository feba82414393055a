//! The kernel's record of one key: `struct input_event` of a 64-bit machine, 24 bytes, little-endian: seconds
//! and microseconds (i64), kind and code (u16), value (i32). See the kernel's `linux/input.h`.

use std::time::Duration;

use zeroize::Zeroize;
#[cfg(test)]
use zeroize::Zeroizing;

pub const RECORD_BYTES: usize = 24;

const KIND_SYNC: u16 = 0;
const KIND_KEY: u16 = 1;
const SYNC_DROPPED: u16 = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    pub at: Duration,
    pub event: Event,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    Key {
        code: u16,
        stroke: Stroke,
    },
    /// The kernel had more keys than room: some are lost.
    Lost,
    /// Packet ends, scan codes, lamps.
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stroke {
    Up,
    Down,
    /// The key is held: says nothing new.
    Repeat,
}

impl Record {
    pub fn read(bytes: &[u8; RECORD_BYTES]) -> Self {
        let [s0, s1, s2, s3, s4, s5, s6, s7, u0, u1, u2, u3, u4, u5, u6, u7, k0, k1, c0, c1, v0, v1, v2, v3] =
            *bytes;
        let seconds = u64::try_from(i64::from_le_bytes([s0, s1, s2, s3, s4, s5, s6, s7])).unwrap_or_default();
        let micros = u64::try_from(i64::from_le_bytes([u0, u1, u2, u3, u4, u5, u6, u7])).unwrap_or_default();
        let (kind, code) = (u16::from_le_bytes([k0, k1]), u16::from_le_bytes([c0, c1]));
        let event = match (kind, i32::from_le_bytes([v0, v1, v2, v3])) {
            (KIND_KEY, 0) => Event::Key { code, stroke: Stroke::Up },
            (KIND_KEY, 1) => Event::Key { code, stroke: Stroke::Down },
            (KIND_KEY, 2) => Event::Key { code, stroke: Stroke::Repeat },
            (KIND_SYNC, _) if code == SYNC_DROPPED => Event::Lost,
            _ => Event::Other,
        };
        let at = Duration::from_secs(seconds).saturating_add(Duration::from_micros(micros));
        Self { at, event }
    }
}

/// Puts records together from chunks of any size.
#[derive(Debug, Default)]
pub struct Records {
    part: [u8; RECORD_BYTES],
    filled: usize,
}

impl Records {
    pub fn take(&mut self, byte: u8) -> Option<Record> {
        self.part[self.filled] = byte;
        self.filled = (self.filled + 1) % RECORD_BYTES;
        (self.filled == 0).then(|| Record::read(&self.part))
    }

    pub fn clear(&mut self) {
        self.part.zeroize();
        self.filled = 0;
    }
}

/// A record as the kernel writes it; for recordings in tests.
#[cfg(test)]
pub fn written(at: Duration, kind: u16, code: u16, value: i32) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(RECORD_BYTES));
    bytes.extend(i64::try_from(at.as_secs()).unwrap().to_le_bytes());
    bytes.extend(i64::from(at.subsec_micros()).to_le_bytes());
    bytes.extend(kind.to_le_bytes());
    bytes.extend(code.to_le_bytes());
    bytes.extend(value.to_le_bytes());
    bytes
}
