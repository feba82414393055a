//! What points owe in money: pure, in whole minor units.
//!
//! Points that a sale gives are a promise of their own (IFRS 15, B39 to B43): part of the price is deferred for them,
//! in proportion to the stand-alone selling prices, and becomes revenue when the points are redeemed or end. How much
//! of what is deferred is revenue by now goes by cohorts, the points that were earned in one month: their deferred sum,
//! times what was redeemed, divided by all that is expected to be redeemed of them (example 52 of the standard).
//!
//! Points that are given by hand were paid for by nobody: what they are expected to cost is an expense when they are
//! given, and is owed and released like the rest of their month.

use std::collections::BTreeMap;

use chrono::{Datelike, Months, NaiveDate};
use domain::money::{AmountError, Money, Points, scale_half_up};
use domain::points::Value;

/// All of it, in 1/100 %.
pub const WHOLE: i64 = 10_000;

/// A month, by its first day.
pub fn month_of(date: NaiveDate) -> NaiveDate {
    date.with_day(1).unwrap_or(date)
}

/// None at the end of the calendar.
pub fn month_after(month: NaiveDate) -> Option<NaiveDate> {
    month_of(month).checked_add_months(Months::new(1))
}

/// How many of the points that are given are expected to be redeemed, from a month on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    pub valid_from: NaiveDate,
    /// In 1/100 %.
    pub redeemed: i64,
}

/// The estimate of a month: that all are redeemed where none is given yet.
pub fn expected_in(estimates: &[Estimate], month: NaiveDate) -> i64 {
    let given = estimates.iter().filter(|estimate| month_of(estimate.valid_from) <= month);
    given.max_by_key(|estimate| estimate.valid_from).map_or(WHOLE, |estimate| estimate.redeemed)
}

/// What of a net amount is for the points that it earned. Both parts come from one division: what cannot be divided
/// goes to the larger remainder, and to the goods where both are the same.
pub fn deferral(paid: Money, points: Points, value: Value, expected: i64) -> Result<Money, AmountError> {
    if paid.0 <= 0 || points.0 <= 0 || value.points <= 0 {
        return Ok(Money::ZERO);
    }
    let product = |factors: [i64; 3]| {
        factors.iter().try_fold(1_i128, |product, factor| product.checked_mul(i128::from(*factor)))
    };
    let of_goods = product([paid.0, value.points, WHOLE]).ok_or(AmountError::Overflow)?;
    let of_points = product([points.0, value.money, expected]).ok_or(AmountError::Overflow)?;
    let whole = of_goods.checked_add(of_points).ok_or(AmountError::Overflow)?;
    let share = i128::from(paid.0).checked_mul(of_points).ok_or(AmountError::Overflow)?;
    let (floor, rest) = (share / whole, share % whole);
    let rounded = floor + i128::from(rest > whole - rest);
    i64::try_from(rounded).map(Money).map_err(|_| AmountError::Overflow)
}

/// What points are worth that were given for no price: no part of any sale's revenue, but a cost.
pub fn worth(points: Points, value: Value, expected: i64) -> Result<Money, AmountError> {
    if points.0 <= 0 || value.points <= 0 {
        return Ok(Money::ZERO);
    }
    let worth = points.0.checked_mul(expected).ok_or(AmountError::Overflow)?;
    let per = value.points.checked_mul(WHOLE).ok_or(AmountError::Overflow)?;
    scale_half_up(worth, value.money, per).map(Money)
}

/// What became of the points of one cohort, and of the money that was deferred for them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    pub earned: Points,
    pub deferred: Money,
    /// Taken back with goods that came back, or by hand.
    pub returned: Points,
    pub taken_back: Money,
    /// What points cost that were given by hand, less those of them that were taken again.
    pub goodwill: Money,
    /// Less what was given back.
    pub spent: Points,
    pub expired: Points,
}

