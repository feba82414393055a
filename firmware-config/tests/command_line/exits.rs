//! With which code each verb ends, and what it says on which stream.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::world::{CHAIN, PROGRAM, Shop, Simulated, fails, json, run, text};

#[test]
fn every_end_has_its_exit_code_and_its_fix() {
    let shop = Shop::new(CHAIN);
    let nowhere = shop.folder.path().join("nothing");
    let nowhere = nowhere.to_str().unwrap();
    let broken = Shop::new("[every]\nsufix = 'cr'");
    let other = Shop::new("[only.zebra]\nsuffix = 'cr'");
    let file = shop.folder.path().join("own");
    std::fs::create_dir(&file).unwrap();
    std::fs::write(file.join("own.toml"), "id = 'own'\ninherits = 'gm65'\ncolour = 'red'").unwrap();
    for (arguments, exit, code, fix) in [
        (shop.target("diff", "zebra", nowhere), 3, "no_profile", "did you mean zebra-ssi-raw?"),
        (shop.target("diff", "gm65", nowhere), 3, "no_port", "firmware-config detect"),
        (shop.target("diff", "generic-serial", nowhere), 4, "no_dialect", "maker's own sheets"),
        (broken.target("diff", "gm65", nowhere), 4, "bad_settings", "settings are suffix, code_id"),
        (other.target("diff", "gm65", nowhere), 4, "bad_settings", "[only.zebra]"),
        (
            vec!["diff", "--profile", "gm65", "--port", nowhere, "--settings", nowhere],
            3,
            "bad_settings",
            "mend",
        ),
        (vec!["list", "--profiles", file.to_str().unwrap()], 4, "bad_profile", "unknown field `colour`"),
        (vec!["simulate", "klingon"], 3, "no_profile", "firmware-config list"),
        (vec!["simulate", "pcsc-uid"], 4, "no_line", "firmware-config list"),
        (vec!["simulate", "gm65", "--link", &shop.chain], 1, "no_pty", "name another --link"),
        (vec!["simulate", "gm65", "--fault", "fire"], 2, "reply-lost", ""),
        (vec!["apply", "--yes"], 2, "--write", ""),
    ] {
        let (ended, said) = fails(&arguments);
        assert_eq!(ended, exit, "{arguments:?}: {said}");
        assert!(said.contains(code) && said.contains(fix), "{arguments:?}: {said}");
    }
    // A file that is no port.
    let (ended, said) = fails(&shop.target("diff", "gm65", &shop.chain));
    assert_eq!(ended, 7, "{said}");
    assert!(said.contains("firmware-config doctor"), "{said}");
}

/// The program as somebody who is in no group that may open ports.
pub fn as_nobody(folder: &Path, arguments: &[&str]) -> Output {
    // Nobody may look into the folder of the build.
    let program = folder.join("program");
    // By a process of its own: one that others fork meanwhile must not hold it open for writing.
    assert!(Command::new("cp").arg(PROGRAM).arg(&program).status().unwrap().success());
    let open_to_all = |path: &Path| std::fs::set_permissions(path, PermissionsExt::from_mode(0o755)).unwrap();
    open_to_all(folder);
    open_to_all(&program);
    let is_root = std::fs::metadata(folder).unwrap().uid() == 0;
    let mut command = if is_root {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"]).arg(&program);
        command
    } else {
        Command::new(&program)
    };
    command.args(arguments).output().unwrap()
}

#[test]
fn a_port_that_may_not_be_opened_is_said_so() {
    let shop = Shop::new(CHAIN);
    let port = shop.folder.path().join("port");
    std::fs::write(&port, "").unwrap();
    std::fs::set_permissions(&port, PermissionsExt::from_mode(0o000)).unwrap();
    let said = as_nobody(shop.folder.path(), &shop.target("diff", "gm65", port.to_str().unwrap()));
    let (code, said) = (said.status.code(), text(&said.stderr));
    assert_eq!(code, Some(5), "{said}");
    assert!(said.contains("port_denied") && said.contains("firmware-config doctor"), "{said}");
}

