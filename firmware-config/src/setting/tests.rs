use std::path::Path;

use super::*;

#[test]
fn every_setting_is_listed_once_and_its_name_is_the_one_in_files() {
    for (at, setting) in Setting::ALL.iter().enumerate() {
        assert_eq!(toml::Value::try_from(setting).unwrap().as_str(), Some(setting.name()));
        assert!(Setting::ALL[at + 1..].iter().all(|later| later > setting), "{setting}");
    }
    assert_eq!(Setting::ALL.last(), Some(&Setting::Baud));
}

#[test]
fn a_word_fits_its_setting() {
    for (setting, good, bad) in [
        (Setting::Suffix, "cr_lf", "crlf"),
        (Setting::CodeId, "aim", "on"),
        (Setting::Ocr, "off", "false"),
        (Setting::Baud, "9600", "09600"),
        (Setting::Baud, "921600", "299"),
        (Setting::ReadTimeoutMs, "5000", "-1"),
    ] {
        assert_eq!(setting.word(good).unwrap().as_str(), good);
        let said = setting.word(bad).unwrap_err().to_string();
        assert!(said.starts_with(&format!("{setting} cannot be \"{bad}\"")), "{said}");
    }
}

#[test]
fn a_profile_adds_to_what_every_reader_is_set_to() {
    let settings = Settings::parse(
        "[every]\nsuffix = 'cr'\nocr = false\n[only.fast]\nbaud = 115200\nsuffix = 'tab'\n[only.other]\n",
    )
    .unwrap();
    let words = |id: &str| -> Vec<String> {
        settings.wanted(id).iter().map(|(setting, word)| format!("{setting}={word}")).collect()
    };
    assert_eq!(words("fast"), ["suffix=tab", "ocr=off", "baud=115200"]);
    assert_eq!(words("unnamed"), ["suffix=cr", "ocr=off"]);
    assert!(settings.check_profiles(|id| id != "gone").is_ok());
    let error = settings.check_profiles(|id| id == "fast").unwrap_err().to_string();
    assert!(error.contains("[only.other]"), "{error}");
}

#[test]
fn what_the_maker_s_sheet_sets_is_not_compared() {
    let settings =
        Settings::parse("[every]\nsuffix = 'cr'\nocr = false\n[only.paper]\nsuffix = 'by_sheet'\n").unwrap();
    let words = |wanted: Wanted| -> Vec<String> {
        wanted.iter().map(|(setting, word)| format!("{setting}={word}")).collect()
    };
    for (id, wanted, by_sheet) in
        [("paper", vec!["ocr=off"], vec!["suffix=cr"]), ("other", vec!["suffix=cr", "ocr=off"], vec![])]
    {
        assert_eq!(
            (words(settings.wanted(id)), words(settings.by_sheet(id))),
            (
                wanted.into_iter().map(str::to_owned).collect(),
                by_sheet.into_iter().map(str::to_owned).collect()
            )
        );
        assert_eq!(words(settings.whole(id)), ["suffix=cr", "ocr=off"]);
    }
    let error = Settings::parse("[only.paper]\nsuffix = 'by_sheet'").unwrap_err().to_string();
    assert!(error.contains("[every] does not say what the sheet sets"), "{error}");
    // What every reader has is not by sheet: some can be asked.
    assert!(Settings::parse("[every]\nsuffix = 'by_sheet'").is_err());
}

#[test]
fn what_is_not_a_setting_is_refused_with_its_place() {
    for (text, wanted) in [
        ("[every]\nsufix = 'cr'", "unknown variant `sufix`"),
        ("[all]\nsuffix = 'cr'", "unknown field `all`"),
        ("[every]\nsuffix = 'crlf'", "one of cr, lf, cr_lf, tab, none"),
        ("[every]\nocr = 'maybe'", "true or false"),
        ("[only.x]\nbaud = 7", "from 300 to 921600"),
        ("[every]\nbaud = 1.5", "line 2"),
        ("[every", "line 1"),
    ] {
        let error = Settings::parse(text).unwrap_err().to_string();
        assert!(error.contains(wanted), "{text}\n{error}");
    }
    let error = Settings::read(Path::new("no such file")).unwrap_err().to_string();
    assert!(error.starts_with("no such file: "), "{error}");
}
