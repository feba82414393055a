//! The hub: what its SQL does, in memory, around `admit` and `judge`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::codes::CardNumber;
use domain::ids::{EventId, LogId, SaleId, TillId};
use domain::points::{Programme, earn, returned_share};
use domain::sale::Sale;
use domain::sync::{
    Admitted, Batch, Body, Disposition, Fresh, Hash, HashesReply, HashesRequest, Head, Limits, LogAck,
    LogRecord, LogStatus, OpenReply, OpenRequest, PROTOCOL, PushReply, Refusal, Verdict, admit, judge,
};

use crate::bugs::Bug;

pub const HUB_ID: &str = "hub";
pub const EVENTS_MAX: usize = 4;

#[derive(Debug, Clone)]
pub struct Entry {
    pub hash: Hash,
    pub prev: Option<Hash>,
    pub event: Option<EventId>,
    pub disposition: Disposition,
}

#[derive(Debug, Clone)]
pub struct HubLog {
    pub record: LogRecord,
    pub entries: BTreeMap<i64, Entry>,
}

/// What the database holds.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    pub epoch: i64,
    pub sessions: BTreeMap<TillId, i64>,
    pub logs: BTreeMap<LogId, HubLog>,
    pub events: BTreeMap<EventId, Hash>,
    pub sales: Vec<Sale>,
    pub ledger: Vec<(CardNumber, i64)>,
    pub receipts: BTreeMap<(String, i64), EventId>,
    /// Not the hub's own: every event whose custody it has promised.
    pub promised: BTreeSet<EventId>,
}

/// A batch that was decided on and is not committed yet.
#[derive(Debug, Clone)]
pub struct Staged {
    pub log: LogId,
    till: TillId,
    from: Head,
    pub to: Head,
    entries: Vec<(i64, Entry)>,
    events: Vec<(EventId, Hash)>,
    sales: Vec<Sale>,
    repeated: Vec<i64>,
}

#[derive(Debug)]
pub struct Hub {
    pub disk: Disk,
    pub backup: Option<Disk>,
    pub bug: Option<Bug>,
    pub programme: Programme,
    /// Invariants that broke while it ran.
    pub broken: Vec<String>,
}

impl Hub {
    pub fn open(&mut self, request: &OpenRequest, now_ms: i64) -> OpenReply {
        let session = self.disk.sessions.entry(request.till).or_default();
        *session += 1;
        let ack = |log: LogId| {
            let known = self.disk.logs.get(&log).filter(|known| known.record.till == request.till);
            known.map_or((Head::EMPTY, LogStatus::Open), |known| (known.record.ack, known.record.status))
        };
        let logs = request.logs.iter().map(|opened| {
            let (ack, status) = ack(opened.log);
            LogAck { log: opened.log, ack, status }
        });
        OpenReply {
            hub_id: HUB_ID.to_owned(),
            hub_epoch: self.disk.epoch,
            protocol: PROTOCOL,
            session: *session,
            limits: Limits { events_max: EVENTS_MAX, bytes_max: 1024 * 1024 },
            at_utc_ms: now_ms,
            logs: logs.collect(),
        }
    }

    pub fn hashes(&self, request: &HashesRequest) -> HashesReply {
        let log = self.disk.logs.get(&request.log);
        let at = |seq: &i64| Some(Head { seq: *seq, hash: log?.entries.get(seq)?.hash });
        HashesReply { hashes: request.seqs.iter().filter_map(at).collect() }
    }

