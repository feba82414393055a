//! SQL of gifts that were handed over.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::Sku;
use domain::ids::{AccountId, SaleId};
use domain::points::HandedOver;
use domain::snapshot::GiftGoneRow;
use domain::time::to_millis;
use sqlx::{AssertSqlSafe, FromRow, query, query_as};

use crate::catalogue::take_feed_numbers;
use crate::db::{DbError, KEYS, Tx, bulk, padded, rows_of};
use crate::on;

/// Of tickets that count, without what came back.
const HANDED: &str = "tender t join sale s on s.id = t.sale
    join sale_line l on l.sale = t.sale and l.number = t.gift
    where t.gift is not null and s.status = 'completed' and l.kind = 'sale'
        and not exists (select 1 from sale_line r join sale b on b.id = r.sale
            where r.origin_sale = l.sale and r.origin_line = l.number and r.kind = 'return'
                and b.status = 'completed')";

/// A gift with its ticket.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Handed {
    pub sale: SaleId,
    pub line: i64,
    pub account: Option<AccountId>,
    pub sku: Sku,
    pub name: String,
    pub store: String,
    pub till: String,
    pub cashier: Option<String>,
    pub business_date: NaiveDate,
    pub receipt_no: i64,
    pub occurred_at: DateTime<Utc>,
}

impl Handed {
    pub(super) fn fact(&self) -> HandedOver {
        HandedOver {
            sale: self.sale,
            line: self.line,
            account: self.account,
            sku: self.sku.clone(),
            on: self.business_date,
            at: self.occurred_at,
        }
    }
}

/// All of them, the latest first.
pub(super) async fn handed(tx: &mut Tx) -> Result<Vec<Handed>, DbError> {
    let sql = format!(
        "select t.sale, t.gift as line, s.account, l.sku, l.name, s.store, s.till, s.cashier, s.business_date,
            s.receipt_no, s.occurred_at
         from {HANDED} order by s.business_date desc, s.occurred_at desc, t.sale, t.gift"
    );
    Ok(on!(tx, c => query_as(AssertSqlSafe(sql.as_str())).fetch_all(c).await)?)
}

pub(super) async fn handed_to(
    tx: &mut Tx,
    accounts: &[AccountId],
) -> Result<Vec<(AccountId, Sku, NaiveDate)>, DbError> {
    let text = |accounts: &str| {
        format!("select s.account, l.sku, s.business_date from {HANDED} and s.account in {accounts}")
    };
    rows_of(tx, accounts, text).await
}

/// How often these were handed over on which dates, from `since` on.
pub(super) async fn handed_of(
    tx: &mut Tx,
    skus: &[Sku],
    since: Option<NaiveDate>,
) -> Result<Vec<(Sku, NaiveDate, i64)>, DbError> {
    let mut found = vec![];
    for part in skus.chunks(KEYS) {
        let keys = padded(part);
        let from = since.map_or_else(String::new, |_| format!(" and s.business_date >= ${}", keys.len() + 1));
        let sql = format!(
            "select l.sku, s.business_date, count(*) from {HANDED} and l.sku in {}{from}
             group by l.sku, s.business_date order by l.sku, s.business_date",
            bulk::list(keys.len())
        );
        let rows: Vec<(Sku, NaiveDate, i64)> = on!(tx, c => {
            let mut query = query_as(AssertSqlSafe(sql.as_str()));
            for key in &keys {
                query = query.bind(key);
            }
            if let Some(since) = since {
                query = query.bind(since);
            }
            query.fetch_all(c).await
        })?;
        found.extend(rows);
    }
    Ok(found)
}

/// The gifts that tills believe to be gone, and until when.
pub(super) async fn told(tx: &mut Tx) -> Result<BTreeMap<Sku, Option<NaiveDate>>, DbError> {
    const SQL: &str = "select sku, ends_on from gift_gone where gone";
    let rows: Vec<(Sku, Option<NaiveDate>)> = on!(tx, c => query_as(SQL).fetch_all(c).await)?;
    Ok(rows.into_iter().collect())
}

/// Writes what changed under new feed numbers.
pub(super) async fn tell(tx: &mut Tx, rows: &[GiftGoneRow], now: DateTime<Utc>) -> Result<(), DbError> {
    for part in rows.chunks(bulk::ROWS) {
        let first = take_feed_numbers(tx, part.len()).await?;
        let sql = format!(
            "insert into gift_gone (sku, gone, ends_on, as_of, feed_no) values {}
             on conflict (sku) do update set gone = excluded.gone, ends_on = excluded.ends_on,
                 as_of = excluded.as_of, feed_no = excluded.feed_no",
            bulk::values(tx, part.len(), 5)
        );
        on!(tx, c => {
            let mut query = query(AssertSqlSafe(sql));
            for (feed_no, row) in (first..).zip(part) {
                query = query.bind(&row.sku).bind(row.gone).bind(row.until).bind(to_millis(now)).bind(feed_no);
            }
            query.execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}
