//! A signal: which rule, about what, with which figures, and the events that it rests on.

use std::fmt;
use std::fmt::Write as _;

use chrono::{NaiveDate, NaiveTime};
use domain::codes::{CardNumber, StoreCode, TillCode};
use domain::ids::AccountId;
use domain::money::{Money, Points};
use sha2::{Digest, Sha256};

use super::event::Event;
use super::limits::Hours;
use super::rule::Rule;

/// A figure with its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    Count(i64),
    Minutes(i64),
    /// Hundredths of a per cent.
    Percent(i64),
    Points(Points),
    Money(Money),
    Time(NaiveTime),
    Hours(Hours),
}

impl fmt::Display for Measure {
    /// Plain, for files and programs; minutes and counts are whole, the rest has two decimals.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(n) | Self::Minutes(n) => n.fmt(f),
            Self::Percent(hundredths) => Money(*hundredths).fmt(f),
            Self::Points(points) => points.fmt(f),
            Self::Money(money) => money.fmt(f),
            Self::Time(time) => f.pad(&time.format("%H:%M").to_string()),
            Self::Hours(hours) => hours.fmt(f),
        }
    }
}

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// The same whatever days are asked for and whatever events join it.
    pub key: String,
    pub rule: Rule,
    /// Of its last event.
    pub date: NaiveDate,
    pub found: Measure,
    pub limit: Measure,
    /// In the order in which they happened; never empty.
    pub events: Vec<Event>,
}

impl Alert {
    /// None without events. `about` tells it from others of its rule.
    pub(super) fn of(
        rule: Rule,
        about: &[&dyn fmt::Display],
        [found, limit]: [Measure; 2],
        events: impl IntoIterator<Item = Event>,
    ) -> Option<Self> {
        let mut events: Vec<Event> = events.into_iter().collect();
        events.sort_by_key(|event| (event.at, event.what, event.id));
        events.dedup_by_key(|event| (event.what, event.id));
        let date = events.iter().map(|event| event.date).max()?;
        let about = about.iter().fold(rule.code().to_owned(), |mut text, part| {
            // A string takes every text.
            let _ = write!(text, "\n{part}");
            text
        });
        Some(Self { key: digest(&about), rule, date, found, limit, events })
    }

    /// Of the events that it rests on: it changes with them.
    pub fn events_digest(&self) -> String {
        let mut ids: Vec<String> =
            self.events.iter().map(|event| format!("{} {}", event.what.code(), event.id)).collect();
        ids.sort();
        digest(&ids.join("\n"))
    }

    /// What all its events have in common.
    fn common<T: PartialEq>(&self, of: impl Fn(&Event) -> Option<T>) -> Option<T> {
        let mut all = self.events.iter().map(of);
        let first = all.next()??;
        all.all(|other| other.as_ref() == Some(&first)).then_some(first)
    }

    pub fn store(&self) -> Option<StoreCode> {
        self.common(|event| Some(event.place.as_ref()?.0.clone()))
    }

    /// With its store.
    pub fn till(&self) -> Option<(StoreCode, TillCode)> {
        self.common(|event| event.place.clone())
    }

    pub fn who(&self) -> Option<String> {
        self.common(|event| event.who.clone())
    }

    pub fn card(&self) -> Option<CardNumber> {
        self.common(|event| event.card.clone())
    }

    pub fn account(&self) -> Option<AccountId> {
        self.common(|event| event.account)
    }
}

/// Half of a SHA-256 in hexadecimal: card numbers stand in no address.
fn digest(text: &str) -> String {
    let bytes = Sha256::digest(text);
    bytes.iter().take(16).fold(String::new(), |mut hex, byte| {
        // A string takes every text.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
