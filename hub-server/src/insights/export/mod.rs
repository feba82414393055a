//! Figures and facts as CSV: for spreadsheets and for programs. Sales and members have the headings of
//! the files that are imported, so that an export can be read in elsewhere.

use std::io::Write;

use chrono::{DateTime, FixedOffset, NaiveDate, TimeZone, Utc};
use domain::codes::StoreCode;
use domain::money::{Money, Points, Quantity};
use kit::table::{Cell, Dialect, TableError, TableWriter};

use super::figures::VisitFigures;
use crate::db::{DbError, Tx};
use crate::members;

mod store;

#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error(transparent)]
    Db(#[from] DbError),
    #[error(transparent)]
    Table(#[from] TableError),
}

/// Which tickets an export of sales holds; dates are included.
#[derive(Debug, Clone, Default)]
pub struct Slice {
    pub store: Option<StoreCode>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

/// A code of the chain. A spreadsheet could take one for a formula; a program wants it as it is.
fn code(text: &str, dialect: Dialect) -> Cell<'_> {
    match dialect {
        Dialect::Excel => Cell::Text(text),
        Dialect::Programs => Cell::Plain(text),
    }
}

fn or_empty(text: Option<&String>) -> Cell<'_> {
    text.map_or(Cell::Empty, |text| Cell::Plain(text))
}

/// How often members come; the fields of `hub-server report visits`.
pub async fn visits<W: Write>(
    tx: &mut Tx,
    at: Option<&StoreCode>,
    as_of: NaiveDate,
    out: W,
    dialect: Dialect,
) -> Result<W, ExportError> {
    const HEADINGS: [&str; 9] = [
        "member",
        "card",
        "visits",
        "first_visit",
        "last_visit",
        "interval_mean_days",
        "interval_median_days",
        "expected_next_visit",
        "overdue_days",
    ];
    let mut table = TableWriter::new(out, dialect, &HEADINGS)?;
    for row in super::visits(tx, at).await? {
        let figures = VisitFigures::of(&row, as_of, true);
        let date = |date: Option<NaiveDate>| date.map(|date| date.to_string());
        let number = |days: Option<f64>| days.map(|days| format!("{days:.2}"));
        let dates = [figures.first_visit, figures.last_visit, figures.expected_next_visit].map(date);
        let intervals = [figures.interval_mean_days, figures.interval_median_days].map(number);
        let overdue = figures.overdue_days.map(|days| days.to_string());
        let numbers = intervals.each_ref().map(|text| text.as_deref().map_or(Cell::Empty, Cell::Number));
        table.row(&[
            code(&figures.member, dialect),
            figures.card.as_deref().map_or(Cell::Empty, |card| code(card, dialect)),
            Cell::Number(&figures.visits.to_string()),
            or_empty(dates[0].as_ref()),
            or_empty(dates[1].as_ref()),
            numbers[0],
            numbers[1],
            or_empty(dates[2].as_ref()),
            overdue.as_deref().map_or(Cell::Empty, Cell::Number),
        ])?;
    }
    Ok(table.finish()?)
}

/// Members with the headings of the members file.
pub async fn members<W: Write>(tx: &mut Tx, out: W, dialect: Dialect) -> Result<W, ExportError> {
    const HEADINGS: [&str; 9] = [
        "member",
        "first_name",
        "last_name",
        "email",
        "phone",
        "birthday",
        "consent_marketing",
        "consent_at",
        "consent_source",
    ];
    let mut table = TableWriter::new(out, dialect, &HEADINGS)?;
    for member in members::accounts(tx).await? {
        let profile = &member.profile;
        let at = profile.consent.at.map(|at| at.to_rfc3339());
        let birthday = profile.birthday.map(|day| day.to_string());
        table.row(&[
            code(profile.code.as_str(), dialect),
            Cell::Text(&profile.first_name),
            Cell::Text(&profile.last_name),
            Cell::Text(&profile.email),
            Cell::Text(&profile.phone),
            or_empty(birthday.as_ref()),
            Cell::Plain(if profile.consent.marketing { "yes" } else { "no" }),
            or_empty(at.as_ref()),
            Cell::Text(&profile.consent.source),
        ])?;
    }
    Ok(table.finish()?)
}

