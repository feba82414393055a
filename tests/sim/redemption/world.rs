//! What happens in one schedule, in the order of one clock and drawn from one seed.

mod settle;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::Points;
use domain::ids::{LogId, RedemptionId};
use domain::sync::redemption::{Answer, Ask, By, Floor, LeaseRow, Mode};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::Outcome;
use super::bugs::RedemptionBug as Bug;
use super::hub::Hub;
use super::till::{Entry, Till, What};

const TILLS: u8 = 4;
const END_MS: i64 = 900_000;
const DAY_MS: i64 = 240_000;
const ASK_AGAIN_MS: i64 = 3_000;
const TRIES: u32 = 3;
pub const FLOOR: &str = "floor";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Lost,
    Doubled,
    Late,
    CutOff,
    Killed,
    KilledAfterIntent,
    Started,
    WallClockJumped,
    MemoryRestored,
}

impl Fault {
    pub const ALL: [Self; 9] = [
        Self::Lost,
        Self::Doubled,
        Self::Late,
        Self::CutOff,
        Self::Killed,
        Self::KilledAfterIntent,
        Self::Started,
        Self::WallClockJumped,
        Self::MemoryRestored,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Lost => "message lost",
            Self::Doubled => "message twice",
            Self::Late => "message late",
            Self::CutOff => "till cut off",
            Self::Killed => "till killed",
            Self::KilledAfterIntent => "till killed after its intent",
            Self::Started => "machine started again",
            Self::WallClockJumped => "wall clock jumped",
            Self::MemoryRestored => "machine put back to a copy of its memory",
        }
    }
}

#[derive(Debug, Clone)]
enum Message {
    Reserve(Ask),
    Push { log: LogId, first: i64, entries: Vec<Entry> },
    News(LogId),
    Answer(RedemptionId, Answer),
    Acked(i64),
    Told { available: Points, covers: i64, row: Option<LeaseRow> },
}

#[derive(Debug)]
enum Happening {
    Act(usize),
    Sync(usize),
    AskAgain(usize, RedemptionId),
    AtHub(usize, Message),
    AtTill(usize, Message),
    Start(usize),
    Fault,
    HubClock,
}

#[derive(Debug)]
pub struct World {
    now: i64,
    rng: ChaCha8Rng,
    bug: Option<Bug>,
    mode: Mode,
    hub: Hub,
    tills: Vec<Till>,
    queue: BTreeMap<(i64, u64), Happening>,
    number: u64,
    faults: Vec<Fault>,
    counts: BTreeMap<&'static str, u64>,
    lease_ms: i64,
    /// What the account ever had, and what tills let be spent of it, at the moment they did.
    funds: i64,
    spent: i64,
    overspent: i64,
    redemptions: u64,
    findings: Vec<String>,
    trace: Option<Vec<String>>,
}

