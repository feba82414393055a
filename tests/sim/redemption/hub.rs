//! The hub of these schedules: one account, and what it has of each till's log.

use std::collections::BTreeMap;

use domain::Points;
use domain::ids::{LeaseId, LogId, TillId};
use domain::sync::redemption::{
    Account, Answer, Ask, HELD_MS, LeaseRow, LeaseState, Mode, Place, ReservationState, Spend, lease_offer,
};

use super::bugs::RedemptionBug as Bug;
use super::till::{Entry, What};

/// An old look at the account: how long two questions may be decided by it where nothing locks its row.
const STALE_MS: i64 = 4_000;

#[derive(Debug)]
pub struct Hub {
    pub account: Account,
    pub bug: Option<Bug>,
    pub mode: Mode,
    /// How far each till's log is here.
    pub acked: BTreeMap<TillId, i64>,
    pub broken: Vec<String>,
    /// What all sales that arrived took.
    pub committed: i64,
    seen: (i64, Points),
    leases: u8,
}

impl Hub {
    pub fn new(funds: Points, mode: Mode, bug: Option<Bug>) -> Self {
        let account = Account::of(funds, BTreeMap::new(), BTreeMap::new()).expect("small figures");
        let seen = (0, funds);
        Self { account, bug, mode, acked: BTreeMap::new(), broken: vec![], committed: 0, seen, leases: 0 }
    }

    pub fn reserve(&mut self, ask: &Ask, now: i64) -> Answer {
        if self.bug == Some(Bug::ReserveWithoutRowLock) {
            if now - self.seen.0 > STALE_MS {
                self.seen = (now, self.account.available());
            }
            let missing = Points((ask.points.0 - self.account.available().0).max(0));
            let is_new = !self.account.reservations().contains_key(&ask.id);
            if is_new && ask.points <= self.seen.1 && missing > Points::ZERO {
                self.account.add(missing).expect("small figures");
                let answer = self.account.reserve(ask, now).expect("small figures");
                self.account.add(Points(-missing.0)).expect("small figures");
                return answer;
            }
        }
        self.account.reserve(ask, now).expect("small figures")
    }

    /// A run of a log from `first` on; what the hub has already is passed over, and a gap ends it.
    pub fn push(&mut self, till: TillId, log: LogId, first: i64, entries: &[Entry], now: i64) -> i64 {
        let mut acked = self.acked.get(&till).copied().unwrap_or(0);
        for (seq, entry) in (first..).zip(entries) {
            if seq != acked + 1 {
                continue;
            }
            acked = seq;
            self.apply((till, log), entry, now);
            if self.bug != Some(Bug::PassedByTheHubsClock) {
                let reached = Place { log, seq, moment: entry.moment.clone() };
                self.account.passed(&reached).expect("small figures");
            }
        }
        self.acked.insert(till, acked);
        acked
    }

    fn apply(&mut self, (till, log): (TillId, LogId), entry: &Entry, now: i64) {
        match &entry.what {
            What::Intent | What::Nothing => {}
            What::Void(id) => {
                let is_known = self.account.reservations().contains_key(id);
                if is_known || self.bug != Some(Bug::VoidForgotten) {
                    self.account.void(*id, till, now).expect("small figures");
                }
            }
            What::Earned(points) => self.account.add(*points).expect("small figures"),
            What::Sale { id, points, lease } => {
                let spend = Spend { id: *id, till, points: *points, lease: *lease };
                let taken = self.account.commit(spend, now).expect("small figures");
                self.committed += points.0;
                let is_floor = matches!(self.mode, Mode::Floor(_));
                if taken.is_repeat || (!is_floor && taken.overdrawn > Points::ZERO) {
                    self.broken.push(format!("overdrawn: {id} took {taken:?}"));
                }
            }
            What::LeaseBack { lease, left } => {
                self.account.return_lease(*lease, (till, log), *left).expect("small figures");
            }
        }
    }

    /// What a till hears when it asks for news: the account as it stands, and its lease.
    pub fn news(
        &mut self,
        (till, log): (TillId, LogId),
        tills: u32,
        life_ms: i64,
        now: i64,
    ) -> (Points, Option<LeaseRow>) {
        if self.mode == Mode::OnlineAndLease {
            self.lease((till, log), tills, life_ms, now);
        }
        let of_till = self
            .account
            .leases()
            .iter()
            .find(|(_, lease)| (lease.till, lease.log) == (till, log) && lease.state == LeaseState::Out);
        let row = of_till.map(|(id, lease)| LeaseRow {
            lease: *id,
            log: lease.log,
            points: lease.points,
            life_ms: lease.life_ms,
        });
        (self.account.available(), row)
    }

    fn lease(&mut self, of: (TillId, LogId), tills: u32, life_ms: i64, now: i64) {
        let points = lease_offer(self.account.balance().expect("small figures"), tills);
        let points = points.expect("small figures").min(self.account.available());
        let id = LeaseId::new(now, [self.leases; 10]);
        if self.account.lease(id, of, points, (now, life_ms)).is_ok() {
            self.leases = self.leases.wrapping_add(1);
            if self.bug == Some(Bug::LeaseNotSubtracted) {
                self.account.add(points).expect("small figures");
            }
        }
    }

    /// What only a wrong hub does: it ends promises by its own clock.
    pub fn look_at_the_clock(&mut self, now: i64) {
        let is_passed = |place: &Place, till: &TillId| {
            self.bug == Some(Bug::ReservationTimesOut)
                || self.acked.get(till).is_some_and(|acked| *acked > place.seq)
        };
        if matches!(self.bug, Some(Bug::ReservationTimesOut | Bug::PassedByTheHubsClock)) {
            let old = self.account.reservations().iter().filter(|(_, row)| {
                let intent = row.intent.as_ref();
                row.state == ReservationState::Held
                    && now - row.at_ms >= HELD_MS
                    && intent.is_some_and(|place| is_passed(place, &row.till))
            });
            let old: Vec<_> = old.map(|(id, row)| (*id, row.till)).collect();
            for (id, till) in old {
                self.account.void(id, till, now).expect("small figures");
            }
        }
        if self.bug == Some(Bug::LeaseExpiryByWallClock) {
            let leases = self.account.leases().iter();
            let old = leases.filter(|(_, lease)| now - lease.at_ms >= lease.life_ms);
            let old: Vec<_> = old.map(|(id, lease)| (*id, (lease.till, lease.log), lease.left)).collect();
            for (id, of, left) in old {
                self.account.return_lease(id, of, left).expect("small figures");
            }
        }
    }
}
