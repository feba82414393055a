//! What surrounds a redemption: who enrolled the member, when it was, what came after, and the till it was made at.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use domain::codes::CardNumber;
use domain::ids::{LogId, SaleId};
use domain::money::Points;

use super::{count, is_over, soon_after};
use crate::signals::alert::{Alert, Measure};
use crate::signals::event::Event;
use crate::signals::facts::{Enrolled, Ticket, Week};
use crate::signals::limits::Limits;
use crate::signals::rule::Rule;

/// A member who is enrolled and redeems on one date, both with the same cashier.
pub(super) fn enrolled(week: &Week, _: &Limits) -> Vec<Alert> {
    let mut days: BTreeMap<(NaiveDate, &str), Vec<&Enrolled>> = BTreeMap::new();
    for enrolled in &week.enrolled {
        if let Some(cashier) = &enrolled.cashier {
            days.entry((enrolled.date, cashier)).or_default().push(enrolled);
        }
    }
    let mut found = vec![];
    for ticket in week.redemptions() {
        let key = ticket.cashier.as_deref().map(|cashier| (ticket.date, cashier));
        let of_day = key.and_then(|key| days.get(&key)).into_iter().flatten();
        let is_theirs = |enrolled: &&&Enrolled| {
            ticket.card.as_ref() == Some(&enrolled.card) || ticket.account == Some(enrolled.account)
        };
        for enrolled in of_day.filter(is_theirs) {
            let figures = [Measure::Points(ticket.spent), Measure::Points(Points::ZERO)];
            let events = [Event::from(*enrolled), ticket.into()];
            found.extend(Alert::of(Rule::EnrolRedeem, &[&ticket.id], figures, events));
        }
    }
    found
}

/// Where opening hours are set.
pub(super) fn out_of_hours(week: &Week, limits: &Limits) -> Vec<Alert> {
    let Some(hours) = limits.hours else { return vec![] };
    let alert = |ticket: &Ticket| {
        let time = ticket.local_time();
        let figures = [Measure::Time(time), Measure::Hours(hours)];
        (!hours.contains(time))
            .then(|| Alert::of(Rule::OutOfHours, &[&ticket.id], figures, [ticket.into()]))?
    };
    week.redemptions().filter_map(alert).collect()
}

/// A ticket of the same card at the same till that is cancelled soon after a redemption, or its goods come back.
pub(super) fn undone(week: &Week, limits: &Limits) -> Vec<Alert> {
    let mut cancelled: HashMap<_, Vec<&Ticket>> = HashMap::new();
    let mut returned: HashMap<_, Vec<&Ticket>> = HashMap::new();
    for ticket in &week.tickets {
        if ticket.voided {
            cancelled.entry((&ticket.store, &ticket.till, &ticket.card)).or_default().push(ticket);
        } else {
            for origin in ticket.returned.iter().filter_map(|line| line.origin) {
                returned.entry(origin).or_default().push(ticket);
            }
        }
    }
    let mut found = vec![];
    for ticket in week.redemptions() {
        let of_card = ticket.card.is_some().then_some((&ticket.store, &ticket.till, &ticket.card));
        let after = of_card.and_then(|key| cancelled.get(&key)).into_iter().chain(returned.get(&ticket.id));
        let after = after.flatten().filter(|then| soon_after(limits.undone_minutes, ticket, then));
        let after: Vec<&Ticket> = after.copied().collect();
        let Some(first) = after.iter().map(|then| then.at).min() else { continue };
        let limit = i64::from(limits.undone_minutes);
        let figures = [Measure::Minutes((first - ticket.at).num_minutes()), Measure::Minutes(limit)];
        let events = std::iter::once(ticket).chain(after).map(Event::from);
        found.extend(Alert::of(Rule::RedeemUndone, &[&ticket.id], figures, events));
    }
    found
}

/// Redemptions of one card on a business date whose tickets arrived late: their tills could not ask.
pub(super) fn offline(week: &Week, limits: &Limits) -> Vec<Alert> {
    let mut days: BTreeMap<(&CardNumber, NaiveDate), Vec<&Ticket>> = BTreeMap::new();
    let late_s = i64::from(limits.offline_minutes) * 60;
    for ticket in week.redemptions().filter(|t| (t.received_at - t.at).num_seconds() > late_s) {
        if let Some(card) = &ticket.card {
            days.entry((card, ticket.date)).or_default().push(ticket);
        }
    }
    let limit = i64::from(limits.offline);
    let alert = |((card, date), tickets): ((&CardNumber, NaiveDate), Vec<&Ticket>)| {
        let figures = [Measure::Count(count(tickets.len())), Measure::Count(limit)];
        Alert::of(Rule::Offline, &[card, &date], figures, tickets.into_iter().map(Event::from))
    };
    days.into_iter().filter(|(_, tickets)| count(tickets.len()) > limit).filter_map(alert).collect()
}

/// Redemptions by a clock that must be wrong: it says a time after the ticket's arrival, or before a ticket that the
/// same till wrote earlier. The latter are one signal for each such ticket. A ticket that is ahead of its own arrival
/// says nothing about those after it.
pub(super) fn clock(week: &Week, limits: &Limits) -> Vec<Alert> {
    let mut logs: BTreeMap<LogId, Vec<&Ticket>> = BTreeMap::new();
    for ticket in &week.tickets {
        logs.entry(ticket.log).or_default().push(ticket);
    }
    let limit = i64::from(limits.clock_minutes);
    let mut wrong: BTreeMap<SaleId, (i64, Vec<&Ticket>)> = BTreeMap::new();
    for mut tickets in logs.into_values() {
        tickets.sort_by_key(|ticket| ticket.seq);
        let mut latest: Option<&Ticket> = None;
        for ticket in tickets {
            let ahead_s = (ticket.at - ticket.received_at).num_seconds();
            let is_ahead = ahead_s > limit * 60;
            let before = latest.filter(|before| is_over(limits.clock_minutes, ticket, before));
            let back_s = before.map_or(0, |before| (before.at - ticket.at).num_seconds());
            if ticket.is_redemption() && (before.is_some() || is_ahead) {
                let (most_s, events) = wrong.entry(before.unwrap_or(ticket).id).or_default();
                *most_s = (*most_s).max(ahead_s).max(back_s);
                events.extend(before.into_iter().chain([ticket]));
            }
            if !is_ahead && latest.is_none_or(|latest| latest.at < ticket.at) {
                latest = Some(ticket);
            }
        }
    }
    let alert = |(culprit, (most_s, tickets)): (SaleId, (i64, Vec<&Ticket>))| {
        let minutes = most_s.saturating_add(59) / 60;
        let figures = [Measure::Minutes(minutes), Measure::Minutes(limit)];
        Alert::of(Rule::Clock, &[&culprit], figures, tickets.into_iter().map(Event::from))
    };
    wrong.into_iter().filter_map(alert).collect()
}
