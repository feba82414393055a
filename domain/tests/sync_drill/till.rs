//! A till of the drill: a disk that survives crashes, and a process that asks the pure machines what to do.

use std::collections::HashMap;

use domain::ids::{EventId, LogId, SaleId, TillId};
use domain::money::{Money, Quantity};
use domain::sale::{LineKind, Sale, SaleDraft, SaleLine, SaleStatus, Tender, TenderKind};
use domain::sync::{
    Action, Anchor, Backoff, Body, CommonSearch, Comparison, Envelope, EventBytes, Hash, HashesRequest, Head,
    Input, LogAck, LogOpened, OpenReason, OpenReply, OpenRequest, OpenedLog, PROTOCOL, PushReply, Refusal,
    Stamp, TillSync, check_anchor, compare, lacking, plan_reopen, write_batch,
};
use rand::Rng;
use rand::rngs::StdRng;

use crate::hub::{Reply, Request};
use crate::world::{Fired, Mutant};

const BATCH_MAX: usize = 4;

#[derive(Debug, Clone)]
struct Kept {
    event: EventId,
    bytes: EventBytes,
}

#[derive(Debug, Clone, Default)]
struct Log {
    events: Vec<Kept>,
    acked: i64,
    /// Once sealed: events behind this place are carried by a later log.
    carried_behind: Option<i64>,
}

impl Log {
    fn hash_at(&self, seq: i64) -> Option<Hash> {
        let place = usize::try_from(seq - 1).ok()?;
        self.events.get(place).map(|kept| kept.bytes.hash)
    }

    fn head(&self) -> Head {
        let seq = i64::try_from(self.events.len()).unwrap();
        self.hash_at(seq).map_or(Head::EMPTY, |hash| Head { seq, hash })
    }

    fn behind(&self, common: i64) -> Vec<Envelope> {
        let skip = usize::try_from(common).unwrap();
        self.events.iter().skip(skip).map(|kept| Envelope::parse(&kept.bytes.bytes).unwrap()).collect()
    }
}

/// What the till has committed.
#[derive(Debug, Clone)]
pub struct Disk {
    till: TillId,
    current: LogId,
    logs: HashMap<LogId, Log>,
}

impl Disk {
    pub fn new(till: TillId, rng: &mut StdRng) -> Self {
        let current = LogId::new(0, rng.random());
        let mut disk = Self { till, current, logs: HashMap::from([(current, Log::default())]) };
        let body = Body::LogOpened(LogOpened { reason: OpenReason::Enrolled, previous: None, lost: 0 });
        disk.append(EventId::new(0, rng.random()), &body);
        disk
    }

    fn log(&self) -> &Log {
        &self.logs[&self.current]
    }

    fn log_mut(&mut self) -> &mut Log {
        self.logs.get_mut(&self.current).unwrap()
    }

    fn append(&mut self, event: EventId, body: &Body) {
        let bytes = Envelope::append(self.current, self.log().head(), event, stamp(self.till), body).unwrap();
        self.log_mut().events.push(Kept { event, bytes });
    }

    pub fn holds(&self, id: SaleId) -> bool {
        self.logs.values().any(|log| log.events.iter().any(|kept| kept.event == id.into()))
    }

    /// Begins a new log with everything behind `common` of the old one, in one commit.
    fn reopen(&mut self, reason: OpenReason, common: i64, mutant: Mutant, rng: &mut StdRng) -> usize {
        let old = self.log();
        let mut behind = old.behind(common);
        match mutant {
            Mutant::TillCarriesNothing => behind.clear(),
            Mutant::TillMakesNewIds => {
                for envelope in &mut behind {
                    envelope.event = EventId::new(0, rng.random());
                }
            }
            _ => {}
        }
        let opening = (EventId::new(0, rng.random()), stamp(self.till));
        let previous = (self.current, old.head());
        let reopened = plan_reopen(LogId::new(0, rng.random()), reason, previous, opening, behind).unwrap();
        self.log_mut().carried_behind = Some(common);
        let events: Vec<Kept> =
            reopened.events.into_iter().map(|(event, bytes)| Kept { event, bytes }).collect();
        let carried = events.len() - 1;
        self.current = reopened.log;
        self.logs.insert(reopened.log, Log { events, ..Log::default() });
        carried
    }

