//! Bytes to frames. Pure: any way in which the same bytes are cut into chunks gives the same frames.

use std::time::Duration;

use firmware_config::{Frame, Suffix};
use zeroize::Zeroizing;

/// A read, or why there is none. The bytes are erased when dropped: they may be a payment card.
#[derive(Debug, PartialEq, Eq)]
pub enum Read {
    Whole(Zeroizing<Vec<u8>>),
    TooLong,
    /// It began and never ended.
    Unended,
    /// The plug was pulled in the middle of it.
    CutOff,
    /// Bytes that no reader sends: the line is set to another speed or parity than the reader.
    Garbage,
}

/// Turns what a device sends into reads. Bytes that are not a whole read yet are kept until they are.
pub trait Cut: Send + std::fmt::Debug {
    /// Takes a chunk in and answers with the reads that it ends.
    fn push(&mut self, chunk: &[u8]) -> Vec<Read>;
    /// The line has been silent for so long.
    fn pause(&mut self, silence: Duration) -> Option<Read>;
    /// The line is gone: half a read is no read, and is never joined with what comes later.
    fn unplug(&mut self) -> Option<Read>;
}

/// After so long a silence an end does not come any more: the byte was lost, or the reader sends none.
pub(super) const UNENDED: Duration = Duration::from_secs(1);

const NUL: u8 = 0x00;
pub(crate) const STX: u8 = 0x02;
const XON: u8 = 0x11;
const XOFF: u8 = 0x13;

/// What becomes of the bytes of the read under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keeping {
    All,
    /// There are too many.
    None,
    /// There are too many, and some are beyond ASCII.
    NoneOfNoise,
}

/// Cuts the bytes of one line by its profile.
#[derive(Debug)]
pub struct Framer {
    frame: Frame,
    /// The line holds back its sender with bytes, which are not part of a read.
    xon_xoff: bool,
    buffer: Zeroizing<Vec<u8>>,
    keeping: Keeping,
    /// Behind an STX, where the profile wants one.
    inside: bool,
    /// Garbage came in: whatever follows without a pause belongs to it, even if it looks like a read.
    noisy: bool,
}

impl Framer {
    pub fn new(frame: Frame, xon_xoff: bool) -> Self {
        let buffer = room(&frame);
        Self { frame, xon_xoff, buffer, keeping: Keeping::All, inside: false, noisy: false }
    }

    fn has_begun(&self) -> bool {
        self.keeping != Keeping::All || !self.buffer.is_empty()
    }

    /// Whether nothing is under way: what comes next begins a read of its own.
    pub(crate) fn is_idle(&self) -> bool {
        !self.has_begun() && !self.inside
    }

    fn clear(&mut self) {
        self.buffer = room(&self.frame);
        self.keeping = Keeping::All;
        self.inside = false;
    }

    fn take(&mut self, byte: u8) -> Option<Read> {
        let is_control = byte == NUL || (self.xon_xoff && matches!(byte, XON | XOFF));
        if is_control {
            return None;
        }
        if self.frame.stx && byte == STX {
            let is_cut = self.inside && self.has_begun() && !self.noisy;
            self.clear();
            self.inside = true;
            // A beginning of its own: whatever was before, this is not part of it.
            self.noisy = false;
            return is_cut.then_some(Read::Unended);
        }
        if self.frame.stx && !self.inside {
            // Told once: at the wrong speed there may never be an STX.
            let is_news = !byte.is_ascii() && !self.noisy;
            self.noisy |= is_news;
            return is_news.then_some(Read::Garbage);
        }
        if self.frame.suffix.ends().contains(&byte) {
            self.inside = false;
            return self.end();
        }
        self.keep(byte);
        None
    }

    fn keep(&mut self, byte: u8) {
        if self.buffer.len() >= self.frame.bytes_max {
            self.keeping = if is_garbage(&self.buffer) { Keeping::NoneOfNoise } else { Keeping::None };
            self.buffer = room(&self.frame);
        }
        match self.keeping {
            Keeping::All => self.buffer.push(byte),
            Keeping::None if !byte.is_ascii() => self.keeping = Keeping::NoneOfNoise,
            Keeping::None | Keeping::NoneOfNoise => {}
        }
    }

    fn end(&mut self) -> Option<Read> {
        let read = self.whole()?;
        if self.noisy {
            return None;
        }
        self.noisy = read == Read::Garbage;
        Some(read)
    }

    fn whole(&mut self) -> Option<Read> {
        match std::mem::replace(&mut self.keeping, Keeping::All) {
            Keeping::All => {}
            Keeping::None => return Some(Read::TooLong),
            Keeping::NoneOfNoise => return Some(Read::Garbage),
        }
        let mut bytes = std::mem::replace(&mut self.buffer, room(&self.frame));
        if is_garbage(&bytes) {
            return Some(Read::Garbage);
        }
        if !self.frame.prefix.is_empty() && bytes.starts_with(&self.frame.prefix) {
            bytes = Zeroizing::new(bytes[self.frame.prefix.len()..].to_vec());
        }
        (!bytes.is_empty()).then_some(Read::Whole(bytes))
    }
}

impl Cut for Framer {
    fn push(&mut self, chunk: &[u8]) -> Vec<Read> {
        chunk.iter().filter_map(|byte| self.take(*byte)).collect()
    }

    /// Ends a read that nothing else ends, and drops one that lost its end, or it would be put before the
    /// next.
    fn pause(&mut self, silence: Duration) -> Option<Read> {
        let read = match self.frame.suffix {
            Suffix::None => self.end(),
            _ if !self.has_begun() || silence < UNENDED => None,
            _ => {
                let noise = self.keeping == Keeping::NoneOfNoise || is_garbage(&self.buffer);
                self.clear();
                (!self.noisy).then_some(if noise { Read::Garbage } else { Read::Unended })
            }
        };
        self.noisy &= self.has_begun();
        read
    }

    fn unplug(&mut self) -> Option<Read> {
        let had_begun = self.has_begun();
        self.clear();
        self.noisy = false;
        had_begun.then_some(Read::CutOff)
    }
}

/// Room for the longest read at once: a buffer that grows would leave copies of a card behind.
fn room(frame: &Frame) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(Vec::with_capacity(frame.bytes_max))
}

/// No code and no card has such bytes. Separators of GS1 and of ISO/IEC 15434 (EOT, FS, GS, RS, US), tabs
/// and line ends inside a two-dimensional symbol are legitimate; so is text beyond ASCII in UTF-8. STX, ETX,
/// XON and XOFF come from a device that is framed or held back in another way than its profile says: such a
/// read is damaged, and the line is not to blame.
fn is_garbage(bytes: &[u8]) -> bool {
    let is_control = |b: &u8| matches!(*b, 0x00 | 0x01 | 0x05..=0x08 | 0x0B | 0x0C | 0x0E..=0x10 | 0x12 | 0x14..=0x1B | 0x7F);
    bytes.iter().any(is_control) || std::str::from_utf8(bytes).is_err()
}

#[cfg(test)]
mod tests;
