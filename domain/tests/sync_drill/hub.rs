//! The hub of the drill: a disk that survives crashes, and the order in which a real hub does its work.

use std::collections::HashMap;

use domain::ids::{EventId, LogId, TillId};
use domain::sync::{
    Body, Disposition, Envelope, Hash, HashesReply, HashesRequest, Head, Limits, LogAck, LogRecord,
    LogStatus, OpenReply, OpenRequest, PROTOCOL, PushReply, Refusal, Verdict, admit, judge, read_batch,
};

use crate::world::Mutant;

#[derive(Debug, Clone)]
pub enum Request {
    Open(OpenRequest),
    Push(TillId, Vec<u8>),
    Hashes(HashesRequest),
    /// The changes feed, of which only the epoch matters here.
    Feed,
}

#[derive(Debug, Clone)]
pub enum Reply {
    Opened(OpenReply),
    Pushed(PushReply),
    Refused(Refusal),
    Hashes(HashesReply),
    Feed { hub_epoch: i64 },
}

#[derive(Debug, Clone)]
struct Custody {
    record: LogRecord,
    hashes: Vec<Hash>,
}

/// What the hub has committed.
#[derive(Debug, Clone, Default)]
pub struct Hub {
    pub epoch: i64,
    /// Whether a refused fork also closes the log; a hub may do either.
    pub marks_forks: bool,
    logs: HashMap<LogId, Custody>,
    digests: HashMap<EventId, Hash>,
    sessions: HashMap<TillId, i64>,
    /// Receipt numbers in the order of their applying: what the chain believes was sold.
    pub applied: Vec<i64>,
    pub set_aside: Vec<EventId>,
}

impl Hub {
    /// Does the work of one request and commits it.
    pub fn answer(&mut self, request: &Request, mutant: Mutant) -> Reply {
        match request {
            Request::Open(open) => Reply::Opened(self.open(open)),
            Request::Push(till, body) => match self.push(*till, body, mutant) {
                Ok(reply) => Reply::Pushed(reply),
                Err(refusal) => Reply::Refused(refusal),
            },
            Request::Hashes(asked) => Reply::Hashes(self.hashes(asked)),
            Request::Feed => Reply::Feed { hub_epoch: self.epoch },
        }
    }

    fn open(&mut self, open: &OpenRequest) -> OpenReply {
        let session = self.sessions.entry(open.till).or_default();
        *session += 1;
        let session = *session;
        let ack = |log: LogId| match self.logs.get(&log) {
            Some(custody) => LogAck { log, ack: custody.record.ack, status: custody.record.status },
            None => LogAck { log, ack: Head::EMPTY, status: LogStatus::Open },
        };
        OpenReply {
            hub_id: "hub".to_owned(),
            hub_epoch: self.epoch,
            protocol: PROTOCOL,
            session,
            limits: Limits { events_max: 4, bytes_max: 1 << 20 },
            at_utc_ms: 0,
            logs: open.logs.iter().map(|opened| ack(opened.log)).collect(),
        }
    }

    fn push(&mut self, till: TillId, body: &[u8], mutant: Mutant) -> Result<PushReply, Refusal> {
        let mut batch = read_batch(body).expect("tills of the drill write whole batches");
        let log = batch.header.log;
        let new = LogRecord { log, till, status: LogStatus::Open, ack: Head::EMPTY };
        let custody = self.logs.entry(log).or_insert(Custody { record: new, hashes: vec![] });
        let mut record = custody.record.clone();
        if mutant == Mutant::HubSkipsTheGap && batch.header.first > record.ack.seq + 1 {
            let first = Envelope::parse(&batch.events[0]).expect("tills of the drill write whole events");
            record.ack = Head { seq: batch.header.first - 1, hash: first.prev };
        }
        let session = self.sessions.get(&till).copied().unwrap_or_default();
        let stored: HashMap<i64, Hash> = (1..).zip(custody.hashes.iter().copied()).collect();
        if mutant == Mutant::HubSkipsTheHash {
            // Takes what it has already for granted, whatever the bytes say.
            let had = usize::try_from(record.ack.seq + 1 - batch.header.first).unwrap_or(0);
            batch.events.drain(..had.min(batch.events.len()));
            batch.header.first = record.ack.seq + 1;
            if batch.events.is_empty() {
                let ack = Head { seq: batch.header.last, hash: batch.header.last_hash };
                return Ok(PushReply { hub_epoch: self.epoch, log, ack, dispositions: vec![] });
            }
        }
        let admitted = match admit(&record, till, session, batch, &stored) {
            Ok(admitted) => admitted,
            Err(refusal) => {
                if matches!(refusal, Refusal::Forked { .. }) && self.marks_forks {
                    custody.record.status = LogStatus::Forked;
                }
                return Err(refusal);
            }
        };
        custody.record.ack = admitted.ack;
        custody.hashes.extend(admitted.fresh.iter().map(|fresh| fresh.hash));
        let mut dispositions = vec![];
        for fresh in admitted.fresh {
            let event = fresh.envelope.as_ref().expect("tills of the drill write whole events").event;
            let known = match mutant {
                Mutant::HubForgetsIds => None,
                _ => self.digests.get(&event).copied(),
            };
            let digest = fresh.envelope.as_ref().ok().map(Envelope::digest);
            let disposition = match judge(&fresh.envelope, known) {
                Verdict::Apply(body) => {
                    self.digests.extend(digest.map(|digest| (event, digest)));
                    self.apply(&body);
                    Disposition::Applied
                }
                Verdict::Settled(disposition) => disposition,
            };
            if !matches!(disposition, Disposition::Applied | Disposition::Duplicate) {
                self.set_aside.push(event);
            }
            dispositions.push((event, disposition));
        }
        Ok(PushReply { hub_epoch: self.epoch, log, ack: admitted.ack, dispositions })
    }

    fn apply(&mut self, body: &Body) {
        match body {
            Body::Sale(sale) => self.applied.push(sale.receipt_no),
            Body::LogOpened(opened) => {
                let previous = opened.previous.and_then(|(log, _)| self.logs.get_mut(&log));
                if let Some(custody) = previous.filter(|c| c.record.status == LogStatus::Open) {
                    custody.record.status = LogStatus::Sealed;
                }
            }
            Body::OfferAnswer(_)
            | Body::MemberEnrolled(_)
            | Body::CardAttached(_)
            | Body::Approval(_)
            | Body::ShiftOpened(_)
            | Body::CashMoved(_)
            | Body::ShiftClosed(_)
            | Body::ReadersChecked(_) => {}
        }
    }

    fn hashes(&self, asked: &HashesRequest) -> HashesReply {
        let at = |seq: i64| {
            let place = usize::try_from(seq - 1).ok()?;
            self.logs.get(&asked.log)?.hashes.get(place).map(|hash| Head { seq, hash: *hash })
        };
        HashesReply { hashes: asked.seqs.iter().filter_map(|seq| at(*seq)).collect() }
    }
}
