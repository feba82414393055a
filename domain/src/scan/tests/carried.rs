//! What symbols carry besides a number: measures, lots, members, coupons, addresses.

use super::*;
use crate::money::{Money, Quantity};

/// The measure of a label as `kg 1.5`, `price 1.99` or `pieces 3`; anything else as it is.
fn measured(meaning: &Meaning) -> String {
    match meaning {
        Meaning::Labelled(label) => match label.measure {
            Some(Measure::Quantity(quantity)) => format!("{} kg {}", label.barcode, quantity.plain()),
            Some(Measure::Price(price)) => format!("{} price {price}", label.barcode),
            Some(Measure::Count(count)) => format!("{} pieces {}", label.barcode, count.plain()),
            None => label.barcode.to_string(),
        },
        Meaning::Unknown(why) => why.code().to_owned(),
        other => format!("{other:?}"),
    }
}

/// A table with the chain's own rules before those of the default.
fn table(settings: &str) -> RuleTable {
    let own: RuleTable = toml::from_str(settings).unwrap();
    let rules = own.rules().iter().cloned().chain(RuleTable::default().rules().to_vec());
    RuleTable::new(rules.collect()).unwrap()
}

#[test]
fn scales_of_the_shop_print_by_the_layouts_of_the_chain() {
    let table = table(
        r#"
        [[rules]]
        name = "weight"
        meaning = "product"
        layout = "21 iiiii ww.www c"

        [[rules]]
        name = "price"
        meaning = "product"
        layout = "23iiiiippp.ppc"
        lookup = "item"

        [[rules]]
        name = "price with a check digit of its own"
        meaning = "product"
        layout = "24iiiiixpp.ppc"
        lookup = "zeroed"

        [[rules]]
        name = "pieces"
        meaning = "product"
        layout = "25iiiiinnnnnc"
        aim = ["]E0"]
        "#,
    );
    for (text, wanted) in [
        ("2112345015002", "2112345 kg 1.5"),
        ("]E02112345015002", "2112345 kg 1.5"),
        ("2312345001993", "12345 price 1.99"),
        ("]E02312345001993", "12345 price 1.99"),
        ("2412345701999", "2412345000009 price 1.99"),
        ("]E02512345000037", "2512345 pieces 3"),
        ("2512345000037", r#"Product("2512345000037")"#),
        // Nothing on the scale.
        ("2112345000008", "scan_measure"),
        ("2212345015009", r#"Product("2212345015009")"#),
        ("2112345015003", r#"Code("2112345015003")"#),
    ] {
        let meaning = table.classify(scan(Origin::SerialScanner, text)).unwrap();
        assert_eq!(measured(&meaning), wanted, "{text}");
    }
    assert_eq!(
        read(Origin::SerialScanner, "2112345015002"),
        product("2112345015002"),
        "no layout is built in"
    );
    let written = toml::to_string(&table).unwrap();
    assert_eq!(toml::from_str::<RuleTable>(&written).unwrap(), table);
}

#[test]
fn element_strings_say_how_much() {
    let table: RuleTable = toml::from_str("currency = '978'").unwrap();
    assert_eq!(table.rules(), RuleTable::default().rules());
    for (text, wanted) in [
        ("]e001906141410000153103001250", "90614141000015 kg 1.25"),
        ("]e001906141410000153100000002", "90614141000015 kg 2"),
        ("]e001906141410000153150000003", "90614141000015 kg 3"),
        // Finer than a gram, or nothing at all.
        ("]e001906141410000153105000125", "scan_measure"),
        ("]e001906141410000153104012500", "90614141000015 kg 1.25"),
        ("]e001906141410000153103000000", "scan_measure"),
        // Pounds are not what the till sells in; such goods by the piece have no measure.
        ("]e001906141410000153202000200", "scan_measure"),
        ("]e001095060001343523202000200", r#"Product("9506000134352")"#),
        ("]e00190614141000015", "scan_measure"),
        ("]e00190614141000015310300125010A", "90614141000015 kg 1.25"),
        // The printed price goes before the weight.
        ("]C10109506000134352172712311\u{1d}", "scan_element_unknown"),
        ("]C101095060001343521727123110LOT1\u{1d}31030012503922199", "9506000134352 price 1.99"),
        ("]C10109506000134352392012", "9506000134352 price 12.00"),
        ("]C101095060001343523923001990", "9506000134352 price 1.99"),
        ("]C101095060001343523923001995", "scan_measure"),
        ("]C10109506000134352393297800199", "9506000134352 price 1.99"),
        ("]C10109506000134352393217000199", "scan_currency"),
        ("]C1010950600013435231030012503932170199", "9506000134352 kg 1.25"),
        ("]C101095060001343523012", "9506000134352 pieces 12"),
        ("]C101095060001343523000", "scan_measure"),
        ("]C102095060001343523724", "9506000134352 pieces 24"),
        ("]C10209506000134352", "scan_element_missing"),
        ("]C131030012503922199", "scan_element_missing"),
    ] {
        let meaning = table.classify(scan(Origin::SerialScanner, text)).unwrap();
        assert_eq!(measured(&meaning), wanted, "{text}");
    }
    let unsaid = read(Origin::SerialScanner, "]C10109506000134352393297800199");
    assert_eq!(unsaid, Meaning::Unknown(Unreadable::Currency), "a chain that names no currency");
}

#[test]
fn a_label_keeps_lot_and_expiry() {
    let text = "]C101095060001343521727020010LOT1\u{1d}21S7\u{1d}31030012503922199";
    let Meaning::Labelled(label) = read(Origin::SerialScanner, text) else { panic!("a label") };
    assert_eq!((label.lot.as_deref(), label.serial.as_deref()), (Some("LOT1"), Some("S7")));
    let today = "2026-11-25".parse().unwrap();
    assert_eq!(label.expiry.unwrap().near(today), "2027-02-28".parse().ok());
    assert_eq!(label.measure, Some(Measure::Price(Money(199))));
    let timed = "]C1010950600013435270032712312359\u{1d}3103001250";
    let Meaning::Labelled(label) = read(Origin::SerialScanner, timed) else { panic!("a label") };
    assert_eq!(label.expiry.unwrap().near(today), "2027-12-31".parse().ok());
    assert_eq!(label.measure, Some(Measure::Quantity(Quantity(1_250))));
}

#[test]
fn members_come_as_numbers_of_service_relations() {
    let check_digit = Meaning::Unknown(Unreadable::CheckDigit);
    for (text, wanted) in [
        ("]C18018373000000000000005", card("373000000000000005")),
        ("]Q38018373000000000000005\u{1d}80190000000002", card("373000000000000005")),
        ("]C18018373000000000000003", check_digit.clone()),
        ("]Q1https://id.example/8018/373000000000000005", card("373000000000000005")),
        ("https://id.example/club/8018/373000000000000005/8019/2?x=1", card("373000000000000005")),
        ("]Q1https://id.example/8018/373000000000000003", check_digit),
        ("]C1801937", Meaning::Unknown(Unreadable::Element(gs1::ElementError::Missing))),
        ("]Q1SOCIO-0001", code("SOCIO-0001")),
        ("]C0SOCIO-0001", code("SOCIO-0001")),
        // A GSRN that could be a payment card is never kept as the number of a loyalty card.
        ("]C18018410000000000000076", Meaning::Unknown(Unreadable::CardNumber)),
    ] {
        assert_eq!(read(Origin::SerialScanner, text), wanted, "{text}");
    }
}

#[test]
fn coupons_say_their_value() {
    use CouponValue::{FreeGoods, Off};
    for (text, issuer, reference, value) in [
        ("9813765030011", "3765", "03", Off(Money(10))),
        ("9828508010106", "8508", "01", Off(Money(10))),
        ("]E09828508012001", "8508", "01", Off(Money(200))),
        ("9828508010007", "8508", "01", FreeGoods),
        ("9813765030004", "3765", "03", FreeGoods),
    ] {
        let Meaning::ValuedCoupon(coupon) = read(Origin::SerialScanner, text) else { panic!("{text}") };
        assert_eq!((coupon.issuer.as_str(), coupon.reference.as_str()), (issuer, reference), "{text}");
        assert_eq!((coupon.value, coupon.code.as_str()), (value, text.trim_start_matches("]E0")), "{text}");
    }
    assert_eq!(
        read(Origin::SerialScanner, "]C125595060001343521234"),
        Meaning::Coupon("95060001343521234".parse().unwrap())
    );
    assert_eq!(read(Origin::SerialScanner, "]C181101A2B"), Meaning::Coupon("1A2B".parse().unwrap()));
}

#[test]
fn addresses_are_read_and_never_more_than_read() {
    let own = table(
        "[[rules]]\nname = 'club'\nmeaning = 'member_card'\nprefixes = ['https://club.example/01/']\nstrip = true",
    );
    for (text, wanted) in [
        ("https://club.example/01/77", card("77")),
        ("https://example.com/01/09506000134352", product("9506000134352")),
        ("https://example.com/01/09506000134352/10/LOT1?3103=001250", lot("9506000134352", "LOT1")),
        ("https://example.com/menu", code("https://example.com/menu")),
        ("HtTp://a/01/09506000134352", code("HtTp://a/01/09506000134352")),
        ("https://a/01/2112345678900", Meaning::Unknown(Unreadable::Length)),
        ("https://a/01/09506000134351", Meaning::Unknown(Unreadable::CheckDigit)),
    ] {
        let meaning = own.classify(scan(Origin::KeyboardWedge, text)).unwrap();
        match (&meaning, &wanted) {
            (Meaning::Labelled(label), Meaning::Labelled(lotted)) if label.measure.is_some() => {
                assert_eq!(label.measure, Some(Measure::Quantity(Quantity(1_250))), "{text}");
                assert_eq!(label.lot, lotted.lot, "{text}");
            }
            _ => assert_eq!(meaning, wanted, "{text}"),
        }
    }
    let long = format!("https://example.com/{}/01/09506000134352", "x".repeat(100));
    assert_eq!(read(Origin::KeyboardWedge, &long), product("9506000134352"));
    let other = format!("https://example.com/{}", "x".repeat(100));
    assert_eq!(read(Origin::KeyboardWedge, &other), Meaning::Unknown(Unreadable::TooLong));
}

#[test]
fn pages_for_customers_are_no_goods_whatever_a_rule_says() {
    let own = table(
        "[[rules]]\nname = 'all'\nmeaning = 'member_card'\nprefixes = ['https://hub.example/r/']\nstrip = true",
    );
    let key = "abcdefghijklmnopqrstuvwxyz234567";
    let receipt = Meaning::Page(OpenPage::Receipt(key.to_owned().try_into().unwrap()));
    let long = "x".repeat(60);
    for (text, wanted) in [
        (format!("https://hub.example/r/{key}"), receipt.clone()),
        (format!("]Q1https://{long}.example/r/{key}"), receipt.clone()),
        (format!(" HTTPS://HUB.EXAMPLE/R/{}\r", key.to_uppercase()), receipt),
        (format!("https://hub.example/c/{key}"), Meaning::Page(OpenPage::Member)),
        ("https://hub.example/r/77".to_owned(), card("77")),
    ] {
        for origin in [Origin::SerialScanner, Origin::KeyboardWedge, Origin::Typed] {
            assert_eq!(own.classify(scan(origin, &text)).unwrap(), wanted, "{text}");
        }
    }
}

#[test]
fn nothing_for_sale_in_the_symbol() {
    assert_eq!(read(Origin::SerialScanner, "]C100006141411234567890"), code("00006141411234567890"));
    let pallet = "]C10000614141123456789010LOT";
    assert_eq!(
        read(Origin::SerialScanner, pallet),
        Meaning::Unknown(Unreadable::Element(gs1::ElementError::Missing))
    );
    let shipped = "]C100006141411234567890403A\u{1d}400B";
    assert_eq!(read(Origin::SerialScanner, shipped), Meaning::Unknown(Unreadable::NotSold));
}
