mod carried;

use proptest::prelude::*;

use super::*;

fn scan(origin: Origin, text: &str) -> Scan {
    if text.starts_with(']') { Scan::tagged(origin, text).unwrap() } else { Scan::new(origin, None, text) }
}

fn read(origin: Origin, text: &str) -> Meaning {
    RuleTable::default().classify(scan(origin, text)).unwrap()
}

fn product(code: &str) -> Meaning {
    Meaning::Product(code.parse().unwrap())
}

fn code(text: &str) -> Meaning {
    Meaning::Code(text.parse().unwrap())
}

fn lot(code: &str, lot: &str) -> Meaning {
    let barcode = code.parse().unwrap();
    Meaning::Labelled(Label { barcode, measure: None, lot: Some(lot.to_owned()), serial: None, expiry: None })
}

fn card(number: &str) -> Meaning {
    Meaning::MemberCard(number.parse().unwrap())
}

#[test]
fn symbols_with_their_identifier() {
    use Unreadable::{AddOnOnly, Character, CheckDigit, Empty, Length};
    let unknown = Meaning::Unknown;
    for (text, wanted) in [
        ("]E02112345678900", product("2112345678900")),
        ("]E402345673", product("02345673")),
        ("]E00416000336108", product("416000336108")),
        ("]E00001234000057", product("0001234000057")),
        ("]E3977123456700304", product("9771234567003")),
        ("]E35901234123457", unknown(Length)),
        ("]E112", unknown(AddOnOnly)),
        ("]C1011231231231233310ABC123\u{1d}99TESTING", lot("12312312312333", "ABC123")),
        ("]d2011231231231233310ABC123\u{1d}99TESTING", lot("12312312312333", "ABC123")),
        ("]Q3011231231231233310ABC123\u{1d}99TESTING", lot("12312312312333", "ABC123")),
        ("]J1011231231231233310ABC123\u{1d}99TESTING", lot("12312312312333", "ABC123")),
        ("]e0011231231231233310ABC123\u{1d}99TESTING", lot("12312312312333", "ABC123")),
        ("011231231231233310ABC123\u{1d}99TESTING", lot("12312312312333", "ABC123")),
        ("\u{1d}011231231231233310ABC123\u{1d}99TESTING", lot("12312312312333", "ABC123")),
        ("]e00112312312312333235XYZ\u{1d}10ABC", lot("12312312312333", "ABC")),
        ("]d20112312312312333", product("12312312312333")),
        ("]C10100416000336108", product("0416000336108")),
        ("]C10105901234123457", product("5901234123457")),
        ("]C10100000002345673", product("02345673")),
        ("]C18018373000000000000005", Meaning::MemberCard("373000000000000005".parse().unwrap())),
        ("]I112312312312333", product("12312312312333")),
        ("]I112312312312334", unknown(CheckDigit)),
        ("]Q1https://example.com/01/12312312312333?99=TEST", product("12312312312333")),
        ("]C02990000010421", Meaning::MemberCard("2990000010421".parse().unwrap())),
        ("]E0123456789012", unknown(Length)),
        ("]E012345678901234", unknown(Length)),
        ("]E01234ABC890123", unknown(Character)),
        ("]E02112345678901", unknown(CheckDigit)),
        ("]E402345674", unknown(CheckDigit)),
        ("]C101123123123133^10ABC", unknown(Character)),
        ("]C1", unknown(Empty)),
        ("]d2", unknown(Empty)),
        ("]Q3", unknown(Empty)),
        ("]e0", unknown(Empty)),
    ] {
        assert_eq!(read(Origin::SerialScanner, text), wanted, "{text}");
    }
    for text in ["ABC", "]", "]X", "]XX"] {
        assert!(Scan::tagged(Origin::SerialScanner, text).is_err(), "{text}");
    }
}

