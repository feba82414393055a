use super::super::frame::Look;
use super::super::page::{Paper, Shape};
use super::super::{Symbology, Wrong};
use super::vendors::{NEWLAND_ENTER, NEWLAND_LEAVE};
use super::*;

fn request(vendor: &str, text: &str) -> SettingRequest {
    let step = StepRequest {
        es: "Añadir sufijo".to_owned(),
        en: "Add a suffix".to_owned(),
        text: text.to_owned(),
        symbol: Symbology::Code128,
        reader_init: None,
    };
    SettingRequest {
        vendor: vendor.to_owned(),
        model: "X1".to_owned(),
        verified: Verified::No,
        source: None,
        step: vec![step],
    }
}

#[test]
fn what_no_source_gives_is_refused_with_the_makers_tool() {
    for (vendor, text, tool) in [
        ("Honeywell", "232BAD9.", "EZConfig"),
        ("honeywell", "000B0", "EZConfig"),
        ("Zebra", "91", "123Scan"),
        ("Datalogic", "/82000010/r", "Aladdin"),
        ("Hangzhou Grow", "S_CMD_0001", "the maker's manual"),
        ("Newland", "@FACDEF", "EasySet"),
        ("Newland", "@INTERF10", "EasySet"),
        ("Newland", "@TSUSET0D", "EasySet"),
        ("Newland", "@tsuset0d0a", "EasySet"),
        ("Newland", "TSUSET0D0A", "EasySet"),
    ] {
        let error = request(vendor, text).check().unwrap_err();
        assert_eq!((error.code, error.wrong), ("unverified_content", Wrong::Config), "{vendor}");
        assert!(error.message.starts_with("step 1: "), "{error}");
        assert!(error.fix.unwrap().contains(tool), "{vendor}");
    }
    let mut blank = request("Zebra", "91");
    blank.source = Some("  ".to_owned());
    assert_eq!(blank.check().unwrap_err().code, "unverified_content");
}

#[test]
fn contents_with_a_source_get_the_makers_symbol() {
    for (vendor, init) in [("Honeywell", true), ("Zebra", true), ("Datalogic", true), ("Acme", false)] {
        let mut sourced = request(vendor, "000B0");
        sourced.source = Some(" Manual, page 12 ".to_owned());
        let sheet = sourced.check().unwrap();
        assert_eq!(sheet.steps[0].code.is_reader_init(), init, "{vendor}");
        assert_eq!(sheet.source.as_deref(), Some("Manual, page 12"));
    }
}

#[test]
fn a_newland_sheet_enters_and_leaves_once() {
    let texts = |request: SettingRequest| -> Vec<String> {
        request.check().unwrap().steps.iter().map(|step| step.code.text().to_owned()).collect()
    };
    let wanted = ["@SETUPE1", "@TSUSET0D0A", "@SETUPE0"];
    assert_eq!(texts(request("Newland", "@TSUSET0D0A")), wanted);
    let mut whole = request("NEWLAND", "@TSUSET0D0A");
    for (at, text) in [(0, NEWLAND_ENTER), (2, NEWLAND_LEAVE)] {
        let step = StepRequest { text: text.to_owned(), ..whole.step[0].clone() };
        whole.step.insert(at, step);
    }
    assert_eq!(texts(whole), wanted);

    let mut qr = request("Newland", "@TSUSET0D0A");
    qr.step[0].symbol = Symbology::Qr;
    let sheet = qr.check().unwrap();
    assert!(sheet.steps.iter().all(|step| step.code.symbology() == Symbology::Qr));
    assert_eq!(
        (sheet.steps[0].words.get(Lang::Es), sheet.steps[0].words.get(Lang::En)),
        ("Entrar en la configuración", "Enter configuration")
    );
}

#[test]
fn what_a_scanner_does_not_obey_is_refused() {
    let cases: [(&str, fn(&mut SettingRequest), &str); 12] = [
        ("Honeywell", |r| r.step[0].reader_init = Some(false), "wrong_reader_init"),
        ("Newland", |r| r.step[0].reader_init = Some(true), "wrong_reader_init"),
        ("Zebra", |r| r.step[0].symbol = Symbology::Qr, "wrong_symbol"),
        ("Newland", |r| r.step[0].symbol = Symbology::Ean13, "wrong_symbol"),
        ("Acme", |r| r.step[0].symbol = Symbology::Gsrn, "wrong_symbol"),
        ("Acme", |r| (r.step[0].symbol, r.step[0].reader_init) = (Symbology::Qr, Some(true)), "wrong_symbol"),
        ("Acme", |r| r.step.clear(), "no_steps"),
        ("Acme", |r| r.step[0].en = " ".to_owned(), "no_words"),
        ("Acme", |r| r.model = String::new(), "no_model"),
        ("Acme", |r| r.model = "X\u{7}1".to_owned(), "unprintable"),
        ("Acme", |r| r.step[0].es = "ñ".repeat(301), "unprintable"),
        ("Acme", |r| r.source = Some("手册".to_owned()), "unprintable"),
    ];
    for (vendor, change, wanted) in cases {
        let mut wrong = request(vendor, "@TSUSET0D0A");
        wrong.source = Some("manual".to_owned());
        change(&mut wrong);
        assert_eq!(wrong.check().unwrap_err().code, wanted, "{vendor}");
    }
}

