//! Coupons in the basket: rows beside the goods, which the price rules look at anew with every change.

use domain::coupons::TakenCoupon;
use domain::pricing::Coupon;
use domain::sale::COUPONS_MAX;
use serde::{Deserialize, Serialize};

use super::{Basket, BasketError};

/// A coupon that lies on the counter. Whether it gives anything is a matter of the goods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CouponRow {
    /// Among the numbers of the lines.
    pub number: u32,
    pub coupon: TakenCoupon,
    /// Taken out again.
    #[serde(default)]
    pub voided: bool,
}

impl CouponRow {
    /// As the price rules know it.
    pub fn priced(&self) -> Coupon<'_> {
        let TakenCoupon { code, worth, reach, minimum, with_promotions, .. } = &self.coupon;
        Coupon {
            number: self.number,
            code,
            worth: *worth,
            reach,
            minimum: *minimum,
            with_promotions: *with_promotions,
        }
    }
}

impl Basket {
    pub fn live_coupons(&self) -> impl Iterator<Item = &CouponRow> {
        self.coupons.iter().filter(|row| !row.voided)
    }
}

pub(super) fn add(basket: &mut Basket, coupon: TakenCoupon) -> Result<(), BasketError> {
    check(basket, &coupon)?;
    // Voided ones stay on record, and must not grow without end either.
    if basket.coupons.len() >= COUPONS_MAX {
        return Err(BasketError::TooManyCoupons);
    }
    let number = basket.take_number();
    basket.coupons.push(CouponRow { number, coupon, voided: false });
    basket.touched = Some(number);
    Ok(())
}

/// None where no coupon has this number.
pub(super) fn set_voided(basket: &mut Basket, number: u32, voided: bool) -> Option<Result<(), BasketError>> {
    let row = basket.coupons.iter().find(|row| row.number == number)?;
    if row.voided == voided {
        return Some(Err(BasketError::NoSuchLine));
    }
    if !voided && let Err(why) = check(basket, &row.coupon) {
        return Some(Err(why));
    }
    basket.coupons.iter_mut().filter(|row| row.number == number).for_each(|row| row.voided = voided);
    basket.touched = Some(number);
    Some(Ok(()))
}

/// Whether one more of these may lie beside those that do.
fn check(basket: &Basket, coupon: &TakenCoupon) -> Result<(), BasketError> {
    let alike = || basket.live_coupons().filter(|row| row.coupon.terms == coupon.terms);
    if coupon.is_unique && alike().any(|row| row.coupon.code == coupon.code) {
        return Err(BasketError::CouponTwice);
    }
    let is_full = u32::try_from(alike().count()).unwrap_or(u32::MAX) >= coupon.per_ticket;
    if is_full { Err(BasketError::TooManyCoupons) } else { Ok(()) }
}
