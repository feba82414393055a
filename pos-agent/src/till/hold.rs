//! Putting a basket aside and taking it up again, on this till or another one of the store. Between tills of one agent
//! its file decides who has it; between agents the hub does, see [`super::others`].

use domain::ids::SaleId;
use domain::sync::{HELD_SHAPE, TakeHeld, TakeHow, TakeOutcome};

use super::others::{AskHeld, HeldAnswer};
use crate::app::{Agent, Desk};
use crate::checkout::basket::Basket;
use crate::checkout::complete;
use crate::error::AgentError;
use crate::store::held::{self, Claim, HeldRow, Standing};
use crate::store::{Store, basket as baskets};
use crate::sync::PATIENCE;
use crate::ui::view::{HeldNotice, HeldView, Notice, NoticeKind};

/// What became of the wish to take a basket up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recall {
    Done(Notice),
    /// The hub cannot be asked, and may have given it to another agent's till: somebody has to say that its customer is
    /// here.
    Unsure,
    /// Another till has it, or nobody can say.
    Refused(Notice),
}

impl Agent {
    /// Puts the basket aside. Asked again for one that is aside already, it answers the same.
    pub async fn hold(&self, n: i64, basket: SaleId) -> Result<Notice, AgentError> {
        let desk = self.desk(n)?;
        let _turn = desk.turn.lock().await;
        let Some(mut open) = self.store().basket(n).await?.filter(|open| open.sale == basket) else {
            let aside = self.store().held(n).await?.into_iter().find(|row| row.sale == basket);
            return match aside {
                Some(row) => Ok(self.say(desk, NoticeKind::Held(HeldNotice::Held), row.label)),
                None => Err(AgentError::BasketChanged),
            };
        };
        if open.is_untouched() {
            return Ok(self.say(desk, NoticeKind::NothingToChange, ""));
        }
        if !open.taken.is_empty() {
            return Err(AgentError::PartlyPaid);
        }
        open.held_in_training = desk.is_training();
        let row = self.held_row(desk, &open).await?;
        let mut tx = self.store().begin().await?;
        held::insert(&mut tx, &row, &open).await?;
        self.end_holds(&mut tx, desk, &[]).await?;
        self.end_reservations(&mut tx, desk, None).await?;
        baskets::delete(&mut tx, n).await?;
        self.store().commit(tx).await?;
        desk.to_send.notify_one();
        self.held_changed().notify_one();
        self.tell_neighbours(desk);
        Ok(self.say(desk, NoticeKind::Held(HeldNotice::Held), row.label))
    }

    /// Takes one of this agent's held baskets up on this till. One that another agent may have is asked for at the hub;
    /// `is_here` says that somebody answers for its customer being here, should the hub be away.
    pub async fn recall(&self, n: i64, basket: SaleId, is_here: bool) -> Result<Recall, AgentError> {
        let desk = self.desk(n)?;
        if let Some(said) = self.has_open(desk, basket).await? {
            return Ok(Recall::Done(said));
        }
        match self.try_recall(desk, basket, is_here).await? {
            // It was offered to the hub in that very moment: now it is asked for there.
            None => Ok(self.try_recall(desk, basket, is_here).await?.unwrap_or(Recall::Unsure)),
            Some(recall) => Ok(recall),
        }
    }

    /// None: what the hub may do with it changed meanwhile.
    async fn try_recall(
        &self,
        desk: &Desk,
        basket: SaleId,
        is_here: bool,
    ) -> Result<Option<Recall>, AgentError> {
        let rows = self.store().held(desk.till.n).await?;
        let row = rows.into_iter().find(|row| row.sale == basket).ok_or(AgentError::NotHeld)?;
        let mut unasked = false;
        if row.standing.may_be_elsewhere() {
            // Before it is asked for: the hub gives nobody else what is refused here. None of a training is ever offered.
            if desk.is_training() {
                return Err(AgentError::HeldOtherwise { training: false });
            }
            match self.ask_for_own(&row).await? {
                TakeOutcomeOr::Said(TakeOutcome::Elsewhere { till, .. }) => {
                    self.lose_held(&row).await?;
                    let said = self.say(desk, NoticeKind::Held(HeldNotice::Elsewhere), till.to_string());
                    return Ok(Some(Recall::Refused(said)));
                }
                TakeOutcomeOr::Said(TakeOutcome::Yours { .. } | TakeOutcome::Gone) => {}
                TakeOutcomeOr::Away if is_here => unasked = true,
                TakeOutcomeOr::Away => return Ok(Some(Recall::Unsure)),
            }
        }
        self.take_own(desk, &row, unasked).await
    }

