//! What a till keeps in memory of who stands at it: approvals that were given and not yet used, and the order
//! that waits for one. A restart forgets both, which costs one more look at the badge.

use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, Duration, Utc};
use domain::cashier::Permission;
use domain::codes::CashierCode;

use crate::app::open;

/// An approval serves once, for the cashier who asked, within so long.
const APPROVAL_LIFE: Duration = Duration::seconds(60);

/// Somebody agreed.
#[derive(Clone, PartialEq, Eq)]
pub struct Approval {
    pub by: CashierCode,
    pub permission: Permission,
    pub at: DateTime<Utc>,
    /// Goes with the order that was approved.
    pub token: String,
}

impl fmt::Debug for Approval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Approval {} by {:?} at {}", self.permission, self.by, self.at)
    }
}

/// An order that waits until somebody agrees: where it goes, and with which fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    pub permission: Permission,
    /// The part of the address behind the till's: `discount`.
    pub action: String,
    pub fields: Vec<(String, String)>,
    /// Set once somebody agreed.
    pub approval: Option<Approval>,
}

#[derive(Debug, Clone)]
struct Issued {
    approval: Approval,
    asked_by: Option<CashierCode>,
    /// Where the order goes that was agreed to, and with which fields; none before that is said.
    order: Option<(String, Vec<(String, String)>)>,
}

#[derive(Debug, Default)]
pub struct Post {
    staffed: AtomicBool,
    training: AtomicBool,
    cashier: Mutex<Option<CashierCode>>,
    pending: Mutex<Option<Pending>>,
    issued: Mutex<Vec<Issued>>,
}

impl Post {
    pub fn new(cashier: Option<CashierCode>, training: bool) -> Self {
        Self { training: AtomicBool::new(training), cashier: Mutex::new(cashier), ..Self::default() }
    }

    pub fn is_staffed(&self) -> bool {
        self.staffed.load(Ordering::Relaxed)
    }

    pub fn set_staffed(&self, staffed: bool) {
        self.staffed.store(staffed, Ordering::Relaxed);
    }

    pub fn is_training(&self) -> bool {
        self.training.load(Ordering::Relaxed)
    }

    pub fn set_training(&self, training: bool) {
        self.training.store(training, Ordering::Relaxed);
    }

    pub fn cashier(&self) -> Option<CashierCode> {
        open(&self.cashier).clone()
    }

    /// Another cashier has nothing of what was agreed with the last one.
    pub fn set_cashier(&self, cashier: Option<CashierCode>) {
        let before = std::mem::replace(&mut *open(&self.cashier), cashier.clone());
        if before != cashier {
            *open(&self.pending) = None;
            open(&self.issued).clear();
        }
    }

    pub fn pending(&self) -> Option<Pending> {
        open(&self.pending).clone()
    }

    pub fn set_pending(&self, pending: Option<Pending>) {
        *open(&self.pending) = pending;
    }

    /// Somebody agreed to what was asked: to that order alone, also where another one has come to wait in its
    /// place meanwhile.
    pub fn answer_pending(&self, asked: &Pending, approval: Approval) {
        let is_asked = |waits: &Pending| waits.action == asked.action && waits.fields == asked.fields;
        if let Some(one) = open(&self.issued).iter_mut().find(|one| one.approval == approval) {
            one.order = Some((asked.action.clone(), asked.fields.clone()));
        }
        if let Some(pending) = open(&self.pending).as_mut().filter(|waits| is_asked(waits)) {
            pending.approval = Some(approval);
        }
    }

    /// Whether what was agreed to under this token is this very order.
    pub fn is_for(&self, token: &str, action: &str, fields: &[(String, String)]) -> bool {
        let is_it = |order: &(String, Vec<(String, String)>)| order.0 == action && order.1 == fields;
        open(&self.issued)
            .iter()
            .any(|one| one.approval.token == token && one.order.as_ref().is_some_and(is_it))
    }

    /// `token` is new and hard to guess.
    pub fn issue(
        &self,
        by: CashierCode,
        permission: Permission,
        at: DateTime<Utc>,
        token: String,
    ) -> Approval {
        let approval = Approval { by, permission, at, token };
        let mut issued = open(&self.issued);
        issued.retain(|one| is_fresh(&one.approval, at));
        issued.push(Issued { approval: approval.clone(), asked_by: self.cashier(), order: None });
        approval
    }

    /// Uses an approval up, if it is one for this.
    pub fn redeem(&self, token: &str, permission: Permission, now: DateTime<Utc>) -> Option<Approval> {
        let cashier = self.cashier();
        let mut issued = open(&self.issued);
        let at = issued.iter().position(|one| {
            one.approval.token == token
                && one.approval.permission == permission
                && one.asked_by == cashier
                && is_fresh(&one.approval, now)
        })?;
        Some(issued.swap_remove(at).approval)
    }
}

fn is_fresh(approval: &Approval, now: DateTime<Utc>) -> bool {
    let age = now - approval.at;
    age >= Duration::zero() && age <= APPROVAL_LIFE
}

#[cfg(test)]
mod tests {
    use domain::cashier::Right;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_772_377_200 + seconds, 0).unwrap()
    }

    #[test]
    fn an_approval_serves_once_for_what_was_asked_by_who_asked() {
        let ten = Permission::Discount { percent: 1_000 };
        let code = |text: &str| text.parse::<CashierCode>().unwrap();
        for (asked, cashier, seconds, wanted) in [
            (ten, "marta", 0, true),
            (ten, "marta", 60, true),
            (ten, "marta", 61, false),
            (ten, "marta", -1, false),
            (Permission::Discount { percent: 1_001 }, "marta", 1, false),
            (Right::Refund.into(), "marta", 1, false),
            (ten, "luis", 1, false),
        ] {
            let post = Post::new(Some(code("marta")), false);
            let approval = post.issue(code("jorge"), ten, at(0), "t".to_owned());
            *open(&post.cashier) = Some(code(cashier));
            let used = post.redeem(&approval.token, asked, at(seconds));
            assert_eq!(used.is_some(), wanted, "{asked} {cashier} {seconds}");
            assert_eq!(post.redeem(&approval.token, asked, at(seconds)), None, "once");
            assert_eq!(post.redeem("", asked, at(seconds)), None);
        }
    }

    #[test]
    fn whoever_comes_next_inherits_no_approval() {
        let post = Post::new(Some("marta".parse().unwrap()), false);
        let permission = Permission::from(Right::Drawer);
        let approval = post.issue("jorge".parse().unwrap(), permission, at(0), "t".to_owned());
        post.set_cashier(None);
        post.set_cashier(Some("marta".parse().unwrap()));
        assert_eq!(post.redeem(&approval.token, permission, at(1)), None);
    }
}
