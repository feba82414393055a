//! The scanners and card readers of the tills, as the last round over them found them.

use chrono::{DateTime, Utc};
use domain::codes::{StoreCode, TillCode};
use domain::ids::LogId;
use domain::readers::{ReaderStanding, ReadersChecked};

use crate::db::{DbError, Tx};

pub mod pages;
mod store;

pub use store::all;

/// A till, and what its readers are like; none where nobody ever looked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TillReaders {
    pub store: StoreCode,
    pub till: TillCode,
    pub checked: Option<ReadersChecked>,
}

impl TillReaders {
    pub fn at(&self) -> Option<DateTime<Utc>> {
        self.checked.as_ref().map(|checked| checked.at)
    }
}

/// Keeps the latest round of a till.
pub async fn note(tx: &mut Tx, place: (LogId, i64), checked: &ReadersChecked) -> Result<(), DbError> {
    store::keep(tx, place, checked).await
}

/// Whether somebody should look at the reader.
pub fn is_wrong(standing: ReaderStanding) -> bool {
    !matches!(standing, ReaderStanding::AsWanted | ReaderStanding::NotMeant)
}

#[cfg(test)]
mod tests;
