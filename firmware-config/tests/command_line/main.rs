//! The program as an operator runs it, against simulated devices behind pseudo-terminals.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod defaults;
mod doctor;
mod exits;
mod world;

use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use world::{CHAIN, PROGRAM, Shop, Simulated, column, fails, json, run, text};

/// What a program reads that opens a simulated device, of whatever stands on its standard input.
fn reads(arguments: &[&str], lines: &[&str], asks: &[u8], wanted: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let device = Simulated::start(folder.path(), &[arguments, &["--reads"]].concat());
    let mut port = serialport::new(device.port(), 9_600).timeout(Duration::from_millis(20)).open().unwrap();
    let mut hands = device.process.stdin.as_ref().unwrap();
    for line in lines {
        writeln!(hands, "{line}").unwrap();
    }
    let (mut heard, begun) = (vec![], Instant::now());
    while !heard.windows(wanted.len()).any(|part| part == wanted) {
        assert!(begun.elapsed() < Duration::from_secs(20), "{arguments:?}: {heard:x?}");
        port.write_all(asks).unwrap();
        let mut bytes = [0; 256];
        let count = port.read(&mut bytes).unwrap_or_default();
        heard.extend_from_slice(&bytes[..count]);
    }
}

#[test]
fn what_is_typed_is_what_a_simulated_device_reads() {
    for (arguments, lines, asks, wanted) in [
        (vec!["generic-serial"], vec!["7702001000013"], &b""[..], &b"]E07702001000013\r\n"[..]),
        (vec!["rdm6300"], vec!["no tag", "010063E9AE"], b"", b"\x02010063E9AE25\x03\x02010063E9AE25\x03"),
        (vec!["mettler-8217"], vec!["1.250"], b"W", b"\x02  1.250\r"),
        (vec!["cas-22"], vec!["0.735"], b"", b"ST,GS,01,   0.735 kg\r\n"),
        // The faults of a line are theirs too.
        (vec!["rdm6300", "--fault", "split"], vec!["010063E9AE"], b"", b"\x02010063E9AE25\x03"),
        (vec!["generic-serial", "--fault", "reply-lost@0"], vec!["1", "2"], b"", b"]C02\r\n"),
    ] {
        reads(&arguments, &lines, asks, wanted);
    }
}

