//! What taking batches would do, without doing it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use domain::ids::{LogId, TillId};
use domain::sync::{Batch, Hash, Head, LogRecord, LogStatus, admit};

use super::{refused, store};
use crate::app::App;
use crate::error::Error;

/// Logs as they would stand after the batches that were tried so far.
#[derive(Debug, Default)]
pub struct Rehearsal(HashMap<LogId, Tried>);

#[derive(Debug)]
struct Tried {
    record: LogRecord,
    /// Of the events that would be new, by place.
    hashes: HashMap<i64, Hash>,
}

impl Rehearsal {
    /// How many events of a till's batch would be new, and how many are there already. Refuses what taking it
    /// would refuse.
    pub async fn take(&mut self, app: &App, till: TillId, batch: Batch) -> Result<(usize, usize), Error> {
        let (log, session) = (batch.header.log, batch.header.session);
        let mut tx = app.db.read().await?;
        let tried = match self.0.entry(log) {
            Entry::Occupied(tried) => tried.into_mut(),
            Entry::Vacant(none) => {
                let new = LogRecord { log, till, status: LogStatus::Open, ack: Head::EMPTY };
                let record = store::log_head(&mut tx, log).await?.unwrap_or(new);
                none.insert(Tried { record, hashes: HashMap::new() })
            }
        };
        let last = batch.header.last.min(tried.record.ack.seq);
        let mut stored = store::hashes_between(&mut tx, log, batch.header.first, last).await?;
        stored.extend(&tried.hashes);
        let admitted = admit(&tried.record, till, session, batch, &stored).map_err(refused)?;
        tried.record.ack = admitted.ack;
        tried.hashes.extend(admitted.fresh.iter().map(|fresh| (fresh.seq, fresh.hash)));
        Ok((admitted.fresh.len(), admitted.repeated.len()))
    }
}
