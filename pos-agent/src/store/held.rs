//! Baskets put aside: they survive a restart, and any till of the store may take them up again. What the hub may have
//! given to another agent's till is known of each.

use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::{HoldId, SaleId};
use domain::money::Money;

use crate::checkout::basket::Basket;

use super::{Store, StoreError, Tx, bad_row};

/// Whether another agent may have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It was not offered yet.
    Own,
    /// It was sent to the hub, which may have it.
    Offered,
    Shared,
    /// Nobody else may have it: it is of a training, or its day is over at the hub.
    Local,
}

const STANDINGS: [(&str, Standing); 4] = [
    ("own", Standing::Own),
    ("offered", Standing::Offered),
    ("shared", Standing::Shared),
    ("local", Standing::Local),
];

impl Standing {
    fn read(text: &str) -> Result<Self, StoreError> {
        let known = STANDINGS.into_iter().find(|(name, _)| *name == text);
        known.map(|(_, standing)| standing).ok_or_else(|| bad_row("standing")(&text))
    }

    fn name(self) -> &'static str {
        STANDINGS.into_iter().find(|(_, standing)| *standing == self).map_or("offered", |(name, _)| name)
    }

    /// Another agent's till may sell it.
    pub fn may_be_elsewhere(self) -> bool {
        matches!(self, Self::Offered | Self::Shared)
    }
}

/// What the list of held baskets shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRow {
    pub sale: SaleId,
    /// Of this putting aside.
    pub hold: HoldId,
    /// The till that put it aside.
    pub till: i64,
    pub label: String,
    pub items: i64,
    pub total: Money,
    pub held_at: DateTime<Utc>,
    pub standing: Standing,
}

#[derive(sqlx::FromRow)]
struct Raw {
    sale: SaleId,
    hold: HoldId,
    till: i64,
    label: String,
    items: i64,
    total: Money,
    held_at: DateTime<Utc>,
    standing: String,
}

impl Raw {
    fn read(self) -> Result<HeldRow, StoreError> {
        let Self { sale, hold, till, label, items, total, held_at, standing } = self;
        let standing = Standing::read(&standing)?;
        Ok(HeldRow { sale, hold, till, label, items, total, held_at, standing })
    }
}

#[derive(sqlx::FromRow)]
struct WithBody {
    #[sqlx(flatten)]
    row: Raw,
    body: String,
}

/// An own basket that was taken up without asking.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Claim {
    pub hold: HoldId,
    /// The till that put it aside.
    pub till: i64,
    pub label: String,
}

/// Longer than the hub hands a basket out.
const TAKEN_DAYS: i64 = 3;

impl Store {
    /// Held baskets of the tills of one store, the longest waiting first.
    pub async fn held(&self, till: i64) -> Result<Vec<HeldRow>, StoreError> {
        let sql =
            "select h.sale, h.hold, h.till, h.label, h.items, h.total, h.held_at, h.standing from held h
                   join till t on t.n = h.till
                   where t.store = (select store from till where n = $1) order by h.held_at, h.sale";
        let rows: Vec<Raw> = sqlx::query_as(sql).bind(till).fetch_all(self.reader()).await?;
        rows.into_iter().map(Raw::read).collect()
    }

    /// Baskets of all tills that the hub is still to hear of, with what is in them.
    pub async fn held_to_share(&self) -> Result<Vec<(HeldRow, String)>, StoreError> {
        let sql = "select sale, hold, till, label, items, total, held_at, standing, body from held
                   where standing in ('own', 'offered') order by held_at, sale";
        let rows: Vec<WithBody> = sqlx::query_as(sql).fetch_all(self.reader()).await?;
        rows.into_iter().map(|with| Ok((with.row.read()?, with.body))).collect()
    }

    pub async fn held_claims(&self) -> Result<Vec<Claim>, StoreError> {
        let sql = "select hold, till, label from held_claim order by hold";
        Ok(sqlx::query_as(sql).fetch_all(self.reader()).await?)
    }

    /// As which sale another agent's basket was taken up here.
    pub async fn taken_here(&self, hold: HoldId) -> Result<Option<SaleId>, StoreError> {
        let sql = "select sale from held_taken where hold = $1";
        Ok(sqlx::query_scalar(sql).bind(hold).fetch_optional(self.reader()).await?)
    }

    /// Other agents' baskets that were taken up here.
    pub async fn all_taken_here(&self) -> Result<Vec<HoldId>, StoreError> {
        let sql = "select hold from held_taken";
        Ok(sqlx::query_scalar(sql).fetch_all(self.reader()).await?)
    }
}

pub async fn insert(tx: &mut Tx, row: &HeldRow, basket: &Basket) -> Result<(), StoreError> {
    let body = serde_json::to_string(basket).map_err(|e| bad_row("basket")(&e))?;
    sqlx::query(
        "insert into held (sale, hold, till, label, items, total, held_at, standing, body)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(row.sale)
    .bind(row.hold)
    .bind(row.till)
    .bind(&row.label)
    .bind(row.items)
    .bind(row.total)
    .bind(row.held_at)
    .bind(row.standing.name())
    .bind(body)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes a held basket out of the list, with its standing; `None` if another till was faster.
pub async fn take(tx: &mut Tx, till: i64, sale: SaleId) -> Result<Option<(Basket, Standing)>, StoreError> {
    let found: Option<(String, String)> = sqlx::query_as(
        "delete from held where sale = $1
             and (select store from till where n = held.till) = (select store from till where n = $2)
         returning body, standing",
    )
    .bind(sale)
    .bind(till)
    .fetch_optional(&mut **tx)
    .await?;
    let Some((body, standing)) = found else { return Ok(None) };
    let basket = serde_json::from_str(&body).map_err(|e| bad_row("basket")(&e))?;
    Ok(Some((basket, Standing::read(&standing)?)))
}

/// Moves one on that still is where it was; whether it was.
pub async fn set_standing(
    tx: &mut Tx,
    hold: HoldId,
    from: Standing,
    to: Standing,
) -> Result<bool, StoreError> {
    let done = sqlx::query("update held set standing = $3 where hold = $1 and standing = $2")
        .bind(hold)
        .bind(from.name())
        .bind(to.name())
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Another agent's till has it.
pub async fn remove(tx: &mut Tx, hold: HoldId) -> Result<(), StoreError> {
    sqlx::query("delete from held where hold = $1").bind(hold).execute(&mut **tx).await?;
    Ok(())
}

pub async fn insert_claim(tx: &mut Tx, claim: &Claim) -> Result<(), StoreError> {
    sqlx::query("insert into held_claim (hold, till, label) values ($1, $2, $3) on conflict do nothing")
        .bind(claim.hold)
        .bind(claim.till)
        .bind(&claim.label)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub async fn delete_claim(tx: &mut Tx, hold: HoldId) -> Result<(), StoreError> {
    sqlx::query("delete from held_claim where hold = $1").bind(hold).execute(&mut **tx).await?;
    Ok(())
}

/// Notes that another agent's basket is taken up here; false where it was already.
pub async fn note_taken(
    tx: &mut Tx,
    hold: HoldId,
    sale: SaleId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    sqlx::query("delete from held_taken where at < $1")
        .bind(now - TimeDelta::days(TAKEN_DAYS))
        .execute(&mut **tx)
        .await?;
    let done =
        sqlx::query("insert into held_taken (hold, sale, at) values ($1, $2, $3) on conflict do nothing")
            .bind(hold)
            .bind(sale)
            .bind(now)
            .execute(&mut **tx)
            .await?;
    Ok(done.rows_affected() == 1)
}
