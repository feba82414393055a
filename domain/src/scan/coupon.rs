//! Coupons that say what they are worth: common-currency coupons with the GS1 prefixes 981 and 982.
//!
//! Four digits of the issuer, two of its reference, three of the value (GS1 Ireland and GS1 Greece, coupon
//! numbers): 982 counts cents, 981 counts tenths. The currency is the common one of the area (the euro);
//! whether that is the chain's is for the caller to know.

use super::Unreadable;
use crate::codes::CouponCode;
use crate::money::Money;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValuedCoupon {
    /// All thirteen digits.
    pub code: CouponCode,
    /// Four digits, given out by the GS1 organisation.
    pub issuer: String,
    /// Two digits: what the issuer promised.
    pub reference: String,
    pub value: CouponValue,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CouponValue {
    Off(Money),
    /// The article itself is free.
    FreeGoods,
}

pub(super) const PREFIXES: [&str; 2] = ["981", "982"];
pub(super) const LENGTH: usize = 13;

impl ValuedCoupon {
    /// Reads a number whose check digit is right.
    pub(super) fn read(code: CouponCode) -> Result<Self, Unreadable> {
        let digits = code.as_str();
        if digits.len() != LENGTH || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Unreadable::Length);
        }
        let value: i64 = digits[9..12].parse().map_err(|_| Unreadable::Character)?;
        let value = match (&digits[..3], value) {
            (_, 0) => CouponValue::FreeGoods,
            ("981", tenths) => CouponValue::Off(Money(tenths * 10)),
            (_, cents) => CouponValue::Off(Money(cents)),
        };
        let (issuer, reference) = (digits[3..7].to_owned(), digits[7..9].to_owned());
        Ok(Self { code, issuer, reference, value })
    }
}
