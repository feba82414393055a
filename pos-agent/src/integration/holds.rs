//! Points set aside for a basket of the till software: held, then captured by the sale that names the hold,
//! or released, or expired. A hold promises only what this agent knows: the balance of its last snapshot,
//! within the chain's limit for one card, less everything already held or spent here; and what the hub reserves for it,
//! where that is in reach.

use chrono::{DateTime, TimeDelta, Utc};
use domain::codes::CardNumber;
use domain::money::Points;
use domain::sale::Sale;
use domain::snapshot::MemberRow;
use uuid::Uuid;

use super::finished::FinishedSale;
use super::reserving::expires_ms;
use super::setting::IntegrationSetting;
use crate::app::Agent;
use crate::error::AgentError;
use crate::store::Tx;
use crate::store::companion::{self, HoldRow};
use crate::store::{reservation, spent};

/// What a till software asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub till: i64,
    pub basket: String,
    pub card: CardNumber,
    pub points: Points,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    New(HoldRow),
    /// The basket had this very hold.
    Repeated(HoldRow),
    Refused(Refused),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    Off,
    CardUnknown,
    CardBlocked,
    CardReplaced,
    /// Cards and balances were last heard then.
    SnapshotOld(Option<DateTime<Utc>>),
    Short {
        available: Points,
    },
    /// The basket holds something else.
    Other(Uuid),
}

/// What became of a hold that a sale names. The sale was paid, so it is taken in whatever this says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capture {
    Captured,
    /// It had expired or been released; the points are spent all the same.
    Late,
    OtherCard,
    OtherSale,
    Unknown,
}

impl Capture {
    pub fn code(self) -> &'static str {
        match self {
            Self::Captured => "captured",
            Self::Late => "captured_late",
            Self::OtherCard => "other_card",
            Self::OtherSale => "other_sale",
            Self::Unknown => "unknown",
        }
    }
}

/// What may still be held of a balance.
pub fn available(balance: Points, most: Points, spoken_for: Points) -> Points {
    Points(balance.min(most).0.saturating_sub(spoken_for.0).max(0))
}

/// How a hold stands at a moment.
pub fn state_at(hold: &HoldRow, now: DateTime<Utc>) -> &str {
    let is_over = hold.state == "held" && hold.expires_ms <= now.timestamp_millis();
    if is_over { "expired" } else { &hold.state }
}

impl Agent {
    /// Sets points aside. The same basket asking for the same again is answered with the same hold.
    pub async fn hold_points(
        &self,
        wanted: &Wanted,
        setting: &IntegrationSetting,
    ) -> Result<Held, AgentError> {
        let held = self.reserved(wanted, setting).await?;
        match &held {
            // The same request was refused, or the hold let go, while this one waited: it is asked for anew.
            Held::New(hold) | Held::Repeated(hold) if hold.state != "held" && hold.sale.is_none() => {
                self.reserved(wanted, setting).await
            }
            _ => Ok(held),
        }
    }

    async fn reserved(&self, wanted: &Wanted, setting: &IntegrationSetting) -> Result<Held, AgentError> {
        let held = self.set_aside(wanted, setting).await?;
        let (Held::New(hold) | Held::Repeated(hold)) = &held else { return Ok(held) };
        if let Some(available) = self.reserve_hold(hold, setting).await? {
            return Ok(Held::Refused(Refused::Short { available }));
        }
        // How long it lasts is known now.
        let kept = self.store().hold(hold.id).await?;
        Ok(match held {
            Held::New(hold) => Held::New(kept.unwrap_or(hold)),
            Held::Repeated(hold) => Held::Repeated(kept.unwrap_or(hold)),
            refused @ Held::Refused(_) => refused,
        })
    }

    /// By what this agent knows.
    async fn set_aside(&self, wanted: &Wanted, setting: &IntegrationSetting) -> Result<Held, AgentError> {
        let now = self.now();
        let member = match self.holder_of(wanted, setting).await? {
            Ok(member) => member,
            Err(refused) => return Ok(Held::Refused(refused)),
        };
        let desk = self.desk(wanted.till)?;
        let mut tx = self.store().begin().await?;
        self.end_stale_holds(&mut tx, desk).await?;
        if let Some(known) = companion::hold_of_basket(&mut tx, wanted.till, &wanted.basket).await? {
            if state_at(&known, now) == "held" {
                let is_same = known.card == wanted.card && known.points == wanted.points;
                return Ok(if is_same {
                    Held::Repeated(known)
                } else {
                    Held::Refused(Refused::Other(known.id))
                });
            }
            companion::settle_hold(&mut tx, known.id, "expired", known.expires_ms, None).await?;
        }
        let spoken_for = spent::spoken_for(&mut *tx, member.member, now, member.as_of).await?;
        let spent = spoken_for.total()?;
        let balance = spoken_for.left_of(&member, now, desk.till.zone)?.available.plus(spent)?;
        let available = available(balance, setting.hold_points_max, spent);
        if wanted.points > available {
            return Ok(Held::Refused(Refused::Short { available }));
        }
        let mut hold = HoldRow {
            id: self.clock().event_id().0,
            till: wanted.till,
            basket: wanted.basket.clone(),
            card: wanted.card.clone(),
            member: member.member,
            points: wanted.points,
            state: "held".to_owned(),
            expires_ms: 0,
            sale: None,
            redemption: None,
        };
        hold.redemption = self.intend_hold(&mut tx, desk, &hold).await?;
        hold.expires_ms = expires_ms(setting, now, hold.redemption.is_some());
        companion::insert_hold(&mut tx, &hold).await?;
        self.store().commit(tx).await?;
        Ok(Held::New(hold))
    }

