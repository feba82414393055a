//! Gifts: which this agent's tills handed over, and which the hub says are gone.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::Sku;
use domain::ids::MemberId;
use domain::sale::{Sale, SaleStatus};
use domain::snapshot::GiftGoneRow;
use domain::time::to_millis;

use super::{Store, StoreError, Tx};

/// Notes the gifts of a sale that counts.
pub async fn note(tx: &mut Tx, sale: &Sale) -> Result<(), StoreError> {
    let Some(card) = sale.card.as_ref().filter(|_| sale.status == SaleStatus::Completed) else {
        return Ok(());
    };
    let handed_over = sale.tenders.iter().filter(|tender| tender.points.is_some_and(|points| points.0 > 0));
    for number in handed_over.filter_map(|tender| tender.gift) {
        let Some(line) = sale.lines.iter().find(|line| line.number == number) else { continue };
        sqlx::query(
            "insert into gift_taken (sale, line, card, sku, business_date, at) values ($1, $2, $3, $4, $5, $6)
             on conflict do nothing",
        )
        .bind(sale.id)
        .bind(number)
        .bind(card)
        .bind(&line.sku)
        .bind(sale.business_date)
        .bind(to_millis(sale.occurred_at.to_utc()))
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// Keeps which gifts are gone; one that can be had again is nothing to keep.
pub(super) async fn put(tx: &mut Tx, rows: &[&GiftGoneRow]) -> Result<(), StoreError> {
    for row in rows {
        sqlx::query("delete from gift_gone where sku = $1").bind(&row.sku).execute(&mut **tx).await?;
        if row.gone {
            sqlx::query("insert into gift_gone (sku, ends_on) values ($1, $2)")
                .bind(&row.sku)
                .bind(row.until)
                .execute(&mut **tx)
                .await?;
        }
    }
    Ok(())
}

/// Before the feed is read from its beginning: a hub that was put back may never say that one can be had again.
pub(super) async fn forget(tx: &mut Tx) -> Result<(), StoreError> {
    sqlx::query("delete from gift_gone").execute(&mut **tx).await?;
    Ok(())
}

impl Store {
    /// Gifts that a member took here and a snapshot of `as_of` cannot know of, whatever the clocks say.
    pub async fn gifts_since(
        &self,
        member: MemberId,
        as_of: DateTime<Utc>,
    ) -> Result<Vec<(Sku, NaiveDate)>, StoreError> {
        let sql = "select g.sku, g.business_date from gift_taken g
             where g.card in (select number from card where member = $1)
               and (g.at >= $2 or exists (select 1 from outbox o join log l on l.n = o.log
                                          where o.event = g.sale and o.seq > l.acked_seq
                                                and o.seq <= coalesce(l.sealed_at, l.head_seq)))";
        Ok(sqlx::query_as(sql).bind(member).bind(to_millis(as_of)).fetch_all(self.reader()).await?)
    }

    /// What was handed over as often as it may be, as far as that holds on a date.
    pub async fn gifts_gone(&self, on: NaiveDate) -> Result<HashSet<Sku>, StoreError> {
        let sql = "select sku from gift_gone where ends_on is null or ends_on >= $1";
        let skus: Vec<Sku> = sqlx::query_scalar(sql).bind(on).fetch_all(self.reader()).await?;
        Ok(skus.into_iter().collect())
    }
}
