//! The hub's side: what of an account is free, reserved and leased.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::reservation::{Place, Reservation, ReservationState};
use super::{LEASE_MS_MAX, LEASE_PERCENT_MAX, LeaseUse, RECLAIM_AFTER_MS, RELEASE_AFTER_MS};
use crate::ids::{LeaseId, LogId, RedemptionId, TillId};
use crate::money::{AmountError, Points};

/// A till asks for points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    pub id: RedemptionId,
    pub till: TillId,
    pub points: Points,
    pub intent: Place,
}

/// What the hub says to it. Asked again, it says the same as long as nothing happened between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Held,
    NotEnough {
        available: Points,
    },
    /// It was committed, voided or let go before this question arrived.
    Ended,
    /// The same name was used for something else.
    Differs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeaseState {
    Out,
    Returned,
    /// By two people.
    Reclaimed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    pub till: TillId,
    pub log: LogId,
    pub points: Points,
    /// What of it no sale and no return has taken.
    pub left: Points,
    pub state: LeaseState,
    pub at_ms: i64,
    pub life_ms: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoLease {
    #[error("the till has one of this account")]
    HasOne,
    #[error("it would be more than {LEASE_PERCENT_MAX} % of the account's points")]
    TooMuch,
    #[error("it would last too long, or no time")]
    TooLong,
    #[error("there are not so many points")]
    NotThere,
    #[error(transparent)]
    Amount(#[from] AmountError),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotReleased {
    #[error("nothing is held under this name")]
    NotHeld,
    #[error("the till may still come back")]
    TooEarly,
    #[error("a second person has to agree")]
    SamePerson,
    #[error(transparent)]
    Amount(#[from] AmountError),
}

/// Points that a sale has taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spend {
    pub id: RedemptionId,
    pub till: TillId,
    pub points: Points,
    pub lease: Option<LeaseUse>,
}

/// Where they came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Committed {
    pub from_lease: Points,
    pub from_reservation: Points,
    pub from_available: Points,
    /// What was not there: the account is in debt by as much more.
    pub overdrawn: Points,
    /// The redemption counts already; nothing was taken.
    pub is_repeat: bool,
}

/// An account of points. What is promised is in none of the others' reach; of `available` and `overdraft` one is zero.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    available: Points,
    overdraft: Points,
    reservations: BTreeMap<RedemptionId, Reservation>,
    leases: BTreeMap<LeaseId, Lease>,
}

impl Account {
    /// `balance` is the sum of the ledger: what is promised is still in it.
    pub fn of(
        balance: Points,
        reservations: BTreeMap<RedemptionId, Reservation>,
        leases: BTreeMap<LeaseId, Lease>,
    ) -> Result<Self, AmountError> {
        let mut account = Self { reservations, leases, ..Self::default() };
        let free = balance.minus(account.reserved())?.minus(account.leased())?;
        account.add(free)?;
        Ok(account)
    }

    pub fn available(&self) -> Points {
        self.available
    }

    pub fn overdraft(&self) -> Points {
        self.overdraft
    }

    pub fn reserved(&self) -> Points {
        let held = self.reservations.values().filter(|row| row.state == ReservationState::Held);
        held.map(|row| row.points).sum()
    }

    pub fn leased(&self) -> Points {
        self.leases.values().map(|lease| lease.left).sum()
    }

    /// The sum of the ledger.
    pub fn balance(&self) -> Result<Points, AmountError> {
        self.available.plus(self.reserved())?.plus(self.leased())?.minus(self.overdraft)
    }

    pub fn reservations(&self) -> &BTreeMap<RedemptionId, Reservation> {
        &self.reservations
    }

    pub fn leases(&self) -> &BTreeMap<LeaseId, Lease> {
        &self.leases
    }

    /// Points that came in, or went otherwise than by a redemption (below zero): debt is paid first.
    pub fn add(&mut self, points: Points) -> Result<(), AmountError> {
        let net = self.available.minus(self.overdraft)?.plus(points)?;
        (self.available, self.overdraft) = (Points(net.0.max(0)), Points(net.0.saturating_neg().max(0)));
        Ok(())
    }

