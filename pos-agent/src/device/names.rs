//! The names under which the system lists devices, and whether one name can be trusted.
//!
//! Below `by-id` a name is made of maker, model and serial number. Cheap USB bridges have no serial number
//! of their own, so two of them get one name, which points at whichever came last. Then only `by-path`, the
//! socket, tells them apart.

use std::fs;
use std::path::{Path, PathBuf};

/// Where the system lists devices; another place in tests.
#[derive(Debug, Clone)]
pub struct Names {
    sys: PathBuf,
}

impl Default for Names {
    fn default() -> Self {
        Self { sys: PathBuf::from("/sys") }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{path} is the name of {} equal devices without serial numbers of their own; name the socket instead: {}",
    count, choices.join(" or "), path = path.display()
)]
pub struct Ambiguous {
    pub path: PathBuf,
    pub count: usize,
    /// Names below `by-path` of the devices that share the name.
    pub choices: Vec<String>,
}

/// One USB device, and what makes up its name.
#[derive(Debug)]
struct Unit {
    folder: PathBuf,
    identity: [String; 3],
}

impl Names {
    #[cfg(test)]
    pub fn below(folder: &Path) -> Self {
        Self { sys: folder.to_owned() }
    }

    /// Whether the path means one device and no other. A device that is not there cannot be confused.
    pub fn sure(&self, path: &Path) -> Result<(), Ambiguous> {
        let folder = path.parent().filter(|folder| folder.ends_with("by-id"));
        let (Some(by_path), Ok(node)) =
            (folder.map(|folder| folder.with_file_name("by-path")), path.canonicalize())
        else {
            return Ok(());
        };
        let class = if by_path.ends_with("input/by-path") { "input" } else { "tty" };
        let Some(own) = self.unit(class, &node) else { return Ok(()) };
        let is_equal = |unit: &Unit| unit.identity == own.identity;
        let mut equals: Vec<PathBuf> = entries(&self.sys.join("class").join(class))
            .filter_map(|entry| self.unit(class, &entry))
            .filter(is_equal)
            .map(|unit| unit.folder)
            .collect();
        equals.sort();
        equals.dedup();
        if equals.len() < 2 {
            return Ok(());
        }
        let mut choices: Vec<String> = entries(&by_path)
            .filter(|name| {
                self.unit(class, &name.canonicalize().unwrap_or_default()).is_some_and(|u| is_equal(&u))
            })
            .map(|name| name.display().to_string())
            .collect();
        choices.sort();
        Err(Ambiguous { path: path.to_owned(), count: equals.len(), choices })
    }

    /// The USB device behind `/dev/ttyUSB0` or `/dev/input/event3`; none for other buses.
    fn unit(&self, class: &str, node: &Path) -> Option<Unit> {
        let device = self.sys.join("class").join(class).join(node.file_name()?).join("device");
        let device = device.canonicalize().ok()?;
        let folder = device.ancestors().find(|folder| folder.join("idVendor").is_file())?;
        let said = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_default().trim().to_owned();
        let identity = [said("idVendor"), said("idProduct"), said("serial")];
        Some(Unit { folder: folder.to_owned(), identity })
    }
}

fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// A machine with USB serial bridges: socket, serial number, port.
    fn machine(folder: &Path, bridges: &[(&str, &str, &str)]) -> Names {
        let (sys, dev) = (folder.join("sys"), folder.join("dev"));
        for name in ["by-id", "by-path"] {
            fs::create_dir_all(dev.join("serial").join(name)).unwrap();
        }
        for (socket, serial, port) in bridges {
            let unit = sys.join("devices/usb1").join(socket);
            let interface = unit.join(format!("{socket}:1.0")).join(port);
            fs::create_dir_all(&interface).unwrap();
            fs::write(unit.join("idVendor"), "1a86\n").unwrap();
            fs::write(unit.join("idProduct"), "7523\n").unwrap();
            if !serial.is_empty() {
                fs::write(unit.join("serial"), serial).unwrap();
            }
            fs::create_dir_all(sys.join("class/tty").join(port)).unwrap();
            symlink(&interface, sys.join("class/tty").join(port).join("device")).unwrap();
            fs::write(dev.join(port), "").unwrap();
            let id = dev.join(format!("serial/by-id/usb-1a86_USB_Serial{serial}-if00-port0"));
            // The system does the same: the later one takes the name over.
            let _ = fs::remove_file(&id);
            symlink(dev.join(port), id).unwrap();
            // The second port of one device has no socket of its own.
            let _ = symlink(dev.join(port), dev.join(format!("serial/by-path/pci-0-usb-0:{socket}")));
        }
        Names::below(&sys)
    }

    #[test]
    fn a_name_that_two_equal_devices_share_is_refused_with_the_names_that_tell_them_apart() {
        let folder = tempfile::tempdir().unwrap();
        let names = machine(folder.path(), &[("1-1", "", "ttyUSB0"), ("1-2", "", "ttyUSB1")]);
        let by_id = folder.path().join("dev/serial/by-id/usb-1a86_USB_Serial-if00-port0");
        let refused = names.sure(&by_id).unwrap_err();
        assert_eq!((refused.count, refused.choices.len()), (2, 2));
        let said = refused.to_string();
        assert!(
            said.contains("by-path/pci-0-usb-0:1-1 or ") && said.contains("by-path/pci-0-usb-0:1-2"),
            "{said}"
        );
        // The sockets and the plain ports are never in doubt.
        for path in ["serial/by-path/pci-0-usb-0:1-1", "ttyUSB0"] {
            assert_eq!(names.sure(&folder.path().join("dev").join(path)), Ok(()), "{path}");
        }
    }

    #[test]
    fn a_name_of_one_device_stands() {
        let folder = tempfile::tempdir().unwrap();
        // Serial numbers differ; and one device may have two ports.
        let bridges = [("1-1", "A1", "ttyUSB0"), ("1-2", "A2", "ttyUSB1"), ("1-1", "A1", "ttyUSB2")];
        let names = machine(folder.path(), &bridges);
        for id in ["usb-1a86_USB_SerialA1-if00-port0", "usb-1a86_USB_SerialA2-if00-port0", "not-plugged-in"] {
            assert_eq!(names.sure(&folder.path().join("dev/serial/by-id").join(id)), Ok(()), "{id}");
        }
    }
}
