//! Which coupons a chain takes: its terms, and whether a code that was read is among them.

mod terms;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::codes::CouponCode;
use crate::money::Money;
use crate::pricing::{Reach, Worth};
use crate::scan::{CouponValue, ValuedCoupon};

pub use terms::{CouponTerms, TermsError};

/// The coupons that are taken, checked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<CouponTerms>", into = "Vec<CouponTerms>")]
pub struct CouponTable(Vec<CouponTerms>);

/// A coupon as it was taken: what it gives is fixed from then on, whatever the terms say tomorrow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenCoupon {
    /// The terms by which it was taken; coupons with the same count together.
    pub terms: String,
    pub name: String,
    pub code: CouponCode,
    /// Each paper has a number of its own and counts once.
    pub is_unique: bool,
    /// So many by the same terms on one ticket.
    pub per_ticket: u32,
    pub worth: Worth,
    pub reach: Reach,
    pub minimum: Money,
    pub with_promotions: bool,
}

/// Why a coupon is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CouponRefusal {
    #[error("the chain does not take coupons of this issuer or with this code")]
    NotTaken,
    #[error("the coupon holds from {from} on")]
    NotYet { from: NaiveDate },
    #[error("the coupon held until {until}")]
    Expired { until: NaiveDate },
}

impl CouponRefusal {
    /// Stable name for screens, logs and API answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotTaken => "coupon_not_taken",
            Self::NotYet { .. } => "coupon_not_yet",
            Self::Expired { .. } => "coupon_expired",
        }
    }
}

impl CouponTable {
    pub fn new(terms: Vec<CouponTerms>) -> Result<Self, TermsError> {
        terms::check(&terms)?;
        Ok(Self(terms))
    }

    pub fn terms(&self) -> &[CouponTerms] {
        &self.0
    }

    /// A coupon that says its value. `today` is the store's date.
    pub fn take_valued(&self, read: &ValuedCoupon, today: NaiveDate) -> Result<TakenCoupon, CouponRefusal> {
        let of_issuer =
            || self.0.iter().filter(|terms| terms.issuer.as_deref() == Some(read.issuer.as_str()));
        let named = of_issuer().find(|terms| terms.reference.as_deref() == Some(read.reference.as_str()));
        let terms = named.or_else(|| of_issuer().find(|terms| terms.reference.is_none()));
        let worth = match read.value {
            CouponValue::Off(amount) => Worth::Amount(amount),
            CouponValue::FreeGoods => Worth::FreePiece,
        };
        terms.ok_or(CouponRefusal::NotTaken)?.take(read.code.clone(), worth, today)
    }

    /// One of the chain's own. Letters are read as they are typed, large or small.
    pub fn take_own(&self, read: &CouponCode, today: NaiveDate) -> Result<TakenCoupon, CouponRefusal> {
        let terms = self.own(read.as_str()).ok_or(CouponRefusal::NotTaken)?;
        let worth = terms.worth.ok_or(CouponRefusal::NotTaken)?;
        let code = read.as_str().to_ascii_uppercase().parse().map_err(|_| CouponRefusal::NotTaken)?;
        terms.take(code, worth, today)
    }

    /// Whether a text that may be anything is a coupon of the chain.
    pub fn has_own(&self, text: &str) -> bool {
        self.own(text).is_some()
    }

    /// By its whole code, else by the longest beginning that has a number behind it.
    fn own(&self, text: &str) -> Option<&CouponTerms> {
        let is_whole = |code: &CouponCode| code.as_str().eq_ignore_ascii_case(text);
        let begins = |prefix: &str| {
            let start = text.get(..prefix.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(prefix)) && text.len() > prefix.len()
        };
        let whole = self.0.iter().find(|terms| terms.code.as_ref().is_some_and(is_whole));
        let with_prefix = self.0.iter().filter(|terms| terms.prefix.as_deref().is_some_and(begins));
        whole.or_else(|| with_prefix.max_by_key(|terms| terms.prefix.as_ref().map(String::len)))
    }
}

impl TryFrom<Vec<CouponTerms>> for CouponTable {
    type Error = TermsError;

    fn try_from(terms: Vec<CouponTerms>) -> Result<Self, TermsError> {
        Self::new(terms)
    }
}

impl From<CouponTable> for Vec<CouponTerms> {
    fn from(table: CouponTable) -> Self {
        table.0
    }
}

#[cfg(test)]
mod tests;
