use std::path::Path;
use std::thread;

use clap::Parser;
use kit::Lang;
use serde_json::Value;
use serialport::{SerialPort, TTYPort};

use super::*;

#[derive(Debug, Parser)]
struct Line {
    #[command(flatten)]
    args: ScanTest,
}

fn shown(lang: Lang, args: &[&str]) -> Result<String, Failure> {
    let line = Line::try_parse_from(["scan-test"].iter().chain(args)).unwrap();
    let settings = Settings { data: "no such folder".into(), ..Settings::default() };
    let mut out = vec![];
    show(&line.args, &settings, Words(lang), &mut out)?;
    Ok(String::from_utf8(out).unwrap())
}

/// The reads of a file, as objects.
fn reads(bytes: &[u8], args: &[&str]) -> Vec<Value> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let path = file.path().display().to_string();
    let text = shown(Lang::En, &[&["--file", &path, "--json"], args].concat()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn bytes_are_shown_with_their_names_and_their_meaning() {
    let reads = reads(b"]E05901234123457\r]C10109506000134352\x1d10A\r2990000010421\rhalf", &[]);
    let summary: Vec<_> =
        reads.iter().map(|r| (&r["read"], &r["symbol"], &r["meaning"], &r["text"])).collect();
    let wanted = serde_json::json!([
        ["whole", "]E0", "product", "5901234123457"],
        ["whole", "]C1", "labelled", "9506000134352"],
        ["whole", null, "member_card", "2990000010421"],
        ["unended", null, "none", ""],
    ]);
    assert_eq!(serde_json::json!(summary), wanted);
    let bytes = reads[0]["bytes"].as_array().unwrap();
    assert_eq!((bytes.len(), &bytes[0]["hex"], &bytes[0]["name"]), (17, &"5D".into(), &"]".into()));
    assert_eq!((&bytes[16]["hex"], &bytes[16]["name"]), (&"0D".into(), &"CR".into()));
    assert!(reads[1]["bytes"].as_array().unwrap().iter().any(|row| row["name"] == "GS"));
}

#[test]
fn tags_scales_and_typed_keys_are_understood() {
    let tag = &reads(b"\x02010063E9AE25\x03", &["--profile", "rdm6300"])[0];
    assert_eq!((&tag["meaning"], &tag["text"]), (&"code".into(), &"010063E9AE".into()));
    let bad = &reads(b"\x02100026F44426\x03", &["--profile", "rdm6300"])[0];
    assert_eq!((&bad["meaning"], &bad["text"]), (&"unreadable".into(), &"tag_checksum".into()));
    let weight = &reads(b"\x02 1.250\r", &["--profile", "mettler-8217"])[0];
    assert_eq!((&weight["meaning"], &weight["text"]), (&"weight".into(), &"1.250".into()));
    let moving = &reads(b"\x02?\x01\r", &["--profile", "mettler-8217"])[0];
    assert_eq!((&moving["meaning"], &moving["text"]), (&"unreadable".into(), &"scale_unstable".into()));
    let recorded = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/wedge-us.bin");
    let typed = &reads(&std::fs::read(recorded).unwrap(), &["--profile", "generic-wedge-us"])[0];
    assert_eq!((&typed["symbol"], &typed["text"]), (&"]E0".into(), &"5901234123457".into()));
    assert_eq!(
        typed["key_gaps"],
        serde_json::json!({
            "shortest_ms": 4, "median_ms": 8, "longest_ms": 12, "burst_gap_ms": 15
        })
    );
    assert_eq!(typed["bytes"][0]["name"], "]");
    let garbage = &reads(b"\xF8\x80\xE6\r", &[])[0];
    assert_eq!((&garbage["read"], &garbage["bytes"][0]["hex"]), (&"garbage".into(), &"F8".into()));
}

#[test]
fn no_byte_of_a_payment_card_is_shown_however_it_comes() {
    const PAN: &str = "4111111111111111";
    let parity: Vec<u8> = PAN.bytes().map(|b| if b.count_ones() % 2 == 1 { b | 0x80 } else { b }).collect();
    let mut keys = crate::device::wedge::tests::Recorder::new(Layout::Us, 4);
    keys.text(&format!("%B{PAN}^A/B^2512101?;{PAN}=2512101?")).press(28);
    let mut half_keys = crate::device::wedge::tests::Recorder::new(Layout::Us, 4);
    half_keys.text(&format!(";{PAN}"));
    let cases: Vec<(Vec<u8>, &[&str], &str)> = vec![
        (format!("{PAN}\r").into(), &[], "payment_card"),
        (format!("]C0{PAN}\r").into(), &[], "payment_card"),
        (format!(";{PAN}=25121011234500000000?9\r").into(), &["--profile", "generic-stripe"], "payment_card"),
        (
            format!("%B{PAN}^PEREZ/ANA^2512101?;{PAN}=2512101?\r").into(),
            &["--role", "stripe"],
            "payment_card",
        ),
        (keys.bytes.clone(), &["--profile", "generic-wedge-us"], "payment_card"),
        (keys.bytes, &["--profile", "generic-wedge-us", "--role", "stripe"], "payment_card"),
        (half_keys.bytes, &["--profile", "generic-wedge-us"], "none"),
        // No end, a wrong parity, two without an end between them, a wrong profile.
        (PAN.into(), &[], "none"),
        ([parity.as_slice(), b"\r"].concat(), &[], "none"),
        (format!("{PAN}{PAN}\r").into(), &[], "code"),
        (format!("\x02{PAN}\r\x03").into(), &["--profile", "rdm6300"], "unreadable"),
    ];
    for (bytes, args, meaning) in cases {
        let all = reads(&bytes, args);
        assert_eq!(all.len(), 1, "{args:?}");
        let read = &all[0];
        assert_eq!(read["meaning"], meaning, "{args:?}");
        assert!(read["hidden"].as_u64().unwrap() >= 10, "{read}");
        let text = read.to_string();
        assert!(!text.contains("1111") && !text.contains("\"31\"") && !text.contains("\"B1\""), "{text}");
    }
    let brand = &reads(format!("{PAN}\r").as_bytes(), &[])[0];
    assert_eq!(brand["text"], "Visa");
}

#[test]
fn it_speaks_spanish_and_english() {
    let (es, en) =
        (include_str!("../../../texts/scan-test.es.ftl"), include_str!("../../../texts/scan-test.en.ftl"));
    assert_eq!(kit::text::check_same_keys(es, en), Vec::<String>::new());
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), b"]E05901234123457\r4111111111111111\r\xFE\r").unwrap();
    let path = file.path().display().to_string();
    let es = shown(Lang::Es, &["--file", &path]).unwrap();
    for wanted in [
        "Lectura 1: completa",
        "0 ms  0D   CR",
        "Símbolo ]E0",
        "Artículo 5901234123457",
        "Tarjeta de pago (Visa)",
    ] {
        assert!(es.contains(wanted), "{wanted}\n{es}");
    }
    let en = shown(Lang::En, &["--file", &path]).unwrap();
    assert!(en.contains("Read 3: signs without sense; try another speed"), "{en}");
    for meaning in [
        "product",
        "labelled",
        "eight-digits",
        "member-card",
        "coupon",
        "receipt",
        "code",
        "unreadable",
        "payment-card",
        "weight",
        "none",
    ] {
        assert!(words::TEXTS.has(Lang::Es, &format!("meaning-{meaning}")), "{meaning}");
    }
}

