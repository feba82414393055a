//! Baskets that other agents of the store put aside. The hub hands each out once, and this till keeps which it took: a
//! question whose answer was lost is asked again, and gets the same basket and no second one.

use std::time::Duration;

use domain::codes::TillCode;
use domain::ids::{HoldId, SaleId};
use domain::sync::{HELD_SHAPE, TakeHeld, TakeHow, TakeOutcome, WaitingBasket};

use super::hold::{Recall, label_of};
use crate::app::{Agent, Desk, open};
use crate::checkout::basket::Basket;
use crate::error::AgentError;
use crate::store::held::{self, HeldRow};
use crate::store::{bad_row, basket as baskets};
use crate::sync::PATIENCE;
use crate::ui::view::{HeldNotice, HeldView, HubState, Notice, NoticeKind};

/// What a till wants to know of baskets that were put aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AskHeld {
    /// What waits in its store.
    List,
    Take(TakeHeld),
}

impl AskHeld {
    /// Questions of the same take each other's place.
    fn about(&self) -> Option<HoldId> {
        match self {
            Self::List => None,
            Self::Take(request) => Some(request.hold),
        }
    }
}

/// More than are asked at a till at once.
const ASKED_KEPT: usize = 16;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HeldAnswer {
    Listed,
    Took(TakeOutcome),
    /// The hub cannot be asked.
    Away,
}

#[derive(Debug)]
pub(crate) struct HeldAsked {
    what: AskHeld,
    answer: Option<HeldAnswer>,
}

/// All that waits in a store, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeldList {
    pub baskets: Vec<HeldView>,
    /// The hub could not be asked: other agents' baskets are not among them.
    pub is_own_only: bool,
}

impl Agent {
    /// What waits in this till's store, own baskets first.
    pub async fn held_in_store(&self, n: i64) -> Result<HeldList, AgentError> {
        if self.ask_held(n, AskHeld::List, PATIENCE).await? != HeldAnswer::Listed {
            // What it said before is old; an answer that comes late is kept all the same.
            open(&self.desk(n)?.asked).others = None;
        }
        self.held_as_known(n).await
    }

    /// The same without asking anew.
    pub async fn held_as_known(&self, n: i64) -> Result<HeldList, AgentError> {
        let mut baskets = self.held(n).await?;
        let desk = self.desk(n)?;
        let is_online = self.link_of(desk) == HubState::Online;
        let others = open(&desk.asked).others.clone().filter(|_| is_online);
        let is_own_only = others.is_none();
        let own: Vec<HoldId> = baskets.iter().map(|view| view.hold).collect();
        let others = others.unwrap_or_default().into_iter().filter(|view| !own.contains(&view.hold));
        baskets.extend(others.map(|waiting| {
            let WaitingBasket { hold, till, label, items, total, held_at } = waiting;
            HeldView { till: Some(till), sale: None, hold, label, items, total, held_at }
        }));
        Ok(HeldList { baskets, is_own_only })
    }

    /// The basket of which nobody knows whether another till has it, while its page is open.
    pub fn unsure(&self, n: i64) -> Result<Option<SaleId>, AgentError> {
        Ok(open(&self.desk(n)?.asked).unsure)
    }

    pub fn set_unsure(&self, n: i64, basket: Option<SaleId>) -> Result<(), AgentError> {
        open(&self.desk(n)?.asked).unsure = basket;
        Ok(())
    }

    /// Asks the hub in a till's name, and waits no longer than `most`.
    pub(super) async fn ask_held(
        &self,
        n: i64,
        what: AskHeld,
        most: Duration,
    ) -> Result<HeldAnswer, AgentError> {
        let desk = self.desk(n)?;
        let is_there = match self.link_of(desk) {
            HubState::Online => true,
            // Just started: a basket is worth the wait for the first word of the hub, a list is not.
            HubState::Unknown => matches!(what, AskHeld::Take(_)),
            HubState::Offline | HubState::Refused => false,
        };
        if !is_there {
            return Ok(HeldAnswer::Away);
        }
        desk.ask(&what);
        self.wait_while(n, most, |desk| desk.waits_for_held(&what)).await?;
        Ok(desk.answer_of(&what).unwrap_or(HeldAnswer::Away))
    }

    /// Takes another agent's basket up on this till.
    pub async fn take_up(&self, n: i64, hold: HoldId) -> Result<Recall, AgentError> {
        let desk = self.desk(n)?;
        if let Some(sale) = self.store().taken_here(hold).await? {
            return Ok(Recall::Done(self.has_open(desk, sale).await?.ok_or(AgentError::NotHeld)?));
        }
        // Before it is asked for: it is not to wait at the hub for a till that cannot take it.
        self.is_free(desk).await?;
        if desk.is_training() {
            return Err(AgentError::HeldOtherwise { training: false });
        }
        let request = TakeHeld { hold, how: TakeHow::Others, shape: HELD_SHAPE, label: String::new() };
        match self.ask_held(n, AskHeld::Take(request), PATIENCE).await? {
            HeldAnswer::Took(TakeOutcome::Yours { body: Some(body) }) => {
                let basket = serde_json::from_str(&body).map_err(|e| bad_row("a held basket")(&e))?;
                self.take_others(desk, hold, basket).await
            }
            HeldAnswer::Took(TakeOutcome::Elsewhere { till, .. }) => {
                Ok(Recall::Refused(self.say(desk, NoticeKind::Held(HeldNotice::Elsewhere), till.to_string())))
            }
            HeldAnswer::Took(_) => {
                Ok(Recall::Refused(self.say(desk, NoticeKind::Held(HeldNotice::Gone), "")))
            }
            HeldAnswer::Listed | HeldAnswer::Away => {
                Ok(Recall::Refused(self.say(desk, NoticeKind::Held(HeldNotice::Away), "")))
            }
        }
    }

