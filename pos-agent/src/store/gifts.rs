//! Gifts: which this agent's tills handed over, and which the hub says are gone.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::Sku;
use domain::ids::MemberId;
use domain::sale::{LineKind, Sale, SaleStatus};
use domain::snapshot::{GiftGoneRow, MemberRow};
use domain::time::to_millis;

use super::{Store, StoreError, Tx};

/// Notes the gifts of a sale that counts, and that some came back.
pub async fn note(tx: &mut Tx, sale: &Sale) -> Result<(), StoreError> {
    if sale.status != SaleStatus::Completed {
        return Ok(());
    }
    let came_back = sale.lines.iter().filter(|line| line.kind == LineKind::Return);
    for origin in came_back.filter_map(|line| line.origin) {
        sqlx::query("delete from gift_taken where sale = $1 and line = $2")
            .bind(origin.sale)
            .bind(origin.line)
            .execute(&mut **tx)
            .await?;
    }
    let Some(card) = &sale.card else { return Ok(()) };
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

/// Lets go of what these members took, where the hub has it: from their snapshot on the hub counts it, however far ahead
/// this machine's clock is. A snapshot that was made before the hub took the sale in is followed by the one that knows it.
pub(super) async fn told(tx: &mut Tx, members: &[&MemberRow]) -> Result<(), StoreError> {
    if members.is_empty() {
        return Ok(());
    }
    // Few have taken a gift; the whole feed may be coming in.
    let sql = "select distinct c.member from gift_taken g join card c on c.number = g.card";
    let took: HashSet<MemberId> = sqlx::query_scalar(sql).fetch_all(&mut **tx).await?.into_iter().collect();
    for row in members.iter().filter(|row| took.contains(&row.member)) {
        let sql = "delete from gift_taken as g where g.card in (select number from card where member = $1)
               and not exists (select 1 from outbox o join log l on l.n = o.log
                               where o.event = g.sale and o.seq > l.acked_seq
                                     and o.seq <= coalesce(l.sealed_at, l.head_seq))";
        sqlx::query(sql).bind(row.member).execute(&mut **tx).await?;
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
    /// Gifts that a member took here and that a snapshot of `as_of` does not count: in sales that wait for the hub, and in
    /// those of later that the hub has, until it sends the member anew.
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
