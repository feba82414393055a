//! What the agent's push does around `TillSync`, with requests that take their time.

use std::ops::Bound;

use domain::ids::{EventId, LogId, SaleId};
use domain::sync::{
    Action, Backoff, CommonSearch, Comparison, Envelope, HashesRequest, Head, Input, LogAck, LogStatus,
    OpenReason, OpenReply, OpenRequest, PROTOCOL, PushReply, TillSync, check_anchor, compare, plan_reopen,
    write_batch,
};
use rand::Rng;

use crate::bugs::Bug;
use crate::faults::Fault;
use crate::hub::EVENTS_MAX;
use crate::till::{LogRow, Memory, Point, begin_log};
use crate::world::{PULL_MS, Reply, Request, What, World};

const HEARTBEAT_MS: i64 = 120_000;
const PROBES: i64 = 8;

impl World {
    /// A process begins: it compares its file with the note beside it, then goes to work.
    pub fn start(&mut self, n: usize) {
        let device = &mut self.devices[n];
        if device.is_gone || device.memory.is_some() {
            return;
        }
        device.memory = Some(Memory { epoch: device.disk.epoch, ..Memory::default() });
        let logs = &device.disk.logs;
        let row = |id: LogId| logs.iter().find(|row| row.id == id);
        let check = check_anchor(
            device.anchor.as_ref(),
            &device.machine,
            |id| row(id).map(|row| row.head),
            |id, seq| row(id)?.hash_at(seq),
        );
        let open = logs.iter().find(|row| row.sealed_at.is_none()).map(|row| (row.id, row.acked.seq));
        let reason = check.reopen_reason().filter(|_| !self.is_bug(Bug::SeqReusedAfterRestore));
        self.note(|| format!("till {n} starts: {check:?}"));
        let went_on = match (reason, open) {
            (Some(reason), Some((log, acked))) => self.reopen(n, log, acked, reason),
            (Some(reason), None) => {
                let previous = self.devices[n].anchor.as_ref().map(|anchor| (anchor.log, anchor.head));
                self.open_after(n, reason, previous);
                true
            }
            (None, _) => true,
        };
        if went_on {
            self.turn(n);
        }
    }

    fn open_after(&mut self, n: usize, reason: OpenReason, previous: Option<(LogId, Head)>) {
        let (log, event) = self.ids();
        let stamp = self.devices[n].stamp(self.now);
        let device = &mut self.devices[n];
        device.disk.logs.push(begin_log(log, event, stamp, reason, previous));
        device.disk.receipt += 1_000;
        device.note();
    }

    pub fn ids(&mut self) -> (LogId, EventId) {
        let (log, event) = (self.entropy(), self.entropy());
        (LogId::new(self.now, log), EventId::new(self.now, event))
    }

    /// The next thing that a till does.
    pub fn turn(&mut self, n: usize) {
        let (now, number) = (self.now, self.fresh_number());
        let ignores_epoch = self.is_bug(Bug::EpochIgnored);
        let device = &mut self.devices[n];
        let Some(memory) = &mut device.memory else { return };
        memory.wake = number;
        memory.is_idle = false;
        if memory.waiting.is_some() {
            return;
        }
        let hub_epoch = memory.epoch;
        if !ignores_epoch {
            for sync in memory.logs.values_mut() {
                sync.step(Input::Heard { hub_epoch }, now);
            }
        }
        let mut pause = None;
        let mut action = None;
        for log in device.disk.logs.iter().filter(|log| log.sealed_at.is_none() || log.unsent() > 0) {
            let new = || TillSync::new(log.acked.seq, log.end(), Backoff::default());
            let sync = memory.logs.entry(log.id).or_insert_with(new);
            match sync.step(Input::Tick { head_seq: log.end() }, now) {
                Action::Idle => {}
                Action::Wait { until_ms } => {
                    pause = Some(pause.map_or(until_ms - now, |other: i64| other.min(until_ms - now)));
                }
                other => {
                    action = Some((log.id, other));
                    break;
                }
            }
        }
        if let Some(log) = memory.differing.last().copied() {
            return self.probe(n, log);
        }
        match action {
            Some((_, Action::Open)) => self.ask_open(n),
            Some((log, Action::Push { session, from })) => self.push(n, log, session, from),
            Some((log, Action::Reopen(_))) => self.probe(n, log),
            _ => {
                memory.is_idle = pause.is_none();
                self.later(pause.unwrap_or(HEARTBEAT_MS), What::Wake { till: n, number });
            }
        }
    }