impl Sums {
    fn with(
        self,
        other: Self,
        points: impl Fn(Points, Points) -> Result<Points, AmountError>,
        money: impl Fn(Money, Money) -> Result<Money, AmountError>,
    ) -> Result<Self, AmountError> {
        Ok(Self {
            earned: points(self.earned, other.earned)?,
            deferred: money(self.deferred, other.deferred)?,
            returned: points(self.returned, other.returned)?,
            taken_back: money(self.taken_back, other.taken_back)?,
            goodwill: money(self.goodwill, other.goodwill)?,
            spent: points(self.spent, other.spent)?,
            expired: points(self.expired, other.expired)?,
        })
    }

    pub fn plus(self, other: Self) -> Result<Self, AmountError> {
        self.with(other, Points::plus, Money::plus)
    }

    pub fn minus(self, other: Self) -> Result<Self, AmountError> {
        self.with(other, Points::minus, Money::minus)
    }

    /// All money that points of it were ever owed with, less what went with them when they were taken back.
    pub fn owed(&self) -> Result<Money, AmountError> {
        self.deferred.plus(self.goodwill)?.minus(self.taken_back)
    }

    pub fn outstanding(&self) -> Result<Points, AmountError> {
        self.earned.minus(self.returned)?.minus(self.spent)?.minus(self.expired)
    }
}

/// What of a cohort's deferred money is revenue by now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Released {
    pub by_redeeming: Money,
    /// Because so much has ended that fewer are left than were expected to be redeemed.
    pub by_ending: Money,
}

/// Expected are so many of the points as the estimate says. Where more were redeemed the estimate is refuted, and all
/// that are left are expected; never more than were redeemed and are left.
pub fn released(sums: &Sums, expected: i64) -> Result<Released, AmountError> {
    let deferred = sums.owed()?;
    let granted = sums.earned.minus(sums.returned)?.0;
    let redeemed = sums.spent.0.max(0);
    let most = granted.checked_sub(sums.expired.0).ok_or(AmountError::Overflow)?;
    let times = |points: i64, factor: i64| points.checked_mul(factor).ok_or(AmountError::Overflow);
    let (estimated, used) = (times(granted, expected)?, times(redeemed, WHOLE)?);
    let possible = times(most, WHOLE)?;
    let wanted = if used > estimated { possible } else { estimated };
    let of = |whole: i64| {
        if used >= whole { Ok(deferred) } else { scale_half_up(deferred.0, used, whole).map(Money) }
    };
    let all = if most <= redeemed { deferred } else { of(wanted.min(possible))? };
    let by_redeeming = if redeemed == 0 { Money::ZERO } else { of(wanted)? };
    Ok(Released { by_redeeming, by_ending: all.minus(by_redeeming)? })
}

/// What happened to a cohort in a month: by the month in which it is booked and the month of earning.
pub type Booked = BTreeMap<(NaiveDate, NaiveDate), Sums>;

/// One month of the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    pub month: NaiveDate,
    /// In 1/100 %.
    pub expected: i64,
    pub opening: Money,
    pub deferred: Money,
    pub taken_back: Money,
    pub goodwill: Money,
    pub redeemed: Money,
    pub expired: Money,
    pub closing: Money,
    /// What happened to points in it.
    pub points: Sums,
    pub outstanding: Points,
}