    /// It becomes a sale of its own: should the agent that put it aside sell it too, both stand.
    async fn take_others(&self, desk: &Desk, hold: HoldId, mut taken: Basket) -> Result<Recall, AgentError> {
        let _turn = desk.turn.lock().await;
        self.is_free(desk).await?;
        let before = std::mem::replace(&mut taken.sale, self.clock().sale_id());
        let mut tx = self.store().begin().await?;
        if !held::note_taken(&mut tx, hold, taken.sale, self.now()).await? {
            return Err(AgentError::NotHeld);
        }
        baskets::save(&mut tx, desk.till.n, &taken, self.now()).await?;
        // That its offer was taken was logged for the sale that it was: this one stands for that. What was only shown or
        // declined is counted once already.
        if taken.accepted_offer().is_some() {
            self.log_offer(&mut tx, desk, &taken, Some(before)).await?;
        }
        self.store().commit(tx).await?;
        desk.note_card_of(&taken);
        desk.forget_waiting(hold);
        self.tell_neighbours(desk);
        Ok(Recall::Done(self.say(desk, NoticeKind::Held(HeldNotice::Recalled), label_of(&taken))))
    }

    async fn is_free(&self, desk: &Desk) -> Result<(), AgentError> {
        let basket = self.store().basket(desk.till.n).await?;
        if basket.is_some_and(|open| !open.is_untouched()) { Err(AgentError::BasketUnderWay) } else { Ok(()) }
    }

    /// An own basket was sold here and at another agent's till: its cashier hears of it, and the hub shows it.
    pub(crate) fn tell_taken_twice(&self, n: i64, till: &TillCode) -> Result<Notice, AgentError> {
        Ok(self.say(self.desk(n)?, NoticeKind::Held(HeldNotice::Twice), till.to_string()))
    }

    /// The till's code of a row's till.
    pub(crate) fn code_of(&self, row: &HeldRow) -> Option<TillCode> {
        self.desk(row.till).ok().map(|desk| desk.till.code.clone())
    }
}

impl Desk {
    fn ask(&self, what: &AskHeld) {
        {
            let mut of_hub = open(&self.asked);
            let held = &mut of_hub.held;
            held.retain(|asked| asked.what.about() != what.about());
            held.push(HeldAsked { what: what.clone(), answer: None });
            if held.len() > ASKED_KEPT {
                held.remove(0);
            }
        }
        let bell = match what {
            AskHeld::List => &self.held_asked,
            AskHeld::Take(_) => &self.take_asked,
        };
        bell.notify_one();
    }

    /// Whether the hub is to be asked what waits.
    pub(crate) fn asks_list(&self) -> bool {
        self.waits_for_held(&AskHeld::List)
    }

    /// For which basket it is to be asked first.
    pub(crate) fn asks_take(&self) -> Option<TakeHeld> {
        let of_hub = open(&self.asked);
        of_hub.held.iter().filter(|asked| asked.answer.is_none()).find_map(|asked| match &asked.what {
            AskHeld::Take(request) => Some(request.clone()),
            AskHeld::List => None,
        })
    }

    fn waits_for_held(&self, what: &AskHeld) -> bool {
        let of_hub = open(&self.asked);
        of_hub.held.iter().any(|asked| asked.what == *what && asked.answer.is_none())
    }

    fn answer_of(&self, what: &AskHeld) -> Option<HeldAnswer> {
        let of_hub = open(&self.asked);
        of_hub.held.iter().find(|asked| asked.what == *what).and_then(|asked| asked.answer.clone())
    }

    /// Keeps what it said, if somebody still waits for it.
    pub(crate) fn tell_held(&self, what: &AskHeld, answer: HeldAnswer) {
        let mut of_hub = open(&self.asked);
        if let Some(asked) = of_hub.held.iter_mut().find(|asked| asked.what == *what) {
            asked.answer = Some(answer);
            self.touch();
        }
    }

    /// What waits in the store by the hub's last answer.
    pub(crate) fn keep_others(&self, waiting: Vec<WaitingBasket>) {
        open(&self.asked).others = Some(waiting);
    }

    /// It does not wait any more.
    pub(super) fn forget_waiting(&self, hold: HoldId) {
        if let Some(others) = &mut open(&self.asked).others {
            others.retain(|waiting| waiting.hold != hold);
        }
    }
}
