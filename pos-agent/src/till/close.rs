//! The end of a basket: paid, or cancelled. Once, whatever pages still show it.

use domain::ids::{GiftHoldId, SaleId};
use domain::money::{Money, Points};
use domain::points::Programme;
use domain::sale::{Sale, SaleStatus, Tender, TenderKind};
use domain::sync::Body;

use super::gift_card::holds_of;
use super::refund;
use crate::app::{Agent, Desk};
use crate::checkout::basket::{Basket, Event, apply};
use crate::checkout::complete::{self, Heading, PayError, Settled};
use crate::checkout::price::Policy;
use crate::error::AgentError;
use crate::store::{Tx, basket as baskets, journal, shift, tills};
use crate::ui::view::{NoticeKind, Receipt};

/// What the screen said when the order to close was given.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    pub basket: SaleId,
    /// Where money is taken for it: the sum that was to be paid.
    pub due: Option<Money>,
}

impl From<SaleId> for Seen {
    fn from(basket: SaleId) -> Self {
        Self { basket, due: None }
    }
}

/// A payment as the cashier took it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    pub tender: Tender,
    /// Cash that is meant to be a part of the sum, not a mistake.
    pub is_part: bool,
}

impl Payment {
    /// Points; what they pay is reckoned when they are taken.
    pub fn points(points: Points) -> Self {
        Self { tender: Tender::of_points(points, Money::ZERO), is_part: false }
    }

    pub fn cash(amount: Money) -> Self {
        Self { tender: Tender::new(TenderKind::Cash, amount), is_part: false }
    }
}

/// What became of a payment.
#[derive(Debug, Clone)]
pub enum Paid {
    Closed(Box<Receipt>),
    /// It was taken, and more is due.
    Partly,
}

impl Agent {
    /// Closes the basket against cash. If the sale the screen was shown is paid already, its receipt is
    /// answered again and nothing is charged twice.
    pub async fn pay_cash(
        &self,
        n: i64,
        seen: impl Into<Seen>,
        tendered: Money,
    ) -> Result<Receipt, AgentError> {
        match self.pay(n, seen, Payment::cash(tendered)).await? {
            Paid::Closed(receipt) => Ok(*receipt),
            // Cash that is no part closes the sale or is refused.
            Paid::Partly => Err(AgentError::BasketChanged),
        }
    }

    /// Takes a payment. The one that completes the sum closes the sale; others are kept with the basket.
    pub async fn pay(&self, n: i64, seen: impl Into<Seen>, payment: Payment) -> Result<Paid, AgentError> {
        let seen = seen.into();
        let desk = self.desk(n)?;
        let _turn = desk.turn.lock().await;
        let mut tx = self.store().begin().await?;
        if let Some(receipt) = self.closed_before(&mut tx, seen.basket, SaleStatus::Completed).await? {
            return Ok(Paid::Closed(Box::new(receipt)));
        }
        let held = holds_of(std::slice::from_ref(&payment.tender));
        if self.has_taken(n, &held).await? {
            return Ok(Paid::Partly);
        }
        // One list of prices for all that follows: a rule that ends meanwhile must not be charged unseen.
        let mut policy = self.policy(desk);
        let mut open = self.open_as_seen(desk, seen, &policy).await?;
        policy.even_exchange = self.exchanges_evenly(desk, &open).await?;
        self.check_held(&mut tx, n, open.sale, &held).await?;
        refund::check_bought(&mut tx, &open).await?;
        self.check_unreceipted(&mut tx, desk, &open).await?;
        self.check_coupons(&mut tx, &open).await?;
        let mut payment = payment;
        if let Some(points) = payment.tender.points {
            payment.tender = self.points_tender(desk, &open, points, &policy).await?;
            // Another figure takes the place of the one before.
            open.drop_points();
        }
        self.check_points(desk, &open, &policy).await?;
        self.check_gifts(desk, &open).await?;
        self.check_shift(&mut tx, desk, SaleStatus::Completed).await?;
        let heading = self.given_out(&mut tx, desk).await?;
        match complete::settle(&open, heading, &policy, &payment.tender, payment.is_part)? {
            Settled::Closed(sale) => {
                let sale = if desk.is_training() { complete::in_training(*sale)? } else { *sale };
                self.finish(tx, desk, &sale).await?;
                self.say(desk, NoticeKind::SaleClosed, sale.receipt_no.to_string());
                Ok(Paid::Closed(Box::new(self.receipt(sale.id).await?)))
            }
            Settled::Partly(tender) => {
                // The receipt number was given out for nothing: this commit is only of the payment.
                drop(tx);
                self.keep_part(desk, &open, tender).await?;
                Ok(Paid::Partly)
            }
        }
    }

    /// Whether the ticket has this payment by a gift card already: sent twice, it pays once.
    pub(super) async fn has_taken(&self, n: i64, held: &[GiftHoldId]) -> Result<bool, AgentError> {
        if held.is_empty() {
            return Ok(false);
        }
        let taken = self.store().basket(n).await?.map(|basket| holds_of(&basket.taken)).unwrap_or_default();
        Ok(held.iter().any(|hold| taken.contains(hold)))
    }

    /// Whether goods that are sold for the same goods keep their points today.
    async fn exchanges_evenly(&self, desk: &Desk, open: &Basket) -> Result<bool, AgentError> {
        if open.bought_lines().next().is_none() {
            return Ok(false);
        }
        let programmes = self.store().programmes().await?;
        let today = Programme::on(&programmes, self.heading(desk).business_date);
        Ok(today.is_some_and(|programme| programme.even_exchange))
    }