#[test]
fn a_new_user_tries_everything_without_a_device() {
    let shop = Shop::new(CHAIN);
    let device = Simulated::start(shop.folder.path(), &["ssi"]);
    let on = |verb| shop.target(verb, "zebra-ssi-raw", device.port());
    let (code, shown) = json(&["show", "zebra-ssi-raw", "--port", device.port()]);
    assert_eq!((code, shown.as_array().unwrap().len()), (0, 9));
    let (code, rows) = json(&on("diff"));
    assert_eq!((code, column(&rows, "verdict")), (0, vec!["differs"; 3]));
    assert_eq!(column(&rows, "verified"), ["manual"; 3]);
    assert_eq!(json(&on("verify")).0, 6);
    let (code, rows) = json(&on("plan"));
    assert_eq!((code, column(&rows, "volatile")[0]), (0, "07C60400FF2D01FE02"));
    // Without --write nothing is written.
    for flag in [vec![], vec!["--dry-run"]] {
        let dry = run(&[on("apply"), flag].concat());
        assert!(dry.status.success() && text(&dry.stderr).contains("add --write"));
    }
    assert_eq!(run(&[on("apply"), vec!["--dry-run", "--write"]].concat()).status.code(), Some(2));
    assert_eq!(column(&json(&on("diff")).1, "verdict"), ["differs"; 3]);
    // Nobody tried these settings on a bench: they last until the power goes.
    let (code, audit) = json(&[on("apply"), vec!["--write"]].concat());
    assert_eq!((code, audit["end"]["is"].as_str()), (6, Some("until_power_goes")));
    let record = shop.folder.path().join("audit.jsonl");
    let agreed = ["--write", "--yes", "--audit", record.to_str().unwrap()];
    // Every round has a record, whether its file is named or not.
    let usual = shop.folder.path().join("firmware-config/rounds.jsonl");
    let home = world::program(shop.folder.path()).args(on("apply")).arg("--write").output().unwrap();
    let said = text(&home.stderr);
    assert!(said.contains(&format!("the record is in {}", usual.display())), "{said}");
    assert_eq!((lines(&usual).len(), &lines(&usual)[1]["usb"]), (2, &Value::Null));
    // They read as wanted now, and only an agreement stores them.
    let (code, audit) = json(&[on("apply"), vec!["--write"]].concat());
    assert_eq!((code, column(&audit["settings"], "fate")), (0, vec!["same"; 3]));
    let (code, audit) = json(&[on("apply"), agreed.to_vec()].concat());
    assert_eq!((code, audit["end"]["is"].as_str()), (0, Some("as_wanted")));
    assert_eq!(column(&audit["settings"], "fate"), ["stored"; 3]);
    let [begun, ended] = &lines(&record)[..] else { panic!("two lines") };
    assert_eq!((&ended["end"], &ended["port"]), (&audit["end"], &Value::from(device.port())));
    for column in ["begun", "port", "user", "settings_hash", "revision"] {
        assert_eq!(begun[column], ended[column], "{column}");
    }
    assert_eq!(
        (begun["revision"].as_str(), begun["settings_hash"].as_str().unwrap().len()),
        (Some("SIMULATED1"), 12)
    );
    assert_eq!(column(&begun["plan"]["steps"], "wanted"), ["aim", "on", "on"]);
    for report in ended["settings"].as_array().unwrap() {
        let word = |of: &str| report[of]["of"].as_str().unwrap().to_owned();
        assert_eq!(
            (word("before"), word("after")),
            (word("after"), report["wanted"].as_str().unwrap().to_owned())
        );
    }
    assert_eq!(json(&on("verify")).0, 0);
    let said = run(&on("diff"));
    assert_eq!(text(&said.stdout), "");
    // The chain wants packets, and a till with this profile reads plain text: it is told.
    let told = text(&said.stderr);
    assert!(told.contains("warning: decode_packets: a till with") && told.ends_with("as wanted\n"), "{told}");
}

fn lines(record: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(record).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Runs `apply` against a device whose answer to the first write stalls, until its record says that it began.
fn begun(shop: &Shop, device: &Simulated, record: &Path) -> Child {
    let target = shop.target("apply", "zebra-ssi-raw", device.port());
    let write = ["--write", "--yes", "--json", "--audit", record.to_str().unwrap()];
    let mut process =
        Command::new(PROGRAM).args([target, write.to_vec()].concat()).stdout(Stdio::piped()).spawn().unwrap();
    while std::fs::read_to_string(record).unwrap_or_default().lines().next().is_none() {
        assert!(process.try_wait().unwrap().is_none(), "it ended without a record");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    process
}

#[test]
fn a_round_that_is_cut_off_leaves_what_it_was_about_to_do() {
    let shop = Shop::new(CHAIN);
    let device = Simulated::start(shop.folder.path(), &["zebra-ssi-raw", "--fault", "stall@4"]);
    let record = shop.folder.path().join("audit.jsonl");
    let mut process = begun(&shop, &device, &record);
    process.kill().unwrap();
    process.wait().unwrap();
    let [begun] = &lines(&record)[..] else { panic!("one line") };
    assert!(begun["begun"].is_string() && begun["end"].is_null());
    assert_eq!(column(&begun["plan"]["steps"], "verdict"), ["differs"; 3]);
    // Whatever was written by then, the device tells.
    let (code, rows) = json(&shop.target("diff", "zebra-ssi-raw", device.port()));
    assert_eq!((code, rows.as_array().is_some()), (0, true));
    // Without a record nothing is written.
    let nowhere = shop.folder.path().join("none/audit.jsonl");
    let apply = shop.target("apply", "zebra-ssi-raw", device.port());
    let (code, said) = fails(&[apply, vec!["--write", "--audit", nowhere.to_str().unwrap()]].concat());
    assert!(code == 1 && said.contains("the device was not written"), "{said}");
}

#[test]
fn a_round_that_is_interrupted_stops_between_two_commands_and_looks_again() {
    let shop = Shop::new(CHAIN);
    for signal in ["-INT", "-TERM"] {
        let device = Simulated::start(shop.folder.path(), &["zebra-ssi-raw", "--fault", "stall@4"]);
        let record = shop.folder.path().join(format!("audit{signal}.jsonl"));
        let process = begun(&shop, &device, &record);
        let killed = Command::new("kill").args([signal, &process.id().to_string()]).status().unwrap();
        assert!(killed.success());
        let output = process.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130), "{signal}");
        let [_, ended] = &lines(&record)[..] else { panic!("two lines") };
        assert_eq!(
            (ended["stopped"].as_str(), ended["interrupted"].as_bool()),
            (Some("interrupted"), Some(true))
        );
        assert_eq!(ended["line"]["is"], "answers");
        let said: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(said["settings"], ended["settings"]);
        // The record is what a fresh look finds: nothing was stored.
        let (code, rows) = json(&shop.target("diff", "zebra-ssi-raw", device.port()));
        let found: Vec<&str> = column(&rows, "setting");
        let is = |report: &&Value| report["fate"] == "volatile" || report["fate"] == "same";
        let reports = ended["settings"].as_array().unwrap();
        let other: Vec<&str> = reports
            .iter()
            .filter(|report| !is(report))
            .map(|report| report["setting"].as_str().unwrap())
            .collect();
        assert_eq!((code, &found), (0, &other), "{ended:#}");
        assert!(!other.is_empty(), "it went on to the end");
    }
}

