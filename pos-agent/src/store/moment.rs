//! What a till's screen rests on, in one query: six of them, each two changes of thread, took longer than the disk.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::SaleId;
use domain::money::Money;
use domain::points::Programme;

use crate::checkout::basket::Basket;

use super::journal::JournalLine;
use super::{Store, StoreError, bad_row};

/// The till's file as it was at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Moment {
    pub basket: Option<Basket>,
    /// When catalogue, cards and members were last up to date.
    pub pulled_at: Option<DateTime<Utc>>,
    /// Sales that the hub has not acknowledged.
    pub unsent: i64,
    /// Baskets that wait at any till of its store.
    pub held: i64,
    pub programmes: Arc<[Programme]>,
    pub last_sale: Option<JournalLine>,
}

#[derive(sqlx::FromRow)]
struct Raw {
    basket: Option<String>,
    pulled_at: Option<DateTime<Utc>>,
    unsent: i64,
    held: i64,
    programmes: String,
    sale: Option<SaleId>,
    business_date: Option<NaiveDate>,
    receipt_no: Option<i64>,
    total: Option<Money>,
    occurred_at: Option<DateTime<Utc>>,
}

const SQL: &str = "select b.body as basket, (select pulled_at from hub) as pulled_at,
        (select count(*) from log l
             join outbox o on o.log = l.n and o.seq > l.acked_seq and o.seq <= coalesce(l.sealed_at, l.head_seq)
             join journal sold on sold.sale = o.event where l.till = t.n) as unsent,
        (select count(*) from held h join till of on of.n = h.till where of.store = t.store) as held,
        (select json_group_array(json(body) order by version) from programme) as programmes,
        j.sale, j.business_date, j.receipt_no, j.total, j.occurred_at
    from till t
    left join basket b on b.till = t.n
    left join journal j on j.sale = (select sale from journal where till = t.n and status = 'completed'
                                     order by business_date desc, receipt_no desc limit 1)
    where t.n = $1";

impl Store {
    /// The latest that is kept.
    pub async fn moment(&self, till: i64) -> Result<Moment, StoreError> {
        let begun = match self.known.moment(till) {
            Ok(moment) => return Ok(moment),
            Err(begun) => begun,
        };
        let moment = self.read_moment(till).await?;
        self.known.has_read(till, begun, &moment);
        Ok(moment)
    }

    pub(super) async fn read_moment(&self, till: i64) -> Result<Moment, StoreError> {
        let raw: Raw = sqlx::query_as(SQL).bind(till).fetch_one(self.reader()).await?;
        let last_sale = raw.last_sale();
        let basket = raw.basket.map(|body| serde_json::from_str(&body).map_err(|e| bad_row("basket")(&e)));
        Ok(Moment {
            basket: basket.transpose()?,
            pulled_at: raw.pulled_at,
            unsent: raw.unsent,
            held: raw.held,
            programmes: serde_json::from_str(&raw.programmes).map_err(|e| bad_row("programme")(&e))?,
            last_sale,
        })
    }
}

impl Raw {
    fn last_sale(&self) -> Option<JournalLine> {
        Some(JournalLine {
            sale: self.sale?,
            business_date: self.business_date?,
            receipt_no: self.receipt_no?,
            total: self.total?,
            occurred_at: self.occurred_at?,
        })
    }
}
