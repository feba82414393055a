//! Published bytes that nothing here says or understands, each with its reason. Every other one that our sources
//! give is a row of a `…_published_bytes` test of its dialect, or of [`crate::simulate`] where a device hears it.

use super::*;

/// Whose, what, the bytes where the source prints them whole, and why they are left out.
const LEFT_OUT: &[(&str, &str, &str, &str)] = &[
    (
        "Honeywell",
        "a read with its header (DECHDR1)",
        "16 FE 1C 00 00 00 0D 4D 53 47 47 45 54 30 30 31 34 64 45 30 1D 35 39 30 31 32 33 34 31 32 33 34 35 37 0D",
        "tills read plain text; no setting of ours turns the header on",
    ),
    (
        "Honeywell",
        "beeps of the host's acknowledgement",
        "30 1B 34 1B 35 1B 36 2C",
        "they sound only in a mode whose switch is in no source of ours",
    ),
    ("Datalogic", "a beep that cannot be switched off", "01", "B and F are what a till needs"),
    ("Datalogic", "bel", "07", "B and F are what a till needs"),
    (
        "Newland",
        "older models' answer to a setting",
        "0D 0A 24 24 25 7E 4F 4B 0D 0A",
        "no profile of ours is one",
    ),
    ("Newland", "older models' refusal", "24 24 25 7E 45 52", "no profile of ours is one"),
    ("Newland", "data formats (DFMADD)", "", "the manual's words and its bytes contradict each other"),
    (
        "Opticon",
        "aimer",
        "1B 44 33 44 0D",
        "a command with an argument, and its other values are in no source of ours",
    ),
    ("Opticon", "STX and ETX around commands", "", "ESC and CR do the same"),
    ("SSI", "a management reply of 33 bytes", "", "the source prints it with dots in its middle"),
    ("SSI", "aim, flush, capabilities", "", "only their numbers are published, and a till asks for none"),
    ("SSI", "numbers of DataBar in packets", "", "three of them, and no source says which is whose"),
    (
        "SSI",
        "three header bytes more before a read (newer Bluetooth firmware)",
        "",
        "no whole packet is published, nor which firmware sends them",
    ),
    ("SSI", "beeps (E6) other than 00 and 06", "", "a till needs one for a good read and one for a bad one"),
    ("Mindeo", "the same without a source byte", "", "no whole packet is published"),
    (
        "ACS",
        "the buzzer of the ACR122L (FF 00 42 00 03 T1 T2 n)",
        "",
        "a card reader is reached over PC/SC, where nothing is written but the question for a card's number",
    ),
    (
        "Seeed",
        "the label 60717296877 of the tag 62E3086CED",
        "36 30 37 31 37 32 39 36 38 37 37",
        "it is wrong: E3086CED is 3808980205",
    ),
    ("8217 scales", "zero", "5A", "a till weighs, and nothing else: who zeroes a scale stands before it"),
    ("8217 scales", "tare", "54", "a till weighs, and nothing else: who tares a scale stands before it"),
    ("8217 scales", "clear", "43", "a till weighs, and nothing else: who clears a scale stands before it"),
    ("NCI scales", "a weight", "0A 30 30 2E 35 30 6C 62 0D 0A 30 30 0D 03", "no profile of ours is one"),
    ("ECR and AP-1 scales", "a weight", "", "no profile of ours is one"),
];

/// What a device says that we do not understand must not pass for an answer to something else.
#[test]
fn what_is_left_out_passes_for_no_answer() {
    for (whose, what, hex, why) in LEFT_OUT {
        assert!(!why.is_empty(), "{whose}: {what}");
        let heard = if hex.is_empty() { vec![] } else { bytes(hex) };
        for (dialect, request) in REQUESTS {
            assert_eq!(replies(dialect.speech(), request, &heard), [], "{dialect} {request:?}: {what}");
        }
    }
}

/// And no act of any dialect says it.
#[test]
fn what_is_left_out_is_never_said() {
    let acts = [Action::BeepGood, Action::BeepBad, Action::LowTone, Action::HighTone, Action::LampOn];
    for (whose, what, hex, _) in LEFT_OUT.iter().filter(|(_, _, hex, _)| !hex.is_empty()) {
        for (dialect, _) in REQUESTS {
            let said = acts.map(|action| dialect.speech().say(&Request::Act(action)));
            assert!(said.into_iter().flatten().all(|said| said != bytes(hex)), "{whose}: {what}");
        }
    }
    assert!(Dialect::Opticon.speech().say(&Request::Write("D3D", Storage::Volatile)).is_err());
}
