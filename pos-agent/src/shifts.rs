//! Shifts of a till: the drawer is counted when one begins and when it ends, and the Z report says what was
//! between. Written once, under a number that is never given out again.

use chrono::{DateTime, FixedOffset, NaiveTime};
use domain::codes::CashierCode;
use domain::ids::{EventId, ShiftId};
use domain::money::Money;
use domain::sale::SaleStatus;
use domain::shift::{
    CashDirection, CashMoved, DrawerOpened, DrawerPurpose, ShiftClosed, ShiftOpened, ShiftTotals,
};
use domain::sync::Body;
use domain::time::{business_date, with_offset};

use crate::app::{Agent, Desk};
use crate::checkout::shift::{Known, totals};
use crate::error::AgentError;
use crate::store::{Tx, shift};

/// Characters of the reason of a cash movement.
const REASON_CHARS_MAX: usize = 120;
/// Z reports that the screen lists.
const LISTED: i64 = 20;

/// The X report: an open shift as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenShift {
    pub opened: ShiftOpened,
    pub moves: Vec<CashMoved>,
    pub totals: ShiftTotals,
    /// When it stood so.
    pub seen_at: DateTime<FixedOffset>,
}

/// Cash to be put into the drawer or taken out of it.
#[derive(Debug, Clone)]
pub struct CashMove {
    /// Made with the form, so that the same form again moves nothing.
    pub id: EventId,
    pub direction: CashDirection,
    pub amount: Money,
    pub reason: String,
    pub approved_by: Option<CashierCode>,
}

impl Agent {
    /// The till's open shift with what it took so far. Looking at it changes nothing.
    pub async fn open_shift(&self, n: i64) -> Result<Option<OpenShift>, AgentError> {
        let desk = self.desk(n)?;
        match self.store().open_shift(n).await? {
            Some(opened) => Ok(Some(self.reckon(desk, opened).await?)),
            None => Ok(None),
        }
    }

    async fn reckon(&self, desk: &Desk, opened: ShiftOpened) -> Result<OpenShift, AgentError> {
        let sales = self.store().shift_sales(opened.shift).await?;
        let moves = self.store().cash_moves(opened.shift).await?;
        let skus = sales.iter().flat_map(|sale| sale.lines.iter().map(|line| line.sku.clone())).collect();
        let known = Known {
            rates: self.store().tax_rates(skus).await?,
            programmes: self.store().programmes().await?,
        };
        let mut totals = totals(opened.float, &sales, &moves, &known)?;
        let drawer = async |purpose| self.store().drawer_openings(opened.shift, purpose).await;
        totals.drawer_openings = drawer(DrawerPurpose::Change).await?;
        totals.drawer_counts = drawer(DrawerPurpose::Count).await?;
        Ok(OpenShift { opened, moves, totals, seen_at: with_offset(self.now(), desk.till.zone) })
    }

    /// Z reports of a till, newest first.
    pub async fn closed_shifts(&self, n: i64) -> Result<Vec<ShiftClosed>, AgentError> {
        Ok(self.store().closed_shifts(n, LISTED).await?)
    }

    pub async fn closed_shift(&self, n: i64, number: i64) -> Result<ShiftClosed, AgentError> {
        self.store().closed_shift(n, number).await?.ok_or(AgentError::NoSuchShift)
    }

    /// Opens a shift with the cash that was counted into the drawer.
    pub async fn begin_shift(&self, n: i64, float: Money) -> Result<ShiftId, AgentError> {
        if float.is_negative() {
            return Err(AgentError::BadCashMove);
        }
        let desk = self.desk(n)?;
        let _turn = desk.turn.lock().await;
        let mut tx = self.store().begin().await?;
        if shift::open_in(&mut tx, n).await?.is_some() {
            return Err(AgentError::ShiftOpen);
        }
        let now = self.now();
        let opened = ShiftOpened {
            shift: self.clock().shift_id(),
            business_date: business_date(now, desk.till.zone, NaiveTime::MIN),
            at: with_offset(now, desk.till.zone),
            cashier: desk.cashier(),
            float,
        };
        shift::insert(&mut tx, n, &opened).await?;
        self.queue_drawer(&mut tx, desk).await?;
        let id = opened.shift;
        self.tell(tx, desk, self.clock().event_id(), Body::ShiftOpened(opened)).await?;
        Ok(id)
    }

