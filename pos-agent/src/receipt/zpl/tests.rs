use proptest::prelude::*;

use super::*;
use crate::receipt::kept::is_kept;

const GSRN: &str = "950110153000000014";
const TEMPORARY: &str = "YT0123456789ABCDEF";

fn shelf_of(code: &str) -> ShelfLabel {
    ShelfLabel {
        name: "Café 500 g".to_owned(),
        price: "$\u{A0}18.900".to_owned(),
        sku: "1003".to_owned(),
        code: code.to_owned(),
    }
}

fn card_of(number: &str) -> CardLabel {
    CardLabel { chain: "Almacenes La Ceiba".to_owned(), number: number.to_owned() }
}

/// `tests/paper/zpl.py` draws them and reads their codes.
#[test]
fn labels_for_each_length_of_number() {
    let usual = LabelSize::default();
    let wide = LabelSize { width_mm: 70, ..usual };
    let fine = LabelSize { dots_per_mm: 12, ..usual };
    let small = LabelSize { width_mm: 30, ..usual };
    for (name, code, size, bars, qr) in [
        ("shelf-13", "2000000000312", usual, true, false),
        ("shelf-8", "96385074", usual, true, false),
        ("shelf-18", GSRN, usual, true, false),
        ("shelf-temporary", TEMPORARY, usual, false, true),
        ("shelf-fine", "2000000000312", fine, true, false),
        ("shelf-small", GSRN, small, false, true),
    ] {
        let label = shelf(&shelf_of(code), size);
        assert_eq!((label.bars, label.qr), (bars, qr), "{name}");
        is_kept(&format!("{name}.zpl"), label.zpl.as_bytes());
    }
    for (name, number, size, bars, qr) in [
        ("card-13", "2990000010421", usual, true, true),
        ("card-18", GSRN, usual, true, true),
        ("card-temporary", TEMPORARY, usual, false, true),
        ("card-wide", TEMPORARY, wide, true, true),
        ("card-fine", GSRN, fine, true, true),
    ] {
        let label = card(&card_of(number), size);
        assert_eq!((label.bars, label.qr), (bars, qr), "{name}");
        is_kept(&format!("{name}.zpl"), label.zpl.as_bytes());
    }
}

/// What a printer is told of one code.
#[derive(Debug)]
struct Told<'z> {
    at: (u32, u32),
    module: u32,
    command: &'z str,
    height: u32,
    data: String,
}

fn told(zpl: &str) -> Vec<Told<'_>> {
    let number =
        |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap();
    let codes = zpl.split("^FS").filter_map(|piece| {
        let (at, code) = piece.split_once("^BY")?;
        let (x, y) = at.rsplit_once("^FO")?.1.split_once(',')?;
        let (code, data) = code.split_once("^FD")?;
        let command = code.find("^B").map(|at| &code[at..at + 3])?;
        Some(Told {
            at: (number(x), number(y)),
            module: number(code),
            command,
            height: number(code.split("N,").nth(1)?),
            data: unescaped(data),
        })
    });
    codes.collect()
}

fn unescaped(data: &str) -> String {
    ["5E^", "7E~", "5F_"].iter().fold(data.to_owned(), |text, pair| {
        text.replace(&format!("_{}", &pair[..2]), &format!("\u{1}{}", &pair[2..])).replace('\u{1}', "")
    })
}

/// The text of a Code 128 and its characters with start, check and stop.
fn read_128(data: &str) -> (String, u32) {
    let (mut text, mut count, mut in_c, mut rest) = (String::new(), 2, false, data);
    while let Some(first) = rest.chars().next() {
        let (taken, is_code) = match rest.get(..2) {
            Some(">0") => (2, true),
            Some(control @ (">;" | ">:" | ">5" | ">6")) => {
                in_c = matches!(control, ">;" | ">5");
                (2, false)
            }
            _ => (if in_c { 2 } else { first.len_utf8() }, true),
        };
        if is_code {
            text.push_str(if in_c || taken == 1 { &rest[..taken] } else { ">" });
        }
        count += 1;
        rest = &rest[taken..];
    }
    (text, count)
}

fn fits(zpl: &str, size: LabelSize, wanted: &str) {
    let (width, height) = (size.width_mm * size.dots_per_mm, size.height_mm * size.dots_per_mm);
    for Told { at: (x, y), module, command, height: tall, data } in told(zpl) {
        let millimetre = size.dots_per_mm;
        assert!(module * 4 >= millimetre, "a module of {module} dots at {millimetre} to the millimetre");
        let (left, modules, right, text) = match command {
            "^BE" => (11, 95, 7, data),
            "^B8" => (7, 67, 7, data),
            "^BC" => {
                let (text, characters) = read_128(&data);
                (10, 11 * characters + 2, 10, text)
            }
            _ => {
                let text = data.strip_prefix("MA,").unwrap();
                let modules = u32::try_from(kit::qr::modules(text).unwrap().len()).unwrap();
                assert!(y >= 4 * module && y + (modules + 4) * module <= height, "{zpl}");
                (4, modules, 4, text.to_owned())
            }
        };
        assert!(x >= left * module, "{left} modules are white at the left: {zpl}");
        assert!(x + (modules + right) * module <= width, "{right} modules are white at the right: {zpl}");
        assert!(command == "^BQ" || (tall > 0 && y + tall < height), "{zpl}");
        assert!(wanted == text || (command != "^BC" && wanted.starts_with(&text)), "{text:?} for {wanted:?}");
    }
}

