//! Which log a till writes, and when it must begin another: at its first event, after its file went back
//! in time, or when two machines turn out to write one log.

use std::time::Duration;

use domain::ids::LogId;
use domain::sync::{Anchor, Body, GENESIS, Head, LogOpened, OpenReason, check_anchor};

use tokio::sync::watch;

use crate::app::{Agent, Desk, open};
use crate::clock::machine;
use crate::error::AgentError;
use crate::store::anchor;
use crate::store::log::{self, LogRow, NewEvent};
use crate::store::{StoreError, Tx, tills};

impl Agent {
    /// The till's open log; its first one begins with the first event.
    pub(crate) async fn open_log(&self, tx: &mut Tx, till: i64) -> Result<LogRow, AgentError> {
        match log::open_log(tx, till).await? {
            Some(open) => Ok(open),
            None => self.begin_log(tx, self.desk(till)?, opened(OpenReason::Enrolled, None, 0)).await,
        }
    }

    async fn begin_log(&self, tx: &mut Tx, desk: &Desk, opened: LogOpened) -> Result<LogRow, AgentError> {
        let mut fresh = log::begin_log(tx, desk.till.n, self.clock().log_id(), self.now()).await?;
        let body = Body::LogOpened(opened);
        let event = NewEvent { event: self.clock().event_id(), stamp: self.stamp(&desk.till), body };
        log::append(tx, &mut fresh, &[event]).await?;
        Ok(fresh)
    }

    /// Seals a log behind `common`, the last event that both ends have, and carries everything after it
    /// into a new one under the same event ids: the hub answers what it has already as duplicates.
    pub(crate) async fn reopen(
        &self,
        desk: &Desk,
        old: &LogRow,
        common: i64,
        reason: OpenReason,
        lost: i64,
    ) -> Result<(), AgentError> {
        let _turn = desk.turn.lock().await;
        let common_hash = match self.store().hash_at(old.n, common).await? {
            Some(hash) => hash,
            None if common == old.acked.seq => old.acked.hash,
            None => GENESIS,
        };
        let mut tx = self.store().begin().await?;
        let Some(current) = log::open_log(&mut tx, desk.till.n).await? else { return Ok(()) };
        if current.id != old.id {
            // Another turn has done it.
            return Ok(());
        }
        log::seal(&mut tx, old.n, common).await?;
        log::acknowledge(&mut tx, old.n, Head { seq: common, hash: common_hash }).await?;
        let mut fresh =
            self.begin_log(&mut tx, desk, opened(reason, Some((current.id, current.head)), lost)).await?;
        let carried = log::relog(&mut tx, &mut fresh, old.n, common, i64::MAX).await?;
        tills::skip_receipts(&mut tx, desk.till.n).await?;
        self.store().commit(tx).await?;
        tracing::warn!(
            code = "log_reopened",
            till = desk.till.n,
            log.sealed = %old.id,
            log.opened = %fresh.id,
            events.carried = carried,
            events.lost = lost,
            ?reason,
            "the till began a new log"
        );
        self.note(desk).await?;
        Ok(())
    }

    /// For a log that lacks an event which the hub has not got: what stands behind it is carried by a log without
    /// such a hole.
    pub(crate) async fn step_over(&self, desk: &Desk, log: &LogRow, hole: i64) -> Result<(), AgentError> {
        let lost = self.store().lacking(log.n, hole..=log.end()).await?;
        tracing::error!(
            code = "event_missing",
            till = desk.till.n,
            log = %log.id,
            seq = hole,
            events.lost = lost,
            "an event is missing from the outbox"
        );
        if log.sealed_at.is_none() {
            return self.reopen(desk, log, hole - 1, OpenReason::Salvaged, lost).await;
        }
        self.carry_on(desk, log, hole - 1).await
    }

    /// Puts what a sealed log has to send behind `common` at the end of the open log: the hub follows another
    /// history of the sealed one, or its next event is missing.
    pub(crate) async fn carry_on(&self, desk: &Desk, sealed: &LogRow, common: i64) -> Result<(), AgentError> {
        let _turn = desk.turn.lock().await;
        let mut tx = self.store().begin().await?;
        let mut open = self.open_log(&mut tx, desk.till.n).await?;
        let carried = log::relog(&mut tx, &mut open, sealed.n, common, sealed.end()).await?;
        log::seal(&mut tx, sealed.n, common).await?;
        self.store().commit(tx).await?;
        tracing::warn!(
            code = "log_carried_on",
            till = desk.till.n,
            log = %sealed.id,
            events.carried = carried,
            "what a sealed log had to send is sent by the open one"
        );
        Ok(self.note(desk).await?)
    }

