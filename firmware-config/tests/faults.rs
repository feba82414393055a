//! Every fault of every simulated device, as an operator meets it: detect, apply, then diff and verify. What the record
//! of the round says of a setting is what a fresh look finds.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use std::io::{BufRead, BufReader};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use firmware_config::simulate::FaultKind;
use firmware_config::{Profile, Registry};
use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_firmware-config");

/// A shop with one device: profiles of its own that are not so patient, and a wish for each setting.
struct Shop {
    folder: tempfile::TempDir,
}

impl Shop {
    fn new(profile: &Profile) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let own = format!(
            "id = 'own'\ninherits = '{}'\nusb = ['f00d:*']\n[programming]\ntimeout_ms = 200\npause_ms = 0\n",
            profile.id
        );
        std::fs::create_dir(folder.path().join("profiles")).unwrap();
        std::fs::write(folder.path().join("profiles/own.toml"), own).unwrap();
        let mut chain = String::from("[every]\n");
        for (setting, command) in &profile.settings {
            let word = command.values.keys().next_back().unwrap();
            let value = match word.as_str() {
                "on" => "true".to_owned(),
                "off" => "false".to_owned(),
                word if word.parse::<u32>().is_ok() => word.to_owned(),
                word => format!("'{word}'"),
            };
            chain.push_str(&format!("{setting} = {value}\n"));
        }
        std::fs::write(folder.path().join("chain.toml"), chain).unwrap();
        plugged_in(folder.path());
        Self { folder }
    }

    /// The port behind which the system says that there is such a device.
    fn detected(&self) -> String {
        let (profiles, system) = (self.path("profiles"), self.path("system"));
        let output = Command::new(PROGRAM)
            .args(["detect", "--json", "--profiles", &profiles, "--system", &system])
            .output()
            .unwrap();
        let ports: Value = serde_json::from_slice(&output.stdout).unwrap();
        let own: Vec<&Value> =
            ports.as_array().unwrap().iter().filter(|port| port["perhaps"][0] == "own").collect();
        assert_eq!((own.len(), &own[0]["usb"]), (1, &"f00d:0001".into()), "{ports:#}");
        own[0]["port"].as_str().unwrap().to_owned()
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    /// Exit code, and what stands on stdout.
    fn run(&self, verb: &str, more: &[&str]) -> (i32, Value) {
        let (profiles, port, chain) = (self.path("profiles"), self.detected(), self.path("chain.toml"));
        let output = Command::new(PROGRAM)
            .env("XDG_DATA_HOME", self.folder.path())
            .args([verb, "--json", "--profiles", &profiles, "--profile", "own"])
            .args(["--port", &port, "--settings", &chain])
            .args(more)
            .output()
            .unwrap();
        let said = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
        (output.status.code().unwrap(), said)
    }
}

/// What a system says of a device behind its first USB port, which leads to where the device is served.
fn plugged_in(shop: &Path) {
    let (usb, class) = (shop.join("system/sys/devices/usb1"), shop.join("system/sys/class/tty/ttyACM0"));
    let dev = shop.join("system/dev");
    [&usb, &class, &dev].into_iter().for_each(|folder| std::fs::create_dir_all(folder).unwrap());
    for (name, text) in [("idVendor", "f00d\n"), ("idProduct", "0001\n"), ("product", "Simulated\n")] {
        std::fs::write(usb.join(name), text).unwrap();
    }
    symlink(&usb, class.join("device")).unwrap();
    symlink(shop.join("scanner"), dev.join("ttyACM0")).unwrap();
}

/// Serves the device while `holds` looks at it.
fn served(shop: &Shop, fault: &str, holds: impl FnOnce()) {
    let (profiles, link) = (shop.path("profiles"), shop.path("scanner"));
    let mut process = Command::new(PROGRAM)
        .args(["simulate", "own", "--json", "--profiles", &profiles, "--link", &link, "--fault", fault])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(said.any(|line| line.contains("\"port\"")), "{fault}");
    std::thread::spawn(move || said.for_each(drop));
    let _device = Served(process);
    holds();
}

