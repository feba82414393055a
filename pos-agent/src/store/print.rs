//! Print jobs: what is to go on paper, until it is there.

use chrono::{DateTime, Utc};
use domain::ids::SaleId;

use super::{Store, StoreError, Tx, bad_row};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    /// The first print of a sale.
    Receipt,
    /// Asked for by a person, and marked as a copy.
    Copy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// Nothing of it was sent.
    Waiting,
    /// Bytes are on their way; after a restart nobody knows how far they came.
    Sending,
    /// Some bytes were sent, and whether they are on paper is not known.
    Unsure,
    Printed,
    /// It can never be printed.
    Failed,
}

/// A job that is not printed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintJob {
    pub id: i64,
    pub till: i64,
    pub sale: SaleId,
    pub kind: JobKind,
    pub state: JobState,
    pub opens_drawer: bool,
    pub tries: i64,
    pub queued_at: DateTime<Utc>,
}

type Raw = (i64, i64, SaleId, String, String, bool, i64, DateTime<Utc>);

const KINDS: [(JobKind, &str); 2] = [(JobKind::Receipt, "receipt"), (JobKind::Copy, "copy")];
const STATES: [(JobState, &str); 5] = [
    (JobState::Waiting, "waiting"),
    (JobState::Sending, "sending"),
    (JobState::Unsure, "unsure"),
    (JobState::Printed, "printed"),
    (JobState::Failed, "failed"),
];

fn name<T: PartialEq>(names: &[(T, &'static str)], wanted: &T) -> &'static str {
    names.iter().find(|(known, _)| known == wanted).map_or("", |(_, name)| name)
}

fn read<T: Copy>(names: &[(T, &'static str)], what: &'static str, text: &str) -> Result<T, StoreError> {
    let found = names.iter().find(|(_, name)| *name == text).map(|(known, _)| *known);
    found.ok_or_else(|| bad_row(what)(&text))
}

impl Store {
    /// The oldest job of a till that is not printed.
    pub async fn next_print_job(&self, till: i64) -> Result<Option<PrintJob>, StoreError> {
        let sql = "select id, till, sale, kind, state, opens_drawer, tries, queued_at from print_job
                   where till = $1 and state in ('waiting', 'sending', 'unsure') order by id limit 1";
        let found: Option<Raw> = sqlx::query_as(sql).bind(till).fetch_optional(self.reader()).await?;
        let Some((id, till, sale, kind, state, opens_drawer, tries, queued_at)) = found else {
            return Ok(None);
        };
        let (kind, state) = (read(&KINDS, "kind of job", &kind)?, read(&STATES, "state of job", &state)?);
        Ok(Some(PrintJob { id, till, sale, kind, state, opens_drawer, tries, queued_at }))
    }

    /// Jobs of a till that are not printed.
    pub async fn print_jobs_waiting(&self, till: i64) -> Result<i64, StoreError> {
        let sql = "select count(*) from print_job
                   where till = $1 and state in ('waiting', 'sending', 'unsure')";
        Ok(sqlx::query_scalar(sql).bind(till).fetch_one(self.reader()).await?)
    }

    /// Moves a job on; everything but the way to `Sending` ends a try.
    pub async fn set_print_job(
        &self,
        id: i64,
        state: JobState,
        error: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let tried = i64::from(state != JobState::Sending);
        sqlx::query(
            "update print_job set state = $2, error = $3, tried_at = $4, tries = tries + $5 where id = $1",
        )
        .bind(id)
        .bind(name(&STATES, &state))
        .bind(error)
        .bind(now)
        .bind(tried)
        .execute(&mut *tx)
        .await?;
        self.commit(tx).await
    }
}

pub async fn queue(
    tx: &mut Tx,
    till: i64,
    sale: SaleId,
    kind: JobKind,
    opens_drawer: bool,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    // Pressing twice while the printer is busy is still one copy.
    sqlx::query(
        "insert into print_job (till, sale, kind, state, opens_drawer, queued_at)
         select $1, $2, $3, 'waiting', $4, $5 where not exists (select 1 from print_job
             where sale = $2 and kind = $3 and state in ('waiting', 'sending'))",
    )
    .bind(till)
    .bind(sale)
    .bind(name(&KINDS, &kind))
    .bind(opens_drawer)
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
