//! What a command is given in files.

use std::io::Read as _;
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::super::SheetError;
use crate::profile::Profile;
use crate::registry::Registry;
use crate::setting::{Settings, Wanted};

/// What the hub says of a one-time code. It may come to say more.
#[derive(Debug, Default, Deserialize)]
pub(super) struct HubCode {
    pub code: String,
    #[serde(default)]
    pub expires_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub tills: Vec<String>,
}

impl HubCode {
    pub fn read(text: &str) -> Result<Self, SheetError> {
        serde_json::from_str(text).map_err(|error| {
            SheetError::config("bad_code_file", format!("this is not what the hub says of a code: {error}"))
                .fix("hub-server till code --all --json")
        })
    }
}

pub(super) fn read(file: &Path) -> Result<String, SheetError> {
    let read = if file.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(file)
    };
    read.map_err(|error| {
        let message = format!("{}: {error}", file.display());
        if error.kind() == std::io::ErrorKind::NotFound {
            SheetError::not_found("no_such_file", message)
        } else {
            SheetError::config("unreadable_file", message)
        }
    })
}

/// A profile, and what the chain wants of it, by whatever way it is set.
pub(super) fn wanted<'r>(
    id: &str,
    file: &Path,
    registry: &'r Registry,
) -> Result<(&'r Profile, Wanted), SheetError> {
    let profile = registry.get(id).ok_or_else(|| {
        SheetError::not_found("no_profile", format!("there is no profile {id:?}")).fix("firmware-config list")
    })?;
    let settings = Settings::parse(&read(file)?).and_then(|settings| {
        settings.check_profiles(|id| registry.get(id).is_some())?;
        Ok(settings)
    });
    let settings = settings.map_err(|error| {
        SheetError::config("bad_settings", error.to_string())
            .fix(format!("mend {}; docs/readers.md lists the settings", file.display()))
    })?;
    Ok((profile, settings.whole(id)))
}

/// Numbers with their lines.
pub(super) fn lines(text: &str) -> Vec<(usize, String)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let all = (1..).zip(text.lines().map(str::trim));
    all.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(row, line)| (row, line.to_owned()))
        .collect()
}
