//! The manners of our command lines: data on stdout, messages on stderr, one set of exit codes, an error
//! that says what to do next, rows as JSON or as a plain table.

use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use tracing_subscriber::EnvFilter;

/// What a finished command tells the shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    Ok = 0,
    Failed = 1,
    /// Wrong flags or arguments; clap uses the same number.
    Usage = 2,
    NotFound = 3,
    /// Configuration or input that does not pass its checks.
    Config = 4,
    Auth = 5,
    /// Some rows went in, some were rejected.
    Partial = 6,
    /// The hub, database or device did not answer.
    Unreachable = 7,
    Interrupted = 130,
}

impl Exit {
    /// For the end of a `--help` text.
    pub const HELP: &str = "Exit codes: 0 ok, 1 failed, 2 usage, 3 not found, 4 configuration, \
        5 not allowed, 6 some rows rejected, 7 unreachable, 130 interrupted";
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command ends with another code than 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub exit: Exit,
    /// Stable name for scripts; the words may change.
    pub code: &'static str,
    pub message: String,
    /// What to do next: best a command to copy.
    pub fix: Option<String>,
}

impl Failure {
    pub fn new(exit: Exit, code: &'static str, message: impl Into<String>) -> Self {
        Self { exit, code, message: message.into(), fix: None }
    }

    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    /// Writes itself to stderr and gives the exit code.
    pub fn report(&self) -> Exit {
        // Nobody is left to tell if stderr is closed.
        let _ = write!(io::stderr(), "{self}");
        self.exit
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "error: {}", self.message)?;
        if let Some(fix) = &self.fix {
            writeln!(f, "  fix: {fix}")?;
        }
        writeln!(f, "  ({}; exit {})", self.code, self.exit as u8)
    }
}

impl std::error::Error for Failure {}

/// For `?` on errors that have no code of their own: exit 1, with the whole chain of causes.
impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        match error.downcast::<Self>() {
            Ok(failure) => failure,
            Err(other) => Self::new(Exit::Failed, "failed", format!("{other:#}")),
        }
    }
}

/// What `main` returns.
pub fn finish(result: Result<Exit, Failure>) -> ExitCode {
    result.unwrap_or_else(|failure| failure.report()).into()
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Shape {
    /// Aligned columns for people.
    #[default]
    Table,
    /// An array of objects.
    Json,
}

impl Shape {
    pub fn json(wanted: bool) -> Self {
        if wanted { Self::Json } else { Self::Table }
    }
}

/// Prints rows on stdout. A reader that closes the pipe early (`| head`) is not an error.
pub fn print_rows<T: Serialize>(rows: &[T], shape: Shape) -> Result<(), Failure> {
    let mut text = vec![];
    write_rows(&mut text, rows, shape).map_err(anyhow::Error::from)?;
    print_bytes(&text)
}

/// Text of a shape of its own on stdout, as a line.
pub fn print_text(text: &str) -> Result<(), Failure> {
    print_bytes(format!("{text}\n").as_bytes())
}

/// One object (or table of name and value) on stdout.
pub fn print_one<T: Serialize>(row: &T, shape: Shape) -> Result<(), Failure> {
    let text = match shape {
        Shape::Json => serde_json::to_vec_pretty(row).map_err(anyhow::Error::from)?,
        Shape::Table => {
            let pairs = pairs(row).map_err(anyhow::Error::from)?.0;
            let width = pairs.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
            let lines = pairs.iter().map(|(name, value)| format!("{name:<width$}  {}", plain(value)));
            lines.collect::<Vec<_>>().join("\n").into_bytes()
        }
    };
    print_bytes(&[text, vec![b'\n']].concat())
}

fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => Err(anyhow::Error::from(e).into()),
        _ => Ok(()),
    }
}