    /// Compares each till's file with the note beside it; done once at start, before anything is sold.
    pub async fn check_anchors(&self) -> Result<(), AgentError> {
        for desk in self.desks() {
            let note = anchor::read(self.store().folder(), desk.till.id)?;
            let logs = self.store().logs(desk.till.n).await?;
            let noted = note.as_ref().and_then(|note| logs.iter().find(|row| row.id == note.log));
            let hash = match (noted, &note) {
                (Some(row), Some(note)) => self.store().hash_at(row.n, note.head.seq).await?,
                _ => None,
            };
            let head = |id| logs.iter().find(|row| row.id == id).map(|row| row.head);
            let check = check_anchor(note.as_ref(), &machine(), head, |_, _| hash);
            let current = logs.iter().find(|row| row.sealed_at.is_none());
            match (check.reopen_reason(), current, note) {
                (Some(reason), Some(log), _) => self.reopen(desk, log, log.acked.seq, reason, 0).await?,
                (Some(reason), None, Some(note)) => self.open_after(desk, &note, reason, 0).await?,
                _ => {}
            }
        }
        Ok(())
    }

    /// After a salvage: every till goes on in a new log, which carries what the hub has not confirmed and says
    /// how much of that is lost. Gives the lost events of each till.
    pub async fn begin_salvaged(&self) -> Result<Vec<(i64, i64)>, AgentError> {
        let mut all = vec![];
        for desk in self.desks() {
            let note = anchor::read(self.store().folder(), desk.till.id)?;
            let logs = self.store().logs(desk.till.n).await?;
            // Of a log that is gone with all its events nobody knows how many the hub has confirmed.
            let gone = note.as_ref().filter(|note| logs.iter().all(|row| row.id != note.log));
            let unknown = gone.map_or(0, |note| note.head.seq);
            let open = logs.iter().find(|row| row.sealed_at.is_none());
            let lost = match (open, &note) {
                (Some(log), note) => {
                    let noted =
                        note.as_ref().filter(|note| note.log == log.id).map_or(0, |note| note.head.seq);
                    let wanted = log.acked.seq + 1..=log.head.seq.max(noted);
                    let lost = self.store().lacking(log.n, wanted).await? + unknown;
                    self.reopen(desk, log, log.acked.seq, OpenReason::Salvaged, lost).await?;
                    lost
                }
                (None, Some(note)) => {
                    self.open_after(desk, note, OpenReason::Salvaged, unknown).await?;
                    unknown
                }
                (None, None) => 0,
            };
            all.push((desk.till.n, lost));
        }
        Ok(all)
    }

    /// For a file that went back to before its first log: it knows nothing of the receipts that the log of the
    /// note has given out.
    async fn open_after(
        &self,
        desk: &Desk,
        note: &Anchor,
        reason: OpenReason,
        lost: i64,
    ) -> Result<(), AgentError> {
        let _turn = desk.turn.lock().await;
        let mut tx = self.store().begin().await?;
        let fresh = self.begin_log(&mut tx, desk, opened(reason, Some((note.log, note.head)), lost)).await?;
        tills::skip_receipts(&mut tx, desk.till.n).await?;
        self.store().commit(tx).await?;
        tracing::warn!(
            code = "log_unknown",
            till = desk.till.n,
            log.lost = %note.log,
            log.opened = %fresh.id,
            ?reason,
            "the till's file knows nothing of its log"
        );
        self.note(desk).await?;
        Ok(())
    }

    /// Writes the till's note, if there is news: called after every push and every minute.
    pub(crate) async fn note(&self, desk: &Desk) -> Result<(), StoreError> {
        let logs = self.store().logs(desk.till.n).await?;
        let Some(log) = logs.into_iter().find(|row| row.sealed_at.is_none()) else { return Ok(()) };
        if *open(&desk.noted) == Some(log.head) {
            return Ok(());
        }
        let boot_id = self.boot().id.clone();
        let note = Anchor { log: log.id, head: log.head, machine: machine(), boot_id };
        anchor::write(self.store().folder(), desk.till.id, &note)?;
        *open(&desk.noted) = Some(log.head);
        Ok(())
    }

    /// Keeps the notes young while the hub is away.
    pub(crate) async fn keep_notes(&self, mut shutdown: watch::Receiver<bool>) {
        while !*shutdown.borrow() {
            for desk in self.desks() {
                if let Err(error) = self.note(desk).await {
                    tracing::error!(
                        code = "anchor_not_written",
                        till = desk.till.n,
                        %error,
                        "the note beside the till's file was not written"
                    );
                }
            }
            tokio::select! {
                () = tokio::time::sleep(NOTE_EVERY) => {}
                _ = shutdown.wait_for(|stop| *stop) => {}
            }
        }
    }
}

fn opened(reason: OpenReason, previous: Option<(LogId, Head)>, lost: i64) -> LogOpened {
    LogOpened { reason, previous, lost }
}

const NOTE_EVERY: Duration = Duration::from_secs(60);
