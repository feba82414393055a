//! What gift cards owe in money: pure. Selling one is no revenue but a debt, which spending it settles.
//!
//! An entry is booked in the month of its business date, or, heard of after that month closed, in the first that was
//! still open: a closed month never changes.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::money::{AmountError, Money};

use super::books::closes;
use super::rules::{Account, Row, month_after, month_of, pair};
use crate::gift_cards::{EntryKind, Moved};

/// One month of the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GiftMonth {
    pub month: NaiveDate,
    pub opening: Money,
    /// Cards that were sold, and what was put onto them.
    pub sold: Money,
    /// Money of returns that went onto cards.
    pub refunded: Money,
    pub spent: Money,
    pub closing: Money,
}

#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    sold: Money,
    refunded: Money,
    spent: Money,
}

fn booked_in(moved: &Moved, first: NaiveDate) -> NaiveDate {
    let own = month_of(moved.business_date);
    let mut month = own;
    while closes(month.max(first)) < moved.noted_at {
        let Some(next) = month_after(month.max(first)) else { return month };
        month = next;
    }
    month
}

/// All months from the first that has anything to the last that is asked for. `first` is that in which the hub was set up.
pub fn gift_months(
    moved: &[Moved],
    first: NaiveDate,
    last: NaiveDate,
) -> Result<Vec<GiftMonth>, AmountError> {
    let mut booked: BTreeMap<NaiveDate, Sums> = BTreeMap::new();
    for entry in moved {
        let sums = booked.entry(booked_in(entry, first)).or_default();
        if entry.amount.is_negative() {
            sums.spent = sums.spent.minus(entry.amount)?;
        } else if entry.kind == EntryKind::Refunded.code() {
            sums.refunded = sums.refunded.plus(entry.amount)?;
        } else {
            sums.sold = sums.sold.plus(entry.amount)?;
        }
    }
    let mut months = vec![];
    let mut opening = Money::ZERO;
    let mut next = booked.keys().next().copied();
    while let Some(month) = next.filter(|month| *month <= last) {
        let Sums { sold, refunded, spent } = booked.get(&month).copied().unwrap_or_default();
        let closing = opening.plus(sold)?.plus(refunded)?.minus(spent)?;
        months.push(GiftMonth { month, opening, sold, refunded, spent, closing });
        opening = closing;
        next = month_after(month);
    }
    Ok(months)
}

/// Pairs of rows. The tickets' own totals count a card that is sold as a sale, and one that pays as money: both are put
/// right against the debt.
pub fn gift_journal(months: &[GiftMonth]) -> Result<Vec<Row>, AmountError> {
    use Account::{GiftCardLiability, GiftCardTenders, Sales};
    let mut rows = vec![];
    for month in months {
        for (what, from, to, amount) in [
            ("gift_card_sold", Sales, GiftCardLiability, month.sold),
            ("gift_card_refunded", GiftCardTenders, GiftCardLiability, month.refunded),
            ("gift_card_spent", GiftCardLiability, GiftCardTenders, month.spent),
        ] {
            rows.extend(pair(month.month, what, (from, to), amount)?);
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(kind: EntryKind, amount: i64, on: &str, heard: &str) -> Moved {
        Moved {
            kind: kind.code().to_owned(),
            amount: Money(amount),
            business_date: on.parse().unwrap(),
            noted_at: format!("{heard}T12:00:00Z").parse().unwrap(),
        }
    }

    #[test]
    fn what_is_sold_is_owed_until_it_is_spent() {
        use EntryKind::{Loaded, Refunded, Spent};
        let first: NaiveDate = "2026-01-01".parse().unwrap();
        let last: NaiveDate = "2026-03-01".parse().unwrap();
        let entries = [
            moved(Loaded, 50_000, "2026-01-10", "2026-01-10"),
            moved(Spent, -20_000, "2026-01-31", "2026-02-03"),
            // Of January, heard of when it was closed.
            moved(Spent, -5_000, "2026-01-31", "2026-02-20"),
            moved(Refunded, 4_000, "2026-03-02", "2026-03-02"),
        ];
        let months = gift_months(&entries, first, last).unwrap();
        let seen: Vec<[i64; 5]> =
            months.iter().map(|m| [m.opening.0, m.sold.0, m.refunded.0, m.spent.0, m.closing.0]).collect();
        let wanted =
            [[0, 50_000, 0, 20_000, 30_000], [30_000, 0, 0, 5_000, 25_000], [25_000, 0, 4_000, 0, 29_000]];
        assert_eq!(seen, wanted);
        let rows = gift_journal(&months).unwrap();
        assert_eq!(rows.len(), 8, "nothing moved, no row");
        let sum = |side: fn(&Row) -> Money| rows.iter().map(|row| side(row).0).sum::<i64>();
        assert_eq!(sum(|row| row.debit), sum(|row| row.credit));
        let owed: i64 = rows
            .iter()
            .filter(|row| row.account == Account::GiftCardLiability)
            .map(|row| row.credit.0 - row.debit.0)
            .sum();
        assert_eq!(owed, 29_000, "what is on the cards");
    }
}
