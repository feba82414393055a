use std::fs;
use std::path::Path;

use super::*;
use crate::detect::tests::machine;
use crate::registry::Registry;

fn port() -> PortFacts {
    PortFacts {
        path: "/dev/ttyUSB0".into(),
        state: State::Usable,
        group: Some("dialout".to_owned()),
        is_member: true,
        usb: Some("0c2e:0b61".to_owned()),
        by_path: Some("/dev/serial/by-path/usb-0:1-2".into()),
        ..PortFacts::default()
    }
}

#[test]
fn each_trouble_has_its_fix() {
    let denied = || PortFacts { state: State::Denied, ..port() };
    let no_group = || PortFacts { state: State::Denied, group: None, is_member: false, ..port() };
    for (port, modem_manager_runs, wanted) in [
        (port(), false, vec![("ok", "ana may use it", "")]),
        (
            PortFacts { state: State::Missing, ..port() },
            false,
            vec![("fail", "is not there", "firmware-config detect")],
        ),
        (denied(), false, vec![("fail", "only since the last log-in", "log out and in again")]),
        (
            PortFacts { is_member: false, ..denied() },
            false,
            vec![("fail", "not in group dialout", "sudo usermod -aG dialout ana, then log out and in again")],
        ),
        (
            no_group(),
            false,
            vec![(
                "fail",
                "no group may",
                "ATTRS{idVendor}==\"0c2e\", ATTRS{idProduct}==\"0b61\", GROUP=\"dialout\", MODE=\"0660\"",
            )],
        ),
        (
            PortFacts { group: Some("root".to_owned()), ..no_group() },
            false,
            vec![(
                "fail",
                "no group may",
                "/etc/udev/rules.d/60-yapa-serial.rules && sudo udevadm control --reload",
            )],
        ),
        (
            PortFacts { usb: None, ..no_group() },
            true,
            vec![("fail", "no group may", "sudo chgrp dialout /dev/ttyUSB0 && sudo chmod g+rw /dev/ttyUSB0")],
        ),
        (
            PortFacts { held_by: vec!["pos-agent (process 7)".to_owned()], ..port() },
            false,
            vec![("ok", "", ""), ("fail", "in use by pos-agent (process 7)", "stop that program")],
        ),
        (
            port(),
            true,
            vec![
                ("ok", "", ""),
                ("warn", "ModemManager runs", "ENV{ID_MM_DEVICE_IGNORE}=\"1\"' | sudo tee -a"),
            ],
        ),
        (PortFacts { ignored_as_modem: true, ..port() }, true, vec![("ok", "", "")]),
        (
            PortFacts { twins: 1, ..port() },
            false,
            vec![("ok", "", ""), ("warn", "1 equal device", "--port /dev/serial/by-path/usb-0:1-2")],
        ),
        (
            PortFacts { twins: 2, by_path: None, ..port() },
            false,
            vec![("ok", "", ""), ("warn", "2 equal device", "unplug the others")],
        ),
    ] {
        let facts = Facts { user: "ana".to_owned(), modem_manager_runs, ports: vec![port] };
        let checks = decide(&facts);
        assert_eq!(checks.len(), wanted.len(), "{checks:#?}");
        for (check, (state, finding, fix)) in checks.iter().zip(wanted) {
            assert_eq!(check.state, state, "{check:?}");
            assert!(check.finding.contains(finding) && check.fix.contains(fix), "{check:?}");
        }
    }
    assert_eq!(decide(&Facts::default())[0].state, "fail");
}

#[test]
fn only_a_name_that_equal_devices_share_is_ambiguous() {
    for (path, twins, wanted) in [
        ("/dev/serial/by-id/usb-1a86_USB_Serial", 1, true),
        ("/dev/serial/by-id/usb-1a86_USB_Serial", 0, false),
        ("/dev/serial/by-path/usb-0:1-2", 1, false),
        ("/dev/ttyUSB0", 1, false),
    ] {
        assert_eq!(PortFacts { path: path.into(), twins, ..port() }.is_ambiguous(), wanted, "{path} {twins}");
    }
}

#[test]
fn the_facts_are_read_from_the_system() {
    let folder = tempfile::tempdir().unwrap();
    let devices = [
        ("1-1", "1a86:7523", "", "ttyUSB0"),
        ("1-2", "1a86:7523", "", "ttyUSB1"),
        ("1-3", "0c2e:0b61", "A", "ttyACM0"),
    ];
    let system = machine(folder.path(), &devices);
    let process = |number: &str, name: &str, open: &[&Path]| {
        let process = system.proc.join(number);
        fs::create_dir_all(process.join("fd")).unwrap();
        fs::write(process.join("comm"), format!("{name}\n")).unwrap();
        for (at, path) in open.iter().enumerate() {
            std::os::unix::fs::symlink(path, process.join("fd").join(at.to_string())).unwrap();
        }
    };
    let taken = system.dev.canonicalize().unwrap().join("ttyUSB0");
    process("7", "pos-agent", &[&taken]);
    process("8", "ModemManager", &[]);
    fs::create_dir_all(&system.etc).unwrap();
    let uid = rustix::process::getuid().as_raw();
    fs::write(system.etc.join("passwd"), format!("other:x:99999:1::/:\nana:x:{uid}:500::/:\n")).unwrap();
    let port = |name: &str| system.dev.join(name);
    let gid = std::os::unix::fs::MetadataExt::gid(&fs::metadata(port("ttyACM0")).unwrap());
    fs::write(system.etc.join("group"), format!("other:x:99998:ana\ndialout:x:{gid}:bea,ana\n")).unwrap();
    for (name, mode) in [("ttyACM0", 0o660), ("ttyUSB0", 0o600), ("ttyUSB1", 0)] {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
        fs::set_permissions(port(name), mode).unwrap();
    }
    let registry = Registry::built_in().unwrap();
    let facts = facts(&system, &registry, &[]);
    assert!(facts.modem_manager_runs);
    let groups: Vec<_> = facts.ports.iter().map(|port| (port.group.as_deref(), port.is_member)).collect();
    assert_eq!(groups, [(Some("dialout"), true), (None, false), (None, false)]);
    assert_eq!(facts.ports[2].by_path.as_deref(), Some(port("serial/by-path/usb-0:1-2").as_path()));
    // What is no device has the number 0:0.
    assert!(facts.ports.iter().all(|port| !port.ignored_as_modem));
    let noted = system.run.join("udev/data");
    fs::create_dir_all(&noted).unwrap();
    fs::write(noted.join("c0:0"), "I:1\nE:ID_MM_DEVICE_IGNORE=1\n").unwrap();
    let ignored = super::facts(&system, &registry, &[port("ttyACM0")]);
    assert!(ignored.ports[0].ignored_as_modem);
    // Root may open everything.
    let closed = if uid == 0 { State::Usable } else { State::Denied };
    assert_eq!(facts.user, "ana");
    let said: Vec<(State, usize, &[String])> =
        facts.ports.iter().map(|port| (port.state, port.twins, port.held_by.as_slice())).collect();
    assert_eq!(
        said,
        [
            (State::Usable, 0, [].as_slice()),
            (State::Usable, 1, ["pos-agent (process 7)".to_owned()].as_slice()),
            (closed, 1, [].as_slice())
        ]
    );
    assert_eq!(facts.ports[1].usb.as_deref(), Some("1a86:7523"));
    let gone = super::facts(&system, &registry, &[system.dev.join("ttyUSB9")]);
    assert_eq!(gone.ports, [PortFacts { path: system.dev.join("ttyUSB9"), ..PortFacts::default() }]);
}