    /// Decides on a push, as `custody.rs` does. `carried` batches have no session.
    pub fn decide(
        &mut self,
        till: TillId,
        code: &str,
        batch: Batch,
        carried: bool,
    ) -> Result<Staged, Refusal> {
        let (log, announced) = (batch.header.log, batch.header.session);
        let new = LogRecord { log, till, status: LogStatus::Open, ack: Head::EMPTY };
        let known = self.disk.logs.get(&log);
        let mut record = known.map_or(new, |known| known.record.clone());
        let current = self.disk.sessions.get(&till).copied().unwrap_or(0);
        let unfenced = carried || self.bug == Some(Bug::SessionNotFenced);
        let session = if unfenced { announced } else { current };
        if self.bug == Some(Bug::GapSkipped) && batch.header.first > record.ack.seq + 1 {
            record.ack.seq = batch.header.first - 1;
            record.ack.hash =
                domain::sync::Envelope::parse(&batch.events[0]).map_or(record.ack.hash, |e| e.prev);
        }
        let stored: HashMap<i64, Hash> =
            known.into_iter().flat_map(|known| known.entries.iter().map(|(seq, e)| (*seq, e.hash))).collect();
        let unchecked = (self.bug == Some(Bug::PrevHashUnchecked)).then(|| batch.clone());
        let admitted = match (admit(&record, till, session, batch, &stored), unchecked) {
            (Err(Refusal::Forked { .. } | Refusal::BrokenChain { .. }), Some(batch))
                if record.status == LogStatus::Open =>
            {
                take_unchecked(&record, batch)
            }
            (Ok(admitted), _) => admitted,
            (Err(refusal), _) => {
                if let (Refusal::Forked { .. }, Some(known)) = (refusal, self.disk.logs.get_mut(&log)) {
                    known.record.status = LogStatus::Forked;
                }
                return Err(refusal);
            }
        };
        if !carried && announced != current {
            self.broken.push(format!("a push of session {announced} was taken while {current} was open"));
        }
        Ok(self.stage(till, code, &record, admitted))
    }

    fn stage(&self, till: TillId, code: &str, record: &LogRecord, admitted: Admitted) -> Staged {
        let mut staged = Staged {
            log: record.log,
            till,
            from: record.ack,
            to: admitted.ack,
            entries: vec![],
            events: vec![],
            sales: vec![],
            repeated: admitted.repeated,
        };
        for fresh in admitted.fresh {
            self.take(code, fresh, &mut staged);
        }
        staged
    }

    fn take(&self, code: &str, fresh: Fresh, staged: &mut Staged) {
        let envelope = fresh.envelope.as_ref().ok();
        let event = envelope.map(|e| e.event);
        let here = event.and_then(|id| staged.events.iter().find(|(known, _)| *known == id));
        let known = here.map(|(_, digest)| *digest).or_else(|| self.disk.events.get(&event?).copied());
        let known = known.filter(|_| self.bug != Some(Bug::DedupeRemoved));
        let quarantined = |code: &str| Disposition::Quarantined { code: code.to_owned() };
        let disposition = match judge(&fresh.envelope, known) {
            Verdict::Settled(disposition) => disposition,
            Verdict::Apply(Body::Sale(sale)) => {
                let receipt = (sale.till.to_string(), sale.receipt_no);
                let taken = self.disk.receipts.get(&receipt).is_some_and(|id| *id != sale.id.into())
                    || staged.sales.iter().any(|s| s.receipt_no == sale.receipt_no && s.id != sale.id);
                if sale.till.as_str() != code {
                    quarantined("other_till")
                } else if taken {
                    quarantined("receipt_conflict")
                } else {
                    staged.sales.push(*sale);
                    Disposition::Applied
                }
            }
            Verdict::Apply(_) => Disposition::Applied,
        };
        if let (Some(envelope), false) =
            (envelope, matches!(disposition, Disposition::Duplicate | Disposition::Conflict))
        {
            staged.events.push((envelope.event, envelope.digest()));
        }
        let prev = envelope.map(|e| e.prev);
        staged.entries.push((fresh.seq, Entry { hash: fresh.hash, prev, event, disposition }));
    }

    /// Whether another commit came in between, which the database's keys and the guarded update would say.
    pub fn is_raced(&self, staged: &Staged) -> bool {
        let ack = self.disk.logs.get(&staged.log).map_or(Head::EMPTY, |log| log.record.ack);
        let moved = ack != staged.from && self.bug != Some(Bug::GapSkipped);
        let known = staged.events.iter().any(|(id, _)| self.disk.events.contains_key(id));
        match self.bug {
            Some(Bug::NoUniqueLogSeq) => known,
            Some(Bug::DedupeRemoved) => moved,
            _ => moved || known,
        }
    }

