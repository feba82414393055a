use proptest::prelude::*;

use super::packet::{Packet, Packets, checksum};
use super::*;
use crate::dialect::tests::{bytes, replies};

const HOST_OPCODES: &[u8] = &[PARAM_SEND, PARAM_REQUEST, CMD_ACK, CMD_NAK, START];

fn act(action: Action) -> Vec<u8> {
    Ssi.say(&Request::Act(action)).unwrap()
}

#[test]
fn commands_are_the_published_bytes() {
    for (action, wanted) in [
        (Action::Start, "04 E4 04 00 FF 14"),
        (Action::Stop, "04 E5 04 00 FF 13"),
        (Action::Enable, "04 E9 04 00 FF 0F"),
        (Action::Disable, "04 EA 04 00 FF 0E"),
        (Action::Revision, "04 A3 04 00 FF 55"),
        (Action::Defaults, "04 C8 04 00 FF 30"),
        (Action::LampOn, "05 E7 04 00 01 FF 0F"),
        (Action::LampOff, "05 E8 04 00 01 FF 0E"),
        (Action::Sleep, "04 EB 04 00 FF 0D"),
        (Action::BeepGood, "05 E6 04 00 00 FF 11"),
    ] {
        assert_eq!(act(action), bytes(wanted), "{action:?}");
    }
    for (phrase, storage, wanted) in [
        ("8A08", Storage::Volatile, "07 C6 04 00 FF 8A 08 FD 9E"),
        ("2D01", Storage::Volatile, "07 C6 04 00 FF 2D 01 FE 02"),
        ("2D01", Storage::Stored, "07 C6 04 08 FF 2D 01 FD FA"),
        ("EE01", Storage::Volatile, "07 C6 04 00 FF EE 01 FD 41"),
    ] {
        assert_eq!(Ssi.say(&Request::Write(phrase, storage)).unwrap(), bytes(wanted), "{phrase}");
    }
    assert_eq!(Ssi.say(&Request::Ask("9C")).unwrap(), bytes("05 C7 04 00 9C FE 94"));
    assert_eq!(Ssi.thanks(&Reply::Value(String::new())).unwrap(), bytes("04 D0 04 00 FF 28"));
    assert_eq!(Ssi.thanks(&Reply::Done), None);
}

/// Published packets that we do not send ourselves: their sums must agree with ours all the same.
#[test]
fn packets_of_others_are_understood() {
    for text in [
        "07 C6 04 08 00 8A 08 FE 95",
        "07 C6 04 08 00 9F 01 FE 87",
        "07 C6 04 08 00 EC 00 FE 3B",
        "08 C6 04 08 00 F2 01 00 FE 33",
        "04 D0 00 00 FF 2C",
        "05 D1 04 00 01 FF 25",
        "05 D1 04 00 02 FF 24",
        "05 D1 04 00 06 FF 20",
        "12 F3 00 00 0B 35 39 30 31 32 33 34 31 32 33 34 35 37 FC 52",
        "0A C6 00 00 FF F4 F0 3E 04 FF FB 0C",
        "09 C6 00 00 FF 01 00 9C 07 FD 8E",
    ] {
        let packet = Packet::parse(&bytes(text)).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(packet.to_bytes(), bytes(text));
    }
    assert_eq!(checksum(&[0x04, 0xe4, 0x04, 0x00]), [0xff, 0x14]);
}

/// Three packets that stand in public code and are wrong.
#[test]
fn wrong_packets_of_others_are_refused() {
    for text in ["04 D1 00 01 FF 25", "07 C6 04 08 00 FE 9B", "08 C6 04 08 00 F2 0C 01 FE 28"] {
        assert_eq!(Packet::parse(&bytes(text)), None, "{text}");
        let mut packets = Packets::new(HOST_OPCODES, packet::HOST);
        assert!(bytes(text).into_iter().all(|byte| packets.hear(byte).is_empty()), "{text}");
    }
    // The sum is right and the length is not.
    for length in [0, 3, 5, 6] {
        let body = [length, 0xe4, 0x04, 0x00];
        assert_eq!(Packet::parse(&[&body[..], &checksum(&body)].concat()), None, "{length}");
    }
    // As they should be.
    for text in ["05 D1 00 00 01 FF 29", "08 C6 04 08 00 F2 0C 01 FE 27"] {
        assert!(Packet::parse(&bytes(text)).is_some(), "{text}");
    }
}

