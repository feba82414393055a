//! `firmware-config defaults` in a process of its own.

use serde_json::Value;

use super::world::{CHAIN, Shop, Simulated, column, fails, json, run, text};

pub fn target<'a>(profile: &'a str, port: &'a str) -> Vec<&'a str> {
    vec!["defaults", "--profile", profile, "--port", port]
}

#[test]
fn what_was_set_is_gone_only_when_that_is_agreed_to() {
    let shop = Shop::new(CHAIN);
    let device = Simulated::start(shop.folder.path(), &["zebra-ssi-raw"]);
    let apply = shop.target("apply", "zebra-ssi-raw", device.port());
    assert_eq!(json(&[apply, vec!["--write", "--yes"]].concat()).0, 0);
    let on = target("zebra-ssi-raw", device.port());
    for flag in [vec![], vec!["--dry-run"]] {
        let (code, planned) = json(&[on.clone(), flag].concat());
        assert_eq!((code, planned["says"].as_str()), (0, Some("04C80400FF30")), "{planned:#}");
        assert_eq!(planned["before"]["code_id"], serde_json::json!({ "is": "word", "of": "aim" }));
    }
    assert!(text(&run(&on).stderr).contains("add --write --yes"));
    for flags in [vec!["--write"], vec!["--yes"], vec!["--dry-run", "--write", "--yes"]] {
        assert_eq!(fails(&[on.clone(), flags].concat()).0, 2);
    }
    assert_eq!(json(&shop.target("verify", "zebra-ssi-raw", device.port())).0, 0);
    let record = shop.folder.path().join("audit.jsonl");
    let agreed = ["--write", "--yes", "--audit", record.to_str().unwrap()];
    let (code, done) = json(&[on.clone(), agreed.to_vec()].concat());
    assert_eq!(
        (code, done["restored"].as_str(), done["line"]["is"].as_str()),
        (0, Some("done"), Some("answers"))
    );
    let lines = std::fs::read_to_string(&record).unwrap();
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [begun, ended] = &lines[..] else { panic!("two lines") };
    assert_eq!((&begun["plan"]["says"], &begun["revision"]), (&"04C80400FF30".into(), &"SIMULATED1".into()));
    assert_eq!(
        (&ended["restored"], &ended["after"], &ended["settings_hash"]),
        (&"done".into(), &done["after"], &Value::Null)
    );
    let (code, rows) = json(&shop.target("diff", "zebra-ssi-raw", device.port()));
    assert_eq!((code, column(&rows, "verdict")), (0, vec!["differs"; 3]));
}

#[test]
fn each_end_has_its_code_and_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    for (fault, exit, restored, said) in [
        (None, 0, "done", "as its factory set it"),
        (Some("split"), 0, "done", "as its factory set it"),
        (Some("nak@1"), 6, "refused", "is as it was"),
        (Some("nak@2"), 6, "in_programming", "switch it off and on"),
        (Some("reply-lost"), 6, "unconfirmed", "nobody knows"),
        (Some("unplug@1"), 7, "unconfirmed", "plug it in"),
    ] {
        let of = |flags: &[&str]| {
            let mut arguments = vec!["metrologic-legacy"];
            arguments.extend(fault.iter().flat_map(|fault| ["--fault", fault]));
            let device = Simulated::start(folder.path(), &arguments);
            run(&[target("metrologic-legacy", device.port()), vec!["--write", "--yes"], flags.to_vec()]
                .concat())
        };
        let output = of(&["--json"]);
        let done: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(
            (output.status.code(), done["restored"].as_str()),
            (Some(exit), Some(restored)),
            "{fault:?}: {done:#}"
        );
        let stderr = text(&of(&[]).stderr);
        assert!(stderr.contains(said), "{fault:?}: {stderr}");
    }
    let device = Simulated::start(folder.path(), &["honeywell"]);
    let (code, said) = fails(&target("honeywell-usb", device.port()));
    assert!(code == 4 && said.contains("no_defaults") && said.contains("maker's own sheet"), "{said}");
}
