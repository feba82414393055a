use super::*;
use crate::simulate::{self, Cable, Fault};

/// What stands behind each port.
fn plugged(path: &Path, line: Line) -> io::Result<Box<dyn Wire>> {
    let registry = Registry::built_in().unwrap();
    let cable = |id: &str, baud, fault: Option<Fault>| -> io::Result<Box<dyn Wire>> {
        let profile = registry.get(id).unwrap();
        Ok(Box::new(Cable::new(simulate::Device::new(profile, baud, fault).unwrap(), line.baud)))
    };
    match path.to_str().unwrap() {
        "/dev/zebra" => cable("zebra-ssi-raw", 9_600, None),
        "/dev/fast" => cable("zebra-ssi-raw", 57_600, None),
        "/dev/pulled" => cable("zebra-ssi-raw", 9_600, Some("unplug".parse().unwrap())),
        "/dev/opticon" => cable("opticon-serial", 9_600, None),
        _ => Err(io::Error::new(io::ErrorKind::NotFound, "no such port")),
    }
}

#[test]
fn each_device_of_a_till_is_named_with_how_it_stands() {
    let till = "hub = 'x'\n
        [[device]]\npath = '/dev/zebra'\nprofile = 'zebra-ssi-raw'\ntill = 2\n
        [[device]]\npath = '/dev/fast'\nprofile = 'zebra-ssi-raw'\n
        [[device]]\npath = '/dev/pulled'\nprofile = 'zebra-ssi-raw'\n
        [[device]]\npath = '/dev/gone'\nprofile = 'zebra-ssi-raw'\n
        [[device]]\npath = '/dev/opticon'\nprofile = 'opticon-serial'\n
        [[device]]\npath = '/dev/plain'\n
        [[device]]\npath = '/dev/scale'\nprofile = 'mettler-8217'\n
        [[device]]\npath = '/dev/keys'\nprofile = 'generic-wedge-es'\n
        [[device]]\npath = '/dev/other'\nprofile = 'other'\n";
    let devices = read(till).unwrap().devices;
    let registry = Registry::built_in().unwrap();
    let settings =
        Settings::parse("[every]\nall_codes = true\n[only.zebra-ssi-raw]\ncode_id = 'aim'\n").unwrap();
    let roll = call(&devices, &registry, &settings, plugged);
    let said: Vec<(&str, Standing, Option<&str>)> = roll
        .iter()
        .map(|entry| (entry.port.to_str().unwrap(), entry.standing, entry.why.as_deref()))
        .collect();
    assert_eq!(
        said,
        [
            ("/dev/zebra", Standing::Differs, None),
            ("/dev/fast", Standing::Silent, None),
            ("/dev/pulled", Standing::NotOpen, Some("the line is lost: unplugged")),
            ("/dev/gone", Standing::NotOpen, Some("no such port")),
            ("/dev/opticon", Standing::Unclear, None),
            (
                "/dev/plain",
                Standing::CannotAsk,
                Some("profile \"generic-serial\" has no dialect: nothing is known of how to program it")
            ),
            ("/dev/scale", Standing::NotMeant, None),
            ("/dev/keys", Standing::NotMeant, None),
            ("/dev/other", Standing::NoProfile, None),
        ]
    );
    let verdicts: Vec<Verdict> = roll[0].settings.iter().map(|step| step.verdict).collect();
    assert_eq!(verdicts, [Verdict::Differs, Verdict::NoBytes]);
    // What nobody can ask is not known to differ; by the maker's sheet it is not compared.
    let standing = |text: &str| {
        let entry = call(&devices[..1], &registry, &Settings::parse(text).unwrap(), plugged).remove(0);
        (entry.standing, entry.by_sheet.len())
    };
    assert_eq!(standing("[every]\nsuffix = 'cr'"), (Standing::Unclear, 0));
    let by_sheet = "[every]\nsuffix = 'cr'\n[only.zebra-ssi-raw]\nsuffix = 'by_sheet'";
    assert_eq!(standing(by_sheet), (Standing::AsWanted, 1));
    // Asked, and set to something else: it differs, bytes or not.
    assert_eq!(standing("[every]\ncode_id = 'none'").0, Standing::Differs);
    // Nothing wanted: nothing differs, and what is as wanted is not listed.
    let none = call(&devices[..1], &registry, &Settings::default(), plugged);
    assert!(is_as_wanted(&none) && is_as_wanted(&roll[6..8]) && !is_as_wanted(&roll[5..6]));
    assert_eq!((none[0].standing, none[0].settings.len()), (Standing::AsWanted, 0));
    assert!(read("[[device]]\nprofile = 'x'").is_err());
}

#[test]
fn a_reader_that_a_till_software_shares_is_one_of_them() {
    let till =
        "[[passthrough]]\nscanner = '/dev/zebra'\ntill = 2\nlink = '/tmp/pos'\nprofile = 'zebra-ssi-raw'\n
        [[passthrough]]\nscanner = '/dev/plain'\nlink = '/tmp/other'\n
        [[device]]\npath = '/dev/own'\n";
    let file = read(till).unwrap();
    let said: Vec<(&str, &str, i64)> = file
        .devices
        .iter()
        .map(|declared| (declared.path.to_str().unwrap(), declared.profile.as_str(), declared.till))
        .collect();
    assert_eq!(
        said,
        [
            ("/dev/own", "generic-serial", 1),
            ("/dev/zebra", "zebra-ssi-raw", 2),
            ("/dev/plain", "generic-serial", 1)
        ]
    );
    assert_eq!(file.data, None);
}