#[test]
fn an_answer_is_found_among_reads() {
    let two = bytes("09 C6 00 00 FF 01 00 9C 07 FD 8E");
    assert_eq!(replies(&Ssi, &Request::Ask("9C"), &two), [Reply::Value("9C07".to_owned())]);
    assert_eq!(replies(&Ssi, &Request::Ask("01"), &two), [Reply::Value("0100".to_owned())]);
    assert_eq!(replies(&Ssi, &Request::Ask("02"), &two), []);
    let word = bytes("0A C6 00 00 FF F4 F0 3E 04 FF FB 0C");
    assert_eq!(replies(&Ssi, &Request::Ask("F03E"), &word), [Reply::Value("F4F03E04FF".to_owned())]);
    let none = Packet { opcode: PARAM_SEND, source: packet::DECODER, status: 0, payload: vec![0xff] };
    assert_eq!(replies(&Ssi, &Request::Ask("02"), &none.to_bytes()), [Reply::Unknown]);
    let write = Request::Write("2D01", Storage::Volatile);
    let read = bytes("12 F3 00 00 0B 35 39 30 31 32 33 34 31 32 33 34 35 37 FC 52");
    let ack = bytes("04 D0 00 00 FF 2C");
    for before in [b"5901234123457\r".to_vec(), read, two, vec![0x05, 0xc6], vec![0xff, 0xf3]] {
        let heard = [before, ack.clone(), ack.repeat(60)].concat();
        assert_eq!(replies(&Ssi, &write, &heard).first(), Some(&Reply::Done));
    }
}

#[test]
fn each_refusal_is_told_apart() {
    for (text, wanted) in [
        ("05 D1 00 00 01 FF 29", Reply::Again),
        ("05 D1 00 00 02 FF 28", Reply::Unknown),
        ("05 D1 00 00 06 FF 24", Reply::Refused),
    ] {
        assert_eq!(replies(&Ssi, &Request::Write("2D01", Storage::Volatile), &bytes(text)), [wanted]);
    }
}

#[test]
fn a_repeated_packet_says_so() {
    let said = Ssi.say(&Request::Write("2D01", Storage::Stored)).unwrap();
    assert_eq!(Ssi.again(&said), bytes("07 C6 04 09 FF 2D 01 FD F9"));
    assert_eq!(Ssi.again(&Ssi.again(&said)), Ssi.again(&said));
}

#[test]
fn phrases_are_one_parameter() {
    for good in ["2D01", "F14301", "F8050901", "F4F03E04FF", "EF02"] {
        assert!(Ssi.say(&Request::Write(good, Storage::Volatile)).is_ok(), "{good}");
    }
    for good in ["2D", "F143", "F80509"] {
        assert!(Ssi.say(&Request::Ask(good)).is_ok(), "{good}");
    }
    for bad in ["", "2", "2d01", "2D", "2D0102", "F143", "F3010203", "F60102", "F90101"] {
        assert!(Ssi.say(&Request::Write(bad, Storage::Volatile)).is_err(), "{bad}");
    }
    for bad in ["F1", "F805", "2D01", "F4F03E", ""] {
        assert!(Ssi.say(&Request::Ask(bad)).is_err(), "{bad}");
    }
    assert!(Ssi.say(&Request::Save).is_err() && Ssi.say(&Request::Act(Action::Reset)).is_err());
}

proptest! {
    #[test]
    fn a_packet_is_read_as_it_was_written(opcode: u8, status: u8, payload in prop::collection::vec(any::<u8>(), 0..251)) {
        let packet = Packet::from_host(opcode, status, &payload);
        prop_assert_eq!(Packet::parse(&packet.to_bytes()), Some(packet));
    }

    /// Any one wrong bit is seen: a flipped bit changes the sum by a power of two, and the sum of a packet
    /// and its checksum is nought.
    #[test]
    fn a_flipped_bit_is_seen(payload in prop::collection::vec(any::<u8>(), 0..40), at: prop::sample::Index, bit in 0..8_u8) {
        let mut bytes = Packet::from_host(PARAM_SEND, 0, &payload).to_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        prop_assert_eq!(Packet::parse(&bytes), None);
    }
}
