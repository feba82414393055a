//! Points that a ticket takes, as a payment and for gifts, are reserved at the hub before they count, as long as the hub is
//! in reach: of two tills that want the same points one has them.
//!
//! The till keeps under which id it asked before it asks, so that an answer that was lost is asked for again. The sale's
//! event takes the reservation; what is not wanted any more stands in the log as given up, in the commit in which that came
//! about. Nothing else ends it here but the till's own time, see [`OnTicket`].

use domain::ids::{MemberId, RedemptionId, SaleId};
use domain::money::Points;
use domain::sale::Tender;
use domain::sync::redemption::{
    Moment, OnTicket, RedemptionVoided, ReserveReply, ReserveRequest, VOIDED_MAX,
};
use domain::sync::{Body, Stamp};
use tokio::time::{Duration, Instant};

use crate::app::{Agent, Desk, open};
use crate::checkout::basket::Basket;
use crate::error::AgentError;
use crate::store::Tx;
use crate::store::reservation::{self, ReservationRow};
use crate::sync::PATIENCE;
use crate::ui::view::HubState;

/// A ticket that goes on changing while the hub is asked is asked for no more often than this.
const ROUNDS_MAX: u32 = 3;

/// What came of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReserveAnswer {
    Said(ReserveReply),
    /// A hub of the release before knows no such question.
    Older,
    Away,
}

/// By whose word a ticket takes points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// The till's own: by its last snapshot.
    Own,
    /// The hub has reserved so many for this ticket.
    Held(RedemptionId, Points),
    /// The hub was asked and did not say: whatever the snapshot's age, the till is alone.
    Alone,
}

impl Word {
    pub fn redemption(self) -> Option<RedemptionId> {
        match self {
            Self::Held(id, _) => Some(id),
            Self::Own | Self::Alone => None,
        }
    }
}

/// What the hub was asked for one order to pay, and what came of it.
#[derive(Debug)]
pub(super) struct Asking {
    rounds: u32,
    /// All questions of an order together last no longer.
    until: Instant,
    asked: Option<RedemptionId>,
    /// The hub says that this one is over: one more is asked for under another name.
    ended: Option<RedemptionId>,
    /// It cannot say anything better: the till decides by these.
    by: Option<Word>,
}

impl Asking {
    pub fn new() -> Self {
        Self { rounds: 0, until: Instant::now() + PATIENCE, asked: None, ended: None, by: None }
    }

    /// What was asked for by this order.
    pub fn asked(&self) -> Option<RedemptionId> {
        self.asked
    }

    fn word(&self) -> Word {
        self.by.unwrap_or(Word::Own)
    }
}

/// What a ticket takes with this payment: another figure in points takes the place of the one before.
pub(super) fn takes(basket: &Basket, payment: &Tender) -> Points {
    let paid = payment.points.unwrap_or_else(|| paid_in_points(basket));
    Points(paid.0.max(0).saturating_add(basket.gift_points().0))
}

fn paid_in_points(basket: &Basket) -> Points {
    let points = basket.taken.iter().filter_map(|tender| tender.points);
    Points(points.filter(|points| *points > Points::ZERO).fold(0, |sum, p| sum.saturating_add(p.0)))
}

/// Whether what was reserved for the ticket is of no use to it after a change.
pub(super) fn lets_go(before: &Basket, after: &Basket) -> bool {
    let takes = |basket: &Basket| paid_in_points(basket) > Points::ZERO || !basket.gift_points().is_zero();
    let whose = |basket: &Basket| basket.spender().map(|holder| holder.member);
    (whose(before).is_some() && whose(before) != whose(after)) || (takes(before) && !takes(after))
}

impl Agent {
    /// By whose word the ticket may take so many points in a sale that is written now. It is asked in the closing commit,
    /// with the stamp that the sale's event has.
    pub(super) async fn word(
        &self,
        tx: &mut Tx,
        desk: &Desk,
        (open, points): (&Basket, Points),
        stamp: &Stamp,
        asking: &Asking,
    ) -> Result<Word, AgentError> {
        let Some(holder) = open.spender().filter(|_| points > Points::ZERO) else { return Ok(asking.word()) };
        let now = Moment::of(stamp);
        let covers = |row: &ReservationRow| {
            let is_its = row.sale == Some(open.sale) && row.member == holder.member;
            is_its && row.on_ticket.points() >= points && row.on_ticket.may_close(&now).is_ok()
        };
        let held = reservation::live(tx, desk.till.n).await?.into_iter().find(covers);
        Ok(held.map_or(asking.word(), |row| Word::Held(row.id(), row.on_ticket.points())))
    }

