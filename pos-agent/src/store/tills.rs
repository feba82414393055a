//! The hub this agent belongs to and the tills it is enrolled for.

use std::sync::Once;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::codes::{CashierCode, StoreCode, TillCode};
use domain::ids::TillId;
use domain::open_page::PublicUrl;
use domain::sync::EnrolReply;

use super::{Store, StoreError, Tx, bad_row, gifts, price_rules, stock};

/// More than a till sells between two copies of its file.
const RECEIPTS_SKIPPED: i64 = 10_000;
/// And more than it closes shifts.
const SHIFTS_SKIPPED: i64 = 100;
/// Said once: each sale and each look at a receipt asks for the address.
static UNREAD: Once = Once::new();

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct HubRow {
    pub url: String,
    pub hub_id: String,
    pub chain: String,
    pub currency: String,
    pub locale: String,
    pub epoch: i64,
    pub feed_cursor: i64,
    pub pulled_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TillRow {
    pub n: i64,
    pub id: TillId,
    pub store: StoreCode,
    pub code: TillCode,
    pub store_name: String,
    pub zone: Tz,
    /// Who was logged in when the file was opened; see `Desk::cashier` for who is now.
    pub cashier: Option<CashierCode>,
    /// As at the opening of the file; see `Desk::is_training`.
    pub training: bool,
}

#[derive(sqlx::FromRow)]
struct Raw {
    n: i64,
    id: TillId,
    store: StoreCode,
    code: TillCode,
    store_name: String,
    zone: String,
    cashier: Option<CashierCode>,
    training: bool,
}

impl Store {
    /// `None` before enrolment.
    pub async fn hub(&self) -> Result<Option<HubRow>, StoreError> {
        let sql = "select url, hub_id, chain, currency, locale, epoch, feed_cursor, pulled_at from hub";
        Ok(sqlx::query_as(sql).fetch_optional(self.reader()).await?)
    }

    /// Where customers reach the hub, as it said last. Closing a sale asks for it, so an address that this release does
    /// not read is none: the receipt then has no page.
    pub async fn public_url(&self) -> Result<Option<PublicUrl>, StoreError> {
        let sql = "select public_url from hub where public_url is not null";
        let kept: Option<String> = sqlx::query_scalar(sql).fetch_optional(self.reader()).await?;
        Ok(kept.and_then(|text| match text.parse::<PublicUrl>() {
            Ok(url) => Some(url),
            Err(error) => {
                UNREAD.call_once(|| {
                    tracing::warn!(code = "public_url_unreadable", %text, %error, "receipts have no page");
                });
                None
            }
        }))
    }

    pub async fn tills(&self) -> Result<Vec<TillRow>, StoreError> {
        let sql = "select n, id, store, code, store_name, zone, cashier, training from till order by n";
        let rows: Vec<Raw> = sqlx::query_as(sql).fetch_all(self.reader()).await?;
        rows.into_iter()
            .map(|raw| {
                let zone = raw.zone.parse().map_err(|e: chrono_tz::ParseError| bad_row("time zone")(&e))?;
                let Raw { n, id, store, code, store_name, cashier, training, .. } = raw;
                Ok(TillRow { n, id, store, code, store_name, zone, cashier, training })
            })
            .collect()
    }
}

/// Keeps what the hub told at enrolment. Enrolling for more tills later adds to what is there; the feed is
/// then read anew, because of its cashiers only those of the tills so far were kept.
pub async fn save_enrolment(
    tx: &mut Tx,
    url: &str,
    reply: &EnrolReply,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into hub (only_one, url, hub_id, chain, currency, locale, epoch, feed_cursor)
         values (true, $1, $2, $3, $4, $5, 0, 0)
         on conflict (only_one) do update set url = excluded.url, chain = excluded.chain,
             currency = excluded.currency, locale = excluded.locale",
    )
    .bind(url)
    .bind(&reply.hub_id)
    .bind(&reply.chain)
    .bind(&reply.currency)
    .bind(&reply.locale)
    .execute(&mut **tx)
    .await?;
    fetch_anew(tx).await?;
    for till in &reply.tills {
        sqlx::query(
            "insert into till (n, id, store, code, store_name, zone, last_receipt, enrolled_at)
             values ((select coalesce(max(n), 0) + 1 from till), $1, $2, $3, $4, $5, 0, $6)
             on conflict (id) do update set store_name = excluded.store_name, zone = excluded.zone",
        )
        .bind(till.till)
        .bind(&till.store)
        .bind(&till.code)
        .bind(&till.store_name)
        .bind(&till.zone)
        .bind(now)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// Gives out the next receipt number of a till. A till software that uses the same till may have taken
/// numbers of this date already, so the journal is asked too.
pub async fn next_receipt(tx: &mut Tx, till: i64, date: chrono::NaiveDate) -> Result<i64, StoreError> {
    let next: i64 = sqlx::query_scalar(
        "select 1 + case when last_receipt > taken then last_receipt else taken end
         from till, (select coalesce(max(receipt_no), 0) as taken from journal
                     where till = $1 and business_date = $2) where n = $1",
    )
    .bind(till)
    .bind(date)
    .fetch_one(&mut **tx)
    .await?;
    sqlx::query("update till set last_receipt = $2 where n = $1")
        .bind(till)
        .bind(next)
        .execute(&mut **tx)
        .await?;
    Ok(next)
}

/// Leaves numbers out after the file went back in time or was copied: those it gave out meanwhile are on
/// receipts that the hub may hold already.
pub async fn skip_receipts(tx: &mut Tx, till: i64) -> Result<(), StoreError> {
    sqlx::query("update till set last_receipt = last_receipt + $2, last_z = last_z + $3 where n = $1")
        .bind(till)
        .bind(RECEIPTS_SKIPPED)
        .bind(SHIFTS_SKIPPED)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Everything that the hub knows is asked for from the beginning.
pub async fn fetch_anew(tx: &mut Tx) -> Result<(), StoreError> {
    price_rules::forget(tx).await?;
    stock::forget(tx).await?;
    gifts::forget(tx).await?;
    sqlx::query("update hub set feed_cursor = 0").execute(&mut **tx).await?;
    Ok(())
}

/// What the hub says of where customers reach it, as it says it: a later release may read more.
pub async fn set_public_url(tx: &mut Tx, url: Option<&str>) -> Result<(), StoreError> {
    let sql = "update hub set public_url = $1 where public_url is not $1";
    sqlx::query(sql).bind(url).execute(&mut **tx).await?;
    Ok(())
}

pub async fn set_hub_epoch(tx: &mut Tx, epoch: i64) -> Result<(), StoreError> {
    // A hub that was restored may have forgotten rows this agent has.
    sqlx::query("update hub set epoch = $1").bind(epoch).execute(&mut **tx).await?;
    fetch_anew(tx).await
}
