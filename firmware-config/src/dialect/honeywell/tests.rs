use super::*;
use crate::dialect::tests::{bytes, replies};

fn write(phrase: &str, storage: Storage) -> Vec<u8> {
    Honeywell.say(&Request::Write(phrase, storage)).unwrap()
}

#[test]
fn commands_are_the_published_bytes() {
    assert_eq!(write("232BAD9", Storage::Stored), bytes("16 4D 0D 32 33 32 42 41 44 39 2E"));
    assert_eq!(write("CBRENA1", Storage::Volatile), bytes("16 4D 0D 43 42 52 45 4E 41 31 21"));
    assert_eq!(write("DECHDR1", Storage::Stored), bytes("16 4D 0D 44 45 43 48 44 52 31 2E"));
    // Commands are heard in either case; the manual's examples are in small letters.
    for (phrase, wanted) in [("ALLENA1", "allena1!"), ("OCRENA0", "ocrena0!")] {
        assert_eq!(write(phrase, Storage::Volatile)[3..].to_ascii_lowercase(), wanted.as_bytes());
    }
    for (phrase, wanted) in [
        ("SUFBK2990D", "SUFBK2990D."),
        ("SUFBK29909", "SUFBK29909."),
        ("SUFCA2", "SUFCA2."),
        ("VSUFCR", "VSUFCR."),
    ] {
        assert_eq!(&write(phrase, Storage::Stored)[3..], wanted.as_bytes());
    }
    // Questions that no round asks: which values there are, and who it is in many lines.
    assert_eq!(menu(b"cbrena", b"*", b'.'), bytes("16 4D 0D 63 62 72 65 6E 61 2A 2E"));
    assert_eq!(menu(b"P_INFO", b"", b'.'), b"\x16M\rP_INFO.");
    assert_eq!(Honeywell.say(&Request::Ask("TERMID")).unwrap(), b"\x16M\rTERMID?.");
    for (action, wanted) in [
        (Action::Start, "16 54 0D"),
        (Action::Stop, "16 55 0D"),
        (Action::BeepGood, "16 07 0D"),
        (Action::Revision, "16 4D 0D 52 45 56 49 4E 46 5E 21"),
    ] {
        assert_eq!(Honeywell.say(&Request::Act(action)).unwrap(), bytes(wanted), "{action:?}");
    }
}

#[test]
fn ack_nak_and_enq_are_told_apart() {
    let baud = Request::Write("232BAD9", Storage::Stored);
    for (heard, wanted) in [
        (b"232BAD9\x06.".as_slice(), Reply::Done),
        (b"232bad9\x06.", Reply::Done),
        (b"232BAD9\x15.", Reply::Refused),
        (b"232BAD9\x05.", Reply::Unknown),
        (b"5901234123457\r\n232BAD9\x06.", Reply::Done),
        (b"5901234123457232BAD9\x06!", Reply::Done),
    ] {
        assert_eq!(replies(&Honeywell, &baud, heard), [wanted], "{heard:?}");
    }
    for other in [b"CBRENA1\x06.".as_slice(), b"232BAD9.", b"232BAD9\x06", b"232BAD9\x06\r.", b"232BAD\x069."]
    {
        assert_eq!(replies(&Honeywell, &baud, other), [], "{other:?}");
    }
    assert_eq!(
        replies(&Honeywell, &Request::Write("XYZABC", Storage::Volatile), b"XYZABC\x05."),
        [Reply::Unknown]
    );
}

#[test]
fn a_value_is_the_phrase_that_sets_it() {
    let ask = Request::Ask("CBRENA");
    assert_eq!(replies(&Honeywell, &ask, b"CBRENA1\x06."), [Reply::Value("CBRENA1".to_owned())]);
    // The range that the manual shows, as its text stands there.
    assert_eq!(
        replies(&Honeywell, &ask, &bytes("43 42 52 45 4E 41 30 2D 31 06 2E")),
        [Reply::Value("CBRENA0-1".to_owned())]
    );
    assert_eq!(replies(&Honeywell, &ask, b"CBRENA\x05."), [Reply::Unknown]);
}

#[test]
fn a_list_is_heard_entry_by_entry() {
    let mut entries = Entries::default();
    let heard = b"CBRENA1\x06,SSX0\x06,CK20\x06,CCT1\x06,MIN2\x06,MAX60\x06,DFT\x06.";
    let all: Vec<Entry> = heard.iter().filter_map(|byte| entries.hear(*byte)).collect();
    let texts: Vec<&str> = all.iter().map(|entry| entry.text.as_str()).collect();
    assert_eq!(texts, ["CBRENA1", "SSX0", "CK20", "CCT1", "MIN2", "MAX60", "DFT"]);
    assert!(all.iter().all(|entry| entry.status == ACK));
    assert_eq!(all.iter().filter(|entry| entry.ends).count(), 1);
    assert_eq!(Honeywell.say(&Request::Ask("CBR")).unwrap(), b"\x16M\rCBR?.");
    assert_eq!(replies(&Honeywell, &Request::Ask("CBR"), heard), [Reply::Value("CBRENA1".to_owned())]);
}

#[test]
fn phrases_have_tag_and_sub_tag() {
    for bad in ["", "SUFBK", "sufbk2", "SUF K2", "SUFBK2\r", &"A".repeat(65)] {
        assert!(Honeywell.say(&Request::Write(bad, Storage::Volatile)).is_err(), "{bad:?}");
    }
    assert!(Honeywell.say(&Request::Save).is_err());
    let long = [b"9".repeat(1_000), b"CBRENA1\x06.".to_vec()].concat();
    assert_eq!(replies(&Honeywell, &Request::Ask("CBRENA"), &long), [Reply::Value("CBRENA1".to_owned())]);
}
