//! A table as a file: the same rows and order as on the screen, all pages of it.

use super::{Cell, Column, CsvMode, FileValue};

const BYTE_ORDER_MARK: &str = "\u{FEFF}";

/// Cells that a spreadsheet would run as a formula.
const FORMULA_STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Text columns only: a negative amount stays a number.
fn guard(text: &str) -> String {
    let first = text.trim_start_matches([' ', '\n']).chars().next();
    let risky = text.starts_with(FORMULA_STARTS) || first.is_some_and(|c| FORMULA_STARTS.contains(&c));
    if risky { format!("'{text}") } else { text.to_owned() }
}

fn field(value: &FileValue, mode: CsvMode) -> String {
    match value {
        FileValue::Empty => String::new(),
        FileValue::Text(text) => guard(text),
        FileValue::Number(number) => match mode {
            CsvMode::Excel => number.replace('.', ","),
            CsvMode::Programs => number.clone(),
        },
        FileValue::Exact(text) => text.clone(),
    }
}

/// The bytes of the file.
pub fn write(columns: &[Column], rows: &[Vec<Cell>], mode: CsvMode) -> Result<Vec<u8>, ::csv::Error> {
    let (mark, delimiter) = match mode {
        CsvMode::Excel => (BYTE_ORDER_MARK, b';'),
        CsvMode::Programs => ("", b','),
    };
    let mut writer = ::csv::WriterBuilder::new()
        .delimiter(delimiter)
        .terminator(::csv::Terminator::CRLF)
        .from_writer(mark.as_bytes().to_vec());
    let heads = columns.iter().map(|column| match mode {
        CsvMode::Excel => guard(&column.label),
        CsvMode::Programs => column.key.to_owned(),
    });
    writer.write_record(heads)?;
    for row in rows {
        writer.write_record(row.iter().map(|cell| field(&cell.file, mode)))?;
    }
    writer.into_inner().map_err(|error| ::csv::Error::from(error.into_error()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::table::Kind;

    fn columns() -> Vec<Column> {
        vec![
            Column { key: "name", label: "Nombre".to_owned(), kind: Kind::Text, sortable: true },
            Column { key: "total", label: "Total".to_owned(), kind: Kind::Number, sortable: true },
            Column { key: "last", label: "Última".to_owned(), kind: Kind::Text, sortable: true },
        ]
    }

    fn rows() -> Vec<Vec<Cell>> {
        vec![vec![
            Cell::text("=SUM(A1) ñ; \"x\""),
            Cell::number("$ −5".to_owned(), "-5.50".to_owned()),
            Cell::date("2/05/26".to_owned(), "2026-05-02".parse().unwrap()),
        ]]
    }

    #[test]
    fn a_spreadsheet_gets_its_marks_and_no_formula() {
        let file = String::from_utf8(write(&columns(), &rows(), CsvMode::Excel).unwrap()).unwrap();
        assert_eq!(file, "\u{FEFF}Nombre;Total;Última\r\n\"'=SUM(A1) ñ; \"\"x\"\"\";-5,50;2026-05-02\r\n");
    }

    #[test]
    fn a_program_gets_plain_figures() {
        let file = String::from_utf8(write(&columns(), &rows(), CsvMode::Programs).unwrap()).unwrap();
        assert_eq!(file, "name,total,last\r\n\"'=SUM(A1) ñ; \"\"x\"\"\",-5.50,2026-05-02\r\n");
    }

    #[test]
    fn formulas_behind_blanks_are_found() {
        for (text, wanted) in
            [("  =1", "'  =1"), ("\n@x", "'\n@x"), ("\tx", "'\tx"), ("a=1", "a=1"), ("", ""), ("-5", "'-5")]
        {
            assert_eq!(guard(text), wanted, "{text:?}");
        }
    }
}
