//! The agent's settings: flag over environment (`POS_AGENT__…`) over file over default.

use std::net::SocketAddr;
use std::path::PathBuf;

use domain::scan::RuleTable;
use kit::cli::LogFormat;
use kit::settings::{Layers, Loaded, SettingsError, usual_file};
use serde::{Deserialize, Serialize};

use crate::checkout::price::Policy;
use crate::printer::Address;
use crate::receipt::zpl::LabelSize;

pub const PROGRAM: &str = "pos-agent";
pub const PREFIX: &str = "POS_AGENT";

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Folder of the till's file, keys and notes.
    pub data: PathBuf,
    /// Loopback only: whoever reaches this address works the till.
    pub listen: SocketAddr,
    pub log: LogFormat,
    pub scanners: Vec<ScannerSetting>,
    pub printers: Vec<PrinterSetting>,
    pub receipt: ShopSetting,
    pub labels: LabelSetting,
    /// How scans are read; the built-in table if left out. `[scan]` with the number of the currency, and
    /// `[[scan.rules]]` in order, among them the layouts of the shop's own scales (`domain::scan::Layout`).
    pub scan: RuleTable,
    /// How sums are made: tax and cash rounding.
    pub checkout: Policy,
    /// Sells only while a shift is open.
    pub require_shift: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScannerSetting {
    /// Best a name below `/dev/serial/by-id`: it stays the same in every socket.
    pub path: PathBuf,
    /// The number of the till it scans for.
    #[serde(default = "first_till")]
    pub till: i64,
    /// How the device speaks: the id of a profile.
    #[serde(default = "generic_profile")]
    pub profile: String,
}

/// A receipt printer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrinterSetting {
    /// What people and messages call it.
    #[serde(default = "first_printer")]
    pub id: String,
    /// The numbers of the tills whose receipts it prints.
    #[serde(default = "first_tills")]
    pub tills: Vec<i64>,
    /// `serial:/dev/ttyUSB0`, `file:/dev/usb/lp0` or `tcp:192.168.1.50:9100`.
    pub connection: Address,
    /// Paper, code page, knife and drawer: the id of a printer profile.
    #[serde(default = "usual_paper")]
    pub profile: String,
    /// For a serial line; 9600 if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baud: Option<u32>,
}

fn first_printer() -> String {
    "printer".to_owned()
}

fn first_tills() -> Vec<i64> {
    vec![first_till()]
}

fn usual_paper() -> String {
    "generic-80".to_owned()
}

/// What a shop says on every receipt; empty is not printed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ShopSetting {
    pub tax_id: String,
    /// Line by line.
    pub address: Vec<String>,
    /// How goods are taken back.
    pub policy: String,
    /// The last line, in the place of a thank-you.
    pub footer: String,
}

/// The label printer, which speaks ZPL.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LabelSetting {
    pub connection: Option<Address>,
    pub size: LabelSize,
}

fn generic_profile() -> String {
    "generic-serial".to_owned()
}

fn first_till() -> i64 {
    1
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            data: default_data(),
            listen: SocketAddr::from(([127, 0, 0, 1], 8081)),
            log: LogFormat::Plain,
            scanners: vec![],
            printers: vec![],
            receipt: ShopSetting::default(),
            labels: LabelSetting::default(),
            scan: RuleTable::default(),
            checkout: Policy::default(),
            require_shift: false,
        }
    }
}

fn default_data() -> PathBuf {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = set("XDG_DATA_HOME").or_else(|| set("HOME").map(|home| home.join(".local/share")));
    home.unwrap_or_else(|| PathBuf::from(".")).join(PROGRAM)
}

/// What flags may say besides the file and the environment.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    pub config: Option<PathBuf>,
    pub data: Option<PathBuf>,
    pub listen: Option<SocketAddr>,
    pub scanners: Vec<ScannerSetting>,
}

pub fn load(flags: &Flags) -> Result<Loaded<Settings>, SettingsError> {
    let variables =
        std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)));
    let mut loaded: Loaded<Settings> = Layers::new()
        .file(flags.config.clone().or_else(|| usual_file(PROGRAM)))
        .env(PREFIX, variables)
        .flag("data", flags.data.as_ref().map(|path| path.display().to_string()))
        .flag("listen", flags.listen)
        .load()?;
    // Scanners given as flags stand in the place of the file's: a list is one value.
    if !flags.scanners.is_empty() {
        loaded.settings.scanners.clone_from(&flags.scanners);
    }
    Ok(loaded)
}

impl std::str::FromStr for ScannerSetting {
    type Err = std::convert::Infallible;

    /// `PATH` or `PATH:TILL`. A path below `by-path` has colons of its own, so only a last part that is
    /// a plain number is a till.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let split = text.rsplit_once(':').and_then(|(path, till)| Some((path, till.parse().ok()?)));
        let (path, till) = split.unwrap_or((text, first_till()));
        Ok(Self { path: path.into(), till, profile: generic_profile() })
    }
}

#[cfg(test)]
mod tests {
    use domain::scan::{Meaning, Measure, Origin, Scan};
    use domain::{Money, Quantity};

    use super::*;

    #[test]
    fn the_layout_of_the_shops_scales_is_a_setting() {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("pos-agent.toml");
        let rule = "[scan]\ncurrency = '978'\n[[scan.rules]]\nname = 'scale'\nmeaning = 'product'\n";
        let flags = Flags { config: Some(config.clone()), ..Flags::default() };
        for (layout, lookup, number, item, measure) in [
            ("21iiiiiww.wwwc", "prefixed", "2112345015002", "2112345", Measure::Quantity(Quantity(1_500))),
            ("23iiiiippp.ppc", "item", "2312345001993", "12345", Measure::Price(Money(199))),
        ] {
            std::fs::write(&config, format!("{rule}layout = '{layout}'\nlookup = '{lookup}'")).unwrap();
            let rules = load(&flags).unwrap().settings.scan;
            let read = rules.classify(Scan::new(Origin::SerialScanner, None, number)).unwrap();
            let Meaning::Labelled(label) = read else { panic!("{number}: {read:?}") };
            assert_eq!((label.barcode.as_str(), label.measure), (item, Some(measure)), "{layout}");
        }
        std::fs::write(&config, format!("{rule}layout = '21iiNNDDD'")).unwrap();
        assert!(load(&flags).unwrap_err().to_string().contains("no sign of a layout"));
    }

    #[test]
    fn a_scanner_names_its_till() {
        for (text, path, till) in [
            ("/dev/ttyUSB0", "/dev/ttyUSB0", 1),
            ("/dev/ttyUSB0:3", "/dev/ttyUSB0", 3),
            (
                "/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0",
                "/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0",
                1,
            ),
            (
                "/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0:2",
                "/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0",
                2,
            ),
        ] {
            let wanted = ScannerSetting { path: path.into(), till, profile: generic_profile() };
            assert_eq!(text.parse(), Ok(wanted), "{text}");
        }
    }
}
