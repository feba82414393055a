//! SQL of the hub's own identity.

use chrono::{DateTime, Utc};
use kit::{Currency, Locale};
use sqlx::{FromRow, query, query_as};

use super::{secret, tills};
use crate::db::{DbError, Tx, ensure_touched};
use crate::on;
use crate::settings::Settings;

/// What names this hub and its chain, for ever the same in one database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hub {
    pub id: String,
    /// Another one after every restore, so that tills notice.
    pub epoch: i64,
    pub chain: String,
    pub currency: Currency,
    pub locale: Locale,
}

#[derive(FromRow)]
struct HubRow {
    hub_id: String,
    epoch: i64,
    chain: String,
    currency: String,
    locale: String,
}

impl TryFrom<HubRow> for Hub {
    type Error = DbError;

    fn try_from(row: HubRow) -> Result<Self, DbError> {
        let bad = |why: String| DbError::BadRow { what: "hub", why };
        let currency = row.currency.parse().map_err(|e| bad(format!("{e}")))?;
        let locale = row.locale.parse().map_err(|e| bad(format!("{e}")))?;
        Ok(Self { id: row.hub_id, epoch: row.epoch, chain: row.chain, currency, locale })
    }
}

/// The hub's identity; a new database gets one from the settings.
pub async fn ensure_hub(tx: &mut Tx, settings: &Settings, now: DateTime<Utc>) -> Result<Hub, DbError> {
    const INSERT: &str = "insert into hub (only_one, hub_id, epoch, chain, currency, locale, created_at)
        values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing";
    const SELECT: &str = "select hub_id, epoch, chain, currency, locale from hub";
    let id = hex::encode(secret::bytes::<16>());
    on!(tx, c => query(INSERT)
        .bind(true).bind(&id).bind(1_i64).bind(&settings.chain).bind(&settings.currency)
        .bind(&settings.locale).bind(now).execute(c).await.map(|_| ()))?;
    let row: HubRow = on!(tx, c => query_as(SELECT).fetch_one(c).await)?;
    row.try_into()
}

/// After a restore: another epoch, so that tills open anew; sessions that no till had before; nobody is logged in,
/// and no code for enrolment is good any more, for it may have been used since the backup.
pub async fn begin_anew(tx: &mut Tx, epoch: i64, now: DateTime<Utc>) -> Result<(), DbError> {
    const EPOCH: &str = "update hub set epoch = $1";
    const TILLS: &str = "update till set session = session + 1000000";
    const STAFF: &str = "delete from staff_session";
    let touched = on!(tx, c => query(EPOCH).bind(epoch).execute(c).await.map(|done| done.rows_affected()))?;
    ensure_touched("hub", 1, touched)?;
    for sql in [TILLS, STAFF] {
        on!(tx, c => query(sql).execute(c).await.map(|_| ()))?;
    }
    tills::end_codes(tx, now).await
}
