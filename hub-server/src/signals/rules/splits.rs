//! One purchase as several tickets, each just under a threshold.

use std::collections::BTreeMap;
use std::fmt::Display;

use chrono::NaiveDate;
use domain::codes::{CardNumber, StoreCode, TillCode};
use domain::money::{Money, Points};
use domain::points::Programme;

use super::soon_after;
use crate::signals::alert::{Alert, Measure};
use crate::signals::event::Event;
use crate::signals::facts::{Ticket, Week};
use crate::signals::limits::Limits;
use crate::signals::rule::Rule;

/// The most that a ticket of a date gives, where its programme has such a cap.
pub(super) fn cap(programmes: &[Programme], date: NaiveDate) -> Option<Points> {
    Programme::on(programmes, date)?.caps?.ticket
}

type Place<'w> = (&'w CardNumber, &'w StoreCode, &'w TillCode, NaiveDate);

/// Tickets of one card at one till within minutes, each near a threshold and under it, together at least that.
pub(super) fn splits(week: &Week, limits: &Limits) -> Vec<Alert> {
    let places: BTreeMap<Place<'_>, Vec<&Ticket>> =
        week.sales_by(|t| Some((t.card.as_ref()?, &t.store, &t.till, t.date)));
    let mut found = vec![];
    for (place, tickets) in places.into_iter().filter(|(_, tickets)| tickets.len() > 1) {
        if let Some(cap) = cap(&week.programmes, place.3) {
            let of = |ticket: &Ticket| ticket.earned.0;
            found.extend(under(
                place,
                &tickets,
                "points",
                cap.0,
                of,
                |sum| Measure::Points(Points(sum)),
                limits,
            ));
        }
        if let Some(most) = limits.split_money() {
            let of = |ticket: &Ticket| ticket.total.0;
            found.extend(under(
                place,
                &tickets,
                "money",
                most.0,
                of,
                |sum| Measure::Money(Money(sum)),
                limits,
            ));
        }
    }
    found
}

/// One for a card, till and date with all runs of such tickets, and the most that one of them comes to.
fn under(
    place: Place<'_>,
    tickets: &[&Ticket],
    unit: &str,
    threshold: i64,
    of: impl Fn(&Ticket) -> i64,
    measure: impl Fn(i64) -> Measure,
    limits: &Limits,
) -> Option<Alert> {
    let is_near = |ticket: &Ticket| {
        let near = i128::from(threshold) * i128::from(limits.split_near);
        of(ticket) < threshold && i128::from(of(ticket)) * 100 >= near
    };
    let near: Vec<&Ticket> = tickets.iter().copied().filter(|ticket| is_near(ticket)).collect();
    let sum = |run: &[&Ticket]| run.iter().fold(0_i64, |all, ticket| all.saturating_add(of(ticket)));
    let runs: Vec<&[&Ticket]> = near
        .chunk_by(|first, then| soon_after(limits.split_minutes, first, then))
        .filter(|run| run.len() > 1 && sum(run) >= threshold)
        .collect();
    let most = runs.iter().map(|run| sum(run)).max()?;
    let (card, store, till, date) = place;
    let about: [&dyn Display; 5] = [card, store, till, &date, &unit];
    let events = runs.into_iter().flatten().map(|ticket| Event::from(*ticket));
    Alert::of(Rule::Split, &about, [measure(most), measure(threshold)], events)
}
