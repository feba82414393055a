use std::path::Path;

use firmware_config::Layout;
use proptest::prelude::*;

use super::keymap::{
    ACCENTS, ALT_GR, CAPS_LOCK, ENTER, KEYPAD_ENTER, LEFT_CTRL, LEFT_SHIFT, SPACE, TAB, strokes,
};
use super::records::{RECORD_BYTES, written};
use super::*;

/// Writes down what a reader types, as the kernel would hand it on: for each stroke a scan code (kind 4), the
/// key (kind 1) and the end of the packet (kind 0), a fixed time apart.
#[derive(Debug)]
pub struct Recorder {
    pub bytes: Vec<u8>,
    layout: Layout,
    now: Duration,
    step: Duration,
}

impl Recorder {
    pub fn new(layout: Layout, step_ms: u64) -> Self {
        let (now, step) = (Duration::from_secs(1_772_000_000), Duration::from_millis(step_ms));
        Self { bytes: vec![], layout, now, step }
    }

    fn stroke(&mut self, code: u16, value: i32) {
        for (kind, code, value) in [(4, 4, i32::from(code)), (1, code, value), (0, 0, 0)] {
            self.bytes.extend_from_slice(&written(self.now, kind, code, value));
        }
        self.now += self.step;
    }

    pub fn press(&mut self, code: u16) -> &mut Self {
        self.stroke(code, 1);
        self.stroke(code, 0);
        self
    }

    fn held(&mut self, with: u16, code: u16) {
        self.stroke(with, 1);
        self.press(code);
        self.stroke(with, 0);
    }

    /// Types the text; GS as Ctrl and `]`, accents of the Spanish keyboard with a blank behind them.
    pub fn text(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            let wanted = if c == '\u{1d}' { ']' } else { c };
            let (code, level) = strokes(self.layout, wanted).unwrap();
            match (level.shift, level.alt_gr) {
                _ if c == '\u{1d}' && level.alt_gr => {
                    self.stroke(LEFT_CTRL, 1);
                    self.held(ALT_GR, code);
                    self.stroke(LEFT_CTRL, 0);
                }
                _ if c == '\u{1d}' => self.held(LEFT_CTRL, code),
                (true, _) => self.held(LEFT_SHIFT, code),
                (_, true) => self.held(ALT_GR, code),
                _ => drop(self.press(code)),
            }
            if self.layout == Layout::Es && ACCENTS.contains(&c) {
                self.press(SPACE);
            }
        }
        self
    }
}

fn typist(layout: Layout) -> Typist {
    Typist::new(layout, &Frame::default())
}

fn texts(reads: Vec<Read>) -> Vec<String> {
    let text = |read| match read {
        Read::Whole(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
        other => format!("{other:?}"),
    };
    reads.into_iter().map(text).collect()
}

/// The recordings below `tests/data`, each with its keyboard and what was read.
fn recordings() -> Vec<(&'static str, Layout, Vec<u8>, Vec<&'static str>)> {
    let mut us = Recorder::new(Layout::Us, 4);
    us.text("]E05901234123457").press(ENTER).text("]C10109506000134352\u{1d}10LOT").press(KEYPAD_ENTER);
    let mut check_us = Recorder::new(Layout::Us, 4);
    check_us.text("]-/:?;=%_").press(ENTER);
    let mut check_es = Recorder::new(Layout::Es, 4);
    check_es.text("]-/:?;=%_").press(TAB);
    let mut stripe = Recorder::new(Layout::Es, 2);
    stripe.text("%A^SOCIO12345?;29000012345678?").press(ENTER);
    let mut caps = Recorder::new(Layout::Us, 8);
    // Caps Lock on, a held key that repeats, Caps Lock off.
    caps.press(CAPS_LOCK).text("ab1");
    caps.stroke(46, 1);
    caps.stroke(46, 2);
    caps.stroke(46, 2);
    caps.stroke(46, 0);
    caps.press(CAPS_LOCK).text("d").press(ENTER);
    vec![
        ("wedge-us.bin", Layout::Us, us.bytes, vec!["]E05901234123457", "]C10109506000134352\u{1d}10LOT"]),
        ("wedge-us-check.bin", Layout::Us, check_us.bytes, vec!["]-/:?;=%_"]),
        ("wedge-es-check.bin", Layout::Es, check_es.bytes, vec!["]-/:?;=%_"]),
        ("wedge-es-stripe.bin", Layout::Es, stripe.bytes, vec!["%A^SOCIO12345?;29000012345678?"]),
        ("wedge-us-caps.bin", Layout::Us, caps.bytes, vec!["AB1Cd"]),
    ]
}

#[test]
fn recordings_give_their_reads() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    for (name, layout, generated, wanted) in recordings() {
        let path = folder.join(name);
        // Once, after a change of the generator: YAPA_RECORD=1 cargo test -p pos-agent recordings
        if std::env::var_os("YAPA_RECORD").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, &generated).unwrap();
        }
        let recorded = std::fs::read(&path).unwrap();
        assert!(recorded == generated, "{name} is not what the generator writes");
        assert_eq!(texts(typist(layout).push(&recorded)), wanted, "{name}");
    }
}

