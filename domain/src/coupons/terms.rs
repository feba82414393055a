//! One entry of the coupons that are taken, as a person writes it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{CouponRefusal, TakenCoupon};
use crate::codes::{CouponCode, Sku, check as check_text};
use crate::money::Money;
use crate::pricing::{Reach, WHOLE, Worth};
use crate::sale::{COUPONS_MAX, FIELD_MAX};

const NAME_CHARS_MAX: usize = 60;

/// Exactly one of `issuer`, `code` and `prefix` says which coupons these are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CouponTerms {
    /// What cashier and customer read, on the receipt too.
    pub name: String,
    /// Four digits: coupons with the prefixes 981 and 982 of this issuer, which say their own value in the
    /// common currency. Only for chains that sell in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// Two digits: only what this issuer promised under this reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// A coupon of the chain, printed many times with the same code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<CouponCode>,
    /// Coupons of the chain that begin so and have each a number of its own behind it: each counts once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// For the chain's own. Amounts in minor units, percentages in 1/100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worth: Option<Worth>,
    /// Only for these articles; with neither these nor product lines, for all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<Sku>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub product_lines: Vec<String>,
    /// The first and the last of the store's days on which they are taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// What the goods on the ticket must come to, after other discounts, in minor units.
    pub minimum: Money,
    /// So many of these on one ticket; one if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_ticket: Option<u32>,
    /// Nothing off goods that an offer, a promotion or a member's price lowered.
    pub not_with_promotions: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TermsError {
    #[error("coupon {0}: give it a name of 1 to {NAME_CHARS_MAX} readable characters")]
    Name(usize),
    #[error("coupon {0:?}: say one of issuer, code and prefix")]
    Which(String),
    #[error("coupon {0:?}: an issuer has four digits, and a reference two, beside its issuer")]
    Issuer(String),
    #[error("coupon {0:?}: a prefix is 1 to 60 readable characters")]
    Prefix(String),
    #[error("coupon {0:?}: coupons of an issuer say what they are worth: leave worth out")]
    WorthTwice(String),
    #[error(
        "coupon {0:?}: say worth = \"free_piece\", an amount above 0 in minor units or a percentage of 1 to 10000"
    )]
    Worth(String),
    #[error("coupon {0:?}: a product line must not be empty")]
    ProductLine(String),
    #[error("coupon {0:?}: the minimum must not be below 0, nor larger than any sale")]
    Minimum(String),
    #[error("coupon {0:?}: the first day is after the last")]
    Days(String),
    #[error("coupon {0:?}: per_ticket must be 1 to {COUPONS_MAX}")]
    PerTicket(String),
    #[error("coupon {0:?}: another entry takes the same coupons")]
    Twice(String),
}

impl TermsError {
    /// Stable name for logs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Name(_) => "coupon_terms_name",
            Self::Which(_) => "coupon_terms_which",
            Self::Issuer(_) => "coupon_terms_issuer",
            Self::Prefix(_) => "coupon_terms_prefix",
            Self::WorthTwice(_) => "coupon_terms_worth_twice",
            Self::Worth(_) => "coupon_terms_worth",
            Self::ProductLine(_) => "coupon_terms_product_line",
            Self::Minimum(_) => "coupon_terms_minimum",
            Self::Days(_) => "coupon_terms_days",
            Self::PerTicket(_) => "coupon_terms_per_ticket",
            Self::Twice(_) => "coupon_terms_twice",
        }
    }
}

pub(super) fn check(all: &[CouponTerms]) -> Result<(), TermsError> {
    for (nth, terms) in all.iter().enumerate() {
        terms.check(nth + 1)?;
        if all[..nth].iter().any(|other| other.key() == terms.key()) {
            return Err(TermsError::Twice(terms.name.clone()));
        }
    }
    Ok(())
}

fn is_digits(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|b| b.is_ascii_digit())
}

impl CouponTerms {
    fn check(&self, nth: usize) -> Result<(), TermsError> {
        let fits = |text: &str| text.chars().count() <= NAME_CHARS_MAX && check_text(text) == Ok(text);
        if !fits(&self.name) {
            return Err(TermsError::Name(nth));
        }
        let name = || self.name.clone();
        self.check_which(fits)?;
        if self.product_lines.iter().any(|line| line.trim().is_empty()) {
            return Err(TermsError::ProductLine(name()));
        }
        if !(0..=FIELD_MAX).contains(&self.minimum.0) {
            return Err(TermsError::Minimum(name()));
        }
        if matches!((self.from, self.until), (Some(from), Some(until)) if from > until) {
            return Err(TermsError::Days(name()));
        }
        let most = usize::try_from(self.per_ticket()).unwrap_or(usize::MAX);
        if (1..=COUPONS_MAX).contains(&most) { Ok(()) } else { Err(TermsError::PerTicket(name())) }
    }

    fn check_which(&self, fits: impl Fn(&str) -> bool) -> Result<(), TermsError> {
        let name = || self.name.clone();
        match (&self.issuer, &self.code, &self.prefix) {
            (Some(issuer), None, None) => {
                let reference_fits = self.reference.as_ref().is_none_or(|digits| is_digits(digits, 2));
                if !is_digits(issuer, 4) || !reference_fits {
                    return Err(TermsError::Issuer(name()));
                }
                return if self.worth.is_none() { Ok(()) } else { Err(TermsError::WorthTwice(name())) };
            }
            (None, Some(_), None) => {}
            (None, None, Some(prefix)) if fits(prefix) => {}
            (None, None, Some(_)) => return Err(TermsError::Prefix(name())),
            _ => return Err(TermsError::Which(name())),
        }
        if self.reference.is_some() {
            return Err(TermsError::Issuer(name()));
        }
        match self.worth {
            Some(Worth::FreePiece) => Ok(()),
            Some(Worth::Amount(amount)) if (1..=FIELD_MAX).contains(&amount.0) => Ok(()),
            Some(Worth::Percent(percent)) if (1..=WHOLE).contains(&percent) => Ok(()),
            _ => Err(TermsError::Worth(name())),
        }
    }

    /// What tells these coupons from others.
    fn key(&self) -> String {
        match (&self.issuer, &self.code, &self.prefix) {
            (Some(issuer), ..) => format!("issuer {issuer} {}", self.reference.as_deref().unwrap_or("any")),
            (_, Some(code), _) => format!("code {}", code.as_str().to_ascii_uppercase()),
            (.., prefix) => {
                format!("prefix {}", prefix.as_deref().unwrap_or_default().to_ascii_uppercase())
            }
        }
    }

    fn per_ticket(&self) -> u32 {
        self.per_ticket.unwrap_or(1)
    }

    pub(super) fn take(
        &self,
        code: CouponCode,
        worth: Worth,
        today: NaiveDate,
    ) -> Result<TakenCoupon, CouponRefusal> {
        match (self.from, self.until) {
            (Some(from), _) if today < from => return Err(CouponRefusal::NotYet { from }),
            (_, Some(until)) if today > until => return Err(CouponRefusal::Expired { until }),
            _ => {}
        }
        Ok(TakenCoupon {
            terms: self.key(),
            name: self.name.clone(),
            code,
            is_unique: self.prefix.is_some(),
            per_ticket: self.per_ticket(),
            worth,
            reach: Reach { products: self.products.clone(), product_lines: self.product_lines.clone() },
            minimum: self.minimum,
            with_promotions: !self.not_with_promotions,
        })
    }
}
