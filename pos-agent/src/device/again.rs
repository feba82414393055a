//! The same read twice in a row: a code under a reader that never sleeps, a tag that lies on its reader.

use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

/// Knows the last read of one device by a keyed hash, so that no card stays in memory.
#[derive(Debug)]
pub struct Again {
    within: Duration,
    key: RandomState,
    last: Option<(u64, Instant)>,
}

impl Again {
    /// With zero every read counts.
    pub fn new(within: Duration) -> Self {
        Self { within, key: RandomState::new(), last: None }
    }

    /// Whether these bytes are the read before, seen again before it was away for long enough. Each sight of
    /// it counts anew, so what lies there is read once however long it stays.
    pub fn is_repeat(&mut self, bytes: &[u8], at: Instant) -> bool {
        if self.within.is_zero() {
            return false;
        }
        let print = self.key.hash_one(bytes);
        let is_repeat = self
            .last
            .is_some_and(|(last, seen)| last == print && at.saturating_duration_since(seen) < self.within);
        self.last = Some((print, at));
        is_repeat
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_there_is_read_once_until_it_was_away() {
        let start = Instant::now();
        let mut again = Again::new(Duration::from_millis(500));
        let mut taken = vec![];
        // A tag every 50 ms for two seconds, then away for as long as the gap, then again.
        let sights = (0..40).map(|n| n * 50).chain([2_450, 2_500, 2_550]);
        for ms in sights {
            if !again.is_repeat(b"010063E9AE25", start + Duration::from_millis(ms)) {
                taken.push(ms);
            }
        }
        assert_eq!(taken, [0, 2_450]);
        assert!(!again.is_repeat(b"5900B47B4FD9", start + Duration::from_millis(2_560)), "another tag");
        assert!(!again.is_repeat(b"010063E9AE25", start + Duration::from_millis(2_570)), "and back");
    }

    #[test]
    fn switched_off_every_read_counts() {
        let mut again = Again::new(Duration::ZERO);
        let now = Instant::now();
        assert!(!again.is_repeat(b"1", now) && !again.is_repeat(b"1", now));
    }
}
