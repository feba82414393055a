//! X and Z reports as parts of a slip, in the order in which an accountant reads them.

use domain::Money;
use domain::shift::{ShiftClosed, ShiftTotals};
use kit::format;

use super::{Part, tender_key};
use crate::shifts::OpenShift;
use crate::ui::view::{ChainView, TillPlate};
use crate::ui::words::Words;

/// Where a report is from.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub chain: &'a ChainView,
    pub till: &'a TillPlate,
}

/// An open shift as it stands at `shift.seen_at`.
pub fn x_report(shift: &OpenShift, place: Place<'_>, w: &Words) -> Vec<Part> {
    let mut parts = heading(w.t("x-report"), place, w);
    parts.push(pair(w.t("shift-opened"), format::date_time(w.locale, shift.opened.at.naive_local())));
    parts.push(pair(w.t("shift-until"), w.date_and_time(&shift.seen_at)));
    if let Some(cashier) = &shift.opened.cashier {
        parts.push(pair(w.t("receipt-cashier"), cashier.as_str()));
    }
    parts.extend(figures(&shift.totals, w));
    parts
}

/// A closed shift, for good. `copy` marks every print but the first.
pub fn z_report(shift: &ShiftClosed, place: Place<'_>, w: &Words, copy: bool) -> Vec<Part> {
    let mut parts = heading(w.with("z-report", "number", shift.number.to_string()), place, w);
    if copy {
        parts.insert(parts.len() - 2, Part::Stamp(w.t("receipt-copy")));
    }
    parts.push(pair(w.t("shift-date"), format::date(w.locale, shift.business_date)));
    parts.push(pair(w.t("shift-opened"), format::date_time(w.locale, shift.opened_at.naive_local())));
    parts.push(pair(w.t("shift-closed"), format::date_time(w.locale, shift.closed_at.naive_local())));
    if let Some(cashier) = &shift.closed_by {
        parts.push(pair(w.t("receipt-cashier"), cashier.as_str()));
    }
    parts.extend(figures(&shift.totals, w));
    parts.push(pair(w.t("shift-counted"), w.amount(&shift.counted)));
    // Both are sums of what a drawer can hold, so their difference is one too.
    let difference = Money(shift.counted.0.saturating_sub(shift.totals.cash_expected.0));
    parts.push(Part::Total { label: w.t("shift-difference"), value: w.money(&difference) });
    parts
}

fn pair(label: String, value: impl Into<String>) -> Part {
    Part::Pair { label, value: value.into() }
}

fn heading(title: String, place: Place<'_>, w: &Words) -> Vec<Part> {
    let Place { chain, till } = place;
    vec![
        Part::Title(chain.name.clone()),
        Part::Centred(till.store_name.clone()),
        Part::Stamp(title),
        Part::Rule,
        pair(w.t("receipt-till"), format!("{} · {}", till.store, till.code)),
    ]
}

fn figures(totals: &ShiftTotals, w: &Words) -> Vec<Part> {
    let count = |n: i64| format::count(w.locale, n);
    let net = Money(totals.sold.0.saturating_sub(totals.returned.0));
    let mut parts = vec![
        Part::Rule,
        pair(w.t("shift-tickets"), count(totals.tickets)),
        pair(w.t("shift-returns"), count(totals.returns)),
        pair(w.t("shift-voids"), count(totals.voids)),
        pair(w.t("shift-sold"), w.amount(&totals.sold)),
        pair(w.t("shift-returned"), minus(totals.returned, w)),
        pair(w.t("receipt-discount"), w.amount(&totals.discount)),
        Part::Total { label: w.t("total"), value: w.money(&net) },
        Part::Rule,
    ];
    if totals.coupons > 0 {
        let label = format!("{} ({})", w.t("shift-coupons"), count(totals.coupons));
        parts.insert(parts.len() - 2, pair(label, w.amount(&totals.coupon_discount)));
    }
    for tax in &totals.taxes {
        let rate = tax.rate.map_or_else(|| w.t("shift-tax-other"), |rate| format::percent(w.locale, rate));
        parts.push(pair(w.with("shift-net", "rate", rate.as_str()), w.amount(&tax.net)));
        parts.push(pair(w.with("shift-tax", "rate", rate.as_str()), w.amount(&tax.tax)));
    }
    parts.push(Part::Rule);
    for tender in &totals.tenders {
        let label = format!("{} ({})", w.t(tender_key(tender.kind)), count(tender.count));
        parts.push(pair(label, w.amount(&tender.amount)));
    }
    parts.push(pair(w.t("change"), minus(totals.change, w)));
    if !totals.rounding.is_zero() {
        parts.push(pair(w.t("shift-rounding"), w.amount(&totals.rounding)));
    }
    parts.push(pair(w.t("shift-points-given"), w.points(&totals.points_given)));
    parts.push(pair(w.t("shift-points-redeemed"), w.points(&totals.points_redeemed)));
    if totals.drawer_openings > 0 {
        parts.push(pair(w.t("shift-drawer-openings"), count(totals.drawer_openings)));
    }
    if totals.drawer_counts > 0 {
        parts.push(pair(w.t("shift-drawer-counts"), count(totals.drawer_counts)));
    }
    parts.extend([
        Part::Rule,
        pair(w.t("shift-float"), w.amount(&totals.float)),
        pair(w.t("shift-cash-in"), w.amount(&totals.cash_in)),
        pair(w.t("shift-cash-out"), minus(totals.cash_out, w)),
        Part::Total { label: w.t("shift-expected"), value: w.money(&totals.cash_expected) },
    ]);
    parts
}

fn minus(money: Money, w: &Words) -> String {
    let amount = w.amount(&money);
    if money.is_zero() { amount } else { format!("-{amount}") }
}
