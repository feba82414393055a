//! Shifts, what belongs to them, and their Z reports.

use std::collections::{BTreeSet, HashMap};

use domain::codes::Sku;
use domain::ids::{EventId, SaleId, ShiftId};
use domain::sale::Sale;
use domain::shift::{CashMoved, DrawerOpened, DrawerPurpose, ShiftClosed, ShiftOpened};
use domain::sync::{Body, Envelope, ParsedBody};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::{QueryBuilder, Sqlite};

use super::{Store, StoreError, Tx, bad_row};

fn read<T: DeserializeOwned>(body: &str) -> Result<T, StoreError> {
    serde_json::from_str(body).map_err(|e| bad_row("shift")(&e))
}

fn write<T: Serialize>(body: &T) -> Result<String, StoreError> {
    serde_json::to_string(body).map_err(|e| bad_row("shift")(&e))
}

impl Store {
    /// The till's open shift.
    pub async fn open_shift(&self, till: i64) -> Result<Option<ShiftOpened>, StoreError> {
        let body: Option<String> =
            sqlx::query_scalar("select opened from shift where till = $1 and closed is null")
                .bind(till)
                .fetch_optional(self.reader())
                .await?;
        body.as_deref().map(read).transpose()
    }

    /// Tickets of a shift with all they say.
    pub async fn shift_sales(&self, shift: ShiftId) -> Result<Vec<Sale>, StoreError> {
        // A log that was begun anew carries events a second time; their content is the same.
        let sql = "select min(o.id), o.bytes from shift_sale s join outbox o on o.event = s.sale
                   where s.shift = $1 group by s.sale order by s.sale";
        let rows: Vec<(i64, Vec<u8>)> = sqlx::query_as(sql).bind(shift).fetch_all(self.reader()).await?;
        let mut sales = Vec::with_capacity(rows.len());
        for (_, bytes) in rows {
            let envelope = Envelope::parse(&bytes).map_err(|e| bad_row("event")(&e))?;
            match Body::parse(&envelope.kind, envelope.kind_v, &envelope.body) {
                ParsedBody::Known(Body::Sale(sale)) => sales.push(*sale),
                ParsedBody::Known(_) | ParsedBody::Unknown => {
                    return Err(bad_row("sale of a shift")(&envelope.kind));
                }
                ParsedBody::Broken(why) => return Err(bad_row("sale of a shift")(&why)),
            }
        }
        Ok(sales)
    }

    pub async fn cash_moves(&self, shift: ShiftId) -> Result<Vec<CashMoved>, StoreError> {
        let bodies: Vec<String> =
            sqlx::query_scalar("select body from cash_move where shift = $1 order by id")
                .bind(shift)
                .fetch_all(self.reader())
                .await?;
        bodies.iter().map(|body| read(body)).collect()
    }

    /// The Z report of a shift that is closed.
    pub async fn shift_closed(&self, shift: ShiftId) -> Result<Option<ShiftClosed>, StoreError> {
        let body: Option<String> =
            sqlx::query_scalar("select closed from shift where id = $1 and closed is not null")
                .bind(shift)
                .fetch_optional(self.reader())
                .await?;
        body.as_deref().map(read).transpose()
    }

    /// Times that a shift's drawer was opened for this, without a sale and without cash that moves.
    pub async fn drawer_openings(&self, shift: ShiftId, purpose: DrawerPurpose) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar("select count(*) from drawer_opening where shift = $1 and purpose = $2")
            .bind(shift)
            .bind(purpose.code())
            .fetch_one(self.reader())
            .await?)
    }

    /// Z reports of a till, newest first.
    pub async fn closed_shifts(&self, till: i64, most: i64) -> Result<Vec<ShiftClosed>, StoreError> {
        let bodies: Vec<String> = sqlx::query_scalar(
            "select closed from shift where till = $1 and closed is not null order by number desc limit $2",
        )
        .bind(till)
        .bind(most)
        .fetch_all(self.reader())
        .await?;
        bodies.iter().map(|body| read(body)).collect()
    }

    pub async fn closed_shift(&self, till: i64, number: i64) -> Result<Option<ShiftClosed>, StoreError> {
        let body: Option<String> = sqlx::query_scalar(
            "select closed from shift where till = $1 and number = $2 and closed is not null",
        )
        .bind(till)
        .bind(number)
        .fetch_optional(self.reader())
        .await?;
        body.as_deref().map(read).transpose()
    }
}

