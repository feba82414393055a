//! The sales file of another system, as till and hub both read it: one row a line, joined to tickets.
//!
//! A ticket with a bad row is set aside whole: half a ticket would be a wrong sale, and the rows that
//! stand in the error file can be mended and read again.

use std::io::{self, BufRead};
use std::vec;

use domain::sale::{Sale, SaleDraft};
use domain::tickets::{Grouping, RowKind, Scatter, TicketKey, TicketRow, draft};

use crate::table::{Column, Row, RowError, TableError, TableReader};

pub const COLUMNS: &[Column] = &[
    Column::required("store", &["tienda", "almacen", "almacén", "sucursal"]),
    Column::required("till", &["caja"]),
    Column::required("seq", &["secuencia", "receipt_no", "recibo"]),
    Column::required("business_date", &["fecha", "fecha_contable"]),
    Column::required("occurred_at", &["fecha_hora", "hora"]),
    Column::optional("cashier", &["cajero", "cajera"]),
    Column::optional("card", &["tarjeta"]),
    Column::required("line", &["linea", "línea", "renglon", "renglón"]),
    Column::required("sku", &["articulo", "artículo", "producto"]),
    Column::required("qty", &["cantidad", "quantity"]),
    Column::required("unit_price", &["precio", "precio_unitario"]),
    Column::required("net", &["neto"]),
    Column::required("tax", &["impuesto", "iva"]),
    Column::optional("discount", &["descuento"]),
    Column::required("kind", &["tipo"]),
];

/// A row that does not go in.
#[derive(Debug, Clone)]
pub struct RejectedRow {
    pub cells: Vec<String>,
    pub error: RowError,
}

/// What the file holds, one at a time.
#[derive(Debug)]
pub enum Ticket {
    /// `line` is where the ticket begins in the file; `rows` are its cells, should it be refused later.
    Good {
        line: u64,
        draft: Box<SaleDraft>,
        rows: Vec<Vec<String>>,
    },
    Rejected(Vec<RejectedRow>),
}

impl Ticket {
    /// Rows of a ticket that was refused after it was read, for the error file.
    pub fn refuse(line: u64, rows: Vec<Vec<String>>, code: &'static str, reason: &str) -> Vec<RejectedRow> {
        let error = RowError { line, column: None, reason: reason.to_owned(), code };
        rows.into_iter().map(|cells| RejectedRow { cells, error: error.clone() }).collect()
    }
}

#[derive(Debug)]
struct ReadRow {
    cells: Vec<String>,
    line: u64,
    row: Result<TicketRow, RowError>,
}

/// Streams a sales file as tickets.
#[derive(Debug)]
pub struct SalesReader<R: BufRead> {
    table: TableReader<R>,
    grouping: Option<Grouping<ReadRow>>,
    last: vec::IntoIter<(TicketKey, Vec<ReadRow>)>,
}

impl<R: BufRead> SalesReader<R> {
    /// Opens the file twice: the first pass finds tickets whose rows do not stand together, so that the
    /// second can stream with flat memory.
    pub fn open(open: impl Fn() -> io::Result<R>) -> Result<Self, TableError> {
        let mut scatter = Scatter::default();
        let mut first_pass = TableReader::new(open()?, COLUMNS)?;
        while let Some(row) = first_pass.next_row()? {
            if let Ok(row) = row
                && let Ok(key) = key(&row)
            {
                scatter.see(key);
            }
        }
        let table = TableReader::new(open()?, COLUMNS)?;
        Ok(Self { table, grouping: Some(Grouping::new(scatter.finish())), last: vec![].into_iter() })
    }

    /// For the notice about unknown columns and for the error file.
    pub fn table(&self) -> &TableReader<R> {
        &self.table
    }

    /// The next ticket; `None` at the end of the file.
    pub fn next_ticket(&mut self) -> Result<Option<Ticket>, TableError> {
        while let Some(grouping) = &mut self.grouping {
            match self.table.next_row()? {
                None => {
                    self.last = self.grouping.take().map(Grouping::finish).unwrap_or_default().into_iter()
                }
                Some(Err(bad)) => {
                    return Ok(Some(Ticket::Rejected(vec![RejectedRow {
                        cells: bad.cells,
                        error: bad.error,
                    }])));
                }
                Some(Ok(row)) => {
                    let read = ReadRow { cells: row.cells(), line: row.line(), row: ticket_row(&row) };
                    match key(&row) {
                        Err(error) => {
                            return Ok(Some(Ticket::Rejected(vec![RejectedRow {
                                cells: read.cells,
                                error,
                            }])));
                        }
                        Ok(key) => {
                            if let Some((_, rows)) = grouping.push(key, read) {
                                return Ok(Some(ticket(rows)));
                            }
                        }
                    }
                }
            }
        }
        Ok(self.last.next().map(|(_, rows)| ticket(rows)))
    }
}

fn key(row: &Row) -> Result<TicketKey, RowError> {
    Ok(TicketKey {
        store: row.parse("store")?,
        till: row.parse("till")?,
        business_date: row.parse("business_date")?,
        receipt_no: row.parse("seq")?,
    })
}

