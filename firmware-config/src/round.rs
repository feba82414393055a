//! One device from what is set to what is wanted: asked, compared, planned, written, read back.
//!
//! Every step works over a [`Wire`] and has no clock of its own. [`survey()`] asks what is set, [`Plan`] is the
//! difference as commands, and [`apply`] says them: first so that they last until the power goes, then, once
//! they were read back, for good. However it ends, the [`Audit`] says for each setting what is known of it.

mod apply;
mod defaults;
mod exchange;
mod line;
mod plan;
mod report;
mod survey;

use std::time::Duration;

use crate::dialect::Dialect;
use crate::profile::Profile;
use crate::programming::Programming;

pub use apply::{Consent, Stopped, apply, apply_until};
pub use defaults::{Defaults, Restored, defaults};
pub use exchange::{Outcome, exchange};
pub use line::LineState;
pub use plan::{Plan, Step, Verdict};
pub use report::{After, Audit, End, Fate, Report, is_not_so, is_told};
pub use survey::{Found, Reading, revision, survey};

/// An open line to a device.
pub trait Wire {
    fn write(&mut self, bytes: &[u8]) -> Result<(), Lost>;

    /// Bytes as they come; none if there was silence for so long.
    fn read(&mut self, within: Duration) -> Result<Vec<u8>, Lost>;

    /// Closes the line and opens it again at this speed.
    fn reopen(&mut self, baud: u32) -> Result<(), Lost>;

    /// Waits without listening.
    fn pause(&mut self, time: Duration);

    /// Time that passed since some moment; never less than before.
    fn now(&self) -> Duration;
}

/// The line is gone: unplugged, or it cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the line is lost: {0}")]
pub struct Lost(pub String);

/// Why nothing was begun.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RoundError {
    #[error("profile {0:?} has no dialect: nothing is known of how to program it")]
    NoDialect(String),
    #[error(transparent)]
    Lost(#[from] Lost),
}

/// A profile that can be programmed.
#[derive(Debug, Clone, Copy)]
pub struct Device<'p> {
    pub profile: &'p Profile,
    pub programming: &'p Programming,
}

impl<'p> Device<'p> {
    pub fn new(profile: &'p Profile) -> Result<Self, RoundError> {
        match &profile.programming {
            Some(programming) => Ok(Self { profile, programming }),
            None => Err(RoundError::NoDialect(profile.id.clone())),
        }
    }

    pub fn dialect(&self) -> Dialect {
        self.programming.dialect
    }
}

#[cfg(test)]
pub(crate) mod tests;