    /// Whether the hub is asked before so many points are taken.
    pub(super) fn asks_first(&self, desk: &Desk, points: Points, word: Word, asking: &Asking) -> bool {
        let is_open = word == Word::Own && asking.by.is_none() && points > Points::ZERO;
        is_open && !desk.is_training() && self.link_of(desk) == HubState::Online
    }

    /// Keeps what is to be asked for before anybody is asked. What was asked for before and is not wanted any more is
    /// given up in the same commit. Called in the turn.
    pub(super) async fn want_points(
        &self,
        desk: &Desk,
        (sale, member): (SaleId, MemberId),
        points: Points,
        asking: &Asking,
    ) -> Result<ReserveRequest, AgentError> {
        let n = desk.till.n;
        let mut tx = self.store().begin().await?;
        reservation::forget_heard(&mut tx, n).await?;
        let now = Moment::of(&self.stamp(&desk.till));
        let is_same = |row: &ReservationRow| {
            let is_its = (row.sale, row.member) == (Some(sale), member) && row.on_ticket.reserve == points;
            is_its && row.on_ticket.is_in_time(&now) && asking.ended != Some(row.id())
        };
        let mut same = None;
        for row in reservation::live(&mut tx, n).await?.into_iter().filter(|row| row.sale.is_some()) {
            if same.is_none() && is_same(&row) {
                same = Some(row);
            } else {
                self.void_reservation(&mut tx, desk, &row).await?;
            }
        }
        let row = match same {
            Some(row) => row,
            None => self.intend(&mut tx, desk, (Some(sale), member), points).await?,
        };
        let request = request(&mut tx, n, row).await?;
        self.store().commit(tx).await?;
        desk.to_send.notify_one();
        Ok(request)
    }

    /// Writes down that points are wanted, and where the log stands: what is written into it later is behind the intent.
    pub(crate) async fn intend(
        &self,
        tx: &mut Tx,
        desk: &Desk,
        (sale, member): (Option<SaleId>, MemberId),
        points: Points,
    ) -> Result<ReservationRow, AgentError> {
        let log = self.open_log(tx, desk.till.n).await?;
        let on_ticket = OnTicket {
            id: self.clock().redemption_id(),
            reserve: points,
            lease: None,
            intent: Moment::of(&self.stamp(&desk.till)),
            is_held: false,
            is_passed: false,
        };
        let (log, seq) = (log.id, log.head.seq);
        let row = ReservationRow { on_ticket, sale, member, log, seq, voided_by: None };
        reservation::insert(tx, desk.till.n, &row).await?;
        Ok(row)
    }

    /// Asks, and keeps what comes of it. `Some`: there are only so many.
    pub(super) async fn ask_for_points(
        &self,
        desk: &Desk,
        request: ReserveRequest,
        asking: &mut Asking,
    ) -> Result<Option<Points>, AgentError> {
        let id = request.redemption;
        asking.asked = Some(id);
        asking.rounds += 1;
        let left = asking.until.saturating_duration_since(Instant::now());
        if asking.rounds > ROUNDS_MAX {
            // Somebody else goes on changing what this ticket takes.
            return Err(AgentError::BasketChanged);
        }
        match self.ask_reserve(desk, request, left).await? {
            ReserveAnswer::Said(ReserveReply::Held { .. }) => self.note_held(desk, id).await?,
            ReserveAnswer::Said(ReserveReply::NotEnough { available }) => return Ok(Some(available)),
            ReserveAnswer::Said(ReserveReply::Ended) if asking.ended.is_none() => asking.ended = Some(id),
            // Whom the hub does not know has no points that it would answer for.
            ReserveAnswer::Said(ReserveReply::Ended | ReserveReply::Unknown) | ReserveAnswer::Away => {
                asking.by = Some(Word::Alone);
            }
            ReserveAnswer::Older => asking.by = Some(Word::Own),
        }
        Ok(None)
    }

