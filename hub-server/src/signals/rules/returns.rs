//! Goods that come back, and tickets that earn without selling.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use domain::codes::{CardNumber, StoreCode};
use domain::ids::SaleId;
use domain::money::{Money, Points};

use super::{count, soon_after};
use crate::signals::alert::{Alert, Measure};
use crate::signals::event::Event;
use crate::signals::facts::{Returned, Ticket, Week};
use crate::signals::limits::Limits;
use crate::signals::rule::Rule;

/// Points of a ticket that sold nothing, or came to nothing: what is taken back by the same ticket counts.
pub(super) fn empty(week: &Week, _: &Limits) -> Vec<Alert> {
    let alert = |ticket: &Ticket| {
        let kept = Points(ticket.earned.0.saturating_sub(ticket.taken_back.0));
        let is_empty = !ticket.is_sale() || ticket.total <= Money::ZERO;
        let figures = [Measure::Points(kept), Measure::Points(Points::ZERO)];
        (is_empty && kept > Points::ZERO)
            .then(|| Alert::of(Rule::EmptySale, &[&ticket.id], figures, [ticket.into()]))?
    };
    week.tickets.iter().filter_map(alert).collect()
}

/// The least that points are counted in.
const HUNDREDTH: Points = Points(1);

/// Goods that came back while what they had earned did not. Shares are rounded line by line, so a hundredth of a point a
/// line may be missing. Money for goods that name neither an original nor a card takes nothing from anybody.
pub(super) fn keeps(week: &Week, _: &Limits) -> Vec<Alert> {
    let mut found = vec![];
    for ticket in week.tickets.iter().filter(|ticket| !ticket.returned.is_empty() && !ticket.voided) {
        let sum = |of: &dyn Fn(&Returned) -> i64| {
            ticket.returned.iter().fold(0_i64, |sum, line| sum.saturating_add(of(line)))
        };
        let kept = sum(&|line| line.earned.0).saturating_sub(ticket.taken_back.0);
        let rounded = count(ticket.returned.len()).saturating_mul(HUNDREDTH.0);
        let nobodys = sum(&|line| if line.origin.is_none() { line.paid.0 } else { 0 });
        let figures = if kept > rounded {
            [Measure::Points(Points(kept)), Measure::Points(Points::ZERO)]
        } else if ticket.card.is_none() && nobodys > 0 {
            [Measure::Money(Money(nobodys)), Measure::Money(Money::ZERO)]
        } else {
            continue;
        };
        found.extend(Alert::of(Rule::ReturnKeeps, &[&ticket.id], figures, [ticket.into()]));
    }
    found
}

/// Returned lines that name no original, or one that the hub has not got, by cashier and business date.
pub(super) fn unnamed(week: &Week, limits: &Limits) -> Vec<Alert> {
    let is_unnamed = |line: &&Returned| line.origin.is_none() || !line.is_known;
    let lines = |ticket: &Ticket| count(ticket.returned.iter().filter(is_unnamed).count());
    let mut days: BTreeMap<(&StoreCode, Option<&str>, NaiveDate), Vec<&Ticket>> = BTreeMap::new();
    for ticket in week.tickets.iter().filter(|ticket| !ticket.voided && lines(ticket) > 0) {
        let key = (&ticket.store, ticket.cashier.as_deref(), ticket.date);
        days.entry(key).or_default().push(ticket);
    }
    let limit = i64::from(limits.unnamed);
    let mut found = vec![];
    for ((store, cashier, date), tickets) in days {
        let all: i64 = tickets.iter().map(|ticket| lines(ticket)).sum();
        if all > limit {
            let about: [&dyn std::fmt::Display; 3] = [store, &cashier.unwrap_or(""), &date];
            let figures = [Measure::Count(all), Measure::Count(limit)];
            found.extend(Alert::of(
                Rule::ReturnUnnamed,
                &about,
                figures,
                tickets.into_iter().map(Event::from),
            ));
        }
    }
    found
}

/// Goods that come back within minutes of a sale with the same card, more than once in a week.
pub(super) fn quick(week: &Week, limits: &Limits) -> Vec<Alert> {
    let sales = week.sales_by(|ticket| ticket.card.as_ref());
    let by_id: HashMap<SaleId, &Ticket> = week.tickets.iter().map(|ticket| (ticket.id, ticket)).collect();
    let mut pairs: BTreeMap<&CardNumber, Vec<(&Ticket, &Ticket)>> = BTreeMap::new();
    for back in week.tickets.iter().filter(|ticket| !ticket.returned.is_empty() && !ticket.voided) {
        let named = back.returned.iter().filter_map(|line| by_id.get(&line.origin?).copied());
        let own = back.card.as_ref().and_then(|card| sales.get(card)).into_iter().flatten().copied();
        let before =
            named.chain(own).find(|sale| sale.id != back.id && soon_after(limits.return_minutes, sale, back));
        if let Some((sale, card)) = before.and_then(|sale| Some((sale, sale.card.as_ref()?))) {
            pairs.entry(card).or_default().push((sale, back));
        }
    }
    let limit = i64::from(limits.returns);
    let alert = |(card, pairs): (&CardNumber, Vec<(&Ticket, &Ticket)>)| {
        let figures = [Measure::Count(count(pairs.len())), Measure::Count(limit)];
        let events = pairs.into_iter().flat_map(|(sale, back)| [Event::from(sale), Event::from(back)]);
        Alert::of(Rule::SaleReturn, &[card, &week.monday], figures, events)
    };
    pairs.into_iter().filter(|(_, pairs)| count(pairs.len()) > limit).filter_map(alert).collect()
}
