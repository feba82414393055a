//! The figures as scripts read them: field names that stay, on the command line and in the API alike.
//! Dates are ISO, points decimal strings, what is not known is null.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::usual::Usual;
use super::visits::Rhythm;
use super::{MemberVisits, PointsRow};
use crate::members::mask_card;

/// Hundredths of a day as a number with two decimals.
fn days(hundredths: i64) -> f64 {
    hundredths as f64 / 100.0
}

/// How often one member comes.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct VisitFigures {
    pub member: String,
    pub card: Option<String>,
    pub visits: i64,
    pub first_visit: Option<NaiveDate>,
    pub last_visit: Option<NaiveDate>,
    pub interval_mean_days: Option<f64>,
    pub interval_median_days: Option<f64>,
    pub expected_next_visit: Option<NaiveDate>,
    pub overdue_days: Option<i64>,
}

impl VisitFigures {
    /// `full` is whether the reader may see the whole card number.
    pub fn of(row: &MemberVisits, as_of: NaiveDate, full: bool) -> Self {
        let Rhythm { visits, first, last, interval } = row.rhythm;
        let card = row.card.as_ref();
        Self {
            member: row.member.profile.code.to_string(),
            card: card.map(|card| if full { card.to_string() } else { mask_card(card) }),
            visits,
            first_visit: first,
            last_visit: last,
            interval_mean_days: interval.map(|i| days(i.mean)),
            interval_median_days: interval.map(|i| days(i.median)),
            expected_next_visit: row.rhythm.expected_next(),
            overdue_days: row.rhythm.overdue_days(as_of),
        }
    }
}

/// One product that a member usually takes.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct UsualFigures {
    pub sku: String,
    pub name: String,
    pub visits: i64,
    pub share: f64,
    pub interval_mean_days: f64,
    pub last_bought: NaiveDate,
    pub due: bool,
}

impl From<&Usual> for UsualFigures {
    fn from(row: &Usual) -> Self {
        Self {
            sku: row.sku.to_string(),
            name: row.name.clone(),
            visits: row.visits,
            share: row.share(),
            interval_mean_days: days(row.interval_mean),
            last_bought: row.last_bought,
            due: row.due,
        }
    }
}

/// Points of one member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PointsFigures {
    pub member: String,
    pub balance: String,
    /// What can be spent.
    pub available: String,
    /// What of the balance can be spent only later.
    pub pending: String,
    pub debt: String,
    pub earned: String,
    pub burned: String,
    pub expired: String,
}

impl From<&PointsRow> for PointsFigures {
    fn from(row: &PointsRow) -> Self {
        Self {
            member: row.member.to_string(),
            balance: row.balance.to_string(),
            available: row.available.to_string(),
            pending: row.pending.to_string(),
            debt: row.debt.to_string(),
            earned: row.earned.to_string(),
            burned: row.burned.to_string(),
            expired: row.expired.to_string(),
        }
    }
}
