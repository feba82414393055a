//! Cashiers as the hub stated them, wrong PINs, and who is logged in where.

use chrono::{DateTime, Utc};
use domain::codes::{CashierCode, StoreCode};
use domain::snapshot::CashierRow;

use super::{Store, StoreError, Tx, bad_row};

fn read(body: &str) -> Result<CashierRow, StoreError> {
    serde_json::from_str(body).map_err(|e| bad_row("cashier")(&e))
}

/// Wrong PINs in a row, and until when nobody may try again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct PinFailures {
    pub wrong: i64,
    pub waits_until: Option<DateTime<Utc>>,
}

impl Store {
    /// Cashiers of a store, by name.
    pub async fn cashiers(&self, store: &StoreCode) -> Result<Vec<CashierRow>, StoreError> {
        let bodies: Vec<String> =
            sqlx::query_scalar("select body from cashier order by code").fetch_all(self.reader()).await?;
        let mut rows = bodies.iter().map(|body| read(body)).collect::<Result<Vec<_>, _>>()?;
        rows.retain(|row| works_in(row, store));
        rows.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(rows)
    }

    pub async fn cashier(&self, code: &str) -> Result<Option<CashierRow>, StoreError> {
        let body: Option<String> = sqlx::query_scalar("select body from cashier where code = $1")
            .bind(code)
            .fetch_optional(self.reader())
            .await?;
        body.as_deref().map(read).transpose()
    }

    pub async fn cashier_by_badge(&self, digest: &str) -> Result<Option<CashierRow>, StoreError> {
        let body: Option<String> = sqlx::query_scalar("select body from cashier where badge = $1")
            .bind(digest)
            .fetch_optional(self.reader())
            .await?;
        body.as_deref().map(read).transpose()
    }

    pub async fn pin_failures(&self, cashier: &CashierCode) -> Result<PinFailures, StoreError> {
        let found = sqlx::query_as("select wrong, waits_until from pin_failure where cashier = $1")
            .bind(cashier)
            .fetch_optional(self.reader())
            .await?;
        Ok(found.unwrap_or_default())
    }
}

pub(crate) fn works_in(row: &CashierRow, store: &StoreCode) -> bool {
    row.active && (row.stores.is_empty() || row.stores.contains(store))
}

/// Keeps those who may work at a till of this agent; a cashier without PIN and badge could never log in.
pub async fn put_cashiers(tx: &mut Tx, rows: &[&CashierRow]) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let stores: Vec<StoreCode> =
        sqlx::query_scalar("select distinct store from till").fetch_all(&mut **tx).await?;
    for row in rows {
        // A badge that went from one to another is free before it is given out again.
        sqlx::query("delete from cashier where code = $1 or badge = $2")
            .bind(&row.code)
            .bind(&row.badge)
            .execute(&mut **tx)
            .await?;
        let can_enter = row.pin_hash.is_some() || row.badge.is_some();
        if !can_enter || !stores.iter().any(|store| works_in(row, store)) {
            continue;
        }
        let body = serde_json::to_string(row).map_err(|e| bad_row("cashier of the feed")(&e))?;
        sqlx::query("insert into cashier (code, badge, body) values ($1, $2, $3)")
            .bind(&row.code)
            .bind(&row.badge)
            .bind(body)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

pub async fn set_pin_failures(
    tx: &mut Tx,
    cashier: &CashierCode,
    failures: PinFailures,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into pin_failure (cashier, wrong, waits_until) values ($1, $2, $3)
         on conflict (cashier) do update set wrong = excluded.wrong, waits_until = excluded.waits_until",
    )
    .bind(cashier)
    .bind(failures.wrong)
    .bind(failures.waits_until)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub async fn set_cashier(tx: &mut Tx, till: i64, cashier: Option<&CashierCode>) -> Result<(), StoreError> {
    sqlx::query("update till set cashier = $2 where n = $1")
        .bind(till)
        .bind(cashier)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub async fn set_training(tx: &mut Tx, till: i64, training: bool) -> Result<(), StoreError> {
    sqlx::query("update till set training = $2 where n = $1")
        .bind(till)
        .bind(training)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
