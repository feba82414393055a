//! Pure rules: what of a member's facts the page shows.

use chrono::NaiveDate;
use domain::money::Points;
use domain::points::{Programme, Standing};
use domain::snapshot::Offer;
use domain::time::plus_days;

use crate::catalogue::Product;
use crate::ledger::Ending;
use crate::members::Consent;
use crate::sales::history::PastSale;

/// Receipts that the page shows.
pub(super) const RECEIPTS: usize = 5;
/// Points that end within so many days do so soon.
const SOON_DAYS: i64 = 60;
/// Dates of ending points that the page shows.
const ENDINGS: usize = 3;

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
