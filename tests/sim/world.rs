//! Everything that happens in one schedule, in the order of one clock and drawn from one seed.

use std::collections::BTreeMap;

use domain::points::Programme;
use domain::sync::{HashesReply, HashesRequest, OpenReply, OpenRequest, PushReply};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::bugs::Bug;
use crate::faults::Fault;
use crate::hub::{Disk, Hub, Staged};
use crate::till::{Device, Memory, code};

/// How long faults go on, and how long everything may take to come to rest after them.
const FAULTS_MS: i64 = 60_000;
const REST_MS: i64 = 100_000;
/// A till that was refused or told to come again later, or that shares its name with a copy, may be in its longest
/// pause.
const LONG_REST_MS: i64 = 700_000;
pub const TIMEOUT_MS: i64 = 30_000;
pub const PULL_MS: i64 = 2_500;

#[derive(Debug, Clone)]
pub enum Request {
    Open(OpenRequest),
    Push(Vec<u8>),
    Hashes(HashesRequest),
}

#[derive(Debug, Clone)]
pub enum Reply {
    Open(OpenReply),
    Push(PushReply),
    Hashes(HashesReply),
    /// A refusal by its code.
    Refused(&'static str, Option<i64>),
    Unauthorized,
    Busy,
    /// Nothing came in time.
    Silence,
}

#[derive(Debug)]
pub enum What {
    ToHub { from: usize, id: u64, request: Request },
    ToTill { to: usize, id: u64, reply: Reply },
    Commit { from: usize, id: u64, staged: Staged, run: u64, answer: bool },
    Carried { from: usize, bodies: Vec<Vec<u8>> },
    Wake { till: usize, number: u64 },
    Pull(usize),
    Sell(usize),
    Start(usize),
    Fault,
    HubUp,
    Heal,
}

#[derive(Debug)]
pub struct World {
    pub now: i64,
    pub rng: ChaCha8Rng,
    pub bug: Option<Bug>,
    pub hub: Hub,
    pub is_hub_up: bool,
    /// Rises with each start of the hub: what an earlier process had in hand is gone.
    pub hub_run: u64,
    pub hub_kill: Option<Fault>,
    pub busy_until: i64,
    pub devices: Vec<Device>,
    queue: BTreeMap<(i64, u64), What>,
    number: u64,
    pub counts: BTreeMap<&'static str, u64>,
    pub trace: Option<Vec<String>>,
    pub is_healed: bool,
    pub faults: Vec<Fault>,
    pub sold: u64,
}

impl World {
    pub fn new(seed: u64, bug: Option<Bug>, is_traced: bool) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        // Each schedule leaves some faults out: what hides behind a frequent one is seen without it.
        let faults = Fault::ALL.into_iter().filter(|_| rng.random_bool(0.5)).collect();
        let disk = Disk { epoch: 1, ..Disk::default() };
        let programme = Programme::starter(code("2026-01-01"));
        let mut world = Self {
            now: 0,
            rng,
            bug,
            hub: Hub { disk, backup: None, bug, programme, broken: vec![] },
            is_hub_up: true,
            hub_run: 0,
            hub_kill: None,
            busy_until: 0,
            devices: vec![],
            queue: BTreeMap::new(),
            number: 0,
            counts: BTreeMap::new(),
            trace: is_traced.then(Vec::new),
            is_healed: false,
            faults,
            sold: 0,
        };
        for n in 0..world.rng.random_range(2..=4_u64) {
            let till = domain::ids::TillId::new(1, world.entropy());
            world.devices.push(Device::new(till, format!("{}", n + 1), format!("machine {n}")));
            let at = world.rng.random_range(0..2_000);
            let till = world.devices.len() - 1;
            world.later(at, What::Start(till));
            world.later(at + 1, What::Pull(till));
            world.later(at + 500, What::Sell(till));
        }
        world.later(3_000, What::Fault);
        world.later(FAULTS_MS, What::Heal);
        world
    }