    fn ask_open(&mut self, n: usize) {
        let forgets = self.is_bug(Bug::SealedLogsForgotten);
        let device = &self.devices[n];
        let told = device.disk.logs.iter().filter(|log| !forgets || log.sealed_at.is_none());
        let request = OpenRequest {
            till: device.till,
            protocol: PROTOCOL,
            version: String::new(),
            logs: told.map(LogRow::opened).collect(),
            at_utc_ms: self.now + device.clock_ms,
            unsent: device.unsent(),
        };
        self.send(n, Request::Open(request));
    }

    fn push(&mut self, n: usize, log: LogId, session: i64, from: i64) {
        let Some(body) = self.run_of(n, log, session, from) else {
            return self.step_over(n, log, from);
        };
        self.send(n, Request::Push(body));
    }

    /// A run of a log as it is sent; none where the first event is missing.
    pub fn run_of(&self, n: usize, log: LogId, session: i64, from: i64) -> Option<Vec<u8>> {
        let row = self.devices[n].disk.logs.iter().find(|row| row.id == log)?;
        let places = (from..=row.end()).take(EVENTS_MAX);
        let events: Vec<_> = places.map_while(|seq| Some((seq, row.events.get(&seq)?))).collect();
        let last = events.last().map(|(seq, stored)| Head { seq: *seq, hash: stored.hash })?;
        let bytes: Vec<Vec<u8>> = events.iter().map(|(_, stored)| stored.bytes.clone()).collect();
        write_batch(session, log, from, &bytes, last).ok()
    }

    /// The agent's way over a hole in its outbox.
    fn step_over(&mut self, n: usize, log: LogId, hole: i64) {
        self.note(|| format!("till {n} steps over a hole at {hole}"));
        if self.memory(n).is_some_and(|memory| memory.logs.remove(&log).is_some())
            && self.carry(n, log, hole - 1, OpenReason::Salvaged)
        {
            self.turn(n);
        }
    }

    pub fn answered(&mut self, n: usize, id: u64, reply: Reply) {
        let Some(memory) = self.memory(n).filter(|memory| memory.waiting == Some(id)) else { return };
        memory.waiting = None;
        let goes_on = match reply {
            Reply::Open(reply) => self.opened(n, reply),
            Reply::Push(reply) => self.acked(n, reply),
            Reply::Hashes(reply) => self.learned(n, &reply.hashes),
            Reply::Refused(code, expected) => self.refused(n, code, expected),
            Reply::Unauthorized => {
                if self.is_bug(Bug::RefusalDropsQueue) {
                    self.drop_queue(n);
                }
                self.failed(n, true, None)
            }
            Reply::Busy => self.failed(n, false, Some(2_000)),
            Reply::Silence => {
                self.memory(n).into_iter().for_each(|memory| memory.online = false);
                self.failed(n, false, None)
            }
        };
        if goes_on {
            self.turn(n);
        }
    }

    fn drop_queue(&mut self, n: usize) {
        for row in &mut self.devices[n].disk.logs {
            let seq = row.end();
            let acked = row.acked.seq;
            row.acked = row.hash_at(seq).map_or(row.acked, |hash| Head { seq, hash });
            row.events.retain(|seq, _| *seq <= acked);
        }
        self.memory(n).into_iter().for_each(|memory| memory.logs.clear());
    }

    fn failed(&mut self, n: usize, refused: bool, retry_after_ms: Option<i64>) -> bool {
        let (now, jitter) = (self.now, self.rng.random());
        let Some(memory) = self.memory(n) else { return false };
        memory.refused = refused;
        memory.differing.clear();
        memory.search = None;
        for sync in memory.logs.values_mut() {
            sync.step(Input::Failed { jitter, retry_after_ms }, now);
        }
        true
    }

    /// The log that the request under way was about: the one that would push now.
    fn step_current(&mut self, n: usize, input: Input) {
        let now = self.now;
        let device = &mut self.devices[n];
        let Some(memory) = &mut device.memory else { return };
        let rows = device.disk.logs.iter().filter(|log| log.sealed_at.is_none() || log.unsent() > 0);
        for row in rows {
            let Some(sync) = memory.logs.get_mut(&row.id) else { continue };
            if matches!(sync.step(Input::Tick { head_seq: row.end() }, now), Action::Push { .. }) {
                sync.step(input, now);
                return;
            }
        }
    }

    fn refused(&mut self, n: usize, code: &str, expected: Option<i64>) -> bool {
        match (code, expected) {
            ("gap", Some(expected)) => self.step_current(n, Input::Gap { expected }),
            ("stale_session" | "log_forked" | "broken_chain" | "wrong_last_hash", _) => {
                self.step_current(n, Input::SessionLost);
            }
            _ => return self.failed(n, true, None),
        }
        true
    }

