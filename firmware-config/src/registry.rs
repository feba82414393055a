//! All profiles that can be chosen: those that are built in, and those of a folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::check::ProfileError;
use crate::profile::Profile;

/// File name without `.toml`, and text.
const BUILT_IN: &[(&str, &str)] = &[
    ("cas-22", include_str!("../profiles/cas-22.toml")),
    ("datalogic-handheld", include_str!("../profiles/datalogic-handheld.toml")),
    ("datalogic-quickscan", include_str!("../profiles/datalogic-quickscan.toml")),
    ("datalogic-powerscan", include_str!("../profiles/datalogic-powerscan.toml")),
    ("generic-cdc", include_str!("../profiles/generic-cdc.toml")),
    ("generic-ch340", include_str!("../profiles/generic-ch340.toml")),
    ("generic-serial", include_str!("../profiles/generic-serial.toml")),
    ("generic-stripe", include_str!("../profiles/generic-stripe.toml")),
    ("generic-wedge-es", include_str!("../profiles/generic-wedge-es.toml")),
    ("generic-wedge-us", include_str!("../profiles/generic-wedge-us.toml")),
    ("gm65", include_str!("../profiles/gm65.toml")),
    ("honeywell-rs232", include_str!("../profiles/honeywell-rs232.toml")),
    ("honeywell-usb", include_str!("../profiles/honeywell-usb.toml")),
    ("metrologic-legacy", include_str!("../profiles/metrologic-legacy.toml")),
    ("mettler-8217", include_str!("../profiles/mettler-8217.toml")),
    ("newland-hr", include_str!("../profiles/newland-hr.toml")),
    ("opticon-serial", include_str!("../profiles/opticon-serial.toml")),
    ("pcsc-uid", include_str!("../profiles/pcsc-uid.toml")),
    ("rdm6300", include_str!("../profiles/rdm6300.toml")),
    ("rdm6300-label", include_str!("../profiles/rdm6300-label.toml")),
    ("zebra-ssi-raw", include_str!("../profiles/zebra-ssi-raw.toml")),
];

/// Where a profile comes from, for messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    BuiltIn,
    File(PathBuf),
}

#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    #[error("{path}: {error}", path = path.display())]
    Read { path: PathBuf, error: std::io::Error },
    #[error("profile {id:?} is not readable: {error}")]
    Syntax { id: String, error: toml::de::Error },
    #[error(
        "profile {id:?}: the file's name says {id:?}, the file says {said:?}; name the file after its id"
    )]
    FileName { id: String, said: String },
    #[error("profile {id:?} is there twice; give the one in the folder another id and let it inherit")]
    Twice { id: String },
    #[error("profile {id:?} inherits {parent:?}, which is not there")]
    NoParent { id: String, parent: String },
    #[error("profiles inherit in a circle: {}", chain.join(" → "))]
    Circle { chain: Vec<String> },
    #[error(transparent)]
    Profile(#[from] ProfileError),
}

/// Ids of files that are no profiles, and why.
pub type Refused = Vec<(String, RegistryError)>;

#[derive(Debug, Clone)]
pub struct Registry {
    profiles: BTreeMap<String, (Profile, Source)>,
}

impl Registry {
    /// The profiles that come with the program.
    pub fn built_in() -> Result<Self, RegistryError> {
        let tables = built_in_tables()?;
        let built = |(id, (_, source)): (&String, &(Table, Source))| {
            Ok((id.clone(), (profile(id, &tables)?, source.clone())))
        };
        Ok(Self { profiles: tables.iter().map(built).collect::<Result<_, RegistryError>>()? })
    }

    /// Those, and every `*.toml` of a folder.
    pub fn with_folder(folder: &Path) -> Result<Self, RegistryError> {
        let (registry, _, refused) = Self::with_good(folder)?;
        match refused.into_iter().next() {
            Some((_, error)) => Err(error),
            None => Ok(registry),
        }
    }

    /// The same for a till whose devices have these profiles: a slip in another one must not keep it from selling. What
    /// is no profile is left out, with its id and the reason; where one of these is it, or inherits from it, that is
    /// the error. The folder need not be there.
    pub fn of_till(folder: &Path, named: &[&str]) -> Result<(Self, Refused), RegistryError> {
        if !folder.is_dir() {
            return Ok((Self::built_in()?, vec![]));
        }
        let (registry, parents, mut refused) = Self::with_good(folder)?;
        for id in named {
            // The one that it inherits from, if that is refused, is the cause.
            let line: Vec<&str> = std::iter::successors(Some(*id), |id| parents.get(*id).map(String::as_str))
                .take(parents.len() + 1)
                .collect();
            let cause = line.iter().rev().find_map(|id| refused.iter().position(|(other, _)| other == id));
            if let Some(at) = cause {
                return Err(refused.swap_remove(at).1);
            }
        }
        Ok((registry, refused))
    }

