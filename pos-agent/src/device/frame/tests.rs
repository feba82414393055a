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
            Read::CutOff => "cut off".to_owned(),
            Read::Garbage => "garbage".to_owned(),
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
        (line(), &[b"a\x00b\x1d1\r"], vec!["ab\u{1d}1"]),
        (line(), &[b"a\x11\r", b"\x025\x03\r"], vec!["a\u{11}", "\u{2}5\u{3}"]),
        (line(), &[b"a\x07\r"], vec!["garbage"]),
        (ending(Suffix::Cr), &[b"1\r", b"2\r"], vec!["1", "2"]),
        (ending(Suffix::Tab), &[b"1\t2", b"\t"], vec!["1", "2"]),
        (enclosed(), &[b"noise\x02", b"12\r34\x03noise\x025\x03"], vec!["12\r34", "5"]),
        (enclosed(), &[b"\x02half\x02whole\x03"], vec!["unended", "whole"]),
        (enclosed(), &[b"\x02\x02whole\x03"], vec!["whole"]),
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
    assert_eq!(framer.unplug(), Some(Read::CutOff));
    assert_eq!(framer.unplug(), None);
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

/// What a receiver makes of a sender's bits (start, eight from the lowest, stop) when it samples the middle
/// of its own. With a stop bit that is not there it waits for the line to rest again.
fn resampled(text: &[u8], sent_at: usize, read_at: usize) -> Vec<u8> {
    const TICKS: usize = 115_200 * 8;
    let mut line = vec![true; TICKS / sent_at];
    for byte in text {
        let bits = std::iter::once(false).chain((0..8).map(|n| byte >> n & 1 == 1)).chain([true]);
        line.extend(bits.flat_map(|bit| std::iter::repeat_n(bit, TICKS / sent_at)));
    }
    line.extend(std::iter::repeat_n(true, 12 * TICKS / read_at));
    let step = TICKS / read_at;
    let (mut heard, mut at) = (vec![], 0);
    while at + 10 * step < line.len() {
        if line[at] {
            at += 1;
            continue;
        }
        let bit = |n: usize| line[at + n * step + step / 2];
        heard.push((0..8).fold(0, |byte, n| byte | u8::from(bit(n + 1)) << n));
        at += 9 * step + step / 2;
        while at < line.len() && !line[at] {
            at += 1;
        }
    }
    heard
}

#[test]
fn a_line_at_the_wrong_speed_is_garbage_and_never_a_read() {
    assert_eq!(resampled(b"5901234123457\r", 9_600, 9_600), b"5901234123457\r");
    let mut told = 0;
    for code in
        ["5901234123457", "]E02112345678900", "2990000010421", "LOT-77/B", "https://a.example/01/0950600"]
    {
        let sent = format!("{code}\r\n");
        for (sent_at, read_at) in [
            (115_200, 9_600),
            (38_400, 9_600),
            (19_200, 9_600),
            (9_600, 19_200),
            (9_600, 38_400),
            (9_600, 115_200),
        ] {
            let heard = resampled(sent.as_bytes(), sent_at, read_at);
            let mut framer = Framer::new(Frame::default(), false);
            let mut reads = framer.push(&heard);
            reads.extend(framer.pause(UNENDED));
            let whole = reads.iter().any(|read| matches!(read, Read::Whole(_)));
            assert!(!whole, "{code} {sent_at} read at {read_at}: {heard:02x?}");
            told += usize::from(reads.contains(&Read::Garbage));
        }
    }
    assert!(told >= 24, "told {told} times of 30");
}

#[test]
fn what_follows_garbage_without_a_pause_belongs_to_it() {
    let mut framer = Framer::new(Frame::default(), false);
    assert_eq!(framer.push(b"\xF8\x80\r5901234123457\r"), [Read::Garbage]);
    assert_eq!(framer.pause(Duration::from_millis(50)), None);
    assert_eq!(framer.push(b"5901234123457\r").len(), 1);
    let mut endless = Framer::new(Frame::default(), false);
    assert_eq!(endless.push(b"\xF8\x80\xF8"), []);
    assert_eq!(endless.pause(Duration::from_millis(50)), None);
    assert_eq!(endless.pause(UNENDED), Some(Read::Garbage));
    let enclosed = Frame { stx: true, ..ending(Suffix::Etx) };
    assert_eq!(texts(&enclosed, false, &[b"\xF8\x80\x03\x025\x03\xFE"]), ["garbage", "5", "garbage"]);
    // Other alphabets are text.
    assert_eq!(texts(&Frame::default(), false, &["Ñandú ñ\r".as_bytes()]), ["Ñandú ñ"]);
}
