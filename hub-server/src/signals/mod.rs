//! Signals: what people at tills and desks did that is worth a look, computed from what the hub keeps.
//!
//! A signal is a function of the data: it is computed anew whenever somebody looks, by whole weeks, so that the same one
//! is found whatever days are asked for. A person who looked at one says so with a note; when other events join it, it is
//! open again. What a signal says is no verdict: each names its events.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use domain::points::Programme;
use domain::time::plus_days;
use uuid::Uuid;

use crate::access::{Scope, audit};
use crate::catalogue::Store;
use crate::db::{DbError, Tx};
use crate::ledger;

mod alert;
mod event;
mod facts;
mod figures;
mod limits;
pub mod pages;
mod rule;
pub mod rules;
mod store;
#[cfg(test)]
mod tests;

pub use alert::{Alert, Measure};
pub use event::{Event, What};
pub use facts::{Attached, ByHand, Enrolled, Returned, Ticket, Week, monday};
pub use figures::SignalFigures;
pub use limits::{Hours, Limits, NoHours};
pub use rule::{Rule, UnknownRule};
pub use store::{Look, looks};

/// The most days that are looked at in one go.
pub const DAYS_MAX: i64 = 31;
/// Without other dates the last so many.
const DAYS: i64 = 7;

/// Business dates, the first and the last included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

impl Range {
    /// What an address asks for, at most [`DAYS_MAX`] days and the last of them; nonsense counts as not asked.
    pub fn asked(from: Option<NaiveDate>, to: Option<NaiveDate>, today: NaiveDate) -> Self {
        let (from, to) = (from.filter(|d| is_date(*d)), to.filter(|d| is_date(*d)));
        let to = to.or_else(|| Some(plus_days(from?, DAYS_MAX - 1).min(today))).unwrap_or(today);
        let from = from.unwrap_or_else(|| plus_days(to, 1 - DAYS));
        Self { from: from.clamp(plus_days(to, 1 - DAYS_MAX), to), to }
    }

    pub fn day(date: NaiveDate) -> Self {
        Self { from: date, to: date }
    }

    fn mondays(self) -> impl Iterator<Item = NaiveDate> {
        let next = |monday: &NaiveDate| Some(plus_days(*monday, 7)).filter(|next| next > monday);
        std::iter::successors(Some(monday(self.from)), next).take_while(move |monday| *monday <= self.to)
    }

    fn dates(self) -> Vec<NaiveDate> {
        let next = |date: &NaiveDate| Some(plus_days(*date, 1)).filter(|next| next > date);
        std::iter::successors(Some(self.from), next).take_while(|date| *date <= self.to).collect()
    }
}

/// Of a calendar that both databases know, with room for a zone's hours on either side.
fn is_date(date: NaiveDate) -> bool {
    (1..=9998).contains(&date.year())
}

/// What was found, and what could not be looked for.
#[derive(Debug, Clone)]
pub struct Found {
    /// The latest first.
    pub alerts: Vec<Alert>,
    pub unanswered: Vec<Rule>,
}

/// All signals whose last event is of these dates, over every store.
pub async fn find(tx: &mut Tx, stores: &[Store], range: Range, limits: &Limits) -> Result<Found, DbError> {
    let programmes: Vec<Programme> = ledger::programmes(tx).await?;
    let unanswered = rules::unanswered(&programmes, &range.dates(), limits);
    let mut alerts = vec![];
    for monday in range.mondays() {
        let week = store::week(tx, stores, monday, programmes.clone()).await?;
        alerts.extend(rules::judge(&week, limits));
    }
    alerts.retain(|alert| (range.from..=range.to).contains(&alert.date));
    alerts.sort_by(|a, b| (b.date, a.rule, &a.key).cmp(&(a.date, b.rule, &b.key)));
    Ok(Found { alerts, unanswered })
}

/// The signal of an address; its date may be any of its week.
pub async fn one(
    tx: &mut Tx,
    stores: &[Store],
    (date, key): (NaiveDate, &str),
    limits: &Limits,
) -> Result<Option<Alert>, DbError> {
    if !is_date(date) {
        return Ok(None);
    }
    let programmes = ledger::programmes(tx).await?;
    let week = store::week(tx, stores, monday(date), programmes).await?;
    Ok(rules::judge(&week, limits).into_iter().find(|alert| alert.key == key))
}

/// Whether somebody may see it: only who sees all stores of its events, as it says how much happened in them. What no
/// till did is the chain's.
pub fn is_in(scope: &Scope, alert: &Alert) -> bool {
    *scope == Scope::All
        || alert
            .events
            .iter()
            .all(|event| event.place.as_ref().is_some_and(|(store, _)| scope.allows(store.as_str())))
}

/// How a signal stands after what was made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Open,
    /// It was looked at, and other events have joined it since.
    Again,
    Looked,
}

/// By the last look at each.
pub fn standing(alert: &Alert, looks: &BTreeMap<String, Vec<Look>>) -> Standing {
    match looks.get(&alert.key).and_then(|looks| looks.last()) {
        None => Standing::Open,
        Some(look) if look.events == alert.events_digest() => Standing::Looked,
        Some(_) => Standing::Again,
    }
}

/// Keeps that somebody looked at a signal as it is given here. A form that comes again changes nothing.
pub async fn look(
    tx: &mut Tx,
    form: Uuid,
    alert: &Alert,
    (note, by): (&str, &str),
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let look = Look {
        alert: alert.key.clone(),
        events: alert.events_digest(),
        note: note.trim().to_owned(),
        looked_by: by.to_owned(),
        looked_at: now,
    };
    if store::insert_look(tx, form, &look).await? {
        // Codes only; what was written about people stays with the look.
        let detail = format!("{} of {}, {} events", alert.rule, alert.date, alert.events.len());
        audit::note(tx, now, by, "signal.looked", &alert.key, &detail).await?;
    }
    Ok(())
}
