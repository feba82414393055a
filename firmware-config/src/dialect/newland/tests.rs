use super::*;
use crate::dialect::tests::{bytes, replies};

#[test]
fn commands_are_the_published_bytes() {
    let say = |request| Newland.say(&request).unwrap();
    assert_eq!(say(Request::Act(Action::Revision)), bytes("7E 01 30 30 30 30 40 51 52 59 53 59 53 3B 03"));
    assert_eq!(say(Request::Act(Action::Start)), bytes("7E 01 30 30 30 30 23 53 43 4E 54 52 47 31 3B 03"));
    assert_eq!(say(Request::Act(Action::Stop)), bytes("7E 01 30 30 30 30 23 53 43 4E 54 52 47 30 3B 03"));
    assert_eq!(
        say(Request::Write("ORTSET5000", Storage::Stored)),
        bytes("7E 01 30 30 30 30 40 4F 52 54 53 45 54 35 30 30 30 3B 03")
    );
    assert_eq!(say(Request::Ask("128ENA")), bytes("7E 01 30 30 30 30 40 31 32 38 45 4E 41 2A 3B 03"));
    assert_eq!(
        say(Request::Write("ILLSCN1", Storage::Stored)),
        bytes("7E 01 30 30 30 30 40 49 4C 4C 53 43 4E 31 3B 03")
    );
    assert!(say(Request::Write("AMLENA1", Storage::Stored)).ends_with(b"@AMLENA1;\x03"));
    // Codes of setting sheets, as commands.
    for phrase in ["SETUPE1", "SETUPE0", "INTERF0", "INTERF10", "TSUSET0D0A"] {
        let said = say(Request::Write(phrase, Storage::Stored));
        assert_eq!(said, [TELL, &b"@"[..], phrase.as_bytes(), END].concat());
    }
    for bad in ["", "128EN", "128ena1", "128ENA;"] {
        assert!(Newland.say(&Request::Write(bad, Storage::Stored)).is_err(), "{bad}");
    }
}

#[test]
fn replies_are_the_published_bytes() {
    let started = bytes("02 01 30 30 30 30 23 53 43 4E 54 52 47 31 06 3B 03");
    assert_eq!(replies(&Newland, &Request::Act(Action::Start), &started), [Reply::Done]);
    assert_eq!(replies(&Newland, &Request::Act(Action::Stop), &started), []);
    let on = bytes("02 01 30 30 30 30 40 31 32 38 45 4E 41 31 06 3B 03");
    assert_eq!(replies(&Newland, &Request::Ask("128ENA"), &on), [Reply::Value("128ENA1".to_owned())]);
    assert_eq!(replies(&Newland, &Request::Write("128ENA1", Storage::Stored), &on), [Reply::Done]);
    assert_eq!(replies(&Newland, &Request::Write("128ENA0", Storage::Stored), &on), []);
}

#[test]
fn a_reply_is_found_among_reads_and_halves_of_others() {
    let ask = Request::Ask("128ENA");
    let reply = b"\x02\x010000@128ENA1\x06;\x03".to_vec();
    for before in [b"5901234123457\r\n".as_slice(), b"\x02\x02\x01", b"\x02\x010000@128EN", b"\x02\x0100"] {
        let heard = [before, &reply].concat();
        assert_eq!(replies(&Newland, &ask, &heard), [Reply::Value("128ENA1".to_owned())], "{before:?}");
    }
    let endless = [b"\x02\x010000@".to_vec(), b"9".repeat(2_000), reply].concat();
    assert_eq!(replies(&Newland, &ask, &endless), [Reply::Value("128ENA1".to_owned())]);
    assert_eq!(replies(&Newland, &ask, b"\x02\x010000@128ENA\x15;\x03"), [Reply::Refused]);
}