#[test]
fn sheets_end_with_the_same_codes() {
    let shop = Shop::new("[every]\nsuffix = 'cr_lf'\n");
    let out = shop.folder.path().join("out");
    let out = out.to_str().unwrap();
    let cards = ["sheet", "cards", "--as", "gsrn", "373000000000000005"];
    let plan = |profile| vec!["sheet", "plan", "--settings", &shop.chain, "--profile", profile];
    assert_eq!(run(&[&cards[..], &["--out", out]].concat()).status.code(), Some(0));
    for (arguments, exit, code, fix) in [
        ([&cards[..], &["--out", out]].concat(), 1, "file_exists", "--force"),
        ([&cards[..], &["--out", &shop.chain]].concat(), 1, "cannot_write", ""),
        ([&cards[..], &["--name", "../x"]].concat(), 2, "bad_name", "letters, digits"),
        (vec!["sheet", "cards", "--as", "klingon", "1"], 2, "klingon", ""),
        (vec!["sheet", "settings", "no/such/file"], 3, "no_such_file", ""),
        (plan("newland"), 3, "no_profile", "firmware-config list"),
        (plan("zebra-ssi-raw"), 4, "no_codes", "123Scan"),
        (vec!["sheet", "cards", "--as", "ean13", "2990000010422"], 4, "bad_check_digit", ""),
        (vec!["sheet", "till", "--hub", "hub", "--code", "ABCD2345"], 2, "bad_hub_url", ""),
    ] {
        let (ended, said) = fails(&arguments);
        assert_eq!(ended, exit, "{arguments:?}: {said}");
        assert!(said.contains(code) && said.contains(fix), "{arguments:?}: {said}");
    }
}

/// The verbs that the program has, by its own help.
fn verbs() -> Vec<String> {
    let help = text(&run(&["--help"]).stdout);
    let all =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let verbs = all.filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' ')));
    let verbs: Vec<String> =
        verbs.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect();
    assert!(verbs.len() > 10, "{help}");
    verbs.into_iter().filter(|verb| verb != "help").collect()
}

/// What each verb prints with `--json` is one value, and nothing stands beside it but messages.
#[test]
fn every_verb_speaks_json() {
    let shop = Shop::new(CHAIN);
    let device = Simulated::start(shop.folder.path(), &["ssi"]);
    let link = shop.folder.path().join("other");
    for verb in verbs() {
        let arguments = match verb.as_str() {
            "list" | "detect" | "doctor" => vec![verb.as_str()],
            "show" => vec!["show", "zebra-ssi-raw", "--port", device.port()],
            "diff" | "plan" | "apply" | "verify" => shop.target(&verb, "zebra-ssi-raw", device.port()),
            "defaults" => super::defaults::target("zebra-ssi-raw", device.port()),
            "sheet" => vec!["sheet", "cards", "--as", "gsrn", "373000000000000005"],
            "simulate" => {
                let serves = ["simulate", "gm65", "--json", "--link", link.to_str().unwrap()];
                let mut process = Command::new(PROGRAM).args(serves).stdout(Stdio::piped()).spawn().unwrap();
                let mut said = BufReader::new(process.stdout.take().unwrap());
                let mut line = String::new();
                while serde_json::from_str::<Value>(&line).is_err() {
                    assert!(said.read_line(&mut line).unwrap() > 0, "it ended with {line}");
                }
                process.kill().unwrap();
                process.wait().unwrap();
                assert!(line.contains("\"verified\""), "{line}");
                continue;
            }
            new => panic!("{new}: its JSON is tested here"),
        };
        let (code, said) = json(&arguments);
        let says_how_tried = said.to_string().contains("\"verified\"");
        assert!(says_how_tried || ["detect", "doctor", "sheet"].contains(&verb.as_str()), "{verb}: {said}");
        assert!(matches!(code, 0 | 1 | 6) && (said.is_array() || said.is_object()), "{verb}: {code} {said}");
    }
    // A failure has no JSON: its code and its fix are on the standard error.
    assert_eq!(fails(&["show", "klingon", "--json"]).0, 3);
}

/// Every help begins with an example.
#[test]
fn help_begins_with_an_example() {
    let help = text(&run(&["--help"]).stdout);
    assert!(help.starts_with("Sets the scanners and readers of a chain up"), "{help}");
    for verb in verbs() {
        let own = text(&run(&[verb.as_str(), "--help"]).stdout);
        let first = own.lines().take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
        assert!(first.contains(&format!("firmware-config {verb}")), "{own}");
        assert!(help.contains(&verb));
    }
    let simulate = text(&run(&["simulate", "--help"]).stdout).split_whitespace().collect::<String>();
    for kind in firmware_config::simulate::FaultKind::ALL {
        assert!(simulate.contains(kind.name()), "{simulate}");
    }
    let words = help.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("6 not as wanted, 7 unreachable"), "{help}");
}
