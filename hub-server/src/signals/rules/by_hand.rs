//! Points that no sale at the till brought: by hand, and by cards that came later.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::codes::CardNumber;
use domain::money::Points;
use domain::time::days_between;

use crate::signals::alert::{Alert, Measure};
use crate::signals::event::Event;
use crate::signals::facts::{Attached, BEFORE_DAYS, ByHand, Week};
use crate::signals::limits::Limits;
use crate::signals::rule::Rule;

/// Cards that came later than as a matter of course, by card and date: receipts that others left behind are collected.
pub(super) fn late(week: &Week, limits: &Limits) -> Vec<Alert> {
    let limit = i64::from(limits.late_minutes);
    let seconds = |attached: &Attached| (attached.at - attached.sold_at).num_seconds();
    let mut days: BTreeMap<(&CardNumber, NaiveDate), Vec<&Attached>> = BTreeMap::new();
    for attached in week.attached.iter().filter(|attached| seconds(attached) > limit * 60) {
        days.entry((&attached.card, attached.date)).or_default().push(attached);
    }
    let alert = |((card, date), all): ((&CardNumber, NaiveDate), Vec<&Attached>)| {
        let longest = all.iter().map(|attached| seconds(attached)).max().unwrap_or(0);
        let figures = [Measure::Minutes(longest.saturating_add(59) / 60), Measure::Minutes(limit)];
        Alert::of(Rule::LateCard, &[card, &date], figures, all.into_iter().map(Event::from))
    };
    days.into_iter().filter_map(alert).collect()
}

/// What one person gives and takes on a date, against the limit and against what everybody's dates were like before.
pub(super) fn by_person(week: &Week, limits: &Limits) -> Vec<Alert> {
    let mut days: BTreeMap<(NaiveDate, &str), Vec<&ByHand>> = BTreeMap::new();
    for by_hand in &week.by_hand {
        days.entry((by_hand.date, &by_hand.by)).or_default().push(by_hand);
    }
    let sum = |all: &[&ByHand]| {
        all.iter().fold(0_i64, |sum, one| sum.saturating_add(one.points.0.saturating_abs()))
    };
    let sums: Vec<(NaiveDate, i64)> = days.iter().map(|((date, _), all)| (*date, sum(all))).collect();
    let mut found = vec![];
    for ((date, who), all) in days.iter().filter(|((date, _), _)| week.has(*date)) {
        let of_day = sum(all);
        let mut add = |rule, limit| {
            let figures = [Measure::Points(Points(of_day)), Measure::Points(limit)];
            let events = all.iter().map(|by_hand| Event::from(*by_hand));
            found.extend(Alert::of(rule, &[who, date], figures, events));
        };
        let limit = limits.by_hand_points();
        if of_day > limit.0 {
            add(Rule::ByHandDay, limit);
        }
        let before = |then: &NaiveDate| (1..=BEFORE_DAYS).contains(&days_between(*then, *date));
        let before: Vec<i64> = sums.iter().filter(|(then, _)| before(then)).map(|(_, sum)| *sum).collect();
        if let Some(usual) = far_above(of_day, &before, limits.by_hand_sigma) {
            add(Rule::ByHandSigma, Points(usual));
        }
    }
    found
}

/// Of fewer a spread says nothing.
const SPREAD_LEAST: usize = 10;

/// The mean and so many standard deviations, where a figure is above that and at least twice the mean: among figures
/// that are all alike any other would be far away. All in whole numbers: with n figures of sum S and sum of squares Q,
/// x > S/n + k·σ is n·x − S > k·√(n·Q − S²).
fn far_above(x: i64, of: &[i64], sigmas: u32) -> Option<i64> {
    if of.len() < SPREAD_LEAST {
        return None;
    }
    let n = i128::try_from(of.len()).ok()?;
    let sum: i128 = of.iter().map(|x| i128::from(*x)).sum();
    let squares = of.iter().try_fold(0_i128, |q, x| q.checked_add(i128::from(*x) * i128::from(*x)))?;
    let spread = n.checked_mul(squares)?.checked_sub(sum.checked_mul(sum)?)?;
    let (k, above) = (i128::from(sigmas), n * i128::from(x) - sum);
    let most = (k * k).checked_mul(spread)?;
    // A square that does not fit is above all that do.
    let is_wide = above.checked_mul(above).is_none_or(|square| square > most);
    let is_far = above > 0 && above >= sum && is_wide;
    is_far.then(|| i64::try_from((sum + k * spread.isqrt()) / n).unwrap_or(i64::MAX))
}

#[test]
fn far_is_three_sigmas_and_twice_the_mean() {
    let like = |figures: &[i64]| figures.repeat(5);
    for (x, of, sigmas, wanted) in [
        // Mean 100, standard deviation 50: three are 250.
        (250, like(&[50, 150]), 3, None),
        (251, like(&[50, 150]), 3, Some(250)),
        (201, like(&[50, 150]), 2, Some(200)),
        // All alike: twice the mean.
        (199, like(&[100, 100]), 3, None),
        (200, like(&[100, 100]), 3, Some(100)),
        // Nine are too few.
        (9_000, vec![100; 9], 3, None),
        (i64::MAX, like(&[0, 0]), 3, Some(0)),
        (1, like(&[i64::MAX, i64::MAX]), 3, None),
    ] {
        assert_eq!(far_above(x, &of, sigmas), wanted, "{x} of {of:?}");
    }
}