#[test]
fn plain_text_by_the_default_rules() {
    let coupon = |code: &str| Meaning::Coupon(code.parse().unwrap());
    let receipt = |code: &str| Meaning::Receipt(code.parse().unwrap());
    let eight = |read: &str, upc_a: &str| Meaning::EightDigits {
        read: read.parse().unwrap(),
        upc_a: upc_a.parse().unwrap(),
    };
    for (origin, text, wanted) in [
        (Origin::Typed, "2990000010421", Meaning::MemberCard("2990000010421".parse().unwrap())),
        (Origin::Typed, "2990000010422", code("2990000010422")),
        (Origin::KeyboardWedge, "5901234123457\r\n", product("5901234123457")),
        (Origin::KeyboardWedge, "2000000000176", product("2000000000176")),
        (Origin::KeyboardWedge, "01234565", eight("01234565", "012345000065")),
        (Origin::Typed, "04252614", eight("04252614", "042100005264")),
        (Origin::SerialScanner, "02345673", eight("02345673", "023456000073")),
        (Origin::KeyboardWedge, "96385074", product("96385074")),
        (Origin::SerialScanner, "9830000000004", coupon("9830000000004")),
        (Origin::SerialScanner, "9900000000004", coupon("9900000000004")),
        (Origin::SerialScanner, "9800000000007", receipt("9800000000007")),
        (Origin::SerialScanner, "9771234567003", product("9771234567003")),
        (Origin::SerialScanner, "YR01JDN5Q2M6ZR8C0W3T7H9KXBVE", receipt("YR01JDN5Q2M6ZR8C0W3T7H9KXBVE")),
        (Origin::Typed, "yr 01jdn 5q2m6 zr8c0 w3t7h 9kxbve", receipt("yr 01jdn 5q2m6 zr8c0 w3t7h 9kxbve")),
        (Origin::SerialScanner, "YR-100", code("YR-100")),
        (Origin::SerialScanner, "00012312312319", code("00012312312319")),
        (Origin::Typed, "4011", product("4011")),
        (Origin::KeyboardWedge, "4011", code("4011")),
        (Origin::Typed, "leche", code("leche")),
        (Origin::MagStripe, ";29000012345678?7", code("29000012345678")),
        (Origin::MagStripe, "%SOCIO12345?", code("SOCIO12345")),
        (Origin::MagStripe, ";29000012345678?1", Meaning::Unknown(Unreadable::CheckDigit)),
        (Origin::Rfid, "010063E9AE", code("010063E9AE")),
        (Origin::Typed, "", Meaning::Unknown(Unreadable::Empty)),
        (Origin::Typed, "  ", Meaning::Unknown(Unreadable::Empty)),
        (Origin::Typed, "a\u{7}b", Meaning::Unknown(Unreadable::Character)),
        (Origin::Typed, "a\u{fffd}b", Meaning::Unknown(Unreadable::Character)),
        (Origin::Typed, &"x".repeat(65), Meaning::Unknown(Unreadable::TooLong)),
    ] {
        assert_eq!(read(origin, text), wanted, "{origin:?} {text}");
    }
}

#[test]
fn a_payment_card_leaves_no_digit() {
    let number = "4111111111111111";
    let scan = Scan::new(Origin::KeyboardWedge, None, number);
    assert!(!format!("{scan:?}").contains("4111"));
    let card = RuleTable::default().classify(scan).unwrap_err();
    assert_eq!(card, PaymentCard { brand: Brand::Visa });
    assert!(!format!("{card} {card:?}").contains(|c: char| c.is_ascii_digit()));
}

#[test]
fn a_chain_reads_its_own_cards() {
    let table: RuleTable = toml::from_str(
        r#"
        [[rules]]
        name = "old cards"
        meaning = "member_card"
        prefixes = ["C-"]
        strip = true

        [[rules]]
        name = "stripe cards"
        meaning = "member_card"
        origins = ["mag_stripe"]
        prefixes = ["2900"]
        lengths = [14]
        charset = "digits"

        [[rules]]
        name = "short symbols of the keyboard reader"
        meaning = "product"
        origins = ["keyboard_wedge"]
        lengths = [8]
        check = "upc_e"
        "#,
    )
    .unwrap();
    for (origin, text, wanted) in [
        (Origin::Typed, "C-77", card("77")),
        (Origin::Typed, "C-", code("C-")),
        (Origin::MagStripe, ";29000012345678?", card("29000012345678")),
        (Origin::KeyboardWedge, "01234565", product("012345000065")),
        (Origin::SerialScanner, "96385074", code("96385074")),
    ] {
        assert_eq!(table.classify(scan(origin, text)).unwrap(), wanted, "{text}");
    }
    let written = toml::to_string(&table).unwrap();
    assert_eq!(toml::from_str::<RuleTable>(&written).unwrap(), table);
}

