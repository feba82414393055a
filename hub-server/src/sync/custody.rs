//! Taking a batch: decide, apply, store, acknowledge, in one commit.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::codes::{StoreCode, TillCode};
use domain::ids::{EventId, TillId};
use domain::sync::{
    Admitted, Batch, Body, Disposition, Fresh, Hash, LogRecord, LogStatus, PushReply, Refusal, Verdict,
    admit, judge,
};

use super::store::{self, Entry, disposition_text};
use super::{Accepted, Applied, Apply, refused};
use crate::access::tills;
use crate::app::App;
use crate::db::{DbError, Tx};
use crate::error::Error;
use crate::live::News;

/// Who sends a batch.
#[derive(Debug, Clone)]
pub enum Source {
    /// A till; it may push its own sales only.
    Till { till: TillId, store: StoreCode, code: TillCode },
    /// The same till, by a file that somebody carried: there is no session to be fenced out of.
    Carried { till: TillId, store: StoreCode, code: TillCode },
    /// The hub itself, for sales read from a file. It has one process and needs no sessions.
    Import { till: TillId },
}

impl Source {
    fn till(&self) -> TillId {
        match self {
            Self::Till { till, .. } | Self::Carried { till, .. } | Self::Import { till } => *till,
        }
    }

    /// Its key signed what it sends.
    fn is_till(&self) -> bool {
        matches!(self, Self::Till { .. } | Self::Carried { .. })
    }

    fn may_send(&self, body: &Body) -> bool {
        match (self, body) {
            (Self::Till { store, code, .. } | Self::Carried { store, code, .. }, Body::Sale(sale)) => {
                sale.store == *store && sale.till == *code
            }
            (
                Self::Till { store, code, .. } | Self::Carried { store, code, .. },
                Body::MemberEnrolled(new),
            ) => new.store == *store && new.till == *code,
            _ => true,
        }
    }
}

/// How the batch is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Together,
    /// After a failure that names no event: each alone, so that only the culprit is kept aside.
    OneByOne,
}

/// A batch after its commit.
struct Taken {
    reply: PushReply,
    news: Vec<News>,
    answers: Vec<&'static str>,
}

enum Failure {
    Refused(Refusal),
    Db(DbError),
}

impl From<DbError> for Failure {
    fn from(error: DbError) -> Self {
        Self::Db(error)
    }
}

/// Times that a batch is tried again when the database was busy or another writer won.
const ATTEMPTS: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(20);

/// Takes a batch and answers what became of each event; a repeat is answered with the first answer.
pub async fn receive(
    app: &App,
    source: &Source,
    batch: Batch,
    rooms: &impl Apply,
) -> Result<PushReply, Error> {
    let now = app.clock.now();
    let mut mode = Mode::Together;
    let mut attempt = 0;
    loop {
        match try_receive(app, source, batch.clone(), rooms, mode, now).await {
            Ok(taken) => {
                for answer in taken.answers {
                    app.metrics.count("yapa_events_total", &[("disposition", answer)], 1);
                }
                app.live.tell(taken.news);
                return Ok(taken.reply);
            }
            Err(Failure::Refused(refusal)) => return Err(refused(refusal)),
            Err(Failure::Db(error)) if error.is_passing() && attempt + 1 < ATTEMPTS => {
                tracing::warn!(code = "push_retried", %error, attempt, "a push is tried again");
                tokio::time::sleep(FIRST_PAUSE * 2_u32.pow(attempt)).await;
                attempt += 1;
            }
            // Another till brought the same event at the same time: the next look finds it.
            Err(Failure::Db(error)) if error.is_unique_violation() && attempt == 0 => attempt += 1,
            Err(Failure::Db(error)) if !error.is_passing() && mode == Mode::Together => {
                tracing::error!(
                    code = "batch_split",
                    %error,
                    log = %batch.header.log,
                    "a batch cannot be applied; its events go one by one"
                );
                mode = Mode::OneByOne;
            }
            Err(Failure::Db(error)) => return Err(error.into()),
        }
    }
}

async fn try_receive(
    app: &App,
    source: &Source,
    batch: Batch,
    rooms: &impl Apply,
    mode: Mode,
    now: DateTime<Utc>,
) -> Result<Taken, Failure> {
    let mut tx = app.db.begin().await?;
    let (log, first) = (batch.header.log, batch.header.first);
    let record = store::lock_log(&mut tx, log, source.till(), now).await?;
    let session = match source {
        Source::Till { till, .. } => tills::by_id(&mut tx, *till).await?.map_or(0, |till| till.session),
        Source::Carried { .. } | Source::Import { .. } => batch.header.session,
    };
    let stored = store::hashes_between(&mut tx, log, first, batch.header.last.min(record.ack.seq)).await?;
    let admitted = match admit(&record, source.till(), session, batch, &stored) {
        Ok(admitted) => admitted,
        Err(refusal) => {
            if source.is_till() {
                remember_fork(tx, &record, refusal).await?;
            }
            return Err(Failure::Refused(refusal));
        }
    };
    let (entries, news) = take(&mut tx, source, &record, &admitted, rooms, mode, now).await?;
    let answers = answers(&admitted, &entries);
    let mut dispositions = store::dispositions(&mut tx, log, &admitted.repeated).await?;
    dispositions.extend(entries.into_iter().filter_map(|entry| Some((entry.event?, entry.disposition))));
    if !admitted.fresh.is_empty() {
        store::move_ack(&mut tx, log, record.ack, admitted.ack).await?;
        if source.is_till() {
            tills::note_taken(&mut tx, source.till(), admitted.fresh.len(), now).await?;
        }
    }
    tx.commit().await?;
    let reply = PushReply { hub_epoch: app.hub.epoch, log, ack: admitted.ack, dispositions };
    Ok(Taken { reply, news, answers })
}

