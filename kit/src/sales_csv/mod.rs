//! The sales file of another system, as till and hub both read it: one row a line, joined to tickets.
//!
//! A ticket with a bad row is set aside whole: half a ticket would be a wrong sale, and the rows that
//! stand in the error file can be mended and read again. Rows of one ticket mostly stand together, so a row
//! whose ticket cannot be read is held to belong to the one before it or after it, if it could.

mod gap;
mod rows;
mod ticket;

use std::collections::VecDeque;
use std::io::{self, BufRead};

use domain::sale::SaleDraft;
use domain::tickets::{Grouping, Scatter, TicketKey};

use self::gap::{Doubts, Gap, Stray};
use self::rows::{ReadRow, key_of};
use self::ticket::ticket;
use crate::table::{BadRow, Column, Row, RowError, TableError, TableReader};

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

/// A row as it stands in the file.
#[derive(Debug, Clone)]
pub struct FileRow {
    pub line: u64,
    pub cells: Vec<String>,
}

/// A row that does not go in.
#[derive(Debug, Clone)]
pub struct RejectedRow {
    pub cells: Vec<String>,
    pub error: RowError,
}

/// What the file holds, one at a time.
#[derive(Debug)]
pub enum Ticket {
    /// `rows` are what it was made of, should it be refused later.
    Good {
        draft: Box<SaleDraft>,
        rows: Vec<FileRow>,
    },
    Rejected(Vec<RejectedRow>),
}

impl Ticket {
    /// Rows of a ticket that was refused as a whole, for the error file.
    pub fn refuse(rows: Vec<FileRow>, code: &'static str, reason: &str) -> Vec<RejectedRow> {
        let error = |line| RowError { line, column: None, reason: reason.to_owned(), code };
        rows.into_iter().map(|row| RejectedRow { cells: row.cells, error: error(row.line) }).collect()
    }
}

/// Streams a sales file as tickets.
#[derive(Debug)]
pub struct SalesReader<R: BufRead> {
    table: TableReader<R>,
    /// None once the file has ended.
    grouping: Option<Grouping<ReadRow>>,
    gap: Gap,
    doubts: Doubts,
    ready: VecDeque<Ticket>,
}

impl<R: BufRead> SalesReader<R> {
    /// Opens the file twice: the first pass finds tickets whose rows do not stand together, so that the
    /// second can stream with flat memory.
    pub fn open(open: impl Fn() -> io::Result<R>) -> Result<Self, TableError> {
        let mut scatter = Scatter::default();
        let mut first_pass = TableReader::new(open()?, COLUMNS)?;
        while let Some(row) = first_pass.next_row()? {
            if let Ok(key) = key_of(row.as_ref().unwrap_or_else(|bad| &bad.rest)) {
                scatter.see(key);
            }
        }
        Ok(Self {
            table: TableReader::new(open()?, COLUMNS)?,
            grouping: Some(Grouping::new(scatter.finish())),
            gap: Gap::default(),
            doubts: Doubts::default(),
            ready: VecDeque::new(),
        })
    }

    /// For the notice about unknown columns and for the error file.
    pub fn table(&self) -> &TableReader<R> {
        &self.table
    }

    /// The next ticket; `None` at the end of the file.
    pub fn next_ticket(&mut self) -> Result<Option<Ticket>, TableError> {
        loop {
            if let Some(ticket) = self.ready.pop_front() {
                return Ok(Some(ticket));
            }
            let Some(grouping) = self.grouping.take() else { return Ok(None) };
            match self.table.next_row()? {
                Some(row) => self.grouping = Some(self.take(grouping, row)),
                None => self.end(grouping),
            }
        }
    }

    fn take(&mut self, mut grouping: Grouping<ReadRow>, row: Result<Row, BadRow>) -> Grouping<ReadRow> {
        let (read, key) = ReadRow::of(row);
        match key {
            Ok(key) => {
                let alone = self.close_gap(&mut grouping, Some(&key));
                if read.may_have_swallowed_rows() {
                    self.gap.note_swallowed(read.source.line);
                }
                if let Some((ended, rows)) = grouping.push(key, read) {
                    self.give(&ended, rows);
                }
                self.ready.extend(alone);
            }
            Err(hint) => {
                if self.gap.push(Stray { read, hint }) {
                    let alone = self.close_gap(&mut grouping, None);
                    self.ready.extend(alone);
                }
            }
        }
        grouping
    }

    fn end(&mut self, mut grouping: Grouping<ReadRow>) {
        let alone = self.close_gap(&mut grouping, None);
        for (key, rows) in grouping.finish() {
            self.give(&key, rows);
        }
        self.ready.extend(alone);
    }

    /// Settles the rows without a ticket that stand between the last ticket and this one. The answer is
    /// those that stay alone; they follow the ticket before them, also in the error file.
    fn close_gap(&mut self, grouping: &mut Grouping<ReadRow>, next: Option<&TicketKey>) -> Vec<Ticket> {
        let settled = self.gap.close(next, &mut self.doubts);
        for (key, read) in settled.inside {
            // The same ticket goes on, so this ends none.
            grouping.push(key, read);
        }
        settled
            .alone
            .into_iter()
            .filter_map(ReadRow::rejected)
            .map(|row| Ticket::Rejected(vec![row]))
            .collect()
    }

    fn give(&mut self, key: &TicketKey, rows: Vec<ReadRow>) {
        let doubts = self.doubts.remove(key).unwrap_or_default();
        self.ready.push_back(ticket(rows, &doubts));
    }
}

#[cfg(test)]
mod tests;
