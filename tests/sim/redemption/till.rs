//! A till of these schedules: what is on its disk, and what it knows while it runs.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::Points;
use domain::ids::{AccountId, LeaseId, LogId, RedemptionId, TillId};
use domain::sync::redemption::{
    Allowance, Ask, HeldLease, LeaseRow, LeaseUse, Mode, Moment, NotClosing, OfflineSession, OnTicket, Place,
    Snapshot, floor_allows,
};

use super::bugs::RedemptionBug as Bug;

#[derive(Debug, Clone)]
pub struct Entry {
    pub moment: Moment,
    pub what: What,
}

#[derive(Debug, Clone)]
pub enum What {
    Intent,
    Void(RedemptionId),
    Sale {
        id: RedemptionId,
        points: Points,
        lease: Option<LeaseUse>,
    },
    /// A sale with the card that spends nothing.
    Earned(Points),
    LeaseBack {
        lease: LeaseId,
        left: Points,
    },
    /// Something else that a till writes.
    Nothing,
}

/// What is left after any kind of end. Each change of it is one commit.
#[derive(Debug, Clone)]
pub struct Disk {
    pub log: LogId,
    pub entries: Vec<Entry>,
    pub acked: i64,
    pub leases: BTreeMap<LeaseId, HeldLease>,
    pub ticket: Option<OnTicket>,
    pub snapshot: Option<Snapshot>,
    session: OfflineSession,
}

impl Disk {
    /// What the hub has not acknowledged.
    pub fn unsent(&self) -> Vec<Entry> {
        self.entries[usize::try_from(self.acked).unwrap_or(0)..].to_vec()
    }
}

#[derive(Debug)]
pub struct Till {
    pub id: TillId,
    pub disk: Disk,
    pub bug: Option<Bug>,
    pub is_up: bool,
    pub cut_until: i64,
    /// When it last heard anything.
    pub heard_at: i64,
    /// Questions for the ticket that stand unanswered.
    pub tries: u32,
    boot: u32,
    mono_shift: i64,
    pub utc_shift: i64,
}

/// As long as the hub has answered so lately, it is asked.
const ONLINE_MS: i64 = 30_000;

impl Till {
    pub fn new(n: u8, bug: Option<Bug>) -> Self {
        let disk = Disk {
            log: LogId::new(1, [n; 10]),
            entries: vec![],
            acked: 0,
            leases: BTreeMap::new(),
            ticket: None,
            snapshot: None,
            session: OfflineSession::default(),
        };
        let id = TillId::new(1, [n; 10]);
        let (cut_until, heard_at) = (0, -ONLINE_MS);
        let (boot, mono_shift, utc_shift) = (0, 0, 0);
        Self { id, disk, bug, is_up: true, cut_until, heard_at, tries: 0, boot, mono_shift, utc_shift }
    }

    pub fn moment(&self, now: i64) -> Moment {
        Moment { boot: self.boot.to_string(), mono_ms: now + self.mono_shift, utc_ms: now + self.utc_shift }
    }

    pub fn is_online(&self, now: i64) -> bool {
        now - self.heard_at < ONLINE_MS
    }

    pub fn head(&self) -> i64 {
        i64::try_from(self.disk.entries.len()).expect("small")
    }

    pub fn write(&mut self, what: What, now: i64) {
        let moment = self.moment(now);
        if let Some(ticket) = &mut self.disk.ticket {
            ticket.pass(&moment);
        }
        self.disk.entries.push(Entry { moment, what });
    }

    /// The machine is started again; it counts from zero.
    pub fn boot_again(&mut self, now: i64) {
        self.boot += 1;
        self.mono_shift = -now;
    }

    /// The machine is put back to a copy of its memory: its clock goes on from there.
    pub fn mono_back(&mut self, by: i64) {
        self.mono_shift -= by;
    }

    fn lease(&self) -> Option<(&HeldLease, LogId)> {
        let held = self.disk.leases.values().find(|lease| !lease.is_returned);
        held.map(|lease| (lease, self.disk.log))
    }

    /// By which clock a lease is looked at.
    fn lease_moment(&self, now: i64) -> Moment {
        let moment = self.moment(now);
        if self.bug == Some(Bug::LeaseExpiryByWallClock) {
            return Moment { boot: String::new(), mono_ms: moment.utc_ms, ..moment };
        }
        moment
    }

    pub fn allowance(&self, mode: Mode, now: i64, on: NaiveDate) -> Allowance {
        let moment = self.lease_moment(now);
        let lease = self.lease().filter(|_| mode == Mode::OnlineAndLease);
        let snapshot = self.disk.snapshot.as_ref();
        if self.is_online(now) {
            let available = snapshot.map_or(Points::ZERO, |snapshot| snapshot.available);
            return Allowance::online(available, lease, &moment);
        }
        let floor = |limits: &_| {
            let nothing = Snapshot { available: Points::ZERO, received: moment.clone(), covers: 0 };
            let snapshot = snapshot.unwrap_or(&nothing);
            let of = (account(), snapshot, self.spent_since(snapshot.covers));
            floor_allows(limits, &self.disk.session, of, (on, &moment))
        };
        Allowance::alone(mode, lease, floor, &moment)
    }

    fn spent_since(&self, covers: i64) -> Points {
        let later = self.disk.entries.iter().skip(usize::try_from(covers).unwrap_or(0));
        later
            .map(|entry| match entry.what {
                What::Sale { points, .. } => points,
                _ => Points::ZERO,
            })
            .sum()
    }

