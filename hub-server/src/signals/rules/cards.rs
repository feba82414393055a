//! One card too often: on a day, in an hour, at one cashier.

use std::collections::BTreeMap;

use domain::codes::{CardNumber, StoreCode};

use super::count;
use crate::signals::alert::{Alert, Measure};
use crate::signals::event::Event;
use crate::signals::facts::{Ticket, Week};
use crate::signals::limits::Limits;
use crate::signals::rule::Rule;

const HOUR_S: i64 = 60 * 60;

/// Sales of one card on a business date, and within an hour of it.
pub(super) fn velocity(week: &Week, limits: &Limits) -> Vec<Alert> {
    let days = week.sales_by(|ticket| Some((ticket.card.as_ref()?, ticket.date)));
    let mut found = vec![];
    for ((card, date), tickets) in days {
        let of = |rule, number: usize, limit: u32, among: &[&Ticket]| {
            let figures = [Measure::Count(count(number)), Measure::Count(i64::from(limit))];
            let events = among.iter().map(|ticket| Event::from(*ticket));
            Alert::of(rule, &[card, &date], figures, events)
        };
        if count(tickets.len()) > i64::from(limits.card_day) {
            found.extend(of(Rule::CardDay, tickets.len(), limits.card_day, &tickets));
        }
        let (most, within) = busiest(&tickets, limits.card_hour);
        found.extend(of(Rule::CardHour, most, limits.card_hour, &within));
    }
    found
}

/// The most tickets of any hour, and all tickets of hours with more than the limit. They are in order of time.
fn busiest<'w>(tickets: &[&'w Ticket], limit: u32) -> (usize, Vec<&'w Ticket>) {
    let (mut most, mut within) = (0, vec![]);
    let mut first = 0;
    for (last, ticket) in tickets.iter().enumerate() {
        while (ticket.at - tickets[first].at).num_seconds() >= HOUR_S {
            first += 1;
        }
        let hour = &tickets[first..=last];
        if count(hour.len()) > i64::from(limit) {
            most = most.max(hour.len());
            within.extend_from_slice(hour);
        }
    }
    (most, within)
}

/// Cards that stand out at one cashier in the week.
pub(super) fn share(week: &Week, limits: &Limits) -> Vec<Alert> {
    type Cards<'w> = BTreeMap<&'w CardNumber, Vec<&'w Ticket>>;
    let mut cashiers: BTreeMap<(&StoreCode, &str), Cards<'_>> = BTreeMap::new();
    let sales = week.sales_by(|t| Some((&t.store, t.cashier.as_deref()?, t.card.as_ref()?)));
    for ((store, cashier, card), tickets) in sales {
        cashiers.entry((store, cashier)).or_default().insert(card, tickets);
    }
    let mut found = vec![];
    for ((store, cashier), cards) in cashiers {
        let all: i64 = cards.values().map(|tickets| count(tickets.len())).sum();
        let double = twice_median(cards.values().map(|tickets| count(tickets.len())).collect());
        for (card, tickets) in cards {
            let own = count(tickets.len());
            if own < i64::from(limits.card_least) {
                continue;
            }
            let mut add = |rule, figures| {
                let about: [&dyn std::fmt::Display; 4] = [store, &cashier, card, &week.monday];
                found.extend(Alert::of(rule, &about, figures, tickets.iter().map(|t| Event::from(*t))));
            };
            let (share, most) = (own * 10_000 / all, i64::from(limits.card_share) * 100);
            if own * 10_000 > most * all {
                add(Rule::CardShare, [Measure::Percent(share), Measure::Percent(most)]);
            }
            let times = i64::from(limits.card_times) * double;
            if own * 2 > times {
                add(Rule::CardTimes, [Measure::Count(own), Measure::Count(times / 2)]);
            }
        }
    }
    found
}

/// Twice, so that it is whole.
fn twice_median(mut counts: Vec<i64>) -> i64 {
    counts.sort_unstable();
    let middle = counts.len() / 2;
    match counts.get(middle) {
        None => 0,
        Some(upper) if counts.len() % 2 == 1 => upper * 2,
        Some(upper) => upper + counts[middle - 1],
    }
}

#[test]
fn medians_are_whole() {
    for (counts, wanted) in
        [(vec![], 0), (vec![7], 14), (vec![9, 1], 10), (vec![1, 9, 2], 4), (vec![4, 1, 2, 9], 6)]
    {
        assert_eq!(twice_median(counts), wanted);
    }
}