#[test]
fn a_device_is_set_for_good_at_another_speed() {
    let shop = Shop::new("[every]\n[only.honeywell-rs232]\nbaud = 115200\ncodabar = false\n");
    let device = Simulated::start(shop.folder.path(), &["honeywell", "--baud", "9600"]);
    let on = |verb| shop.target(verb, "honeywell-rs232", device.port());
    let (code, said) = fails(&on("verify"));
    assert_eq!(code, 7);
    assert!(said.contains("no answer at 115200 baud") && said.contains("--baud 9600"), "{said}");
    let (code, audit) = json(&[on("apply"), vec!["--baud", "9600", "--write", "--yes"]].concat());
    assert_eq!((code, column(&audit["settings"], "fate")), (0, vec!["stored"; 2]), "{audit:#}");
    assert_eq!(audit["line"], serde_json::json!({ "is": "answers", "baud": 115_200 }));
    assert_eq!(json(&on("verify")).0, 0);
}

#[test]
fn a_till_s_devices_are_verified_together() {
    let shop = Shop::new("[every]\ncode_128 = true\n");
    let device = Simulated::start(shop.folder.path(), &["ssi"]);
    let till = shop.folder.path().join("till.toml");
    let devices = format!(
        "[[device]]\npath = '{}'\nprofile = 'zebra-ssi-raw'\n[[device]]\npath = '/dev/no-such-port'\nprofile = 'gm65'\n",
        device.port()
    );
    std::fs::write(&till, devices).unwrap();
    let verify = ["verify", "--settings", &shop.chain, "--all", till.to_str().unwrap()];
    let (code, roll) = json(&verify);
    assert_eq!((code, column(&roll, "standing")), (6, vec!["differs", "not_open"]));
    assert_eq!(column(&roll[0]["settings"], "wanted"), ["on"]);
    let table = text(&run(&verify).stdout);
    assert!(table.contains("code_128") && table.contains("not_open"), "{table}");
    let apply = shop.target("apply", "zebra-ssi-raw", device.port());
    assert_eq!(json(&[apply, vec!["--write", "--yes"]].concat()).0, 0);
    std::fs::write(&till, format!("[[device]]\npath = '{}'\nprofile = 'zebra-ssi-raw'\n", device.port()))
        .unwrap();
    let (code, roll) = json(&verify);
    assert_eq!((code, column(&roll, "standing")), (0, vec!["as_wanted"]));
    own_profiles_of_a_till_are_found(&shop, &device);
    let (code, said) = fails(&["verify", "--settings", &shop.chain, "--all", "/dev/no-such-file"]);
    assert!(code == 3 && said.contains("no_till"), "{said}");
    let (code, said) = fails(&["verify", "--settings", &shop.chain, "--all", &shop.chain, "--port", "x"]);
    assert!(code == 2 && said.contains("--all"), "{said}");
    std::fs::write(&till, "[[device]]\nprofile = 'gm65'\n").unwrap();
    assert_eq!(fails(&verify).0, 4);
}

