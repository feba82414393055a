//! What every look at a till's screen rests on, as the file last had it. A scan reads it twice, and each reading is
//! two changes of thread, which took longer together than the disk. The file stays the truth: whatever else is
//! written makes all of this forgotten.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::checkout::basket::Basket;

use super::moment::Moment;

#[derive(Debug, Default)]
pub(super) struct Known(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    /// How often something was written.
    writes: u64,
    moments: HashMap<i64, Moment>,
}

/// How many writes there were when a reading began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Begun(u64);

impl Known {
    /// A till's moment; what to hand in with it where it has to be read.
    pub(super) fn moment(&self, till: i64) -> Result<Moment, Begun> {
        let kept = self.open();
        kept.moments.get(&till).cloned().ok_or(Begun(kept.writes))
    }

    /// Keeps what was read, unless something was written since: it may have been read before that.
    pub(super) fn has_read(&self, till: i64, begun: Begun, moment: &Moment) {
        let mut kept = self.open();
        if kept.writes == begun.0 {
            kept.moments.insert(till, moment.clone());
        }
    }

    /// One till's open basket was written, and nothing else.
    pub(super) fn has_saved(&self, till: i64, basket: Basket) {
        let mut kept = self.open();
        kept.writes += 1;
        if let Some(moment) = kept.moments.get_mut(&till) {
            moment.basket = Some(basket);
        }
    }

    /// Something was written, or it is not known whether.
    pub(super) fn forget(&self) {
        let mut kept = self.open();
        kept.writes += 1;
        kept.moments.clear();
    }

    /// Poisoned by a panic between two assignments, it may hold half of what was written.
    fn open(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(|poisoned: PoisonError<_>| {
            let mut kept = poisoned.into_inner();
            kept.writes += 1;
            kept.moments.clear();
            kept
        })
    }
}

#[cfg(test)]
mod tests;
