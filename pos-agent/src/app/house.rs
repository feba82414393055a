//! The house rules that the settings state, and what the hub kept aside.

use chrono::{DateTime, Utc};
use domain::coupons::CouponTable;
use domain::late_card::LateCardPolicy;

use super::{Agent, open};
use crate::checkout::open_price::OpenPricePolicy;
use crate::checkout::unreceipted::ReturnPolicy;

/// An event that the hub did not apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAside {
    pub till: i64,
    /// The hub's code of the reason.
    pub code: String,
    pub at: DateTime<Utc>,
}

const KEPT_ASIDE_SHOWN: usize = 20;

impl Agent {
    /// How goods come back without a receipt.
    pub fn return_policy(&self) -> ReturnPolicy {
        *open(&self.0.returns)
    }

    pub fn set_return_policy(&self, policy: ReturnPolicy) {
        *open(&self.0.returns) = policy;
    }

    /// How what has no price in the catalogue is sold.
    pub fn open_price_policy(&self) -> OpenPricePolicy {
        *open(&self.0.open_prices)
    }

    pub fn set_open_price_policy(&self, policy: OpenPricePolicy) {
        *open(&self.0.open_prices) = policy;
    }

    /// The coupons that are taken here: none unless they were named.
    pub fn coupons(&self) -> &CouponTable {
        self.0.coupons.get_or_init(CouponTable::default)
    }

    /// Names the coupons that are taken: at the start, before any is asked for. False where they are named
    /// already.
    pub fn take_coupons(&self, table: CouponTable) -> bool {
        self.0.coupons.set(table).is_ok()
    }

    /// How long a receipt waits for its card.
    pub fn late_card_policy(&self) -> LateCardPolicy {
        *self.0.late_card.get_or_init(LateCardPolicy::default)
    }

    /// The same as for coupons.
    pub fn take_late_card_policy(&self, policy: LateCardPolicy) -> bool {
        self.0.late_card.set(policy).is_ok()
    }

    /// Keeps that the hub takes an event into custody and waits for a person's eye.
    pub(crate) fn note_kept_aside(&self, kept: KeptAside) {
        let mut all = open(&self.0.kept_aside);
        all.push(kept);
        let surplus = all.len().saturating_sub(KEPT_ASIDE_SHOWN);
        all.drain(..surplus);
    }

    pub fn kept_aside(&self, till: i64) -> Vec<KeptAside> {
        open(&self.0.kept_aside).iter().filter(|kept| kept.till == till).cloned().collect()
    }
}
