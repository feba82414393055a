//! A card that comes after its sale: the customer forgot it, and brings the receipt. Who may add the points,
//! until when, and what the till tells the hub of it.

use chrono::{DateTime, Duration, FixedOffset, Utc};
use serde::{Deserialize, Serialize};

use crate::codes::{CardNumber, CashierCode};
use crate::ids::SaleId;
use crate::sale::{CardEntry, Sale, SaleStatus};

/// How long a chain waits for a forgotten card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LateCardPolicy {
    /// Days after the sale; 0: never.
    pub days: u16,
    /// Minutes after the sale in which a cashier adds points alone. Later somebody agrees: receipts that others
    /// left behind are collected.
    pub alone_minutes: u16,
}

impl Default for LateCardPolicy {
    fn default() -> Self {
        Self { days: 30, alone_minutes: 15 }
    }
}

/// A sale gets the card that was not there when it was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardAttached {
    pub sale: SaleId,
    pub card: CardNumber,
    pub entry: CardEntry,
    pub at: DateTime<FixedOffset>,
    /// When the sale was closed.
    pub sold_at: DateTime<FixedOffset>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cashier: Option<CashierCode>,
    /// Who agreed, where the cashier alone may not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<CashierCode>,
}

impl CardAttached {
    /// Below zero where a clock was set back.
    pub fn minutes_after(&self) -> i64 {
        (self.at - self.sold_at).num_minutes()
    }
}

/// Who has to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreement {
    /// The customer just left the till.
    NotNeeded,
    Needed,
}

/// Why a sale gets no card any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LateCardRefusal {
    #[error("no card is added after the sale here")]
    Off,
    #[error("the ticket was cancelled or rung up to learn")]
    NotCompleted,
    #[error("nothing was sold on the ticket")]
    NothingSold,
    #[error("the sale had a card when it was closed")]
    HasCard,
    #[error("the sale got a card later already")]
    Attached,
    #[error("the sale is older than {days} days")]
    TooLate { days: u16 },
    #[error("the card is blocked")]
    Blocked,
    #[error("the till is in training")]
    InTraining,
}

impl LateCardRefusal {
    /// Stable name for screens, logs and quarantine.
    pub fn code(self) -> &'static str {
        match self {
            Self::Off => "late_card_off",
            Self::NotCompleted => "late_card_not_completed",
            Self::NothingSold => "late_card_nothing_sold",
            Self::HasCard => "late_card_has_card",
            Self::Attached => "late_card_attached",
            Self::TooLate { .. } => "late_card_too_late",
            Self::Blocked => "late_card_blocked",
            Self::InTraining => "late_card_in_training",
        }
    }
}

/// Whether the sale may still get a card, and who has to be asked.
pub fn check(sale: &Sale, at: DateTime<Utc>, policy: LateCardPolicy) -> Result<Agreement, LateCardRefusal> {
    if policy.days == 0 {
        return Err(LateCardRefusal::Off);
    }
    if sale.status != SaleStatus::Completed {
        return Err(LateCardRefusal::NotCompleted);
    }
    if !sale.has_sale_line() {
        return Err(LateCardRefusal::NothingSold);
    }
    if sale.card.is_some() {
        return Err(LateCardRefusal::HasCard);
    }
    let age = at - sale.occurred_at.to_utc();
    if age > Duration::days(i64::from(policy.days)) {
        return Err(LateCardRefusal::TooLate { days: policy.days });
    }
    // A sale from the future tells nothing of its age.
    let is_fresh = (Duration::zero()..=Duration::minutes(i64::from(policy.alone_minutes))).contains(&age);
    Ok(if is_fresh { Agreement::NotNeeded } else { Agreement::Needed })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sale::tests::{draft, line};
    use crate::sale::{LineKind, SaleDraft};

    #[test]
    fn a_forgotten_card_comes_within_its_days() {
        let sold = draft(vec![line(1, LineKind::Sale, 500)], 500, 0);
        let returned = draft(vec![line(1, LineKind::Return, 500)], -500, 0);
        let with_card = SaleDraft { card: Some("2990000010421".parse().unwrap()), ..sold.clone() };
        let training = SaleDraft { status: SaleStatus::Training, ..sold.clone() };
        let voided = SaleDraft { status: SaleStatus::Voided, tenders: vec![], ..sold.clone() };
        let usual = LateCardPolicy::default();
        let minute = Duration::minutes(1);
        let day = Duration::days(1);
        for (draft, after, policy, wanted) in [
            (&sold, Duration::zero(), usual, Ok(Agreement::NotNeeded)),
            (&sold, minute * 15, usual, Ok(Agreement::NotNeeded)),
            (&sold, minute * 15 + Duration::seconds(1), usual, Ok(Agreement::Needed)),
            (&sold, -minute, usual, Ok(Agreement::Needed)),
            (&sold, day * 30, usual, Ok(Agreement::Needed)),
            (&sold, day * 30 + Duration::seconds(1), usual, Err("late_card_too_late")),
            (&sold, minute, LateCardPolicy { alone_minutes: 0, ..usual }, Ok(Agreement::Needed)),
            (&sold, Duration::zero(), LateCardPolicy { days: 0, ..usual }, Err("late_card_off")),
            (&returned, minute, usual, Err("late_card_nothing_sold")),
            (&with_card, minute, usual, Err("late_card_has_card")),
            (&training, minute, usual, Err("late_card_not_completed")),
            (&voided, minute, usual, Err("late_card_not_completed")),
        ] {
            let sale = Sale::close(draft.clone()).unwrap();
            let found = check(&sale, sale.occurred_at.to_utc() + after, policy);
            assert_eq!(found.map_err(LateCardRefusal::code), wanted, "{draft:?} {after} {policy:?}");
        }
    }
}
