use std::os::unix::fs::symlink;

use super::*;

/// A machine with USB devices: socket, vendor and product, serial number, port.
pub(crate) fn machine(root: &Path, devices: &[(&str, &str, &str, &str)]) -> System {
    let system = System::below(root);
    for folder in ["by-id", "by-path"] {
        fs::create_dir_all(system.dev.join("serial").join(folder)).unwrap();
    }
    for (socket, id, serial, name) in devices {
        let (vendor, product) = id.split_once(':').unwrap();
        let unit = system.sys.join("devices/usb1").join(socket);
        let interface = unit.join("1.0").join(name);
        fs::create_dir_all(&interface).unwrap();
        fs::write(unit.join("idVendor"), format!("{vendor}\n")).unwrap();
        fs::write(unit.join("idProduct"), format!("{product}\n")).unwrap();
        fs::write(unit.join("product"), "USB Serial\n").unwrap();
        if !serial.is_empty() {
            fs::write(unit.join("serial"), format!("{serial}\n")).unwrap();
        }
        let class = system.sys.join("class/tty").join(name);
        fs::create_dir_all(&class).unwrap();
        symlink(&interface, class.join("device")).unwrap();
        fs::write(system.dev.join(name), "").unwrap();
        let by_id = system.dev.join(format!("serial/by-id/usb-{vendor}_{product}_{serial}"));
        // The system does the same: the later one takes the name over.
        let _ = fs::remove_file(&by_id);
        symlink(system.dev.join(name), by_id).unwrap();
        symlink(system.dev.join(name), system.dev.join(format!("serial/by-path/usb-0:{socket}"))).unwrap();
    }
    system
}

#[test]
fn each_port_has_its_names_and_hints() {
    let folder = tempfile::tempdir().unwrap();
    let devices = [
        ("1-1", "0c2e:0b61", "X1", "ttyACM0"),
        ("1-2", "1a86:7523", "", "ttyUSB0"),
        ("1-3", "1a86:7523", "", "ttyUSB1"),
        ("1-4", "dead:beef", "7", "ttyUSB2"),
    ];
    let system = machine(folder.path(), &devices);
    // A console, and a socket of the mainboard with nothing behind it.
    fs::create_dir_all(system.sys.join("class/tty/tty0")).unwrap();
    fs::create_dir_all(system.sys.join("class/tty/ttyS0/device")).unwrap();
    fs::write(system.sys.join("class/tty/ttyS0/type"), "0\n").unwrap();
    let ports = ports(&system, &Registry::built_in().unwrap());
    let hints: Vec<(String, Vec<&str>)> = ports
        .iter()
        .map(|port| {
            let name = port.path.file_name().unwrap().to_string_lossy().into_owned();
            (name, port.profiles.iter().map(String::as_str).collect())
        })
        .collect();
    assert_eq!(
        hints,
        [
            ("ttyACM0".to_owned(), vec!["honeywell-usb"]),
            ("ttyUSB0".to_owned(), vec!["generic-ch340", "gm65"]),
            ("ttyUSB1".to_owned(), vec!["generic-ch340", "gm65"]),
            ("ttyUSB2".to_owned(), vec![]),
        ]
    );
    let usb = ports[0].usb.as_ref().unwrap();
    assert_eq!(
        (usb.vendor.as_str(), usb.product.as_str(), usb.serial.as_deref()),
        ("0c2e", "0b61", Some("X1"))
    );
    // Two equal bridges share a name, which leads to the later one; the sockets tell them apart.
    assert_eq!((&ports[1].by_id, ports[2].by_id.is_some()), (&None, true));
    assert!(ports[1].by_path.as_ref().unwrap().ends_with("usb-0:1-2"));
    assert!(
        super::ports(&System::below(&folder.path().join("nothing")), &Registry::built_in().unwrap())
            .is_empty()
    );
}

#[test]
fn a_port_with_another_device_than_the_profile_s_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let devices = [("1-1", "0c2e:0b61", "X1", "ttyACM0"), ("1-4", "dead:beef", "7", "ttyUSB2")];
    let system = machine(folder.path(), &devices);
    let registry = Registry::built_in().unwrap();
    let other = |name: &str, profile: &str| {
        other_device(&system, &registry, &system.dev.join(name), registry.get(profile).unwrap())
    };
    assert_eq!(other("ttyACM0", "honeywell-usb"), None);
    assert_eq!(other("ttyUSB2", "honeywell-usb").as_deref(), Some("dead:beef USB Serial"));
    assert_eq!(other("serial/by-path/usb-0:1-4", "newland-hr").as_deref(), Some("dead:beef USB Serial"));
    // A profile that names none, and a port that is none.
    assert_eq!(other("ttyUSB2", "generic-serial"), None);
    assert_eq!(other("ttyUSB9", "honeywell-usb"), None);
}
