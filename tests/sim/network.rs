//! What lies between tills and hub, and the hub's side of each request.

use domain::sync::{Refusal, read_batch};
use rand::Rng;

use crate::bugs::Bug;
use crate::faults::Fault;
use crate::hub::{EVENTS_MAX, Staged};
use crate::world::{Reply, Request, TIMEOUT_MS, What, World};

impl World {
    /// Sends a request and waits for its answer.
    pub fn send(&mut self, from: usize, request: Request) {
        let id = self.fresh_number();
        if let Some(memory) = self.memory(from) {
            memory.waiting = Some(id);
        }
        self.later(TIMEOUT_MS, What::ToTill { to: from, id, reply: Reply::Silence });
        if !self.devices[from].to_hub || self.strikes(Fault::RequestLost, 0.15) {
            return;
        }
        if self.strikes(Fault::RequestDuplicated, 0.15) {
            let pause = self.rng.random_range(1..400);
            self.later(pause, What::ToHub { from, id: 0, request: request.clone() });
        }
        if self.strikes(Fault::RequestReplayedLate, 0.1) {
            let pause = self.rng.random_range(5_000..40_000);
            self.later(pause, What::ToHub { from, id: 0, request: request.clone() });
        }
        let most = if self.strikes(Fault::Reordering, 0.3) { 6_000 } else { 60 };
        let pause = self.rng.random_range(5..most);
        self.later(pause, What::ToHub { from, id, request });
    }

    fn reply(&mut self, to: usize, id: u64, reply: Reply) {
        let heard = self.devices[to].from_hub;
        if id == 0 || !heard || self.strikes(Fault::ReplyLost, 0.15) {
            return;
        }
        let pause = self.rng.random_range(5..60);
        self.later(pause, What::ToTill { to, id, reply });
    }

    pub fn at_hub(&mut self, from: usize, id: u64, request: Request) {
        if !self.is_hub_up {
            return;
        }
        if self.now < self.devices[from].refused_until {
            return self.reply(from, id, Reply::Unauthorized);
        }
        if self.now < self.busy_until {
            return self.reply(from, id, Reply::Busy);
        }
        match request {
            Request::Open(request) => {
                let reply = self.hub.open(&request, self.now);
                self.note(|| format!("till {from} opens session {}", reply.session));
                self.reply(from, id, Reply::Open(reply));
            }
            Request::Hashes(request) => {
                let reply = self.hub.hashes(&request);
                self.reply(from, id, Reply::Hashes(reply));
            }
            Request::Push(body) => self.pushed(from, id, &body),
        }
    }

    fn pushed(&mut self, from: usize, id: u64, body: &[u8]) {
        let (till, code) = (self.devices[from].till, self.devices[from].code.clone());
        let batch = read_batch(body).expect("what write_batch wrote is read");
        assert!(batch.events.len() <= EVENTS_MAX, "a till keeps to the hub's limits");
        match self.hub.decide(till, &code, batch, false) {
            Ok(staged) => self.staged(from, id, staged),
            Err(refusal) => {
                self.note(|| format!("the hub refuses till {from}: {refusal}"));
                self.refuse(from, id, refusal);
            }
        }
    }

    fn refuse(&mut self, from: usize, id: u64, refusal: Refusal) {
        let expected = if let Refusal::Gap { expected } = refusal { Some(expected) } else { None };
        self.reply(from, id, Reply::Refused(refusal.code(), expected));
    }

    fn staged(&mut self, from: usize, id: u64, staged: Staged) {
        let run = self.hub_run;
        if self.is_bug(Bug::AckBeforeCommit) {
            let mut early = self.hub.disk.clone();
            std::mem::swap(&mut early, &mut self.hub.disk);
            let reply = self.hub.commit(staged.clone());
            std::mem::swap(&mut early, &mut self.hub.disk);
            self.hub.disk.promised = early.promised;
            self.reply(from, id, Reply::Push(reply));
            let pause = self.rng.random_range(1..300);
            return self.later(pause, What::Commit { from, id, staged, run, answer: false });
        }
        // Some commits take their time, and another push comes in between.
        let pause = if self.rng.random_bool(0.3) { self.rng.random_range(1..500) } else { 0 };
        self.later(pause, What::Commit { from, id, staged, run, answer: true });
    }

    pub fn commit(&mut self, from: usize, id: u64, staged: Staged, answer: bool) {
        if self.hub_kill == Some(Fault::HubKilledBeforeCommit) {
            if self.is_bug(Bug::CursorWithoutStoring) {
                self.hub.move_cursor_only(&staged);
            }
            return self.kill_hub(Fault::HubKilledBeforeCommit);
        }
        if self.hub.is_raced(&staged) {
            // The lock of the log's row, or a key, sends the later one back: the till asks again.
            self.note(|| format!("a push of till {from} lost a race"));
            if answer {
                self.reply(from, id, Reply::Busy);
            }
            return;
        }
        let reply = self.hub.commit(staged);
        self.note(|| format!("the hub has {} of {} from till {from}", reply.ack.seq, reply.log));
        if self.hub_kill == Some(Fault::HubKilledBeforeReply) {
            return self.kill_hub(Fault::HubKilledBeforeReply);
        }
        if answer {
            self.reply(from, id, Reply::Push(reply));
        }
    }

    fn kill_hub(&mut self, fault: Fault) {
        self.count(fault);
        self.hub_kill = None;
        self.stop_hub();
    }

    pub fn stop_hub(&mut self) {
        self.is_hub_up = false;
        self.hub_run += 1;
        let pause = self.rng.random_range(200..8_000);
        self.later(pause, What::HubUp);
    }

    /// A file with what waited at a till, brought by hand: no session fences it, each run stands alone.
    pub fn carried(&mut self, from: usize, bodies: Vec<Vec<u8>>) {
        let (till, code) = (self.devices[from].till, self.devices[from].code.clone());
        for body in bodies {
            let batch = read_batch(&body).expect("what write_batch wrote is read");
            match self.hub.decide(till, &code, batch, true) {
                Ok(staged) if !self.hub.is_raced(&staged) => {
                    let reply = self.hub.commit(staged);
                    self.note(|| format!("carried: the hub has {} of {}", reply.ack.seq, reply.log));
                }
                Ok(_) => {}
                Err(refusal) => self.note(|| format!("carried: refused: {refusal}")),
            }
        }
    }
}
