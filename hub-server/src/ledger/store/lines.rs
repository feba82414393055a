//! What lines of sales earned, and what came back of them.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{AccountId, EntryId, SaleId};
use domain::money::Points;
use domain::sale::Origin;
use sqlx::FromRow;

use crate::db::{Cells, DbError, Insert, Tx, rows_of};
use crate::ledger::returned::ReturnedLine;

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
    let text = |sales: &str| {
        format!(
            "select sale, line, quantity, points, returned_quantity from line_points where sale in {sales}"
        )
    };
    let rows: Vec<LinePointsRow> = rows_of(tx, sales, text).await?;
    let read = |LinePointsRow { sale, line, quantity, points, returned_quantity }: LinePointsRow| {
        let points = LinePoints { quantity, points, returned_quantity, changed: false };
        Ok(((sale, line_number(line)?), points))
    };
    rows.into_iter().map(read).collect()
}

pub(in crate::ledger) async fn write_line_points(
    tx: &mut Tx,
    lines: &BTreeMap<(SaleId, u32), LinePoints>,
) -> Result<(), DbError> {
    let lines: Vec<_> = lines.iter().filter(|(_, row)| row.changed).collect();
    let int = |of: fn(&LinePoints) -> i64| Cells::Int(lines.iter().map(|(_, row)| of(row)).collect());
    let insert = Insert {
        table: "line_points",
        columns: vec![
            ("sale", Cells::Uuid(lines.iter().map(|((sale, _), _)| sale.0).collect())),
            ("line", Cells::Int(lines.iter().map(|((_, line), _)| i64::from(*line)).collect())),
            ("quantity", int(|row| row.quantity)),
            ("points", int(|row| row.points.0)),
            ("returned_quantity", int(|row| row.returned_quantity)),
        ],
        conflict: "on conflict (sale, line) do update set returned_quantity = excluded.returned_quantity",
    };
    insert.run(tx).await.map(|_| ())
}

/// For which account, and under which programme, sales earned.
pub(in crate::ledger) async fn earners(
    tx: &mut Tx,
    sales: &[SaleId],
) -> Result<Vec<(SaleId, AccountId, i64)>, DbError> {
    let text = |sales: &str| {
        format!(
            "select sale, account, programme from ledger_entry
             where kind = 'earn' and programme is not null and sale in {sales}"
        )
    };
    rows_of(tx, sales, text).await
}

/// The entries by which these tickets took points back or gave some back.
pub(in crate::ledger) async fn undoing_of(
    tx: &mut Tx,
    sales: &[SaleId],
) -> Result<HashSet<EntryId>, DbError> {
    let text = |sales: &str| {
        format!("select id from ledger_entry where kind in ('reverse', 'burn') and sale in {sales}")
    };
    let found: Vec<(EntryId,)> = rows_of(tx, sales, text).await?;
    Ok(found.into_iter().map(|(entry,)| entry).collect())
}

#[derive(FromRow)]
struct ReturnRow {
    sale: SaleId,
    quantity: i64,
    origin_sale: SaleId,
    origin_line: i64,
    occurred_at: DateTime<Utc>,
    business_date: NaiveDate,
}

/// What tickets took points back of these sales, from whatever ticket it came in.
pub(in crate::ledger) async fn returns_of(
    tx: &mut Tx,
    sales: &[SaleId],
) -> Result<Vec<ReturnedLine>, DbError> {
    let text = |sales: &str| {
        format!(
            "select b.sale, b.origin_sale, b.origin_line, cast(sum(b.quantity) as bigint) as quantity,
                 s.occurred_at, s.business_date
             from (select sale, origin_sale, origin_line, quantity from sale_line
                   where kind = 'return' and origin_line is not null and origin_sale in {sales}
                   union all select sale, origin_sale, origin_line, quantity from kept_points
                   where origin_sale in {sales}) b
             join sale s on s.id = b.sale where s.status = 'completed'
             group by b.sale, b.origin_sale, b.origin_line, s.occurred_at, s.business_date
             having sum(b.quantity) > 0"
        )
    };
    let rows: Vec<ReturnRow> = rows_of(tx, sales, text).await?;
    let read = |row: ReturnRow| {
        Ok(ReturnedLine {
            sale: row.sale,
            quantity: row.quantity,
            origin: Origin { sale: row.origin_sale, line: line_number(row.origin_line)? },
            occurred_at: row.occurred_at,
            business_date: row.business_date,
        })
    };
    rows.into_iter().map(read).collect()
}
