//! Several pushes in one commit: decide on each, then apply, store and acknowledge what is taken. A refusal touches
//! nobody else. Logs and events are locked in one order; where two hubs still wait for each other, the database tells
//! one of them so, and it tries again.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::ids::{EventId, LogId, TillId};
use domain::sync::redemption::Moment;
use domain::sync::{
    Admitted, Body, Disposition, Envelope, Fresh, Hash, Head, LogRecord, LogStatus, PushReply, Refusal,
    Verdict, admit, judge,
};

use super::custody::{Push, Source};
use super::store::{self, Entry, disposition_text};
use super::unwound::unwound;
use super::{Accepted, Applied, Apply};
use crate::access::tills;
use crate::app::App;
use crate::db::{DbError, Tx};
use crate::live::News;

/// How the events are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Together,
    /// After a failure that names no event: each alone, so that only the culprit is kept aside.
    OneByOne,
}

/// Pushes after their commit.
#[derive(Debug)]
pub(super) struct Done {
    /// One a push, in order.
    pub replies: Vec<Result<PushReply, Refusal>>,
    pub news: Vec<News>,
    /// What became of each event, for the operator.
    pub answers: Vec<&'static str>,
}

/// How long a row that somebody else keeps is waited for: whoever else is in the group waits with it.
pub(super) const LOCK_WAIT: Duration = Duration::from_secs(5);

/// One push and what the hub has of its log.
struct Seat<'p> {
    source: &'p Source,
    record: LogRecord,
    is_new: bool,
    admitted: Result<Admitted, Refusal>,
}

impl Seat<'_> {
    /// Two histories of one log: it takes no more, and the till begins another.
    fn is_fork(&self) -> bool {
        let forked = matches!(self.admitted, Err(Refusal::Forked { .. }));
        forked && self.source.is_till() && self.record.status != LogStatus::Forked
    }
}

pub(super) async fn take_group(
    app: &App,
    pushes: &[Push],
    rooms: &impl Apply,
    mode: Mode,
    now: DateTime<Utc>,
) -> Result<Done, DbError> {
    // Nobody waits beside a file that is read in.
    let mut tx = if pushes.iter().all(|push| push.source.is_till()) {
        app.db.begin_within(LOCK_WAIT).await?
    } else {
        app.db.begin().await?
    };
    let mut seats = seat(&mut tx, pushes).await?;
    note_logs(&mut tx, &mut seats, now).await?;
    let taken: Vec<Taken<'_>> = seats
        .iter()
        .filter_map(|seat| {
            let admitted = seat.admitted.as_ref().ok()?;
            Some(Taken { source: seat.source, record: &seat.record, admitted })
        })
        .collect();
    let (entries, news) = take(&mut tx, &taken, rooms, mode, now).await?;
    acknowledge(&mut tx, &taken, now).await?;
    let mut entries = entries.into_iter();
    let mut done = Done { replies: Vec::with_capacity(seats.len()), news, answers: vec![] };
    for seat in &seats {
        let reply = match &seat.admitted {
            Ok(admitted) => {
                let entries = entries.next().unwrap_or_default();
                done.answers.extend(answers(admitted, &entries));
                Ok(reply(&mut tx, app.hub.epoch, &seat.record, admitted, entries).await?)
            }
            Err(refusal) => Err(*refusal),
        };
        done.replies.push(reply);
    }
    tx.commit().await?;
    Ok(done)
}

/// Locks the logs and decides on each push.
async fn seat<'p>(tx: &mut Tx, pushes: &'p [Push]) -> Result<Vec<Seat<'p>>, DbError> {
    let logs: Vec<_> = pushes.iter().map(|push| push.batch.header.log).collect();
    let mut found = store::lock_logs(tx, &logs).await?;
    let tills: Vec<TillId> = pushes.iter().map(|push| push.source.till()).collect();
    let sessions = tills::sessions(tx, &tills).await?;
    let mut seats = Vec::with_capacity(pushes.len());
    for Push { source, batch } in pushes {
        let (log, till) = (batch.header.log, source.till());
        let record = found.remove(&log);
        let is_new = record.is_none();
        let record = record.unwrap_or(LogRecord { log, till, status: LogStatus::Open, ack: Head::EMPTY });
        let session = match source {
            Source::Till { .. } => sessions.get(&till).copied().unwrap_or_default(),
            Source::Carried { .. } | Source::Import { .. } => batch.header.session,
        };
        let last = batch.header.last.min(record.ack.seq);
        let stored = store::hashes_between(tx, log, batch.header.first, last).await?;
        let admitted = admit(&record, till, session, batch.clone(), &stored);
        seats.push(Seat { source, record, is_new, admitted });
    }
    Ok(seats)
}

