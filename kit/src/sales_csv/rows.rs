//! What one row says.

use chrono::NaiveDate;
use domain::codes::{StoreCode, TillCode};
use domain::tickets::{RowKind, TicketKey, TicketRow};

use super::{FileRow, RejectedRow};
use crate::table::{BadRow, Row, RowError};

#[derive(Debug)]
pub(super) struct ReadRow {
    pub source: FileRow,
    pub row: Result<TicketRow, RowError>,
}

impl ReadRow {
    /// The row and its ticket, or what can be told of that.
    pub fn of(row: Result<Row, BadRow>) -> (Self, Result<TicketKey, Hint>) {
        let (legible, cells, read) = match row {
            Ok(row) => {
                let (cells, read) = (row.cells(), ticket_row(&row));
                (row, cells, read)
            }
            Err(bad) => (bad.rest, bad.cells, Err(bad.error)),
        };
        let read = Self { source: FileRow { line: legible.line(), cells }, row: read };
        let key = key_of(&legible).map_err(|_| {
            let is_one_row = legible.is_aligned() && !read.may_have_swallowed_rows();
            if is_one_row { Hint::of(&legible) } else { Hint::default() }
        });
        (read, key)
    }

    /// A quotation mark that was never closed takes the rows behind it into its cell.
    pub fn may_have_swallowed_rows(&self) -> bool {
        self.row.is_err() && self.source.cells.iter().any(|cell| cell.contains('\n'))
    }

    pub fn rejected(self) -> Option<RejectedRow> {
        self.row.err().map(|error| RejectedRow { cells: self.source.cells, error })
    }
}

/// What can be read of a row whose ticket cannot.
#[derive(Debug, Default)]
pub(super) struct Hint {
    store: Option<StoreCode>,
    till: Option<TillCode>,
    business_date: Option<NaiveDate>,
    receipt_no: Option<i64>,
    /// The number that it would have within its ticket.
    pub number: Option<u32>,
}

impl Hint {
    fn of(row: &Row) -> Self {
        Self {
            store: row.parse("store").ok(),
            till: row.parse("till").ok(),
            business_date: row.parse("business_date").ok(),
            receipt_no: row.parse("seq").ok(),
            number: row.parse("line").ok(),
        }
    }

    /// Whether nothing that can be read says otherwise.
    pub fn allows(&self, key: &TicketKey) -> bool {
        self.store.as_ref().is_none_or(|store| *store == key.store)
            && self.till.as_ref().is_none_or(|till| *till == key.till)
            && self.business_date.is_none_or(|date| date == key.business_date)
            && self.receipt_no.is_none_or(|number| number == key.receipt_no)
    }
}

pub(super) fn key_of(row: &Row) -> Result<TicketKey, RowError> {
    Ok(TicketKey {
        store: row.parse("store")?,
        till: row.parse("till")?,
        business_date: row.parse("business_date")?,
        receipt_no: row.parse("seq")?,
    })
}

fn ticket_row(row: &Row) -> Result<TicketRow, RowError> {
    let read = TicketRow {
        key: key_of(row)?,
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
    };
    check(row, &read)?;
    Ok(read)
}

/// What the sale would be refused for, while the column to blame is still known.
fn check(row: &Row, read: &TicketRow) -> Result<(), RowError> {
    if read.key.receipt_no < 0 {
        return Err(row.error("seq", "sale_receipt_number", "must not be negative"));
    }
    if read.line == 0 {
        return Err(row.error("line", "sale_line_number", "must not be 0"));
    }
    let amounts = [
        ("qty", read.quantity.0),
        ("unit_price", read.unit_price.0),
        ("net", read.net.0),
        ("tax", read.tax.0),
        ("discount", read.discount.0),
    ];
    match amounts.into_iter().find(|(_, units)| *units < 0) {
        Some((column, _)) => Err(row.error(column, "sale_negative_amount", "must not be negative")),
        None => Ok(()),
    }
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
