use super::*;
use crate::profile::{CodeId, Content, Layout, Line, Parity, Suffix, Transport, Verified};

/// Loads profiles from a folder as `(file stem, text)`.
fn load(files: &[(&str, &str)]) -> Result<Registry, RegistryError> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("README.md"), "not a profile").unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(format!("{name}.toml")), text).unwrap();
    }
    Registry::with_folder(folder.path())
}

#[test]
fn every_shipped_profile_loads_and_builds() {
    let registry = Registry::built_in().unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("profiles");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    files.sort();
    let built: Vec<&str> = registry.all().map(|(profile, _)| profile.id.as_str()).collect();
    assert_eq!(built, files, "a file in profiles/ is not built in");
    for (profile, source) in registry.all() {
        assert_eq!(*source, Source::BuiltIn);
        let text = toml::to_string(profile).unwrap();
        assert_eq!(toml::from_str::<Profile>(&text).unwrap(), *profile);
    }
}

#[test]
fn the_generic_reader_is_a_plain_line() {
    let registry = Registry::built_in().unwrap();
    let profile = registry.get("generic-serial").unwrap();
    let line = profile.line.unwrap();
    assert_eq!((line.baud, line.data_bits, line.parity, line.stop_bits), (9_600, 8, Parity::None, 1));
    assert_eq!((profile.frame.suffix, profile.code_id), (Suffix::CrLf, CodeId::Aim));
    assert!(profile.frame.bytes_max >= crate::profile::QR_DIGITS_MAX);
    assert_eq!(registry.get("other"), None);
}

#[test]
fn readers_that_need_other_settings_have_them() {
    let registry = Registry::built_in().unwrap();
    let get = |id: &str| registry.get(id).unwrap();
    let line = |id: &str| get(id).line.map(|line| (line.baud, line.data_bits, line.parity));
    assert_eq!(line("honeywell-rs232"), Some((115_200, 8, Parity::None)));
    assert_eq!(line("mettler-8217"), Some((9_600, 7, Parity::Even)));
    assert_eq!(get("honeywell-usb").transport, Transport::Cdc);
    assert_eq!(
        (get("zebra-ssi-raw").frame.suffix, get("zebra-ssi-raw").frame.idle_ms),
        (Suffix::None, Some(200))
    );
    let tags = get("rdm6300");
    assert!(tags.frame.stx && tags.content == Content::Em4100 && tags.repeat_ms > 50);
    assert_eq!(get("rdm6300-label").content, Content::Em4100Label);
    assert_eq!(get("generic-wedge-es").layout, Some(Layout::Es));
    assert_eq!(get("generic-serial").verified, Verified::No);
    // A maker's own identifiers are asked for by name.
    for (text, wanted) in [("honeywell", CodeId::Honeywell), ("symbol", CodeId::Symbol)] {
        let own = format!("id = 'own'\ninherits = 'generic-serial'\ncode_id = '{text}'\n[line]\ndtr = true");
        let registry = load(&[("own", &own)]).unwrap();
        let profile = registry.get("own").unwrap();
        assert_eq!((profile.code_id, profile.line.unwrap().dtr), (wanted, Some(true)));
    }
}

#[test]
fn a_profile_inherits_and_says_what_differs() {
    let registry = load(&[
        ("fast", "id = 'fast'\ninherits = 'generic-serial'\n[line]\nbaud = 115200"),
        ("fast-tab", "id = 'fast-tab'\ninherits = 'fast'\nverified = 'manual'\n[frame]\nsuffix = 'tab'"),
    ])
    .unwrap();
    let profile = registry.get("fast-tab").unwrap();
    let generic = registry.get("generic-serial").unwrap();
    let line = Line { baud: 115_200, ..generic.line.unwrap() };
    assert_eq!(profile.line, Some(line));
    assert_eq!((profile.frame.suffix, profile.frame.bytes_max), (Suffix::Tab, generic.frame.bytes_max));
    assert_eq!((profile.verified, &profile.vendor), (Verified::Manual, &generic.vendor));
    assert!(registry.all().any(|(p, source)| p.id == "fast" && matches!(source, Source::File(_))));
}