    pub fn reserve(&mut self, ask: &Ask, now_ms: i64) -> Result<Answer, AmountError> {
        if let Some(known) = self.reservations.get(&ask.id) {
            return Ok(match known.state {
                ReservationState::Held if (known.till, known.points) == (ask.till, ask.points) => {
                    Answer::Held
                }
                ReservationState::Held => Answer::Differs,
                _ => Answer::Ended,
            });
        }
        if ask.points <= Points::ZERO || ask.points > self.available {
            return Ok(Answer::NotEnough { available: self.available });
        }
        self.available = self.available.minus(ask.points)?;
        let held = Reservation {
            till: ask.till,
            points: ask.points,
            state: ReservationState::Held,
            intent: Some(ask.intent.clone()),
            at_ms: now_ms,
        };
        self.reservations.insert(ask.id, held);
        Ok(Answer::Held)
    }

    /// What a sale took: of its lease, of its reservation, of what is free, and beyond that as debt. A sale that was paid
    /// is taken whatever became of its reservation.
    pub fn commit(&mut self, spend: Spend, now_ms: i64) -> Result<Committed, AmountError> {
        let Spend { id, till, points, .. } = spend;
        let known = self.reservations.get(&id);
        if known.is_some_and(|row| row.state == ReservationState::Committed) {
            return Ok(Committed { is_repeat: true, ..Committed::default() });
        }
        let held = known.filter(|row| row.state == ReservationState::Held && row.till == till);
        let held = held.map_or(Points::ZERO, |row| row.points);
        let from_lease = self.take_of_lease(spend)?;
        let rest = points.minus(from_lease)?;
        let from_reservation = rest.min(held);
        let rest = rest.minus(from_reservation)?;
        self.end(id, till, ReservationState::Committed, now_ms);
        // More was reserved than the sale took.
        self.add(held.minus(from_reservation)?)?;
        let from_available = rest.min(self.available);
        let overdrawn = rest.minus(from_available)?;
        self.add(Points(rest.0.saturating_neg()))?;
        Ok(Committed { from_lease, from_reservation, from_available, overdrawn, is_repeat: false })
    }

    fn take_of_lease(&mut self, spend: Spend) -> Result<Points, AmountError> {
        let Some(part) = spend.lease else { return Ok(Points::ZERO) };
        let Some(lease) = self.leases.get_mut(&part.lease).filter(|lease| lease.till == spend.till) else {
            return Ok(Points::ZERO);
        };
        let taken = part.points.min(spend.points).min(lease.left).max(Points::ZERO);
        lease.left = lease.left.minus(taken)?;
        Ok(taken)
    }

    /// The till has let it go. A question for it that is still on its way finds it ended.
    pub fn void(&mut self, id: RedemptionId, till: TillId, now_ms: i64) -> Result<(), AmountError> {
        match self.reservations.get(&id) {
            Some(row) if row.till != till || row.state != ReservationState::Held => Ok(()),
            Some(row) => {
                let points = row.points;
                self.end(id, till, ReservationState::Voided, now_ms);
                self.add(points)
            }
            None => {
                self.end(id, till, ReservationState::Voided, now_ms);
                Ok(())
            }
        }
    }

    fn end(&mut self, id: RedemptionId, till: TillId, state: ReservationState, now_ms: i64) {
        let unknown = Reservation { till, points: Points::ZERO, state, intent: None, at_ms: now_ms };
        self.reservations.entry(id).or_insert(unknown).state = state;
    }

    /// The hub has custody of an event of this log: what the till may not take any more by then is let go. The event says
    /// so itself, by the till's own clock; how long the hub waited for it says nothing.
    pub fn passed(&mut self, reached: &Place) -> Result<Vec<RedemptionId>, AmountError> {
        let ran_out: Vec<RedemptionId> = self
            .reservations
            .iter()
            .filter(|(_, row)| row.state == ReservationState::Held && row.is_over(reached))
            .map(|(id, _)| *id)
            .collect();
        for id in &ran_out {
            if let Some(row) = self.reservations.get_mut(id) {
                row.state = ReservationState::RanOut;
                let points = row.points;
                self.add(points)?;
            }
        }
        Ok(ran_out)
    }

