mod left_out;

use proptest::prelude::*;

use super::*;

/// Bytes from hexadecimal digits with blanks between them.
pub(super) fn bytes(text: &str) -> Vec<u8> {
    hex_phrase(&text.replace(' ', "")).unwrap()
}

/// What a reader's bytes mean as answers to a request.
pub(super) fn replies(speech: &dyn Speech, request: &Request, heard: &[u8]) -> Vec<Reply> {
    let mut ear = speech.ear(request);
    heard.iter().filter_map(|byte| ear.hear(*byte)).collect()
}

#[test]
fn single_byte_dialects_say_the_published_bytes() {
    let act = |dialect: Dialect, action| dialect.speech().say(&Request::Act(action)).ok();
    for (action, wanted) in [
        (Action::Enable, "45"),
        (Action::Disable, "44"),
        (Action::BeepGood, "42"),
        (Action::BeepBad, "46 45"),
        (Action::Revision, "69"),
        (Action::Start, "54"),
        (Action::Stop, "58"),
        (Action::Reset, "52"),
        (Action::Health, "68"),
        (Action::Statistics, "73"),
        (Action::LowTone, "33 34 0D"),
        (Action::HighTone, "30 31 0D"),
    ] {
        assert_eq!(act(Dialect::Datalogic, action), Some(bytes(wanted)), "{action:?}");
    }
    for (action, wanted) in [
        (Action::Start, "1B 5A 0D"),
        (Action::Stop, "1B 59 0D"),
        (Action::BeepGood, "1B 42 0D"),
        (Action::BeepBad, "1B 45 0D"),
        (Action::LampOn, "1B 4C 0D"),
    ] {
        assert_eq!(act(Dialect::Opticon, action), Some(bytes(wanted)), "{action:?}");
    }
    let defaults = "02 39 39 39 39 39 39 03 02 39 39 39 39 39 38 03 02 39 39 39 39 39 39 03";
    assert_eq!(act(Dialect::Metrologic, Action::Defaults), Some(bytes(defaults)));
    assert_eq!(act(Dialect::Metrologic, Action::Start), None);
    assert_eq!(act(Dialect::Datalogic, Action::Defaults), None);
}

#[test]
fn opticon_settings_are_the_published_bytes() {
    let say = |request: &Request| opticon::Opticon.say(request);
    for (phrase, wanted) in [
        ("WC", "1B 57 43 0D"),
        ("WD", "1B 57 44 0D"),
        ("S8", "1B 53 38 0D"),
        ("S7", "1B 53 37 0D"),
        ("S0", "1B 53 30 0D"),
        ("A0", "1B 41 30 0D"),
        ("[BCA", "1B 5B 42 43 41 0D"),
        ("J4", "1B 4A 34 0D"),
    ] {
        assert_eq!(say(&Request::Write(phrase, Storage::Volatile)), Ok(bytes(wanted)), "{phrase}");
    }
    assert_eq!(say(&Request::Save), Ok(bytes("1B 5A 32 0D")));
    for bad in ["", "[AB", "[ABCD", "]ABC", "s8", "S 8"] {
        assert!(say(&Request::Write(bad, Storage::Volatile)).is_err(), "{bad}");
    }
    assert!(say(&Request::Ask("S8")).is_err() && say(&Request::Write("S8", Storage::Stored)).is_err());
    let write = Request::Write("S8", Storage::Volatile);
    assert_eq!(replies(&opticon::Opticon, &write, b"5901\r\x06"), [Reply::Done]);
    assert_eq!(replies(&opticon::Opticon, &write, b"\x15"), [Reply::Refused]);
    assert_eq!(opticon::Opticon.answers(&write), Expect::Perhaps);
}

#[test]
fn datalogic_settings_are_the_published_bytes() {
    let write = |phrase| datalogic::Datalogic.say(&Request::Write(phrase, Storage::Stored));
    for (phrase, wanted) in [
        ("EB2", "24 2B 45 42 32 24 2D 0D"),
        ("EA110D", "24 2B 45 41 31 31 30 44 24 2D 0D"),
        ("BG1", "24 2B 42 47 31 24 2D 0D"),
        ("EA00", "24 2B 45 41 30 30 24 2D 0D"),
        ("EB0", "24 2B 45 42 30 24 2D 0D"),
        ("EB1", "24 2B 45 42 31 24 2D 0D"),
    ] {
        assert_eq!(write(phrase), Ok(bytes(wanted)), "{phrase}");
    }
    assert!(datalogic::Datalogic.say(&Request::Write("EB2", Storage::Volatile)).is_err());
    assert!(write("EB").is_err() && write(&"A".repeat(396)).is_err());
    let identity = b"9\r\x01\x02MPD8330\rS123\x03\x04";
    assert_eq!(
        replies(&datalogic::Datalogic, &Request::Act(Action::Revision), identity),
        [Reply::Value("MPD8330S123".to_owned())]
    );
}

const REQUESTS: &[(Dialect, Request)] = &[
    (Dialect::Honeywell, Request::Ask("CBRENA")),
    (Dialect::Honeywell, Request::Write("CBRENA1", Storage::Volatile)),
    (Dialect::Ssi, Request::Ask("2D")),
    (Dialect::Ssi, Request::Write("2D01", Storage::Stored)),
    (Dialect::Ssi, Request::Act(Action::Revision)),
    (Dialect::Newland, Request::Ask("128ENA")),
    (Dialect::Newland, Request::Act(Action::Start)),
    (Dialect::Datalogic, Request::Act(Action::Revision)),
    (Dialect::Opticon, Request::Save),
    (Dialect::Gm65, Request::Ask("002A02")),
    (Dialect::Gm65, Request::Save),
    (Dialect::Metrologic, Request::Act(Action::Defaults)),
];

/// Noise that looks much like replies.
fn noise() -> impl Strategy<Value = Vec<u8>> {
    let likely =
        prop::sample::select(b"\x02\x03\x05\x06\x15\x01\x00\xff\xc6\xd0\xd1\x0d.!,;@#~0128CBRENA".to_vec());
    prop::collection::vec(prop_oneof![3 => likely, 1 => any::<u8>()], 0..400)
}

proptest! {
    #[test]
    fn random_bytes_are_no_trouble(heard in noise()) {
        for (dialect, request) in REQUESTS {
            // Every reply takes at least one byte.
            prop_assert!(replies(dialect.speech(), request, &heard).len() <= heard.len());
        }
    }
}
