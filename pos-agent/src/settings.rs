//! The agent's settings: flag over environment (`POS_AGENT__…`) over file over default.

use std::net::SocketAddr;
use std::path::PathBuf;

use domain::scan::RuleTable;
use kit::cli::LogFormat;
use kit::settings::{Layers, Loaded, SettingsError, usual_file};
use serde::{Deserialize, Serialize};

use crate::integration::setting::{IntegrationSetting, PassthroughSetting};

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
    /// How scans are read; the built-in table if left out.
    pub scan: RuleTable,
    /// The till software beside this agent.
    pub integration: IntegrationSetting,
    /// Scanners that are read here first and by a till software second.
    pub passthrough: Vec<PassthroughSetting>,
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

pub(crate) fn generic_profile() -> String {
    "generic-serial".to_owned()
}

pub(crate) fn first_till() -> i64 {
    1
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            data: default_data(),
            listen: SocketAddr::from(([127, 0, 0, 1], 8081)),
            log: LogFormat::Plain,
            scanners: vec![],
            scan: RuleTable::default(),
            integration: IntegrationSetting::default(),
            passthrough: vec![],
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
    use super::*;

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