fn ticket_row(row: &Row) -> Result<TicketRow, RowError> {
    Ok(TicketRow {
        key: key(row)?,
        occurred_at: row.parse("occurred_at")?,
        cashier: row.parse_optional("cashier")?,
        card: row.parse_optional("card")?,
        line: row.parse("line")?,
        sku: row.parse("sku")?,
        quantity: row.number("qty")?,
        unit_price: row.number("unit_price")?,
        net: row.number("net")?,
        tax: row.number("tax")?,
        discount: row.number_optional("discount")?.unwrap_or_default(),
        kind: kind(row)?,
    })
}

fn kind(row: &Row) -> Result<RowKind, RowError> {
    match row.text("kind")?.to_lowercase().as_str() {
        "sale" | "venta" => Ok(RowKind::Sale),
        "return" | "devolucion" | "devolución" => Ok(RowKind::Return),
        "void" | "anulado" | "anulada" => Ok(RowKind::Void),
        "training" | "entrenamiento" => Ok(RowKind::Training),
        other => Err(row.error(
            "kind",
            "unknown_kind",
            format!("{other:?}: must be sale, return, void or training"),
        )),
    }
}

fn ticket(rows: Vec<ReadRow>) -> Ticket {
    let line = rows.first().map_or(0, |r| r.line);
    if let Some(bad) = rows.iter().find_map(|r| r.row.as_ref().err()).cloned() {
        return set_aside(rows, &bad);
    }
    let (cells, read): (Vec<_>, Vec<_>) = rows.into_iter().map(|r| (r.cells, r.row)).unzip();
    let read: Vec<TicketRow> = read.into_iter().flatten().collect();
    match draft(&read) {
        Err(error) => Ticket::Rejected(Ticket::refuse(line, cells, error.code(), &error.to_string())),
        Ok(None) => Ticket::Rejected(vec![]),
        Ok(Some(draft)) => match Sale::close(draft) {
            Err(error) => Ticket::Rejected(Ticket::refuse(line, cells, error.code(), &error.to_string())),
            Ok(sale) => Ticket::Good { line, draft: Box::new(sale.into()), rows: cells },
        },
    }
}

/// Bad rows keep their own reason; their good neighbours say which line held them back.
fn set_aside(rows: Vec<ReadRow>, bad: &RowError) -> Ticket {
    let waits = |line| RowError {
        line,
        column: None,
        reason: format!("waits for line {}, which belongs to the same ticket and is bad", bad.line),
        code: "ticket_set_aside",
    };
    Ticket::Rejected(
        rows.into_iter()
            .map(|r| RejectedRow { error: r.row.err().unwrap_or_else(|| waits(r.line)), cells: r.cells })
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "store,till,seq,business_date,occurred_at,cashier,card,line,sku,qty,unit_price,net,tax,discount,kind\n";

    fn read(rows: &str) -> Vec<Ticket> {
        let text = format!("{HEAD}{rows}");
        let mut reader = SalesReader::open(|| Ok(text.as_bytes())).unwrap();
        let mut tickets = vec![];
        while let Some(ticket) = reader.next_ticket().unwrap() {
            tickets.push(ticket);
        }
        tickets
    }

    fn row(seq: &str, line: &str, qty: &str, kind: &str) -> String {
        format!(
            "1,1,{seq},2026-03-01,2026-03-01T10:00:00-05:00,marta,,{line},a,{qty},1.00,1.00,0.19,0,{kind}\n"
        )
    }

    #[test]
    fn rows_are_joined_to_tickets() {
        let text = row("1", "1", "1", "sale")
            + &row("1", "2", "0,5", "return")
            + &row("2", "1", "1", "venta")
            + &row("1", "3", "1", "sale");
        let tickets = read(&text.replace("0,5", "0.5"));
        let lines: Vec<_> = tickets
            .iter()
            .map(|t| match t {
                Ticket::Good { draft, .. } => (draft.receipt_no, draft.lines.len()),
                Ticket::Rejected(_) => (0, 0),
            })
            .collect();
        assert_eq!(lines, [(2, 1), (1, 3)]);
    }

    #[test]
    fn a_bad_row_sets_its_ticket_aside_and_no_other() {
        let tickets = read(
            &(row("1", "1", "1", "sale")
                + &row("1", "2", "x", "sale")
                + &row("2", "1", "1", "sale")
                + &row("?", "1", "1", "sale")),
        );
        let mut codes: Vec<_> = tickets
            .iter()
            .map(|t| match t {
                Ticket::Good { .. } => vec!["good"],
                Ticket::Rejected(rows) => rows.iter().map(|r| r.error.code).collect(),
            })
            .collect();
        codes.sort();
        assert_eq!(codes, [vec!["bad_value"], vec!["good"], vec!["ticket_set_aside", "bad_number"]]);
    }

    #[test]
    fn sums_and_kinds_are_checked() {
        for (text, code) in [
            (row("1", "1", "1", "gift"), "unknown_kind"),
            (row("1", "1", "-1", "sale"), "sale_negative_amount"),
            (row("1", "1", "1", "sale") + &row("1", "1", "1", "sale"), "sale_line_number"),
            (row("1", "1", "1", "sale") + &row("1", "2", "1", "training"), "ticket_training_mixed"),
        ] {
            let Ticket::Rejected(rows) = &read(&text)[0] else { panic!("{text} went in") };
            assert_eq!(rows[0].error.code, code);
        }
    }
}
