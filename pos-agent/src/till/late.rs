//! A forgotten card: its customer comes back with the receipt, and the sale's points go to the card. The sale is
//! found in this agent's own journal, which needs no hub, or was told by the hub of another agent's.

use domain::Points;
use domain::codes::{CardNumber, CashierCode};
use domain::ids::SaleId;
use domain::late_card::{Agreement, CardAttached, LateCardRefusal, check};
use domain::points::{Programme, earned_after_returns};
use domain::sale::{CardEntry, Sale};
use domain::sync::Body;
use domain::time::with_offset;

use crate::app::{Agent, Desk};
use crate::error::AgentError;
use crate::store::{late, sold};
use crate::ui::view::{LateCardView, Notice, NoticeKind};
use crate::ui::words::masked;

impl Agent {
    /// The card of a sale: its own, or one that came later.
    pub(crate) async fn card_of(&self, sale: &Sale) -> Result<Option<CardNumber>, AgentError> {
        match &sale.card {
            Some(card) => Ok(Some(card.clone())),
            None => Ok(self.store().late_card(sale.id).await?),
        }
    }

    /// A receipt that may still get its card, and what that brings.
    pub async fn without_card(&self, sale: SaleId) -> Result<LateCardView, AgentError> {
        let sale = self.store().sale_anywhere(sale).await?.ok_or(AgentError::NoSuchSale(sale))?;
        let agreement = check(&sale, self.now(), self.house().late_card)?;
        if self.store().late_card(sale.id).await?.is_some() {
            return Err(LateCardRefusal::Attached.into());
        }
        Ok(LateCardView {
            sale: sale.id,
            receipt_no: sale.receipt_no,
            occurred_at: sale.occurred_at,
            total: sale.total(),
            points: self.points_left(&sale).await?,
            needs_agreement: agreement == Agreement::Needed,
        })
    }

    /// Whether a till of this agent sold it.
    pub async fn sold_here(&self, sale: SaleId) -> Result<bool, AgentError> {
        Ok(self.store().sale(sale).await?.is_some())
    }

    /// What the sale earns, less what came back of it since.
    async fn points_left(&self, sale: &Sale) -> Result<Points, AgentError> {
        let programmes = self.store().programmes().await?;
        let Some(programme) = Programme::on(&programmes, sale.business_date) else { return Ok(Points::ZERO) };
        let back = self.store().returned_of(sale.id).await?;
        let back: Vec<_> = back.iter().map(|row| (row.line, row.took_points())).collect();
        Ok(earned_after_returns(programme, sale, &back)?)
    }

    /// Gives a sale its card, once. `approved_by` agreed where the cashier alone may not. Asked again for the
    /// same card, it answers the same.
    pub async fn attach_late(
        &self,
        n: i64,
        sale: SaleId,
        card: CardNumber,
        entry: CardEntry,
        approved_by: Option<CashierCode>,
    ) -> Result<Notice, AgentError> {
        let desk = self.desk(n)?;
        let _turn = desk.turn.lock().await;
        if desk.is_training() {
            return Err(LateCardRefusal::InTraining.into());
        }
        let sale = self.store().sale_anywhere(sale).await?.ok_or(AgentError::NoSuchSale(sale))?;
        if let Some(before) = self.store().late_card(sale.id).await? {
            let is_same = before == card;
            return if is_same {
                self.said_attached(desk, &card).await
            } else {
                Err(LateCardRefusal::Attached.into())
            };
        }
        check(&sale, self.now(), self.house().late_card)?;
        if self.store().card(card.as_str()).await?.is_some_and(|known| !known.state.earns()) {
            return Err(LateCardRefusal::Blocked.into());
        }
        let attached = CardAttached {
            sale: sale.id,
            card: card.clone(),
            entry,
            at: with_offset(self.now(), desk.till.zone),
            sold_at: sale.occurred_at,
            cashier: desk.cashier(),
            approved_by,
        };
        let mut tx = self.store().begin().await?;
        if !late::insert(&mut tx, sale.id, &card).await? {
            // Another till of this agent was faster.
            return Err(LateCardRefusal::Attached.into());
        }
        sold::set_card(&mut tx, &sale, &card).await?;
        self.append(&mut tx, desk, self.clock().event_id(), Body::CardAttached(Box::new(attached))).await?;
        self.store().commit(tx).await?;
        desk.to_send.notify_one();
        self.said_attached(desk, &card).await
    }

    async fn said_attached(&self, desk: &Desk, card: &CardNumber) -> Result<Notice, AgentError> {
        let known = self.store().card(card.as_str()).await?;
        let member = match known {
            Some(known) => self.store().member(known.member).await?,
            None => None,
        };
        let whose = member.map_or_else(|| masked(card.as_str()), |member| member.greeting);
        Ok(self.say(desk, NoticeKind::CardAttachedLate, whose))
    }
}
