//! What a round over a till's readers found, left in the folder of the till's agent, which tells the hub.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::{Entry, Standing};
use crate::digest::first_digits;
use crate::profile::Verified;
use crate::round::{Found, Step};

/// Its name in that folder.
pub const FILE: &str = "readers.json";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TillReport {
    pub at: DateTime<Utc>,
    /// The settings that the readers were held against, by [`settings_hash`].
    pub settings: String,
    pub readers: Vec<Reported>,
}

/// One reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    /// The number of the till that it reads for.
    pub till: i64,
    pub port: PathBuf,
    pub profile: String,
    /// How far the profile was tried; none where there is no such profile.
    #[serde(default)]
    pub verified: Option<Verified>,
    pub standing: Standing,
    pub why: Option<String>,
    /// What is wanted and is not so, or not known to be.
    pub differing: Vec<Differing>,
    /// What is wanted and the maker's sheet sets, word by setting: not compared.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by_sheet: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Differing {
    pub setting: String,
    pub wanted: String,
    /// None where it was not asked.
    pub found: Option<Found>,
}

/// The first twelve digits of a SHA-256.
pub fn settings_hash(bytes: &[u8]) -> String {
    first_digits(Sha256::new_with_prefix(bytes))
}

impl TillReport {
    pub fn new(at: DateTime<Utc>, settings: String, roll: &[Entry]) -> Self {
        Self { at, settings, readers: roll.iter().map(reported).collect() }
    }

    /// Takes the place of the one before, whole.
    pub fn write(&self, folder: &Path) -> io::Result<PathBuf> {
        let place = folder.join(FILE);
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(&serde_json::to_vec_pretty(self)?)?;
        file.as_file().sync_all()?;
        // The agent may run as somebody else.
        fs::set_permissions(file.path(), std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
        file.persist(&place)?;
        File::open(folder)?.sync_all()?;
        Ok(place)
    }
}

fn reported(entry: &Entry) -> Reported {
    let differing = |step: &Step| Differing {
        setting: step.setting.name().to_owned(),
        wanted: step.wanted.as_str().to_owned(),
        found: step.found.clone(),
    };
    Reported {
        till: entry.till,
        port: entry.port.clone(),
        profile: entry.profile.clone(),
        verified: entry.verified,
        standing: entry.standing,
        why: entry.why.clone(),
        differing: entry.settings.iter().map(differing).collect(),
        by_sheet: entry
            .by_sheet
            .iter()
            .map(|(setting, word)| (setting.name().to_owned(), word.as_str().to_owned()))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setting::Setting;

    #[test]
    fn a_report_takes_the_place_of_the_one_before() {
        let folder = tempfile::tempdir().unwrap();
        let at = "2026-03-02T10:00:00Z".parse().unwrap();
        let entry = Entry {
            till: 2,
            port: "/dev/scanner".into(),
            profile: "gm65".to_owned(),
            verified: Some(Verified::Manual),
            standing: Standing::NotOpen,
            why: Some("no such port".to_owned()),
            settings: vec![],
            by_sheet: [(Setting::Suffix, Setting::Suffix.word("cr_lf").unwrap())].into(),
        };
        TillReport::new(at, settings_hash(b""), &[]).write(folder.path()).unwrap();
        let report = TillReport::new(at, settings_hash(b"[every]\n"), &[entry]);
        let place = report.write(folder.path()).unwrap();
        let read: TillReport = serde_json::from_slice(&fs::read(&place).unwrap()).unwrap();
        assert_eq!(read, report);
        assert_eq!(read.readers[0].verified, Some(Verified::Manual));
        assert_eq!(read.readers[0].by_sheet["suffix"], "cr_lf", "what was not compared is told");
        assert_eq!((read.readers[0].till, read.settings.len()), (2, 12));
        // FIPS 180-2's digest of no bytes.
        assert_eq!(settings_hash(b""), "e3b0c44298fc");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside");
        assert!(report.write(&folder.path().join("gone")).is_err());
    }
}
