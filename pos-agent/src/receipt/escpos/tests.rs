use super::status::{Condition, Query, is_answer};
use super::*;

const WPC1252: CodePage = CodePage { encoding: Encoding::Windows1252, number: 16 };
const PC858: CodePage = CodePage { encoding: Encoding::Cp858, number: 19 };
const ENCODINGS: [Encoding; 2] = [Encoding::Windows1252, Encoding::Cp858];

fn bytes(encoding: Encoding, commands: impl FnOnce(&mut Encoder)) -> Vec<u8> {
    let mut encoder = Encoder::new(encoding);
    commands(&mut encoder);
    encoder.finish()
}

fn hex(text: &str) -> Vec<u8> {
    hex::decode(text.replace(' ', "")).unwrap()
}

#[test]
fn commands_are_the_manual_s_bytes() {
    type Commands = fn(&mut Encoder);
    let table: [(&str, Commands); 17] = [
        ("1B 40", |e| {
            e.init();
        }),
        ("1B 74 10", |e| {
            e.page(WPC1252);
        }),
        ("1B 74 13", |e| {
            e.page(PC858);
        }),
        ("1B 45 01", |e| {
            e.bold(true);
        }),
        ("1B 45 00", |e| {
            e.bold(false);
        }),
        ("1D 21 11", |e| {
            e.size(Size::DOUBLE);
        }),
        ("1D 21 01", |e| {
            e.size(Size::TALL);
        }),
        ("1D 21 77", |e| {
            e.size(Size { width: 200, height: 8 });
        }),
        ("1B 61 00", |e| {
            e.align(Align::Left);
        }),
        ("1B 61 01", |e| {
            e.align(Align::Centre);
        }),
        ("1B 61 02", |e| {
            e.align(Align::Right);
        }),
        ("1B 64 04", |e| {
            e.feed(4);
        }),
        ("1D 56 00", |e| {
            e.cut(Cut::Full);
        }),
        ("1D 56 01", |e| {
            e.cut(Cut::Partial);
        }),
        ("", |e| {
            e.cut(Cut::None);
        }),
        ("1B 70 00 32 32", |e| {
            e.drawer(DrawerPin::Two);
        }),
        ("1B 70 01 32 32", |e| {
            e.drawer(DrawerPin::Five);
        }),
    ];
    for (wanted, commands) in table {
        assert_eq!(bytes(Encoding::Cp858, commands), hex(wanted), "{wanted}");
    }
    let started = Encoder::start(PC858).finish();
    assert_eq!(started, hex("1B 40 1B 74 13"));
}

#[test]
fn spanish_is_written_in_either_page() {
    for (encoding, text, wanted) in [
        (Encoding::Windows1252, "Año €", "41 F1 6F 20 80"),
        (Encoding::Cp858, "Año €", "41 A4 6F 20 D5"),
        (Encoding::Cp858, "¡Niño!", "AD 4E 69 A4 6F 21"),
    ] {
        assert_eq!(
            bytes(encoding, |e| {
                e.text(text);
            }),
            hex(wanted),
            "{text}"
        );
        let mut with_end = hex(wanted);
        with_end.push(b'\n');
        assert_eq!(
            bytes(encoding, |e| {
                e.line(text);
            }),
            with_end
        );
    }
    for encoding in ENCODINGS {
        let all = "ñ Ñ á é í ó ú Á É Í Ó Ú ü Ü ¿ ¡ º ª ç × ·";
        assert_eq!(encoding.writable(all), all, "{encoding:?}");
        assert!(encoding.byte('€').is_some());
    }
}

#[test]
fn what_a_page_lacks_is_spelt_and_never_left_out() {
    for (text, wanted) in [
        ("a\u{A0}b\tc\u{202F}d", "a b c d"),
        ("Comprobante — no", "Comprobante - no"),
        ("“x” ‘y’…", "\"x\" 'y'..."),
        ("••••0421", "****0421"),
        ("Ő ő Č ž Ł ł ā ﬁ ³", "O o C z L l a fi ³"),
        ("Nin\u{303}o", "Niño"),
        ("日本 🎁", "?? ?"),
        ("a\u{1B}@b\u{7}\u{0}c\u{200B}d\u{FEFF}", "a@bcd"),
    ] {
        assert_eq!(Encoding::Cp858.writable(text), wanted);
    }
    // This page has the typographic signs itself.
    assert_eq!(Encoding::Windows1252.writable("— “x” … • Š"), "— “x” … • Š");
}

