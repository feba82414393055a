use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;

fn read(text: &str) -> Result<String, ElementError> {
    Elements::read(&text.replace('^', "\u{1d}")).map(|elements| elements.to_string())
}

/// `^` stands for the separator.
#[test]
fn element_strings_are_cut() {
    for (text, wanted) in [
        ("011231231231233310ABC123^99TESTING", "(01)12312312312333(10)ABC123(99)TESTING"),
        ("0112312312312333235XYZ^10ABC", "(01)12312312312333(235)XYZ(10)ABC"),
        (
            "01095060001343521727123110LOT1^31030012503922199",
            "(01)09506000134352(17)271231(10)LOT1(3103)001250(3922)199",
        ),
        ("0109506000134352^10LOT1^", "(01)09506000134352(10)LOT1"),
        ("8018373000000000000005", "(8018)373000000000000005"),
        ("00006141411234567890", "(00)006141411234567890"),
        ("400ABC^400ABC", "(400)ABC"),
        ("2559506000134352", "(255)9506000134352"),
        ("2559506000134352123^390110", "(255)9506000134352123(3901)10"),
        ("80030950600013435210A/b", "(8003)0950600013435210A/b"),
        ("8010ABC", "!"),
        ("80109506-A/1^8011123", "(8010)9506-A/1(8011)123"),
        ("01095060001343528008271231", "!"),
        ("0109506000134352800827123112", "(01)09506000134352(8008)27123112"),
        ("01095060001343528008271231125959", "(01)09506000134352(8008)271231125959"),
        ("010950600013435270032712312359", "(01)09506000134352(7003)2712312359"),
        ("0109506000134352710A", "(01)09506000134352(710)A"),
        ("90A^91B", "(90)A(91)B"),
        ("020950600013435237000024", "(02)09506000134352(37)000024"),
    ] {
        match wanted {
            "!" => assert!(read(text).is_err(), "{text}"),
            _ => assert_eq!(read(text), Ok(wanted.to_owned()), "{text}"),
        }
    }
}

#[test]
fn broken_element_strings_are_told_apart() {
    use ElementError::{
        Character, CheckDigit, Date, Excluded, Length, Missing, Repeated, Separator, UnknownAi, Value,
    };
    for (text, why) in [
        ("", Length),
        ("0109506000134351", CheckDigit),
        ("8018373000000000000003", CheckDigit),
        ("0109506000134352^^10A", Separator),
        ("^0109506000134352", Separator),
        ("010950600013435210A^^", Separator),
        ("010950600013435217271331", Date),
        ("010950600013435217270230", Date),
        ("010950600013435217270010", Date),
        ("01095060001343527006270200", Date),
        ("01095060001343527003271231", Length),
        ("010950600013435270032712312460", Value),
        ("010950600013435210ABC^10ABD", Repeated),
        ("400ABC^400AB", Repeated),
        ("0109506000134352010950600013436", Length),
        ("01095060001343520105901234123457", Repeated),
        ("010950600013435", Length),
        ("010950600013435A", Character),
        ("010950600013435210", Length),
        ("010950600013435210ABCDEFGHIJKLMNOPQRSTU", Length),
        ("010950600013435210A B", Character),
        ("01123123123123 3", Character),
        ("010950600013435210\u{e9}", Character),
        ("80109506a", Character),
        ("80109506^801101", Value),
        ("0409506000134352", UnknownAi),
        ("0109506000134352A", Character),
        ("3106001250", UnknownAi),
        ("010950600013435231030012503102000125", Excluded),
        ("01095060001343522559506000134352", Excluded),
        ("01095060001343520209506000134352371", Excluded),
        ("8018373000000000000005^8017373000000000000005", Excluded),
        ("01095060001343523922199^393297800199", Excluded),
        ("10LOT1", Missing),
        ("17271231", Missing),
        ("3103001250", Missing),
        ("3922199", Missing),
        ("0209506000134352", Missing),
        ("372", Missing),
        ("80191", Missing),
        ("81110010", Missing),
        ("0109506000134352427A", Missing),
        ("8030abc", Missing),
    ] {
        assert_eq!(read(text), Err(why), "{text}");
    }
}

