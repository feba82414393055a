//! A hold of a till software is reserved at the hub as the points of a ticket are, where the hub is in reach; where it is
//! not, it promises what this agent knows.

use domain::ids::RedemptionId;
use domain::money::Points;
use domain::sync::redemption::ReserveReply;
use tokio::time::Instant;

use crate::app::{Agent, Desk};
use crate::error::AgentError;
use crate::store::companion::{self, HoldRow};
use crate::store::{Tx, reservation};
use crate::sync::PATIENCE;
use crate::till::{ReserveAnswer, reserve_request};
use crate::ui::view::HubState;

impl Agent {
    /// Keeps, with a new hold and before anybody is asked, what is to be reserved for it.
    pub(super) async fn intend_hold(
        &self,
        tx: &mut Tx,
        desk: &Desk,
        hold: &HoldRow,
    ) -> Result<Option<RedemptionId>, AgentError> {
        if desk.is_training() || self.link_of(desk) != HubState::Online {
            return Ok(None);
        }
        let row = self.intend(tx, desk, (None, hold.member), hold.points).await?;
        Ok(Some(row.id()))
    }

    /// Asks the hub for what a hold promises. `Some`: it has only so many, and the hold is none.
    pub(super) async fn reserve_hold(&self, hold: &HoldRow) -> Result<Option<Points>, AgentError> {
        let desk = self.desk(hold.till)?;
        let until = Instant::now() + PATIENCE;
        let mut has_ended = false;
        let mut next = hold.redemption;
        while let Some(id) = next {
            let mut tx = self.store().begin().await?;
            let row = reservation::live(&mut tx, hold.till).await?.into_iter().find(|row| row.id() == id);
            let Some(row) = row.filter(|row| !row.on_ticket.is_held) else { return Ok(None) };
            let request = reserve_request(&mut tx, hold.till, row.clone()).await?;
            drop(tx);
            let left = until.saturating_duration_since(Instant::now());
            let answer = self.ask_reserve(desk, request, left).await?;
            let mut tx = self.store().begin().await?;
            let mut short = None;
            next = None;
            match answer {
                ReserveAnswer::Said(ReserveReply::Held { .. }) => {
                    reservation::set_held(&mut tx, id).await?;
                }
                ReserveAnswer::Said(ReserveReply::NotEnough { available }) => {
                    let now_ms = self.now().timestamp_millis();
                    companion::settle_hold(&mut tx, hold.id, "released", now_ms, None).await?;
                    self.void_reservation(&mut tx, desk, &row).await?;
                    short = Some(available.max(Points::ZERO));
                }
                ReserveAnswer::Said(ReserveReply::Ended) if !has_ended => {
                    has_ended = true;
                    self.void_reservation(&mut tx, desk, &row).await?;
                    next = self.intend_hold(&mut tx, desk, hold).await?;
                    companion::set_redemption(&mut tx, hold.id, next).await?;
                }
                ReserveAnswer::Said(ReserveReply::Ended | ReserveReply::Unknown)
                | ReserveAnswer::Older
                | ReserveAnswer::Away => {
                    self.void_reservation(&mut tx, desk, &row).await?;
                    companion::set_redemption(&mut tx, hold.id, None).await?;
                }
            }
            self.store().commit(tx).await?;
            desk.to_send.notify_one();
            if short.is_some() {
                return Ok(short);
            }
        }
        Ok(None)
    }

    /// Gives up what was reserved for holds that are over; in the caller's commit.
    pub(crate) async fn end_stale_holds(&self, tx: &mut Tx, desk: &Desk) -> Result<(), AgentError> {
        for row in reservation::of_no_hold(tx, desk.till.n, self.now().timestamp_millis()).await? {
            self.void_reservation(tx, desk, &row).await?;
        }
        Ok(())
    }
}
