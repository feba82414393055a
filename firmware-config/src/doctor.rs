//! Why a serial port cannot be used, and the command that mends it.

mod facts;

use std::path::PathBuf;

use serde::Serialize;

pub use facts::facts;

/// What was found out, without opening anything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    pub user: String,
    /// A service of the system that asks every new serial port whether it is a modem.
    pub modem_manager_runs: bool,
    pub ports: Vec<PortFacts>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PortFacts {
    pub path: PathBuf,
    pub state: State,
    /// The group that owns it, if the group may read and write.
    pub group: Option<String>,
    /// The user is in that group, by the system's list; a log-in that is older does not know.
    pub is_member: bool,
    /// Programs that have it open.
    pub held_by: Vec<String>,
    /// `0c2e:0b61`, for devices on USB.
    pub usb: Option<String>,
    /// The system's rules tell `ModemManager` to leave it alone.
    pub ignored_as_modem: bool,
    /// Other ports with a device that USB cannot tell from this one.
    pub twins: usize,
    pub by_path: Option<PathBuf>,
}

impl PortFacts {
    /// Whether its name, made of maker, model and serial number, is another device's as well.
    pub fn is_ambiguous(&self) -> bool {
        self.twins > 0 && self.path.parent().is_some_and(|folder| folder.ends_with("by-id"))
    }
}

/// What this user can do with a port now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum State {
    #[default]
    Missing,
    Denied,
    /// To read and to write.
    Usable,
}

/// One line for people: a state, what was looked at, what was found, and a command to copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// `ok`, `warn` or `fail`.
    pub state: &'static str,
    pub check: String,
    pub finding: String,
    pub fix: String,
}

impl Check {
    fn new(state: &'static str, check: impl Into<String>, finding: impl Into<String>) -> Self {
        Self { state, check: check.into(), finding: finding.into(), fix: String::new() }
    }

    fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = fix.into();
        self
    }
}

const RELOAD: &str = "sudo udevadm control --reload && sudo udevadm trigger";

/// What the facts mean. Pure.
pub fn decide(facts: &Facts) -> Vec<Check> {
    if facts.ports.is_empty() {
        return vec![
            Check::new("fail", "ports", "there is no serial port")
                .fix("plug the device in and see what the system says: sudo dmesg --follow"),
        ];
    }
    facts.ports.iter().flat_map(|port| of_port(facts, port)).collect()
}

fn of_port(facts: &Facts, port: &PortFacts) -> Vec<Check> {
    let name = port.path.display().to_string();
    if port.state == State::Missing {
        return vec![
            Check::new("fail", name, "is not there").fix("plug it in, then: firmware-config detect"),
        ];
    }
    let mut checks = vec![access(facts, port)];
    if !port.held_by.is_empty() {
        let finding = format!("in use by {}", port.held_by.join(", "));
        checks.push(Check::new("fail", name.clone(), finding).fix("stop that program first"));
    }
    if facts.modem_manager_runs && !port.ignored_as_modem {
        checks.extend(port.usb.as_deref().map(|usb| modem(&name, usb)));
    }
    if port.twins > 0 {
        let finding = format!("{} equal device(s) without serial numbers of their own", port.twins);
        let fix = match &port.by_path {
            Some(path) => format!("name the socket: --port {}", path.display()),
            None => "unplug the others while you work".to_owned(),
        };
        checks.push(Check::new("warn", name, finding).fix(fix));
    }
    checks
}

fn access(facts: &Facts, port: &PortFacts) -> Check {
    let name = port.path.display().to_string();
    let user = &facts.user;
    if port.state == State::Usable {
        return Check::new("ok", name, format!("{user} may use it"));
    }
    let no = format!("{user} may not use it");
    match (&port.group, port.is_member, &port.usb) {
        (Some(group), true, _) => {
            Check::new("fail", name, format!("{no}: in group {group} only since the last log-in"))
                .fix("log out and in again")
        }
        (Some(group), false, _) if group != "root" => {
            Check::new("fail", name, format!("{no}: not in group {group}"))
                .fix(format!("sudo usermod -aG {group} {user}, then log out and in again"))
        }
        (_, _, Some(usb)) => Check::new("fail", name, format!("{no}: no group may")).fix(rule(
            "60-yapa-serial.rules",
            usb,
            "GROUP=\"dialout\", MODE=\"0660\"",
        )),
        (_, _, None) => Check::new("fail", name.clone(), format!("{no}: no group may"))
            .fix(format!("sudo chgrp dialout {name} && sudo chmod g+rw {name}")),
    }
}

fn modem(name: &str, usb: &str) -> Check {
    Check::new("warn", name, "ModemManager runs, and may write to it to ask whether it is a modem").fix(rule(
        "78-yapa-no-modem.rules",
        usb,
        "ENV{ID_MM_DEVICE_IGNORE}=\"1\"",
    ))
}

/// A rule of udev for all ports of such a device, as one command.
fn rule(file: &str, usb: &str, then: &str) -> String {
    let (vendor, product) = usb.split_once(':').unwrap_or((usb, ""));
    format!(
        "echo 'SUBSYSTEM==\"tty\", ATTRS{{idVendor}}==\"{vendor}\", ATTRS{{idProduct}}==\"{product}\", {then}' | \
         sudo tee -a /etc/udev/rules.d/{file} && {RELOAD}"
    )
}

#[cfg(test)]
mod tests;