#[test]
fn tests_of_single_parts() {
    for (element, is_good) in [
        ("0109506000134352800112340000100191", true),
        ("0109506000134352800100000000100191", false),
        ("0109506000134352800112340000100131", false),
        ("00006141411234567890^4321", false),
        ("0000614141123456789043211", true),
        ("0000614141123456789043212", false),
        ("0000614141123456789043091800000000", false),
        ("00006141411234567890430918000000003600000000", true),
        ("00006141411234567890430918000000013600000000", false),
        ("000061414112345678904330000100", true),
        ("000061414112345678904330000100-", true),
        ("000061414112345678904330000100+", false),
        ("000061414112345678904300A%20B", true),
        ("000061414112345678904300A%2", false),
        ("801837300000000000000572521", false),
        ("8018373000000000000005^72521", true),
        ("8018373000000000000005^72523", false),
        ("8018373000000000000005^725019990230", false),
        ("8018373000000000000005^725019990228", true),
        ("8018373000000000000005^7259A^72581/2", true),
        ("8018373000000000000005^7259A^72582/1", false),
        ("8018373000000000000005^72581/2", false),
        ("8018373000000000000005^724180", true),
        ("8018373000000000000005^724111", false),
        ("8006095060001343520102", true),
        ("8006095060001343520302", false),
        ("80040000A", true),
        ("8004A000A", false),
        ("253950600013435210A", true),
        ("4149506000134352^25410", true),
        ("41495060001343527040", false),
        ("41495060001343527040123A", true),
    ] {
        assert_eq!(read(element).is_ok(), is_good, "{element}: {:?}", read(element));
    }
}

#[test]
fn a_date_has_the_century_that_is_near() {
    let today: NaiveDate = "2026-11-25".parse().unwrap();
    for (text, wanted) in [
        ("271231", Some("2027-12-31")),
        ("270200", Some("2027-02-28")),
        ("280200", Some("2028-02-29")),
        ("271200", Some("2027-12-31")),
        ("760101", Some("2076-01-01")),
        ("770101", Some("1977-01-01")),
        ("000229", Some("2000-02-29")),
        ("270229", None),
        ("270001", None),
        ("270000", None),
        ("271331", None),
        ("2712", None),
    ] {
        let date = ElementDate::read(text).and_then(|date| date.near(today));
        assert_eq!(date, wanted.and_then(|day| day.parse().ok()), "{text}");
    }
}

