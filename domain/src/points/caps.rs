//! Caps: the most that one ticket gives, and the most that a member keeps of one day.
//!
//! The ticket's is part of what a sale earns. The day's is not: which other sales a day has, only the hub knows, and
//! it may hear of them late and in any order. So it is a function of the day's sum, see [`Caps::over`].

use serde::{Deserialize, Serialize};

use crate::money::{AmountError, Points};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caps {
    /// The most that the goods sold on one ticket earn, after all multipliers, in hundredths.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<Points>,
    /// The most that a member keeps of all sales of one business date, in hundredths.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<Points>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CapsError {
    #[error("say the most for a ticket, for a day, or leave the table out")]
    Empty,
    #[error(
        "the most for a ticket must be above 0, and whole points where the programme grants whole points"
    )]
    Ticket,
    #[error("the most for a day must be above 0, and whole points where the programme grants whole points")]
    Day,
    #[error("the most for a day must not be below that for a ticket")]
    DayBelowTicket,
}

impl Caps {
    /// `step` is the smallest grant of the programme, in hundredths of a point.
    pub fn check(&self, step: i128) -> Result<(), CapsError> {
        let is_wrong = |cap: Points| cap.0 <= 0 || i128::from(cap.0) % step != 0;
        if self.ticket.is_some_and(is_wrong) {
            return Err(CapsError::Ticket);
        }
        if self.day.is_some_and(is_wrong) {
            return Err(CapsError::Day);
        }
        match (self.ticket, self.day) {
            (None, None) => Err(CapsError::Empty),
            (Some(ticket), Some(day)) if day < ticket => Err(CapsError::DayBelowTicket),
            _ => Ok(()),
        }
    }

    /// What is over the cap of a day whose sales earned so much, less what came back of them.
    pub fn over(&self, of_day: Points) -> Result<Points, AmountError> {
        self.day.map_or(Ok(Points::ZERO), |day| Ok(of_day.minus(day)?.max(Points::ZERO)))
    }
}