    /// Keeps that cash went in or out; the same movement again changes nothing.
    pub async fn move_cash(&self, n: i64, wanted: CashMove) -> Result<(), AgentError> {
        let reason = wanted.reason.trim();
        let is_fit = wanted.amount > Money::ZERO && !reason.is_empty();
        if !is_fit || reason.chars().count() > REASON_CHARS_MAX {
            return Err(AgentError::BadCashMove);
        }
        let desk = self.desk(n)?;
        let _turn = desk.turn.lock().await;
        let mut tx = self.store().begin().await?;
        if shift::has_move(&mut tx, wanted.id).await? {
            return Ok(());
        }
        let shift = shift::open_in(&mut tx, n).await?.ok_or(AgentError::ShiftNeeded)?;
        let moved = CashMoved {
            shift,
            id: wanted.id,
            direction: wanted.direction,
            amount: wanted.amount,
            reason: reason.to_owned(),
            at: with_offset(self.now(), desk.till.zone),
            cashier: desk.cashier(),
            approved_by: wanted.approved_by,
        };
        shift::insert_move(&mut tx, &moved).await?;
        self.queue_drawer(&mut tx, desk).await?;
        self.tell(tx, desk, wanted.id, Body::CashMoved(moved)).await
    }

    /// Opens the drawer without a sale and keeps that it was so. The same order again opens nothing; neither does a
    /// till in training, and in the middle of a ticket nobody counts.
    pub async fn open_drawer(
        &self,
        n: i64,
        id: EventId,
        purpose: DrawerPurpose,
        approved_by: Option<CashierCode>,
    ) -> Result<(), AgentError> {
        let desk = self.desk(n)?;
        if !self.has_drawer(n) {
            return Err(AgentError::NoDrawer(n));
        }
        if desk.is_training() {
            return Err(AgentError::InTraining);
        }
        let _turn = desk.turn.lock().await;
        if purpose == DrawerPurpose::Count && self.has_ticket(n).await? {
            return Err(AgentError::BasketOpen);
        }
        let mut tx = self.store().begin().await?;
        let opened = DrawerOpened {
            id,
            purpose,
            shift: shift::open_in(&mut tx, n).await?,
            at: with_offset(self.now(), desk.till.zone),
            cashier: desk.cashier(),
            approved_by,
        };
        if !shift::insert_drawer(&mut tx, n, &opened).await? {
            return Ok(());
        }
        self.queue_drawer(&mut tx, desk).await?;
        self.tell(tx, desk, id, Body::DrawerOpened(opened)).await
    }

    /// Closes the shift that the screen showed, once: asked again for the same, it answers the same report.
    pub async fn close_shift(&self, n: i64, id: ShiftId, counted: Money) -> Result<ShiftClosed, AgentError> {
        if counted.is_negative() {
            return Err(AgentError::BadCashMove);
        }
        let desk = self.desk(n)?;
        let _turn = desk.turn.lock().await;
        let Some(opened) = self.store().open_shift(n).await?.filter(|opened| opened.shift == id) else {
            let closed = self.store().closed_shifts(n, LISTED).await?;
            return closed.into_iter().find(|z| z.shift == id).ok_or(AgentError::NoSuchShift);
        };
        if self.has_ticket(n).await? {
            return Err(AgentError::BasketOpen);
        }
        let OpenShift { opened, totals, .. } = self.reckon(desk, opened).await?;
        let mut tx = self.store().begin().await?;
        let closed = ShiftClosed {
            shift: id,
            number: shift::next_z(&mut tx, n).await?,
            business_date: opened.business_date,
            opened_at: opened.at,
            closed_at: with_offset(self.now(), desk.till.zone),
            opened_by: opened.cashier,
            closed_by: desk.cashier(),
            counted,
            totals,
        };
        shift::close(&mut tx, &closed).await?;
        self.end_reservations(&mut tx, desk, None).await?;
        self.queue_z(&mut tx, desk, id).await?;
        self.tell(tx, desk, self.clock().event_id(), Body::ShiftClosed(Box::new(closed.clone()))).await?;
        Ok(closed)
    }

    async fn has_ticket(&self, n: i64) -> Result<bool, AgentError> {
        Ok(self.store().basket(n).await?.is_some_and(|basket| !basket.lines.is_empty()))
    }

    async fn tell(&self, mut tx: Tx, desk: &Desk, event: EventId, body: Body) -> Result<(), AgentError> {
        self.append(&mut tx, desk, event, body).await?;
        self.store().commit(tx).await?;
        self.printing().wake();
        desk.to_send.notify_one();
        desk.touch();
        Ok(())
    }

    /// Money is not taken outside a shift where the chain wants one.
    pub(crate) async fn check_shift(
        &self,
        tx: &mut Tx,
        desk: &Desk,
        wanted: SaleStatus,
    ) -> Result<(), AgentError> {
        let needed = self.house().require_shift && wanted == SaleStatus::Completed && !desk.is_training();
        if needed && shift::open_in(tx, desk.till.n).await?.is_none() {
            return Err(AgentError::ShiftNeeded);
        }
        Ok(())
    }
}