#[test]
fn the_layout_is_the_one_set_in_the_reader() {
    let mut recorder = Recorder::new(Layout::Us, 4);
    recorder.text("]-/:?;=%_").press(ENTER);
    assert_eq!(texts(typist(Layout::Es).push(&recorder.bytes)), ["+'-Ñ_ñ¡%?"]);
}

#[test]
fn an_accent_without_a_blank_stands_before_its_letter() {
    let mut recorder = Recorder::new(Layout::Es, 4);
    let (accent, _) = strokes(Layout::Es, '´').unwrap();
    recorder.press(accent).text("a").press(accent).press(ENTER);
    assert_eq!(texts(typist(Layout::Es).push(&recorder.bytes)), ["´a´"]);
}

#[test]
fn a_read_with_keys_missing_is_dropped() {
    let mut recorder = Recorder::new(Layout::Us, 4);
    recorder.text("5901");
    recorder.bytes.extend_from_slice(&written(Duration::ZERO, 0, 3, 0));
    // What is left of it is no code of its own; the next read is whole.
    recorder.text("77").press(ENTER).text("590").press(ENTER);
    assert_eq!(texts(typist(Layout::Us).push(&recorder.bytes)), ["CutOff", "590"]);
    // Its end may be among the lost keys.
    let mut endless = Recorder::new(Layout::Us, 4);
    endless.bytes.extend_from_slice(&written(Duration::ZERO, 0, 3, 0));
    endless.text("77");
    let mut typist = typist(Layout::Us);
    assert_eq!(texts(typist.push(&endless.bytes)), ["CutOff"]);
    assert_eq!(typist.pause(Duration::from_secs(1)), None);
    let mut next = Recorder::new(Layout::Us, 4);
    next.text("590").press(ENTER);
    assert_eq!(texts(typist.push(&next.bytes)), ["590"]);
}

#[test]
fn what_was_held_at_the_unplugging_is_up_afterwards() {
    let mut typist = typist(Layout::Us);
    let mut shift = Recorder::new(Layout::Us, 4);
    shift.stroke(LEFT_SHIFT, 1);
    shift.press(30);
    // The plug is pulled in the middle of a record too.
    assert_eq!(texts(typist.push(&shift.bytes[..shift.bytes.len() - 10])), [""; 0]);
    assert_eq!(typist.unplug(), Some(Read::CutOff));
    let mut recorder = Recorder::new(Layout::Us, 4);
    recorder.text("a1").press(ENTER);
    assert_eq!(texts(typist.push(&recorder.bytes)), ["a1"]);
    assert_eq!(typist.unplug(), None);
}

proptest! {
    #[test]
    fn any_split_gives_the_same_reads(
        text in "[ -~]{0,12}",
        es in any::<bool>(),
        cuts in prop::collection::vec(0_usize..5_000, 0..12),
    ) {
        let layout = if es { Layout::Es } else { Layout::Us };
        let mut recorder = Recorder::new(layout, 3);
        recorder.text(&text).press(ENTER);
        let wanted: Vec<String> = if text.is_empty() { vec![] } else { vec![text] };
        let mut typist = typist(layout);
        let mut places: Vec<usize> = cuts.into_iter().map(|cut| cut % recorder.bytes.len()).collect();
        places.sort_unstable();
        places.push(recorder.bytes.len());
        let (mut from, mut reads) = (0, vec![]);
        for place in places {
            reads.extend(typist.push(&recorder.bytes[from..place]));
            from = place;
        }
        prop_assert_eq!(texts(reads), wanted);
    }

    #[test]
    fn random_records_never_panic(
        keys in prop::collection::vec((0_u16..120, 0_i32..3), 0..200),
        tail in prop::collection::vec(any::<u8>(), 0..(4 * RECORD_BYTES)),
    ) {
        let mut typist = typist(Layout::Es);
        for (code, value) in keys {
            typist.push(&written(Duration::ZERO, 1, code, value));
        }
        typist.push(&tail);
        typist.unplug();
    }
}
