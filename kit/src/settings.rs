//! Typed settings from four places: a flag stands over the environment, that over the file, that over
//! the default built in.
//!
//! The type `T` derives `Deserialize` with `#[serde(default, deny_unknown_fields)]`, so that a misspelt
//! key is an error with its place and the nearest known name. Environment variables are named
//! `PREFIX__TABLE__KEY`.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use crate::cli::{Exit, Failure};

/// Where a value came from; what none of these set is the default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    File(PathBuf),
    Env(String),
    Flag,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Env(name) => write!(f, "env {name}"),
            Self::Flag => f.write_str("flag"),
        }
    }
}

#[derive(Debug)]
pub struct Loaded<T> {
    pub settings: T,
    /// Dotted key and the place that had the last word on it, in the order of the keys.
    pub origins: Vec<(String, Origin)>,
}

impl<T> Loaded<T> {
    /// `None` means the default.
    pub fn origin(&self, key: &str) -> Option<&Origin> {
        self.origins.iter().find(|(k, _)| k == key).map(|(_, origin)| origin)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("{}: {message}", path.display())]
    Read { path: PathBuf, message: String },
    #[error("{}:{line}:{column}: {message}", path.display())]
    File { path: PathBuf, line: usize, column: usize, message: String },
    #[error("environment variable {name}: {message}")]
    Env { name: String, message: String },
    #[error("flag for {key}: {message}")]
    Flag { key: String, message: String },
}

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        let fix = match &error {
            SettingsError::Read { .. } => "name an existing file with --config",
            SettingsError::File { .. } => "mend that line, then `config check`",
            SettingsError::Env { .. } => "mend or unset the variable",
            SettingsError::Flag { .. } => "see --help",
        };
        Self::new(Exit::Config, "bad_settings", error.to_string()).fix(fix)
    }
}

/// The places where a program looks for its file, first one first.
pub fn usual_paths(program: &str) -> Vec<PathBuf> {
    let home = of_person("XDG_CONFIG_HOME", ".config");
    let system = Path::new("/etc").join(program).join("config.toml");
    [Some(system), home.map(|home| home.join(program).join("config.toml"))].into_iter().flatten().collect()
}

/// The first of [`usual_paths`] that exists.
pub fn usual_file(program: &str) -> Option<PathBuf> {
    usual_paths(program).into_iter().find(|path| path.is_file())
}

/// Where a program keeps what it writes, unless it is told otherwise.
pub fn usual_data(program: &str) -> PathBuf {
    of_person("XDG_DATA_HOME", ".local/share").unwrap_or_else(|| PathBuf::from(".")).join(program)
}

/// A folder of whoever runs the program: what the variable says, else its usual place below their home.
fn of_person(variable: &str, below_home: &str) -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set(variable).or_else(|| set("HOME").map(|home| home.join(below_home)))
}

/// What may set a value besides the default, weakest first.
#[derive(Debug, Clone, Default)]
pub struct Layers {
    file: Option<PathBuf>,
    env: Vec<(String, String, String)>,
    flags: Vec<(String, String)>,
}

impl Layers {
    pub fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn file(mut self, path: Option<PathBuf>) -> Self {
        self.file = path;
        self
    }

    /// Takes `HUB__DB__PATH` as `db.path` for the prefix `HUB`. Pass `std::env::vars_os()` made text, or
    /// a list of your own.
    #[must_use]
    pub fn env(mut self, prefix: &str, variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let start = format!("{prefix}__");
        let ours = variables.into_iter().filter_map(|(name, value)| {
            let key = name.strip_prefix(&start)?.to_ascii_lowercase().replace("__", ".");
            Some((name, key, value))
        });
        self.env.extend(ours);
        self.env.sort();
        self
    }

    /// A flag that was given; `None` (not given) changes nothing.
    #[must_use]
    pub fn flag(mut self, key: &str, value: Option<impl ToString>) -> Self {
        self.flags.extend(value.map(|value| (key.to_owned(), value.to_string())));
        self
    }

    pub fn load<T: DeserializeOwned>(self) -> Result<Loaded<T>, SettingsError> {
        let mut origins: Vec<(String, Origin)> = vec![];
        let mut table = Table::new();
        if let Some(path) = self.file {
            table = read_file::<T>(&path)?;
            let keys = leaves(&table).into_iter();
            origins.extend(keys.map(|key| (key, Origin::File(path.clone()))));
        }
        for (name, key, value) in self.env {
            set::<T>(&mut table, &key, &value)
                .map_err(|message| SettingsError::Env { name: name.clone(), message })?;
            note(&mut origins, key, Origin::Env(name));
        }
        for (key, value) in self.flags {
            set::<T>(&mut table, &key, &value)
                .map_err(|message| SettingsError::Flag { key: key.clone(), message })?;
            note(&mut origins, key, Origin::Flag);
        }
        origins.sort_by(|a, b| a.0.cmp(&b.0));
        // Each layer was checked as it was laid on, so what is left to fail is an empty table.
        let settings = table.try_into::<T>().map_err(|e| SettingsError::Flag {
            key: "defaults".to_owned(),
            message: e.message().to_owned(),
        })?;
        Ok(Loaded { settings, origins })
    }
}

fn note(origins: &mut Vec<(String, Origin)>, key: String, origin: Origin) {
    origins.retain(|(k, _)| *k != key);
    origins.push((key, origin));
}

