//! The end of a basket: paid, or cancelled. Once, whatever pages still show it.

use domain::ids::{GiftHoldId, RedemptionId, SaleId};
use domain::money::{Money, Points};
use domain::points::Programme;
use domain::sale::{Sale, SaleStatus, Tender, TenderKind};
use domain::sync::redemption::ReserveRequest;
use domain::sync::{Body, Stamp};

use super::gift_card::holds_of;
use super::refund;
use super::reserve::{self, Asking};
use crate::app::{Agent, Desk};
use crate::checkout::basket::{Basket, Event, apply};
use crate::checkout::complete::{self, Heading, PayError, Settled};
use crate::checkout::price::Policy;
use crate::error::AgentError;
use crate::store::log::NewEvent;
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

/// One turn of paying.
enum Attempt {
    Paid(Paid),
    /// First the hub is to reserve the points of the ticket.
    Ask(Box<ReserveRequest>),
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

    /// Takes a payment. The one that completes the sum closes the sale; others are kept with the basket. Where the ticket
    /// takes points the hub is asked for them first, between two turns: nobody who scans waits for it.
    pub async fn pay(&self, n: i64, seen: impl Into<Seen>, payment: Payment) -> Result<Paid, AgentError> {
        let seen = seen.into();
        let desk = self.desk(n)?;
        let mut asking = Asking::new();
        loop {
            let request = match self.attempt(desk, seen, payment.clone(), &asking).await? {
                Attempt::Paid(paid) => return Ok(paid),
                Attempt::Ask(request) => *request,
            };
            if let Some(available) = self.ask_for_points(desk, request, &mut asking).await? {
                return Err(self.short_of_points(desk, available).await?);
            }
        }
    }

    async fn attempt(
        &self,
        desk: &Desk,
        seen: Seen,
        mut payment: Payment,
        asking: &Asking,
    ) -> Result<Attempt, AgentError> {
        let n = desk.till.n;
        let _turn = desk.turn.lock().await;
        let mut tx = self.store().begin().await?;
        if let Some(receipt) = self.closed_before(&mut tx, seen.basket, SaleStatus::Completed).await? {
            return Ok(Attempt::Paid(Paid::Closed(Box::new(receipt))));
        }
        let held = holds_of(std::slice::from_ref(&payment.tender));
        if self.has_taken(n, &held).await? || self.has_taken_points(n, &payment.tender, asking).await? {
            return Ok(Attempt::Paid(Paid::Partly));
        }
        // One list of prices for all that follows: a rule that ends meanwhile must not be charged unseen.
        let mut policy = self.policy(desk);
        let mut open = self.open_as_seen(desk, seen, &policy).await?;
        policy.even_exchange = self.exchanges_evenly(desk, &open).await?;
        self.check_held(&mut tx, n, open.sale, &held).await?;
        refund::check_bought(&mut tx, &open).await?;
        self.check_unreceipted(&mut tx, desk, &open).await?;
        self.check_coupons(&mut tx, &open).await?;
        // By the moment of the sale's event it is decided whether it may take what was reserved.
        let stamp = self.stamp(&desk.till);
        let takes = reserve::takes(&open, &payment.tender);
        let word = self.word(&mut tx, desk, (&open, takes), &stamp, asking).await?;
        if let Some(points) = payment.tender.points {
            payment.tender = self.points_tender(desk, &open, points, &policy, word).await?;
            // Another figure takes the place of the one before.
            open.drop_points();
        }
        self.check_points(desk, &open, &policy, word).await?;
        self.check_gifts(desk, &open).await?;
        self.check_shift(&mut tx, desk, SaleStatus::Completed).await?;
        let heading = self.given_out(&mut tx, desk).await?;
        let settled = complete::settle(&open, heading, &policy, &payment.tender, payment.is_part)?;
        // A part in money takes no points yet.
        let is_of_points = matches!(settled, Settled::Closed(_)) || payment.tender.points.is_some();
        if is_of_points
            && self.asks_first(desk, takes, word, asking)
            && let Some(holder) = open.spender()
        {
            // The receipt number was given out for nothing.
            drop(tx);
            let of = (open.sale, holder.member);
            let request = self.want_points(desk, of, takes, asking).await?;
            return Ok(Attempt::Ask(Box::new(request)));
        }
        let paid = self.settled(tx, desk, &open, settled, word.redemption(), stamp).await?;
        Ok(Attempt::Paid(paid))
    }

