//! Reading CSV row by row: a bad row is reported with line, column and reason, and the next one is read.

use std::io::{self, BufRead, Chain, Cursor, Read, Write};
use std::str::FromStr;
use std::sync::Arc;

use serde::Serialize;

use super::number::plain_decimal;

/// No cell that we take is longer; a longer one is most often a quotation mark that was never closed.
const CELL_CHARS_MAX: usize = 10_000;

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
}

#[derive(Debug)]
struct Layout {
    headings: Vec<String>,
    /// Our column's name and where it stands.
    places: Vec<(&'static str, usize)>,
    delimiter: u8,
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
        Ok(Self { csv, layout: Arc::new(Layout { headings, places, delimiter }), unknown })
    }

    /// Headings that mean nothing to us: tell the reader that they were not taken in.
    pub fn unknown_columns(&self) -> &[String] {
        &self.unknown
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
        let bad = |record: &csv::ByteRecord, column: Option<usize>, code, reason: String| BadRow {
            error: RowError { line, column: column.map(|i| self.heading(i)), reason, code },
            cells: record.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect(),
        };
        let (wanted, found) = (self.layout.headings.len(), record.len());
        let surplus_is_blank = record.iter().skip(wanted).all(<[u8]>::is_empty);
        if found < wanted || !surplus_is_blank {
            let reason = format!("has {found} cells instead of {wanted}; is a quotation mark missing?");
            return Err(bad(&record, None, "cell_count", reason));
        }
        if let Some(long) = record.iter().position(|cell| cell.len() > CELL_CHARS_MAX) {
            let reason = "is too long; is a quotation mark not closed?".to_owned();
            return Err(bad(&record, Some(long), "cell_too_long", reason));
        }
        csv::StringRecord::from_byte_record(record)
            .map(|record| Row { record, line, layout: Arc::clone(&self.layout) })
            .map_err(|e| {
                let column = e.utf8_error().field();
                bad(&e.into_byte_record(), Some(column), "not_utf8", "is not UTF-8".to_owned())
            })
    }

    fn heading(&self, place: usize) -> String {
        let ours = self.layout.places.iter().find(|(_, at)| *at == place).map(|(name, _)| (*name).to_owned());
        ours.or_else(|| self.layout.headings.get(place).cloned()).unwrap_or_default()
    }

    /// A file for the rows that did not go in, with the same headings plus `error_line`, `error_column`,
    /// `error_code` and `error`: mend it and read it again.
    pub fn error_file<W: Write>(&self, out: W) -> Result<ErrorFile<W>, TableError> {
        let mut csv =
            csv::WriterBuilder::new().delimiter(self.layout.delimiter).flexible(true).from_writer(out);
        let own = ["error_line", "error_column", "error_code", "error"];
        csv.write_record(self.layout.headings.iter().map(String::as_str).chain(own))?;
        Ok(ErrorFile { csv, width: self.layout.headings.len() })
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
    let ours = |heading: &str| heading.is_empty() || heading.starts_with("error");
    let unknown = headings.iter().enumerate().filter(|(at, h)| !known(*at) && !ours(h));
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

#[derive(Debug)]
pub struct ErrorFile<W: Write> {
    csv: csv::Writer<W>,
    width: usize,
}

impl<W: Write> ErrorFile<W> {
    pub fn write(&mut self, cells: &[String], error: &RowError) -> Result<(), TableError> {
        // A row with a wrong number of cells is kept whole; only blanks are added before the reason.
        let blanks = std::iter::repeat_n("", self.width.saturating_sub(cells.len()));
        let line = error.line.to_string();
        let own = [&line, error.column.as_deref().unwrap_or(""), error.code, &error.reason];
        let row = cells.iter().map(String::as_str).chain(blanks).chain(own);
        Ok(self.csv.write_record(row)?)
    }

    pub fn finish(self) -> Result<W, TableError> {
        self.csv.into_inner().map_err(|e| TableError::Io(e.into_error()))
    }
}

#[cfg(test)]
mod tests;
