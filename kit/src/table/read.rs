//! Reading CSV row by row: a bad row is reported with line, column and reason, and the next one is read.

use std::io::{self, BufRead, Chain, Cursor, Read};
use std::str::FromStr;
use std::sync::Arc;

use serde::Serialize;

use super::number::plain_decimal;

/// No cell that we take is longer; a longer one is most often a quotation mark that was never closed.
const CELL_CHARS_MAX: usize = 10_000;

/// What programs write for bytes that are no text; so do we in the error file, which must not go in unmended.
const LOST: char = char::REPLACEMENT_CHARACTER;

/// A column that the caller knows.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name in our own files and in errors.
    pub name: &'static str,
    /// Other headings that mean it, in lower case: Spanish, English, other systems.
    pub aliases: &'static [&'static str],
    pub required: bool,
}

impl Column {
    pub const fn required(name: &'static str, aliases: &'static [&'static str]) -> Self {
        Self { name, aliases, required: true }
    }

    pub const fn optional(name: &'static str, aliases: &'static [&'static str]) -> Self {
        Self { name, aliases, required: false }
    }

    fn is_called(&self, heading: &str) -> bool {
        self.name.eq_ignore_ascii_case(heading) || self.aliases.contains(&heading)
    }
}

/// The file as a whole cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    #[error("the file is empty; its first line must name the columns: {0}")]
    Empty(String),
    #[error("the file is UTF-16; save it as \"CSV UTF-8\" and try again")]
    Utf16,
    #[error("line 1 is not UTF-8; save the file as \"CSV UTF-8\" and try again")]
    NotUtf8,
    #[error("the file lacks the column {missing}; it has {found}")]
    Missing { missing: String, found: String },
    #[error("two columns mean {0}; remove one of them")]
    Twice(&'static str),
    #[error("the rows that do not go in cannot be written over the file being read; name another file")]
    ErrorsOverInput,
    #[error("the file could not be read or written: {0}")]
    Io(#[from] io::Error),
    #[error("the file could not be read or written: {0}")]
    Csv(#[from] csv::Error),
}

impl TableError {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty(_) => "empty_file",
            Self::Utf16 | Self::NotUtf8 => "not_utf8",
            Self::Missing { .. } => "missing_column",
            Self::Twice(_) => "column_twice",
            Self::ErrorsOverInput => "errors_over_input",
            Self::Io(_) | Self::Csv(_) => "file_io",
        }
    }
}

/// Why one row did not go in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("line {line}{}: {reason}", column.as_ref().map(|c| format!(", column {c}")).unwrap_or_default())]
pub struct RowError {
    /// Line of the file at which the row begins, from 1.
    pub line: u64,
    /// Our name of the column; none if the whole row is meant.
    pub column: Option<String>,
    pub reason: String,
    /// Stable name of the reason.
    pub code: &'static str,
}

/// A row that could not be read, with what is left of its cells for the error file.
#[derive(Debug, Clone)]
pub struct BadRow {
    pub error: RowError,
    pub cells: Vec<String>,
    /// What can be read of it all the same; a cell that is not text reads as empty.
    pub rest: Row,
}

#[derive(Debug)]
pub(super) struct Layout {
    pub headings: Vec<String>,
    /// Our column's name and where it stands.
    places: Vec<(&'static str, usize)>,
    /// Our columns that the file lacks.
    absent: Vec<&'static str>,
    pub delimiter: u8,
    /// Whether the file begins with a byte order mark.
    pub has_mark: bool,
}

#[derive(Debug)]
pub struct TableReader<R: BufRead> {
    csv: csv::Reader<Chain<Cursor<Vec<u8>>, R>>,
    layout: Arc<Layout>,
    unknown: Vec<String>,
}

impl<R: BufRead> TableReader<R> {
    /// Reads the first line: finds the delimiter (`,` or `;`) and the columns.
    pub fn new(mut input: R, columns: &[Column]) -> Result<Self, TableError> {
        let mut first = vec![];
        input.read_until(b'\n', &mut first)?;
        if first.starts_with(b"\xFF\xFE") || first.starts_with(b"\xFE\xFF") {
            return Err(TableError::Utf16);
        }
        let has_mark = first.starts_with(b"\xEF\xBB\xBF");
        let bytes = if has_mark { first.split_off(3) } else { first };
        let heading = std::str::from_utf8(&bytes).map_err(|_| TableError::NotUtf8)?;
        if heading.trim().is_empty() {
            return Err(TableError::Empty(names(columns)));
        }
        let delimiter = if heading.matches(';').count() > heading.matches(',').count() { b';' } else { b',' };
        let mut csv = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .trim(csv::Trim::Headers)
            .from_reader(Cursor::new(bytes).chain(input));
        let headings: Vec<String> = csv.headers()?.iter().map(str::to_owned).collect();
        let (places, unknown) = lay_out(&headings, columns)?;
        let is_absent = |column: &&Column| places.iter().all(|(name, _)| *name != column.name);
        let absent = columns.iter().filter(is_absent).map(|column| column.name).collect();
        let layout = Layout { headings, places, absent, delimiter, has_mark };
        Ok(Self { csv, layout: Arc::new(layout), unknown })
    }

    pub(super) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Headings that mean nothing to us: tell the reader that they were not taken in.
    pub fn unknown_columns(&self) -> &[String] {
        &self.unknown
    }

    /// Our columns that the file lacks. It says nothing about them, which is not the same as an empty cell.
    pub fn absent_columns(&self) -> &[&'static str] {
        &self.layout.absent
    }

    /// The next row that is not blank; `None` at the end. The outer error ends the reading, the inner one
    /// concerns one row.
    pub fn next_row(&mut self) -> Result<Option<Result<Row, BadRow>>, TableError> {
        let mut record = csv::ByteRecord::new();
        while self.csv.read_byte_record(&mut record)? {
            if record.iter().all(<[u8]>::is_empty) {
                continue;
            }
            return Ok(Some(self.checked(record)));
        }
        Ok(None)
    }

    fn checked(&self, record: csv::ByteRecord) -> Result<Row, BadRow> {
        let line = record.position().map_or(0, csv::Position::line);
        let (wanted, found) = (self.layout.headings.len(), record.len());
        let surplus_is_blank = record.iter().skip(wanted).all(<[u8]>::is_empty);
        if found < wanted || !surplus_is_blank {
            let reason = format!("has {found} cells instead of {wanted}; is a quotation mark missing?");
            return Err(self.bad(&record, line, None, "cell_count", reason));
        }
        if let Some(long) = record.iter().position(|cell| cell.len() > CELL_CHARS_MAX) {
            let reason = "is too long; is a quotation mark not closed?".to_owned();
            return Err(self.bad(&record, line, Some(long), "cell_too_long", reason));
        }
        let record = csv::StringRecord::from_byte_record(record).map_err(|e| {
            let column = e.utf8_error().field();
            self.bad(&e.into_byte_record(), line, Some(column), "not_utf8", "is not UTF-8".to_owned())
        })?;
        if record.as_slice().contains(LOST) {
            let column = record.iter().position(|cell| cell.contains(LOST));
            let reason = format!("has {LOST} where a letter was lost; write the letter again");
            return Err(self.bad(record.as_byte_record(), line, column, "not_utf8", reason));
        }
        Ok(self.row(record, line))
    }

    fn row(&self, record: csv::StringRecord, line: u64) -> Row {
        Row { record, line, layout: Arc::clone(&self.layout) }
    }

    fn bad(
        &self,
        record: &csv::ByteRecord,
        line: u64,
        column: Option<usize>,
        code: &'static str,
        reason: String,
    ) -> BadRow {
        let legible = |cell| std::str::from_utf8(cell).ok().filter(|text| !text.contains(LOST));
        let rest: csv::StringRecord = record.iter().map(|cell| legible(cell).unwrap_or("")).collect();
        BadRow {
            error: RowError { line, column: column.map(|i| self.heading(i)), reason, code },
            cells: record.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect(),
            rest: self.row(rest, line),
        }
    }

    fn heading(&self, place: usize) -> String {
        let ours = self.layout.places.iter().find(|(_, at)| *at == place).map(|(name, _)| (*name).to_owned());
        ours.or_else(|| self.layout.headings.get(place).cloned()).unwrap_or_default()
    }
}

fn names(columns: &[Column]) -> String {
    columns.iter().filter(|c| c.required).map(|c| c.name).collect::<Vec<_>>().join(", ")
}

type Places = Vec<(&'static str, usize)>;

fn lay_out(headings: &[String], columns: &[Column]) -> Result<(Places, Vec<String>), TableError> {
    let lower: Vec<String> = headings.iter().map(|h| h.trim().to_lowercase()).collect();
    let mut places: Places = vec![];
    for column in columns {
        let mut found = lower.iter().enumerate().filter(|(_, h)| column.is_called(h)).map(|(i, _)| i);
        let place = found.next();
        if found.next().is_some() {
            return Err(TableError::Twice(column.name));
        }
        places.extend(place.map(|at| (column.name, at)));
        if place.is_none() && column.required {
            return Err(TableError::Missing { missing: column.name.to_owned(), found: headings.join(", ") });
        }
    }
    let known = |at: usize| places.iter().any(|(_, place)| *place == at);
    let unknown = headings.iter().enumerate().filter(|(at, h)| !known(*at) && !h.is_empty());
    let unknown = unknown.map(|(_, heading)| heading.clone()).collect();
    Ok((places, unknown))
}

/// One row whose cells are there and are text.
#[derive(Debug, Clone)]
pub struct Row {
    record: csv::StringRecord,
    line: u64,
    layout: Arc<Layout>,
}

impl Row {
    pub fn line(&self) -> u64 {
        self.line
    }

    /// All cells as they stood, for the error file.
    pub fn cells(&self) -> Vec<String> {
        self.record.iter().map(str::to_owned).collect()
    }

    /// Whether each heading has its cell. Only a row that was refused may have more or fewer; behind the
    /// place where it went wrong its cells stand under the headings of others.
    pub fn is_aligned(&self) -> bool {
        let wanted = self.layout.headings.len();
        self.record.len() >= wanted && self.record.iter().skip(wanted).all(str::is_empty)
    }

    /// An error on this row; `column` may be empty for the row as a whole.
    pub fn error(&self, column: &str, code: &'static str, reason: impl Into<String>) -> RowError {
        let column = Some(column.to_owned()).filter(|c| !c.is_empty());
        RowError { line: self.line, column, reason: reason.into(), code }
    }

    /// The cell without blanks around it; `None` if it is empty or the file lacks the column.
    pub fn optional(&self, column: &str) -> Option<&str> {
        let place = self.layout.places.iter().find(|(name, _)| *name == column)?.1;
        self.record.get(place).map(str::trim).filter(|cell| !cell.is_empty())
    }

    pub fn text(&self, column: &str) -> Result<&str, RowError> {
        self.optional(column).ok_or_else(|| self.error(column, "empty_cell", "is empty"))
    }

    /// A cell that must be there, read by its type.
    pub fn parse<T: FromStr<Err: std::fmt::Display>>(&self, column: &str) -> Result<T, RowError> {
        self.parsed(column, self.text(column)?)
    }

    pub fn parse_optional<T: FromStr<Err: std::fmt::Display>>(
        &self,
        column: &str,
    ) -> Result<Option<T>, RowError> {
        self.optional(column).map(|text| self.parsed(column, text)).transpose()
    }

    fn parsed<T: FromStr<Err: std::fmt::Display>>(&self, column: &str, text: &str) -> Result<T, RowError> {
        text.parse().map_err(|e| self.error(column, "bad_value", format!("{text:?}: {e}")))
    }

    /// An amount that must be there, with decimal point or comma: money, points or a quantity.
    pub fn number<T: FromStr<Err: std::fmt::Display>>(&self, column: &str) -> Result<T, RowError> {
        self.numbered(column, self.text(column)?)
    }

    pub fn number_optional<T: FromStr<Err: std::fmt::Display>>(
        &self,
        column: &str,
    ) -> Result<Option<T>, RowError> {
        self.optional(column).map(|text| self.numbered(column, text)).transpose()
    }

    fn numbered<T: FromStr<Err: std::fmt::Display>>(&self, column: &str, text: &str) -> Result<T, RowError> {
        let plain = plain_decimal(text)
            .ok_or_else(|| self.error(column, "bad_number", format!("{text:?}: unclear group marks")))?;
        plain.parse().map_err(|e| self.error(column, "bad_number", format!("{text:?}: {e}")))
    }
}

#[cfg(test)]
mod tests;