/// Slow keys, with Shift held for some of them.
#[test]
fn a_reader_that_types_is_measured_for_the_screen() {
    for (gap, wanted) in
        [(4, "burst_gap_ms = 50 of [till] is enough"), (30, "set burst_gap_ms = "), (400, "Too slow")]
    {
        let mut keys = crate::device::wedge::tests::Recorder::new(Layout::Us, gap);
        keys.text("ABC-123").press(28);
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), keys.bytes).unwrap();
        let path = file.path().display().to_string();
        let text = shown(Lang::En, &["--file", &path, "--profile", "generic-wedge-us"]).unwrap();
        assert!(text.contains(wanted), "{gap}: {text}");
    }
}

#[test]
fn a_device_is_listened_to() {
    let (mut master, slave) = TTYPort::pair().unwrap();
    let path = slave.name().unwrap();
    drop(slave);
    let sender = thread::spawn(move || {
        for chunk in [&b"59012341"[..], b"23457\r"] {
            thread::sleep(Duration::from_millis(120));
            master.write_all(chunk).unwrap();
        }
        master
    });
    let text = shown(Lang::En, &["--device", &path, "--json", "--reads", "1"]).unwrap();
    let read: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(read["text"], "5901234123457");
    let gap = read["bytes"][8]["gap_ms"].as_u64().unwrap();
    assert!((60..2_000).contains(&gap), "between the chunks: {gap} ms");
    drop(sender.join().unwrap());
    let gone = shown(Lang::En, &["--device", &path]).unwrap_err();
    assert_eq!((gone.exit, gone.code), (Exit::Unreachable, "device_missing"));
    let wrong = shown(Lang::En, &["--device", &path, "--profile", "none"]).unwrap_err();
    assert_eq!((wrong.exit, wrong.code), (Exit::Config, "bad_device"));
}

#[test]
fn a_scale_is_asked_once() {
    let (mut master, slave) = TTYPort::pair().unwrap();
    let path = slave.name().unwrap();
    drop(slave);
    let scale = thread::spawn(move || {
        let mut question = [0];
        while io::Read::read(&mut master, &mut question).is_err() {}
        master.write_all(b"\x0200.735\r").unwrap();
        (question, master)
    });
    let text = shown(Lang::En, &["--device", &path, "--profile", "mettler-8217"]).unwrap();
    assert!(text.contains("Weight 0.735"), "{text}");
    assert_eq!(scale.join().unwrap().0, *b"W");
}

#[test]
fn the_help_begins_with_an_example_that_parses() {
    use clap::CommandFactory;
    let help = Line::command().render_long_help().to_string();
    let example = help.lines().next().unwrap();
    let words: Vec<&str> = example.split(' ').skip(1).collect();
    assert_eq!(words[0], "scan-test", "{help}");
    assert!(Line::try_parse_from(words).is_ok());
}