    /// Runs to the end; true when everything came to rest by itself.
    pub fn run(&mut self) {
        let mut end = FAULTS_MS + REST_MS;
        while let Some(((at, _), what)) = self.queue.pop_first() {
            if at > end {
                break;
            }
            if self.is_healed && self.needs_long_rest() {
                end = FAULTS_MS + LONG_REST_MS;
            }
            self.now = at;
            self.happen(what);
            if self.is_healed && at > FAULTS_MS + REST_MS && self.is_at_rest() {
                break;
            }
        }
    }

    fn needs_long_rest(&self) -> bool {
        let lengthen = [Fault::KeyRefused, Fault::HubBusy, Fault::TillCloned];
        lengthen.iter().any(|fault| self.counts.contains_key(fault.name()))
    }

    fn is_at_rest(&self) -> bool {
        self.devices.iter().filter(|d| !d.is_gone).all(|d| d.memory.is_some() && d.unsent() == 0)
    }

    fn happen(&mut self, what: What) {
        match what {
            What::ToHub { from, id, request } => self.at_hub(from, id, request),
            What::ToTill { to, id, reply } => self.answered(to, id, reply),
            What::Commit { from, id, staged, run, answer } => {
                if run == self.hub_run && self.is_hub_up {
                    self.commit(from, id, staged, answer);
                }
            }
            What::Carried { from, bodies } => self.carried(from, bodies),
            What::Wake { till, number } => {
                if let Some(memory) = self.memory(till).filter(|memory| memory.wake == number) {
                    if std::mem::take(&mut memory.is_idle) {
                        memory.logs.clear();
                    }
                    self.turn(till);
                }
            }
            What::Pull(till) => self.pull(till),
            What::Sell(till) => self.sell_and_go_on(till),
            What::Start(till) => self.start(till),
            What::Fault => self.fault(),
            What::HubUp => {
                self.is_hub_up = true;
                self.note(|| "the hub is up".to_owned());
            }
            What::Heal => self.heal(),
        }
    }

    fn heal(&mut self) {
        self.is_healed = true;
        self.busy_until = 0;
        self.hub_kill = None;
        for device in &mut self.devices {
            (device.to_hub, device.from_hub, device.refused_until, device.kill_at) = (true, true, 0, None);
        }
        self.note(|| "everything heals".to_owned());
    }

    pub fn later(&mut self, pause_ms: i64, what: What) {
        self.number += 1;
        self.queue.insert((self.now + pause_ms.max(0), self.number), what);
    }

    pub fn fresh_number(&mut self) -> u64 {
        self.number += 1;
        self.number
    }

    pub fn entropy(&mut self) -> [u8; 10] {
        self.rng.random()
    }

    pub fn has(&self, fault: Fault) -> bool {
        !self.is_healed && self.faults.contains(&fault)
    }

    /// Whether a fault of the network strikes now.
    pub fn strikes(&mut self, fault: Fault, chance: f64) -> bool {
        let strikes = self.has(fault) && self.rng.random_bool(chance);
        if strikes {
            self.count(fault);
        }
        strikes
    }

    pub fn count(&mut self, fault: Fault) {
        *self.counts.entry(fault.name()).or_default() += 1;
        self.note(|| format!("fault: {}", fault.name()));
    }

    pub fn note(&mut self, line: impl FnOnce() -> String) {
        let now = self.now;
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{now:>7} {}", line()));
        }
    }

    pub fn is_bug(&self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }

    /// The process of a machine ends; what it had not committed is gone.
    pub fn kill(&mut self, till: usize) {
        self.devices[till].memory = None;
        self.devices[till].kill_at = None;
        let pause = self.rng.random_range(100..5_000);
        self.later(pause, What::Start(till));
        self.note(|| format!("till {till} is killed"));
    }

    pub fn memory(&mut self, till: usize) -> Option<&mut Memory> {
        self.devices[till].memory.as_mut()
    }
}
