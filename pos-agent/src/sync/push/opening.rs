//! What follows when the hub has said how far it is with each log of a till: go on, begin another log, or carry on
//! one that was sealed.

use domain::sync::{
    Backoff, Comparison, Head, Input, LogAck, LogStatus, OpenReply, OpenedLog, TillSync, compare,
};

use super::super::{SyncError, reconcile};
use super::{Pusher, Turn};
use crate::store::log::LogRow;
use crate::store::tills;

impl Pusher {
    pub(super) async fn opened(&mut self, logs: &[LogRow], reply: OpenReply) -> Result<Turn, SyncError> {
        self.answered();
        self.limits = reply.limits;
        self.events = self.events.min(self.limits.events_max).max(1);
        if reply.hub_epoch != self.agent.hub_epoch() {
            let mut tx = self.agent.store().begin().await?;
            tills::set_hub_epoch(&mut tx, reply.hub_epoch).await?;
            self.agent.store().commit(tx).await?;
            self.agent.set_hub_epoch(reply.hub_epoch);
        }
        let mut differing = vec![];
        for row in logs {
            let unknown = LogAck { log: row.id, ack: Head::EMPTY, status: LogStatus::Open };
            let ack = reply.logs.iter().find(|ack| ack.log == row.id).cloned().unwrap_or(unknown);
            let hash = self.agent.store().hash_at(row.n, ack.ack.seq).await?;
            let comparison = compare(&told(row), &ack, |_| hash);
            let differs = comparison.reopen_reason().is_some();
            if differs && row.sealed_at.is_some() {
                differing.push(row);
                continue;
            }
            if !differs {
                self.settle(row, ack.ack).await?;
            }
            let now_ms = self.now_ms();
            let new = || TillSync::new(ack.ack.seq, row.end(), Backoff::default());
            let sync = self.logs.entry(row.id).or_insert_with(new);
            sync.step(Input::Opened { session: reply.session, comparison }, now_ms);
        }
        for row in differing {
            self.carry_on(row).await;
        }
        Ok(Turn::Again)
    }

    /// What stands in the way of a log of before makes that log wait, and not what is sold today.
    async fn carry_on(&mut self, sealed: &LogRow) {
        match reconcile::carry_on(&self.agent, &self.client, &self.signer, sealed).await {
            Ok(()) => drop(self.logs.remove(&sealed.id)),
            Err(error) => {
                tracing::warn!(
                    code = "log_not_carried_on",
                    till = self.till,
                    log = %sealed.id,
                    %error,
                    "a sealed log waits: the hub has it otherwise"
                );
                self.step(sealed.id, Input::Failed { jitter: rand::random(), retry_after_ms: None });
            }
        }
    }

    /// Keeps what the hub has of a log, where both have the same. A copy of this till may have sent more of a sealed
    /// log than this one was to send.
    async fn settle(&mut self, row: &LogRow, ack: Head) -> Result<(), SyncError> {
        if ack != row.acked {
            if ack.seq < row.acked.seq {
                tracing::warn!(
                    code = "hub_regressed",
                    till = self.till,
                    log = %row.id,
                    ack.seq,
                    "the hub has less than it had acknowledged"
                );
            }
            self.keep(row.n, ack, ack.seq < row.acked.seq).await?;
        }
        Ok(())
    }

    /// Finds where the histories part and begins a new log behind that place.
    pub(super) async fn reopen(&mut self, log: &LogRow, comparison: Comparison) -> Result<Turn, SyncError> {
        let Some(reason) = comparison.reopen_reason() else { return Ok(Turn::Again) };
        match reconcile::last_common(&self.agent, &self.client, &self.signer, log).await {
            Ok(common) => {
                let desk = self.agent.desk(self.till)?;
                self.agent.reopen(desk, log, common, reason, 0).await?;
                self.logs.remove(&log.id);
                Ok(Turn::Again)
            }
            Err(SyncError::Call(error)) => Ok(self.failed(error)),
            Err(error) => Err(error),
        }
    }
}

pub(super) fn told(row: &LogRow) -> OpenedLog {
    OpenedLog { log: row.id, head: row.head, acked: row.acked }
}
