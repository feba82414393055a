//! Paper: which printers there are, how a receipt gets to them, and what becomes of it.
//!
//! A sale never waits for paper. Its job is written in the sale's own commit and stays in the till's file
//! until it is printed; a task beside the till sends it, and tries again while the printer is away.

mod jobs;
pub mod labels;
pub mod link;
mod spooler;
mod wire;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, OnceLock};

use chrono::{DateTime, Utc};
use tokio::sync::watch;

use crate::app::open;
use crate::receipt::Profile;
use crate::receipt::profile::{self, ProfileError};
use crate::settings::{LabelSetting, PrinterSetting, Settings, ShopSetting};
use crate::ui::view::PrinterState;
pub use link::Address;
pub use spooler::{Pace, run};

/// Folder of a chain's own printer profiles, below the data folder.
pub const PROFILES: &str = "printers";

/// A receipt printer with everything that is needed to print on it.
#[derive(Debug, Clone)]
pub struct Printer {
    pub id: String,
    pub tills: Vec<i64>,
    pub address: Address,
    pub profile: Profile,
}

#[derive(Debug, thiserror::Error)]
pub enum PrinterError {
    #[error(transparent)]
    Profile(#[from] ProfileError),
    #[error("printer {id}: there is no profile {profile:?}; there are {known}")]
    NoProfile { id: String, profile: String, known: String },
    #[error("two printers are called {0:?}: give each its own id")]
    IdTwice(String),
    #[error(
        "printers {first} and {second} are one device: name it once, with all its tills in tills = [...]"
    )]
    ConnectionTwice { first: String, second: String },
    #[error("till {till} has two printers, {first} and {second}: a receipt is printed on one")]
    TillTwice { till: i64, first: String, second: String },
}

/// Joins the settings with their profiles.
pub fn printers(settings: &[PrinterSetting], data: &Path) -> Result<Vec<Printer>, PrinterError> {
    let profiles = profile::all(Some(&data.join(PROFILES)))?;
    let mut found: Vec<Printer> = vec![];
    for setting in settings {
        let PrinterSetting { id, tills, connection, profile, .. } = setting;
        let Some(profile) = profiles.iter().find(|known| known.id == *profile) else {
            let known = profiles.iter().map(|known| known.id.as_str()).collect::<Vec<_>>().join(", ");
            return Err(PrinterError::NoProfile { id: id.clone(), profile: profile.clone(), known });
        };
        if found.iter().any(|other| other.id == *id) {
            return Err(PrinterError::IdTwice(id.clone()));
        }
        for till in tills {
            if let Some(other) = found.iter().find(|other| other.tills.contains(till)) {
                let (first, second) = (other.id.clone(), id.clone());
                return Err(PrinterError::TillTwice { till: *till, first, second });
            }
        }
        let address = connection.with_baud(setting.baud);
        if let Some(other) = found.iter().find(|other| other.address == address) {
            let (first, second) = (other.id.clone(), id.clone());
            return Err(PrinterError::ConnectionTwice { first, second });
        }
        found.push(Printer { id: id.clone(), tills: tills.clone(), address, profile: profile.clone() });
    }
    Ok(found)
}

/// What the agent knows of paper. Empty until it is set up: tills without a printer work the same.
#[derive(Debug, Default)]
pub struct Printing {
    setup: OnceLock<Setup>,
    states: Mutex<BTreeMap<String, Known>>,
    /// Rises when a job may be there.
    wake: watch::Sender<u64>,
    last_label: labels::LastLabel,
}

/// How a printer was last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Known {
    state: PrinterState,
    since: DateTime<Utc>,
    /// When it last printed or could have; none where it never could since the start.
    last_good: Option<DateTime<Utc>>,
}

#[derive(Debug)]
struct Setup {
    printers: Vec<Printer>,
    shop: ShopSetting,
    labels: LabelSetting,
}

impl Printing {
    /// Once, before anything is printed; a second time changes nothing.
    pub fn set_up(&self, settings: &Settings) -> Result<(), PrinterError> {
        let printers = printers(&settings.printers, &settings.data)?;
        let setup = Setup { printers, shop: settings.receipt.clone(), labels: settings.labels.clone() };
        // An error means that it was done already.
        let _ = self.setup.set(setup);
        Ok(())
    }

    pub fn printers(&self) -> &[Printer] {
        self.setup.get().map_or(&[], |setup| &setup.printers)
    }

    pub fn printer_of(&self, till: i64) -> Option<&Printer> {
        self.printers().iter().find(|printer| printer.tills.contains(&till))
    }

    pub fn shop(&self) -> ShopSetting {
        self.setup.get().map(|setup| setup.shop.clone()).unwrap_or_default()
    }

    fn state(&self, id: &str) -> Option<Known> {
        open(&self.states).get(id).copied()
    }

    /// Keeps it; gives the state before if this is news.
    fn set_state(&self, id: &str, state: PrinterState, now: DateTime<Utc>) -> Option<PrinterState> {
        let mut states = open(&self.states);
        let known = states.get(id).copied();
        let before = known.map_or(PrinterState::Unknown, |known| known.state);
        if before == state {
            return None;
        }
        let was_good = before.prints() || state.prints();
        let last_good = if was_good { Some(now) } else { known.and_then(|known| known.last_good) };
        states.insert(id.to_owned(), Known { state, since: now, last_good });
        Some(before)
    }

    pub(crate) fn wake(&self) {
        self.wake.send_modify(|count| *count += 1);
    }
}

#[cfg(test)]
mod tests;
