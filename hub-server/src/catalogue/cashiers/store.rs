//! SQL of cashiers.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::codes::{CashierCode, StoreCode};
use domain::snapshot::{CashierRow, Change};
use sqlx::{FromRow, query, query_as};

use super::super::take_feed_numbers;
use crate::db::{DbError, Tx, ensure_touched};
use crate::on;

#[derive(FromRow)]
struct Raw {
    feed_no: i64,
    code: CashierCode,
    name: String,
    role: String,
    grants: String,
    pin_hash: Option<String>,
    badge: Option<String>,
    active: bool,
}

impl Raw {
    fn read(self, stores: &mut HashMap<CashierCode, Vec<StoreCode>>) -> Result<CashierRow, DbError> {
        let bad = |why: String| DbError::BadRow { what: "a cashier", why };
        Ok(CashierRow {
            role: self.role.parse().map_err(|e| bad(format!("{e}")))?,
            grants: serde_json::from_str(&self.grants).map_err(|e| bad(e.to_string()))?,
            stores: stores.remove(&self.code).unwrap_or_default(),
            code: self.code,
            name: self.name,
            pin_hash: self.pin_hash,
            badge: self.badge,
            active: self.active,
        })
    }
}

/// There are as many as people who work for the chain, so all of their stores are read at once.
async fn stores(tx: &mut Tx) -> Result<HashMap<CashierCode, Vec<StoreCode>>, DbError> {
    const SQL: &str = "select cashier, store from cashier_store order by cashier, store";
    let rows: Vec<(CashierCode, StoreCode)> = on!(tx, c => query_as(SQL).fetch_all(c).await)?;
    let mut stores: HashMap<CashierCode, Vec<StoreCode>> = HashMap::new();
    for (cashier, store) in rows {
        stores.entry(cashier).or_default().push(store);
    }
    Ok(stores)
}

pub async fn all(tx: &mut Tx) -> Result<Vec<CashierRow>, DbError> {
    const SQL: &str = "select feed_no, code, name, role, grants, pin_hash, badge, active from cashier
        order by code";
    let rows: Vec<Raw> = on!(tx, c => query_as(SQL).fetch_all(c).await)?;
    let mut stores = stores(tx).await?;
    rows.into_iter().map(|row| row.read(&mut stores)).collect()
}

pub(super) async fn one(tx: &mut Tx, code: &CashierCode) -> Result<Option<CashierRow>, DbError> {
    const SQL: &str = "select feed_no, code, name, role, grants, pin_hash, badge, active from cashier
        where code = $1";
    let row: Option<Raw> = on!(tx, c => query_as(SQL).bind(code.as_str()).fetch_optional(c).await)?;
    let mut stores = stores(tx).await?;
    row.map(|row| row.read(&mut stores)).transpose()
}

/// Changes of the feed after a number.
pub async fn of_feed(tx: &mut Tx, after: i64, limit: i64) -> Result<Vec<(i64, Change)>, DbError> {
    const SQL: &str = "select feed_no, code, name, role, grants, pin_hash, badge, active from cashier
        where feed_no > $1 order by feed_no limit $2";
    let rows: Vec<Raw> = on!(tx, c => query_as(SQL).bind(after).bind(limit).fetch_all(c).await)?;
    if rows.is_empty() {
        return Ok(vec![]);
    }
    let mut stores = stores(tx).await?;
    rows.into_iter().map(|row| Ok((row.feed_no, Change::Cashier(row.read(&mut stores)?)))).collect()
}

pub(super) async fn write(tx: &mut Tx, row: &CashierRow, now: DateTime<Utc>) -> Result<(), DbError> {
    const CASHIER: &str = "insert into cashier
            (code, name, role, grants, pin_hash, badge, active, created_at, feed_no)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (code) do update set name = excluded.name, role = excluded.role,
            grants = excluded.grants, pin_hash = excluded.pin_hash, badge = excluded.badge,
            active = excluded.active, feed_no = excluded.feed_no";
    const FORGET: &str = "delete from cashier_store where cashier = $1";
    const STORE: &str = "insert into cashier_store (cashier, store) values ($1, $2)";
    let grants = serde_json::to_string(&row.grants)
        .map_err(|e| DbError::BadRow { what: "grants of a cashier", why: e.to_string() })?;
    let feed_no = take_feed_numbers(tx, 1).await?;
    let touched = on!(tx, c => query(CASHIER)
        .bind(row.code.as_str()).bind(&row.name).bind(row.role.code()).bind(&grants)
        .bind(row.pin_hash.as_deref()).bind(row.badge.as_deref()).bind(row.active).bind(now).bind(feed_no)
        .execute(c).await.map(|done| done.rows_affected()))?;
    ensure_touched("cashier", 1, touched)?;
    on!(tx, c => query(FORGET).bind(row.code.as_str()).execute(c).await.map(|_| ()))?;
    for store in &row.stores {
        on!(tx, c => query(STORE)
            .bind(row.code.as_str()).bind(store.as_str()).execute(c).await.map(|_| ()))?;
    }
    Ok(())
}