    /// Nothing is kept where it was given up while the hub was asked: the log says so, and whoever asked looks again.
    async fn note_held(&self, desk: &Desk, id: RedemptionId) -> Result<(), AgentError> {
        let _turn = desk.turn.lock().await;
        let mut tx = self.store().begin().await?;
        reservation::set_held(&mut tx, id).await?;
        Ok(self.store().commit(tx).await?)
    }

    /// Asks the hub in a till's name, and waits no longer than `most`.
    pub(crate) async fn ask_reserve(
        &self,
        desk: &Desk,
        request: ReserveRequest,
        most: Duration,
    ) -> Result<ReserveAnswer, AgentError> {
        let id = request.redemption;
        open(&desk.asked).reserves.ask(request);
        desk.reserve_asked.notify_one();
        self.wait_while(desk.till.n, most, |desk| open(&desk.asked).reserves.waits_for(id)).await?;
        Ok(open(&desk.asked).reserves.answer_of(id).unwrap_or(ReserveAnswer::Away))
    }

    /// What is wanted no more stands in the log, in the caller's commit.
    pub(crate) async fn void_reservation(
        &self,
        tx: &mut Tx,
        desk: &Desk,
        row: &ReservationRow,
    ) -> Result<(), AgentError> {
        let event = self.clock().event_id();
        reservation::set_voided(tx, row.id(), event).await?;
        let voided = RedemptionVoided { redemption: row.id(), member: row.member };
        self.append(tx, desk, event, Body::RedemptionVoided(voided)).await
    }

    /// Gives up what was asked for for a ticket of this till, but for what stays on it; in the caller's commit.
    pub(crate) async fn end_reservations(
        &self,
        tx: &mut Tx,
        desk: &Desk,
        keep: Option<RedemptionId>,
    ) -> Result<(), AgentError> {
        let rows = reservation::live(tx, desk.till.n).await?;
        for row in rows.iter().filter(|row| row.sale.is_some() && Some(row.id()) != keep) {
            self.void_reservation(tx, desk, row).await?;
        }
        Ok(())
    }

    /// The sale's event has taken what it names; in its commit.
    pub(super) async fn commit_reservation(
        &self,
        tx: &mut Tx,
        desk: &Desk,
        taken: Option<RedemptionId>,
    ) -> Result<(), AgentError> {
        if let Some(taken) = taken {
            reservation::delete(tx, taken).await?;
        }
        self.end_reservations(tx, desk, None).await
    }

    /// What the last run of this program left: no sale of this one may take it, so nobody is to wait for it.
    pub async fn end_left_reservations(&self) -> Result<(), AgentError> {
        for desk in self.desks() {
            let _turn = desk.turn.lock().await;
            let mut tx = self.store().begin().await?;
            self.end_reservations(&mut tx, desk, None).await?;
            self.end_stale_holds(&mut tx, desk).await?;
            self.store().commit(tx).await?;
            desk.to_send.notify_one();
        }
        Ok(())
    }
}

/// What the hub is asked.
pub(crate) async fn request(
    tx: &mut Tx,
    till: i64,
    row: ReservationRow,
) -> Result<ReserveRequest, AgentError> {
    let rows = reservation::all(tx, till).await?;
    // Another member's too: the card may have gone to whoever stays of two.
    let is_voided = |other: &&ReservationRow| other.voided_by.is_some();
    // The latest: an earlier one has the better chance that the hub has heard of it.
    let voided = rows.iter().rev().filter(is_voided).take(VOIDED_MAX).map(ReservationRow::id).collect();
    let ReservationRow { on_ticket, member, log, seq, .. } = row;
    let OnTicket { id, reserve, intent, .. } = on_ticket;
    Ok(ReserveRequest { redemption: id, member, points: reserve, log, seq, intent, voided })
}

impl Desk {
    /// What is to be reserved.
    pub(crate) fn asks_reserve(&self) -> Vec<ReserveRequest> {
        open(&self.asked).reserves.open()
    }

    pub(crate) fn tell_reserve(&self, id: RedemptionId, answer: ReserveAnswer) {
        open(&self.asked).reserves.tell(id, answer);
        self.touch();
    }
}

#[cfg(test)]
mod tests;
