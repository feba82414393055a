//! The house rules that the settings state, and what the hub kept aside.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use domain::coupons::CouponTable;
use domain::late_card::LateCardPolicy;
use tokio::sync::Notify;

use super::Agent;
use crate::checkout::gift_card::GiftCardPolicy;
use crate::checkout::open_price::OpenPricePolicy;
use crate::checkout::unreceipted::ReturnPolicy;
use crate::ui::keys::Keyboard;

/// What the chain decides for its tills, beside prices and programmes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HouseRules {
    /// The coupons that are taken here.
    pub coupons: CouponTable,
    /// How long a receipt waits for its card.
    pub late_card: LateCardPolicy,
    /// How goods come back without a receipt.
    pub returns: ReturnPolicy,
    /// How what has no price in the catalogue is sold.
    pub open_price: OpenPricePolicy,
    /// Who keeps what is on gift cards.
    pub gift_card: GiftCardPolicy,
    /// Whether a sale needs an open shift.
    pub require_shift: bool,
    /// Keys, and readers that type.
    pub keyboard: Keyboard,
    /// Where customers enrol on their own phones.
    pub enrol_url: Option<String>,
}

/// An event that the hub did not apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAside {
    pub till: i64,
    /// The hub's code of the reason.
    pub code: String,
    pub at: DateTime<Utc>,
}

const KEPT_ASIDE_SHOWN: usize = 20;

/// A poisoned lock only means that another thread panicked between two plain assignments.
pub(crate) fn open<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Agent {
    /// The rules as they are now. Who decides twice by them holds on to one of these.
    pub fn house(&self) -> Arc<HouseRules> {
        Arc::clone(&open(&self.0.house))
    }

    pub fn set_house(&self, rules: HouseRules) {
        *open(&self.0.house) = Arc::new(rules);
    }

    /// Rung when the hub is to hear of a basket that was put aside or taken up.
    pub(crate) fn held_changed(&self) -> &Notify {
        &self.0.held_changed
    }

    /// Keeps that the hub takes an event into custody and waits for a person's eye.
    pub(crate) fn note_kept_aside(&self, kept: KeptAside) {
        self.metrics().count("yapa_agent_events_kept_aside_total", &[("code", &kept.code)], 1);
        let mut all = open(&self.0.kept_aside);
        all.push(kept);
        let surplus = all.len().saturating_sub(KEPT_ASIDE_SHOWN);
        all.drain(..surplus);
    }

    pub fn kept_aside(&self, till: i64) -> Vec<KeptAside> {
        open(&self.0.kept_aside).iter().filter(|kept| kept.till == till).cloned().collect()
    }
}