/// The fields of a row in the order in which its type declares them.
struct Pairs(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = vec![];
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

fn pairs<T: Serialize>(row: &T) -> Result<Pairs, serde_json::Error> {
    serde_json::from_str(&serde_json::to_string(row)?)
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => "—".to_owned(),
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// The rows as [`print_rows`] prints them. A table's heading is taken from the first row; columns of
/// numbers stand right.
pub fn write_rows<T: Serialize>(out: &mut impl Write, rows: &[T], shape: Shape) -> io::Result<()> {
    if shape == Shape::Json {
        serde_json::to_writer_pretty(&mut *out, rows)?;
        return writeln!(out);
    }
    let rows = rows.iter().map(pairs).collect::<Result<Vec<_>, _>>()?;
    let Some(first) = rows.first() else { return Ok(()) };
    let names: Vec<&str> = first.0.iter().map(|(name, _)| name.as_str()).collect();
    let cells: Vec<Vec<String>> =
        rows.iter().map(|row| row.0.iter().map(|(_, value)| plain(value)).collect()).collect();
    let numeric: Vec<bool> = (0..names.len())
        .map(|i| cells.iter().filter_map(|row| row.get(i)).all(|c| c == "—" || is_number(c)))
        .collect();
    let widths: Vec<usize> = (0..names.len())
        .map(|i| {
            let column = cells.iter().filter_map(|row| row.get(i)).map(|cell| cell.chars().count());
            column.max().unwrap_or(0).max(names[i].chars().count())
        })
        .collect();
    let heading: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    for row in std::iter::once(&heading).chain(&cells) {
        let aligned = row.iter().zip(&widths).zip(&numeric).map(|((cell, width), right)| {
            if *right { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
        });
        writeln!(out, "{}", aligned.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

/// Whether to colour this stream: only a terminal that did not say no.
pub fn colours(stream: &impl IsTerminal) -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    stream.is_terminal() && !set("NO_COLOR") && !dumb
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    #[default]
    Plain,
    Json,
}

/// Sends logs to stderr. `RUST_LOG` stands over `default`, a filter such as `info` or
/// `warn,pos_agent=debug`. Does nothing when logs are already set up, as in tests.
pub fn set_up_logs(format: LogFormat, default: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(colours(&io::stderr()));
    // An error here means that a subscriber is in place.
    let _ = match format {
        LogFormat::Plain => builder.try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Row {
        sku: &'static str,
        on_hand: &'static str,
        due: Option<bool>,
    }

    const ROWS: [Row; 2] = [
        Row { sku: "leche", on_hand: "12.5", due: Some(true) },
        Row { sku: "ñame", on_hand: "-3", due: None },
    ];

    fn written(shape: Shape, rows: &[Row]) -> String {
        let mut out = vec![];
        write_rows(&mut out, rows, shape).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_table_keeps_the_order_of_fields_and_aligns() {
        assert_eq!(
            written(Shape::Table, &ROWS),
            "sku    on_hand  due\nleche     12.5  yes\nñame        -3  —\n"
        );
        assert_eq!(written(Shape::Table, &[]), "");
    }

    #[test]
    fn json_is_an_array_of_objects() {
        let json: Value = serde_json::from_str(&written(Shape::Json, &ROWS)).unwrap();
        assert_eq!(json[1]["on_hand"], "-3");
        assert_eq!(written(Shape::Json, &[]).trim(), "[]");
    }

    #[test]
    fn a_failure_says_what_to_do() {
        let failure = Failure::new(Exit::Unreachable, "hub_unreachable", "the hub does not answer")
            .fix("pos-agent doctor");
        assert_eq!(
            failure.to_string(),
            "error: the hub does not answer\n  fix: pos-agent doctor\n  (hub_unreachable; exit 7)\n"
        );
        let wrapped = Failure::from(anyhow::Error::from(failure.clone()));
        assert_eq!(wrapped, failure);
        let plain = Failure::from(anyhow::anyhow!("inner").context("outer"));
        assert_eq!((plain.exit, plain.message.as_str()), (Exit::Failed, "outer: inner"));
    }
}
