//! Pure rules: the token of an address, how often one may ask, and what of a member's facts the page shows.

use std::net::{IpAddr, Ipv6Addr};

use chrono::{DateTime, Duration, NaiveDate, Utc};
use domain::money::Points;
use domain::points::{Programme, Standing};
use domain::snapshot::Offer;
use domain::time::plus_days;

use crate::access::secret;
use crate::catalogue::Product;
use crate::ledger::Ending;
use crate::members::Consent;
use crate::sales::history::PastSale;

/// Letters of a token, five random bits each: 160 bits.
pub(super) const TOKEN_LETTERS: usize = 32;
/// Receipts that the page shows.
pub(super) const RECEIPTS: usize = 5;
/// Points that end within so many days do so soon.
const SOON_DAYS: i64 = 60;
/// Dates of ending points that the page shows.
const ENDINGS: usize = 3;

/// As it stands in an address. The alphabet has no letter that people mistake for another, and no case.
pub(super) fn new_token() -> String {
    secret::letters::<TOKEN_LETTERS>().to_ascii_lowercase()
}

/// What a token is looked for by, whatever was written in its place: nothing that is asked for takes another way.
pub(super) fn digest(token: &str) -> String {
    secret::digest(&token.to_ascii_lowercase())
}

// how often one may ask ------------------------------------------------------------------------------

const WINDOW: Duration = Duration::minutes(10);
/// Pages that open from one address: that of a shop, or of a carrier with many phones behind it.
const PAGES: i64 = 6_000;
/// Who tries addresses in vain is stopped much sooner, and keeps nobody beside them from their page.
const MISSES: i64 = 30;

/// What was asked from one address since a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Meter {
    since: DateTime<Utc>,
    asked: i64,
    missed: i64,
}

impl Meter {
    pub fn new(now: DateTime<Utc>) -> Self {
        Self { since: now, asked: 0, missed: 0 }
    }

    /// What was asked before does not count any more. A clock that was put back ends it too.
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        now < self.since || now.signed_duration_since(self.since) >= WINDOW
    }

    /// Counts a page that is asked for; whether it may be.
    pub fn ask(&mut self, now: DateTime<Utc>) -> bool {
        self.begin(now);
        self.asked = self.asked.saturating_add(1);
        self.asked <= PAGES
    }

    /// Counts one that there was not; whether that may be said.
    pub fn miss(&mut self, now: DateTime<Utc>) -> bool {
        self.begin(now);
        self.missed = self.missed.saturating_add(1);
        self.missed <= MISSES
    }

    fn begin(&mut self, now: DateTime<Utc>) {
        if self.is_over(now) {
            *self = Self::new(now);
        }
    }
}

/// What counts as one address: with IPv6 the half that names a house, as whoever has one has all of it.
pub(super) fn one_address(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

// what is shown --------------------------------------------------------------------------------------

/// The offer that the tills have of a member, as long as it holds and the member wants any. Whoever is given none
/// there, as a control group, has none here.
pub(super) fn offer(consent: &Consent, told: Option<Offer>, today: NaiveDate) -> Option<Offer> {
    told.filter(|offer| consent.may_target() && today <= offer.valid_until)
}

/// Points that end soon, the first to end first.
pub(super) fn ending(endings: &[Ending], today: NaiveDate) -> Vec<(Points, NaiveDate)> {
    let soon = plus_days(today, SOON_DAYS);
    let left = endings.iter().filter(|row| today <= row.on && row.on <= soon);
    left.map(|row| (row.points, row.on)).take(ENDINGS).collect()
}

/// The gifts that so many points reach, the dearest first: name and price. What is not sold, or never named unasked, is
/// not among them.
pub(super) fn gifts<'p>(
    programme: &Programme,
    available: Points,
    product: impl Fn(&domain::codes::Sku) -> Option<&'p Product>,
) -> Vec<(String, Points)> {
    let standing =
        Standing { balance: available, spent_since: Points::ZERO, online: true, age_days: 0, unheard: 0 };
    let mut gifts: Vec<(String, Points)> = programme
        .gifts
        .iter()
        .filter(|gift| matches!(programme.why_no_gift(gift.points, standing), Ok(None)))
        .filter_map(|gift| Some((product(&gift.sku)?, gift.points)))
        .filter(|(product, _)| product.active && !product.sold.discreet)
        .map(|(product, points)| (product.name.clone(), points))
        .collect();
    gifts.sort_by(|(a_name, a), (b_name, b)| b.cmp(a).then_with(|| a_name.cmp(b_name)));
    gifts
}

/// The last receipts: what was voided or rung up for training is none.
pub(super) fn receipts(sales: Vec<PastSale>) -> Vec<PastSale> {
    sales.into_iter().filter(|sale| sale.status == "completed").take(RECEIPTS).collect()
}

#[cfg(test)]
mod tests;
