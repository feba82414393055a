//! Who stands at a till: log-in by PIN or badge, what they may do, and who lets them do more. Everything is
//! decided here, without the hub.

mod pin;
mod post;

use chrono::Duration;
use domain::cashier::{Permission, Verdict, badge_digest, permits};
use domain::codes::CashierCode;
use domain::scan::{Origin, Scan};
use domain::snapshot::CashierRow;
use domain::sync::{ApprovalAsked, Body, RefusedApproval};

use crate::app::{Agent, Desk};
use crate::error::AgentError;
use crate::store::staff::{self, PinFailures, works_in};
use crate::ui::view::{Notice, NoticeKind};

pub use post::{Approval, Pending, Post};

/// So many wrong PINs in a row make their cashier wait for so long; each further one again.
const WRONG_MAX: i64 = 5;
const WAIT: Duration = Duration::seconds(60);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StaffError {
    #[error("nobody is logged in at this till")]
    NotLoggedIn,
    #[error("the name or the PIN is wrong")]
    WrongPin,
    #[error("too many wrong PINs: try again in {seconds} seconds")]
    Wait { seconds: i64 },
    #[error("{0} may not allow this")]
    NotPermitted(CashierCode),
    #[error("nobody may allow this at a till")]
    Denied,
}

impl StaffError {
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotLoggedIn => "not_logged_in",
            Self::WrongPin => "wrong_pin",
            Self::Wait { .. } => "pin_wait",
            Self::NotPermitted(_) => "not_permitted",
            Self::Denied => "denied",
        }
    }

    pub fn status(&self) -> u16 {
        match self {
            Self::NotLoggedIn => 401,
            Self::WrongPin => 422,
            Self::Wait { .. } => 429,
            Self::NotPermitted(_) | Self::Denied => 403,
        }
    }
}

/// What somebody shows to be known: an alias with its PIN, or a badge in either field.
#[derive(Clone, Default)]
pub struct Credentials {
    pub who: String,
    pub pin: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials")
    }
}

impl Agent {
    /// Cashiers who may work at this till.
    pub(crate) async fn cashiers(&self, desk: &Desk) -> Result<Vec<CashierRow>, AgentError> {
        Ok(self.store().cashiers(&desk.till.store).await?)
    }

    /// Looks again who may work here: at the start, and after the hub said something of cashiers. Who may
    /// no longer is logged out; the basket stays.
    pub(crate) async fn refresh_staff(&self) -> Result<(), AgentError> {
        for desk in self.desks() {
            let cashiers = self.cashiers(desk).await?;
            desk.post.set_staffed(!cashiers.is_empty());
            let gone = desk.post.cashier().filter(|code| !cashiers.iter().any(|row| row.code == *code));
            if gone.is_some() {
                self.stand(desk, None).await?;
            }
        }
        Ok(())
    }

    /// Logs somebody in, in place of whoever was.
    pub async fn log_in(&self, n: i64, shown: &Credentials) -> Result<CashierRow, AgentError> {
        let desk = self.desk(n)?;
        let row = self.identify(desk, shown).await?;
        self.enter_as(desk, &row).await?;
        Ok(row)
    }

    async fn enter_as(&self, desk: &Desk, row: &CashierRow) -> Result<Notice, AgentError> {
        self.stand(desk, Some(row.code.clone())).await?;
        Ok(self.say(desk, NoticeKind::LoggedIn, row.name.clone()))
    }

    pub async fn log_out(&self, n: i64) -> Result<(), AgentError> {
        self.stand(self.desk(n)?, None).await
    }

    async fn stand(&self, desk: &Desk, cashier: Option<CashierCode>) -> Result<(), AgentError> {
        let _turn = desk.turn.lock().await;
        let mut tx = self.store().begin().await?;
        staff::set_cashier(&mut tx, desk.till.n, cashier.as_ref()).await?;
        self.store().commit(tx).await?;
        desk.post.set_cashier(cashier);
        desk.touch();
        Ok(())
    }