/// As the till reads its devices, so they are verified: with the profiles of its folder.
fn own_profiles_of_a_till_are_found(shop: &Shop, device: &Simulated) {
    let data = shop.folder.path().join("agent");
    std::fs::create_dir_all(data.join("profiles")).unwrap();
    let write =
        |id: &str, text: &str| std::fs::write(data.join(format!("profiles/{id}.toml")), text).unwrap();
    write("ours", "id = 'ours'\ninherits = 'zebra-ssi-raw'\n");
    write("slip", "id = 'slip'\ninherits = 'no-such'\n");
    let till = shop.folder.path().join("own.toml");
    let config = |profile: &str| {
        format!(
            "data = '{}'\n[[device]]\npath = '{}'\nprofile = '{profile}'\n",
            data.display(),
            device.port()
        )
    };
    std::fs::write(&till, config("ours")).unwrap();
    let verify = ["verify", "--settings", &shop.chain, "--all", till.to_str().unwrap()];
    let output = run(&[&verify[..], &["--json"]].concat());
    let roll: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((column(&roll, "profile"), column(&roll, "standing")), (vec!["ours"], vec!["as_wanted"]));
    let said = text(&output.stderr);
    assert!(said.contains("no-such") && said.contains("no device of this till needs it"), "{said}");
    let told: Value = serde_json::from_slice(&std::fs::read(data.join("readers.json")).unwrap()).unwrap();
    assert!(told.to_string().contains("as_wanted"), "{told}");
    std::fs::write(&till, config("slip")).unwrap();
    let (code, said) = fails(&verify);
    assert!(code == 4 && said.contains("bad_profile"), "{said}");
}

#[test]
fn faults_end_with_what_is_known() {
    let shop = Shop::new(CHAIN);
    for (fault, exit, end, line) in [
        ("reply-lost@5", 0, "as_wanted", "answers"),
        ("split", 0, "as_wanted", "answers"),
        ("duplicate", 0, "as_wanted", "answers"),
        ("garbled@5", 0, "as_wanted", "answers"),
        ("nak@4", 6, "differs", "answers"),
        ("enq@4", 6, "differs", "answers"),
        ("replug@6", 6, "differs", "answers"),
        ("unplug@6", 7, "unknown", "lost"),
    ] {
        let device = Simulated::start(shop.folder.path(), &["zebra-ssi-raw", "--fault", fault]);
        let target = shop.target("apply", "zebra-ssi-raw", device.port());
        let (code, audit) = json(&[target, vec!["--write", "--yes"]].concat());
        let is = |part: &str| audit[part]["is"].as_str().unwrap_or_default().to_owned();
        assert_eq!((code, is("end").as_str(), is("line").as_str()), (exit, end, line), "{fault}: {audit:#}");
    }
}

#[test]
fn what_is_known_is_listed() {
    let (code, known) = json(&["list"]);
    assert_eq!(code, 0);
    let ids = column(&known, "id");
    assert!(ids.contains(&"zebra-ssi-raw") && ids.is_sorted());
    assert!(column(&known, "verified").iter().all(|verified| ["no", "manual", "bench"].contains(verified)));
    let (code, profile) = json(&["show", "gm65"]);
    assert_eq!((code, profile["settings"]["baud"]["verified"].as_str()), (0, Some("manual")));
    let table = text(&run(&["show", "gm65"]).stdout);
    assert!(
        table.starts_with("setting") && table.contains("code_id") && !table.contains('\u{1b}'),
        "{table}"
    );
    // The lower of the two counts: nobody has seen this profile's manual.
    let (_, profile) = json(&["show", "honeywell-usb"]);
    assert_eq!(
        (profile["verified"].as_str(), profile["settings"]["codabar"]["verified"].as_str()),
        (Some("no"), Some("manual"))
    );
    let rows = text(&run(&["show", "honeywell-usb"]).stdout);
    assert!(
        rows.lines()
            .filter(|row| row.starts_with("codabar"))
            .all(|row| row.contains(" no ") && !row.contains("manual ")),
        "{rows}"
    );
    assert_eq!(json(&["detect"]).0, 0);
    // Here or there, it says what it looked at and never fails without a line of its own.
    let (code, checks) = json(&["doctor", "/dev/no-such-port"]);
    assert_eq!((code, column(&checks, "state")), (1, vec!["fail"]));
    assert!(column(&checks, "fix")[0].contains("firmware-config detect"));
}