    fn opened(&mut self, n: usize, reply: OpenReply) -> bool {
        let (now, lax) = (self.now, self.is_bug(Bug::AckHashIgnored));
        let (reused, left) = (self.is_bug(Bug::SeqReusedAfterRestore), self.is_bug(Bug::SealedLogLeft));
        let device = &mut self.devices[n];
        let Some(memory) = &mut device.memory else { return false };
        (memory.online, memory.refused, memory.epoch) = (true, false, reply.hub_epoch);
        device.disk.epoch = reply.hub_epoch;
        memory.differing.clear();
        for row in &mut device.disk.logs {
            let unknown = LogAck { log: row.id, ack: Head::EMPTY, status: LogStatus::Open };
            let ack = reply.logs.iter().find(|ack| ack.log == row.id).cloned().unwrap_or(unknown);
            let own = if lax { Some(ack.ack.hash) } else { row.hash_at(ack.ack.seq) };
            let mut comparison = compare(&row.opened(), &ack, |_| own);
            let differs = comparison.reopen_reason().is_some();
            if differs && (reused || (lax && ack.ack.seq <= row.head.seq)) {
                comparison = Comparison::InStep { from: ack.ack.seq + 1 };
            } else if differs && row.sealed_at.is_some() {
                if !left {
                    memory.differing.push(row.id);
                }
                continue;
            }
            if !differs {
                row.acked = ack.ack;
            }
            let new = || TillSync::new(ack.ack.seq, row.end(), Backoff::default());
            let sync = memory.logs.entry(row.id).or_insert_with(new);
            sync.step(Input::Opened { session: reply.session, comparison }, now);
        }
        true
    }

    fn acked(&mut self, n: usize, reply: PushReply) -> bool {
        if self.is_killed_at(n, Point::AckBeforeKept) {
            return false;
        }
        let (now, lax, prunes) =
            (self.now, self.is_bug(Bug::AckHashIgnored), self.is_bug(Bug::PruneIgnoresStable));
        let device = &mut self.devices[n];
        let Some(memory) = &mut device.memory else { return false };
        (memory.online, memory.refused) = (true, false);
        let Some(row) = device.disk.logs.iter_mut().find(|row| row.id == reply.log) else { return true };
        let Some(sync) = memory.logs.get_mut(&reply.log) else { return true };
        if reply.hub_epoch != memory.epoch {
            sync.step(Input::SessionLost, now);
            return true;
        }
        let own_hash = if lax { Some(reply.ack.hash) } else { row.hash_at(reply.ack.seq) };
        if own_hash == Some(reply.ack.hash) {
            row.acked = reply.ack;
            if prunes {
                row.events.retain(|seq, _| *seq >= reply.ack.seq);
            }
        }
        sync.step(Input::Acked { ack: reply.ack, own_hash }, now);
        if self.is_killed_at(n, Point::AckAfterKept) {
            return false;
        }
        self.devices[n].note();
        true
    }

    pub fn is_killed_at(&mut self, n: usize, point: Point) -> bool {
        let killed = self.devices[n].kill_at == Some(point);
        if killed {
            self.count(Fault::TillKilled(point));
            self.kill(n);
        }
        killed
    }

    /// Asks the hub where its history and this till's part.
    fn probe(&mut self, n: usize, log: LogId) {
        let Some(head) = self.devices[n].disk.logs.iter().find(|row| row.id == log).map(|row| row.head.seq)
        else {
            return;
        };
        let till = self.devices[n].till;
        let Some(memory) = self.memory(n) else { return };
        let known = memory.search.filter(|(of, _)| *of == log).map(|(_, search)| search);
        let search = known.unwrap_or_else(|| CommonSearch::new(head, i64::MAX - 1));
        memory.search = Some((log, search));
        let seqs = search.probes(PROBES);
        if seqs.is_empty() {
            if self.found(n) {
                self.turn(n);
            }
            return;
        }
        self.send(n, Request::Hashes(HashesRequest { till, log, seqs }));
    }

    fn learned(&mut self, n: usize, hashes: &[Head]) -> bool {
        let device = &mut self.devices[n];
        let Some((log, mut search)) = device.memory.as_ref().and_then(|memory| memory.search) else {
            return true;
        };
        let Some(row) = device.disk.logs.iter().find(|row| row.id == log) else { return true };
        for seq in search.probes(PROBES) {
            let hub = hashes.iter().find(|head| head.seq == seq).map(|head| head.hash);
            search.learn(seq, row.hash_at(seq), hub);
        }
        let is_found = search.found().is_some();
        if let Some(memory) = &mut device.memory {
            memory.search = Some((log, search));
        }
        if is_found {
            return self.found(n);
        }
        self.probe(n, log);
        false
    }