    /// One turn: it leaves the list and is this till's open basket.
    async fn take_own(
        &self,
        desk: &Desk,
        row: &HeldRow,
        unasked: bool,
    ) -> Result<Option<Recall>, AgentError> {
        let _turn = desk.turn.lock().await;
        if let Some(said) = self.has_open(desk, row.sale).await? {
            return Ok(Some(Recall::Done(said)));
        }
        let mut tx = self.store().begin().await?;
        let found = held::take(&mut tx, desk.till.n, row.sale).await?;
        let (open, standing) = found.ok_or(AgentError::NotHeld)?;
        // What is not committed stays where it is.
        if open.held_in_training != desk.is_training() {
            return Err(AgentError::HeldOtherwise { training: open.held_in_training });
        }
        if standing.may_be_elsewhere() && !row.standing.may_be_elsewhere() {
            return Ok(None);
        }
        if unasked {
            let claim = Claim { hold: row.hold, till: row.till, label: row.label.clone() };
            held::insert_claim(&mut tx, &claim).await?;
        }
        baskets::save(&mut tx, desk.till.n, &open, self.now()).await?;
        self.store().commit(tx).await?;
        desk.note_card_of(&open);
        self.desks().for_each(|desk| desk.forget_waiting(row.hold));
        self.held_changed().notify_one();
        self.tell_neighbours(desk);
        Ok(Some(Recall::Done(self.say(desk, NoticeKind::Held(HeldNotice::Recalled), label_of(&open)))))
    }

    /// What is said where the basket is open here already; an error where another one is.
    pub(super) async fn has_open(&self, desk: &Desk, basket: SaleId) -> Result<Option<Notice>, AgentError> {
        match self.store().basket(desk.till.n).await? {
            Some(open) if open.sale == basket => {
                Ok(Some(self.say(desk, NoticeKind::Held(HeldNotice::Recalled), label_of(&open))))
            }
            Some(open) if !open.is_untouched() => Err(AgentError::BasketUnderWay),
            _ => Ok(None),
        }
    }

    /// Asked in the name of the till that put it aside, whichever wants it: the hub gives it to that one.
    async fn ask_for_own(&self, row: &HeldRow) -> Result<TakeOutcomeOr, AgentError> {
        let request = TakeHeld { hold: row.hold, how: TakeHow::Own, shape: HELD_SHAPE, label: String::new() };
        Ok(match self.ask_held(row.till, AskHeld::Take(request), PATIENCE).await? {
            HeldAnswer::Took(outcome) => TakeOutcomeOr::Said(outcome),
            HeldAnswer::Listed | HeldAnswer::Away => TakeOutcomeOr::Away,
        })
    }

    /// Another agent's till has it: it leaves the list here.
    pub(crate) async fn lose_held(&self, row: &HeldRow) -> Result<(), AgentError> {
        let mut tx = self.store().begin().await?;
        held::remove(&mut tx, row.hold).await?;
        self.store().commit(tx).await?;
        self.tell_neighbours(self.desk(row.till)?);
        Ok(())
    }

    /// What this agent holds in this till's store.
    pub async fn held(&self, n: i64) -> Result<Vec<HeldView>, AgentError> {
        self.desk(n)?;
        let view = |row: HeldRow| HeldView {
            till: self.tills().into_iter().find(|plate| plate.n == row.till).map(|plate| plate.code),
            sale: Some(row.sale),
            hold: row.hold,
            label: row.label,
            items: row.items,
            total: row.total,
            held_at: row.held_at,
        };
        Ok(self.store().held(n).await?.into_iter().map(view).collect())
    }

    async fn held_row(&self, desk: &Desk, open: &Basket) -> Result<HeldRow, AgentError> {
        let totals = complete::totals(&complete::lines(open, &self.policy(desk))?)?;
        Ok(HeldRow {
            sale: open.sale,
            hold: self.clock().hold_id(),
            till: desk.till.n,
            label: who(self.store(), open).await?.unwrap_or_else(|| label_of(open)),
            items: totals.items,
            total: totals.total,
            held_at: self.now(),
            standing: if open.held_in_training { Standing::Local } else { Standing::Own },
        })
    }

    /// Other tills show how many baskets wait.
    pub(super) fn tell_neighbours(&self, desk: &Desk) {
        self.desks().filter(|other| other.till.store == desk.till.store).for_each(Desk::touch);
    }
}

impl Desk {
    /// A card that was found by phone at one till is not shown at another one either.
    pub(super) fn note_card_of(&self, basket: &Basket) {
        if basket.card.as_ref().is_some_and(|card| card.by_contact) {
            self.note_found_on(basket.sale);
        }
    }
}

enum TakeOutcomeOr {
    Said(TakeOutcome),
    Away,
}

/// The customer as the till greets them.
async fn who(store: &Store, basket: &Basket) -> Result<Option<String>, AgentError> {
    let holder = basket.card.as_ref().and_then(|card| card.holder.as_ref());
    let Some(holder) = holder else { return Ok(None) };
    Ok(store.member(holder.member).await?.map(|member| member.greeting))
}

/// What was taken last names a basket that has no customer.
pub(super) fn label_of(basket: &Basket) -> String {
    let goods = basket.live_lines().last().map(|line| line.article.name.clone());
    let coupon = || basket.live_coupons().last().map(|row| row.coupon.name.clone());
    goods.or_else(coupon).unwrap_or_default()
}
