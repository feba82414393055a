//! CSV files for spreadsheets and for programs.

use std::io::Write;

use super::read::TableError;

/// Who reads the file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Dialect {
    /// Byte order mark, `;` and decimal comma: opens in columns by double click where commas are decimal.
    Excel,
    /// No mark, `,` and decimal point.
    #[default]
    Programs,
}

#[derive(Debug, Clone, Copy)]
pub enum Cell<'a> {
    /// Free text: guarded, so that no spreadsheet takes it for a formula.
    Text(&'a str),
    /// A figure written with a decimal point; never guarded, so that -500 stays a number.
    Number(&'a str),
    /// Dates, codes of ours and the like, which are safe as they are.
    Plain(&'a str),
    Empty,
}

#[derive(Debug)]
pub struct TableWriter<W: Write> {
    writer: csv::Writer<W>,
    dialect: Dialect,
}

impl<W: Write> TableWriter<W> {
    pub fn new(mut out: W, dialect: Dialect, headings: &[&str]) -> Result<Self, TableError> {
        let mut builder = csv::WriterBuilder::new();
        if dialect == Dialect::Excel {
            out.write_all(b"\xEF\xBB\xBF")?;
            builder.delimiter(b';').terminator(csv::Terminator::CRLF);
        }
        let mut writer = builder.from_writer(out);
        writer.write_record(headings)?;
        Ok(Self { writer, dialect })
    }

    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), TableError> {
        for cell in cells {
            match *cell {
                Cell::Text(text) => self.writer.write_field(guarded(text))?,
                Cell::Number(text) if self.dialect == Dialect::Excel => {
                    self.writer.write_field(text.replace('.', ","))?;
                }
                Cell::Number(text) | Cell::Plain(text) => self.writer.write_field(text)?,
                Cell::Empty => self.writer.write_field("")?,
            }
        }
        Ok(self.writer.write_record(None::<&[u8]>)?)
    }

    /// Writes out what is buffered and gives the inner writer back.
    pub fn finish(self) -> Result<W, TableError> {
        self.writer.into_inner().map_err(|e| TableError::Io(e.into_error()))
    }
}

/// A leading apostrophe keeps a spreadsheet from running a cell that begins like a formula, also after
/// blanks and line ends, which it would skip.
fn guarded(text: &str) -> String {
    let looks = text.trim_start_matches([' ', '\n']).starts_with(['=', '+', '-', '@', '\t', '\r']);
    if looks { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(dialect: Dialect) -> String {
        let mut table = TableWriter::new(vec![], dialect, &["name", "amount", "day"]).unwrap();
        for name in ["Ñame; \"fresco\"", "=1+1", "-500", " @x", "\n+1", "plain, text"] {
            table.row(&[Cell::Text(name), Cell::Number("-500.25"), Cell::Plain("2026-03-01")]).unwrap();
        }
        table.row(&[Cell::Empty, Cell::Empty, Cell::Empty]).unwrap();
        String::from_utf8(table.finish().unwrap()).unwrap()
    }

    #[test]
    fn for_excel_and_for_programs() {
        let excel = written(Dialect::Excel);
        assert!(
            excel.starts_with("\u{FEFF}name;amount;day\r\n\"Ñame; \"\"fresco\"\"\";-500,25;2026-03-01\r\n")
        );
        assert!(excel.contains("\r\n'=1+1;") && excel.contains("\r\n'-500;-500,25;"));
        let programs = written(Dialect::Programs);
        assert!(programs.starts_with("name,amount,day\n"));
        assert!(programs.contains("\n' @x,-500.25,2026-03-01\n\"'\n+1\",-500.25"));
        assert!(programs.contains("\n\"plain, text\",-500.25,"));
        assert!(programs.ends_with("\n,,\n"));
    }
}
