//! What the system says of its ports. Nothing is opened.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access, major, minor};
use rustix::process::{getgroups, getuid};

use super::{Facts, PortFacts, State};
use crate::detect::{Port, System, ports};
use crate::registry::Registry;

/// The facts of these ports, or of all there are.
pub fn facts(system: &System, registry: &Registry, named: &[PathBuf]) -> Facts {
    let all = ports(system, registry);
    let users = Users::read(system);
    let looked_at: Vec<PathBuf> =
        if named.is_empty() { all.iter().map(|port| port.path.clone()).collect() } else { named.to_vec() };
    Facts {
        modem_manager_runs: runs(system, "ModemManager"),
        ports: looked_at.iter().map(|path| of_port(system, &all, &users, path)).collect(),
        user: users.name,
    }
}

fn of_port(system: &System, all: &[Port], users: &Users, path: &Path) -> PortFacts {
    let Ok(real) = path.canonicalize() else {
        return PortFacts { path: path.to_owned(), ..PortFacts::default() };
    };
    let known = all.iter().find(|port| port.path.canonicalize().is_ok_and(|other| other == real));
    let usb = known.and_then(|port| port.usb.as_ref());
    let is_twin = |other: &&Port| other.usb.as_ref() == usb && Some(*other) != known;
    let meta = fs::metadata(&real).ok();
    let shared = meta.as_ref().is_some_and(|meta| meta.mode() & 0o060 == 0o060);
    let group = meta.as_ref().filter(|_| shared).map(|meta| users.group(meta.gid()));
    PortFacts {
        path: path.to_owned(),
        state: match access(&real, Access::READ_OK | Access::WRITE_OK) {
            Ok(()) => State::Usable,
            Err(_) => State::Denied,
        },
        is_member: group.as_ref().is_some_and(|group| users.is_in(group)),
        group,
        held_by: holders(system, &real),
        usb: usb.map(|usb| format!("{}:{}", usb.vendor, usb.product)),
        ignored_as_modem: meta.is_some_and(|meta| is_ignored(system, meta.rdev())),
        twins: if usb.is_some() { all.iter().filter(is_twin).count() } else { 0 },
        by_path: known.and_then(|port| port.by_path.clone()),
    }
}

/// Users and groups by the system's lists.
struct Users {
    name: String,
    /// Name, number, members.
    groups: Vec<(String, u32, Vec<String>)>,
    primary: Option<u32>,
}

impl Users {
    fn read(system: &System) -> Self {
        let lines = |name: &str| fs::read_to_string(system.etc.join(name)).unwrap_or_default();
        let uid = getuid().as_raw().to_string();
        let passwd = lines("passwd");
        let own = passwd
            .lines()
            .map(|line| line.split(':').collect::<Vec<_>>())
            .find(|line| line.get(2) == Some(&uid.as_str()));
        let group = |line: &str| {
            let mut parts = line.split(':');
            let (name, number) = (parts.next()?.to_owned(), parts.nth(1)?.parse().ok()?);
            Some((name, number, parts.next().unwrap_or_default().split(',').map(str::to_owned).collect()))
        };
        Self {
            name: own.as_ref().and_then(|line| line.first()).map_or(uid.clone(), |name| (*name).to_owned()),
            primary: own.as_ref().and_then(|line| line.get(3)?.parse().ok()),
            groups: lines("group").lines().filter_map(group).collect(),
        }
    }

    fn group(&self, number: u32) -> String {
        let name = self.groups.iter().find(|(_, own, _)| *own == number).map(|(name, ..)| name.clone());
        name.unwrap_or_else(|| number.to_string())
    }

    fn is_in(&self, group: &str) -> bool {
        let listed = |(name, number, members): &(String, u32, Vec<String>)| {
            name == group && (members.contains(&self.name) || self.primary == Some(*number))
        };
        let now = getgroups().unwrap_or_default();
        let held = |(name, number, _): &(String, u32, Vec<String>)| {
            name == group && now.iter().any(|own| own.as_raw() == *number)
        };
        self.groups.iter().any(|entry| listed(entry) || held(entry))
    }
}

fn processes(system: &System) -> impl Iterator<Item = (String, PathBuf)> {
    let entries = fs::read_dir(&system.proc).into_iter().flatten().flatten();
    entries.filter(|entry| entry.file_name().to_string_lossy().bytes().all(|b| b.is_ascii_digit())).map(
        |entry| {
            let name = fs::read_to_string(entry.path().join("comm")).unwrap_or_default().trim().to_owned();
            (name, entry.path())
        },
    )
}

fn runs(system: &System, program: &str) -> bool {
    processes(system).any(|(name, _)| name == program)
}

/// Programs that have the file open, as far as this user may see.
fn holders(system: &System, file: &Path) -> Vec<String> {
    let has = |folder: &Path| {
        let open = fs::read_dir(folder.join("fd")).into_iter().flatten().flatten();
        open.filter_map(|entry| fs::read_link(entry.path()).ok()).any(|path| path == file)
    };
    processes(system)
        .filter(|(_, folder)| has(folder))
        .map(|(name, folder)| {
            format!("{name} (process {})", folder.file_name().unwrap_or_default().to_string_lossy())
        })
        .collect()
}

/// What udev noted about the device: the rules were applied when it was plugged in. The tags are those that
/// `ModemManager`'s reference documents.
fn is_ignored(system: &System, device: u64) -> bool {
    let noted = system.run.join(format!("udev/data/c{}:{}", major(device), minor(device)));
    let text = fs::read_to_string(noted).unwrap_or_default();
    ["E:ID_MM_DEVICE_IGNORE=1", "E:ID_MM_PORT_IGNORE=1"]
        .iter()
        .any(|tag| text.lines().any(|line| line == *tag))
}