    /// Keeps what a payment led to.
    async fn settled(
        &self,
        tx: Tx,
        desk: &Desk,
        open: &Basket,
        settled: Settled,
        reserved: Option<RedemptionId>,
        stamp: Stamp,
    ) -> Result<Paid, AgentError> {
        match settled {
            Settled::Closed(sale) => {
                let sale = if desk.is_training() {
                    complete::in_training(*sale)?
                } else {
                    complete::reserved(*sale, reserved)?
                };
                self.finish(tx, desk, &sale, stamp).await?;
                self.say(desk, NoticeKind::SaleClosed, sale.receipt_no.to_string());
                Ok(Paid::Closed(Box::new(self.receipt(sale.id).await?)))
            }
            Settled::Partly(tender) => {
                // The receipt number was given out for nothing: this commit is only of the payment.
                drop(tx);
                self.keep_part(desk, open, tender).await?;
                Ok(Paid::Partly)
            }
        }
    }

    /// Whether the ticket has what this order asked for already: pressed twice, it pays once.
    async fn has_taken_points(&self, n: i64, tender: &Tender, asking: &Asking) -> Result<bool, AgentError> {
        let Some(asked) = asking.asked().filter(|_| tender.points.is_some()) else { return Ok(false) };
        let taken = self.store().basket(n).await?.map(|basket| basket.taken).unwrap_or_default();
        Ok(taken.iter().any(|taken| taken.redemption == Some(asked) && taken.points == tender.points))
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
        let (is_of_points, redemption) = (tender.points.is_some(), tender.redemption);
        let after = apply(open, Event::Take(tender))?;
        let mut tx = self.store().begin().await?;
        if is_of_points {
            self.end_reservations(&mut tx, desk, redemption).await?;
        }
        baskets::save(&mut tx, desk.till.n, &after, self.now()).await?;
        self.store().commit(tx).await?;
        if is_of_points {
            desk.to_send.notify_one();
        }
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
        if reserve::lets_go(&open, &after) {
            self.end_reservations(&mut tx, desk, None).await?;
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
        let stamp = self.stamp(&desk.till);
        self.finish(tx, desk, &sale, stamp).await?;
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
    async fn finish(&self, mut tx: Tx, desk: &Desk, sale: &Sale, stamp: Stamp) -> Result<(), AgentError> {
        if !desk.is_training() {
            shift::note_sale(&mut tx, desk.till.n, sale.id).await?;
        }
        self.record(&mut tx, desk, sale, stamp).await?;
        self.end_holds(&mut tx, desk, &holds_of(&sale.tenders)).await?;
        let redemption = sale.tenders.iter().find_map(|tender| tender.redemption);
        self.commit_reservation(&mut tx, desk, redemption).await?;
        self.queue_receipt(&mut tx, desk.till.n, sale).await?;
        baskets::delete(&mut tx, desk.till.n).await?;
        self.store().commit(tx).await?;
        desk.forget_gift_card();
        self.printing().wake();
        desk.to_send.notify_one();
        Ok(())
    }

    /// Journal, event and log head of one sale, in the caller's commit.
    async fn record(&self, tx: &mut Tx, desk: &Desk, sale: &Sale, stamp: Stamp) -> Result<(), AgentError> {
        journal::insert(tx, &[(desk.till.n, sale, journal::digest(sale)?)]).await?;
        let body = Body::Sale(Box::new(sale.clone()));
        self.append_at(tx, desk, NewEvent { event: sale.id.into(), stamp, body }).await
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
