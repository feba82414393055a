//! Points that this agent's tills took or gave back.

use chrono::{DateTime, Utc};
use domain::ids::MemberId;
use domain::money::Points;
use domain::sale::{Sale, SaleStatus};

use super::{Store, StoreError, Tx, bad_row};

impl Store {
    /// What a member's cards spent here that a balance of that moment cannot know: spent since, or not heard by
    /// the hub yet, whatever the clocks say. Less what was given back.
    pub async fn spent_since(&self, member: MemberId, since: DateTime<Utc>) -> Result<Points, StoreError> {
        let sql = "select coalesce(sum(points), 0) from points_spent s
                   where card in (select number from card where member = $1)
                     and (at >= $2 or exists (select 1 from outbox o join log l on l.n = o.log
                                              where o.event = s.sale and o.seq > l.acked_seq))";
        Ok(sqlx::query_scalar(sql)
            .bind(member)
            .bind(domain::time::to_millis(since))
            .fetch_one(self.reader())
            .await?)
    }
}

/// Notes the points of a sale that counts.
pub async fn note(tx: &mut Tx, sale: &Sale) -> Result<(), StoreError> {
    let points = sale.points_spent().map_err(|e| bad_row("points of a sale")(&e))?;
    let Some(card) = sale.card.as_ref().filter(|_| sale.status == SaleStatus::Completed) else {
        return Ok(());
    };
    if points.is_zero() {
        return Ok(());
    }
    sqlx::query("insert into points_spent (sale, card, points, at) values ($1, $2, $3, $4)")
        .bind(sale.id)
        .bind(card)
        .bind(points)
        .bind(domain::time::to_millis(sale.occurred_at.to_utc()))
        .execute(&mut **tx)
        .await?;
    Ok(())
}
