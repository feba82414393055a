//! The end of a basket: paid, or cancelled. Once, whatever pages still show it.

use domain::ids::SaleId;
use domain::money::Money;
use domain::sale::{Sale, SaleStatus};
use domain::sync::Body;

use crate::app::{Agent, Desk};
use crate::checkout::basket::Basket;
use crate::checkout::complete::{self, Heading};
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

impl Agent {
    /// Closes the basket against cash. If the sale the screen was shown is paid already, its receipt is
    /// answered again and nothing is charged twice.
    pub async fn pay_cash(
        &self,
        n: i64,
        seen: impl Into<Seen>,
        tendered: Money,
    ) -> Result<Receipt, AgentError> {
        let pay = |open: &Basket, heading| complete::pay_cash(open, heading, tendered);
        self.close(n, seen.into(), SaleStatus::Completed, pay).await
    }

    /// Cancels the basket: it stays on record as voided.
    pub async fn cancel(&self, n: i64, basket: SaleId) -> Result<Receipt, AgentError> {
        self.close(n, basket.into(), SaleStatus::Voided, complete::cancel).await
    }

    async fn close(
        &self,
        n: i64,
        seen: Seen,
        wanted: SaleStatus,
        closing: impl FnOnce(&Basket, Heading) -> Result<Sale, complete::PayError>,
    ) -> Result<Receipt, AgentError> {
        let desk = self.desk(n)?;
        let _turn = desk.turn.lock().await;
        let mut tx = self.store().begin().await?;
        if let Some((receipt_no, closed_as)) = journal::find_sale(&mut tx, seen.basket).await? {
            drop(tx);
            closed_before(seen.basket, receipt_no, closed_as, wanted)?;
            return self.receipt(seen.basket).await;
        }
        let open = self.store().basket(n).await?.ok_or(complete::PayError::Empty)?;
        // In the turn: what was scanned while the order was on its way must not be charged unseen.
        let is_as_seen = match seen.due {
            Some(due) => complete::due(&open)? == due,
            None => true,
        };
        if open.sale != seen.basket || !is_as_seen {
            return Err(AgentError::BasketChanged);
        }
        self.check_shift(&mut tx, desk, wanted).await?;
        let mut heading = self.heading(desk);
        heading.receipt_no = tills::next_receipt(&mut tx, n, heading.business_date).await?;
        let sale = closing(&open, heading)?;
        let sale = if desk.is_training() {
            complete::in_training(sale)?
        } else {
            shift::note_sale(&mut tx, n, sale.id).await?;
            sale
        };
        self.record(&mut tx, desk, &sale).await?;
        baskets::delete(&mut tx, n).await?;
        self.store().commit(tx).await?;
        desk.to_send.notify_one();
        if sale.status != SaleStatus::Voided {
            self.say(desk, NoticeKind::SaleClosed, sale.receipt_no.to_string());
        } else {
            self.say(desk, NoticeKind::SaleCancelled, sale.receipt_no.to_string());
        }
        self.receipt(seen.basket).await
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
fn closed_before(
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
