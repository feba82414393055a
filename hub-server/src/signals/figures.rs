//! Signals as programs read them: field names that stay.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::{Alert, Event, Look, Rule, Standing, standing};
use crate::members::mask_card;

#[derive(Debug, Serialize)]
pub struct SignalFigures {
    pub date: NaiveDate,
    pub rule: Rule,
    /// Where all of its events agree.
    pub store: Option<String>,
    pub till: Option<String>,
    pub who: Option<String>,
    /// The last four digits.
    pub card: Option<String>,
    /// In the unit of the rule.
    pub found: String,
    pub limit: String,
    pub events: String,
    /// `open`, `again` where other events joined it since somebody looked, or `looked`.
    pub state: &'static str,
    pub key: String,
}

impl SignalFigures {
    pub fn of(alert: &Alert, looks: &BTreeMap<String, Vec<Look>>) -> Self {
        let events: Vec<String> = alert.events.iter().map(Event::reference).collect();
        Self {
            date: alert.date,
            rule: alert.rule,
            store: alert.store().map(|store| store.to_string()),
            till: alert.till().map(|(_, till)| till.to_string()),
            who: alert.who(),
            card: alert.card().map(|card| mask_card(&card)),
            found: alert.found.to_string(),
            limit: alert.limit.to_string(),
            events: events.join("; "),
            state: standing(alert, looks).code(),
            key: alert.key.clone(),
        }
    }
}

impl Standing {
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Again => "again",
            Self::Looked => "looked",
        }
    }
}
