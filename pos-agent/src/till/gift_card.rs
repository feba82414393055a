//! Gift cards whose balance the hub keeps: read, asked about, sold, and paid with.
//!
//! What a card pays is held at the hub before it counts as a payment. The till keeps under which id it asked before it
//! asks, so that an answer that was lost is asked for again; and what it holds no more stands in its log, in the commit in
//! which that came about.

use domain::gift_card::{
    GIVEN_UP_MAX, GiftBalance, GiftCard, GiftHold, GiftHoldRequest, GiftHoldVoided, GiftPayment,
};
use domain::ids::{GiftHoldId, SaleId};
use domain::money::Money;
use domain::sale::{SaleStatus, Tender, TenderKind};
use domain::scan::{Meaning, Origin, Scan};
use domain::sync::Body;

use super::{At, Paid, Payment, Seen};
use crate::app::{Agent, Desk, open};
use crate::checkout::basket::Event;
use crate::checkout::complete::{self, PayError};
use crate::checkout::gift_card::{Kept, NoGiftCard};
use crate::error::AgentError;
use crate::store::Tx;
use crate::store::gift_hold::{self, GiftHoldRow};
use crate::sync::PATIENCE;
use crate::ui::view::{GiftCardNotice, HubState, Notice, NoticeKind};

/// What is known of a card that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GiftNews {
    Asking,
    Said(GiftBalance),
    /// The hub cannot be asked.
    Away,
}

/// A card that was read, until the ticket is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiftInHand {
    pub card: GiftCard,
    pub news: GiftNews,
}

/// What the hub says to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GiftAnswer {
    Said(GiftHold),
    Away,
}

impl Agent {
    /// Whether the hub keeps what is on the chain's gift cards.
    pub fn keeps_gift_cards(&self) -> bool {
        self.house().gift_card.kept == Kept::Hub
    }

    /// The card that somebody typed or read into a field.
    pub fn gift_card_of(&self, typed: &str) -> Result<GiftCard, NoGiftCard> {
        match self.rules().classify(Scan::new(Origin::Typed, None, typed)) {
            Ok(Meaning::GiftCard(card)) => Ok(card),
            Ok(_) | Err(_) => Err(NoGiftCard::Number),
        }
    }

    /// A gift card was read: it is the one that is to be sold, where one waits; else its balance is asked for, and the
    /// page on which is paid offers it.
    pub(super) async fn gift_card(&self, at: At, card: GiftCard) -> Result<Notice, AgentError> {
        let desk = self.desk(at.till)?;
        if !self.keeps_gift_cards() {
            return Ok(self.say(desk, NoticeKind::GiftCard(GiftCardNotice::Elsewhere), card.shown()));
        }
        let basket = self.basket(desk).await?;
        let waits = basket.unknown.iter().filter_map(|waits| waits.gift.as_ref()).any(|g| g.card.is_none());
        if waits {
            return self.change(at, Event::GiftCardRead(card)).await;
        }
        self.take_in_hand(desk, card.clone());
        Ok(self.say(desk, NoticeKind::GiftCard(GiftCardNotice::Read), card.shown()))
    }

    /// Asks what is on it.
    pub(super) fn take_in_hand(&self, desk: &Desk, card: GiftCard) {
        let is_there = self.link_of(desk) == HubState::Online;
        let news = if is_there { GiftNews::Asking } else { GiftNews::Away };
        open(&desk.asked).gift_in_hand = Some(GiftInHand { card, news });
        desk.gift_asked.notify_one();
        desk.touch();
    }

    /// The card that was read last.
    pub fn gift_in_hand(&self, n: i64) -> Result<Option<GiftInHand>, AgentError> {
        Ok(open(&self.desk(n)?.asked).gift_in_hand.clone())
    }

    /// Sells the gift card that waits under a number. A ticket that another till put aside may bring one along to a till
    /// that leaves gift cards to another system.
    pub async fn sell_gift_card(
        &self,
        at: impl Into<At>,
        number: u32,
        card: GiftCard,
        amount: Money,
    ) -> Result<Notice, AgentError> {
        if !self.keeps_gift_cards() {
            return Err(NoGiftCard::Elsewhere.into());
        }
        self.change(at, Event::GiftCard { number, card, amount }).await
    }

