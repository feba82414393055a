//! SQL of stock.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::{Sku, StoreCode};
use domain::money::Quantity;
use domain::snapshot::StockRow;
use domain::stock::{StockState, UnknownStockState};
use domain::sync::StockLevel;
use domain::time::to_millis;
use sqlx::{AssertSqlSafe, FromRow, query, query_as, query_scalar};

use super::Count;
use super::rules::Level;
use crate::catalogue::{last_date_by, take_feed_numbers};
use crate::db::{DbError, Tx, bulk, dialect};
use crate::on;

/// Moves levels, each store and SKU once and in order; products without a level have none afterwards either.
pub(super) async fn move_levels(tx: &mut Tx, moves: &[&(StoreCode, Sku, Quantity)]) -> Result<(), DbError> {
    for part in moves.chunks(bulk::ROWS) {
        let values = bulk::values(tx, part.len(), 3);
        if let Tx::Postgres(tx) = tx {
            let sql = AssertSqlSafe(dialect::lock_levels(&values));
            part.iter()
                .fold(query(sql), |query, (store, sku, quantity)| query.bind(store).bind(sku).bind(quantity))
                .execute(&mut **tx)
                .await?;
        }
        let sql = format!(
            "update stock set moved = stock.moved + v.column3 from (values {values}) v
             where stock.store = v.column1 and stock.sku = v.column2"
        );
        on!(tx, c => {
            let mut query = query(AssertSqlSafe(sql.as_str()));
            for (store, sku, quantity) in part {
                query = query.bind(store).bind(sku).bind(quantity);
            }
            query.execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Whether a store keeps stock with us at all: spares the others one statement a product and sale.
pub(super) async fn is_counted(tx: &mut Tx, store: &StoreCode) -> Result<bool, DbError> {
    const SQL: &str = "select sku from stock where store = $1 limit 1";
    let any: Option<String> = on!(tx, c => query_scalar(SQL).bind(store).fetch_optional(c).await)?;
    Ok(any.is_some())
}

#[derive(FromRow)]
struct LevelRow {
    store: StoreCode,
    sku: Sku,
    name: Option<String>,
    on_hand: Quantity,
    reorder_point: Quantity,
    reorder_qty: Quantity,
    lead_days: i64,
}

/// Levels at or below their reorder point, by store.
pub(super) async fn low(tx: &mut Tx, only: Option<&StoreCode>) -> Result<Vec<Level>, DbError> {
    const SQL: &str = "select s.store, s.sku, p.name, s.counted + s.moved as on_hand, s.reorder_point, s.reorder_qty, s.lead_days
        from stock s left join product p on p.sku = s.sku
        where s.counted + s.moved <= s.reorder_point and ($1 = '' or s.store = $1) order by s.store, s.sku";
    let store = only.map_or("", StoreCode::as_str);
    let rows: Vec<LevelRow> = on!(tx, c => query_as(SQL).bind(store).fetch_all(c).await)?;
    let level = |r: LevelRow| Level {
        name: r.name.unwrap_or_else(|| r.sku.to_string()),
        store: r.store,
        sku: r.sku,
        on_hand: r.on_hand,
        reorder_point: r.reorder_point,
        reorder_qty: r.reorder_qty,
        lead_days: r.lead_days,
    };
    Ok(rows.into_iter().map(level).collect())
}

/// Stores that are told of, at most: more than these nobody rings up.
const STORES_TOLD: i64 = 10;

#[derive(FromRow)]
struct OnHandRow {
    store: StoreCode,
    name: String,
    on_hand: Quantity,
}

/// Levels of one product: of `first`, then of whoever has most.
pub(super) async fn levels_of(tx: &mut Tx, sku: &Sku, first: &StoreCode) -> Result<Vec<StockLevel>, DbError> {
    const SQL: &str = "select s.store, o.name, s.counted + s.moved as on_hand
        from stock s join store o on o.code = s.store
        where s.sku = $1 and (s.store = $2 or s.counted + s.moved > 0)
        order by case when s.store = $2 then 0 else 1 end, on_hand desc, s.store limit $3";
    let rows: Vec<OnHandRow> =
        on!(tx, c => query_as(SQL).bind(sku).bind(first).bind(STORES_TOLD).fetch_all(c).await)?;
    let level = |OnHandRow { store, name, on_hand }| StockLevel { store, name, on_hand };
    Ok(rows.into_iter().map(level).collect())
}

/// The store's latest business date with a completed ticket, of those that can be by `now`.
pub(super) async fn latest_date(
    tx: &mut Tx,
    store: &StoreCode,
    now: DateTime<Utc>,
) -> Result<Option<NaiveDate>, DbError> {
    const SQL: &str = "select business_date from sale
        where store = $1 and business_date <= $2 and status = 'completed' order by business_date desc limit 1";
    let last = last_date_by(now);
    Ok(on!(tx, c => query_scalar(SQL).bind(store).bind(last).fetch_optional(c).await)?)
}

/// What a store sold of each product between two dates, less what came back.
pub(super) async fn sold(
    tx: &mut Tx,
    store: &StoreCode,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<HashMap<Sku, Quantity>, DbError> {
    const SQL: &str = "select l.sku, cast(sum(case l.kind when 'sale' then l.quantity else -l.quantity end) as bigint)
        from sale s join sale_line l on l.sale = s.id
        where s.store = $1 and s.business_date between $2 and $3 and s.status = 'completed' and l.kind in ('sale', 'return')
        group by l.sku";
    let rows: Vec<(Sku, i64)> =
        on!(tx, c => query_as(SQL).bind(store).bind(from).bind(until).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(sku, sold)| (sku, Quantity(sold))).collect())
}

/// The last counts of a store.
pub async fn counts(tx: &mut Tx, store: &StoreCode) -> Result<HashMap<Sku, Count>, DbError> {
    const SQL: &str =
        "select sku, counted, reorder_point, reorder_qty, lead_days from stock where store = $1";
    let rows: Vec<(Sku, Quantity, Quantity, Quantity, i64)> =
        on!(tx, c => query_as(SQL).bind(store).fetch_all(c).await)?;
    let count = |(sku, on_hand, reorder_point, reorder_qty, lead_days): (Sku, _, _, _, _)| {
        (sku.clone(), Count { store: store.clone(), sku, on_hand, reorder_point, reorder_qty, lead_days })
    };
    Ok(rows.into_iter().map(count).collect())
}

pub(super) async fn write_counts(tx: &mut Tx, rows: &[&Count], now: DateTime<Utc>) -> Result<(), DbError> {
    for part in rows.chunks(bulk::ROWS) {
        let sql = format!(
            "insert into stock (store, sku, counted, moved, reorder_point, reorder_qty, lead_days, counted_at) values {}
             on conflict (store, sku) do update set
                 moved = case when stock.counted = excluded.counted then stock.moved else 0 end,
                 counted_at = case when stock.counted = excluded.counted then stock.counted_at else excluded.counted_at end,
                 counted = excluded.counted, reorder_point = excluded.reorder_point,
                 reorder_qty = excluded.reorder_qty, lead_days = excluded.lead_days",
            bulk::values(tx, part.len(), 8)
        );
        on!(tx, c => {
            let mut query = query(AssertSqlSafe(sql));
            for row in part {
                query = query.bind(&row.store).bind(&row.sku).bind(row.on_hand).bind(Quantity::ZERO).bind(row.reorder_point)
                    .bind(row.reorder_qty).bind(row.lead_days).bind(to_millis(now));
            }
            query.execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// What the tills were told, but for products of which they were told nothing that still stands.
pub(super) async fn told(tx: &mut Tx) -> Result<BTreeMap<(StoreCode, Sku), StockState>, DbError> {
    const SQL: &str = "select store, sku, state from stock_state where state <> 'enough'";
    let rows: Vec<(StoreCode, Sku, String)> = on!(tx, c => query_as(SQL).fetch_all(c).await)?;
    rows.into_iter()
        .map(|(store, sku, state)| {
            let bad = |e: UnknownStockState| DbError::BadRow { what: "a state of stock", why: e.to_string() };
            Ok(((store, sku), state.parse().map_err(bad)?))
        })
        .collect()
}

/// Writes what changed under new feed numbers.
pub(super) async fn tell(tx: &mut Tx, rows: &[StockRow]) -> Result<(), DbError> {
    for part in rows.chunks(bulk::ROWS) {
        let first = take_feed_numbers(tx, part.len()).await?;
        let sql = format!(
            "insert into stock_state (store, sku, state, as_of, feed_no) values {}
             on conflict (store, sku) do update set state = excluded.state, as_of = excluded.as_of,
                 feed_no = excluded.feed_no",
            bulk::values(tx, part.len(), 5)
        );
        on!(tx, c => {
            let mut query = query(AssertSqlSafe(sql));
            for (feed_no, row) in (first..).zip(part) {
                query = query.bind(&row.store).bind(&row.sku).bind(row.state.code()).bind(to_millis(row.as_of)).bind(feed_no);
            }
            query.execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}