    /// Whether whoever stands at the till may do this alone.
    pub(crate) async fn may(
        &self,
        desk: &Desk,
        permission: impl Into<Permission>,
    ) -> Result<Verdict, AgentError> {
        let permission = permission.into();
        if !desk.post.is_staffed() {
            // A one-person shop: no log-in, no limits but sense.
            let nobody_can = permits(&domain::cashier::CashierRole::Manager.grants(), permission);
            return Ok(nobody_can);
        }
        let Some(code) = desk.post.cashier() else { return Err(StaffError::NotLoggedIn.into()) };
        match self.store().cashier(code.as_str()).await? {
            Some(row) => Ok(permits(&row.grants, permission)),
            None => Err(StaffError::NotLoggedIn.into()),
        }
    }

    /// Lets somebody agree to what the cashier at the till may not do alone. Both answers are events.
    pub async fn approve(
        &self,
        n: i64,
        shown: &Credentials,
        permission: impl Into<Permission>,
    ) -> Result<Approval, AgentError> {
        let (desk, permission) = (self.desk(n)?, permission.into());
        match self.identify(desk, shown).await {
            Ok(row) => self.approve_as(desk, &row, permission).await,
            Err(error @ AgentError::Staff(StaffError::WrongPin)) => {
                if let Ok(named) = shown.who.trim().parse() {
                    let refused = Some(RefusedApproval::WrongPin);
                    self.log_approval(desk, named, permission, refused).await?;
                }
                Err(error)
            }
            Err(other) => Err(other),
        }
    }

    async fn approve_as(
        &self,
        desk: &Desk,
        row: &CashierRow,
        permission: Permission,
    ) -> Result<Approval, AgentError> {
        if permits(&row.grants, permission) != Verdict::Allowed {
            let refused = Some(RefusedApproval::NotPermitted);
            self.log_approval(desk, row.code.clone(), permission, refused).await?;
            return Err(StaffError::NotPermitted(row.code.clone()).into());
        }
        self.log_approval(desk, row.code.clone(), permission, None).await?;
        Ok(desk.post.issue(row.code.clone(), permission, self.now(), self.clock().token()))
    }

    async fn log_approval(
        &self,
        desk: &Desk,
        by: CashierCode,
        permission: Permission,
        refused: Option<RefusedApproval>,
    ) -> Result<(), AgentError> {
        let asked = ApprovalAsked { permission, asked_by: desk.post.cashier(), by, refused };
        let _turn = desk.turn.lock().await;
        let mut tx = self.store().begin().await?;
        self.append(&mut tx, desk, self.clock().event_id(), Body::Approval(asked)).await?;
        self.store().commit(tx).await?;
        desk.to_send.notify_one();
        Ok(())
    }

    /// Who shows this; wrong PINs are counted.
    async fn identify(&self, desk: &Desk, shown: &Credentials) -> Result<CashierRow, AgentError> {
        for text in [&shown.who, &shown.pin].into_iter().filter(|text| !text.trim().is_empty()) {
            if let Some(row) = self.of_badge(desk, &badge_digest(text)).await? {
                return Ok(row);
            }
        }
        // One at a time, over all tills: two guesses at once must not count as one, and memory is short.
        let _one = self.pins().lock().await;
        let row = self.store().cashier(shown.who.trim()).await?.filter(|row| works_in(row, &desk.till.store));
        let failures = match &row {
            Some(row) => self.store().pin_failures(&row.code).await?,
            None => PinFailures::default(),
        };
        if let Some(seconds) = self.waits(failures) {
            return Err(StaffError::Wait { seconds }.into());
        }
        let hash = row.as_ref().and_then(|row| row.pin_hash.clone());
        let right = pin::verify(shown.pin.trim().to_owned(), hash).await?;
        match row {
            Some(row) if right => {
                if failures != PinFailures::default() {
                    self.count_pin(&row.code, PinFailures::default()).await?;
                }
                Ok(row)
            }
            Some(row) => {
                let wrong = failures.wrong + 1;
                let waits_until = (wrong >= WRONG_MAX).then(|| self.now() + WAIT);
                self.count_pin(&row.code, PinFailures { wrong, waits_until }).await?;
                Err(waits_until.map_or(StaffError::WrongPin, |_| wait(WAIT)).into())
            }
            None => Err(StaffError::WrongPin.into()),
        }
    }