    /// Pays with a card what is due or an amount, or as much of it as is on the card; the rest is due then.
    pub async fn pay_by_gift_card(
        &self,
        n: i64,
        seen: Seen,
        card: GiftCard,
        amount: Option<Money>,
    ) -> Result<Paid, AgentError> {
        let desk = self.desk(n)?;
        if desk.is_training() {
            return Err(NoGiftCard::Training.into());
        }
        let request = match self.want_hold(desk, seen, card, amount).await? {
            Wanted::Closed(paid) => return Ok(paid),
            Wanted::Hold(request) => request,
        };
        let hold = request.hold;
        let card = request.card.clone();
        let why = match self.ask_gift(desk, request).await? {
            GiftAnswer::Said(GiftHold::Held { amount, left }) => {
                let of_card = Box::new(GiftPayment { card, hold: Some(hold), left: Some(left) });
                let tender = Tender { gift_card: Some(of_card), ..Tender::new(TenderKind::GiftCard, amount) };
                let paid = self.pay(n, seen, Payment { tender, is_part: false }).await;
                if paid.is_err() {
                    self.give_up(desk, hold).await?;
                } else {
                    open(&desk.asked).gift_in_hand = None;
                }
                return paid;
            }
            // It may be held all the same: the same card for the same sum is asked for under the same id.
            GiftAnswer::Away => {
                let paid = self.paid_meanwhile(desk, seen, hold).await?;
                return paid.ok_or_else(|| NoGiftCard::Away.into());
            }
            GiftAnswer::Said(GiftHold::Unknown) => NoGiftCard::Unknown,
            GiftAnswer::Said(GiftHold::Blocked) => NoGiftCard::Blocked,
            GiftAnswer::Said(GiftHold::Empty) => NoGiftCard::Empty,
            GiftAnswer::Said(GiftHold::Ended) => NoGiftCard::Ended,
        };
        // Nothing is held under this id.
        let mut tx = self.store().begin().await?;
        gift_hold::delete(&mut tx, hold).await?;
        self.store().commit(tx).await?;
        Err(why.into())
    }

    /// What the same order did that was pressed before this one.
    async fn paid_meanwhile(
        &self,
        desk: &Desk,
        seen: Seen,
        hold: GiftHoldId,
    ) -> Result<Option<Paid>, AgentError> {
        let _turn = desk.turn.lock().await;
        let mut tx = self.store().begin().await?;
        if let Some(receipt) = self.closed_before(&mut tx, seen.basket, SaleStatus::Completed).await? {
            return Ok(Some(Paid::Closed(Box::new(receipt))));
        }
        Ok(self.has_taken(desk.till.n, &[hold]).await?.then_some(Paid::Partly))
    }

    /// What pays must still be held for this ticket: while the hub was asked it may have been given up, and the log
    /// says so then.
    pub(super) async fn check_held(
        &self,
        tx: &mut Tx,
        n: i64,
        sale: SaleId,
        holds: &[GiftHoldId],
    ) -> Result<(), AgentError> {
        let rows = if holds.is_empty() { vec![] } else { gift_hold::all(tx, n).await? };
        let is_held =
            |hold: &GiftHoldId| rows.iter().any(|r| r.hold == *hold && r.sale == sale && !r.given_up);
        if holds.iter().all(is_held) { Ok(()) } else { Err(NoGiftCard::Ended.into()) }
    }

    /// Keeps what is to be asked for before anybody is asked. What was asked for before and is not wanted any more is
    /// given up in the same commit.
    async fn want_hold(
        &self,
        desk: &Desk,
        seen: Seen,
        card: GiftCard,
        amount: Option<Money>,
    ) -> Result<Wanted, AgentError> {
        let n = desk.till.n;
        let _turn = desk.turn.lock().await;
        let mut tx = self.store().begin().await?;
        if let Some(receipt) = self.closed_before(&mut tx, seen.basket, SaleStatus::Completed).await? {
            return Ok(Wanted::Closed(Paid::Closed(Box::new(receipt))));
        }
        let policy = self.policy(desk);
        let open = self.open_as_seen(desk, seen, &policy).await?;
        complete::payable(&open)?;
        let due = complete::standing(&open, &policy)?.due;
        let asked = amount.unwrap_or(due);
        if asked <= Money::ZERO || asked > due {
            return Err(PayError::TooMuch { most: due }.into());
        }
        let in_basket: Vec<GiftHoldId> = holds_of(&open.taken);
        let rows = gift_hold::all(&mut tx, n).await?;
        let mut given_up = vec![];
        let mut same = None;
        for row in rows.into_iter().filter(|row| !in_basket.contains(&row.hold)) {
            if row.given_up {
                if row.card == card && row.sale == open.sale && given_up.len() < GIVEN_UP_MAX {
                    given_up.push(row.hold);
                } else {
                    gift_hold::delete(&mut tx, row.hold).await?;
                }
            } else if same.is_none() && row.card == card && row.asked == asked && row.sale == open.sale {
                same = Some(row.hold);
            } else {
                self.void_hold(&mut tx, desk, &row).await?;
                if row.card == card {
                    given_up.push(row.hold);
                }
            }
        }
        let hold = if let Some(hold) = same {
            hold
        } else {
            let hold = self.clock().gift_hold_id();
            let row = GiftHoldRow { hold, sale: open.sale, card: card.clone(), asked, given_up: false };
            gift_hold::insert(&mut tx, n, &row).await?;
            hold
        };
        let log = self.open_log(&mut tx, n).await?;
        self.store().commit(tx).await?;
        desk.to_send.notify_one();
        let (log, seq) = (log.id, log.head.seq);
        Ok(Wanted::Hold(GiftHoldRequest { hold, card, sale: open.sale, amount: asked, log, seq, given_up }))
    }

