//! Coupons at the till: read, held against the chain's terms, and put beside the goods.

use domain::codes::CouponCode;
use domain::coupons::{CouponRefusal, TakenCoupon};
use domain::scan::ValuedCoupon;
use kit::format;

use super::At;
use crate::app::Agent;
use crate::checkout::basket::{Basket, Event};
use crate::error::AgentError;
use crate::store::{Tx, coupons};
use crate::ui::view::{CouponNotice, Notice, NoticeKind};

impl Agent {
    /// In the commit: what is taken once has not been taken at another till since it was read here.
    pub(super) async fn check_coupons(&self, tx: &mut Tx, basket: &Basket) -> Result<(), AgentError> {
        for row in basket.live_coupons().filter(|row| row.coupon.is_unique) {
            if coupons::is_used(tx, &row.coupon.code).await? {
                return Err(AgentError::CouponUsed);
            }
        }
        Ok(())
    }

    /// A coupon that says what it is worth.
    pub(super) async fn valued_coupon(&self, at: At, read: &ValuedCoupon) -> Result<Notice, AgentError> {
        let today = self.heading(self.desk(at.till)?).business_date;
        self.coupon(at, self.house().coupons.take_valued(read, today), &read.code).await
    }

    /// One of the chain's own.
    pub(super) async fn own_coupon(&self, at: At, code: &CouponCode) -> Result<Notice, AgentError> {
        let today = self.heading(self.desk(at.till)?).business_date;
        self.coupon(at, self.house().coupons.take_own(code, today), code).await
    }

    async fn coupon(
        &self,
        at: At,
        taken: Result<TakenCoupon, CouponRefusal>,
        code: &CouponCode,
    ) -> Result<Notice, AgentError> {
        let desk = self.desk(at.till)?;
        let locale = self.chain().locale.parse().unwrap_or_default();
        match taken {
            Ok(coupon) if coupon.is_unique && self.store().coupon_is_used(&coupon.code).await? => {
                Ok(self.say(desk, NoticeKind::Coupon(CouponNotice::Used), coupon.code.as_str()))
            }
            Ok(coupon) => self.change(at, Event::Coupon(Box::new(coupon))).await,
            Err(CouponRefusal::NotTaken) => {
                Ok(self.say(desk, NoticeKind::Coupon(CouponNotice::NotTaken), code.as_str()))
            }
            Err(CouponRefusal::NotYet { from }) => {
                Ok(self.say(desk, NoticeKind::Coupon(CouponNotice::NotYet), format::date(locale, from)))
            }
            Err(CouponRefusal::Expired { until }) => {
                Ok(self.say(desk, NoticeKind::Coupon(CouponNotice::Expired), format::date(locale, until)))
            }
        }
    }
}