/// The example of the README is a file that the program reads.
#[test]
fn the_readme_s_settings_are_read() {
    let readme = include_str!("../../../README.md");
    let example = readme.split("```toml\n").find(|block| block.starts_with("[every]")).unwrap();
    let shop = Shop::new(example.split("```").next().unwrap());
    let device = Simulated::start(shop.folder.path(), &["ssi"]);
    let (code, rows) = json(&shop.target("diff", "zebra-ssi-raw", device.port()));
    // Suffixes of these readers are set by the maker's sheets: no bytes are published.
    assert_eq!((code, column(&rows, "setting")), (0, vec!["code_id", "parameter_scanning"]));
    let said = text(&run(&shop.target("diff", "zebra-ssi-raw", device.port())).stderr);
    assert!(said.contains("suffix: cr by the maker's sheet, not compared"), "{said}");
    let apply = shop.target("apply", "zebra-ssi-raw", device.port());
    assert_eq!(json(&[apply, vec!["--write", "--yes"]].concat()).0, 0);
    assert_eq!(json(&shop.target("verify", "zebra-ssi-raw", device.port())).0, 0);
    let till = shop.folder.path().join("till.toml");
    std::fs::write(&till, format!("[[device]]\npath = '{}'\nprofile = 'zebra-ssi-raw'\n", device.port()))
        .unwrap();
    let all = ["verify", "--dry-run", "--settings", &shop.chain, "--all", till.to_str().unwrap()];
    let (code, roll) = json(&all);
    assert_eq!(
        (code, column(&roll, "standing"), &roll[0]["by_sheet"]["suffix"]),
        (0, vec!["as_wanted"], &Value::from("cr"))
    );
    assert!(text(&run(&all).stderr).contains("not compared"));
}

const PAGE: &str = include_str!("../../../docs/readers.md");

/// The profile of the page is one, and the page leaves nothing out.
#[test]
fn the_page_about_readers_is_true() {
    let folder = tempfile::tempdir().unwrap();
    let example = PAGE.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    std::fs::write(folder.path().join("counter-module.toml"), example).unwrap();
    let own = ["--profiles", folder.path().to_str().unwrap()];
    let (code, profile) = json(&[own.as_slice(), &["show", "counter-module"]].concat());
    assert_eq!((code, profile["settings"]["code_id"]["verified"].as_str()), (0, Some("bench")));
    let named = |name: &str| PAGE.contains(&format!("`{name}`"));
    for setting in firmware_config::setting::Setting::ALL {
        assert!(named(setting.name()), "{setting}");
    }
    for kind in firmware_config::simulate::FaultKind::ALL {
        assert!(named(kind.name()), "{}", kind.name());
    }
    // Tried on a bench, it is stored without --yes.
    let device = Simulated::start(folder.path(), &["gm65"]);
    let chain = folder.path().join("chain");
    std::fs::write(&chain, "[every]\ncode_id = 'aim'\n").unwrap();
    let target = ["apply", "--profile", "counter-module", "--port", device.port(), "--write", "--settings"];
    let (code, audit) = json(&[own.as_slice(), &target, &[chain.to_str().unwrap()]].concat());
    assert_eq!((code, column(&audit["settings"], "fate")), (0, vec!["stored"]), "{audit:#}");
}