    /// What is held no more stands in the log, in the caller's commit.
    async fn void_hold(&self, tx: &mut Tx, desk: &Desk, row: &GiftHoldRow) -> Result<(), AgentError> {
        gift_hold::set_given_up(tx, row.hold).await?;
        let voided = GiftHoldVoided { hold: row.hold, card: row.card.clone() };
        self.append(tx, desk, self.clock().event_id(), Body::GiftHoldVoided(voided)).await
    }

    /// Gives up what a till holds or may hold, but for what pays; in the caller's commit.
    pub(super) async fn end_holds(
        &self,
        tx: &mut Tx,
        desk: &Desk,
        paid: &[GiftHoldId],
    ) -> Result<(), AgentError> {
        for row in gift_hold::all(tx, desk.till.n).await? {
            if paid.contains(&row.hold) {
                gift_hold::delete(tx, row.hold).await?;
            } else if !row.given_up {
                self.void_hold(tx, desk, &row).await?;
            }
        }
        Ok(())
    }

    /// Gives up these of what a till holds; in the caller's commit.
    pub(super) async fn void_holds(
        &self,
        tx: &mut Tx,
        desk: &Desk,
        holds: &[GiftHoldId],
    ) -> Result<(), AgentError> {
        for row in gift_hold::all(tx, desk.till.n).await? {
            if holds.contains(&row.hold) && !row.given_up {
                self.void_hold(tx, desk, &row).await?;
            }
        }
        Ok(())
    }

    /// What was held and does not pay after all; unless it pays meanwhile.
    async fn give_up(&self, desk: &Desk, hold: GiftHoldId) -> Result<(), AgentError> {
        let _turn = desk.turn.lock().await;
        if self.has_taken(desk.till.n, &[hold]).await? {
            return Ok(());
        }
        let mut tx = self.store().begin().await?;
        self.void_holds(&mut tx, desk, &[hold]).await?;
        self.store().commit(tx).await?;
        desk.to_send.notify_one();
        Ok(())
    }

    async fn ask_gift(&self, desk: &Desk, request: GiftHoldRequest) -> Result<GiftAnswer, AgentError> {
        if matches!(self.link_of(desk), HubState::Offline | HubState::Refused) {
            return Ok(GiftAnswer::Away);
        }
        let hold = request.hold;
        open(&desk.asked).gift_holds.ask(request);
        desk.gift_asked.notify_one();
        let waits = |desk: &Desk| open(&desk.asked).gift_holds.waits_for(hold);
        self.wait_while(desk.till.n, PATIENCE, waits).await?;
        Ok(open(&desk.asked).gift_holds.answer_of(hold).unwrap_or(GiftAnswer::Away))
    }
}

/// What becomes of an order to pay with a card.
enum Wanted {
    /// The sale is paid already.
    Closed(Paid),
    Hold(GiftHoldRequest),
}

/// What pays.
pub(super) fn holds_of(tenders: &[Tender]) -> Vec<GiftHoldId> {
    tenders.iter().filter_map(|tender| tender.gift_card.as_ref()?.hold).collect()
}

impl Desk {
    /// The card of which somebody wants to know what is on it.
    pub(crate) fn asks_gift_balance(&self) -> Option<GiftCard> {
        let of_hub = open(&self.asked);
        let asked = of_hub.gift_in_hand.as_ref().filter(|hand| hand.news == GiftNews::Asking);
        asked.map(|hand| hand.card.clone())
    }

    /// Keeps what the hub said, if it is still this card that is looked at.
    pub(crate) fn tell_gift_balance(&self, card: &GiftCard, news: GiftNews) {
        if let Some(hand) = open(&self.asked).gift_in_hand.as_mut().filter(|hand| hand.card == *card) {
            hand.news = news;
        }
        self.touch();
    }

    /// What is to be held.
    pub(crate) fn asks_gift_hold(&self) -> Option<GiftHoldRequest> {
        open(&self.asked).gift_holds.open().into_iter().next()
    }

    pub(crate) fn tell_gift_hold(&self, hold: GiftHoldId, answer: GiftAnswer) {
        open(&self.asked).gift_holds.tell(hold, answer);
        self.touch();
    }

    /// The ticket is closed: its customer takes the card along.
    pub(super) fn forget_gift_card(&self) {
        open(&self.asked).gift_in_hand = None;
    }
}