    fn found(&mut self, n: usize) -> bool {
        let Some((log, search)) = self.memory(n).and_then(|memory| memory.search.take()) else { return true };
        let Some(common) = search.found() else { return true };
        if let Some(memory) = self.memory(n) {
            memory.logs.remove(&log);
            memory.differing.retain(|of| *of != log);
        }
        let mut rows = self.devices[n].disk.logs.iter_mut();
        let sealed = rows.find(|row| row.id == log && row.sealed_at.is_some());
        if let Some(row) = sealed.filter(|row| common >= row.end()) {
            let seq = row.end();
            row.acked = row.hash_at(seq).map_or(Head::EMPTY, |hash| Head { seq, hash });
            return true;
        }
        self.reopen(n, log, common, OpenReason::Forked)
    }

    fn reopen(&mut self, n: usize, log: LogId, common: i64, reason: OpenReason) -> bool {
        self.note(|| format!("till {n} begins a new log behind {common}: {reason:?}"));
        self.carry(n, log, common, reason)
    }

    /// Seals a log behind `common` and carries what follows, in one commit. False if the process died of it.
    fn carry(&mut self, n: usize, log: LogId, common: i64, reason: OpenReason) -> bool {
        if self.is_killed_at(n, Point::ReopenBeforeCommit) {
            return false;
        }
        let (id, event) = self.ids();
        let stamp = self.devices[n].stamp(self.now);
        let renews = self.is_bug(Bug::NewEventIdOnRetry);
        let carries_nothing = self.is_bug(Bug::ReopenCarriesNothing);
        let Some(at) = self.devices[n].disk.logs.iter().position(|row| row.id == log) else { return true };
        let entropy = self.entropy();
        let disk = &mut self.devices[n].disk;
        let old = &mut disk.logs[at];
        let (head, was_open) = (old.head, old.sealed_at.is_none());
        let behind = old.events.range((Bound::Excluded(common), Bound::Excluded(old.end().max(common) + 1)));
        let mut behind: Vec<Envelope> =
            behind.filter_map(|(_, stored)| Envelope::parse(&stored.bytes).ok()).collect();
        if carries_nothing {
            behind.clear();
        }
        if renews {
            behind.iter_mut().zip(0..).for_each(|(envelope, salt)| renew(envelope, entropy, salt));
        }
        old.sealed_at = Some(common);
        old.acked = if common == old.acked.seq {
            old.acked
        } else {
            old.hash_at(common).map_or(Head::EMPTY, |hash| Head { seq: common, hash })
        };
        if was_open {
            let reopened = plan_reopen(id, reason, (log, head), (event, stamp), behind);
            disk.logs.push(LogRow::of(reopened.expect("an envelope is JSON")));
            disk.receipt += 1_000;
        } else if let Some(open) = disk.logs.iter_mut().find(|row| row.sealed_at.is_none()) {
            for envelope in behind {
                open.append(envelope.relog(open.id, open.head).expect("an envelope is JSON"));
            }
        }
        if self.is_killed_at(n, Point::ReopenAfterCommit) {
            return false;
        }
        self.devices[n].note();
        true
    }

    /// Asks for changes: how a till hears of a new epoch and of a hub that is back.
    pub fn pull(&mut self, n: usize) {
        self.later(PULL_MS, What::Pull(n));
        let epoch = self.hub.disk.epoch;
        let is_there = self.is_hub_up && self.now >= self.busy_until;
        let device = &mut self.devices[n];
        let is_heard = device.to_hub && device.from_hub && self.now >= device.refused_until;
        let Some(memory) = &mut device.memory else { return };
        if !is_there || !is_heard {
            memory.online = memory.online && self.is_hub_up && device.to_hub;
            return;
        }
        let is_news = !std::mem::replace(&mut memory.online, true) && !memory.refused;
        let is_new_epoch = memory.epoch != epoch;
        memory.epoch = epoch;
        device.disk.epoch = epoch;
        if is_news && memory.waiting.is_none() {
            memory.logs.clear();
        }
        if is_news || is_new_epoch {
            self.turn(n);
        }
    }
}

/// The planted bug: what is sent again gets a new name.
fn renew(envelope: &mut Envelope, mut entropy: [u8; 10], salt: i64) {
    entropy[0] ^= u8::try_from(salt % 251).unwrap_or(0);
    let fresh = SaleId::new(7, entropy);
    let body = envelope.body.get().replace(&envelope.event.to_string(), &fresh.to_string());
    envelope.event = fresh.into();
    envelope.body = serde_json::value::RawValue::from_string(body).expect("an id for an id is JSON");
}