proptest! {
    #[test]
    fn no_symbol_is_wider_than_its_label(
        code in prop_oneof!["[0-9]{1,64}", "[A-Z0-9-]{1,64}", "([0-9]{1,9}[A-Z>^~_ ]){1,6}", "YT[0-9A-HJKMNP-TV-Z]{16}"],
        width_mm in 20_u32..=200,
        height_mm in 12_u32..=300,
        dots_per_mm in 6_u32..=24,
    ) {
        let size = LabelSize { width_mm, height_mm, dots_per_mm };
        for label in [shelf(&shelf_of(&code), size), card(&card_of(&code), size)] {
            let codes = told(&label.zpl);
            prop_assert_eq!(codes.iter().any(|code| code.command == "^BQ"), label.qr);
            prop_assert_eq!(codes.iter().any(|code| code.command != "^BQ"), label.bars);
            fits(&label.zpl, size, &code);
        }
    }
}

#[test]
fn a_text_whose_encoding_changes_has_room_for_it() {
    let (code, size) =
        ("0000000>00000 0~0000>0000~", LabelSize { width_mm: 66, height_mm: 55, dots_per_mm: 7 });
    let label = shelf(&shelf_of(code), size);
    assert!(label.qr);
    fits(&label.zpl, size, code);
}

#[test]
fn digits_go_two_by_two_where_it_is_shorter() {
    for (text, data, characters) in [
        ("2990000010421", ">;299000001042>61", 9),
        (GSRN, ">;950110153000000014", 10),
        ("12", ">;12", 2),
        ("123", ">:123", 4),
        ("A-17", ">:A-17", 5),
        ("A12345", ">:A1>52345", 6),
        ("A12345B", ">:A12345B", 8),
        ("A1234567B", ">:A1>5234567>6B", 9),
        (TEMPORARY, ">:YT>50123456789>6ABCDEF", 16),
    ] {
        let modules = Bars::code128(text).unwrap().drawn(4_000, 8, (0, 60)).unwrap();
        assert!(modules.ends_with(&format!("^FD{data}^FS")), "{modules}");
        assert_eq!(read_128(data), (text.to_owned(), characters + 2), "{text}");
    }
}

#[test]
fn a_long_name_keeps_to_its_two_lines() {
    // 368 dots, letters of 30: 20 columns.
    assert_eq!(shortened("Café 500 g", 368, 30, 2), "Café 500 g");
    let long = "Detergente líquido concentrado para ropa de color, aroma a lavanda, 3 litros";
    let short = shortened(long, 368, 30, 2);
    assert_eq!(short, "Detergente líquido concentrado para…");
    for text in [long, &"A".repeat(70)] {
        let short = shortened(text, 368, 30, 2);
        let lines = crate::receipt::layout::wrapped(&short, 20);
        assert!(lines.len() <= 2 && short.ends_with('…'), "{lines:?}");
    }
}

#[test]
fn names_cannot_command_the_printer() {
    for (text, wanted) in [
        ("^XZ^XA", "_5EXZ_5EXA"),
        ("~JR", "_7EJR"),
        ("a_41", "a_5F41"),
        ("a\nb\u{1B}c", "a b c"),
        ("ñ € 50%", "ñ € 50%"),
    ] {
        assert_eq!(field(text), wanted);
    }
    assert_eq!(block("a\\&b"), "a/&b");
    let hostile = ShelfLabel {
        name: "^XZ~JR".to_owned(),
        price: "^FS".to_owned(),
        sku: String::new(),
        code: ">;^XZ~".to_owned(),
    };
    let text = shelf(&hostile, LabelSize::default()).zpl;
    assert_eq!(text.matches("^XZ").count(), 1);
    assert!(!text.contains('~') && text.contains("^FD>:>0;_5EXZ_7E^FS"), "{text}");
}

#[test]
fn the_symbol_follows_the_number() {
    for (code, wanted) in [
        ("2000000000312", Some("^BEN,60,N,N^FD200000000031^FS")),
        ("96385074", Some("^B8N,60,N,N^FD9638507^FS")),
        ("96385075", Some("^BCN,60,N,N,N^FH^FD>;96385075^FS")),
        ("2000000000313", Some("^BCN,60,N,N,N^FH^FD>;200000000031>63^FS")),
        // Left out, its letter would make another number of it.
        ("ñ17", None),
        ("", None),
    ] {
        let drawn = Bars::of_product(code).and_then(|bars| bars.drawn(400, 8, (0, 60)));
        let drawn = drawn.as_deref().and_then(|text| text.split_once("^BY")).map(|(_, text)| &text[1..]);
        assert_eq!(drawn, wanted, "{code}");
    }
}
