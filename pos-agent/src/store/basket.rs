//! Open baskets and answered offers: what a till has in hand survives its power cut.

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{MemberId, PromotionId, SaleId};
use domain::sync::OfferResponse;
use sqlx::Sqlite;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;

use crate::checkout::basket::Basket;

use super::{Store, StoreError, Tx, bad_row};

impl Store {
    /// The till's open basket, if it has one.
    pub async fn basket(&self, till: i64) -> Result<Option<Basket>, StoreError> {
        if let Ok(known) = self.known.moment(till) {
            return Ok(known.basket);
        }
        let body: Option<String> = sqlx::query_scalar("select body from basket where till = $1")
            .bind(till)
            .fetch_optional(self.reader())
            .await?;
        body.map(|body| serde_json::from_str(&body).map_err(|e| bad_row("basket")(&e))).transpose()
    }

    /// Keeps a basket with which nothing else changes.
    pub async fn save_basket(
        &self,
        till: i64,
        basket: &Basket,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let saved = basket.clone();
        self.write_alone(saving(till, basket, now)?, move |known| known.has_saved(till, saved)).await
    }

    /// Whether this member has used the offer here, or declined it on this date.
    pub async fn offer_is_settled(
        &self,
        promotion: PromotionId,
        member: MemberId,
        date: NaiveDate,
    ) -> Result<bool, StoreError> {
        let found: Option<i64> = sqlx::query_scalar(
            "select 1 from offer_answer a where a.member = $1 and a.promotion = $2
             and ((a.response = 'accepted' and exists (select 1 from journal j where j.sale = a.sale))
                  or (a.response = 'declined' and a.business_date = $3)) limit 1",
        )
        .bind(member)
        .bind(promotion)
        .bind(date)
        .fetch_optional(self.reader())
        .await?;
        Ok(found.is_some())
    }
}

pub async fn save(tx: &mut Tx, till: i64, basket: &Basket, now: DateTime<Utc>) -> Result<(), StoreError> {
    saving(till, basket, now)?.execute(&mut **tx).await?;
    Ok(())
}

fn saving(
    till: i64,
    basket: &Basket,
    now: DateTime<Utc>,
) -> Result<Query<'static, Sqlite, SqliteArguments>, StoreError> {
    let body = serde_json::to_string(basket).map_err(|e| bad_row("basket")(&e))?;
    let sql = "insert into basket (till, sale, body, changed_at) values ($1, $2, $3, $4)
         on conflict (till) do update set sale = excluded.sale, body = excluded.body,
             changed_at = excluded.changed_at";
    Ok(sqlx::query(sql).bind(till).bind(basket.sale).bind(body).bind(now))
}

pub async fn delete(tx: &mut Tx, till: i64) -> Result<(), StoreError> {
    sqlx::query("delete from basket where till = $1").bind(till).execute(&mut **tx).await?;
    Ok(())
}

/// Keeps the latest answer of a member to an offer in one sale.
pub async fn save_answer(
    tx: &mut Tx,
    promotion: PromotionId,
    member: MemberId,
    sale: SaleId,
    response: OfferResponse,
    date: NaiveDate,
) -> Result<(), StoreError> {
    let response = match response {
        OfferResponse::Shown => "shown",
        OfferResponse::Accepted => "accepted",
        OfferResponse::Declined => "declined",
    };
    sqlx::query(
        "insert into offer_answer (promotion, member, sale, response, business_date)
         values ($1, $2, $3, $4, $5)
         on conflict (member, promotion, sale) do update set response = excluded.response",
    )
    .bind(promotion)
    .bind(member)
    .bind(sale)
    .bind(response)
    .bind(date)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
