//! Pure rules: what of a week is worth a look, and what cannot be told.

mod by_hand;
mod cards;
mod redeeming;
mod returns;
mod splits;
#[cfg(test)]
pub(super) mod tests;

use chrono::NaiveDate;
use domain::points::Programme;
use domain::scan::holds_payment_card;

use super::alert::Alert;
use super::facts::{Ticket, Week};
use super::limits::Limits;
use super::rule::Rule;

type Finder = fn(&Week, &Limits) -> Vec<Alert>;

/// Two rules of the list have no finder: see [`unanswered`].
const FINDERS: [Finder; 14] = [
    cards::velocity,
    cards::share,
    by_hand::late,
    by_hand::by_person,
    returns::empty,
    returns::keeps,
    returns::unnamed,
    returns::quick,
    redeeming::enrolled,
    redeeming::out_of_hours,
    redeeming::undone,
    redeeming::offline,
    redeeming::clock,
    splits::splits,
];

/// The signals of a week, the latest first.
pub fn judge(week: &Week, limits: &Limits) -> Vec<Alert> {
    let mut found: Vec<Alert> = FINDERS.iter().flat_map(|finder| finder(week, limits)).collect();
    found.sort_by(|a, b| (b.date, a.rule, &a.key).cmp(&(a.date, b.rule, &b.key)));
    found
}

/// Rules that the kept data, or the settings, cannot answer for these dates; the page says why, by the rule's name.
pub fn unanswered(programmes: &[Programme], dates: &[NaiveDate], limits: &Limits) -> Vec<Rule> {
    let has_cap = dates.iter().any(|date| splits::cap(programmes, *date).is_some());
    let cannot = |rule: &Rule| match rule {
        // No cashier is linked with a member or a card, and nobody writes down who was looked for.
        Rule::StaffCard | Rule::Lookups => true,
        Rule::OutOfHours => limits.hours.is_none(),
        Rule::Split => limits.split_amount.is_none() && !has_cap,
        _ => false,
    };
    Rule::ALL.into_iter().filter(cannot).collect()
}

/// Whether one happened more than so many minutes after the other.
fn is_over(minutes: u32, from: &Ticket, to: &Ticket) -> bool {
    (to.at - from.at).num_seconds() > i64::from(minutes) * 60
}

/// Whether one happened less than so many minutes after the other, and not before it.
fn soon_after(minutes: u32, first: &Ticket, then: &Ticket) -> bool {
    first.at <= then.at && (then.at - first.at).num_seconds() < i64::from(minutes) * 60
}

fn count(of: usize) -> i64 {
    i64::try_from(of).unwrap_or(i64::MAX)
}

/// Why a note is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteRefusal {
    Missing,
    Long,
    Signs,
    /// It holds what may be the number of a payment card.
    PaymentCard,
}

impl NoteRefusal {
    pub const ALL: [Self; 4] = [Self::Missing, Self::Long, Self::Signs, Self::PaymentCard];

    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Long => "long",
            Self::Signs => "signs",
            Self::PaymentCard => "payment-card",
        }
    }
}

pub const NOTE_CHARS: usize = 200;

pub fn refused_note(note: &str) -> Option<NoteRefusal> {
    let note = note.trim();
    if note.is_empty() {
        Some(NoteRefusal::Missing)
    } else if note.chars().any(char::is_control) {
        Some(NoteRefusal::Signs)
    } else if note.chars().count() > NOTE_CHARS {
        Some(NoteRefusal::Long)
    } else {
        holds_payment_card(note).then_some(NoteRefusal::PaymentCard)
    }
}
