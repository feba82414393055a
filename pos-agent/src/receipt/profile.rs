//! What sets one receipt printer apart from another, as data.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::escpos::{CodePage, Cut, DrawerPin};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The file's name without `.toml`.
    pub id: String,
    /// Plain characters a line: 48 on 80 mm, 32 on 58 mm, unless the maker says otherwise.
    pub columns: usize,
    pub code_page: CodePage,
    pub cut: Cut,
    /// Lines from the print head to the knife or the edge where paper is torn off.
    pub feed_before_cut: u8,
    /// None for a printer without a drawer's plug.
    #[serde(default)]
    pub drawer_pin: Option<DrawerPin>,
    /// Dots a side of a QR code's module; none for a printer that cannot draw one.
    #[serde(default)]
    pub qr_module: Option<u8>,
    /// Whether it answers real-time status requests. If not, what was sent counts as printed.
    pub status: bool,
}

const BUILT_IN: [&str; 3] = [
    include_str!("profiles/generic-80.toml"),
    include_str!("profiles/generic-58.toml"),
    include_str!("profiles/generic-80-858.toml"),
];

const COLUMNS: std::ops::RangeInclusive<usize> = 24..=96;

#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    #[error("{path}: {error}", path = path.display())]
    Read { path: PathBuf, error: std::io::Error },
    #[error("printer profile {name}: {why}")]
    Syntax { name: String, why: String },
    #[error("printer profile {name}: the file must be named after its id, {id:?}")]
    Name { name: String, id: String },
    #[error("printer profile {id}: {columns} columns; a receipt needs 24 to 96")]
    Columns { id: String, columns: usize },
    #[error("printer profile {id}: qr_module is {module}; a QR code's module has 1 to 16 dots")]
    Module { id: String, module: u8 },
}

/// The built-in profiles, and those of a folder, which stand over built-in ones of the same id.
pub fn all(folder: Option<&Path>) -> Result<Vec<Profile>, ProfileError> {
    let mut found =
        BUILT_IN.iter().map(|text| read("built in", text)).collect::<Result<Vec<_>, ProfileError>>()?;
    let Some(folder) = folder.filter(|folder| folder.is_dir()) else { return Ok(found) };
    let failed = |path: &Path, error| ProfileError::Read { path: path.to_owned(), error };
    for entry in std::fs::read_dir(folder).map_err(|error| failed(folder, error))? {
        let path = entry.map_err(|error| failed(folder, error))?.path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let text = std::fs::read_to_string(&path).map_err(|error| failed(&path, error))?;
        let profile = read(&path.display().to_string(), &text)?;
        if path.file_stem().is_none_or(|stem| stem.to_string_lossy() != profile.id) {
            return Err(ProfileError::Name { name: path.display().to_string(), id: profile.id });
        }
        found.retain(|known| known.id != profile.id);
        found.push(profile);
    }
    Ok(found)
}

fn read(name: &str, text: &str) -> Result<Profile, ProfileError> {
    let syntax = |error: toml::de::Error| ProfileError::Syntax {
        name: name.to_owned(),
        why: error.to_string().trim_end().to_owned(),
    };
    let profile: Profile = toml::from_str(text).map_err(syntax)?;
    let Profile { id, columns, qr_module, .. } = &profile;
    if !COLUMNS.contains(columns) {
        return Err(ProfileError::Columns { id: id.clone(), columns: *columns });
    }
    match qr_module {
        Some(module) if !(1..=16).contains(module) => {
            Err(ProfileError::Module { id: id.clone(), module: *module })
        }
        _ => Ok(profile),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_profiles_hold() {
        let ids: Vec<String> = all(None).unwrap().into_iter().map(|profile| profile.id).collect();
        assert_eq!(ids, ["generic-80", "generic-58", "generic-80-858"]);
    }

    #[test]
    fn a_folder_adds_to_them_and_stands_over_them() {
        let folder = tempfile::tempdir().unwrap();
        let narrow = include_str!("profiles/generic-58.toml");
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("generic-58.toml", &narrow.replace("columns = 32", "columns = 42"));
        write("bar.toml", &narrow.replace("generic-58", "bar").replace("drawer_pin = 2\n", ""));
        write("notes.txt", "not a profile");
        let found = all(Some(folder.path())).unwrap();
        assert_eq!(found.len(), 4);
        let columns = |id: &str| found.iter().find(|profile| profile.id == id).unwrap().columns;
        assert_eq!((columns("generic-58"), columns("bar"), columns("generic-80")), (42, 32, 48));
        for (name, text, wanted) in [
            ("a.toml", narrow.replace("columns = 32", "columns = 8"), "8 columns"),
            ("a.toml", narrow.replace("qr_module = 5", "qr_module = 0"), "qr_module is 0"),
            ("a.toml", narrow.replace("drawer_pin = 2", "drawer_pin = 3"), "pin 2 or pin 5"),
            ("a.toml", narrow.replace("cut =", "cutter ="), "cutter"),
            ("a.toml", narrow.to_owned(), "named after its id"),
        ] {
            write(name, &text);
            let error = all(Some(folder.path())).unwrap_err().to_string();
            assert!(error.contains(wanted), "{error}");
        }
    }
}
