//! The till's side: how much may be spent here and now, and by which rule.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Floor, LeaseRow, Mode, Moment};
use crate::ids::{AccountId, LeaseId, LogId};
use crate::money::{AmountError, Points};

/// A lease at its till. It is kept beyond its end: the hub may tell of it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldLease {
    pub lease: LeaseId,
    pub log: LogId,
    pub points: Points,
    /// What sales took and what stands on tickets.
    pub spent: Points,
    pub life_ms: i64,
    pub received: Moment,
    /// When it was last looked at.
    pub seen: Moment,
    /// The log says that nothing more of it is spent.
    pub is_returned: bool,
}

/// Why a lease can be spent no more, whatever is left of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeaseOver {
    /// The machine was started again: nothing says how long it was off.
    Boot,
    /// A clock went back.
    ClockBack,
    Age,
    /// The till's file is not the one that the lease was given to.
    OtherLog,
    Returned,
}

impl HeldLease {
    pub fn take_up(row: LeaseRow, now: Moment) -> Self {
        Self {
            lease: row.lease,
            log: row.log,
            points: row.points,
            spent: Points::ZERO,
            life_ms: row.life_ms,
            received: now.clone(),
            seen: now,
            is_returned: false,
        }
    }

    /// What is not spent of it, whether it can be spent or not.
    pub fn unspent(&self) -> Points {
        Points(self.points.0.saturating_sub(self.spent.0).max(0))
    }

    /// Why it is over; else the milliseconds that are left.
    pub fn life_left(&self, log: LogId, now: &Moment) -> Result<i64, LeaseOver> {
        if self.is_returned {
            return Err(LeaseOver::Returned);
        }
        if self.log != log {
            return Err(LeaseOver::OtherLog);
        }
        if now.boot != self.received.boot {
            return Err(LeaseOver::Boot);
        }
        if now.since(&self.seen).is_none() || now.is_set_back(&self.seen) {
            return Err(LeaseOver::ClockBack);
        }
        let left_ms = self.life_ms.saturating_sub(now.since(&self.received).unwrap_or(self.life_ms));
        if left_ms > 0 { Ok(left_ms) } else { Err(LeaseOver::Age) }
    }
}

/// What the hub last said of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    pub available: Points,
    pub received: Moment,
    /// How much of this till's log the hub had by then: what was spent further on is not taken off yet.
    pub covers: i64,
}

/// What a till let be spent in the dark since the hub last heard everything from it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfflineSession {
    pub since: Option<Moment>,
    pub redemptions: u32,
    pub of_accounts: BTreeMap<AccountId, (NaiveDate, Points)>,
    /// The place in the log of the last of them.
    pub last_seq: i64,
}

impl OfflineSession {
    /// A redemption that was written at this place of the log.
    pub fn note(
        &mut self,
        account: AccountId,
        points: Points,
        (seq, on, now): (i64, NaiveDate, &Moment),
    ) -> Result<(), AmountError> {
        self.since.get_or_insert_with(|| now.clone());
        self.redemptions = self.redemptions.saturating_add(1);
        self.last_seq = seq;
        let spent = self.spent(account, on).plus(points)?;
        self.of_accounts.insert(account, (on, spent));
        Ok(())
    }

    fn spent(&self, account: AccountId, on: NaiveDate) -> Points {
        let of_date = self.of_accounts.get(&account).filter(|(date, _)| *date == on);
        of_date.map_or(Points::ZERO, |(_, points)| *points)
    }

    /// It is over once a snapshot has everything that was spent in it. What a card spent of a date stays: that limit is
    /// of the date.
    pub fn heard(&mut self, snapshot: &Snapshot) {
        if snapshot.covers >= self.last_seq {
            (self.since, self.redemptions) = (None, 0);
        }
    }
}

/// How much may be spent now, and why so much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    pub points: Points,
    pub by: By,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The hub will be asked to reserve what the lease does not have.
    Hub,
    Lease {
        left_ms: i64,
    },
    Floor,
    Nothing(WhyNothing),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyNothing {
    /// The chain lets points pay with the hub in reach only.
    OnlineOnly,
    /// Nothing was leased to this till for the card.
    NoLease,
    LeaseOver(LeaseOver),
    LeaseSpent,
    SnapshotOld,
    /// The snapshot shows less than twice what a card may spend.
    SnapshotLow,
    /// The card has spent what it may at this till today.
    CardLimit,
    /// The till has taken as many redemptions as it may.
    SessionLimit,
    /// The till was alone for too long.
    AloneTooLong,
}

impl Allowance {
    /// With the hub in reach: what it says is free, and what it has leased to this till.
    pub fn online(available: Points, lease: Option<(&HeldLease, LogId)>, now: &Moment) -> Self {
        let leased = lease.filter(|(lease, log)| lease.life_left(*log, now).is_ok());
        let leased = leased.map_or(Points::ZERO, |(lease, _)| lease.unspent());
        Self { points: Points(available.0.max(0).saturating_add(leased.0)), by: By::Hub }
    }

    /// Without the hub.
    pub fn alone(
        mode: Mode,
        lease: Option<(&HeldLease, LogId)>,
        floor: impl FnOnce(&Floor) -> Result<Points, WhyNothing>,
        now: &Moment,
    ) -> Self {
        let found = match mode {
            Mode::Online => Err(WhyNothing::OnlineOnly),
            Mode::OnlineAndLease => of_lease(lease, now),
            Mode::Floor(limits) => floor(&limits).map(|points| (points, By::Floor)),
        };
        match found {
            Ok((points, by)) => Self { points, by },
            Err(why) => Self { points: Points::ZERO, by: By::Nothing(why) },
        }
    }
}

fn of_lease(lease: Option<(&HeldLease, LogId)>, now: &Moment) -> Result<(Points, By), WhyNothing> {
    let (lease, log) = lease.ok_or(WhyNothing::NoLease)?;
    let left_ms = lease.life_left(log, now).map_err(WhyNothing::LeaseOver)?;
    let unspent = lease.unspent();
    if unspent.is_zero() { Err(WhyNothing::LeaseSpent) } else { Ok((unspent, By::Lease { left_ms })) }
}

/// What a card may spend in the dark, at a till that has spent `spent_since` of what the snapshot shows.
pub fn floor_allows(
    floor: &Floor,
    session: &OfflineSession,
    (account, snapshot, spent_since): (AccountId, &Snapshot, Points),
    (on, now): (NaiveDate, &Moment),
) -> Result<Points, WhyNothing> {
    // Over a start of the machine only the wall clock tells, and what comes from the future tells nothing.
    let age = |since: &Moment| {
        let by_wall = now.utc_ms.saturating_sub(since.utc_ms);
        now.since(since).or_else(|| (!now.is_set_back(since)).then_some(by_wall)).unwrap_or(i64::MAX)
    };
    if age(&snapshot.received) > floor.limit_ms() {
        return Err(WhyNothing::SnapshotOld);
    }
    if session.since.as_ref().is_some_and(|since| age(since) > floor.limit_ms()) {
        return Err(WhyNothing::AloneTooLong);
    }
    if session.redemptions >= floor.per_session {
        return Err(WhyNothing::SessionLimit);
    }
    if snapshot.available.0 < floor.per_card.0.saturating_mul(2) {
        return Err(WhyNothing::SnapshotLow);
    }
    let of_card = floor.per_card.0.saturating_sub(session.spent(account, on).0);
    let of_snapshot = snapshot.available.0.saturating_sub(spent_since.0);
    let points = Points(of_card.min(of_snapshot).max(0));
    if points.is_zero() { Err(WhyNothing::CardLimit) } else { Ok(points) }
}
