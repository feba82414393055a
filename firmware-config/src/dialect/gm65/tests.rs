use super::*;
use crate::dialect::tests::{bytes, replies};

#[test]
fn commands_are_the_published_bytes() {
    let say = |request| Gm65.say(&request).unwrap();
    assert_eq!(say(Request::Save), bytes("7E 00 09 01 00 00 00 DE C8"));
    assert_eq!(say(Request::Ask("002A02")), bytes("7E 00 07 01 00 2A 02 D8 0F"));
    assert_eq!(say(Request::Write("002A3901", Storage::Volatile)), bytes("7E 00 08 02 00 2A 39 01 A7 EA"));
    assert_eq!(say(Request::Act(Action::Start)), bytes("7E 00 08 01 00 02 01 02 DA"));
    // The manual writes these with "do not check" in the place of their checksums.
    for (phrase, wanted) in [("00D080", "7E 00 08 01 00 D0 80"), ("002C02", "7E 00 08 01 00 2C 02")] {
        let said = say(Request::Write(phrase, Storage::Volatile));
        assert_eq!(said[..said.len() - 2], bytes(wanted), "{phrase}");
    }
    for bad in ["", "00D0", "00D", "00d080"] {
        assert!(Gm65.say(&Request::Write(bad, Storage::Volatile)).is_err(), "{bad}");
    }
    for bad in ["002A", "002A00", "002A21", "002A0202"] {
        assert!(Gm65.say(&Request::Ask(bad)).is_err(), "{bad}");
    }
    assert!(Gm65.say(&Request::Write("00D080", Storage::Stored)).is_err());
}

#[test]
fn the_checksum_is_xmodem_s() {
    // The check value that catalogues of checksums give for CRC-16/XMODEM.
    assert_eq!(crc(b"123456789"), [0x31, 0xc3]);
    assert_eq!(crc(&[]), [0, 0]);
}

#[test]
fn replies_are_heard_with_and_without_a_checksum() {
    let done = bytes("02 00 00 01 00 33 31");
    assert_eq!(replies(&Gm65, &Request::Save, &done), [Reply::Done]);
    assert_eq!(replies(&Gm65, &Request::Ask("00D001"), &done), [Reply::Value("00D000".to_owned())]);
    // A reply of another length is the late one to another question.
    assert_eq!(replies(&Gm65, &Request::Ask("002A02"), &done), []);
    let body = bytes("00 02 39 01");
    let baud = [&[0x02, 0x00], &body[..], &crc(&body)].concat();
    assert_eq!(replies(&Gm65, &Request::Ask("002A02"), &baud), [Reply::Value("002A3901".to_owned())]);
    let unchecked = bytes("02 00 00 02 39 01 AB CD");
    assert_eq!(replies(&Gm65, &Request::Ask("002A02"), &unchecked).len(), 1);
    let wrong = bytes("02 00 00 02 39 01 AB CE");
    for before in [b"5901234123457\r".to_vec(), bytes("02 00 02 00"), wrong, bytes("02 00 00 21")] {
        let heard = [before, baud.clone()].concat();
        assert_eq!(replies(&Gm65, &Request::Ask("002A02"), &heard).len(), 1, "{heard:?}");
    }
}