#[test]
fn a_file_is_read_strictly() {
    let good = "vendor = \"Newland\"\nmodel = \"HR52\"\nverified = \"no\"\n[[step]]\nes = \"a\"\nen = \"b\"\ntext = \"@TSUSET0D0A\"\n";
    assert_eq!(SettingRequest::read(good).unwrap().step.len(), 1);
    for bad in [
        good.replace("model", "modle"),
        good.replace("text", "content"),
        good.replace("\"no\"", "\"maybe\""),
        good.replace("en = \"b\"\n", ""),
        "vendor = ".to_owned(),
    ] {
        let error = SettingRequest::read(&bad).unwrap_err();
        assert_eq!((error.code, error.wrong), ("bad_settings_file", Wrong::Config), "{bad}");
    }
}

#[test]
fn the_hash_is_of_what_the_scanner_is_told() {
    let sheet = |text: &str| request("Newland", text).check().unwrap();
    let hash = sheet("@TSUSET0D0A").hash();
    assert_eq!(hash.len(), 12);
    let mut words = request("Newland", "@TSUSET0D0A");
    words.step[0].es = "Otras palabras".to_owned();
    assert_eq!(words.check().unwrap().hash(), hash);
    let mut qr = request("Newland", "@TSUSET0D0A");
    qr.step[0].symbol = Symbology::Qr;
    let mut model = request("Newland", "@TSUSET0D0A");
    model.model = "X2".to_owned();
    let others = [sheet("@SETUPE1").hash(), qr.check().unwrap().hash(), model.check().unwrap().hash()];
    assert!(others.iter().all(|other| *other != hash), "{others:?}");
}

/// The words of a page, and whether all of it stands within the paper.
fn words_of(page: &crate::sheet::Page) -> String {
    let mut words = vec![];
    for shape in &page.shapes {
        match shape {
            Shape::Text { left, base, size, face, text, .. } => {
                let right = left + super::super::font::width(*face, *size, text);
                assert!(
                    *left >= 0 && right <= page.width && *base <= page.height,
                    "{text:?} leaves the page"
                );
                words.push(text.as_str());
            }
            Shape::Rect { left, top, width, height, .. } => {
                assert!(*left >= 0 && *top >= 0, "a bar leaves the page");
                assert!(left + width <= page.width && top + height <= page.height, "a bar leaves the page");
            }
        }
    }
    words.join(" ")
}

#[test]
fn every_page_says_what_it_is_and_nothing_leaves_it() {
    let mut request = request("Honeywell", "000B0");
    request.model = "Un modelo con un nombre largo ".repeat(3);
    request.source = Some("Una fuente que hay que citar entera ".repeat(8));
    let step = StepRequest { es: "Palabras del paso ".repeat(16), ..request.step[0].clone() };
    request.step =
        (0..14).map(|number| StepRequest { text: format!("{number:0>40}"), ..step.clone() }).collect();
    let sheet = request.check().unwrap();
    let hash = sheet.hash();
    for (paper, lang, page_of) in
        [(Paper::A4, Lang::Es, "página 2 de"), (Paper::Letter, Lang::En, "page 2 of")]
    {
        let pages = pages(&sheet, Look { paper, lang, date: "2026-11-25".parse().unwrap() });
        assert!(pages.len() >= 2);
        let all: Vec<String> = pages.iter().map(words_of).collect();
        for words in &all {
            assert!(
                words.contains("2026-11-25") && words.contains(&hash[8..]) && words.contains("Un modelo con")
            );
        }
        assert!(all[1].contains(page_of), "{}", all[1]);
        let numbers: Vec<String> = (1..=14).map(|number| number.to_string()).collect();
        let joined = all.concat();
        assert!(numbers.iter().all(|number| joined.split(' ').any(|word| word == number)), "{joined}");
    }
}

#[test]
fn how_far_a_sheet_was_tried_is_printed() {
    for (verified, es, en) in [
        (Verified::No, "Sin probar", "Not tried"),
        (Verified::Manual, "Según el manual", "Agrees with the maker's manual"),
        (Verified::Bench, "Probada con el aparato", "Tried with the device"),
    ] {
        let mut request = request("Newland", "@TSUSET0D0A");
        request.verified = verified;
        let sheet = request.check().unwrap();
        for (lang, wanted) in [(Lang::Es, es), (Lang::En, en)] {
            let look = Look { paper: Paper::A4, lang, date: "2026-11-25".parse().unwrap() };
            assert!(words_of(&pages(&sheet, look)[0]).contains(wanted), "{wanted}");
        }
    }
}