/// What became of each event, for the operator. One that came before is told its first answer once more, and is
/// counted as a repeat.
fn answers(admitted: &Admitted, entries: &[Entry]) -> Vec<&'static str> {
    let repeated = admitted.repeated.iter().map(|_| "repeated");
    repeated.chain(entries.iter().map(|entry| disposition_text(&entry.disposition).0)).collect()
}

/// Two histories of one log: it takes no more, and the till begins another.
async fn remember_fork(mut tx: Tx, record: &LogRecord, refusal: Refusal) -> Result<(), DbError> {
    if matches!(refusal, Refusal::Forked { .. }) && record.status != LogStatus::Forked {
        store::set_status(&mut tx, record.log, LogStatus::Forked).await?;
        return tx.commit().await;
    }
    Ok(())
}

/// Stores the new events and applies those that may take effect.
async fn take(
    tx: &mut Tx,
    source: &Source,
    record: &LogRecord,
    admitted: &Admitted,
    rooms: &impl Apply,
    mode: Mode,
    now: DateTime<Utc>,
) -> Result<(Vec<Entry>, Vec<News>), DbError> {
    let ids: Vec<EventId> =
        admitted.fresh.iter().filter_map(|fresh| fresh.envelope.as_ref().ok().map(|e| e.event)).collect();
    let answered = store::answered(tx, &ids).await?;
    let mut known: HashMap<_, _> = answered.into_iter().map(|(id, (digest, _))| (id, digest)).collect();
    let mut entries = Vec::with_capacity(admitted.fresh.len());
    let mut accepted = vec![];
    let mut custody = vec![];
    for (place, fresh) in admitted.fresh.iter().enumerate() {
        let (entry, body) = first_look(source, fresh, &mut known);
        if let (true, Ok(envelope)) = (entry.in_custody(), &fresh.envelope) {
            custody.push((fresh, envelope));
        }
        if let (Some(body), Some(event)) = (body, entry.event) {
            accepted.push((place, Accepted { event, log: record.log, seq: fresh.seq, body }));
        }
        entries.push(entry);
    }
    store::insert_events(tx, record.log, &custody, now).await?;
    let (places, accepted): (Vec<usize>, Vec<Accepted>) = accepted.into_iter().unzip();
    let applied = apply(tx, rooms, &accepted, mode, now).await?;
    for (place, disposition) in places.into_iter().zip(applied.dispositions) {
        entries[place].disposition = disposition;
    }
    store::insert_entries(tx, record.log, &entries).await?;
    store::insert_quarantine(tx, record.log, &entries, &admitted.fresh, now).await?;
    let mut news = applied.news;
    if entries.iter().any(Entry::needs_a_person) {
        news.push(News::Tills);
    }
    Ok((entries, news))
}

/// What an event is by itself; its body, if it is to be applied.
fn first_look(source: &Source, fresh: &Fresh, known: &mut HashMap<EventId, Hash>) -> (Entry, Option<Body>) {
    let envelope = fresh.envelope.as_ref().ok();
    let verdict = judge(&fresh.envelope, envelope.and_then(|e| known.get(&e.event).copied()));
    let (disposition, body) = match verdict {
        Verdict::Settled(disposition) => (disposition, None),
        Verdict::Apply(body) if source.may_send(&body) => (Disposition::Applied, Some(body)),
        Verdict::Apply(_) => (Disposition::Quarantined { code: "other_till".to_owned() }, None),
    };
    if let Some(envelope) = envelope {
        known.entry(envelope.event).or_insert_with(|| envelope.digest());
    }
    let event = envelope.map(|e| e.event);
    (Entry { seq: fresh.seq, hash: fresh.hash, event, disposition }, body)
}

async fn apply(
    tx: &mut Tx,
    rooms: &impl Apply,
    events: &[Accepted],
    mode: Mode,
    now: DateTime<Utc>,
) -> Result<Applied, DbError> {
    if mode == Mode::Together {
        return rooms.apply(tx, events, now).await;
    }
    let mut all = Applied::default();
    for event in events {
        tx.mark().await?;
        match rooms.apply(tx, std::slice::from_ref(event), now).await {
            Ok(applied) => {
                tx.keep().await?;
                all.dispositions.extend(applied.dispositions);
                all.news.extend(applied.news);
            }
            Err(error) if error.is_passing() => return Err(error),
            Err(error) => {
                tracing::error!(
                    code = "apply_failed",
                    event = %event.event,
                    %error,
                    "an event cannot be applied"
                );
                tx.back().await?;
                all.dispositions.push(Disposition::Quarantined { code: "apply_failed".to_owned() });
            }
        }
    }
    Ok(all)
}