#[test]
fn a_page_reads_back_what_it_writes() {
    for encoding in ENCODINGS {
        let mut known = 0;
        for byte in 0..=u8::MAX {
            let Some(c) = encoding.char(byte) else { continue };
            assert_eq!(encoding.byte(c), Some(byte), "{encoding:?} {byte:02X}");
            known += 1;
        }
        assert_eq!(known, if encoding == Encoding::Cp858 { 95 + 128 } else { 95 + 128 - 5 });
        // No character, whatever it is, ends as a byte that a printer obeys.
        for c in '\0'..=char::MAX {
            let written = encoding.writable(&c.to_string());
            assert!(written.chars().all(|c| encoding.byte(c).is_some_and(|byte| byte >= 0x20)), "{c:?}");
        }
    }
}

#[test]
fn a_qr_code_of_model_2() {
    let wanted = "1D 28 6B 04 00 31 41 32 00 1D 28 6B 03 00 31 43 06 1D 28 6B 03 00 31 45 30 \
                  1D 28 6B 0D 00 31 50 30 53 4F 43 49 4F 2D 30 30 30 31 1D 28 6B 03 00 31 51 30";
    let code = |text: &str| {
        let mut encoder = Encoder::new(Encoding::Cp858);
        encoder.qr(text, 6, EcLevel::L).map(|_| ())?;
        Ok(encoder.finish())
    };
    assert_eq!(code("SOCIO-0001"), Ok(hex(wanted)));
    assert_eq!(code(""), Err(CodeError::Text));
    assert_eq!(code(&"x".repeat(2_954)), Err(CodeError::TooLong));
    let longest = code(&"x".repeat(2_953)).unwrap();
    let stored = [b"\x1D(k".as_slice(), &2_956_u16.to_le_bytes(), b"1P0xxx"].concat();
    assert!(longest.windows(stored.len()).any(|w| w == stored));
}

#[test]
fn bar_codes() {
    let mut encoder = Encoder::new(Encoding::Cp858);
    encoder.ean13("7702001000013", 64, 3).unwrap();
    let wanted = "1D 68 40 1D 77 03 1D 66 00 1D 48 02 1D 6B 43 0D 37 37 30 32 30 30 31 30 30 30 30 31 33";
    assert_eq!(encoder.finish(), hex(wanted));
    let mut encoder = Encoder::new(Encoding::Cp858);
    encoder.code128("A{1", 64, 2).unwrap();
    assert!(encoder.finish().ends_with(b"\x1Dk\x49\x06{BA{{1"));
    let mut encoder = Encoder::new(Encoding::Cp858);
    for wrong in ["770200100001", "77020010000134", "770200100001x"] {
        assert_eq!(encoder.ean13(wrong, 64, 3).err(), Some(CodeError::Text), "{wrong}");
    }
    assert_eq!(encoder.code128("", 64, 3).err(), Some(CodeError::Text));
    assert_eq!(encoder.code128("ñ", 64, 3).err(), Some(CodeError::Text));
    assert_eq!(encoder.code128(&"x".repeat(254), 64, 3).err(), Some(CodeError::TooLong));
    assert!(encoder.finish().is_empty(), "a refused code leaves nothing behind");
}

#[test]
fn answers_are_told_from_other_bytes() {
    for (byte, wanted) in
        [(0x12, true), (0x16, true), (0x1E, true), (0x72, true), (0x11, false), (0x13, false), (0xFF, false)]
    {
        assert_eq!(is_answer(byte), wanted, "{byte:02X}");
    }
    assert_eq!(Query::ALL.map(Query::bytes), [[16, 4, 1], [16, 4, 2], [16, 4, 3], [16, 4, 4]]);
}

#[test]
fn answers_say_what_is_wrong() {
    let heard = |answers: [u8; 4]| {
        let mut condition = Condition::default();
        Query::ALL.into_iter().zip(answers).for_each(|(query, byte)| condition.hear(query, byte));
        condition
    };
    let well = Condition::default();
    for (answers, wanted) in [
        ([0x12, 0x12, 0x12, 0x12], well),
        ([0x16, 0x12, 0x12, 0x12], Condition { drawer_pin: true, ..well }),
        ([0x1A, 0x16, 0x12, 0x12], Condition { offline: true, cover_open: true, ..well }),
        ([0x1A, 0x32, 0x12, 0x72], Condition { offline: true, paper_out: true, ..well }),
        ([0x12, 0x12, 0x12, 0x1E], Condition { paper_low: true, ..well }),
        ([0x1A, 0x52, 0x1A, 0x12], Condition { offline: true, error: true, ..well }),
        ([0xFF, 0xFF, 0xFF, 0xFF], well),
    ] {
        assert_eq!(heard(answers), wanted, "{answers:02X?}");
    }
}
