//! Points that this agent's tills took or gave back.

use chrono::{DateTime, NaiveTime, Utc};
use chrono_tz::Tz;
use domain::ids::MemberId;
use domain::money::{AmountError, Points};
use domain::points::{Left, Spent};
use domain::sale::{Sale, SaleStatus};
use domain::snapshot::MemberRow;
use domain::time::business_date;
use sqlx::SqliteExecutor;

use super::{Store, StoreError, Tx, bad_row};

/// Points of a member that their snapshot cannot know of, and when they went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SpokenFor(Vec<(DateTime<Utc>, Points)>);

impl SpokenFor {
    /// Less what was given back.
    pub fn total(&self) -> Result<Points, AmountError> {
        Points::total(self.0.iter().map(|(_, points)| *points))
    }

    /// What the member has left besides, at a till in this zone: without what has ended.
    pub fn left_of(&self, row: &MemberRow, now: DateTime<Utc>, zone: Tz) -> Result<Left, AmountError> {
        let day = |at| business_date(at, zone, NaiveTime::MIN);
        let spent: Vec<Spent> = self.0.iter().map(|(at, points)| (day(*at), *points)).collect();
        row.left(&spent, day(now))
    }
}

/// What a balance of `as_of` cannot know of: held for a till software, or spent here since, or in a sale that the
/// hub has not heard of yet, whatever the clocks say.
pub async fn spoken_for(
    on: impl SqliteExecutor<'_>,
    member: MemberId,
    now: DateTime<Utc>,
    as_of: DateTime<Utc>,
) -> Result<SpokenFor, StoreError> {
    let sql = "select s.at, s.points from points_spent s
         where card in (select number from card where member = $1)
           and (at >= $3 or exists (select 1 from outbox o join log l on l.n = o.log
                                    where o.event = s.sale and o.seq > l.acked_seq
                                          and o.seq <= coalesce(l.sealed_at, l.head_seq)))
        union all
        select $4, points from hold where member = $1 and state = 'held' and expires_ms > $2";
    let rows = sqlx::query_as(sql)
        .bind(member)
        .bind(now.timestamp_millis())
        .bind(domain::time::to_millis(as_of))
        .bind(domain::time::to_millis(now));
    Ok(SpokenFor(rows.fetch_all(on).await?))
}

impl Store {
    pub async fn spoken_for(
        &self,
        member: MemberId,
        now: DateTime<Utc>,
        as_of: DateTime<Utc>,
    ) -> Result<SpokenFor, StoreError> {
        spoken_for(self.reader(), member, now, as_of).await
    }

    /// Sales of a till in which points paid and of which the hub has not heard.
    pub async fn unheard(&self, till: i64) -> Result<i64, StoreError> {
        let sql = "select count(distinct s.sale) from log l
             join outbox o on o.log = l.n and o.seq > l.acked_seq and o.seq <= coalesce(l.sealed_at, l.head_seq)
             join points_spent s on s.sale = o.event and s.points > 0
             where l.till = $1";
        Ok(sqlx::query_scalar(sql).bind(till).fetch_one(self.reader()).await?)
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