    /// Seconds still to wait. A clock that was set back makes nobody wait longer than the rule says.
    fn waits(&self, failures: PinFailures) -> Option<i64> {
        let left = (failures.waits_until? - self.now()).min(WAIT);
        (left > Duration::zero()).then(|| left.num_seconds().max(1))
    }

    async fn count_pin(&self, code: &CashierCode, failures: PinFailures) -> Result<(), AgentError> {
        let mut tx = self.store().begin().await?;
        staff::set_pin_failures(&mut tx, code, failures).await?;
        Ok(self.store().commit(tx).await?)
    }

    async fn of_badge(&self, desk: &Desk, digest: &str) -> Result<Option<CashierRow>, AgentError> {
        let row = self.store().cashier_by_badge(digest).await?;
        Ok(row.filter(|row| works_in(row, &desk.till.store)))
    }

    /// A scan as far as it concerns who stands here: a badge, or any scan while nobody is logged in. None is
    /// for the basket.
    pub(crate) async fn of_staff(&self, desk: &Desk, scan: &Scan) -> Result<Option<Notice>, AgentError> {
        if !desk.post.is_staffed() {
            return Ok(None);
        }
        let badge = match scan.origin() {
            Origin::Typed => None,
            _ => self.of_badge(desk, &scan.badge_digest()).await?,
        };
        match (badge, desk.post.pending()) {
            (Some(row), Some(pending)) => Ok(Some(self.approve_pending(desk, &row, &pending).await?)),
            (Some(row), None) => Ok(Some(self.enter_as(desk, &row).await?)),
            (None, _) if desk.must_log_in() => Ok(Some(self.say(desk, NoticeKind::NotLoggedIn, ""))),
            (None, _) => Ok(None),
        }
    }

    /// A badge held to the reader while an order waits for somebody's agreement.
    async fn approve_pending(
        &self,
        desk: &Desk,
        row: &CashierRow,
        pending: &Pending,
    ) -> Result<Notice, AgentError> {
        match self.approve_as(desk, row, pending.permission).await {
            Ok(approval) => {
                desk.post.answer_pending(pending, approval);
                Ok(self.say(desk, NoticeKind::Approved, row.name.clone()))
            }
            Err(AgentError::Staff(StaffError::NotPermitted(_))) => {
                Ok(self.say(desk, NoticeKind::NotPermitted, row.name.clone()))
            }
            Err(other) => Err(other),
        }
    }

    /// Turns training on or off. Not in the middle of a ticket: it would be half real.
    pub async fn set_training(&self, n: i64, training: bool) -> Result<(), AgentError> {
        let desk = self.desk(n)?;
        let _turn = desk.turn.lock().await;
        if self.store().basket(n).await?.is_some_and(|basket| {
            !basket.lines.is_empty() || basket.card.is_some() || basket.live_coupons().next().is_some()
        }) {
            return Err(AgentError::BasketOpen);
        }
        let mut tx = self.store().begin().await?;
        staff::set_training(&mut tx, n, training).await?;
        self.end_reservations(&mut tx, desk, None).await?;
        self.store().commit(tx).await?;
        desk.post.set_training(training);
        desk.touch();
        Ok(())
    }
}

fn wait(duration: Duration) -> StaffError {
    StaffError::Wait { seconds: duration.num_seconds() }
}

impl Desk {
    /// Cashiers are known here and none of them is logged in.
    pub fn must_log_in(&self) -> bool {
        self.post.is_staffed() && self.post.cashier().is_none()
    }

    pub fn cashier(&self) -> Option<CashierCode> {
        self.post.cashier()
    }

    /// Nothing that is rung up counts: no points, no stock, no cash drawer.
    pub fn is_training(&self) -> bool {
        self.post.is_training()
    }
}