    /// What can be used, from whom each of the folder's inherits, and what is refused; those first that cannot be read,
    /// for others may inherit from them.
    fn with_good(folder: &Path) -> Result<(Self, BTreeMap<String, String>, Refused), RegistryError> {
        let mut tables = built_in_tables()?;
        let mut refused = vec![];
        let read = |path: &Path, error| RegistryError::Read { path: path.to_owned(), error };
        let mut paths = std::fs::read_dir(folder)
            .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>())
            .map_err(|error| read(folder, error))?;
        paths.sort();
        for path in paths.into_iter().filter(|path| path.extension().is_some_and(|ext| ext == "toml")) {
            let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path).map_err(|error| read(&path, error));
            match text.and_then(|text| parse(&id, &text)) {
                Ok(_) if tables.contains_key(&id) => {
                    refused.push((id.clone(), RegistryError::Twice { id }));
                }
                Ok(table) => {
                    tables.insert(id, (table, Source::File(path)));
                }
                Err(error) => refused.push((id, error)),
            }
        }
        let parent = |(id, (table, _)): (&String, &(Table, Source))| {
            Some((id.clone(), table.get("inherits")?.as_str()?.to_owned()))
        };
        let parents = tables.iter().filter_map(parent).collect();
        let mut profiles = BTreeMap::new();
        for (id, (_, source)) in &tables {
            match profile(id, &tables) {
                Ok(profile) => {
                    profiles.insert(id.clone(), (profile, source.clone()));
                }
                Err(error) => refused.push((id.clone(), error)),
            }
        }
        Ok((Self { profiles }, parents, refused))
    }

    pub fn get(&self, id: &str) -> Option<&Profile> {
        self.profiles.get(id).map(|(profile, _)| profile)
    }

    /// All profiles by id, with where they come from.
    pub fn all(&self) -> impl Iterator<Item = (&Profile, &Source)> {
        self.profiles.values().map(|(profile, source)| (profile, source))
    }
}

fn built_in_tables() -> Result<BTreeMap<String, (Table, Source)>, RegistryError> {
    let table = |(id, text): &(&str, &str)| Ok(((*id).to_owned(), (parse(id, text)?, Source::BuiltIn)));
    BUILT_IN.iter().map(table).collect()
}

fn parse(id: &str, text: &str) -> Result<Table, RegistryError> {
    let table: Table = text.parse().map_err(|error| RegistryError::Syntax { id: id.to_owned(), error })?;
    match table.get("id").and_then(Value::as_str) {
        Some(said) if said == id => Ok(table),
        said => Err(RegistryError::FileName { id: id.to_owned(), said: said.unwrap_or_default().to_owned() }),
    }
}

/// Whole, and checked.
fn profile(id: &str, tables: &BTreeMap<String, (Table, Source)>) -> Result<Profile, RegistryError> {
    let table = resolve(id, tables, &mut vec![])?;
    let profile: Profile =
        table.try_into().map_err(|error| RegistryError::Syntax { id: id.to_owned(), error })?;
    profile.validate()?;
    Ok(profile)
}

/// The table with everything that it inherits, its own values on top.
fn resolve(
    id: &str,
    tables: &BTreeMap<String, (Table, Source)>,
    chain: &mut Vec<String>,
) -> Result<Table, RegistryError> {
    let repeated = chain.iter().any(|seen| seen == id);
    chain.push(id.to_owned());
    if repeated {
        return Err(RegistryError::Circle { chain: chain.clone() });
    }
    let Some((table, _)) = tables.get(id) else {
        let child = chain.iter().rev().nth(1).cloned().unwrap_or_default();
        return Err(RegistryError::NoParent { id: child, parent: id.to_owned() });
    };
    let mut own = table.clone();
    match own.remove("inherits") {
        None => Ok(own),
        Some(Value::String(parent)) => {
            let mut merged = resolve(&parent, tables, chain)?;
            overlay(&mut merged, own);
            Ok(merged)
        }
        Some(other) => Err(RegistryError::NoParent { id: id.to_owned(), parent: other.to_string() }),
    }
}

fn overlay(below: &mut Table, above: Table) {
    for (key, value) in above {
        match (below.get_mut(&key), value) {
            (Some(Value::Table(below)), Value::Table(above)) => overlay(below, above),
            (_, value) => {
                below.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests;