    /// The member whose points are asked for, if anything may be held of theirs.
    async fn holder_of(
        &self,
        wanted: &Wanted,
        setting: &IntegrationSetting,
    ) -> Result<Result<MemberRow, Refused>, AgentError> {
        if setting.hold_points_max <= Points::ZERO {
            return Ok(Err(Refused::Off));
        }
        let Some(card) = self.store().card(wanted.card.as_str()).await? else {
            return Ok(Err(Refused::CardUnknown));
        };
        if !card.state.earns() {
            return Ok(Err(Refused::CardBlocked));
        }
        if !card.state.redeems() {
            return Ok(Err(Refused::CardReplaced));
        }
        let pulled_at = self.store().hub().await?.and_then(|hub| hub.pulled_at);
        let now = self.now();
        let oldest = now - TimeDelta::hours(setting.hold_snapshot_hours.into());
        // Both are of this machine's clock: a snapshot of later than now says that the clock went back.
        if pulled_at.is_none_or(|at| at < oldest || at > now) {
            return Ok(Err(Refused::SnapshotOld(pulled_at)));
        }
        Ok(self.store().member(card.member).await?.ok_or(Refused::CardUnknown))
    }

    /// Gives the points free again; `None` if there is no such hold. A captured hold stays captured.
    pub async fn release_hold(&self, id: Uuid) -> Result<Option<HoldRow>, AgentError> {
        let now = self.now();
        let mut tx = self.store().begin().await?;
        let Some(mut hold) = companion::hold(&mut *tx, id).await? else { return Ok(None) };
        if hold.state == "held" {
            let state = if state_at(&hold, now) == "held" { "released" } else { "expired" };
            companion::settle_hold(&mut tx, id, state, now.timestamp_millis(), None).await?;
            let desk = self.desk(hold.till)?;
            self.end_stale_holds(&mut tx, desk).await?;
            self.store().commit(tx).await?;
            desk.to_send.notify_one();
            state.clone_into(&mut hold.state);
        }
        Ok(Some(hold))
    }

    /// Says of a finished sale how many points its hold spends, where it does not say so itself, and out of which
    /// reservation.
    pub(super) async fn name_points(&self, finished: &mut FinishedSale) -> Result<(), AgentError> {
        let Some(id) = finished.hold() else { return Ok(()) };
        let Some(hold) = self.store().hold_of_points(id).await? else { return Ok(()) };
        // A hold is spent once, by its own card's sale; the same sale again names the same points.
        let Ok(sale) = finished.close() else { return Ok(()) };
        if sale.card.as_ref() != Some(&hold.card) || hold.sale.is_some_and(|by| by != sale.id) {
            return Ok(());
        }
        for tender in finished.tenders.iter_mut().filter(|tender| tender.hold.is_some()) {
            tender.points.get_or_insert_with(|| hold.points.to_string());
        }
        finished.redemption = hold.redemption;
        Ok(())
    }

    /// Ties a hold to the sale that spends it, in the commit that takes the sale in.
    pub(super) async fn capture_hold(
        &self,
        tx: &mut Tx,
        id: Uuid,
        sale: &Sale,
    ) -> Result<Capture, AgentError> {
        let now = self.now();
        let Some(hold) = companion::hold(&mut **tx, id).await? else { return Ok(Capture::Unknown) };
        if let Some(by) = hold.sale {
            return Ok(if by == sale.id { Capture::Captured } else { Capture::OtherSale });
        }
        if sale.card.as_ref() != Some(&hold.card) {
            return Ok(Capture::OtherCard);
        }
        companion::settle_hold(tx, id, "captured", now.timestamp_millis(), Some(sale.id)).await?;
        for named in sale.tenders.iter().filter_map(|tender| tender.redemption) {
            reservation::delete(tx, named).await?;
        }
        // What it had reserved and the sale does not name.
        self.end_stale_holds(tx, self.desk(hold.till)?).await?;
        Ok(if state_at(&hold, now) == "held" { Capture::Captured } else { Capture::Late })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_available_is_the_least_that_is_known() {
        for (balance, most, spoken_for, wanted) in [
            (100, 50, 0, 50),
            (100, 500, 0, 100),
            (100, 50, 50, 0),
            (100, 500, 30, 70),
            (-20, 500, 0, 0),
            (100, 500, 900, 0),
        ] {
            let found = available(Points(balance), Points(most), Points(spoken_for));
            assert_eq!(found, Points(wanted), "{balance} {most} {spoken_for}");
        }
    }
}
