//! One schedule: tills, a hub and a network that loses, repeats and reorders; then peace, then the count.

use std::collections::{BTreeMap, HashMap};

use domain::ids::{SaleId, TillId};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::hub::{Hub, Reply, Request};
use crate::till::{Disk, Till, Turn};

/// A bug planted on purpose, to show that the drill would find it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutant {
    None,
    HubAnswersBeforeCommit,
    HubForgetsIds,
    HubSkipsTheGap,
    HubSkipsTheHash,
    TillTrustsAnyAck,
    TillCarriesNothing,
    TillMakesNewIds,
    TillForgetsSealedLogs,
    TillIgnoresTheEpoch,
}

/// How often each fault struck.
#[derive(Debug, Default, Clone, Copy)]
pub struct Fired {
    pub lost: usize,
    pub duplicated: usize,
    pub reordered: usize,
    pub timeouts: usize,
    pub ignored: usize,
    pub till_crashes: usize,
    pub hub_crashes_before: usize,
    pub hub_crashes_after: usize,
    pub tills_restored: usize,
    pub tills_cloned: usize,
    pub hubs_restored: usize,
    pub anchors: usize,
    pub reopened: usize,
    pub carried: usize,
    pub gaps: usize,
    pub refusals: usize,
}

/// What is wrong after the peace. All zero in a sound system.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    pub lost: usize,
    pub duplicated: usize,
    pub stuck: usize,
}

#[derive(Debug)]
enum Message {
    Request { machine: usize, id: u64, request: Request },
    Reply { machine: usize, id: u64, reply: Reply },
}

#[derive(Debug)]
struct Posted {
    at_ms: i64,
    serial: u64,
    message: Message,
}

#[derive(Debug)]
pub struct World {
    rng: StdRng,
    mutant: Mutant,
    now_ms: i64,
    tills: Vec<Till>,
    copies: Vec<Disk>,
    hub: Hub,
    hub_copy: Hub,
    post: Vec<Posted>,
    serial: u64,
    delivered: u64,
    /// Every sale that was ever told to a customer as done. `false`: no disk in the world has it any more.
    sales: BTreeMap<i64, (SaleId, bool)>,
    pub fired: Fired,
}