    /// A restored hub may lack what sealed logs once brought it: it goes behind the current log again.
    fn carry(&mut self, acks: &[LogAck]) {
        let current = self.current;
        for ack in acks.iter().filter(|ack| ack.log != current) {
            let Some(carried_behind) = self.logs.get(&ack.log).and_then(|log| log.carried_behind) else {
                continue;
            };
            let log = &self.logs[&ack.log];
            let range = lacking(carried_behind, ack.ack, |seq| log.hash_at(seq));
            let (from, to) = (*range.start(), *range.end());
            if range.is_empty() {
                continue;
            }
            let again: Vec<Envelope> =
                log.behind(from - 1).into_iter().take(usize::try_from(to - from + 1).unwrap()).collect();
            for envelope in again {
                let event = envelope.event;
                let bytes = envelope.relog(self.current, self.log().head()).unwrap();
                self.log_mut().events.push(Kept { event, bytes });
            }
            self.logs.get_mut(&ack.log).unwrap().carried_behind = Some(from - 1);
        }
    }
}

fn stamp(till: TillId) -> Stamp {
    Stamp {
        store: "s".parse().unwrap(),
        till,
        at_utc_ms: 0,
        boot_id: String::new(),
        mono_ms: 0,
        cashier: None,
        hub_epoch_seen: 0,
    }
}

/// The process: lost in a crash.
#[derive(Debug)]
struct Process {
    sync: TillSync,
    in_flight: Option<(u64, i64)>,
    hub_ack: Head,
    hub_epoch: Option<i64>,
    search: Option<(CommonSearch, OpenReason)>,
}

impl Process {
    fn start(disk: &Disk) -> Self {
        let log = disk.log();
        let sync = TillSync::new(log.acked, log.head().seq, Backoff::default());
        Self { sync, in_flight: None, hub_ack: Head::EMPTY, hub_epoch: None, search: None }
    }
}

#[derive(Debug)]
pub struct Till {
    pub disk: Disk,
    process: Process,
    anchor: Option<Anchor>,
    machine: String,
}

impl Till {
    pub fn new(disk: Disk, machine: &str) -> Self {
        let process = Process::start(&disk);
        Self { disk, process, anchor: None, machine: machine.to_owned() }
    }

    pub fn sell(&mut self, receipt_no: i64, rng: &mut StdRng) -> SaleId {
        let sale = sale(receipt_no, SaleId::new(1, rng.random()));
        let id = sale.id;
        self.disk.append(id.into(), &Body::Sale(Box::new(sale)));
        id
    }

    /// Starts again from what is on the disk.
    pub fn restart(&mut self, mutant: Mutant, rng: &mut StdRng, fired: &mut Fired) {
        let disk = &self.disk;
        let head = |log: LogId| disk.logs.get(&log).map(Log::head);
        let hash_at = |log: LogId, seq: i64| disk.logs.get(&log).and_then(|log| log.hash_at(seq));
        let check = check_anchor(self.anchor.as_ref(), &self.machine, head, hash_at);
        if let Some(reason) = check.reopen_reason() {
            // Nobody to ask: what was acknowledged is common, the rest is answered as duplicate if need be.
            fired.anchors += 1;
            let acked = self.disk.log().acked;
            fired.carried += self.disk.reopen(reason, acked, mutant, rng);
        }
        self.process = Process::start(&self.disk);
        self.note_anchor();
    }

    fn note_anchor(&mut self) {
        let (log, head) = (self.disk.current, self.disk.log().head());
        self.anchor = Some(Anchor { log, head, machine: self.machine.clone(), boot_id: String::new() });
    }

    /// The anchor went the way of the disk.
    pub fn forget_anchor(&mut self) {
        self.anchor = None;
    }

    /// All is acknowledged, by the hub as it is now.
    pub fn is_settled(&self, hub_epoch: i64) -> bool {
        let all_known = self.process.sync.unsent() == 0
            && self.disk.log().acked == self.disk.log().head().seq
            && self.process.in_flight.is_none();
        all_known && self.process.sync.is_settled() && self.process.hub_epoch == Some(hub_epoch)
    }

