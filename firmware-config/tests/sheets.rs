//! Sheets as they are printed, read back by a reader that is not ours: `tests/oracles/sheets.py` by zxing-cpp.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Parser;
use firmware_config::Registry;
use firmware_config::sheet::Symbology;
use firmware_config::sheet::cli::{Report, SheetArgs, run};
use serde_json::{Value, json};

#[derive(Debug, Parser)]
struct Line {
    #[command(flatten)]
    sheet: SheetArgs,
}

fn sheet(words: &[&str]) -> Report {
    let line = Line::try_parse_from([&["sheet"], words].concat()).unwrap();
    run(&line.sheet, &Registry::built_in().unwrap(), "2026-11-25".parse().unwrap()).unwrap()
}

/// The virtual environment that `tests/run` makes beside the build.
fn python() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let python = test.ancestors().nth(3).unwrap().join("venv/bin/python");
    assert!(
        python.exists(),
        "{} is missing: run tests/run once, it installs tests/requirements.txt there",
        python.display()
    );
    python
}

struct Desk {
    folder: PathBuf,
    manifest: Vec<Value>,
    _temporary: Option<tempfile::TempDir>,
}

impl Desk {
    /// In the folder of screenshots if there is one, to be looked at.
    fn new(name: &str) -> Self {
        let (folder, temporary) = match std::env::var_os("SHOTS") {
            Some(shots) => (Path::new(&shots).join(format!("sheets-{name}")), None),
            None => {
                let temporary = tempfile::tempdir().unwrap();
                (temporary.path().to_owned(), Some(temporary))
            }
        };
        std::fs::create_dir_all(&folder).unwrap();
        Self { folder, manifest: vec![], _temporary: temporary }
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Makes the sheet in each of these kinds of file, and notes what must be read of each.
    fn print(&mut self, name: &str, words: &[&str], formats: &[&str]) -> Report {
        self.print_with(name, words, formats, &[])
    }

    /// The PDF gives these texts back as well.
    fn print_with(&mut self, name: &str, words: &[&str], formats: &[&str], texts: &[&str]) -> Report {
        let out = self.folder.to_str().unwrap().to_owned();
        let mut last = None;
        for format in formats {
            let to = ["--out", &out, "--name", name, "--format", format, "--force"];
            let report = sheet(&[words, &to].concat());
            let files: Vec<&str> =
                report.files.iter().map(|file| file.file_name().unwrap().to_str().unwrap()).collect();
            let texts = if *format == "pdf" { texts } else { &[] };
            self.manifest.push(json!({ "files": files, "codes": report.codes, "words": texts }));
            last = Some(report);
        }
        last.unwrap()
    }

    fn read_back(&self) {
        let manifest = serde_json::to_vec_pretty(&self.manifest).unwrap();
        std::fs::write(self.folder.join("manifest.json"), manifest).unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/oracles/sheets.py");
        let said = Command::new(python()).arg(script).arg(&self.folder).output().unwrap();
        let text = String::from_utf8_lossy(&said.stdout);
        assert!(said.status.success(), "{text}{}", String::from_utf8_lossy(&said.stderr));
        assert!(text.contains(&format!("{} sheets, 0 failed", self.manifest.len())), "{text}");
    }
}

const ALL: &[&str] = &["png", "svg", "pdf"];

const NEWLAND: &str = r#"
vendor = "Newland"
model = "NLS-WD4"
verified = "no"
[[step]]
es = "Terminar cada lectura con CR y LF"
en = "End each read with CR and LF"
text = "@TSUSET0D0A"
"#;

/// Long steps with FNC3, two of them as long as a code may be.
fn honeywell() -> String {
    let mut text = String::from(
        "vendor = \"Honeywell\"\nmodel = \"Xenon 1900\"\nverified = \"manual\"\nsource = \"Guía del usuario de ejemplo, páginas 12 a 31\"\n",
    );
    // Two of them are real ones of other scanners: one has a digit alone, one is nothing but a pair of digits.
    for number in 0..14 {
        let content = match number {
            4 | 10 => "Z".repeat(40),
            12 => "000B0".to_owned(),
            13 => "91".to_owned(),
            _ => format!("EXAMPLE{number:03}."),
        };
        text.push_str(&format!(
            "[[step]]\nes = \"Paso de ejemplo número {number}: añada un sufijo después de cada código leído, ¿sí?\"\nen = \"Example step number {number}: add a suffix behind each code that is read\"\ntext = \"{content}\"\n"
        ));
    }
    text
}

#[test]
fn setting_sheets_are_read_back_with_their_fnc3() {
    let mut desk = Desk::new("settings");
    let newland = desk.file("newland.toml", NEWLAND);
    let honeywell = desk.file("honeywell.toml", &honeywell());
    let qr = desk.file("newland-qr.toml", &NEWLAND.replace("text =", "symbol = \"qr\"\ntext ="));

    let report = desk.print("newland-es", &["settings", &newland], ALL);
    let texts: Vec<&str> = report.codes.iter().map(|code| code.text.as_str()).collect();
    assert_eq!(texts, ["@SETUPE1", "@TSUSET0D0A", "@SETUPE0"]);
    desk.print("newland-qr-en", &["settings", &qr, "--lang", "en", "--paper", "letter"], ALL);
    let words = [
        "HOJA DE CONFIGURACIÓN",
        "Honeywell Xenon 1900",
        "Guía del usuario de ejemplo, páginas 12 a 31",
        "después de cada código leído, ¿sí?",
        "[FNC3] EXAMPLE011.",
        "página 3 de 3",
    ];
    let spanish = desk.print_with("honeywell-es", &["settings", &honeywell], ALL, &words);
    let english = ["settings", &honeywell, "--lang", "en", "--paper", "letter"];
    let english = desk.print("honeywell-en", &english, ALL);
    assert!(spanish.codes.iter().all(|code| code.reader_init) && spanish.codes.len() == 14);
    assert!(spanish.pages > 1);
    assert_eq!(spanish.hash, english.hash);
    desk.read_back();
}

#[test]
fn the_sheet_of_a_plan_is_read_back_and_says_what_it_leaves_out() {
    let mut desk = Desk::new("plan");
    let chain = "[every]\nsuffix = 'cr_lf'\ncode_id = 'aim'\nillumination = true\n";
    let chain = desk.file("chain.toml", chain);
    let plan = ["plan", "--profile", "newland-hr", "--settings", &chain];
    let words = [
        "Fin de cada lectura: CR y LF",
        "published setting sheets",
        "Sin probar",
        "Queda por configurar",
        "delante de cada lectura: AIM",
        "Iluminación: sí",
    ];
    let spanish = desk.print_with("plan-es", &plan, ALL, &words);
    let words = ["End of each read: CR and LF", "Still to be set", "Illumination: yes"];
    let english = desk.print_with("plan-en", &[&plan[..], &["--lang", "en"]].concat(), ALL, &words);
    assert_eq!(spanish.hash, english.hash);
    let qr = desk.print("plan-qr", &[&plan[..], &["--symbol", "qr"]].concat(), ALL);
    assert!(qr.codes.iter().all(|code| code.symbology == Symbology::Qr), "{:?}", qr.codes);
    assert_eq!(qr.codes.len(), spanish.codes.len());
    let codes: Vec<&str> = spanish.codes.iter().map(|code| code.text.as_str()).collect();
    assert_eq!(codes, ["@SETUPE1", "@TSUSET0D0A", "@SETUPE0"]);
    desk.read_back();
}

#[test]
fn card_sheets_are_read_back_in_every_symbology() {
    let mut desk = Desk::new("cards");
    // Ten cards are more than a page.
    let ean = "2990000010421 2990000010438 2990000010445 2990000010452 2990000010469 2990000010476 \
        2990000010483 2990000010490 2990000010506 2990000010513";
    let text = "SOCIO-0001 SOCIO-0002 29900001 A1 AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-/:% 1234567";
    let gsrn = "373000000000000005 373000000000000012";
    let title = ["--title", "Almacén Ñandú & Cía. <Peña>"];
    for (symbology, numbers) in [("ean13", ean), ("code128", text), ("qr", text), ("gsrn", gsrn)] {
        let numbers: Vec<&str> = numbers.split_whitespace().collect();
        let words = [&["cards", "--as", symbology], &numbers[..]].concat();
        let spanish = [&words[..], &title].concat();
        desk.print_with(&format!("cards-{symbology}-es"), &spanish, ALL, &["Almacén Ñandú & Cía. <Peña>"]);
        desk.print(
            &format!("cards-{symbology}-en"),
            &[&words[..], &["--lang", "en", "--paper", "letter"]].concat(),
            ALL,
        );
        desk.print(&format!("single-{symbology}"), &[&words[..], &["--single"]].concat(), &["png", "svg"]);
    }
    desk.read_back();
}

#[test]
fn till_sheets_are_read_back() {
    let mut desk = Desk::new("till");
    let said = r#"{"code":"ABCD-2345","expires_at":"2026-11-25T10:52:00Z","tills":["01/1","01/2"]}"#;
    let from = desk.file("code.json", said);
    for lang in ["es", "en"] {
        let words = ["till", "--hub", "https://hub.example:8443/yapa/", "--from", &from, "--lang", lang];
        let report = desk.print(&format!("till-{lang}"), &words, ALL);
        assert_eq!(
            report.codes[0].text,
            "pos-agent enrol --hub https://hub.example:8443/yapa --code ABCD-2345"
        );
        assert_eq!(report.codes[1].text, "ABCD-2345");
    }
    desk.print("till-code", &["till", "--hub", "http://127.0.0.1:8080", "--code", "abcd2345"], ALL);
    desk.read_back();
}