/// Makes the logs that begin, and marks those that turn out to have two histories. A refusal of any other kind leaves
/// nothing behind.
async fn note_logs(tx: &mut Tx, seats: &mut [Seat<'_>], now: DateTime<Utc>) -> Result<(), DbError> {
    for seat in seats.iter_mut().filter(|seat| seat.is_fork()) {
        seat.record.status = LogStatus::Forked;
        if !seat.is_new {
            store::set_status(tx, seat.record.log, LogStatus::Forked).await?;
        }
    }
    let begins =
        |seat: &&Seat<'_>| seat.is_new && (seat.admitted.is_ok() || seat.record.status == LogStatus::Forked);
    let new: Vec<&LogRecord> = seats.iter().filter(begins).map(|seat| &seat.record).collect();
    store::insert_logs(tx, &new, now).await
}

/// A push that is taken.
struct Taken<'s> {
    source: &'s Source,
    record: &'s LogRecord,
    admitted: &'s Admitted,
}

/// Stores the new events and applies those that may take effect; answers the entries of each push.
async fn take(
    tx: &mut Tx,
    pushes: &[Taken<'_>],
    rooms: &impl Apply,
    mode: Mode,
    now: DateTime<Utc>,
) -> Result<(Vec<Vec<Entry>>, Vec<News>), DbError> {
    let fresh = pushes.iter().flat_map(|push| &push.admitted.fresh);
    let ids: Vec<EventId> =
        fresh.filter_map(|fresh| fresh.envelope.as_ref().ok().map(|envelope| envelope.event)).collect();
    let answered = store::answered(tx, &ids).await?;
    let mut known: HashMap<_, _> = answered.into_iter().map(|(id, (digest, _))| (id, digest)).collect();
    let mut entries: Vec<Vec<Entry>> = Vec::with_capacity(pushes.len());
    let (mut places, mut accepted, mut custody) = (vec![], vec![], vec![]);
    for (push, Taken { source, record, admitted }) in pushes.iter().enumerate() {
        let mut own = Vec::with_capacity(admitted.fresh.len());
        for (place, fresh) in admitted.fresh.iter().enumerate() {
            let (entry, body) = first_look(source, fresh, &mut known);
            if let (true, Ok(envelope)) = (entry.in_custody(), &fresh.envelope) {
                custody.push((fresh, envelope));
            }
            if let (Some(body), Ok(envelope)) = (body, &fresh.envelope) {
                places.push((push, place));
                accepted.push(accept(source, (record.log, fresh.seq), envelope, body));
            }
            own.push(entry);
        }
        entries.push(own);
    }
    // Another hub may be taking the same events under other logs.
    custody.sort_by_key(|(_, envelope)| envelope.event);
    store::insert_events(tx, &custody, now).await?;
    let applied = apply(tx, rooms, &accepted, mode, now).await?;
    for ((push, place), disposition) in places.into_iter().zip(applied.dispositions) {
        entries[push][place].disposition = disposition;
    }
    let mut news = applied.news;
    if keep(tx, pushes, &entries, now).await? {
        news.push(News::Tills);
    }
    Ok((entries, news))
}

pub(super) fn accept(source: &Source, (log, seq): (LogId, i64), envelope: &Envelope, body: Body) -> Accepted {
    let moment = Moment::of(&envelope.stamp);
    Accepted { event: envelope.event, till: source.till(), log, seq, moment, body }
}

/// Writes what became of each event; answers whether one of them needs a person.
async fn keep(
    tx: &mut Tx,
    pushes: &[Taken<'_>],
    entries: &[Vec<Entry>],
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let own = || pushes.iter().zip(entries);
    let all: Vec<_> =
        own().flat_map(|(push, own)| own.iter().map(|entry| (push.record.log, entry))).collect();
    store::insert_entries(tx, &all).await?;
    for (push, own) in own() {
        store::insert_quarantine(tx, push.record.log, own, &push.admitted.fresh, now).await?;
    }
    Ok(all.iter().any(|(_, entry)| entry.needs_a_person()))
}

async fn acknowledge(tx: &mut Tx, pushes: &[Taken<'_>], now: DateTime<Utc>) -> Result<(), DbError> {
    let moved: Vec<&Taken<'_>> = pushes.iter().filter(|push| !push.admitted.fresh.is_empty()).collect();
    let acks: Vec<(&LogRecord, Head)> = moved.iter().map(|push| (push.record, push.admitted.ack)).collect();
    store::move_acks(tx, &acks, now).await?;
    let mut taken: BTreeMap<TillId, usize> = BTreeMap::new();
    for push in moved.iter().filter(|push| push.source.is_till()) {
        *taken.entry(push.source.till()).or_default() += push.admitted.fresh.len();
    }
    tills::note_taken(tx, &taken, now).await
}

async fn reply(
    tx: &mut Tx,
    hub_epoch: i64,
    record: &LogRecord,
    admitted: &Admitted,
    entries: Vec<Entry>,
) -> Result<PushReply, DbError> {
    let mut dispositions = store::dispositions(tx, record.log, &admitted.repeated).await?;
    dispositions.extend(entries.into_iter().filter_map(|entry| Some((entry.event?, entry.disposition))));
    Ok(PushReply { hub_epoch, log: record.log, ack: admitted.ack, dispositions })
}

/// One that came before is told its first answer once more, and is counted as a repeat.
fn answers(admitted: &Admitted, entries: &[Entry]) -> Vec<&'static str> {
    let repeated = admitted.repeated.iter().map(|_| "repeated");
    repeated.chain(entries.iter().map(|entry| disposition_text(&entry.disposition).0)).collect()
}

/// What an event is by itself; its body, if it is to be applied.
fn first_look(source: &Source, fresh: &Fresh, known: &mut HashMap<EventId, Hash>) -> (Entry, Option<Body>) {
    let envelope = fresh.envelope.as_ref().ok();
    let known_as = envelope.and_then(|e| known.get(&e.event).copied());
    let (disposition, body) = match verdict(source, &fresh.envelope, known_as) {
        Verdict::Settled(disposition) => (disposition, None),
        Verdict::Apply(body) => (Disposition::Applied, Some(body)),
    };
    if let Some(envelope) = envelope {
        known.entry(envelope.event).or_insert_with(|| envelope.digest());
    }
    let event = envelope.map(|e| e.event);
    (Entry { seq: fresh.seq, hash: fresh.hash, event, disposition }, body)
}

/// What an event is, and whether who sent it may.
pub(super) fn verdict(source: &Source, envelope: &Result<Envelope, String>, known: Option<Hash>) -> Verdict {
    match judge(envelope, known) {
        Verdict::Apply(body) if !source.may_send(&body) => {
            Verdict::Settled(Disposition::Quarantined { code: "other_till".to_owned() })
        }
        verdict => verdict,
    }
}

pub(super) async fn apply(
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
        let why = match unwound(rooms.apply(tx, std::slice::from_ref(event), now)).await {
            Ok(Ok(applied)) => {
                tx.keep().await?;
                all.dispositions.extend(applied.dispositions);
                all.news.extend(applied.news);
                continue;
            }
            Ok(Err(error)) if error.is_passing() => return Err(error),
            Ok(Err(error)) => error.to_string(),
            Err(panicked) => panicked.to_string(),
        };
        tracing::error!(code = "apply_failed", event = %event.event, why, "an event cannot be applied");
        tx.back().await?;
        all.dispositions.push(Disposition::Quarantined { code: "apply_failed".to_owned() });
    }
    Ok(all)
}