    /// What the till sends now, if it has nothing under way.
    pub fn tick(&mut self, now_ms: i64, world: &mut Turn<'_>) -> Option<(u64, Request)> {
        if let Some((_, sent_ms)) = self.process.in_flight {
            if now_ms - sent_ms < 30_000 {
                return None;
            }
            self.process.in_flight = None;
            world.fired.timeouts += 1;
            let failed = Input::Failed { jitter: world.rng.random_range(0..1_000_000), retry_after_ms: None };
            self.process.sync.step(failed, now_ms);
        }
        let action = self.process.sync.step(Input::Tick { head_seq: self.disk.log().head().seq }, now_ms);
        let request = self.act(action, now_ms, world)?;
        let id = world.rng.random();
        self.process.in_flight = Some((id, now_ms));
        Some((id, request))
    }

    fn act(&mut self, action: Action, now_ms: i64, world: &mut Turn<'_>) -> Option<Request> {
        match action {
            Action::Wait { .. } => None,
            Action::Idle => world.rng.random::<bool>().then_some(Request::Feed),
            Action::Open => Some(self.open()),
            Action::Push { session, from } => Some(self.push(session, from)),
            Action::Reopen(comparison) => match self.search(comparison, world) {
                Some(request) => Some(request),
                None => self.tick(now_ms, world).map(|(_, request)| request),
            },
        }
    }

    fn open(&self) -> Request {
        let opened = |(log, kept): (&LogId, &Log)| {
            let acked = kept.hash_at(kept.acked).map_or(Head::EMPTY, |hash| Head { seq: kept.acked, hash });
            OpenedLog { log: *log, head: kept.head(), acked }
        };
        let logs = self.disk.logs.iter().map(opened).collect();
        let (protocol, version) = (PROTOCOL, String::new());
        let unsent = self.process.sync.unsent();
        Request::Open(OpenRequest { till: self.disk.till, protocol, version, logs, at_utc_ms: 0, unsent })
    }

    fn push(&self, session: i64, from: i64) -> Request {
        let skip = usize::try_from(from - 1).unwrap();
        let events: Vec<Vec<u8>> =
            self.disk.log().events.iter().skip(skip).take(BATCH_MAX).map(|k| k.bytes.bytes.clone()).collect();
        let seq = from + i64::try_from(events.len()).unwrap() - 1;
        let last = Head { seq, hash: self.disk.log().hash_at(seq).unwrap() };
        let body = write_batch(session, self.disk.current, from, &events, last).unwrap();
        Request::Push(self.disk.till, body)
    }

    /// The next question on the way to the last common event; none once a new log was begun.
    fn search(&mut self, comparison: Comparison, world: &mut Turn<'_>) -> Option<Request> {
        let own_head = self.disk.log().head().seq;
        let reason = comparison.reopen_reason().expect("only a divergence asks for a new log");
        let (search, reason) = *self
            .process
            .search
            .get_or_insert((CommonSearch::new(own_head, self.process.hub_ack.seq), reason));
        if let Some(common) = search.found() {
            world.fired.reopened += 1;
            world.fired.carried += self.disk.reopen(reason, common, world.mutant, world.rng);
            self.process = Process::start(&self.disk);
            self.note_anchor();
            return None;
        }
        let (till, log) = (self.disk.till, self.disk.current);
        Some(Request::Hashes(HashesRequest { till, log, seqs: search.probes(2) }))
    }

    /// Takes the answer to request `id`; answers to anything else are not ours any more.
    pub fn receive(&mut self, id: u64, reply: Reply, now_ms: i64, world: &mut Turn<'_>) {
        if self.process.in_flight.is_none_or(|(ours, _)| ours != id) {
            world.fired.ignored += 1;
            return;
        }
        self.process.in_flight = None;
        let input = match reply {
            Reply::Opened(reply) => {
                self.heard(reply.hub_epoch, now_ms, world.mutant);
                self.opened(&reply, world.mutant)
            }
            Reply::Pushed(reply) => {
                let input = self.pushed(&reply, world.mutant);
                self.step(input, now_ms);
                return self.heard(reply.hub_epoch, now_ms, world.mutant);
            }
            Reply::Feed { hub_epoch } => return self.heard(hub_epoch, now_ms, world.mutant),
            Reply::Hashes(reply) => return self.learn(&reply.hashes),
            Reply::Refused(Refusal::Gap { expected }) => {
                world.fired.gaps += 1;
                Input::Gap { expected }
            }
            Reply::Refused(refusal) => {
                world.fired.refusals += 1;
                let expected = matches!(refusal, Refusal::StaleSession | Refusal::Forked { .. });
                assert!(expected || world.mutant != Mutant::None, "{refusal}");
                Input::SessionLost
            }
        };
        self.step(input, now_ms);
    }

