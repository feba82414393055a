//! Rows whose ticket cannot be read: which tickets they put in doubt.

use std::collections::HashMap;

use domain::sale::LINES_MAX;
use domain::tickets::{TicketKey, TicketRow};

use super::rows::{Hint, ReadRow};

#[derive(Debug)]
pub(super) struct Stray {
    pub read: ReadRow,
    pub hint: Hint,
}

/// A bad row of the file that may belong to a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Doubt {
    pub line: u64,
    /// Its number within the ticket, where that can be read.
    pub number: Option<u32>,
}

impl Doubt {
    /// No ticket has two rows of one number, so a number that is there already clears the ticket.
    pub fn concerns(&self, rows: &[TicketRow]) -> bool {
        self.number.is_none_or(|number| rows.iter().all(|row| row.line != number))
    }
}

pub(super) type Doubts = HashMap<TicketKey, Vec<Doubt>>;

/// What stands since the last row whose ticket could be read.
#[derive(Debug, Default)]
pub(super) struct Gap {
    before: Option<TicketKey>,
    /// The line of that last row, if it may have taken in rows of the next ticket.
    swallowed: Option<u64>,
    strays: Vec<Stray>,
}

/// What became of the strays.
#[derive(Debug)]
pub(super) struct Settled {
    /// Rows with the same ticket on both sides: they are its own.
    pub inside: Vec<(TicketKey, ReadRow)>,
    pub alone: Vec<ReadRow>,
}

impl Gap {
    pub fn note_swallowed(&mut self, line: u64) {
        self.swallowed = Some(line);
    }

    /// Keeps a row until the next ticket is known. The answer is whether the gap must be closed without
    /// one: no ticket has so many rows, and memory stays flat.
    #[must_use]
    pub fn push(&mut self, stray: Stray) -> bool {
        self.strays.push(stray);
        self.strays.len() >= LINES_MAX
    }

    /// Ends the gap at a row of the ticket `next`, and notes which tickets are in doubt.
    pub fn close(&mut self, next: Option<&TicketKey>, doubts: &mut Doubts) -> Settled {
        let before = std::mem::replace(&mut self.before, next.cloned());
        let mut doubt = |key: &TicketKey, doubt: Doubt| doubts.entry(key.clone()).or_default().push(doubt);
        if let Some(next) = next
            && let Some(line) = self.swallowed.take()
        {
            doubt(next, Doubt { line, number: None });
        }
        let mut settled = Settled { inside: vec![], alone: vec![] };
        for Stray { read, hint } in self.strays.drain(..) {
            let mut around = [before.as_ref(), next].into_iter().flatten().filter(|key| hint.allows(key));
            match (around.next(), around.next()) {
                (Some(one), Some(other)) if one == other => settled.inside.push((one.clone(), read)),
                (one, other) => {
                    for key in one.into_iter().chain(other) {
                        doubt(key, Doubt { line: read.source.line, number: hint.number });
                    }
                    settled.alone.push(read);
                }
            }
        }
        settled
    }
}
