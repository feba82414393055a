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
}

/// After so long a silence an end does not come any more: the byte was lost, or the reader sends none.
const UNENDED: Duration = Duration::from_secs(1);

const NUL: u8 = 0x00;
const STX: u8 = 0x02;
const XON: u8 = 0x11;
const XOFF: u8 = 0x13;

/// Cuts the bytes of one line by its profile.
#[derive(Debug)]
pub struct Framer {
    frame: Frame,
    /// The line holds back its sender with bytes, which are not part of a read.
    xon_xoff: bool,
    buffer: Zeroizing<Vec<u8>>,
    /// Inside a read that is too long.
    dropping: bool,
    /// Behind an STX, where the profile wants one.
    inside: bool,
}

impl Framer {
    pub fn new(frame: Frame, xon_xoff: bool) -> Self {
        Self { frame, xon_xoff, buffer: Zeroizing::new(vec![]), dropping: false, inside: false }
    }

    /// Takes a chunk in and answers with the reads that it ends.
    pub fn push(&mut self, chunk: &[u8]) -> Vec<Read> {
        let mut frames = Vec::new();
        for byte in chunk {
            frames.extend(self.take(*byte));
        }
        frames
    }

    /// The line has been silent for so long: ends a read that nothing else ends, and drops one that lost
    /// its end, or it would be put before the next.
    pub fn pause(&mut self, silence: Duration) -> Option<Read> {
        if self.frame.suffix == Suffix::None {
            return self.end();
        }
        let has_begun = self.dropping || !self.buffer.is_empty();
        if !has_begun || silence < UNENDED {
            return None;
        }
        self.cut();
        Some(Read::Unended)
    }

    /// The line was cut: half a read is no read, and is never joined with what comes later.
    pub fn cut(&mut self) {
        self.buffer = Zeroizing::new(vec![]);
        self.dropping = false;
        self.inside = false;
    }

    fn take(&mut self, byte: u8) -> Option<Read> {
        let is_control = byte == NUL || (self.xon_xoff && matches!(byte, XON | XOFF));
        if is_control {
            return None;
        }
        if self.frame.stx && byte == STX {
            self.cut();
            self.inside = true;
            return None;
        }
        if self.frame.stx && !self.inside {
            return None;
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
            self.dropping = true;
            self.buffer = Zeroizing::new(vec![]);
        }
        if !self.dropping {
            self.buffer.push(byte);
        }
    }

