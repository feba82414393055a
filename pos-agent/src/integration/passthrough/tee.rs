//! Bytes of a scanner as reads, each with the very bytes that carried it. Pure.

use firmware_config::{Flow, Frame, Line};
use zeroize::Zeroizing;

use crate::device::frame::{Cut, Framer, Read, STX};

/// What the scanner sent.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    /// A read with everything that belongs to it, prefix and end included.
    Read { text: Zeroizing<Vec<u8>>, raw: Zeroizing<Vec<u8>> },
    /// Bytes between two reads, such as the second half of CR LF: they go where the read before went.
    Between(u8),
    /// It was too long or never ended: no barcode, and it may hold half a payment card.
    Dropped(Read),
}

#[derive(Debug)]
pub struct Tee {
    framer: Framer,
    frame: Frame,
    raw: Zeroizing<Vec<u8>>,
    /// Inside a read that is too long: its bytes are not kept.
    too_long: bool,
}

impl Tee {
    pub fn new(frame: Frame, line: Line) -> Self {
        let framer = Framer::new(frame.clone(), line.flow == Flow::XonXoff);
        Self { framer, frame, raw: Zeroizing::new(vec![]), too_long: false }
    }

    pub fn push(&mut self, chunk: &[u8]) -> Vec<Piece> {
        chunk.iter().filter_map(|byte| self.take(*byte)).collect()
    }

    /// The line has been silent for so long.
    pub fn pause(&mut self, silence: std::time::Duration) -> Option<Piece> {
        let ended = self.framer.pause(silence);
        if ended.is_none() && self.framer.is_idle() {
            // Dropped without a word, as noise is: it must not go out in front of the next read.
            self.forget();
        }
        ended.map(|ended| self.end(ended))
    }

    /// The line was cut: what had begun is forgotten.
    pub fn cut(&mut self) {
        let _ = self.framer.unplug();
        self.forget();
    }

    fn take(&mut self, byte: u8) -> Option<Piece> {
        let is_end = self.frame.suffix.ends().contains(&byte);
        if self.frame.stx && byte == STX {
            // A new beginning: the framer forgets what was before it, and it may have been a card.
            self.forget();
            let cut = self.framer.push(&[byte]).pop();
            self.raw.push(byte);
            return cut.map(Piece::Dropped);
        }
        let ended = self.framer.push(&[byte]).pop();
        if ended.is_none() && is_end && self.raw.is_empty() && !self.too_long {
            return Some(Piece::Between(byte));
        }
        // Twice the longest read leaves room for all that is around it.
        if self.raw.len() >= 2 * self.frame.bytes_max + 64 {
            self.too_long = true;
        }
        if self.too_long {
            self.raw = Zeroizing::new(vec![]);
        } else {
            self.raw.push(byte);
        }
        if ended.is_none() && is_end {
            // It ended and was no read: it must not go out in front of the next one.
            self.forget();
        }
        ended.map(|ended| self.end(ended))
    }

    fn end(&mut self, ended: Read) -> Piece {
        let (raw, too_long) = self.forget();
        match ended {
            Read::Whole(text) if !too_long => Piece::Read { text, raw },
            Read::Whole(_) => Piece::Dropped(Read::TooLong),
            other => Piece::Dropped(other),
        }
    }

    fn forget(&mut self) -> (Zeroizing<Vec<u8>>, bool) {
        let raw = std::mem::replace(&mut self.raw, Zeroizing::new(vec![]));
        (raw, std::mem::take(&mut self.too_long))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use firmware_config::{Parity, Suffix};

    use super::*;

    const LINE: Line =
        Line { baud: 9_600, data_bits: 8, parity: Parity::None, stop_bits: 1, flow: Flow::None, dtr: None };

    fn went(tee: &mut Tee, bytes: &[u8]) -> Vec<Vec<u8>> {
        let raw = |piece| if let Piece::Read { raw, .. } = piece { Some(raw.to_vec()) } else { None };
        tee.push(bytes).into_iter().filter_map(raw).collect()
    }

    #[test]
    fn what_was_no_read_does_not_stand_before_the_next() {
        let mut tee = Tee::new(Frame::default(), LINE);
        // What follows garbage without a pause belongs to it.
        assert_eq!(went(&mut tee, b"\xF8\x80\r4111111111111111\r"), [b""; 0]);
        assert_eq!(tee.pause(Duration::from_millis(50)), None);
        assert_eq!(went(&mut tee, b"590\r"), [b"590\r"]);
        // What came in behind noise ends with a silence, and nothing is said of it.
        let mut tee = Tee::new(Frame::default(), LINE);
        assert_eq!(went(&mut tee, b"\xF8\x80\r41111"), [b""; 0]);
        assert_eq!(tee.pause(Duration::from_secs(1)), None);
        assert_eq!(went(&mut tee, b"590\r"), [b"590\r"]);
        let prefixed = Frame { prefix: b"#".to_vec(), suffix: Suffix::None, ..Frame::default() };
        let mut tee = Tee::new(prefixed, LINE);
        assert_eq!(went(&mut tee, b"#"), [b""; 0]);
        assert_eq!(tee.pause(Duration::from_millis(50)), None);
        assert_eq!(went(&mut tee, b"590"), [b""; 0]);
        let Some(Piece::Read { raw, .. }) = tee.pause(Duration::from_millis(50)) else { panic!("a read") };
        assert_eq!(raw.as_slice(), b"590");
        let enclosed = Frame { stx: true, suffix: Suffix::Etx, ..Frame::default() };
        let mut tee = Tee::new(enclosed, LINE);
        assert_eq!(went(&mut tee, b"\x024111111111111111\x02590\x03"), [b"\x02590\x03"]);
        // A beginning waits as long as it takes.
        assert_eq!(went(&mut tee, b"\x02"), [b""; 0]);
        assert_eq!(tee.pause(Duration::from_millis(50)), None);
        assert_eq!(went(&mut tee, b"590\x03"), [b"\x02590\x03"]);
    }
}
