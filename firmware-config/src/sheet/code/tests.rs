use super::*;

#[test]
fn code_sets_are_chosen_for_the_shortest_symbol() {
    for (text, init, wanted) in [
        ("SOCIO-0001", false, "ƁSOCIO-Ć0001"),
        ("29900001", false, "Ć29900001"),
        ("299000010", false, "Ć29900001Ɓ0"),
        ("12", false, "Ć12"),
        ("123", false, "Ɓ123"),
        ("A1234B", false, "ƁA1234B"),
        ("A123456B", false, "ƁAĆ123456ƁB"),
        ("A1234567B", false, "ƁA1Ć234567ƁB"),
        ("A12345", false, "ƁA1Ć2345"),
        ("000B0", true, "ƁŻ000B0"),
        ("91", true, "ƁŻĆ91"),
        ("@TSUSET0D0A", false, "Ɓ@TSUSET0D0A"),
    ] {
        assert_eq!(code_sets(text, init), wanted, "{text}");
    }
}

/// 11 modules a character, 13 for the stop.
fn characters(code: &Code) -> usize {
    let Modules::Bars(bars) = code.modules() else { panic!("bars") };
    assert!(bars[0] && bars[bars.len() - 1]);
    (bars.len() - 13) / 11
}

#[test]
fn code_128_is_as_long_as_its_characters() {
    // Start, text, check character.
    assert_eq!(characters(&Code::code128("ABC").unwrap()), 5);
    // FNC3 is one more.
    assert_eq!(characters(&Code::reader_init("000B0").unwrap()), 8);
    // Start C, FNC1, 22 digits by twos, check character.
    assert_eq!(characters(&Code::gsrn("373000000000000005").unwrap()), 14);
    assert_eq!(Code::code128(&"a".repeat(CODE_128_MAX)).map(|code| characters(&code)), Ok(42));
}

#[test]
fn ean_13_has_95_modules_and_its_guards() {
    let code = Code::ean13("2990000010421").unwrap();
    let Modules::Bars(bars) = code.modules() else { panic!("bars") };
    assert_eq!(bars.len(), 95);
    assert_eq!(
        (&bars[..3], &bars[45..50]),
        (&[true, false, true][..], &[false, true, false, true, false][..])
    );
}

#[test]
fn wrong_numbers_have_a_code_and_say_what_is_right() {
    type Make = fn(&str) -> Result<Code, CodeError>;
    let card = |text: &str| Code::card(Symbology::Code128, text);
    let cases: [(Make, &str, &str); 14] = [
        (Code::ean13, "", "empty_code"),
        (Code::ean13, "2990000010422", "bad_check_digit"),
        (Code::ean13, "299000001042", "wrong_length"),
        (Code::ean13, "29900000104211", "wrong_length"),
        (Code::ean13, "299000001042X", "not_digits"),
        (Code::ean13, "２990000010421", "not_digits"),
        (Code::gsrn, "373000000000000003", "bad_check_digit"),
        (Code::gsrn, "37300000000000005", "wrong_length"),
        (Code::code128, "ñandú", "bad_letter"),
        (Code::code128, "A\rB", "bad_letter"),
        (Code::code128, "   ", "empty_code"),
        (Code::code128, "12345678901234567890123456789012345678901", "too_long"),
        (Code::qr, "a\u{1d}b", "bad_letter"),
        (card, "4111 1111 1111 1111", "payment_card_number"),
    ];
    for (make, text, wanted) in cases {
        let error = make(text).unwrap_err();
        assert_eq!(error.code(), wanted, "{text}");
        assert!(!error.to_string().contains("1111"), "{error}");
    }
    let error = Code::ean13("2990000010422").unwrap_err();
    assert_eq!(error.to_string(), "its check digit is 2, but 1 belongs behind these digits");
    assert!(Code::qr(&"x".repeat(QR_MAX + 1)).is_err());
    assert!(Code::qr("niñez: café").is_ok());
    // Luhn says nothing about a number of GS1.
    assert!(Code::card(Symbology::Ean13, "5901234123457").is_ok());
}

#[test]
fn people_read_what_is_not_in_the_text() {
    for (code, wanted) in [
        (Code::gsrn("373000000000000005"), "(8018) 373000000000000005"),
        (Code::reader_init("000B0"), "[FNC3] 000B0"),
        (Code::code128("A-1"), "A-1"),
    ] {
        assert_eq!(code.unwrap().printed(), wanted);
    }
}