    /// Two people answer for it that the till does not come back, or that the account goes into debt if it does.
    pub fn release(
        &mut self,
        id: RedemptionId,
        now_ms: i64,
        people: (&str, &str),
    ) -> Result<Points, NotReleased> {
        let held = self.reservations.get_mut(&id).filter(|row| row.state == ReservationState::Held);
        let Some(row) = held else { return Err(NotReleased::NotHeld) };
        agreed(row.at_ms.saturating_add(RELEASE_AFTER_MS), now_ms, people)?;
        row.state = ReservationState::Released;
        let points = row.points;
        self.add(points)?;
        Ok(points)
    }

    /// Moves free points to a till.
    pub fn lease(
        &mut self,
        id: LeaseId,
        (till, log): (TillId, LogId),
        points: Points,
        (now_ms, life_ms): (i64, i64),
    ) -> Result<(), NoLease> {
        let is_out = |lease: &Lease| lease.till == till && lease.state == LeaseState::Out;
        if self.leases.contains_key(&id) || self.leases.values().any(is_out) {
            return Err(NoLease::HasOne);
        }
        if !(1..=LEASE_MS_MAX).contains(&life_ms) {
            return Err(NoLease::TooLong);
        }
        if points <= Points::ZERO || points > self.available {
            return Err(NoLease::NotThere);
        }
        if self.leased().plus(points)? > share(self.balance()?)? {
            return Err(NoLease::TooMuch);
        }
        self.available = self.available.minus(points)?;
        let state = LeaseState::Out;
        self.leases.insert(id, Lease { till, log, points, left: points, state, at_ms: now_ms, life_ms });
        Ok(())
    }

    /// The till has written that it spends nothing more of it. The same log says what was spent before, and another log
    /// does not; where the till has less left than that comes to, a sale of it is not counted yet, and the difference
    /// waits for it.
    pub fn return_lease(
        &mut self,
        id: LeaseId,
        of: (TillId, LogId),
        left: Points,
    ) -> Result<Points, AmountError> {
        let is_its = |lease: &&mut Lease| (lease.till, lease.log) == of && lease.state == LeaseState::Out;
        let Some(lease) = self.leases.get_mut(&id).filter(is_its) else { return Ok(Points::ZERO) };
        let back = left.min(lease.left).max(Points::ZERO);
        lease.left = lease.left.minus(back)?;
        lease.state = LeaseState::Returned;
        self.add(back)?;
        Ok(back)
    }

    /// Two people answer for it that no till spends it any more.
    pub fn reclaim(&mut self, id: LeaseId, now_ms: i64, people: (&str, &str)) -> Result<Points, NotReleased> {
        let held = self.leases.get_mut(&id).filter(|lease| lease.left > Points::ZERO);
        let Some(lease) = held else { return Err(NotReleased::NotHeld) };
        let over_ms = lease.at_ms.saturating_add(lease.life_ms);
        agreed(over_ms.saturating_add(RECLAIM_AFTER_MS), now_ms, people)?;
        let points = std::mem::take(&mut lease.left);
        lease.state = LeaseState::Reclaimed;
        self.add(points)?;
        Ok(points)
    }
}

fn agreed(from_ms: i64, now_ms: i64, (one, other): (&str, &str)) -> Result<(), NotReleased> {
    if now_ms < from_ms {
        return Err(NotReleased::TooEarly);
    }
    if one == other { Err(NotReleased::SamePerson) } else { Ok(()) }
}

fn share(balance: Points) -> Result<Points, AmountError> {
    let share = balance.0.max(0).checked_mul(LEASE_PERCENT_MAX).ok_or(AmountError::Overflow)?;
    Ok(Points(share / 100))
}

/// What each of a regular's home tills gets of such a balance, in whole points.
pub fn lease_offer(balance: Points, tills: u32) -> Result<Points, AmountError> {
    let each = share(balance)?.0.checked_div(i64::from(tills)).unwrap_or(0);
    Ok(Points(each - each % Points::ONE.0))
}