fn read_file<T: DeserializeOwned>(path: &Path) -> Result<Table, SettingsError> {
    let text = std::fs::read_to_string(path)
        .map_err(|e| SettingsError::Read { path: path.to_owned(), message: e.to_string() })?;
    let explain = |e: toml::de::Error| {
        let (line, column) = place(&text, e.span().map_or(0, |span| span.start));
        SettingsError::File { path: path.to_owned(), line, column, message: with_suggestion(e.message()) }
    };
    toml::from_str::<T>(&text).map_err(explain)?;
    toml::from_str(&text).map_err(explain)
}

fn place(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

fn leaves(table: &Table) -> Vec<String> {
    let mut all = vec![];
    for (key, value) in table {
        match value {
            Value::Table(inner) => all.extend(leaves(inner).into_iter().map(|rest| format!("{key}.{rest}"))),
            _ => all.push(key.clone()),
        }
    }
    all
}

/// Lays one text value on. Whether it is meant as text, number, truth value or list is what the type
/// accepts; text is tried first, so that a till called `007` stays one.
fn set<T: DeserializeOwned>(table: &mut Table, key: &str, text: &str) -> Result<(), String> {
    let parsed = toml::from_str::<Table>(&format!("v = {text}")).ok().and_then(|mut t| t.remove("v"));
    let mut message = String::new();
    for value in [Some(Value::String(text.to_owned())), parsed].into_iter().flatten() {
        let mut tried = table.clone();
        put(&mut tried, key, value)?;
        match tried.clone().try_into::<T>() {
            Ok(_) => {
                *table = tried;
                return Ok(());
            }
            Err(e) => message = with_suggestion(e.message()),
        }
    }
    Err(message)
}

fn put(table: &mut Table, key: &str, value: Value) -> Result<(), String> {
    match key.split_once('.') {
        None => {
            table.insert(key.to_owned(), value);
            Ok(())
        }
        Some((head, rest)) => {
            let inner = table.entry(head).or_insert_with(|| Value::Table(Table::new()));
            put(inner.as_table_mut().ok_or_else(|| format!("`{head}` has no keys of its own"))?, rest, value)
        }
    }
}

/// Adds the nearest known name to serde's list of expected fields.
fn with_suggestion(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let unknown = quoted.next().filter(|_| message.starts_with("unknown"));
    let near = unknown.and_then(|name| {
        quoted.map(|known| (distance(name, known), known)).min().filter(|(d, _)| *d <= name.len().div_ceil(2))
    });
    match near {
        Some((_, known)) => format!("{message}; did you mean `{known}`?"),
        None => message.to_owned(),
    }
}

/// Levenshtein distance: how many letters must be added, dropped or replaced.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Sample {
        listen: String,
        workers: u32,
        database: Base,
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Base {
        path: Option<String>,
        sync: bool,
    }

    impl Default for Sample {
        fn default() -> Self {
            Self { listen: "127.0.0.1:8080".to_owned(), workers: 2, database: Base::default() }
        }
    }

    fn file(name: &str, text: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("yapa-settings-{}-{name}.toml", std::process::id()));
        std::fs::write(&path, text).unwrap();
        path
    }

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn the_stronger_layer_has_the_last_word() {
        let path = file("order", "workers = 3\nlisten = \"a\"\n[database]\npath = \"x.db\"\n");
        let loaded: Loaded<Sample> = Layers::new()
            .file(Some(path.clone()))
            .env(
                "HUB",
                pairs(&[("HUB__DATABASE__PATH", "007"), ("HUB__DATABASE__SYNC", "true"), ("PATH", "/")]),
            )
            .flag("listen", Some("b"))
            .flag("workers", None::<u32>)
            .load()
            .unwrap();
        let base = Base { path: Some("007".to_owned()), sync: true };
        assert_eq!(loaded.settings, Sample { listen: "b".to_owned(), workers: 3, database: base });
        assert_eq!(loaded.origin("workers"), Some(&Origin::File(path)));
        assert_eq!(loaded.origin("listen"), Some(&Origin::Flag));
        assert_eq!(loaded.origin("database.path"), Some(&Origin::Env("HUB__DATABASE__PATH".to_owned())));
        assert_eq!(Layers::new().load::<Sample>().unwrap().settings, Sample::default());
    }

    #[test]
    fn a_wrong_setting_names_its_place() {
        for (text, wanted) in [
            ("workers = 1\n[database]\npaht = \"x\"\n", ":3:1: unknown field `paht`"),
            ("workers = 1\n[database]\npaht = \"x\"\n", "did you mean `path`?"),
            ("workers = \"many\"\n", ":1:11: invalid type"),
            ("workers = \n", ":1:"),
            ("qqqqqq = 1\n", "expected one of"),
        ] {
            let error = Layers::new().file(Some(file("wrong", text))).load::<Sample>().unwrap_err();
            assert!(error.to_string().contains(wanted), "{error}");
            assert_eq!(Failure::from(error).exit, Exit::Config);
        }
        for (name, value) in [("HUB__WORKERS", "many"), ("HUB__LISTN", "x"), ("HUB__LISTEN__X", "x")] {
            let layers = Layers::new().flag("listen", Some("a")).env("HUB", pairs(&[(name, value)]));
            assert!(layers.load::<Sample>().unwrap_err().to_string().contains(name));
        }
        let missing = Layers::new().file(Some("/nonexistent/x.toml".into())).load::<Sample>().unwrap_err();
        assert!(missing.to_string().starts_with("/nonexistent/x.toml: "));
    }
}
