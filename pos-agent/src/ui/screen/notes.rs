//! What a customer is likely to hand over.

use domain::Money;
use kit::Currency;

/// No customer hands over more: a barcode that was scanned into the amount is not money.
pub fn most_tendered(due: Money, currency: &Currency) -> Money {
    let largest = currency.round_steps().last().copied().unwrap_or_default();
    Money(due.0.saturating_add(largest.saturating_mul(10)))
}

/// Up to three sums above `due` that a customer is likely to hand over: the due amount rounded up to
/// each note that is not out of proportion, and the next larger note.
pub fn round_notes(due: Money, steps: &[i64]) -> Vec<Money> {
    let fitting = steps.iter().filter(|step| **step > 0 && **step / 2 <= due.0);
    let mut sums: Vec<i64> = fitting
        // An exact multiple is the due amount itself, which has its own button.
        .filter(|step| due.0 % **step != 0)
        .filter_map(|step| (due.0.div_euclid(*step) + 1).checked_mul(*step))
        .collect();
    let most = sums.iter().copied().max().unwrap_or(due.0);
    sums.extend(steps.iter().find(|step| **step > most));
    sums.sort_unstable();
    sums.dedup();
    let surplus = sums.len().saturating_sub(3);
    sums.drain(..surplus);
    sums.into_iter().map(Money).collect()
}
