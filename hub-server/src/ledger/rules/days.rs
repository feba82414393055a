//! On which days points begin and end.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::SaleId;
use domain::money::AmountError;
use domain::points::{EarnedByDay, Programme};
use domain::time::{plus_days, to_millis};

use super::{Posting, PostingKind};

/// When something happened that changes points, and when the hub heard of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ledger) struct When {
    pub business_date: NaiveDate,
    pub occurred_at: DateTime<Utc>,
    pub posted_at: DateTime<Utc>,
}

impl When {
    /// The store's date on which the hub heard of it: whole days after it happened, so that no time zone matters.
    fn posted_on(self) -> NaiveDate {
        plus_days(self.business_date, (to_millis(self.posted_at) - to_millis(self.occurred_at)).num_days())
    }
}

/// The last day of the points that an entry gives, under the programme it was posted by.
pub(in crate::ledger) fn expires_on(
    kind: PostingKind,
    programme: Option<&Programme>,
    when: When,
) -> Option<NaiveDate> {
    let expiry = programme?.expiry?;
    match kind {
        PostingKind::Earn | PostingKind::Given => {
            Some(expiry.last_day_given(when.business_date, when.posted_on()))
        }
        PostingKind::GiveBack => Some(expiry.last_day_of_grace(when.business_date, when.posted_on())),
        _ => None,
    }
}

/// The first day of the points that an entry gives: what was spent and comes back has vested before, and what is
/// given by hand waits for no goods that might come back.
pub(in crate::ledger) fn vests_on(
    kind: PostingKind,
    programme: Option<&Programme>,
    business_date: NaiveDate,
) -> Option<NaiveDate> {
    programme.filter(|_| kind == PostingKind::Earn)?.vests_on(business_date)
}

/// When a sale was made that earned something, and of which day it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ledger) struct Sold {
    pub on: NaiveDate,
    pub at: DateTime<Utc>,
}

pub(in crate::ledger) fn sold_on(postings: &[Posting]) -> HashMap<SaleId, Sold> {
    let sold = |p: &Posting| Sold { on: p.business_date, at: p.occurred_at };
    postings.iter().filter(|p| p.kind == PostingKind::Earn).map(|p| (p.sale, sold(p))).collect()
}

/// What one account's postings earned, less what was taken back, which counts on the day of the goods' sale.
pub(in crate::ledger) fn earned_by_day(postings: &[Posting]) -> Result<EarnedByDay, AmountError> {
    let sold_on = sold_on(postings);
    let mut by_day = EarnedByDay::new();
    let counts = [PostingKind::Earn, PostingKind::Reverse, PostingKind::DayCap];
    for posting in postings.iter().filter(|p| counts.contains(&p.kind)) {
        let day = posting.day(&sold_on).map_or(posting.business_date, |sold| sold.on);
        let sum = by_day.entry(day).or_default();
        *sum = sum.plus(posting.signed())?;
    }
    Ok(by_day)
}