    /// The heading of the sale that is closed now, with what its receipt is found by.
    async fn given_out(&self, tx: &mut Tx, desk: &Desk) -> Result<Heading, AgentError> {
        let mut heading = self.heading(desk);
        heading.receipt_no = tills::next_receipt(tx, desk.till.n, heading.business_date).await?;
        heading.page = self.store().public_url().await?.map(|_| self.clock().page_token());
        Ok(heading)
    }

    async fn keep_part(&self, desk: &Desk, open: &Basket, tender: Tender) -> Result<(), AgentError> {
        let after = apply(open, Event::Take(tender))?;
        let mut tx = self.store().begin().await?;
        baskets::save(&mut tx, desk.till.n, &after, self.now()).await?;
        self.store().commit(tx).await?;
        self.say(desk, NoticeKind::PaymentTaken, "");
        Ok(())
    }

    /// Gives back a payment that was taken before the sale was closed.
    pub async fn give_back(&self, n: i64, seen: impl Into<Seen>, tender: usize) -> Result<(), AgentError> {
        let desk = self.desk(n)?;
        let _turn = desk.turn.lock().await;
        let open = self.open_as_seen(desk, seen.into(), &self.policy(desk)).await?;
        let after = apply(&open, Event::GiveBack { tender })?;
        let mut tx = self.store().begin().await?;
        if let Some(tender) = open.taken.get(tender) {
            self.void_holds(&mut tx, desk, &holds_of(std::slice::from_ref(tender))).await?;
        }
        baskets::save(&mut tx, n, &after, self.now()).await?;
        self.store().commit(tx).await?;
        desk.to_send.notify_one();
        self.say(desk, NoticeKind::PaymentGivenBack, "");
        Ok(())
    }

    /// Cancels the basket: it stays on record as voided.
    pub async fn cancel(&self, n: i64, basket: SaleId) -> Result<Receipt, AgentError> {
        let desk = self.desk(n)?;
        let _turn = desk.turn.lock().await;
        let mut tx = self.store().begin().await?;
        if let Some(receipt) = self.closed_before(&mut tx, basket, SaleStatus::Voided).await? {
            return Ok(receipt);
        }
        let policy = self.policy(desk);
        let open = self.open_as_seen(desk, basket.into(), &policy).await?;
        if !open.taken.is_empty() {
            return Err(AgentError::PartlyPaid);
        }
        let heading = self.given_out(&mut tx, desk).await?;
        self.check_shift(&mut tx, desk, SaleStatus::Voided).await?;
        let sale = complete::cancel(&open, heading, &policy)?;
        self.finish(tx, desk, &sale).await?;
        self.say(desk, NoticeKind::SaleCancelled, sale.receipt_no.to_string());
        self.receipt(sale.id).await
    }

    /// The receipt of a basket that was closed already, the way that is wanted now.
    pub(super) async fn closed_before(
        &self,
        tx: &mut Tx,
        sale: SaleId,
        wanted: SaleStatus,
    ) -> Result<Option<Receipt>, AgentError> {
        let Some((receipt_no, closed_as)) = journal::find_sale(tx, sale).await? else { return Ok(None) };
        check_closed(sale, receipt_no, closed_as, wanted)?;
        self.receipt(sale).await.map(Some)
    }

    /// The open basket, if it is the one the screen showed, at the sum it showed. Called in the turn: what was
    /// scanned while the order was on its way must not be charged unseen.
    pub(super) async fn open_as_seen(
        &self,
        desk: &Desk,
        seen: Seen,
        policy: &Policy,
    ) -> Result<Basket, AgentError> {
        let kept = self.store().basket(desk.till.n).await?.ok_or(PayError::Empty)?;
        // Priced as the screen does, for whom the screen greets.
        let open = self.opened(desk, Some(kept)).await?;
        let is_as_seen = match seen.due {
            Some(due) => complete::standing(&open, policy)?.due == due,
            None => true,
        };
        if open.sale == seen.basket && is_as_seen { Ok(open) } else { Err(AgentError::BasketChanged) }
    }

    /// One commit: journal, event, log head, and no basket any more.
    async fn finish(&self, mut tx: Tx, desk: &Desk, sale: &Sale) -> Result<(), AgentError> {
        if !desk.is_training() {
            shift::note_sale(&mut tx, desk.till.n, sale.id).await?;
        }
        self.record(&mut tx, desk, sale).await?;
        self.end_holds(&mut tx, desk, &holds_of(&sale.tenders)).await?;
        self.queue_receipt(&mut tx, desk.till.n, sale).await?;
        baskets::delete(&mut tx, desk.till.n).await?;
        self.store().commit(tx).await?;
        desk.forget_gift_card();
        self.printing().wake();
        desk.to_send.notify_one();
        Ok(())
    }

    /// Journal, event and log head of one sale, in the caller's commit.
    async fn record(&self, tx: &mut Tx, desk: &Desk, sale: &Sale) -> Result<(), AgentError> {
        journal::insert(tx, &[(desk.till.n, sale, journal::digest(sale)?)]).await?;
        let body = Body::Sale(Box::new(sale.clone()));
        self.append(tx, desk, sale.id.into(), body).await
    }
}

/// A sale is closed once. Who asks for the same again is answered the same; who asks for something else
/// must not believe that it was done.
fn check_closed(
    sale: SaleId,
    receipt_no: i64,
    closed_as: SaleStatus,
    wanted: SaleStatus,
) -> Result<(), AgentError> {
    match closed_as {
        same if same == wanted => Ok(()),
        SaleStatus::Training if wanted == SaleStatus::Completed => Ok(()),
        SaleStatus::Voided => Err(AgentError::AlreadyCancelled { sale, receipt_no }),
        SaleStatus::Completed | SaleStatus::Training => Err(AgentError::AlreadyPaid { sale, receipt_no }),
    }
}