    /// Puts points on the ticket: what the snapshot says is free is asked for, the rest is the lease's. Answers the question
    /// for the hub; none where it need not be asked.
    pub fn put_on(&mut self, id: RedemptionId, points: Points, now: i64) -> Option<Ask> {
        let is_online = self.is_online(now);
        let available = self.disk.snapshot.as_ref().map_or(0, |snapshot| snapshot.available.0);
        let reserve = if is_online { Points(points.0.min(available)) } else { Points::ZERO };
        let part = Points(points.0 - reserve.0);
        let moment = self.lease_moment(now);
        let lease = self.lease().map(|(lease, _)| lease.lease).filter(|_| part > Points::ZERO);
        if let Some(lease) = lease.and_then(|id| self.disk.leases.get_mut(&id)) {
            lease.spent = lease.spent.plus(part).expect("small figures");
            lease.seen = moment;
        }
        let lease = lease.map(|lease| LeaseUse { lease, points: part });
        let intent = self.moment(now);
        self.disk.ticket = Some(OnTicket { id, reserve, lease, intent, is_held: false, is_passed: false });
        if reserve.is_zero() {
            return None;
        }
        self.write(What::Intent, now);
        self.tries = 0;
        self.question()
    }

    /// The question of the ticket, the same each time.
    pub fn question(&self) -> Option<Ask> {
        let ticket = self.disk.ticket.as_ref().filter(|ticket| !ticket.reserve.is_zero())?;
        let seq = self.disk.entries.iter().rposition(|entry| matches!(entry.what, What::Intent))?;
        let seq = i64::try_from(seq).expect("small") + 1;
        let intent = Place { log: self.disk.log, seq, moment: ticket.intent.clone() };
        Some(Ask { id: ticket.id, till: self.id, points: ticket.reserve, intent })
    }

    /// Points come off the ticket.
    pub fn take_off(&mut self, now: i64) {
        let Some(ticket) = self.disk.ticket.take() else { return };
        if let Some(part) = ticket.lease
            && let Some(lease) = self.disk.leases.get_mut(&part.lease)
        {
            lease.spent = lease.spent.minus(part.points).expect("small figures");
        }
        if !ticket.reserve.is_zero() {
            self.write(What::Void(ticket.id), now);
        }
    }

    fn may_close(&self, ticket: &OnTicket, moment: &Moment) -> bool {
        match ticket.may_close(moment) {
            Ok(()) => true,
            Err(NotClosing::TooLate) => self.bug == Some(Bug::ClosesLate),
            Err(NotClosing::NotHeld) => self.bug == Some(Bug::ClosesUnanswered),
        }
    }

    /// Closes the ticket with its points, in one commit. Without them if it may not, which is none of these sales.
    pub fn close(&mut self, now: i64) -> Option<Points> {
        let ticket = self.disk.ticket.clone()?;
        let moment = self.moment(now);
        if !self.may_close(&ticket, &moment) {
            self.take_off(now);
            return None;
        }
        self.disk.ticket = None;
        let points = ticket.points();
        self.write(What::Sale { id: ticket.id, points, lease: ticket.lease }, now);
        Some(points)
    }

    /// What is spent by the floor is taken at once.
    pub fn spend_in_the_dark(&mut self, id: RedemptionId, points: Points, now: i64, on: NaiveDate) {
        self.write(What::Sale { id, points, lease: None }, now);
        if self.bug == Some(Bug::SessionNotCounted) {
            return;
        }
        let (moment, seq) = (self.moment(now), self.head());
        self.disk.session.note(account(), points, (seq, on, &moment)).expect("small figures");
    }

    pub fn heard_news(&mut self, available: Points, covers: i64, row: Option<LeaseRow>, now: i64) {
        self.heard_at = now;
        let snapshot = Snapshot { available, received: self.moment(now), covers };
        self.disk.session.heard(&snapshot);
        self.disk.snapshot = Some(snapshot);
        let Some(row) = row.filter(|row| row.log == self.disk.log) else { return };
        let is_known = self
            .disk
            .leases
            .get(&row.lease)
            .is_some_and(|lease| !(lease.is_returned && self.bug == Some(Bug::ReturnedLeaseTakenUp)));
        if !is_known && self.lease().is_none() {
            let held = HeldLease::take_up(row, self.lease_moment(now));
            self.disk.leases.insert(row.lease, held);
        }
    }

    /// Returns leases that are over; one that the ticket has a part of waits for the ticket.
    pub fn return_leases(&mut self, now: i64, is_all: bool) {
        let (moment, log) = (self.lease_moment(now), self.disk.log);
        let on_ticket = self.disk.ticket.as_ref().and_then(|ticket| ticket.lease).map(|part| part.lease);
        let mut back = vec![];
        for lease in self.disk.leases.values_mut().filter(|lease| !lease.is_returned) {
            if Some(lease.lease) != on_ticket && (is_all || lease.life_left(log, &moment).is_err()) {
                lease.is_returned = true;
                back.push(What::LeaseBack { lease: lease.lease, left: lease.unspent() });
            }
        }
        back.into_iter().for_each(|what| self.write(what, now));
    }

    /// The process begins: a ticket whose points the hub did not promise, or too long ago, loses them.
    pub fn start(&mut self, now: i64) {
        self.is_up = true;
        self.heard_at = now - ONLINE_MS;
        let moment = self.moment(now);
        if !self.disk.ticket.as_ref().is_none_or(|ticket| self.may_close(ticket, &moment)) {
            self.take_off(now);
        }
        self.return_leases(now, false);
    }
}

fn account() -> AccountId {
    AccountId::new(1, [0; 10])
}