#[test]
fn what_does_not_hold_together_is_refused_by_name() {
    let child = |rest: &str| format!("id = 'x'\ninherits = 'generic-serial'\n{rest}");
    for (files, wanted) in [
        (vec![("x", "id = 'y'".to_owned())], "name the file after its id"),
        (vec![("x", String::new())], "name the file after its id"),
        (vec![("x", "id = ".to_owned())], "\"x\" is not readable"),
        (vec![("x", "id = 'x'".to_owned())], "missing field"),
        (vec![("x", child("colour = 'red'"))], "unknown field `colour`"),
        (vec![("x", child("[line]\nspeed = 9600"))], "unknown field `speed`"),
        (vec![("x", child("transport = 'usb'"))], "unknown variant `usb`"),
        (vec![("generic-serial", "id = 'generic-serial'".to_owned())], "is there twice"),
        (vec![("x", "id = 'x'\ninherits = 'z'".to_owned())], "\"x\" inherits \"z\", which is not there"),
        (vec![("x", "id = 'x'\ninherits = 7".to_owned())], "which is not there"),
        (vec![("x", "id = 'x'\ninherits = 'x'".to_owned())], "circle: x → x"),
        (
            vec![("x", "id = 'x'\ninherits = 'y'".to_owned()), ("y", "id = 'y'\ninherits = 'x'".to_owned())],
            "circle: x → y → x",
        ),
        (vec![("X", "id = 'X'\ninherits = 'generic-serial'".to_owned())], "\"X\": id:"),
        (vec![("x", child("vendor = ' '"))], "names: vendor and model"),
        (vec![("x", child("transport = 'hid'"))], "line_present: Hid has no line"),
        (vec![("x", child("layout = 'us'"))], "Serial has no keys"),
        (vec![("x", "id = 'x'\ninherits = 'generic-wedge-us'\nlayout = 'fr'".to_owned())], "`fr`"),
        (vec![("x", child("content = 'uid'"))], "Uid does not come from Serial"),
        (
            vec![("x", "id = 'x'\ninherits = 'generic-wedge-us'\ncontent = 'cas_22'".to_owned())],
            "Cas22 needs a line",
        ),
        (vec![("x", child("content = 'em4100'"))], "set code_id = \"none\""),
        (vec![("x", child("code_id = 'vendor'"))], "unknown variant `vendor`"),
        (vec![("x", child("[line]\nbaud = 9601"))], "baud: 9601"),
        (vec![("x", child("[line]\ndata_bits = 9"))], "bits: 9 data bits"),
        (vec![("x", child("[line]\nstop_bits = 3"))], "3 stop bits"),
        (vec![("x", child("[frame]\nstx = true"))], "stx_needs_etx"),
        (vec![("x", child("[frame]\nsuffix = 'none'"))], "idle: without a suffix"),
        (vec![("x", child("[frame]\nsuffix = 'none'\nidle_ms = 5"))], "idle_ms is 5"),
        (vec![("x", child("[frame]\nidle_ms = 50"))], "take idle_ms out"),
        (vec![("x", child("[frame]\nprefix = [0x0d]"))], "byte 0x0d never arrives"),
        (vec![("x", child("[frame]\nprefix = [0x11]\n[line]\nflow = 'xon_xoff'"))], "byte 0x11 never"),
        (vec![("x", child("[frame]\nprefix = [1,2,3,4,5,6,7,8,9,1,2,3,4,5,6,7,8]"))], "17 bytes: at most 16"),
        (vec![("x", child("[frame]\nbytes_max = 63"))], "bytes_max: is 63"),
        (vec![("x", child("usb = ['0C2E:*']"))], "usb: \"0C2E:*\""),
        (
            vec![("x", child("[settings.ocr]\nverified='no'\nsource='s'\nvalues={off='A'}"))],
            "need [programming]",
        ),
    ] {
        let texts: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let error = load(&texts).expect_err(wanted).to_string();
        assert!(error.contains(wanted), "{texts:?}\n{error}");
    }
    let line =
        toml::from_str::<Profile>("id='x'\nvendor='v'\nmodel='m'\ntransport='cdc'\nverified='no'").unwrap();
    assert_eq!(line.validate().unwrap_err().check, "line_present");
}

#[test]
fn good_frames_pass() {
    for frame in [
        "suffix = 'etx'\nstx = true\nprefix = [0x23]",
        "suffix = 'none'\nidle_ms = 50",
        "suffix = 'cr'",
        "bytes_max = 4096",
    ] {
        let text = format!("id = 'x'\ninherits = 'generic-serial'\n[frame]\n{frame}");
        assert!(load(&[("x", &text)]).is_ok(), "{frame}");
    }
    assert!(Registry::with_folder(Path::new("no such folder")).is_err());
}