impl World {
    pub fn new(seed: u64, bug: Option<Bug>, is_traced: bool) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        // Each schedule leaves some faults out: what hides behind a frequent one is seen without it.
        let faults = Fault::ALL.into_iter().filter(|_| rng.random_bool(0.5)).collect();
        let per_card = Points(rng.random_range(5..60) * 100);
        let mode = match rng.random_range(0..4) {
            0 => Mode::Online,
            1 => Mode::Floor(Floor { per_card, per_session: rng.random_range(1..=3), hours: 1 }),
            _ => Mode::OnlineAndLease,
        };
        let funds = Points(rng.random_range(40..400) * 100);
        let mut world = Self {
            now: 0,
            bug,
            mode,
            hub: Hub::new(funds, mode, bug),
            tills: (0..TILLS).map(|n| Till::new(n + 1, bug)).collect(),
            queue: BTreeMap::new(),
            number: 0,
            faults,
            counts: BTreeMap::new(),
            lease_ms: rng.random_range(60..600) * 1_000,
            funds: funds.0,
            spent: 0,
            overspent: 0,
            redemptions: 0,
            findings: vec![],
            trace: is_traced.then(Vec::new),
            rng,
        };
        for n in 0..world.tills.len() {
            let at = world.rng.random_range(0..20_000);
            world.later(at, Happening::Sync(n));
            world.later(at + 5_000, Happening::Act(n));
        }
        world.later(20_000, Happening::Fault);
        if bug.is_some() {
            world.later(1_000, Happening::HubClock);
        }
        world
    }

    pub fn run(&mut self) {
        while let Some(((at, _), what)) = self.queue.pop_first() {
            if at > END_MS {
                break;
            }
            self.now = at;
            self.happen(what);
        }
        self.now = END_MS;
        self.settle();
    }

    pub fn outcome(self) -> Outcome {
        Outcome {
            findings: self.findings,
            mode: match self.mode {
                Mode::Online => "online",
                Mode::OnlineAndLease => "online and lease",
                Mode::Floor(_) => FLOOR,
            },
            redemptions: self.redemptions,
            overspent: self.overspent,
            bound: bound(self.mode),
            faults: self.counts,
            trace: self.trace.unwrap_or_default(),
        }
    }

    fn happen(&mut self, what: Happening) {
        match what {
            Happening::Act(n) => self.act(n),
            Happening::Sync(n) => self.sync(n),
            Happening::AskAgain(n, id) => self.ask_again(n, id),
            Happening::AtHub(n, message) => self.at_hub(n, message),
            Happening::AtTill(n, message) => self.at_till(n, message),
            Happening::Start(n) => {
                self.tills[n].start(self.now);
                self.note(|| format!("till {n} starts"));
            }
            Happening::Fault => self.fault(),
            Happening::HubClock => {
                self.hub.look_at_the_clock(self.now);
                self.later(2_000, Happening::HubClock);
            }
        }
    }

    /// Somebody stands at a till: with points on the ticket, or about to put some there.
    fn act(&mut self, n: usize) {
        let pause = self.rng.random_range(5_000..60_000);
        self.later(pause, Happening::Act(n));
        if !self.tills[n].is_up {
            return;
        }
        let is_unanswered =
            self.tills[n].disk.ticket.as_ref().is_some_and(|t| !t.is_held && !t.reserve.is_zero());
        match (&self.tills[n].disk.ticket, self.rng.random_range(0..100)) {
            (Some(_), _) if is_unanswered && self.bug != Some(Bug::ClosesUnanswered) => {}
            (Some(_), 0..60) => self.close(n),
            (Some(_), 60..75) => {
                self.tills[n].take_off(self.now);
                self.note(|| format!("till {n} takes points off its ticket"));
            }
            // The customer looks for something.
            (Some(_), _) => {}
            (None, 0..15) => {
                let points = Points(self.rng.random_range(1..20) * 100);
                self.funds += points.0;
                self.tills[n].write(What::Earned(points), self.now);
            }
            (None, 15..25) => self.tills[n].write(What::Nothing, self.now),
            (None, _) => self.spend(n),
        }
    }

    fn spend(&mut self, n: usize) {
        self.tills[n].return_leases(self.now, false);
        let on = self.date(n);
        let allowance = self.tills[n].allowance(self.mode, self.now, on);
        if allowance.points <= Points::ZERO {
            return;
        }
        let all = allowance.points.0;
        let points = Points(if self.rng.random_bool(0.4) { all } else { self.rng.random_range(1..=all) });
        let id = RedemptionId::new(self.now, self.rng.random());
        self.note(|| format!("till {n} may spend {allowance:?} and puts {points} of {id} on its ticket"));
        if allowance.by == By::Floor {
            self.tills[n].spend_in_the_dark(id, points, self.now, on);
            self.has_spent(n, points);
            return;
        }
        let ask = self.tills[n].put_on(id, points, self.now);
        if self.strikes(Fault::KilledAfterIntent, 0.1) {
            self.kill(n, false);
            return;
        }
        if let (Some(ask), By::Hub) = (ask, allowance.by) {
            self.send(n, Message::Reserve(ask));
            self.later(ASK_AGAIN_MS, Happening::AskAgain(n, id));
        }
    }

    /// By the till's wall clock; a day is short here, so that what a card may spend of a date comes round.
    fn date(&self, n: usize) -> NaiveDate {
        let days = (self.now + self.tills[n].utc_shift).div_euclid(DAY_MS);
        domain::time::plus_days("2026-03-02".parse().expect("a date"), days)
    }

    fn close(&mut self, n: usize) {
        if let Some(points) = self.tills[n].close(self.now) {
            self.has_spent(n, points);
        }
    }

    fn has_spent(&mut self, n: usize, points: Points) {
        self.spent += points.0;
        self.redemptions += 1;
        self.note(|| format!("till {n} has sold for {points}"));
        let overspent = self.spent - self.funds;
        self.overspent = self.overspent.max(overspent);
        if overspent > bound(self.mode) && self.findings.is_empty() {
            self.findings.push(format!("overspent: {} more than there was", Points(overspent)));
        }
    }

    fn ask_again(&mut self, n: usize, id: RedemptionId) {
        let till = &mut self.tills[n];
        let waits = till.disk.ticket.as_ref().is_some_and(|ticket| ticket.id == id && !ticket.is_held);
        if !till.is_up || !waits {
            return;
        }
        till.tries += 1;
        if till.tries >= TRIES {
            till.take_off(self.now);
            self.note(|| format!("till {n} has no answer for {id}"));
        } else if let Some(ask) = till.question() {
            self.send(n, Message::Reserve(ask));
            self.later(ASK_AGAIN_MS, Happening::AskAgain(n, id));
        }
    }

    /// A till sends what its hub lacks, and asks for news.
    fn sync(&mut self, n: usize) {
        let pause = self.rng.random_range(5_000..25_000);
        self.later(pause, Happening::Sync(n));
        if !self.tills[n].is_up {
            return;
        }
        self.tills[n].return_leases(self.now, false);
        let Till { disk, .. } = &self.tills[n];
        let (log, acked) = (disk.log, disk.acked);
        let entries = disk.unsent();
        if !entries.is_empty() {
            self.send(n, Message::Push { log, first: acked + 1, entries });
        }
        self.send(n, Message::News(log));
    }

    fn at_hub(&mut self, n: usize, message: Message) {
        let id = self.tills[n].id;
        let reply = match message {
            Message::Reserve(ask) => {
                let answer = self.hub.reserve(&ask, self.now);
                self.note(|| format!("hub answers till {n} for {}: {answer:?}", ask.id));
                Message::Answer(ask.id, answer)
            }
            Message::Push { log, first, entries } => {
                Message::Acked(self.hub.push(id, log, first, &entries, self.now))
            }
            Message::News(log) => {
                let (available, row) = self.hub.news((id, log), u32::from(TILLS), self.lease_ms, self.now);
                let covers = self.hub.acked.get(&id).copied().unwrap_or(0);
                Message::Told { available, covers, row }
            }
            Message::Answer(..) | Message::Acked(_) | Message::Told { .. } => return,
        };
        self.travel(n, |message| Happening::AtTill(n, message), reply);
    }

    fn at_till(&mut self, n: usize, message: Message) {
        let now = self.now;
        let till = &mut self.tills[n];
        if !till.is_up || now < till.cut_until {
            return;
        }
        till.heard_at = now;
        match message {
            Message::Acked(seq) => till.disk.acked = till.disk.acked.max(seq),
            Message::Told { available, covers, row } => till.heard_news(available, covers, row, now),
            Message::Answer(id, answer) => {
                let Some(ticket) = till.disk.ticket.as_mut().filter(|ticket| ticket.id == id) else { return };
                match answer {
                    Answer::Held => ticket.is_held = true,
                    _ => till.take_off(now),
                }
            }
            Message::Reserve(_) | Message::Push { .. } | Message::News(_) => {}
        }
    }

    fn send(&mut self, n: usize, message: Message) {
        if self.now >= self.tills[n].cut_until {
            self.travel(n, |message| Happening::AtHub(n, message), message);
        }
    }

    fn travel(&mut self, n: usize, arrives: impl Fn(Message) -> Happening, message: Message) {
        if self.now < self.tills[n].cut_until || self.strikes(Fault::Lost, 0.15) {
            return;
        }
        if self.strikes(Fault::Doubled, 0.1) {
            let delay = self.delay();
            self.later(delay, arrives(message.clone()));
        }
        let delay = self.delay();
        self.later(delay, arrives(message));
    }

    fn delay(&mut self) -> i64 {
        let most = if self.strikes(Fault::Late, 0.1) { 240_000 } else { 400 };
        self.rng.random_range(10..most)
    }

    fn fault(&mut self) {
        let pause = self.rng.random_range(5_000..80_000);
        self.later(pause, Happening::Fault);
        let n = self.rng.random_range(0..self.tills.len());
        let Some(fault) = (!self.faults.is_empty()).then(|| self.rng.random_range(0..self.faults.len()))
        else {
            return;
        };
        let fault = self.faults[fault];
        match fault {
            // These strike where they may.
            Fault::Lost | Fault::Doubled | Fault::Late | Fault::KilledAfterIntent => return,
            Fault::CutOff => {
                self.tills[n].cut_until = self.now + self.rng.random_range(20_000..400_000);
            }
            Fault::Killed => self.kill(n, false),
            Fault::Started => self.kill(n, true),
            Fault::WallClockJumped => {
                self.tills[n].utc_shift += self.rng.random_range(-7_200_000..7_200_000);
            }
            Fault::MemoryRestored => self.tills[n].mono_back(60_000),
        }
        self.count(fault);
        self.note(|| format!("{} at till {n}", fault.name()));
    }

    fn kill(&mut self, n: usize, boots: bool) {
        self.tills[n].is_up = false;
        let pause = self.rng.random_range(500..90_000);
        if boots {
            let at = self.now + pause;
            self.tills[n].boot_again(at);
        }
        self.later(pause, Happening::Start(n));
    }

    fn strikes(&mut self, fault: Fault, chance: f64) -> bool {
        let strikes = self.faults.contains(&fault) && self.rng.random_bool(chance);
        if strikes {
            self.count(fault);
        }
        strikes
    }

    fn count(&mut self, fault: Fault) {
        *self.counts.entry(fault.name()).or_default() += 1;
    }

    fn later(&mut self, pause: i64, what: Happening) {
        self.number += 1;
        self.queue.insert((self.now + pause, self.number), what);
    }

    fn note(&mut self, line: impl FnOnce() -> String) {
        let now = self.now;
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{now:>7} {}", line()));
        }
    }
}

/// What may be spent at most that is not there.
fn bound(mode: Mode) -> i64 {
    match mode {
        Mode::Floor(floor) => floor.worst_case(u32::from(TILLS)).expect("small figures").0,
        Mode::Online | Mode::OnlineAndLease => 0,
    }
}