impl World {
    pub fn new(seed: u64, mutant: Mutant) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let count = rng.random_range(1..=3);
        let tills: Vec<Till> = (0..count)
            .map(|n| Till::new(Disk::new(TillId::new(n, rng.random()), &mut rng), &format!("machine {n}")))
            .collect();
        let copies = tills.iter().map(|till| till.disk.clone()).collect();
        let mut hub = Hub::default();
        hub.marks_forks = rng.random();
        let (hub_copy, post, sales) = (hub.clone(), vec![], BTreeMap::new());
        let fired = Fired::default();
        Self {
            rng,
            mutant,
            now_ms: 0,
            tills,
            copies,
            hub,
            hub_copy,
            post,
            serial: 0,
            delivered: 0,
            sales,
            fired,
        }
    }

    /// Runs trouble, then peace, and counts.
    pub fn run(mut self) -> (Verdict, Fired) {
        for _ in 0..self.rng.random_range(20..60) {
            self.now_ms += self.rng.random_range(1..20_000);
            self.trouble();
            for machine in 0..self.tills.len() {
                self.turn(machine, true);
            }
            self.deliver(true);
        }
        self.post.clear();
        let stuck = self.peace();
        (self.count(stuck), self.fired)
    }

    fn chance(&mut self, percent: u32) -> bool {
        self.rng.random_range(0..100) < percent
    }

    fn trouble(&mut self) {
        let machine = self.rng.random_range(0..self.tills.len());
        if self.chance(40) {
            self.sell(machine);
        }
        if self.chance(8) {
            self.fired.till_crashes += 1;
            self.restart(machine);
        }
        if self.chance(10) {
            self.copies[machine] = self.tills[machine].disk.clone();
        }
        if self.chance(10) {
            self.hub_copy = self.hub.clone();
        }
        if self.chance(2) {
            self.fired.tills_restored += 1;
            self.tills[machine].disk = self.copies[machine].clone();
            if self.chance(50) {
                self.tills[machine].forget_anchor();
            }
            self.restart(machine);
            self.excuse();
        }
        if self.chance(1) && self.tills.len() < 4 {
            self.fired.tills_cloned += 1;
            let disk = self.copies[machine].clone();
            self.copies.push(disk.clone());
            self.tills.push(Till::new(disk, "the clone"));
        }
        if self.chance(1) {
            self.fired.hubs_restored += 1;
            let epoch = self.hub.epoch + 1;
            self.hub = self.hub_copy.clone();
            self.hub.epoch = epoch;
            self.excuse();
        }
    }

    fn sell(&mut self, machine: usize) {
        let receipt_no = i64::try_from(self.sales.len()).unwrap();
        let id = self.tills[machine].sell(receipt_no, &mut self.rng);
        self.sales.insert(receipt_no, (id, true));
    }

    fn restart(&mut self, machine: usize) {
        self.tills[machine].restart(self.mutant, &mut self.rng, &mut self.fired);
    }

    /// After a disk was put back in time: nobody can bring a sale that is on no disk.
    fn excuse(&mut self) {
        for (receipt_no, (id, must_arrive)) in &mut self.sales {
            let somewhere =
                self.hub.applied.contains(receipt_no) || self.tills.iter().any(|till| till.disk.holds(*id));
            *must_arrive &= somewhere;
        }
    }

    fn turn(&mut self, machine: usize, trouble: bool) {
        let mut turn = Turn { rng: &mut self.rng, fired: &mut self.fired, mutant: self.mutant };
        if let Some((id, request)) = self.tills[machine].tick(self.now_ms, &mut turn) {
            self.send(trouble, || Message::Request { machine, id, request: request.clone() });
        }
    }

    fn send(&mut self, trouble: bool, message: impl Fn() -> Message) {
        if trouble && self.chance(15) {
            self.fired.lost += 1;
            return;
        }
        let copies = if trouble && self.chance(15) { 2 } else { 1 };
        self.fired.duplicated += copies - 1;
        for _ in 0..copies {
            let slow = trouble && self.chance(10);
            let delay_ms = if slow { self.rng.random_range(0..60_000) } else { 0 };
            self.serial += 1;
            self.post.push(Posted { at_ms: self.now_ms + delay_ms, serial: self.serial, message: message() });
        }
    }

    fn deliver(&mut self, trouble: bool) {
        loop {
            let due = self.post.iter().enumerate().filter(|(_, p)| p.at_ms <= self.now_ms);
            let Some((place, _)) = due.min_by_key(|(_, p)| (p.at_ms, p.serial)) else {
                return;
            };
            let posted = self.post.swap_remove(place);
            self.fired.reordered += usize::from(posted.serial < self.delivered);
            self.delivered = self.delivered.max(posted.serial);
            match posted.message {
                Message::Request { machine, id, request } => {
                    if let Some(reply) = self.serve(&request, trouble) {
                        self.send(trouble, || Message::Reply { machine, id, reply: reply.clone() });
                    }
                }
                Message::Reply { machine, id, reply } => {
                    let mut turn = Turn { rng: &mut self.rng, fired: &mut self.fired, mutant: self.mutant };
                    self.tills[machine].receive(id, reply, self.now_ms, &mut turn);
                }
            }
        }
    }

    fn serve(&mut self, request: &Request, trouble: bool) -> Option<Reply> {
        if trouble && self.chance(5) {
            self.fired.hub_crashes_before += 1;
            return match self.mutant {
                Mutant::HubAnswersBeforeCommit => Some(self.hub.clone().answer(request, self.mutant)),
                _ => None,
            };
        }
        let reply = self.hub.answer(request, self.mutant);
        if trouble && self.chance(5) {
            self.fired.hub_crashes_after += 1;
            return None;
        }
        Some(reply)
    }

    /// Nothing fails any more; whoever is not done after this many turns never will be.
    fn peace(&mut self) -> usize {
        for _ in 0..400 {
            self.now_ms += self.rng.random_range(1_000..60_000);
            let first = self.rng.random_range(0..self.tills.len());
            for n in 0..self.tills.len() {
                self.turn((first + n) % self.tills.len(), false);
                if self.rng.random() {
                    self.deliver(false);
                }
            }
            self.deliver(false);
            if self.post.is_empty() && self.tills.iter().all(|till| till.is_settled(self.hub.epoch)) {
                return 0;
            }
        }
        self.tills.iter().filter(|till| !till.is_settled(self.hub.epoch)).count()
    }

    fn count(&self, stuck: usize) -> Verdict {
        let mut applied: HashMap<i64, usize> = HashMap::new();
        for receipt_no in &self.hub.applied {
            *applied.entry(*receipt_no).or_default() += 1;
        }
        let missing =
            |(no, (_, must_arrive)): &(&i64, &(SaleId, bool))| *must_arrive && !applied.contains_key(no);
        Verdict {
            lost: self.sales.iter().filter(missing).count(),
            duplicated: applied.values().filter(|times| **times > 1).count(),
            stuck,
        }
    }
}