    fn step(&mut self, input: Input, now_ms: i64) {
        self.process.sync.step(input, now_ms);
        self.disk.log_mut().acked = self.process.sync.acked();
        self.note_anchor();
    }

    fn heard(&mut self, hub_epoch: i64, now_ms: i64, mutant: Mutant) {
        self.process.hub_epoch = Some(hub_epoch);
        if mutant != Mutant::TillIgnoresTheEpoch {
            self.step(Input::Heard { hub_epoch }, now_ms);
        }
    }

    fn opened(&mut self, reply: &OpenReply, mutant: Mutant) -> Input {
        if mutant != Mutant::TillForgetsSealedLogs {
            self.disk.carry(&reply.logs);
        }
        let log = self.disk.log();
        let hub = reply.logs.iter().find(|ack| ack.log == self.disk.current).unwrap();
        self.process.hub_ack = hub.ack;
        let acked = log.hash_at(log.acked).map_or(Head::EMPTY, |hash| Head { seq: log.acked, hash });
        let own = OpenedLog { log: self.disk.current, head: log.head(), acked };
        let comparison = compare(&own, hub, |seq| match mutant {
            Mutant::TillTrustsAnyAck => Some(hub.ack.hash),
            _ => log.hash_at(seq),
        });
        Input::Opened { session: reply.session, comparison }
    }

    fn pushed(&mut self, reply: &PushReply, mutant: Mutant) -> Input {
        self.process.hub_ack = reply.ack;
        let own_hash = match mutant {
            Mutant::TillTrustsAnyAck => Some(reply.ack.hash),
            _ => self.disk.log().hash_at(reply.ack.seq),
        };
        Input::Acked { ack: reply.ack, own_hash }
    }

    fn learn(&mut self, hub: &[Head]) {
        let log = self.disk.logs.get(&self.disk.current).unwrap();
        if let Some((search, _)) = &mut self.process.search {
            for seq in search.probes(2) {
                let hub = hub.iter().find(|head| head.seq == seq).map(|head| head.hash);
                search.learn(seq, log.hash_at(seq), hub);
            }
        }
    }
}

/// What a till may use while it takes its turn.
#[derive(Debug)]
pub struct Turn<'w> {
    pub rng: &'w mut StdRng,
    pub fired: &'w mut Fired,
    pub mutant: Mutant,
}

fn sale(receipt_no: i64, id: SaleId) -> Sale {
    let line = SaleLine {
        number: 1,
        kind: LineKind::Sale,
        sku: "a".parse().unwrap(),
        name: String::new(),
        product_line: String::new(),
        category: String::new(),
        quantity: Quantity::ONE,
        unit_price: Money(100),
        gross: Money(100),
        discount: Money::ZERO,
        net: Money(100),
        tax: Money::ZERO,
        promotion: None,
        origin: None,
        without_receipt: false,
        read_code: None,
    };
    Sale::close(SaleDraft {
        id,
        store: "s".parse().unwrap(),
        till: "1".parse().unwrap(),
        business_date: "2026-03-01".parse().unwrap(),
        receipt_no,
        occurred_at: "2026-03-01T10:00:00Z".parse().unwrap(),
        cashier: None,
        card: None,
        card_entry: None,
        status: SaleStatus::Completed,
        lines: vec![line],
        tenders: vec![Tender::new(TenderKind::Cash, Money(100))],
        change: Money::ZERO,
        rounding: Money::ZERO,
        approved_by: None,
        coupons: vec![],
    })
    .unwrap()
}
