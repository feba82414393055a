//! SQL of promotions and their answers.

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::Sku;
use domain::ids::PromotionId;
use sqlx::{FromRow, query, query_as};

use super::{Draft, Promotion};
use crate::db::{DbError, Tx};
use crate::on;

#[derive(FromRow)]
struct PromotionRow {
    id: PromotionId,
    name: String,
    segment: String,
    offer_text: String,
    sku: Option<Sku>,
    percent_off: i64,
    valid_from: NaiveDate,
    valid_until: NaiveDate,
    active: bool,
    created_at: DateTime<Utc>,
}

impl TryFrom<PromotionRow> for Promotion {
    type Error = DbError;

    fn try_from(row: PromotionRow) -> Result<Self, DbError> {
        let segment = serde_json::from_str(&row.segment)
            .map_err(|e| DbError::BadRow { what: "the segment of a promotion", why: e.to_string() })?;
        let PromotionRow { id, name, offer_text, sku, percent_off, valid_from, valid_until, .. } = row;
        let draft = Draft { name, segment, offer_text, sku, percent_off, valid_from, valid_until };
        Ok(Self { id, draft, active: row.active, created_at: row.created_at })
    }
}

/// All promotions in the order in which they were made.
pub async fn promotions(tx: &mut Tx) -> Result<Vec<Promotion>, DbError> {
    const SQL: &str = "select id, name, segment, offer_text, sku, percent_off, valid_from, valid_until,
        active, created_at from promotion order by created_at, id";
    let rows: Vec<PromotionRow> = on!(tx, c => query_as(SQL).fetch_all(c).await)?;
    rows.into_iter().map(Promotion::try_from).collect()
}

pub async fn promotion(tx: &mut Tx, id: PromotionId) -> Result<Option<Promotion>, DbError> {
    const SQL: &str = "select id, name, segment, offer_text, sku, percent_off, valid_from, valid_until,
        active, created_at from promotion where id = $1";
    let row: Option<PromotionRow> = on!(tx, c => query_as(SQL).bind(id).fetch_optional(c).await)?;
    row.map(Promotion::try_from).transpose()
}

pub(super) async fn insert(tx: &mut Tx, row: &Promotion) -> Result<(), DbError> {
    const SQL: &str = "insert into promotion (id, name, segment, offer_text, sku, percent_off, valid_from,
        valid_until, active, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let draft = &row.draft;
    let segment = serde_json::to_string(&draft.segment)
        .map_err(|e| DbError::BadRow { what: "the segment of a promotion", why: e.to_string() })?;
    on!(tx, c => query(SQL)
        .bind(row.id).bind(draft.name.trim()).bind(&segment).bind(draft.offer_text.trim())
        .bind(draft.sku.as_ref().map(Sku::as_str)).bind(draft.percent_off)
        .bind(draft.valid_from).bind(draft.valid_until).bind(row.active).bind(row.created_at)
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

pub(super) async fn deactivate(tx: &mut Tx, id: PromotionId) -> Result<bool, DbError> {
    const SQL: &str = "update promotion set active = $2 where id = $1 and active";
    let done = on!(tx, c => query(SQL).bind(id).bind(false).execute(c).await.map(|d| d.rows_affected()))?;
    Ok(done == 1)
}

/// Number of answers by response. One for a basket that another agent took over counts there, unless both sold it.
pub(super) async fn answers(tx: &mut Tx, id: PromotionId) -> Result<Vec<(String, i64)>, DbError> {
    const SQL: &str = "select a.response, count(*) from offer_answer a where a.promotion = $1
        and (a.response <> 'accepted' or exists (select 1 from sale s where s.id = a.sale)
            or not exists (select 1 from offer_answer o where o.promotion = a.promotion and o.taken_over = a.sale))
        group by a.response";
    Ok(on!(tx, c => query_as(SQL).bind(id).fetch_all(c).await)?)
}