    fn end(&mut self) -> Option<Read> {
        if std::mem::take(&mut self.dropping) {
            self.buffer = Zeroizing::new(vec![]);
            return Some(Read::TooLong);
        }
        let mut bytes = std::mem::replace(&mut self.buffer, Zeroizing::new(vec![]));
        if !self.frame.prefix.is_empty() && bytes.starts_with(&self.frame.prefix) {
            bytes = Zeroizing::new(bytes[self.frame.prefix.len()..].to_vec());
        }
        (!bytes.is_empty()).then_some(Read::Whole(bytes))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(frame: &Frame, xon_xoff: bool, chunks: &[&[u8]]) -> Vec<String> {
        let mut framer = Framer::new(frame.clone(), xon_xoff);
        let mut reads: Vec<Read> = chunks.iter().flat_map(|chunk| framer.push(chunk)).collect();
        reads.extend(framer.pause(Duration::ZERO));
        reads
            .into_iter()
            .map(|read| match read {
                Read::Whole(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
                Read::TooLong => "too long".to_owned(),
                Read::Unended => "unended".to_owned(),
            })
            .collect()
    }

    fn ending(suffix: Suffix) -> Frame {
        Frame { suffix, ..Frame::default() }
    }

    #[test]
    fn devices_end_their_reads_in_many_ways() {
        let line = || ending(Suffix::CrLf);
        let enclosed = || Frame { stx: true, ..ending(Suffix::Etx) };
        let prefixed = Frame { prefix: b"#".to_vec(), ..line() };
        let short = Frame { bytes_max: 4, ..line() };
        let cases: Vec<(Frame, &[&[u8]], Vec<&str>)> = vec![
            (line(), &[b"84123456", b"78905\r59", b"01234123457\r"], vec!["8412345678905", "5901234123457"]),
            (line(), &[b"1\r", b"\n2\n3\r\r\n"], vec!["1", "2", "3"]),
            (line(), &[b"\r\n\r\n"], vec![]),
            (line(), &[b"half"], vec![]),
            (line(), &[b"a\x00b\x11\r"], vec!["ab\u{11}"]),
            (ending(Suffix::Cr), &[b"1\r", b"2\r"], vec!["1", "2"]),
            (ending(Suffix::Tab), &[b"1\t2", b"\t"], vec!["1", "2"]),
            (enclosed(), &[b"noise\x02", b"12\r34\x03noise\x025\x03"], vec!["12\r34", "5"]),
            (enclosed(), &[b"\x02half\x02whole\x03"], vec!["whole"]),
            (ending(Suffix::None), &[b"12", b"34"], vec!["1234"]),
            (prefixed, &[b"#12\r#", b"\r12\r"], vec!["12", "12"]),
            (short, &[b"1234\r12345\r12\r"], vec!["1234", "too long", "12"]),
        ];
        for (frame, chunks, wanted) in cases {
            assert_eq!(texts(&frame, false, chunks), wanted, "{frame:?}");
        }
        assert_eq!(texts(&line(), true, &[b"a\x13b\x11\r"]), ["ab"]);
    }

    #[test]
    fn what_lost_its_end_is_dropped_after_a_silence_and_told_once() {
        let line = || ending(Suffix::CrLf);
        let enclosed = || Frame { stx: true, ..ending(Suffix::Etx) };
        let short = || Frame { bytes_max: 4, ..line() };
        let (short_pause, long) = (Duration::from_millis(999), Duration::from_secs(1));
        let whole = |text: &str| Some(Read::Whole(Zeroizing::new(text.as_bytes().to_vec())));
        let cases: Vec<(Frame, &[u8], Duration, Option<Read>, &[u8], Option<Read>)> = vec![
            (line(), b"8412", long, Some(Read::Unended), b"590\r", whole("590")),
            (line(), b"8412", short_pause, None, b"590\r", whole("8412590")),
            (line(), b"8412\r\n", long, None, b"590\r", whole("590")),
            (line(), b"", long, None, b"590\r", whole("590")),
            (short(), b"123456", long, Some(Read::Unended), b"590\r", whole("590")),
            (short(), b"123456", short_pause, None, b"590\r", Some(Read::TooLong)),
            (enclosed(), b"\x028412", long, Some(Read::Unended), b"\x02590\x03", whole("590")),
            (enclosed(), b"\x028412", long, Some(Read::Unended), b"590\x03", None),
            (enclosed(), b"noise", long, None, b"\x02590\x03", whole("590")),
            (ending(Suffix::None), b"", long, None, b"", None),
        ];
        for (frame, first, silence, said, then, wanted) in cases {
            let mut framer = Framer::new(frame.clone(), false);
            let case = format!("{frame:?}: {first:?}, {silence:?}");
            assert_eq!(framer.push(first).into_iter().find(|read| *read == Read::Unended), None, "{case}");
            assert_eq!(framer.pause(silence), said, "{case}");
            assert_eq!(framer.pause(silence), None, "{case}: told once");
            assert_eq!(framer.push(then).pop(), wanted, "{case}");
        }
    }

    #[test]
    fn a_cut_line_leaves_nothing_behind() {
        let mut framer = Framer::new(Frame::default(), false);
        assert_eq!(framer.push(b"841"), []);
        framer.cut();
        assert_eq!(framer.push(b"590\r"), [Read::Whole(Zeroizing::new(b"590".to_vec()))]);
    }

    proptest! {
        #[test]
        fn any_split_gives_the_same_reads(
            bytes in prop::collection::vec(prop_oneof![Just(b'\r'), Just(b'\n'), Just(b'\t'), Just(2), Just(3), Just(0), any::<u8>()], 0..200),
            cuts in prop::collection::vec(0_usize..200, 0..20),
            suffix in prop_oneof![Just(Suffix::CrLf), Just(Suffix::Tab), Just(Suffix::Etx), Just(Suffix::None)],
            stx in any::<bool>(),
            bytes_max in 1_usize..50,
        ) {
            let frame = Frame { suffix, stx, bytes_max, prefix: vec![b'#'], idle_ms: None };
            let mut places: Vec<usize> = cuts.into_iter().filter(|cut| *cut <= bytes.len()).collect();
            places.sort_unstable();
            let mut chunks = Vec::new();
            let mut from = 0;
            for place in places {
                chunks.push(&bytes[from..place]);
                from = place;
            }
            chunks.push(&bytes[from..]);
            prop_assert_eq!(texts(&frame, true, &chunks), texts(&frame, true, &[&bytes]));
        }
    }
}
