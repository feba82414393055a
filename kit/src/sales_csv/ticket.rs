//! One ticket's rows: a sale, or which of them is to blame that they are none.

use domain::sale::{Sale, SaleDraft, SaleError};
use domain::tickets::{TicketError, TicketRow, draft};

use super::gap::Doubt;
use super::rows::ReadRow;
use super::{FileRow, RejectedRow, Ticket};
use crate::table::RowError;

const BELONGS: &str = "belongs";
const MAY_BELONG: &str = "may belong";

pub(super) fn ticket(rows: Vec<ReadRow>, doubts: &[Doubt]) -> Ticket {
    if let Some(bad) = rows.iter().find_map(|r| r.row.as_ref().err()).map(|error| error.line) {
        return set_aside(rows.into_iter().map(|r| (r.source, r.row.err())), bad, BELONGS);
    }
    let (sources, rows): (Vec<FileRow>, Vec<TicketRow>) =
        rows.into_iter().filter_map(|r| Some((r.source, r.row.ok()?))).unzip();
    match close(&rows) {
        Err(fault) => refuse(sources, fault),
        Ok(None) => Ticket::Rejected(vec![]),
        Ok(Some(draft)) => match doubts.iter().find(|doubt| doubt.concerns(&rows)) {
            Some(doubt) => set_aside(sources.into_iter().map(|row| (row, None)), doubt.line, MAY_BELONG),
            None => Ticket::Good { draft: Box::new(draft), rows: sources },
        },
    }
}

/// Bad rows keep their own reason; their good neighbours say which line held them back.
fn set_aside(rows: impl Iterator<Item = (FileRow, Option<RowError>)>, bad: u64, how: &str) -> Ticket {
    let waits = |line| RowError {
        line,
        column: None,
        reason: format!("waits for line {bad}, which is bad and {how} to the same ticket"),
        code: "ticket_set_aside",
    };
    let rejected = rows.map(|(source, error)| RejectedRow {
        error: error.unwrap_or_else(|| waits(source.line)),
        cells: source.cells,
    });
    Ticket::Rejected(rejected.collect())
}

/// Why rows that are sound one by one make no sale, and which of them to look at.
struct Fault {
    /// Its place; none if the ticket as a whole is meant.
    row: Option<usize>,
    column: Option<&'static str>,
    code: &'static str,
    reason: String,
}

fn refuse(sources: Vec<FileRow>, fault: Fault) -> Ticket {
    let Some((place, bad)) = fault.row.and_then(|place| Some((place, sources.get(place)?.line))) else {
        return Ticket::Rejected(Ticket::refuse(sources, fault.code, &fault.reason));
    };
    let column = fault.column.map(str::to_owned);
    let error = RowError { line: bad, column, reason: fault.reason, code: fault.code };
    let rows = sources.into_iter().enumerate();
    set_aside(rows.map(|(at, source)| (source, (at == place).then(|| error.clone()))), bad, BELONGS)
}

fn close(rows: &[TicketRow]) -> Result<Option<SaleDraft>, Fault> {
    let Some(draft) = draft(rows).map_err(of_rows)? else { return Ok(None) };
    Sale::close(draft).map(|sale| Some(sale.into())).map_err(|error| of_sale(&error, rows))
}

fn of_rows(error: TicketError) -> Fault {
    let (row, column) = match error {
        TicketError::Cards { row } => (Some(row), Some("card")),
        TicketError::Cashiers { row } => (Some(row), Some("cashier")),
        TicketError::TrainingMixed { row } => (Some(row), Some("kind")),
        TicketError::Amount { row, .. } => (Some(row), None),
        TicketError::Total(_) => (None, None),
    };
    Fault { row, column, code: error.code(), reason: error.to_string() }
}

/// A sale names its lines by their numbers.
fn of_sale(error: &SaleError, rows: &[TicketRow]) -> Fault {
    let (code, reason) = (error.code(), error.to_string());
    let place = |number: u32| rows.iter().rposition(|row| row.line == number);
    match *error {
        SaleError::LineNumber { line } => Fault {
            row: place(line),
            column: Some("line"),
            code,
            reason: format!("an earlier row of this ticket has the number {line} too"),
        },
        SaleError::Negative { line, .. }
        | SaleError::LineSum { line, .. }
        | SaleError::OriginOnSale { line } => Fault { row: place(line), column: None, code, reason },
        _ => Fault { row: None, column: None, code, reason },
    }
}
