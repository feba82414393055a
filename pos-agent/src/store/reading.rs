//! The till's file read beside an agent that may be running: no lock is taken and nothing is written.

use std::ops::RangeInclusive;
use std::path::Path;

use domain::codes::{StoreCode, TillCode};
use domain::ids::{LogId, TillId};
use domain::sync::Limits;
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

use super::log::{StoredEvent, events_of};
use super::{FILE, StoreError};

/// The till's file, open for reading.
#[derive(Debug)]
pub struct Reading(SqlitePool);

/// A log of one of this agent's tills, and which of its events wait for the hub.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct WaitingLog {
    pub n: i64,
    pub id: LogId,
    pub till: TillId,
    pub store: StoreCode,
    pub code: TillCode,
    /// The last event that the hub has confirmed.
    pub acked: i64,
    pub end: i64,
}

impl Reading {
    pub async fn open(folder: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new().filename(folder.join(FILE)).read_only(true);
        Ok(Self(SqlitePoolOptions::new().max_connections(1).connect_with(options).await?))
    }

    pub(super) fn pool(&self) -> &SqlitePool {
        &self.0
    }

    /// `None` before enrolment.
    pub async fn hub_id(&self) -> Result<Option<String>, StoreError> {
        Ok(sqlx::query_scalar("select hub_id from hub").fetch_optional(&self.0).await?)
    }

    /// Every log that has something to send, oldest first.
    pub async fn waiting_logs(&self) -> Result<Vec<WaitingLog>, StoreError> {
        let sql = "select l.n, l.id, t.id as till, t.store, t.code, l.acked_seq as acked,
                       coalesce(l.sealed_at, l.head_seq) as \"end\"
                   from log l join till t on t.n = l.till where coalesce(l.sealed_at, l.head_seq) > 0 order by l.n";
        Ok(sqlx::query_as(sql).fetch_all(&self.0).await?)
    }

    /// As [`super::Store::events`].
    pub async fn events(
        &self,
        log: i64,
        places: RangeInclusive<i64>,
        limits: Limits,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        events_of(&self.0, log, places, limits).await
    }
}
