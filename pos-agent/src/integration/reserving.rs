//! A hold of a till software is reserved at the hub as the points of a ticket are, where the hub is in reach; where it is
//! not, it promises what this agent knows. What the hub reserves it lets go of two minutes later, so the hold lasts no longer;
//! a till software that needs the points for longer asks again.

use chrono::{DateTime, Utc};
use domain::ids::RedemptionId;
use domain::money::Points;
use domain::sync::redemption::{HELD_MS, Moment, ReserveReply};
use tokio::sync::watch;
use tokio::time::{Duration, Instant};
use uuid::Uuid;

use super::setting::IntegrationSetting;

use crate::app::{Agent, Desk};
use crate::error::AgentError;
use crate::store::Tx;
use crate::store::companion::{self, HoldRow};
use crate::store::reservation::{self, ReservationRow};
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

    /// Asks the hub for what a hold promises. `Some`: it has only so many, and the hold is none. The hold may be released or
    /// captured while the hub is asked: then there is nothing left to write.
    pub(super) async fn reserve_hold(
        &self,
        hold: &HoldRow,
        setting: &IntegrationSetting,
    ) -> Result<Option<Points>, AgentError> {
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
            if !is_wanted(&mut tx, hold.id, &row).await? {
                return Ok(None);
            }
            let now = self.now();
            let mut short = None;
            next = None;
            match answer {
                ReserveAnswer::Said(ReserveReply::Held { .. }) => {
                    reservation::set_held(&mut tx, id).await?;
                }
                ReserveAnswer::Said(ReserveReply::NotEnough { available }) => {
                    companion::settle_hold(&mut tx, hold.id, "released", now.timestamp_millis(), None)
                        .await?;
                    self.void_reservation(&mut tx, desk, &row).await?;
                    short = Some(available.max(Points::ZERO));
                }
                ReserveAnswer::Said(ReserveReply::Ended) if !has_ended => {
                    has_ended = true;
                    self.void_reservation(&mut tx, desk, &row).await?;
                    next = self.intend_hold(&mut tx, desk, hold).await?;
                    let expires_ms = expires_ms(setting, now, next.is_some());
                    companion::set_redemption(&mut tx, hold.id, next, expires_ms).await?;
                }
                ReserveAnswer::Said(ReserveReply::Ended | ReserveReply::Unknown)
                | ReserveAnswer::Older
                | ReserveAnswer::Away => {
                    self.void_reservation(&mut tx, desk, &row).await?;
                    companion::set_redemption(&mut tx, hold.id, None, expires_ms(setting, now, false))
                        .await?;
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

    /// Gives up what was reserved for holds that are over, whether by their own time or because the hub may have let go
    /// of their points; in the caller's commit. Whether anything was given up.
    pub(crate) async fn end_stale_holds(&self, tx: &mut Tx, desk: &Desk) -> Result<bool, AgentError> {
        let (n, now_ms) = (desk.till.n, self.now().timestamp_millis());
        reservation::forget_heard(tx, n).await?;
        let now = Moment::of(&self.stamp(&desk.till));
        let live = reservation::live(tx, n).await?;
        for row in live.iter().filter(|row| row.sale.is_none() && !row.on_ticket.is_in_time(&now)) {
            companion::expire_reserved(tx, row.id(), now_ms).await?;
        }
        let over = reservation::of_no_hold(tx, n, now_ms).await?;
        for row in &over {
            self.void_reservation(tx, desk, row).await?;
        }
        Ok(!over.is_empty())
    }

    /// The same at every till: a till software that goes away releases nothing, and others wait for the points.
    pub(crate) async fn end_holds_over(&self) -> Result<(), AgentError> {
        for desk in self.desks() {
            let mut tx = self.store().begin().await?;
            let has_ended = self.end_stale_holds(&mut tx, desk).await?;
            self.store().commit(tx).await?;
            // A till that has nothing to send is not woken: it counts the time to its next word with the hub.
            if has_ended {
                desk.to_send.notify_one();
            }
        }
        Ok(())
    }

    /// For as long as the agent runs.
    pub(crate) async fn keep_ending_holds(&self, mut shutdown: watch::Receiver<bool>) {
        while !*shutdown.borrow() {
            if let Err(error) = self.end_holds_over().await {
                tracing::error!(code = "holds_not_ended", %error, "points of holds that are over are still reserved");
            }
            tokio::select! {
                () = tokio::time::sleep(LOOKS_EVERY) => {}
                _ = shutdown.wait_for(|stop| *stop) => {}
            }
        }
    }
}

const LOOKS_EVERY: Duration = Duration::from_secs(30);

/// When a hold of now is over: what the hub reserves it lets go of by its own rule, and no promise lasts longer.
pub(super) fn expires_ms(setting: &IntegrationSetting, now: DateTime<Utc>, is_reserved: bool) -> i64 {
    let own = i64::from(setting.hold_minutes) * 60_000;
    now.timestamp_millis() + if is_reserved { own.min(HELD_MS) } else { own }
}

/// Whether nobody has released or captured the hold, or given its reservation up.
async fn is_wanted(tx: &mut Tx, id: Uuid, row: &ReservationRow) -> Result<bool, AgentError> {
    let Some(hold) = companion::hold(&mut **tx, id).await? else { return Ok(false) };
    let is_its = hold.state == "held" && hold.redemption == Some(row.id());
    let live = reservation::live(tx, hold.till).await?;
    Ok(is_its && live.iter().any(|live| live.id() == row.id()))
}