#[test]
fn nonsense_in_a_table_is_refused_by_name() {
    for (rules, wanted) in [
        ("prefixes = ['29']\nlengths = [2, 1]", "lengths does not fit"),
        ("prefixes = ['29']\nlengths = [70]", "lengths does not fit"),
        ("prefixes = ['A']\ncharset = 'digits'", "charset excludes"),
        ("prefixes = ['A']\ncheck = 'gs1'", "check digit is asked for"),
        ("prefixes = ['']", "prefix is empty"),
        ("lengths = [13]\naim = [']E4']", "never carries"),
        ("aim = [']E1']", "never carries"),
        ("aim = ['E0']", "AIM identifier"),
        ("", "claims every text"),
        ("origins = ['typed']", "claims every text"),
        ("lengths = [8]\ncheck = 'upc_e'", "may be an EAN-8"),
        ("prefixes = ['4']\nlengths = [16]", "payment cards (Visa)"),
        ("prefixes = ['222100']\nlengths = [16]", "payment cards (Mastercard)"),
        ("lengths = [16]", "payment cards"),
        ("prefixes = ['6']", "payment cards"),
        ("lengths = [16]\naim = [']C0']", "payment cards"),
        ("prefix = '29'", "unknown field"),
        ("layout = '21iiiiiww.wwwc'", "its meaning is product"),
        ("lookup = 'item'", "lookup belongs to a layout"),
    ] {
        let text = format!("[[rules]]\nname = 'cards'\nmeaning = 'member_card'\n{rules}");
        let error = toml::from_str::<RuleTable>(&text).expect_err(rules).to_string();
        assert!(error.contains(wanted), "{rules}: {error}");
    }
    for good in [
        "prefixes = ['4']\nlengths = [13]",
        "prefixes = ['29']\nlengths = [16]",
        "lengths = [18]\naim = [']C1']",
    ] {
        let text = format!("[[rules]]\nname = 'cards'\nmeaning = 'member_card'\n{good}");
        assert!(toml::from_str::<RuleTable>(&text).is_ok(), "{good}");
    }
}

#[test]
fn nonsense_in_rules_of_other_meanings_is_refused() {
    for (rules, wanted) in [
        ("meaning = 'product'\nlayout = '21iiiiiww.wwwc'\nlengths = [13]", "leave out prefixes"),
        ("meaning = 'product'\nlayout = '21iiiii'", "one measure"),
        ("meaning = 'valued_coupon'\nprefixes = ['99']\nlengths = [13]\ncheck = 'gs1'", "981 or 982"),
        ("meaning = 'valued_coupon'\nprefixes = ['981']\ncheck = 'gs1'", "981 or 982"),
        ("meaning = 'valued_coupon'\nprefixes = ['981']\nlengths = [13]", "981 or 982"),
    ] {
        let text = format!("[[rules]]\nname = 'r'\n{rules}");
        let error = toml::from_str::<RuleTable>(&text).expect_err(rules).to_string();
        assert!(error.contains(wanted), "{rules}: {error}");
    }
    assert!(toml::from_str::<RuleTable>("currency = 'EUR'").is_err());
}

#[test]
fn a_layout_goes_before_the_rule_for_articles() {
    let mut rules = RuleTable::default().rules().to_vec();
    let layout = Some("21iiiiiww.wwwc".parse().unwrap());
    rules.push(Rule { layout, ..Rule::named("weight", Kind::Product) });
    let shadowed = RuleError::Shadowed { rule: "weight".into(), earlier: "article".into() };
    assert_eq!(RuleTable::new(rules.clone()), Err(shadowed));
    rules.rotate_right(1);
    let again = Rule { name: "weight again".into(), ..rules[0].clone() };
    rules.push(again);
    assert!(matches!(RuleTable::new(rules), Err(RuleError::Shadowed { earlier, .. }) if earlier == "weight"));
}

#[test]
fn a_rule_behind_one_that_takes_all_of_it_is_refused() {
    let wide = Rule { prefixes: vec!["29".into()], ..Rule::named("wide", Kind::Product) };
    let narrow =
        Rule { prefixes: vec!["299".into()], lengths: vec![13], ..Rule::named("narrow", Kind::MemberCard) };
    assert!(RuleTable::new(vec![narrow.clone(), wide.clone()]).is_ok());
    let shadowed = RuleError::Shadowed { rule: "narrow".into(), earlier: "wide".into() };
    assert_eq!(RuleTable::new(vec![wide.clone(), narrow]), Err(shadowed));
    let again = RuleError::NameTwice { rule: "wide".into() };
    assert_eq!(RuleTable::new(vec![wide.clone(), wide]), Err(again));
}

#[test]
fn the_default_table_holds_together() {
    let default = RuleTable::default();
    assert_eq!(RuleTable::new(default.rules().to_vec()).as_ref(), Ok(&default));
}

fn origins() -> impl Strategy<Value = Origin> {
    prop::sample::select(vec![
        Origin::SerialScanner,
        Origin::KeyboardWedge,
        Origin::Typed,
        Origin::MagStripe,
        Origin::Rfid,
    ])
}

