//! Points that this agent's tills took or gave back.

use chrono::{DateTime, Utc};
use domain::ids::MemberId;
use domain::money::Points;
use domain::sale::{Sale, SaleStatus};
use sqlx::SqliteExecutor;

use super::{Store, StoreError, Tx, bad_row};

/// Points of a member that a balance of `as_of` cannot know of: held for a till software, or spent here since,
/// or in a sale that the hub has not heard of yet, whatever the clocks say. Less what was given back.
pub async fn spoken_for(
    on: impl SqliteExecutor<'_>,
    member: MemberId,
    now: DateTime<Utc>,
    as_of: DateTime<Utc>,
) -> Result<Points, StoreError> {
    let sql = "select
        (select coalesce(sum(points), 0) from hold where member = $1 and state = 'held' and expires_ms > $2)
      + (select coalesce(sum(points), 0) from points_spent s
         where card in (select number from card where member = $1)
           and (at >= $3 or exists (select 1 from outbox o join log l on l.n = o.log
                                    where o.event = s.sale and o.seq > l.acked_seq)))";
    Ok(sqlx::query_scalar(sql)
        .bind(member)
        .bind(now.timestamp_millis())
        .bind(domain::time::to_millis(as_of))
        .fetch_one(on)
        .await?)
}

impl Store {
    pub async fn spoken_for(
        &self,
        member: MemberId,
        now: DateTime<Utc>,
        as_of: DateTime<Utc>,
    ) -> Result<Points, StoreError> {
        spoken_for(self.reader(), member, now, as_of).await
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
    sqlx::query(
        "insert into points_spent (sale, card, points, at) values ($1, $2, $3, $4) on conflict do nothing",
    )
    .bind(sale.id)
    .bind(card)
    .bind(points)
    .bind(domain::time::to_millis(sale.occurred_at.to_utc()))
    .execute(&mut **tx)
    .await?;
    Ok(())
}
