use super::*;

const ES: &str = include_str!("../../texts/es.ftl");
const EN: &str = include_str!("../../texts/en.ftl");

#[test]
fn both_languages_have_the_same_texts() {
    assert_eq!(check_same_keys(ES, EN), Vec::<String>::new());
    let lacking = check_same_keys("a = { $x }\nb = B\n", "a = { $y }\n");
    assert_eq!(lacking.len(), 2, "{lacking:?}");
    assert_eq!(check_same_keys("a = { $n ->\n [one] x\n *[other] y\n}\n", "a = { $n }\n").len(), 2);
}

#[test]
fn counts_take_their_plural() {
    let texts = Texts::new(ES, EN).unwrap();
    for (locale, n, wanted) in [
        (Locale::EsCo, 1, "1 punto"),
        (Locale::EsCo, 0, "0 puntos"),
        (Locale::EsCo, 1_000_000, "1.000.000 de puntos"),
        (Locale::EsCo, 1_000_001, "1.000.001 puntos"),
        (Locale::EsEs, 1234, "1234 puntos"),
        (Locale::EsMx, 1234, "1,234 puntos"),
        (Locale::EnUs, 1, "1 point"),
        (Locale::EnUs, 1_000_000, "1,000,000 points"),
    ] {
        assert_eq!(texts.say(locale, "points-count", &[("n", n.into())]), wanted);
    }
    assert_eq!(texts.say(Lang::Es, "points-count", &[("n", Points(150).into())]), "1,5 puntos");
    assert_eq!(texts.say(Lang::En, "no-such-key", &[]), "no-such-key");
}

#[test]
fn the_reader_chooses_the_language() {
    for (header, wanted) in [
        ("es-CO,es;q=0.9,en;q=0.8", Some(Lang::Es)),
        ("en-GB;q=0.7, es;q=0.9", Some(Lang::Es)),
        ("en, es", Some(Lang::En)),
        ("de, fr;q=0.5", None),
        ("es;q=0, en;q=0.1", Some(Lang::En)),
        ("en;q=abc, es;q=0.1", Some(Lang::Es)),
        ("", None),
    ] {
        assert_eq!(Lang::from_accept_language(header), wanted, "{header:?}");
    }
    assert_eq!("es_MX".parse::<Locale>(), Ok(Locale::EsMx));
    assert!("fr-FR".parse::<Locale>().is_err());
    assert_eq!(Locale::for_reader(Lang::En, Locale::EsMx), Locale::EnUs);
    assert_eq!(Locale::for_reader(Lang::Es, Locale::EsMx), Locale::EsMx);
}
