//! What is kept for a till software beside this agent: holds of points, first answers.

use domain::codes::CardNumber;
use domain::ids::{MemberId, RedemptionId, SaleId};
use domain::money::Points;
use sqlx::SqliteExecutor;
use uuid::Uuid;

use super::{Store, StoreError, Tx};

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct HoldRow {
    pub id: Uuid,
    pub till: i64,
    pub basket: String,
    pub card: CardNumber,
    pub member: MemberId,
    pub points: Points,
    /// `held`, `released`, `expired` or `captured`; one that is `held` beyond its time is expired too.
    pub state: String,
    pub expires_ms: i64,
    pub sale: Option<SaleId>,
    /// Under which name the hub has reserved its points, or is asked to.
    pub redemption: Option<RedemptionId>,
}

const HOLD: &str =
    "select id, till, basket, card, member, points, state, expires_ms, sale, redemption from hold";

pub async fn hold(on: impl SqliteExecutor<'_>, id: Uuid) -> Result<Option<HoldRow>, StoreError> {
    let sql = format!("{HOLD} where id = $1");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id).fetch_optional(on).await?)
}

/// The hold that a basket has now, be it beyond its time or not.
pub async fn hold_of_basket(tx: &mut Tx, till: i64, basket: &str) -> Result<Option<HoldRow>, StoreError> {
    let sql = format!("{HOLD} where till = $1 and basket = $2 and state = 'held'");
    let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(till).bind(basket);
    Ok(query.fetch_optional(&mut **tx).await?)
}

pub async fn insert_hold(tx: &mut Tx, hold: &HoldRow) -> Result<(), StoreError> {
    sqlx::query(
        "insert into hold (id, till, basket, card, member, points, state, expires_ms, sale, redemption)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(hold.id)
    .bind(hold.till)
    .bind(&hold.basket)
    .bind(&hold.card)
    .bind(hold.member)
    .bind(hold.points)
    .bind(&hold.state)
    .bind(hold.expires_ms)
    .bind(hold.sale)
    .bind(hold.redemption)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub async fn settle_hold(
    tx: &mut Tx,
    id: Uuid,
    state: &str,
    now_ms: i64,
    sale: Option<SaleId>,
) -> Result<(), StoreError> {
    sqlx::query("update hold set state = $2, settled_ms = $3, sale = $4 where id = $1")
        .bind(id)
        .bind(state)
        .bind(now_ms)
        .bind(sale)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The points that it had reserved may be another till's by now.
pub async fn expire_reserved(tx: &mut Tx, redemption: RedemptionId, now_ms: i64) -> Result<(), StoreError> {
    let sql = "update hold set state = 'expired', settled_ms = $2 where redemption = $1 and state = 'held'";
    sqlx::query(sql).bind(redemption).bind(now_ms).execute(&mut **tx).await?;
    Ok(())
}

/// It is reserved under another name; or not at all, and then it is this agent's word alone and lasts as long as that.
pub async fn set_redemption(
    tx: &mut Tx,
    id: Uuid,
    redemption: Option<RedemptionId>,
    expires_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query("update hold set redemption = $2, expires_ms = $3 where id = $1")
        .bind(id)
        .bind(redemption)
        .bind(expires_ms)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The first answer to a request.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Answered {
    pub request: Vec<u8>,
    pub status: u16,
    pub body: String,
}

impl Store {
    pub async fn hold_of_points(&self, id: Uuid) -> Result<Option<HoldRow>, StoreError> {
        hold(self.reader(), id).await
    }

    pub async fn answered(&self, key: &str) -> Result<Option<Answered>, StoreError> {
        let sql = "select request, status, body from answered where key = $1";
        Ok(sqlx::query_as(sql).bind(key).fetch_optional(self.reader()).await?)
    }

    /// Keeps a first answer, and lets go of those from before `forget_ms`.
    pub async fn keep_answer(
        &self,
        key: &str,
        answer: &Answered,
        now_ms: i64,
        forget_ms: i64,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("delete from answered where at_ms < $1").bind(forget_ms).execute(&mut *tx).await?;
        sqlx::query(
            "insert into answered (key, request, status, body, at_ms) values ($1, $2, $3, $4, $5)
             on conflict (key) do nothing",
        )
        .bind(key)
        .bind(&answer.request)
        .bind(answer.status)
        .bind(&answer.body)
        .bind(now_ms)
        .execute(&mut *tx)
        .await?;
        self.commit(tx).await
    }

    pub async fn hold(&self, id: Uuid) -> Result<Option<HoldRow>, StoreError> {
        hold(self.reader(), id).await
    }
}
