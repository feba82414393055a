//! Print jobs: what is to go on paper, until it is there.

use chrono::{DateTime, Utc};
use domain::ids::{SaleId, ShiftId};

use super::{Store, StoreError, Tx, bad_row};

/// What a job puts on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matter {
    /// The first print of a sale.
    Receipt(SaleId),
    /// Asked for by a person, and marked as a copy.
    Copy(SaleId),
    /// An open shift as it stands when it is printed.
    X(ShiftId),
    /// The first print of a closed shift.
    Z(ShiftId),
    ZCopy(ShiftId),
    /// No paper: the drawer opens.
    Drawer,
    /// The strip that shows whether the printer's profile fits.
    Test,
}

impl Matter {
    fn kind(self) -> &'static str {
        match self {
            Self::Receipt(_) => "receipt",
            Self::Copy(_) => "copy",
            Self::X(_) => "x",
            Self::Z(_) => "z",
            Self::ZCopy(_) => "z_copy",
            Self::Drawer => "drawer",
            Self::Test => "test",
        }
    }

    fn sale(self) -> Option<SaleId> {
        match self {
            Self::Receipt(sale) | Self::Copy(sale) => Some(sale),
            _ => None,
        }
    }

    fn shift(self) -> Option<ShiftId> {
        match self {
            Self::X(shift) | Self::Z(shift) | Self::ZCopy(shift) => Some(shift),
            _ => None,
        }
    }

    fn read(kind: &str, sale: Option<SaleId>, shift: Option<ShiftId>) -> Result<Self, StoreError> {
        match (kind, sale, shift) {
            ("receipt", Some(sale), None) => Ok(Self::Receipt(sale)),
            ("copy", Some(sale), None) => Ok(Self::Copy(sale)),
            ("x", None, Some(shift)) => Ok(Self::X(shift)),
            ("z", None, Some(shift)) => Ok(Self::Z(shift)),
            ("z_copy", None, Some(shift)) => Ok(Self::ZCopy(shift)),
            ("drawer", None, None) => Ok(Self::Drawer),
            ("test", None, None) => Ok(Self::Test),
            _ => Err(bad_row("kind of job")(&kind)),
        }
    }
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

const STATES: [(JobState, &str); 5] = [
    (JobState::Waiting, "waiting"),
    (JobState::Sending, "sending"),
    (JobState::Unsure, "unsure"),
    (JobState::Printed, "printed"),
    (JobState::Failed, "failed"),
];

impl JobState {
    fn name(self) -> &'static str {
        STATES.iter().find(|(known, _)| *known == self).map_or("", |(_, name)| name)
    }

    fn read(text: &str) -> Result<Self, StoreError> {
        let found = STATES.iter().find(|(_, name)| *name == text).map(|(known, _)| *known);
        found.ok_or_else(|| bad_row("state of job")(&text))
    }
}

/// A job that is not printed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintJob {
    pub id: i64,
    pub till: i64,
    pub matter: Matter,
    pub state: JobState,
    pub opens_drawer: bool,
    pub tries: i64,
    pub queued_at: DateTime<Utc>,
}

type Raw = (i64, i64, String, Option<SaleId>, Option<ShiftId>, String, bool, i64, DateTime<Utc>);

impl Store {
    /// The oldest job of a till that is not printed.
    pub async fn next_print_job(&self, till: i64) -> Result<Option<PrintJob>, StoreError> {
        let sql = "select id, till, kind, sale, shift, state, opens_drawer, tries, queued_at from print_job
                   where till = $1 and state in ('waiting', 'sending', 'unsure') order by id limit 1";
        let found: Option<Raw> = sqlx::query_as(sql).bind(till).fetch_optional(self.reader()).await?;
        let Some((id, till, kind, sale, shift, state, opens_drawer, tries, queued_at)) = found else {
            return Ok(None);
        };
        let (matter, state) = (Matter::read(&kind, sale, shift)?, JobState::read(&state)?);
        Ok(Some(PrintJob { id, till, matter, state, opens_drawer, tries, queued_at }))
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
        .bind(state.name())
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
    matter: Matter,
    opens_drawer: bool,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    // Pressing twice while the printer is busy is still one copy. A drawer that waits may wait in vain: it
    // opens for who stands there now, so a later order counts by itself.
    sqlx::query(
        "insert into print_job (till, kind, sale, shift, state, opens_drawer, queued_at)
         select $1, $2, $3, $4, 'waiting', $5, $6 where $2 = 'drawer' or not exists (select 1 from print_job
             where till = $1 and kind = $2 and sale is $3 and shift is $4
             and state in ('waiting', 'sending'))",
    )
    .bind(till)
    .bind(matter.kind())
    .bind(matter.sale())
    .bind(matter.shift())
    .bind(opens_drawer)
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
