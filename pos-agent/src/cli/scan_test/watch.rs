//! Bytes with the times between them, put to the reads that they make.

use std::fmt;
use std::time::Duration;

use zeroize::{DefaultIsZeroes, Zeroizing};

use crate::device::frame::{Cut, Read};

/// One byte, and how long after the one before it came.
#[derive(Clone, Copy, Default)]
pub struct Heard {
    pub byte: u8,
    pub gap_ms: u64,
}

impl DefaultIsZeroes for Heard {}

/// A read with every byte that came in since the read before it.
pub struct Seen {
    pub heard: Zeroizing<Vec<Heard>>,
    pub read: Read,
}

/// Bytes that never make a read are forgotten beyond so many.
const KEPT_MAX: usize = 1 << 20;

pub struct Watch {
    cut: Box<dyn Cut>,
    heard: Zeroizing<Vec<Heard>>,
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What was heard may be a card.
        write!(f, "Watch({} bytes)", self.heard.len())
    }
}

impl Watch {
    pub fn new(cut: Box<dyn Cut>) -> Self {
        Self { cut, heard: room() }
    }

    /// A chunk that came in so long after the one before.
    pub fn push(&mut self, chunk: &[u8], gap: Duration) -> Vec<Seen> {
        let mut seen = vec![];
        for (place, byte) in chunk.iter().enumerate() {
            let gap_ms = if place == 0 { u64::try_from(gap.as_millis()).unwrap_or(u64::MAX) } else { 0 };
            if self.heard.len() >= KEPT_MAX {
                self.heard = room();
            }
            self.heard.push(Heard { byte: *byte, gap_ms });
            let reads = self.cut.push(std::slice::from_ref(byte));
            seen.extend(reads.into_iter().map(|read| self.seen(read)));
        }
        seen
    }

    pub fn pause(&mut self, silence: Duration) -> Option<Seen> {
        let read = self.cut.pause(silence)?;
        Some(self.seen(read))
    }

    /// The line is gone, or the file is read.
    pub fn end(&mut self) -> Option<Seen> {
        let read = self.cut.unplug()?;
        Some(self.seen(read))
    }

    fn seen(&mut self, read: Read) -> Seen {
        Seen { heard: std::mem::replace(&mut self.heard, room()), read }
    }
}

/// The room for an ordinary read at once, so that it leaves no copies behind.
fn room() -> Zeroizing<Vec<Heard>> {
    Zeroizing::new(Vec::with_capacity(16_384))
}