    pub fn commit(&mut self, staged: Staged) -> PushReply {
        let status = LogStatus::Open;
        let record = LogRecord { log: staged.log, till: staged.till, status, ack: Head::EMPTY };
        let log = self.disk.logs.entry(staged.log).or_insert(HubLog { record, entries: BTreeMap::new() });
        let answer = |seq: &i64| {
            let entry = log.entries.get(seq)?;
            Some((entry.event?, entry.disposition.clone()))
        };
        let mut dispositions: Vec<_> = staged.repeated.iter().filter_map(answer).collect();
        for (seq, entry) in staged.entries {
            dispositions.extend(entry.event.map(|event| (event, entry.disposition.clone())));
            self.disk.promised.extend(entry.event);
            let hash = entry.hash;
            if let Some(before) = log.entries.insert(seq, entry).filter(|before| before.hash != hash) {
                self.broken.push(format!("place {seq} was taken twice: {:?} and {hash:?}", before.hash));
            }
        }
        log.record.ack = staged.to;
        self.disk.events.extend(staged.events);
        for sale in staged.sales {
            self.apply(sale);
        }
        PushReply { hub_epoch: self.disk.epoch, log: staged.log, ack: staged.to, dispositions }
    }

    /// The planted bug: the acknowledgement moves in a commit of its own.
    pub fn move_cursor_only(&mut self, staged: &Staged) {
        if let Some(log) = self.disk.logs.get_mut(&staged.log) {
            log.record.ack = staged.to;
        }
    }

    fn apply(&mut self, sale: Sale) {
        self.disk.receipts.insert((sale.till.to_string(), sale.receipt_no), sale.id.into());
        if let Some(card) = &sale.card {
            let earned = earned(&self.programme, &sale);
            let reversed = if self.bug == Some(Bug::RefundKeepsPoints) { 0 } else { self.undone(&sale) };
            self.disk.ledger.push((card.clone(), earned - reversed));
        }
        self.disk.sales.push(sale);
    }

    /// Points that go: of an earlier sale that this one undoes, or of this one if what undoes it came first.
    fn undone(&self, sale: &Sale) -> i64 {
        let undoing = |of: SaleId| self.disk.sales.iter().filter(move |s| undoes(s) == Some(of)).count();
        let quantity = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let share = |of: &Sale, before: usize, more: usize| {
            let earned = domain::money::Points(earned(&self.programme, of));
            let whole = domain::money::Quantity::ONE.0;
            returned_share(earned, whole, whole * quantity(before), whole * quantity(more)).0
        };
        let original = undoes(sale).and_then(|id| self.disk.sales.iter().find(|s| s.id == id));
        original.map_or(0, |of| share(of, undoing(of.id), 1)) + share(sale, 0, undoing(sale.id))
    }

    pub fn restore(&mut self) -> bool {
        let Some(backup) = self.backup.clone() else { return false };
        let epoch = self.disk.epoch + 1;
        self.disk = backup;
        if self.bug != Some(Bug::RestoreWithoutNewEpoch) {
            self.disk.epoch = epoch;
            self.disk.sessions.values_mut().for_each(|session| *session += 1_000_000);
        }
        true
    }
}

/// The planted bug: events are placed by their numbers alone.
fn take_unchecked(record: &LogRecord, batch: Batch) -> Admitted {
    let mut admitted = Admitted { repeated: vec![], fresh: vec![], ack: record.ack };
    for (seq, bytes) in (batch.header.first..).zip(batch.events).filter(|(seq, _)| *seq > record.ack.seq) {
        let hash = domain::sync::hash_event(&bytes);
        let envelope = domain::sync::Envelope::parse(&bytes).map_err(|e| e.to_string());
        admitted.ack = Head { seq, hash };
        admitted.fresh.push(Fresh { seq, hash, bytes, envelope });
    }
    admitted
}

/// The sale that this one takes back.
pub fn undoes(sale: &Sale) -> Option<SaleId> {
    sale.lines.iter().find_map(|line| line.origin).map(|origin| origin.sale)
}

pub fn earned(programme: &Programme, sale: &Sale) -> i64 {
    earn(programme, sale).map_or(0, |earned| earned.sold().0)
}