/// Ends with this value, also where what looked at it did not hold.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Names of the settings whose fate is one of these.
fn those(audit: &Value, fates: &[&str]) -> Vec<String> {
    let reports = audit["settings"].as_array().unwrap().iter();
    let of = |report: &&Value| fates.contains(&report["fate"].as_str().unwrap());
    reports.filter(of).map(|report| report["setting"].as_str().unwrap().to_owned()).collect()
}

fn agrees(profile: &Profile, kind: FaultKind) {
    let shop = Shop::new(profile);
    let asked = profile.settings.values().filter(|command| command.ask.is_some()).count();
    // At the first write, or soon after: a module is asked twice for each.
    let fault = format!("{}@{}", kind.name(), asked + 1);
    let context = format!("{} {fault}", profile.id);
    served(&shop, &fault, || {
        let (code, audit) = shop.run("apply", &["--write", "--yes"]);
        if audit.is_null() {
            // Lost while it was asked, as where each question is asked twice: nothing was written.
            assert!(code == 7 && matches!(kind, FaultKind::Unplug | FaultKind::Replug), "{context}: {code}");
            return;
        }
        let line = &audit["line"];
        if line["is"] == "lost" || line["is"] == "silent" {
            assert_eq!(code, 7, "{context}: {audit:#}");
            assert!(!Path::new(&shop.path("scanner")).exists() || line["is"] == "silent", "{context}");
            return;
        }
        let baud = line["baud"].to_string();
        let mut looks = (0..100).map(|_| shop.run("diff", &["--baud", &baud]));
        // What was pulled is back in a moment.
        let look = looks.find(|(code, _)| *code != 3 || kind != FaultKind::Replug);
        let (looked, rows) = look.unwrap_or_else(|| panic!("{context}: it does not come back"));
        if looked == 3 && kind == FaultKind::Unplug {
            // It never answers, so a plug that was pulled behind the last command is not missed; nor is anything claimed.
            assert_eq!((&line["is"], &audit["end"]["is"]), (&"open".into(), &"unknown".into()), "{context}");
            assert!(
                audit["stopped"].is_null(),
                "{context}: a line that is known to be lost is said so: {audit:#}"
            );
            return;
        }
        assert_eq!(looked, 0, "{context}: {audit:#}");
        let rows = rows.as_array().unwrap();
        let listed = |name: &String| rows.iter().any(|row| row["setting"] == name.as_str());
        let so = those(&audit, &["stored", "volatile", "same"]);
        let not_so = those(&audit, &["refused", "not_known", "differs", "waits"]);
        assert!(!so.iter().any(listed) && not_so.iter().all(listed), "{context}: {audit:#} {rows:#?}");
        assert_eq!(
            shop.run("verify", &["--baud", &baud]).0,
            if rows.is_empty() { 0 } else { 6 },
            "{context}"
        );
        if asked > 0 {
            let known = so.len() + not_so.len();
            assert!(known + 1 >= asked, "{context}: {known} of {asked} are known: {audit:#}");
        }
    });
}

#[test]
fn a_fresh_look_finds_what_the_record_says_after_every_fault_of_every_device() {
    let registry = Registry::built_in().unwrap();
    let profiles: Vec<&Profile> = registry
        .all()
        .map(|(profile, _)| profile)
        .filter(|profile| profile.programming.is_some() && !profile.settings.is_empty())
        .collect();
    let cases: Vec<(&Profile, FaultKind)> =
        profiles.iter().flat_map(|profile| FaultKind::ALL.iter().map(|kind| (*profile, *kind))).collect();
    assert!(profiles.len() >= 6);
    // Each waits most of its time.
    std::thread::scope(|scope| {
        for some in cases.chunks(cases.len().div_ceil(8)) {
            scope.spawn(move || some.iter().for_each(|(profile, kind)| agrees(profile, *kind)));
        }
    });
}