proptest! {
    #[test]
    fn random_bytes_never_panic(origin in origins(), bytes in prop::collection::vec(any::<u8>(), 0..120)) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let _ = Scan::tagged(origin, text.clone()).map(|scan| RuleTable::default().classify(scan));
        let _ = RuleTable::default().classify(Scan::new(origin, None, text));
    }

    #[test]
    fn random_codes_never_panic(
        origin in origins(),
        text in "(\\][EICdQeJA][0-4])?[%;]?[0-9]{0,20}[=^?]?[0-9A-Z\u{1d}]{0,20}[?]?|https?://a(/[0-9]{2,4}/[0-9%A-F]{0,18}){0,3}(.[0-9]{2,4}=[0-9%+]{0,8}){0,2}",
    ) {
        let _ = Scan::tagged(origin, text.clone()).map(|scan| RuleTable::default().classify(scan));
        let _ = RuleTable::default().classify(Scan::new(origin, None, text));
    }

    #[test]
    fn a_printed_ean_13_is_never_a_payment_card(payload in "[0-9]{12}") {
        let check = char::from(check_digit(&payload).unwrap());
        for aim in ["]E0", ""] {
            let text = format!("{aim}{payload}{check}");
            prop_assert!(RuleTable::default().classify(scan(Origin::SerialScanner, &text)).is_ok());
        }
    }
}

#[test]
fn a_gift_card_is_read_and_its_number_stays_behind() {
    let number = "29800000000000001237";
    for text in [number, "]C029800000000000001237", "]Q129800000000000001237"] {
        let Meaning::GiftCard(card) = read(Origin::SerialScanner, text) else { panic!("{text}") };
        assert_eq!(Some(&card), crate::gift_card::GiftCard::read(number).as_ref());
        assert_eq!(card.shown(), "••••1237");
    }
    // As it is printed on the card and typed off it.
    for text in [number, "2980 0000 0000 0000 1237", "2980-0000-0000-0000-1237", " 2980 00000000 00001237"] {
        let Meaning::GiftCard(card) = read(Origin::Typed, text) else { panic!("{text}") };
        assert_eq!(Some(card), crate::gift_card::GiftCard::read(number), "{text}");
    }
    // A digit wrong: nothing that would be kept.
    for text in ["29800000000000001238", "2980 0000 0000 0000 1238"] {
        assert_eq!(read(Origin::Typed, text), Meaning::Unknown(Unreadable::CheckDigit), "{text}");
    }
    // One short, or with other digits before them: no gift card, and neither a member's.
    for text in ["2980000000000000123", "29700000000000001230"] {
        assert_eq!(read(Origin::Typed, text), code(text), "{text}");
    }
}

#[test]
fn gift_cards_can_be_taken_for_nothing_else() {
    let gift = |lengths: &[usize], prefix: &str| Rule {
        lengths: lengths.to_vec(),
        prefixes: vec![prefix.to_owned()],
        charset: Charset::Digits,
        check: Check::Gs1,
        ..Rule::named("gift", Kind::GiftCard)
    };
    let member = |length: usize, prefix: &str| Rule {
        lengths: vec![length],
        prefixes: vec![prefix.to_owned()],
        ..Rule::named("member", Kind::MemberCard)
    };
    let article = Rule { lengths: vec![20], ..Rule::named("article", Kind::Product) };
    let table = |rules: Vec<Rule>| RuleTable::new(rules).map(|_| ());
    assert_eq!(table(vec![gift(&[20], "298"), member(20, "299"), article.clone()]), Ok(()));
    let weak = Err(RuleError::GiftCard { rule: "gift".into() });
    for rule in [
        gift(&[13], "298"),
        gift(&[16], "298"),
        gift(&[19, 20], "298"),
        gift(&[], "298"),
        Rule { check: Check::None, ..gift(&[20], "298") },
        Rule { strip: true, ..gift(&[20], "298") },
        Rule { charset: Charset::Any, ..gift(&[20], "298") },
        Rule { prefixes: vec![], ..gift(&[20], "298") },
    ] {
        assert_eq!(table(vec![rule]), weak);
    }
    let shared = |other: &str| Err(RuleError::GiftCardShared { rule: "gift".into(), other: other.into() });
    assert_eq!(table(vec![gift(&[20], "298"), member(20, "29")]), shared("member"));
    assert_eq!(table(vec![member(20, "2981"), gift(&[20], "298")]), shared("member"));
    assert_eq!(
        table(vec![Rule { prefixes: vec!["2980".into()], ..article }, gift(&[20], "298")]),
        shared("article")
    );
}
