//! The journal: every sale by store, till, business date and number. What it says stands in the event of
//! the same id, so nothing is kept twice.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{EventId, SaleId};
use domain::money::Money;
use domain::open_page::PageToken;
use domain::sale::{Sale, SaleStatus};
use domain::sync::{Body, Envelope, Hash, ParsedBody};
use sqlx::{QueryBuilder, Sqlite};

use super::log::hash;
use super::{Store, StoreError, Tx, bad_row, coupons, gifts, returned, sold, spent};

/// What names a receipt to people and to other systems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ReceiptKey {
    pub till: i64,
    pub business_date: NaiveDate,
    pub receipt_no: i64,
}

/// A sale that has its place in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journalled {
    pub sale: SaleId,
    pub digest: Hash,
}

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct JournalLine {
    pub sale: SaleId,
    pub business_date: NaiveDate,
    pub receipt_no: i64,
    pub total: Money,
    pub occurred_at: DateTime<Utc>,
}

impl Store {
    /// How many sales of a till the hub has not acknowledged, and what was paid for them.
    pub async fn unsent_worth(&self, till: i64) -> Result<(i64, Money), StoreError> {
        let sql =
            "select count(*), cast(coalesce(sum(case when j.status = 'completed' then j.total else 0 end), 0)
                        as bigint)
                   from log l
                   join outbox o on o.log = l.n and o.seq > l.acked_seq
                        and o.seq <= coalesce(l.sealed_at, l.head_seq)
                   join journal j on j.sale = o.event where l.till = $1";
        Ok(sqlx::query_as(sql).bind(till).fetch_one(self.reader()).await?)
    }

    /// A sale with all it says, from the event that carries it.
    pub async fn sale(&self, id: SaleId) -> Result<Option<Sale>, StoreError> {
        let bytes: Option<Vec<u8>> =
            sqlx::query_scalar("select bytes from outbox where event = $1 order by id desc limit 1")
                .bind(EventId::from(id))
                .fetch_optional(self.reader())
                .await?;
        let Some(bytes) = bytes else { return Ok(None) };
        let envelope = Envelope::parse(&bytes).map_err(|e| bad_row("event")(&e))?;
        match Body::parse(&envelope.kind, envelope.kind_v, &envelope.body) {
            ParsedBody::Known(Body::Sale(sale)) => Ok(Some(*sale)),
            ParsedBody::Known(_) | ParsedBody::Unknown => Ok(None),
            ParsedBody::Broken(why) => Err(bad_row("sale")(&why)),
        }
    }

    /// The sale whose receipt's page has this key.
    pub async fn sale_of_page(&self, page: &PageToken) -> Result<Option<SaleId>, StoreError> {
        let sql = "select sale from journal where page = $1";
        Ok(sqlx::query_scalar(sql).bind(page.as_str()).fetch_optional(self.reader()).await?)
    }

    /// The till's latest completed sales, newest first.
    pub async fn latest_sales(&self, till: i64, most: i64) -> Result<Vec<JournalLine>, StoreError> {
        let sql = "select sale, business_date, receipt_no, total, occurred_at from journal
                   where till = $1 and status = 'completed'
                   order by business_date desc, receipt_no desc limit $2";
        Ok(sqlx::query_as(sql).bind(till).bind(most).fetch_all(self.reader()).await?)
    }

    /// Of the till's latest completed sales those without a card, newest first.
    pub async fn latest_without_card(&self, till: i64, most: i64) -> Result<Vec<JournalLine>, StoreError> {
        let sql = "select sale, business_date, receipt_no, total, occurred_at from journal j
                   where till = $1 and status = 'completed' and card is null
                       and not exists (select 1 from late_card l where l.sale = j.sale)
                   order by business_date desc, receipt_no desc limit $2";
        Ok(sqlx::query_as(sql).bind(till).bind(most).fetch_all(self.reader()).await?)
    }

    /// Sales in the journal of all tills.
    pub async fn sales_count(&self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar("select count(*) from journal").fetch_one(self.reader()).await?)
    }
}

