//! The rows that did not go in, in a file that can be mended and read again as it stands.

use std::fs::File;
use std::io::{BufRead, Write};
use std::path::Path;

use super::read::{RowError, TableError, TableReader};

/// Our headings stand before the file's own, because a row with a cell too few or too many is written as it
/// stood: behind it the reason would stand in other columns, and might fill up a short row until it fits.
const OWN: [&str; 4] = ["error_line", "error_column", "error_code", "error"];

#[derive(Debug)]
pub struct ErrorFile<W: Write> {
    csv: csv::Writer<W>,
    /// Where the file read is an error file itself: the places of its reasons, which are now old.
    outdated: Vec<usize>,
}

impl<R: BufRead> TableReader<R> {
    /// A file for the rows that did not go in, with the same headings after `error_line`, `error_column`,
    /// `error_code` and `error`, which a later reading ignores.
    pub fn error_file<W: Write>(&self, mut out: W) -> Result<ErrorFile<W>, TableError> {
        let layout = self.layout();
        if layout.has_mark {
            // Who wrote the mark needs it to take our text for UTF-8.
            out.write_all(b"\xEF\xBB\xBF")?;
        }
        let is_own = |heading: &String| OWN.contains(&heading.to_lowercase().as_str());
        let outdated = layout.headings.iter().enumerate().filter(|(_, h)| is_own(h)).map(|(at, _)| at);
        let csv = csv::WriterBuilder::new().delimiter(layout.delimiter).flexible(true).from_writer(out);
        let mut file = ErrorFile { csv, outdated: outdated.collect() };
        file.put(OWN, &layout.headings)?;
        Ok(file)
    }

    /// The same at `path`. That may not be the file being read: writing begins before reading ends, and who
    /// imports a mended error file is apt to name it twice.
    pub fn create_error_file(&self, input: &Path, path: &Path) -> Result<ErrorFile<File>, TableError> {
        let real = |path: &Path| path.canonicalize().ok();
        if real(path).is_some_and(|path| Some(path) == real(input)) {
            return Err(TableError::ErrorsOverInput);
        }
        self.error_file(File::create(path)?)
    }
}

impl<W: Write> ErrorFile<W> {
    pub fn write(&mut self, cells: &[String], error: &RowError) -> Result<(), TableError> {
        let line = error.line.to_string();
        self.put([&line, error.column.as_deref().unwrap_or(""), error.code, &error.reason], cells)
    }

    fn put(&mut self, own: [&str; 4], cells: &[String]) -> Result<(), TableError> {
        let cells = cells.iter().enumerate().filter(|(at, _)| !self.outdated.contains(at));
        Ok(self.csv.write_record(own.into_iter().chain(cells.map(|(_, cell)| cell.as_str())))?)
    }

    pub fn finish(self) -> Result<W, TableError> {
        self.csv.into_inner().map_err(|e| TableError::Io(e.into_error()))
    }
}
