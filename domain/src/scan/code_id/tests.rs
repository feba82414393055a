use super::*;
use crate::scan::{Brand, Meaning, PaymentCard, RuleTable, Unreadable};

fn scan(code_id: CodeId, text: &str) -> Result<Meaning, PaymentCard> {
    RuleTable::default().classify(Scan::tagged_by(code_id, Origin::SerialScanner, text).unwrap())
}

fn read(code_id: CodeId, text: &str) -> Meaning {
    scan(code_id, text).unwrap()
}

fn product(code: &str) -> Meaning {
    Meaning::Product(code.parse().unwrap())
}

#[test]
fn letters_of_makers_name_the_symbol() {
    use CodeId::{Aim, Honeywell, Symbol};
    let code = |text: &str| Meaning::Code(text.parse().unwrap());
    let unknown = Meaning::Unknown;
    for (code_id, text, wanted) in [
        (Aim, "]E05901234123457", product("5901234123457")),
        (Honeywell, "d5901234123457", product("5901234123457")),
        (Honeywell, "d5901234123458", unknown(Unreadable::CheckDigit)),
        (Honeywell, "D02345673", product("02345673")),
        (Honeywell, "D01234565", product("01234565")),
        (Honeywell, "c416000336108", product("0416000336108")),
        (Honeywell, "c0416000336108", product("0416000336108")),
        (Honeywell, "E01234565", product("0012345000065")),
        (Honeywell, "E01234565\r\n", product("0012345000065")),
        (Honeywell, "E012345000065", product("0012345000065")),
        (Honeywell, "E01234566", unknown(Unreadable::Length)),
        (Honeywell, "j5901234123457", product("5901234123457")),
        (Honeywell, "I0105901234123457", product("5901234123457")),
        (Honeywell, "{0105901234123457", product("5901234123457")),
        (Honeywell, "w0105901234123457\u{1d}", product("5901234123457")),
        (Honeywell, "shttps://a/01/05901234123457", product("5901234123457")),
        (Honeywell, "sSOCIO-1", code("SOCIO-1")),
        (Symbol, "A5901234123457", product("5901234123457")),
        (Symbol, "A416000336108", product("0416000336108")),
        (Symbol, "A96385074", product("96385074")),
        (Symbol, "K0105901234123457", product("5901234123457")),
        (Symbol, "BSOCIO-1", code("SOCIO-1")),
        (Symbol, "Q7702001", code("7702001")),
    ] {
        assert_eq!(read(code_id, text), wanted, "{text}");
    }
    let both = "01234565";
    let upc_a = expand_upc_e(both).unwrap().parse().unwrap();
    let either = Meaning::EightDigits { read: both.parse().unwrap(), upc_a };
    assert_eq!(read(Symbol, &format!("A{both}")), either);
}

#[test]
fn a_read_without_its_letter_is_told() {
    for (code_id, text) in [
        (CodeId::Honeywell, "7702001"),
        (CodeId::Symbol, ""),
        (CodeId::Symbol, "~7702001"),
        (CodeId::Honeywell, "\u{e9}1"),
        (CodeId::Aim, "d5901234123457"),
    ] {
        assert!(Scan::tagged_by(code_id, Origin::SerialScanner, text).is_err(), "{text}");
    }
}

#[test]
fn a_payment_card_is_seen_behind_any_letter() {
    let visa = Err(PaymentCard { brand: Brand::Visa });
    for text in ["j4111111111111111", "s4111111111111111", "q4111111111111111", "b4111111111111111"] {
        assert_eq!(scan(CodeId::Honeywell, text), visa, "{text}");
        assert_eq!(scan(CodeId::Symbol, &text.to_uppercase()), visa, "{text}");
    }
    // Symbols that only carry numbers of GS1: a GTIN that passes the check of a card is a GTIN.
    assert_eq!(read(CodeId::Honeywell, "d5901234123457"), product("5901234123457"));
    assert_eq!(read(CodeId::Symbol, "K0150000000000074"), product("50000000000074"));
}