/// Every line of the tickets in a slice, with the headings of the sales file.
pub async fn sales<W: Write>(tx: &mut Tx, slice: &Slice, out: W, dialect: Dialect) -> Result<W, ExportError> {
    const HEADINGS: [&str; 15] = [
        "store",
        "till",
        "seq",
        "business_date",
        "occurred_at",
        "cashier",
        "card",
        "line",
        "sku",
        "qty",
        "unit_price",
        "net",
        "tax",
        "discount",
        "kind",
    ];
    let mut table = TableWriter::new(out, dialect, &HEADINGS)?;
    let mut written = Ok(());
    store::sale_lines(tx, slice, |row| {
        if written.is_ok() {
            written = sale_line(&mut table, row, dialect);
        }
    })
    .await?;
    written?;
    Ok(table.finish()?)
}

fn sale_line<W: Write>(
    table: &mut TableWriter<W>,
    row: &store::SaleLineRow,
    dialect: Dialect,
) -> Result<(), TableError> {
    let money = |amount: Money| amount.to_string();
    let kind = match (row.status.as_str(), row.kind.as_str()) {
        ("training", _) => "training",
        ("voided", _) => "void",
        (_, kind) => kind,
    };
    table.row(&[
        code(&row.store, dialect),
        code(&row.till, dialect),
        Cell::Number(&row.receipt_no.to_string()),
        Cell::Plain(&row.business_date.to_string()),
        Cell::Plain(&with_offset(row.occurred_at, row.utc_offset_s)),
        row.cashier.as_deref().map_or(Cell::Empty, Cell::Text),
        row.card.as_deref().map_or(Cell::Empty, |card| code(card, dialect)),
        Cell::Number(&row.number.to_string()),
        code(&row.sku, dialect),
        Cell::Number(&quantity(row.quantity)),
        Cell::Number(&money(row.unit_price)),
        Cell::Number(&money(row.net)),
        Cell::Number(&money(row.tax)),
        Cell::Number(&money(row.discount)),
        Cell::Plain(kind),
    ])
}

fn quantity(quantity: Quantity) -> String {
    quantity.plain()
}

/// The instant as it was in the store.
fn with_offset(at: DateTime<Utc>, utc_offset_s: i64) -> String {
    let offset = i32::try_from(utc_offset_s).ok().and_then(FixedOffset::east_opt);
    offset.map_or_else(|| at.to_rfc3339(), |offset| offset.from_utc_datetime(&at.naive_utc()).to_rfc3339())
}

/// Every entry of the points ledger, oldest first.
pub async fn ledger<W: Write>(tx: &mut Tx, out: W, dialect: Dialect) -> Result<W, ExportError> {
    const HEADINGS: [&str; 9] =
        ["entry", "member", "kind", "points", "sale", "programme", "reason", "occurred_at", "posted_at"];
    let mut table = TableWriter::new(out, dialect, &HEADINGS)?;
    let mut written = Ok(());
    store::ledger_entries(tx, |row| {
        if written.is_ok() {
            written = ledger_entry(&mut table, row, dialect);
        }
    })
    .await?;
    written?;
    Ok(table.finish()?)
}

fn ledger_entry<W: Write>(
    table: &mut TableWriter<W>,
    row: &store::LedgerRow,
    dialect: Dialect,
) -> Result<(), TableError> {
    let points: Points = row.points;
    let (sale, programme) = (row.sale.map(|id| id.to_string()), row.programme.map(|v| v.to_string()));
    table.row(&[
        Cell::Plain(&row.id.to_string()),
        row.member.as_deref().map_or(Cell::Empty, |member| code(member, dialect)),
        Cell::Plain(&row.kind),
        Cell::Number(&points.to_string()),
        or_empty(sale.as_ref()),
        or_empty(programme.as_ref()),
        Cell::Text(&row.reason),
        Cell::Plain(&row.occurred_at.to_rfc3339()),
        Cell::Plain(&row.posted_at.to_rfc3339()),
    ])
}