#[test]
fn addresses_of_gs1_digital_link() {
    let link = |text: &str| Elements::read_link(text).map(|found| found.map(|elements| elements.to_string()));
    for (text, wanted) in [
        ("http://a/00/006141411234567890", "(00)006141411234567890"),
        ("HTTP://a/00/006141411234567890", "(00)006141411234567890"),
        ("https://a/00/006141411234567890", "(00)006141411234567890"),
        ("HTTPS://a/00/006141411234567890", "(00)006141411234567890"),
        ("https://a/01/12312312312333", "(01)12312312312333"),
        ("https://xn--fsq.xn--0zwm56d/01/12312312312333", "(01)12312312312333"),
        ("https://a.:65535/01/12312312312333", "(01)12312312312333"),
        ("https://[2001:db8::1]/01/12312312312333", "(01)12312312312333"),
        ("https://a/more/stem/00/006141411234567890", "(00)006141411234567890"),
        ("https://a/00/faux/00/006141411234567890", "(00)006141411234567890"),
        (
            "https://a/01/12312312312333/22/V/10/L%2F1/21/S?17=271200&x=9&linkType=all#top",
            "(01)12312312312333(22)V(10)L/1(21)S(17)271200",
        ),
        ("https://a/01/12312312312333/21/S", "(01)12312312312333(21)S"),
        ("https://a/01/12312312312333/235/T", "(01)12312312312333(235)T"),
        ("https://a/01/12312312312333?10=LOT&3103=001250", "(01)12312312312333(10)LOT(3103)001250"),
        ("https://a/01/12312312312333?99=TEST", "(01)12312312312333(99)TEST"),
        ("https://a/8018/373000000000000005", "(8018)373000000000000005"),
        ("https://a/8018/373000000000000005/8019/12", "(8018)373000000000000005(8019)12"),
    ] {
        assert_eq!(link(text), Ok(Some(wanted.to_owned())), "{text}");
    }
    for text in [
        "",
        "ftp://",
        "http://",
        "http:///",
        "http://a",
        "http://a/",
        "http://a/b",
        "http://a/b/",
        "HtTp://a/b/00/006141411234567890",
        "https://00/006141411234567890",
        "https://[fe80::1%25lo]/01/12312312312333",
        "https://$a/01/12312312312333",
        "https://a$/01/12312312312333",
        "https://a/gtin/12312312312333",
        "https://a/gtin/12312312312333/ser/ABC123",
        "ftp://a/01/12312312312333",
        "https://a/<01/12312312312333",
        "https://a/b>/01/12312312312333",
        "https://a/{/01/12312312312333",
        "https://a/}/01/12312312312333",
        "https://a/\\/01/12312312312333",
        "https://a/^/01/12312312312333",
        "https://a/`/01/12312312312333",
        "https://a/b c/01/12312312312333",
    ] {
        assert_eq!(link(text), Ok(None), "{text}");
    }
    for (text, why) in [
        ("https://a/01/2112345678900", ElementError::Length),
        ("https://a/01/416000336108", ElementError::Length),
        ("https://a/01/12312312312334", ElementError::CheckDigit),
        ("https://a/01/", ElementError::Length),
        ("https://a/01/12312312312333/10/A/22/V", ElementError::Order),
        ("https://a/01/12312312312333/10/A/235/T", ElementError::Order),
        ("https://a/01/12312312312333/10/A/10/A", ElementError::Order),
        ("https://a/01/12312312312333/17/271231", ElementError::Order),
        ("https://a/01/12312312312333?21=S", ElementError::Order),
        ("https://a/01/12312312312333?07=1", ElementError::UnknownAi),
        ("https://a/01/12312312312333?17=", ElementError::Length),
        ("https://a/01/12312312312333?17=271331", ElementError::Date),
        ("https://a/01/12312312312333?10=A+B", ElementError::Character),
        ("https://a/01/12312312312333/10/%00", ElementError::Character),
        ("https://a/01/12312312312333/10/%C3%A9", ElementError::Character),
        ("https://a/01/12312312312333?01=09506000134352", ElementError::Repeated),
    ] {
        assert_eq!(link(text), Err(why), "{text}");
    }
}

/// Elements as a symbol carries them, and as an address does.
fn written(gtin: &str, lot: &str, day: &str) -> (String, String) {
    let percent =
        |c: char| if c.is_ascii_alphanumeric() { c.to_string() } else { format!("%{:02X}", c as u32) };
    let escaped: String = lot.chars().map(percent).collect();
    (
        format!("01{gtin}17{day}10{lot}\u{1d}3103001250"),
        format!("https://a/01/{gtin}/10/{escaped}?17={day}&3103=001250"),
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        payload in "[0-9]{13}",
        lot in "[!\"%&'()*+,./:;<=>?_0-9A-Za-z-]{1,20}",
        (month, day) in (1_u32..=12, 0_u32..=28),
    ) {
        let gtin = format!("{payload}{}", char::from(crate::scan::check_digit(&payload).unwrap()));
        let day = format!("27{month:02}{day:02}");
        let (symbol, address) = written(&gtin, &lot, &day);
        let wanted = format!("(01){gtin}(17){day}(10){lot}(3103)001250");
        prop_assert_eq!(read(&symbol), Ok(wanted));
        let linked = Elements::read_link(&address).unwrap().unwrap();
        prop_assert_eq!(linked.to_string(), format!("(01){gtin}(10){lot}(17){day}(3103)001250"));
    }

    #[test]
    fn nothing_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..80), text in "[0-9A-z\u{1d}%/?&=é]{0,40}") {
        let lossy = String::from_utf8_lossy(&bytes).into_owned();
        for text in [lossy, text] {
            let _ = Elements::read(&text);
            let _ = Elements::read_link(&format!("https://a/01/{text}"));
            let _ = Elements::read_link(&text);
        }
    }
}