/// Tells sales apart by all they say.
pub fn digest(sale: &Sale) -> Result<Hash, StoreError> {
    let bytes = serde_json::to_vec(sale).map_err(|e| bad_row("sale")(&e))?;
    Ok(domain::sync::hash_event(&bytes))
}

/// Under which number a sale was closed, and as what.
pub async fn find_sale(tx: &mut Tx, id: SaleId) -> Result<Option<(i64, SaleStatus)>, StoreError> {
    let found: Option<(i64, String)> =
        sqlx::query_as("select receipt_no, status from journal where sale = $1")
            .bind(id)
            .fetch_optional(&mut **tx)
            .await?;
    let read = |(number, text): (i64, String)| {
        let known = STATUSES.into_iter().find(|status| name(*status) == text);
        known.map(|status| (number, status)).ok_or_else(|| bad_row("status")(&text))
    };
    found.map(read).transpose()
}

/// Keys a statement; three values each.
const KEYS: usize = 500;

/// Which of these receipts the journal has.
pub async fn find_receipts(
    tx: &mut Tx,
    keys: &[ReceiptKey],
) -> Result<HashMap<ReceiptKey, Journalled>, StoreError> {
    let mut found = HashMap::new();
    for some in keys.chunks(KEYS) {
        let mut sql = QueryBuilder::<Sqlite>::new(
            "select till, business_date, receipt_no, sale, digest from journal
             where (till, business_date, receipt_no) in (",
        );
        sql.push_values(some, |mut row, key| {
            row.push_bind(key.till).push_bind(key.business_date).push_bind(key.receipt_no);
        });
        sql.push(")");
        let rows: Vec<(i64, NaiveDate, i64, SaleId, Vec<u8>)> =
            sql.build_query_as().fetch_all(&mut **tx).await?;
        for (till, business_date, receipt_no, sale, digest) in rows {
            let key = ReceiptKey { till, business_date, receipt_no };
            found.insert(key, Journalled { sale, digest: hash(digest)? });
        }
    }
    Ok(found)
}

/// Rows a statement; ten values each.
const ROWS: usize = 400;

pub async fn insert(tx: &mut Tx, sales: &[(i64, &Sale, Hash)]) -> Result<(), StoreError> {
    for some in sales.chunks(ROWS) {
        let mut sql = QueryBuilder::<Sqlite>::new(
            "insert into journal (till, business_date, receipt_no, sale, status, card, total, digest,
             occurred_at, page) ",
        );
        sql.push_values(some, |mut row, (till, sale, digest)| {
            row.push_bind(till)
                .push_bind(sale.business_date)
                .push_bind(sale.receipt_no)
                .push_bind(sale.id)
                .push_bind(name(sale.status))
                .push_bind(sale.card.as_ref())
                .push_bind(sale.total())
                .push_bind(digest.0.as_slice())
                .push_bind(domain::time::to_millis(sale.occurred_at.to_utc()))
                .push_bind(sale.page.as_ref().map(PageToken::as_str));
        });
        sql.build().execute(&mut **tx).await?;
    }
    sold::note(tx, &sales.iter().map(|(_, sale, _)| *sale).collect::<Vec<_>>()).await?;
    for (_, sale, _) in sales {
        returned::note(tx, sale).await?;
        spent::note(tx, sale).await?;
        gifts::note(tx, sale).await?;
        coupons::note(tx, sale).await?;
    }
    Ok(())
}

const STATUSES: [SaleStatus; 3] = [SaleStatus::Completed, SaleStatus::Voided, SaleStatus::Training];

fn name(status: SaleStatus) -> &'static str {
    match status {
        SaleStatus::Completed => "completed",
        SaleStatus::Voided => "voided",
        SaleStatus::Training => "training",
    }
}