/// What a profile may not say about programming.
#[test]
fn what_cannot_be_said_to_a_device_is_refused_by_name() {
    let ssi = |rest: &str| format!("id = 'x'\ninherits = 'zebra-ssi-raw'\n{rest}");
    let of = |parent: &str, setting: &str, rest: &str| {
        format!(
            "id = 'x'\ninherits = '{parent}'\n[settings.{setting}]\nverified = 'no'\nsource = 's'\n{rest}"
        )
    };
    let setting = |rest: &str| of("zebra-ssi-raw", "aimer", rest);
    for (text, wanted) in [
        (ssi("[programming]\ndialect = 'klingon'"), "unknown variant `klingon`"),
        (ssi("[programming]\nspeed = 1"), "unknown field `speed`"),
        (ssi("[programming]\ntimeout_ms = 19"), "programming: timeout_ms is 19"),
        (ssi("[programming]\nretries = 6"), "6 retries"),
        (ssi("[programming]\nreply_max = 15"), "reply_max is 15"),
        (ssi("[programming]\npause_ms = 10001"), "pauses are at most"),
        (ssi("[settings.colour]\nvalues = {}"), "unknown variant `colour`"),
        (ssi("[settings.code_id]\nfrom = 1"), "unknown field `from`"),
        (setting("values = {}"), "settings: aimer: no values"),
        (setting("values = { red = '2D01' }"), "aimer cannot be \"red\""),
        (setting("values = { on = '2D01', off = '2D01' }"), "stands for two values"),
        (setting("values = { on = '2D' }"), "one parameter and its value"),
        (setting("ask = '2D01'\nvalues = { on = '2D01' }"), "the number of one parameter"),
        // Another parameter, or another length, is never what is answered.
        (
            setting("ask = '2D'\nvalues = { on = '2D01', off = '2E00' }"),
            "\"2E00\" is never the answer to \"2D\"",
        ),
        (
            of(
                "honeywell-rs232",
                "suffix",
                "ask = 'SUFBK2'\nvalues = { cr = 'SUFBK2990D', none = 'SUFCA2' }",
            ),
            "\"SUFCA2\" is never",
        ),
        (of("gm65", "aimer", "ask = '00D001'\nvalues = { on = '00D101' }"), "\"00D101\" is never"),
        (of("gm65", "aimer", "ask = '00D001'\nvalues = { on = '00D00101' }"), "\"00D00101\" is never"),
        (setting("timeout_ms = 5\nvalues = { on = '2D01' }"), "timeout_ms is 5"),
        (setting("reply_max = 5\nvalues = { on = '2D01' }"), "reply_max is 5"),
        (
            setting("source = ' '\nvalues = { on = '2D01' }").replacen("source = 's'\n", "", 1),
            "say in source",
        ),
        ("id = 'x'\ninherits = 'honeywell-rs232'\ntransport = 'cdc'".to_owned(), "baud: Cdc has no speed"),
    ] {
        let error = load(&[("x", &text)]).expect_err(wanted).to_string();
        assert!(error.contains(wanted), "{text}\n{error}");
    }
    // A word of two bytes is asked for by its number, without the mark before it.
    let word = setting("ask = 'F101'\nvalues = { on = 'F4F1010001', off = 'F4F1010000' }");
    load(&[("x", &word)]).unwrap();
}

/// Every phrase of every shipped profile stands for its word in whatever case a device says it back, and may be
/// said back at all. That devices do is shown by whole rounds, in [`crate::round`].
#[test]
fn every_shipped_phrase_is_bytes() {
    let registry = Registry::built_in().unwrap();
    let mut programmed = vec![];
    for (profile, _) in registry.all() {
        let Some(programming) = &profile.programming else { continue };
        programmed.push(programming.dialect);
        for (setting, command) in &profile.settings {
            assert!(command.verified <= Verified::Manual, "{} {setting}: tried where?", profile.id);
            for (word, phrase) in &command.values {
                assert_eq!(command.word(&phrase.to_lowercase()), Some(word.as_str()));
                let answers = |ask: &String| programming.dialect.speech().may_answer(ask, phrase);
                assert!(command.ask.as_ref().is_none_or(answers), "{} {setting}: {phrase}", profile.id);
            }
        }
    }
    programmed.sort();
    programmed.dedup();
    assert_eq!(programmed, crate::dialect::Dialect::ALL, "a dialect without a profile");
}

#[test]
fn every_shipped_code_on_paper_is_one_that_a_source_of_ours_gives() {
    let registry = Registry::built_in().unwrap();
    let mut codes = 0;
    for (profile, _) in registry.all() {
        for text in profile.settings.values().flat_map(|command| command.sheet.values()) {
            let vendor = crate::sheet::Vendor::named(&profile.vendor).unwrap();
            assert!((vendor.known)(text), "{}: {text}", profile.id);
            codes += 1;
        }
    }
    assert!(codes > 0);
    let empty = "id = 'own'\ninherits = 'newland-hr'\n[settings.suffix.sheet]\ncr_lf = ''";
    assert!(load(&[("own", empty)]).unwrap_err().to_string().contains("code on paper"));
    let word = "id = 'own'\ninherits = 'newland-hr'\n[settings.suffix.sheet]\ncrlf = '@X'";
    assert!(load(&[("own", word)]).unwrap_err().to_string().contains("one of cr, lf"));
}
