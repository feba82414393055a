//! The serial ports of this machine, by what the system says of them. Nothing is opened and nothing is
//! written: a device that nobody named is never spoken to.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::profile::Profile;
use crate::registry::Registry;

/// Where the system describes devices; other places in tests.
#[derive(Debug, Clone)]
pub struct System {
    pub sys: PathBuf,
    pub dev: PathBuf,
    pub proc: PathBuf,
    pub etc: PathBuf,
    pub run: PathBuf,
}

impl Default for System {
    fn default() -> Self {
        Self::below(Path::new("/"))
    }
}

impl System {
    pub fn below(root: &Path) -> Self {
        let of = |name: &str| root.join(name);
        Self { sys: of("sys"), dev: of("dev"), proc: of("proc"), etc: of("etc"), run: of("run") }
    }
}

/// What USB says of a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Usb {
    pub vendor: String,
    pub product: String,
    pub serial: Option<String>,
    pub name: Option<String>,
}

impl Usb {
    /// Whether a profile's id, `0c2e:0720` or `0c2e:*`, names such a device.
    fn is_named(&self, id: &str) -> bool {
        id.split_once(':').is_some_and(|(v, p)| v == self.vendor && (p == "*" || p == self.product))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Port {
    /// `/dev/ttyUSB0`.
    pub path: PathBuf,
    /// The name by maker, model and serial number, which stays when the socket changes.
    pub by_id: Option<PathBuf>,
    /// The name by socket, which tells equal devices apart.
    pub by_path: Option<PathBuf>,
    pub usb: Option<Usb>,
    /// Profiles of devices that USB names so. A hint: only a person knows what is plugged in.
    pub profiles: Vec<String>,
}

/// All serial ports that have a device behind them, by their names.
pub fn ports(system: &System, registry: &Registry) -> Vec<Port> {
    let mut ports: Vec<Port> = names(&system.sys.join("class/tty"))
        .iter()
        .filter(|name| is_serial(system, name))
        .map(|name| port(system, registry, name))
        .collect();
    ports.sort_by(|a, b| a.path.cmp(&b.path));
    ports
}

/// What USB calls the device behind a port.
pub fn usb_of(system: &System, registry: &Registry, path: &Path) -> Option<Usb> {
    let place = path.canonicalize().ok()?;
    let is_it = |port: &Port| port.path.canonicalize().is_ok_and(|own| own == place);
    ports(system, registry).into_iter().find(is_it)?.usb
}

/// The same, if the profile names other ones: most likely a slip of the hand.
pub fn other_device(system: &System, registry: &Registry, path: &Path, profile: &Profile) -> Option<String> {
    let usb = usb_of(system, registry, path)?;
    let named = profile.usb.is_empty() || profile.usb.iter().any(|id| usb.is_named(id));
    (!named).then(|| {
        format!("{}:{} {}", usb.vendor, usb.product, usb.name.unwrap_or_default()).trim_end().to_owned()
    })
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// Consoles have no device; sockets of the mainboard that nothing is behind say that their type is 0.
fn is_serial(system: &System, name: &str) -> bool {
    let class = system.sys.join("class/tty").join(name);
    let empty = fs::read_to_string(class.join("type")).is_ok_and(|kind| kind.trim() == "0");
    class.join("device").exists() && !empty
}

fn port(system: &System, registry: &Registry, name: &str) -> Port {
    let path = system.dev.join(name);
    let usb = usb(&system.sys.join("class/tty").join(name).join("device"));
    let hints = |id: &String| usb.as_ref().is_some_and(|usb| usb.is_named(id));
    let profiles =
        registry.all().filter(|(p, _)| p.usb.iter().any(hints)).map(|(p, _)| p.id.clone()).collect();
    Port {
        by_id: link_to(&system.dev.join("serial/by-id"), &path),
        by_path: link_to(&system.dev.join("serial/by-path"), &path),
        path,
        profiles,
        usb,
    }
}

fn usb(device: &Path) -> Option<Usb> {
    let device = device.canonicalize().ok()?;
    let folder = device.ancestors().find(|folder| folder.join("idVendor").is_file())?;
    let said = |name: &str| {
        let text = fs::read_to_string(folder.join(name)).ok()?.trim().to_owned();
        (!text.is_empty()).then_some(text)
    };
    Some(Usb {
        vendor: said("idVendor")?,
        product: said("idProduct")?,
        serial: said("serial"),
        name: said("product"),
    })
}

/// The link in a folder that leads to a device.
fn link_to(folder: &Path, device: &Path) -> Option<PathBuf> {
    let device = device.canonicalize().ok()?;
    let mut links: Vec<PathBuf> = names(folder).into_iter().map(|name| folder.join(name)).collect();
    links.sort();
    links.into_iter().find(|link| link.canonicalize().is_ok_and(|end| end == device))
}

#[cfg(test)]
pub(crate) mod tests;
