use kit::Lang;

use super::*;

pub(crate) mod samples;

pub use samples::*;

#[test]
fn every_screen_renders_in_both_languages() {
    for lang in Lang::ALL {
        for (name, screen) in samples(lang) {
            let page = Page { s: &screen }.render().unwrap();
            let fragment = Fragment { s: &screen }.render().unwrap();
            assert!(page.contains(&format!("<html lang=\"{}\" data-theme=\"dark\">", lang.code())), "{name}");
            assert!(page.contains("id=\"entry\"") && page.contains("id=\"actions\""), "{name}");
            for html in [&page, &fragment] {
                for banned in [" style=", " onclick", "<script>", "<style", "<x>", "<1 kg>", "<2\"", "{ $"] {
                    assert!(!html.contains(banned), "{name}: {banned}");
                }
            }
            assert!(!fragment.contains("id=\"entry\""), "{name}: a fragment must leave what is typed alone");
        }
    }
}

#[test]
fn every_text_that_a_screen_names_exists() {
    use super::super::words::TEXTS;
    let (es, en) = (include_str!("../../../texts/es.ftl"), include_str!("../../../texts/en.ftl"));
    assert_eq!(kit::text::check_same_keys(es, en), Vec::<String>::new());
    let templates = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/till");
    let mut named = 0;
    for file in std::fs::read_dir(templates).unwrap() {
        let html = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for call in [".t(\"", ".with(\"", ".count(\""] {
            for rest in html.split(call).skip(1) {
                let key = &rest[..rest.find('"').unwrap()];
                assert!(TEXTS.has(Lang::Es, key) && TEXTS.has(Lang::En, key), "{key}");
                named += 1;
            }
        }
    }
    assert!(named > 60, "{named}");
}

#[test]
fn an_unknown_code_blocks_pay_and_says_why() {
    let page = Page { s: &screen(full(), Mode::Sale, Lang::Es) }.render().unwrap();
    assert!(page.contains("aria-disabled=\"true\" aria-describedby=\"pay-why\""));
    assert!(page.contains("Resuelva antes los códigos desconocidos"));
    assert!(page.contains("Código desconocido 2000000000176"));
    assert!(!page.contains("pay-exact"), "no way to pay around it");
    let page = Page { s: &screen(ready(), Mode::Sale, Lang::Es) }.render().unwrap();
    assert!(page.contains("id=\"pay-exact\"") && !page.contains("aria-disabled"));
}

#[test]
fn offline_says_what_is_stale() {
    for (lang, wanted) in [
        (Lang::Es, "Sin conexión · 4 ventas por enviar · los saldos son de las 10:42"),
        (Lang::En, "Offline · 4 sales to send · balances as of 10:42"),
    ] {
        let page = Page { s: &screen(empty(), Mode::Sale, lang) }.render().unwrap();
        assert!(page.contains(wanted), "{wanted}");
    }
}

#[test]
fn notes_are_what_a_customer_hands_over() {
    let cop: kit::Currency = "COP".parse().unwrap();
    let eur: kit::Currency = "EUR".parse().unwrap();
    for (currency, due, wanted) in [
        (&cop, 1_845_000, [1_900_000, 2_000_000, 5_000_000]),
        (&cop, 8_050_000, [8_500_000, 9_000_000, 10_000_000]),
        (&cop, 2_000_000, [5_000_000, 0, 0]),
        (&cop, 0, [100_000, 0, 0]),
        (&cop, -500, [100_000, 0, 0]),
        (&eur, 1_230, [1_500, 2_000, 5_000]),
        (&eur, 25_001, [26_000, 30_000, 40_000]),
    ] {
        let notes: Vec<i64> = round_notes(Money(due), currency.round_steps()).iter().map(|m| m.0).collect();
        let wanted: Vec<i64> = wanted.into_iter().filter(|w| *w > 0).collect();
        assert_eq!(notes, wanted, "{due}");
    }
    assert_eq!(round_notes(Money(i64::MAX), cop.round_steps()), vec![]);
}

#[test]
fn long_codes_keep_both_ends() {
    assert_eq!(short_code("2000000000176"), "2000000000176");
    assert_eq!(short_code("https://example.com/p/123456"), "https://…p/123456");
}