/// All months from the first that has anything to the last that is asked for.
pub fn months(booked: &Booked, estimates: &[Estimate], last: NaiveDate) -> Result<Vec<Month>, AmountError> {
    let mut cohorts: BTreeMap<NaiveDate, Sums> = BTreeMap::new();
    let mut before = (Money::ZERO, Released::default());
    let mut months = vec![];
    let mut next = booked.keys().next().map(|(month, _)| *month);
    while let Some(month) = next.filter(|month| *month <= last) {
        let mut points = Sums::default();
        for ((_, cohort), sums) in booked.range((month, NaiveDate::MIN)..=(month, NaiveDate::MAX)) {
            let sum = cohorts.entry(*cohort).or_default();
            *sum = sum.plus(*sums)?;
            points = points.plus(*sums)?;
        }
        let expected = expected_in(estimates, month);
        let (mut left, mut total, mut outstanding) = (Money::ZERO, Released::default(), Points::ZERO);
        for sums in cohorts.values() {
            let released = released(sums, expected)?;
            let all = released.by_redeeming.plus(released.by_ending)?;
            left = left.plus(sums.owed()?.minus(all)?)?;
            total.by_redeeming = total.by_redeeming.plus(released.by_redeeming)?;
            total.by_ending = total.by_ending.plus(released.by_ending)?;
            outstanding = outstanding.plus(sums.outstanding()?)?;
        }
        let (opening, earlier) = before;
        months.push(Month {
            month,
            expected,
            opening,
            deferred: points.deferred,
            taken_back: points.taken_back,
            goodwill: points.goodwill,
            redeemed: total.by_redeeming.minus(earlier.by_redeeming)?,
            expired: total.by_ending.minus(earlier.by_ending)?,
            closing: left,
            points,
            outstanding,
        });
        before = (left, total);
        next = month_after(month);
    }
    Ok(months)
}

/// Where an amount stands in the chain's books; each chain has its own numbers for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Account {
    Sales,
    PointsLiability,
    PointsRedeemed,
    PointsExpired,
    /// What points cost that are given without a sale.
    PointsGoodwill,
    /// What is on gift cards.
    GiftCardLiability,
    /// Where the tickets' totals have what gift cards paid.
    GiftCardTenders,
}

impl Account {
    pub fn code(self) -> &'static str {
        match self {
            Self::Sales => "sales",
            Self::PointsLiability => "points_liability",
            Self::PointsRedeemed => "points_redeemed",
            Self::PointsExpired => "points_expired",
            Self::PointsGoodwill => "points_goodwill",
            Self::GiftCardLiability => "gift_card_liability",
            Self::GiftCardTenders => "gift_card_tenders",
        }
    }
}

/// One row of the journal; of debit and credit one is zero, none is below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    pub month: NaiveDate,
    pub account: Account,
    pub debit: Money,
    pub credit: Money,
    pub what: &'static str,
}

/// Pairs of rows, each of which balances. What goes the other way, such as a release that a new estimate takes back,
/// changes sides.
pub fn journal(months: &[Month]) -> Result<Vec<Row>, AmountError> {
    use Account::{PointsExpired, PointsGoodwill, PointsLiability, PointsRedeemed, Sales};
    let mut rows = vec![];
    for month in months {
        let pairs = [
            ("earned", Sales, PointsLiability, month.deferred),
            ("returned", PointsLiability, Sales, month.taken_back),
            ("goodwill", PointsGoodwill, PointsLiability, month.goodwill),
            ("redeemed", PointsLiability, PointsRedeemed, month.redeemed),
            ("expired", PointsLiability, PointsExpired, month.expired),
        ];
        for (what, from, to, amount) in pairs {
            rows.extend(pair(month.month, what, (from, to), amount)?);
        }
    }
    Ok(rows)
}

/// Two rows that balance; none where nothing moved.
pub(super) fn pair(
    month: NaiveDate,
    what: &'static str,
    (from, to): (Account, Account),
    amount: Money,
) -> Result<Vec<Row>, AmountError> {
    let (debit, credit) = if amount.is_negative() { (to, from) } else { (from, to) };
    let amount = if amount.is_negative() { amount.negated()? } else { amount };
    if amount.is_zero() {
        return Ok(vec![]);
    }
    Ok(vec![
        Row { month, account: debit, debit: amount, credit: Money::ZERO, what },
        Row { month, account: credit, debit: Money::ZERO, credit: amount, what },
    ])
}

#[cfg(test)]
mod tests;
