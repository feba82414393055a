//! `firmware-config doctor` in a process of its own, on a machine that is a folder.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::Path;

use serde_json::Value;

use super::exits::as_nobody;

/// A USB reader at `ttyACM0`, of this mode, and a group for ports in the system's list. Who is root gives the port to
/// that group; for others it is of their own.
fn machine(root: &Path, mode: u32) {
    for folder in ["sys/class/tty/ttyACM0", "sys/devices/usb1", "dev", "etc", "proc/100", "run/udev/data"] {
        fs::create_dir_all(root.join(folder)).unwrap();
    }
    let usb = root.join("sys/devices/usb1");
    fs::write(usb.join("idVendor"), "0c2e\n").unwrap();
    fs::write(usb.join("idProduct"), "0b6a\n").unwrap();
    symlink(&usb, root.join("sys/class/tty/ttyACM0/device")).unwrap();
    let port = root.join("dev/ttyACM0");
    fs::write(&port, "").unwrap();
    let own = fs::metadata(&port).unwrap();
    if own.uid() == 0 {
        chown(&port, None, Some(20)).unwrap();
    }
    let group = if own.uid() == 0 { 20 } else { own.gid() };
    fs::write(root.join("etc/group"), format!("dialout:x:{group}:\n")).unwrap();
    fs::write(root.join("etc/passwd"), "till:x:65534:65534::/:/bin/sh\n").unwrap();
    fs::set_permissions(&port, PermissionsExt::from_mode(mode)).unwrap();
    fs::write(root.join("proc/100/comm"), "systemd\n").unwrap();
}

/// Exit code, and each check as state, finding and fix.
fn said(root: &Path) -> (Option<i32>, Vec<[String; 3]>) {
    let home = tempfile::tempdir().unwrap();
    // Nobody may look into a folder that is for its maker only.
    fs::set_permissions(root, PermissionsExt::from_mode(0o755)).unwrap();
    let output = as_nobody(home.path(), &["doctor", "--json", "--system", root.to_str().unwrap()]);
    let checks: Value = serde_json::from_slice(&output.stdout).unwrap();
    let of = |check: &Value| ["state", "finding", "fix"].map(|part| check[part].as_str().unwrap().to_owned());
    (output.status.code(), checks.as_array().unwrap().iter().map(of).collect())
}

#[test]
fn who_is_not_in_the_group_is_told_how_to_join_it() {
    let root = tempfile::tempdir().unwrap();
    machine(root.path(), 0o060);
    let is_root = fs::metadata(root.path()).unwrap().uid() == 0;
    let (code, checks) = said(root.path());
    let [[state, finding, fix]] = &checks[..] else { panic!("{checks:?}") };
    assert_eq!((code, state.as_str()), (Some(1), "fail"));
    if is_root {
        assert!(finding.contains("till may not use it: not in group dialout"), "{finding}");
        assert_eq!(fix, "sudo usermod -aG dialout till, then log out and in again");
    } else {
        assert!(finding.contains("only since the last log-in"), "{finding}");
    }
}

#[test]
fn a_port_that_no_group_may_open_gets_a_rule_of_udev() {
    let root = tempfile::tempdir().unwrap();
    machine(root.path(), 0o000);
    let (code, checks) = said(root.path());
    let [[state, finding, fix]] = &checks[..] else { panic!("{checks:?}") };
    assert_eq!((code, state.as_str()), (Some(1), "fail"));
    assert!(finding.ends_with("no group may"), "{finding}");
    for part in [
        "0c2e",
        "0b6a",
        "GROUP=\"dialout\"",
        "/etc/udev/rules.d/60-yapa-serial.rules",
        "udevadm control --reload",
    ] {
        assert!(fix.contains(part), "{fix}");
    }
}

#[test]
fn modem_manager_is_named_until_a_rule_tells_it_to_leave_the_port_alone() {
    let root = tempfile::tempdir().unwrap();
    machine(root.path(), 0o666);
    assert_eq!(said(root.path()).0, Some(0), "it does not run");
    fs::write(root.path().join("proc/100/comm"), "ModemManager\n").unwrap();
    let (code, checks) = said(root.path());
    let [[ok, ..], [state, finding, fix]] = &checks[..] else { panic!("{checks:?}") };
    assert_eq!((code, ok.as_str(), state.as_str()), (Some(0), "ok", "warn"));
    assert!(
        finding.contains("ModemManager runs") && fix.contains("ENV{ID_MM_DEVICE_IGNORE}"),
        "{finding} {fix}"
    );
    let device = fs::metadata(root.path().join("dev/ttyACM0")).unwrap().rdev();
    let noted = format!("run/udev/data/c{}:{}", rustix::fs::major(device), rustix::fs::minor(device));
    fs::write(root.path().join(noted), "E:ID_MM_DEVICE_IGNORE=1\n").unwrap();
    assert_eq!(said(root.path()).1.len(), 1);
}
