//! What lines of sales earned, and what came back of them.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{AccountId, EntryId, SaleId};
use domain::money::Points;
use domain::sale::Origin;
use sqlx::{AssertSqlSafe, FromRow, query, query_as, query_scalar};

use crate::db::{DbError, Tx, bulk};
use crate::ledger::post::ReturnedLine;
use crate::on;

/// What a line earned, and how much of it came back.
#[derive(Debug, Clone)]
pub(in crate::ledger) struct LinePoints {
    pub quantity: i64,
    pub points: Points,
    pub returned_quantity: i64,
    pub changed: bool,
}

fn line_number(number: i64) -> Result<u32, DbError> {
    u32::try_from(number).map_err(|e| DbError::BadRow { what: "a line number", why: e.to_string() })
}

#[derive(FromRow)]
struct LinePointsRow {
    sale: SaleId,
    line: i64,
    quantity: i64,
    points: Points,
    returned_quantity: i64,
}

pub(in crate::ledger) async fn line_points(
    tx: &mut Tx,
    sales: &[SaleId],
) -> Result<Vec<((SaleId, u32), LinePoints)>, DbError> {
    let mut lines = vec![];
    for part in sales.chunks(bulk::ROWS) {
        let sql = format!(
            "select sale, line, quantity, points, returned_quantity from line_points where sale in {}",
            bulk::list(part.len())
        );
        let rows: Vec<LinePointsRow> = on!(tx, c => {
            let mut query = query_as(AssertSqlSafe(sql));
            for sale in part {
                query = query.bind(sale);
            }
            query.fetch_all(c).await
        })?;
        for LinePointsRow { sale, line, quantity, points, returned_quantity } in rows {
            lines.push((
                (sale, line_number(line)?),
                LinePoints { quantity, points, returned_quantity, changed: false },
            ));
        }
    }
    Ok(lines)
}

pub(in crate::ledger) async fn write_line_points(
    tx: &mut Tx,
    lines: &BTreeMap<(SaleId, u32), LinePoints>,
) -> Result<(), DbError> {
    let lines: Vec<_> = lines.iter().filter(|(_, row)| row.changed).collect();
    for part in lines.chunks(bulk::ROWS) {
        let sql = format!(
            "insert into line_points (sale, line, quantity, points, returned_quantity) values {}
             on conflict (sale, line) do update set returned_quantity = excluded.returned_quantity",
            bulk::values(tx, part.len(), 5)
        );
        on!(tx, c => {
            let mut query = query(AssertSqlSafe(sql));
            for ((sale, line), row) in part {
                query = query.bind(sale).bind(i64::from(*line)).bind(row.quantity).bind(row.points).bind(row.returned_quantity);
            }
            query.execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// For which account, and under which programme, sales earned.
pub(in crate::ledger) async fn earners(
    tx: &mut Tx,
    sales: &[SaleId],
) -> Result<Vec<(SaleId, AccountId, i64)>, DbError> {
    let mut found = vec![];
    for part in sales.chunks(bulk::ROWS) {
        let sql = format!(
            "select sale, account, programme from ledger_entry where kind = 'earn' and programme is not null and sale in {}",
            bulk::list(part.len())
        );
        let rows: Vec<(SaleId, AccountId, i64)> = on!(tx, c => {
            let mut query = query_as(AssertSqlSafe(sql));
            for sale in part {
                query = query.bind(sale);
            }
            query.fetch_all(c).await
        })?;
        found.extend(rows);
    }
    Ok(found)
}

/// The entries by which these tickets took points back or gave some back.
pub(in crate::ledger) async fn undoing_of(
    tx: &mut Tx,
    sales: &[SaleId],
) -> Result<HashSet<EntryId>, DbError> {
    let mut found = HashSet::new();
    for part in sales.chunks(bulk::ROWS) {
        let sql = format!(
            "select id from ledger_entry where kind in ('reverse', 'burn') and sale in {}",
            bulk::list(part.len())
        );
        let rows: Vec<EntryId> = on!(tx, c => {
            let mut query = query_scalar(AssertSqlSafe(sql));
            for sale in part {
                query = query.bind(sale);
            }
            query.fetch_all(c).await
        })?;
        found.extend(rows);
    }
    Ok(found)
}

#[derive(FromRow)]
struct ReturnRow {
    sale: SaleId,
    number: i64,
    quantity: i64,
    origin_sale: SaleId,
    origin_line: i64,
    occurred_at: DateTime<Utc>,
    business_date: NaiveDate,
}

/// Returned lines that name one of these sales, from whatever ticket they came in.
pub(in crate::ledger) async fn returns_of(
    tx: &mut Tx,
    sales: &[SaleId],
) -> Result<Vec<ReturnedLine>, DbError> {
    let mut found = vec![];
    for part in sales.chunks(bulk::ROWS) {
        let sql = format!(
            "select l.sale, l.number, l.quantity, l.origin_sale, l.origin_line, s.occurred_at, s.business_date
             from sale_line l join sale s on s.id = l.sale
             where l.kind = 'return' and s.status = 'completed' and l.origin_line is not null and l.origin_sale in {}",
            bulk::list(part.len())
        );
        let rows: Vec<ReturnRow> = on!(tx, c => {
            let mut query = query_as(AssertSqlSafe(sql));
            for sale in part {
                query = query.bind(sale);
            }
            query.fetch_all(c).await
        })?;
        for r in rows {
            found.push(ReturnedLine {
                sale: r.sale,
                line: line_number(r.number)?,
                quantity: r.quantity,
                origin: Origin { sale: r.origin_sale, line: line_number(r.origin_line)? },
                occurred_at: r.occurred_at,
                business_date: r.business_date,
            });
        }
    }
    Ok(found)
}
