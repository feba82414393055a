use std::path::Path;

use clap::Parser;
use serde_json::Value;

use super::make::tidy_name;
use super::*;
use crate::sheet::Wrong;

#[derive(Debug, Parser)]
struct Line {
    #[command(flatten)]
    sheet: SheetArgs,
}

fn ask(words: &[&str]) -> Result<Report, SheetError> {
    let line = Line::try_parse_from([&["sheet"], words].concat()).unwrap();
    run(&line.sheet, &Registry::built_in().unwrap(), "2026-11-25".parse().unwrap())
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn entries(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

#[test]
fn without_a_folder_nothing_is_written_and_what_would_be_is_said() {
    let report = ask(&["cards", "--as", "ean13", "2990000010421", "--format", "pdf,svg,pdf"]).unwrap();
    assert!(report.dry_run);
    assert_eq!(report.text().unwrap(), "would write  cards-ean13.pdf\nwould write  cards-ean13-1.svg");
    assert_eq!(report.note(), "ok: 1 codes on 1 pages; next: --out FOLDER");

    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("new");
    ask(&["cards", "--as", "qr", "A-1", "--out", text(&out), "--dry-run"]).unwrap();
    assert!(!out.exists());
}

#[test]
fn what_is_there_is_overwritten_by_force_only() {
    let folder = tempfile::tempdir().unwrap();
    let words = ["cards", "--as", "gsrn", "373000000000000005", "--out", text(folder.path()), "--name", "x"];
    let report = ask(&words).unwrap();
    assert_eq!(report.files, [folder.path().join("x.pdf")]);
    let bytes = std::fs::read(&report.files[0]).unwrap();
    assert!(bytes.starts_with(b"%PDF-1.") && bytes.ends_with(b"%%EOF"));
    std::fs::write(&report.files[0], "mine").unwrap();
    let error = ask(&words).unwrap_err();
    assert_eq!((error.wrong, error.code), (Wrong::Failed, "file_exists"));
    assert_eq!(std::fs::read(&report.files[0]).unwrap(), b"mine");
    ask(&[&words[..], &["--force"]].concat()).unwrap();
    assert_eq!(std::fs::read(&report.files[0]).unwrap(), bytes);
}

#[test]
fn one_bad_number_of_a_list_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("numbers.txt");
    let out = folder.path().join("out");
    for (rows, code, said) in [
        (
            "# ours\n2990000010421\n\n2990000010422\n12\n",
            "bad_check_digit",
            "row 4: its check digit is 2, but 1",
        ),
        (
            "2990000010421\r\n2990000010438\r\n2990000010421\r\n",
            "number_twice",
            "row 3: the number of row 1 again",
        ),
        ("\u{feff}2990000010421\nx\n", "not_digits", "row 2: EAN-13 takes digits only"),
        ("# none\n\n", "no_numbers", "there is no card number"),
    ] {
        std::fs::write(&list, rows).unwrap();
        let error = ask(&["cards", "--as", "ean13", "--file", text(&list), "--out", text(&out)]).unwrap_err();
        assert_eq!(error.code, code, "{rows}");
        assert!(error.message.contains(said), "{error}");
        assert!(!out.exists());
    }
    let error = ask(&["cards", "--as", "qr", "4111111111111111"]).unwrap_err();
    assert_eq!((error.code, error.wrong), ("payment_card_number", Wrong::Config));
    assert!(!error.message.contains("4111"));
    let many: Vec<String> = (0..30).map(|number| format!("{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let error = ask(&[&["cards", "--as", "gsrn"], &many[..]].concat()).unwrap_err();
    assert!(
        error.message.starts_with("30 of 30 numbers") && error.message.ends_with("and 20 more"),
        "{error}"
    );
}

#[test]
fn one_picture_a_card() {
    let folder = tempfile::tempdir().unwrap();
    let out = text(folder.path());
    let words = ["cards", "--as", "code128", "A/1", "A 1", "--single", "--format", "png,svg", "--out", out];
    let report = ask(&words).unwrap();
    let names: Vec<&str> =
        report.files.iter().map(|file| file.file_name().unwrap().to_str().unwrap()).collect();
    // Two numbers that come to the same name keep apart.
    let wanted = ["0001-a-1.png", "0001-a-1.svg", "0002-a-1.png", "0002-a-1.svg"];
    assert_eq!(names, wanted.map(|name| format!("cards-code128-{name}")));
    assert_eq!(entries(folder.path()), 4);
    let error = ask(&["cards", "--as", "qr", "A", "--single", "--format", "pdf"]).unwrap_err();
    assert_eq!((error.code, error.wrong), ("no_single_pdf", Wrong::Usage));
}

#[test]
fn one_picture_a_code_of_a_till_and_none_is_called_by_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let out = text(folder.path());
    let till = ["till", "--hub", "https://hub.example", "--code", "ABCD-2345", "--till", "001/1", "--single"];
    let report = ask(&[&till[..], &["--format", "svg", "--out", out]].concat()).unwrap();
    let names: Vec<&str> =
        report.files.iter().map(|file| file.file_name().unwrap().to_str().unwrap()).collect();
    assert_eq!(names, ["till-001-1-0001-qr.svg", "till-001-1-0002-code128.svg"]);
    let drawn = std::fs::read_to_string(folder.path().join(names[1])).unwrap();
    assert!(drawn.contains("<svg") && drawn.contains("ABCD-2345"), "{drawn}");
}

#[test]
fn the_report_as_json() {
    let report = ask(&["cards", "--as", "gsrn", "373000000000000005", "--json"]).unwrap();
    let json: Value = serde_json::from_str(&report.text().unwrap()).unwrap();
    assert_eq!(json["sheet"], "cards");
    assert_eq!(json["dry_run"], true);
    assert_eq!(json["hash"], Value::Null);
    let code = serde_json::json!({ "symbology": "gsrn", "text": "373000000000000005", "reader_init": false });
    assert_eq!(json["codes"][0], code);
}

#[test]
fn a_setting_file_that_is_not_there_or_not_good() {
    let error = ask(&["settings", "no/such/file.toml"]).unwrap_err();
    assert_eq!((error.code, error.wrong), ("no_such_file", Wrong::NotFound));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.toml");
    std::fs::write(&file, "vendor = \"Zebra\"\nmodle = 1").unwrap();
    let error = ask(&["settings", text(&file)]).unwrap_err();
    assert_eq!((error.code, error.wrong), ("bad_settings_file", Wrong::Config));
    assert!(error.message.contains("line 2"), "{error}");
    std::fs::write(&file, [0xFF, 0xFE]).unwrap();
    assert_eq!(ask(&["settings", text(&file)]).unwrap_err().code, "unreadable_file");
}

#[test]
fn a_plan_has_codes_where_they_are_published_and_names_the_tool_for_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("chain.toml");
    std::fs::write(&file, "[every]\nsuffix = 'cr_lf'\ncode_id = 'aim'\nread_timeout_ms = 5000\n").unwrap();
    let plan = |profile| ask(&["plan", "--profile", profile, "--settings", text(&file)]);
    let report = plan("newland-hr").unwrap();
    let codes: Vec<&str> = report.codes.iter().map(|code| code.text.as_str()).collect();
    assert_eq!(codes, ["@SETUPE1", "@TSUSET0D0A", "@SETUPE0"]);
    // As a QR code too, and as nothing that no scanner is set up by.
    let symbol =
        |symbol| ask(&["plan", "--profile", "newland-hr", "--settings", text(&file), "--symbol", symbol]);
    assert!(symbol("qr").unwrap().codes.iter().all(|code| code.symbology == Symbology::Qr));
    assert_eq!(symbol("ean13").unwrap_err().code, "wrong_symbol");
    let note = report.note();
    for left in ["code_id = aim: with EasySet", "read_timeout_ms = 5000: with EasySet"] {
        assert!(note.contains(left), "{note}");
    }
    for (profile, wrong, code, fix) in [
        ("zebra-ssi-raw", Wrong::Config, "no_codes", "123Scan"),
        ("honeywell-usb", Wrong::Config, "no_codes", "EZConfig"),
        ("generic-serial", Wrong::Config, "no_codes", "the maker's manual"),
        ("newland", Wrong::NotFound, "no_profile", "firmware-config list"),
    ] {
        let error = plan(profile).unwrap_err();
        assert_eq!((error.wrong, error.code), (wrong, code), "{profile}");
        assert!(error.fix.unwrap().contains(fix), "{profile}");
    }
    std::fs::write(&file, "[every]\nsuffix = 'crlf'\n").unwrap();
    assert_eq!(plan("newland-hr").unwrap_err().code, "bad_settings");
}

#[test]
fn a_till_sheet_takes_what_the_hub_says() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("code.json");
    std::fs::write(
        &file,
        r#"{"code":"abcd-2345","expires_at":"2026-11-25T10:52:00Z","tills":["01/1"],"new":1}"#,
    )
    .unwrap();
    let hub = ["till", "--hub", "https://hub.example/"];
    let report = ask(&[&hub[..], &["--from", text(&file)]].concat()).unwrap();
    assert_eq!(report.title, "till 01/1");
    assert_eq!(report.codes[0].text, "pos-agent enrol --hub https://hub.example --code ABCD-2345");
    std::fs::write(&file, "{}").unwrap();
    assert_eq!(ask(&[&hub[..], &["--from", text(&file)]].concat()).unwrap_err().code, "bad_code_file");
    for (hub, code, wanted) in [
        ("hub.example", "ABCD2345", "bad_hub_url"),
        ("https://hub.example;reboot", "ABCD2345", "bad_hub_url"),
        ("https://hub.example/$(id)", "ABCD2345", "bad_hub_url"),
        ("https://hub example", "ABCD2345", "bad_hub_url"),
        ("https://", "ABCD2345", "bad_hub_url"),
        ("https://hub.example", "ABCD234", "bad_enrolment_code"),
        ("https://hub.example", "ABCD234;", "bad_enrolment_code"),
    ] {
        assert_eq!(ask(&["till", "--hub", hub, "--code", code]).unwrap_err().code, wanted, "{hub} {code}");
    }
}

#[test]
fn names_of_files_are_plain() {
    for name in ["", "../x", "a b", "x.pdf"] {
        let error = ask(&["cards", "--as", "qr", "A", "--name", name]).unwrap_err();
        assert_eq!((error.code, error.wrong), ("bad_name", Wrong::Usage), "{name}");
    }
    assert_eq!(tidy_name("Honeywell  Xenon 1900/é"), "honeywell-xenon-1900");
}