/// Whether the till has an open shift, as the writer sees it.
pub async fn open_in(tx: &mut Tx, till: i64) -> Result<Option<ShiftId>, StoreError> {
    Ok(sqlx::query_scalar("select id from shift where till = $1 and closed is null")
        .bind(till)
        .fetch_optional(&mut **tx)
        .await?)
}

pub async fn insert(tx: &mut Tx, till: i64, opened: &ShiftOpened) -> Result<(), StoreError> {
    sqlx::query("insert into shift (id, till, opened) values ($1, $2, $3)")
        .bind(opened.shift)
        .bind(till)
        .bind(write(opened)?)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Gives out the next number of a Z report.
pub async fn next_z(tx: &mut Tx, till: i64) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("update till set last_z = last_z + 1 where n = $1 returning last_z")
        .bind(till)
        .fetch_one(&mut **tx)
        .await?)
}

pub async fn close(tx: &mut Tx, closed: &ShiftClosed) -> Result<(), StoreError> {
    sqlx::query("update shift set number = $2, closed = $3 where id = $1 and closed is null")
        .bind(closed.shift)
        .bind(closed.number)
        .bind(write(closed)?)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Puts a ticket to the till's open shift, if there is one.
pub async fn note_sale(tx: &mut Tx, till: i64, sale: SaleId) -> Result<(), StoreError> {
    sqlx::query(
        "insert into shift_sale (shift, sale) select id, $2 from shift where till = $1 and closed is null",
    )
    .bind(till)
    .bind(sale)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub async fn insert_move(tx: &mut Tx, moved: &CashMoved) -> Result<(), StoreError> {
    sqlx::query("insert into cash_move (id, shift, body) values ($1, $2, $3)")
        .bind(moved.id)
        .bind(moved.shift)
        .bind(write(moved)?)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Whether this movement is kept already.
pub async fn has_move(tx: &mut Tx, id: EventId) -> Result<bool, StoreError> {
    let found: Option<i64> = sqlx::query_scalar("select 1 from cash_move where id = $1")
        .bind(id)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(found.is_some())
}

/// Keeps that the drawer was opened; false if this opening is kept already.
pub async fn insert_drawer(tx: &mut Tx, till: i64, opened: &DrawerOpened) -> Result<bool, StoreError> {
    let sql = "insert into drawer_opening (id, till, shift, purpose) values ($1, $2, $3, $4)
               on conflict (id) do nothing";
    let query = sqlx::query(sql).bind(opened.id).bind(till).bind(opened.shift).bind(opened.purpose.code());
    let done = query.execute(&mut **tx).await?;
    Ok(done.rows_affected() > 0)
}

/// Products a statement.
const SKUS: usize = 500;

impl Store {
    /// Tax rates of the products among `skus` that the catalogue knows, sold or not.
    pub async fn tax_rates(&self, skus: BTreeSet<Sku>) -> Result<HashMap<Sku, i64>, StoreError> {
        let mut rates = HashMap::new();
        for some in skus.into_iter().collect::<Vec<_>>().chunks(SKUS) {
            let mut sql = QueryBuilder::<Sqlite>::new("select sku, tax_rate from product where sku in (");
            let mut list = sql.separated(", ");
            for sku in some {
                list.push_bind(sku);
            }
            sql.push(")");
            let rows: Vec<(Sku, i64)> = sql.build_query_as().fetch_all(self.reader()).await?;
            rates.extend(rows);
        }
        Ok(rates)
    }
}
