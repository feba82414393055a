//! Two histories of one log: finding the last event they share, and beginning a new log with every event
//! that the hub may lack.

use crate::ids::{EventId, LogId};
use crate::sync::body::{Body, LogOpened, OpenReason};
use crate::sync::chain::{Hash, Head};
use crate::sync::event::{Envelope, EventBytes, EventError, Stamp};
use crate::sync::till::Comparison;

/// One request asks for no more places than this.
const PROBES_MAX: i64 = 1_000;

/// Narrows down the last common event. In a hash chain, equal hashes at one place mean equal histories
/// up to it, so halving works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommonSearch {
    /// Known to be the same on both sides; 0 is the empty log.
    same: i64,
    /// Known to differ, or one behind the shorter history.
    differs: i64,
}

impl CommonSearch {
    pub fn new(own_head: i64, hub_head: i64) -> Self {
        Self { same: 0, differs: own_head.min(hub_head).max(0) + 1 }
    }

    /// Up to `most` places to ask the hub about in the next `POST /sync/v1/hashes`; none once the answer
    /// is known. One place halves what is left, more places cut it finer in one request.
    pub fn probes(self, most: i64) -> Vec<i64> {
        let open = self.differs - self.same - 1;
        if most <= 1 {
            return (open > 0).then(|| self.same + (open + 1) / 2).into_iter().collect();
        }
        let count = most.min(PROBES_MAX).min(open);
        // The last place is among them: a history that was only cut short is found at once.
        (1..=count).map(|n| self.same + open / count * n + open % count * n / count).collect()
    }

    /// Takes the hub's hash at one asked place in; `own` is this side's hash there. A side that has
    /// none there does not share the event.
    pub fn learn(&mut self, seq: i64, own: Option<Hash>, hub: Option<Hash>) {
        if own.is_some() && own == hub {
            self.same = self.same.max(seq);
        } else if seq > self.same {
            self.differs = self.differs.min(seq);
        }
    }

    /// The last common place, once it is known.
    pub fn found(self) -> Option<i64> {
        (self.differs - self.same <= 1).then_some(self.same)
    }
}

impl Comparison {
    /// Why a new log must be begun, if it must.
    pub fn reopen_reason(self) -> Option<OpenReason> {
        match self {
            Self::InStep { .. } | Self::HubRegressed { .. } => None,
            Self::TillRegressed => Some(OpenReason::Regressed),
            Self::Forked => Some(OpenReason::Forked),
        }
    }
}

/// A new log, ready to be stored in one commit together with the sealing of the old one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reopened {
    pub log: LogId,
    /// The opening event, then the carried events under their own ids.
    pub events: Vec<(EventId, EventBytes)>,
    pub head: Head,
}

/// Plans the new log. `opening` is the id and stamp of its first event; `behind_common` are the old log's
/// events after the last common one, in order; its opening too, if the hub may lack it: what that says of a damaged or
/// restored file is told nowhere else.
pub fn plan_reopen(
    log: LogId,
    reason: OpenReason,
    previous: (LogId, Head),
    opening: (EventId, Stamp),
    behind_common: Vec<Envelope>,
) -> Result<Reopened, EventError> {
    let opened = Body::LogOpened(LogOpened { reason, previous: Some(previous), lost: 0 });
    let (event, stamp) = opening;
    let first = Envelope::append(log, Head::EMPTY, event, stamp, &opened)?;
    let mut reopened =
        Reopened { log, head: Head { seq: 1, hash: first.hash }, events: vec![(event, first)] };
    for envelope in behind_common {
        let event = envelope.event;
        let bytes = envelope.relog(log, reopened.head)?;
        reopened.head = Head { seq: reopened.head.seq + 1, hash: bytes.hash };
        reopened.events.push((event, bytes));
    }
    Ok(reopened)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sync::hash_event;

    fn hash(seq: i64, side: u8) -> Hash {
        hash_event(&[&seq.to_be_bytes()[..], &[side]].concat())
    }

    fn search(own_head: i64, hub_head: i64, common: i64, most: i64) -> (i64, u32) {
        let at = |seq: i64, head: i64, side: u8| {
            (seq <= head).then(|| hash(seq, if seq <= common { 0 } else { side }))
        };
        let mut search = CommonSearch::new(own_head, hub_head);
        let mut rounds = 0;
        loop {
            if let Some(found) = search.found() {
                assert_eq!(search.probes(most), Vec::<i64>::new());
                return (found, rounds);
            }
            rounds += 1;
            for seq in search.probes(most) {
                search.learn(seq, at(seq, own_head, 1), at(seq, hub_head, 2));
            }
        }
    }

    #[test]
    fn a_history_cut_short_is_found_in_one_round() {
        assert_eq!(search(1_000_000, 1_200_000, 1_000_000, 2), (1_000_000, 1));
        assert_eq!(search(0, 5, 0, 8), (0, 0));
    }

    proptest! {
        #[test]
        fn the_last_common_event_is_found(own in 0_i64..5_000, hub in 0_i64..5_000, part in 0_i64..=100, most in 1_i64..40) {
            let common = own.min(hub) * part / 100;
            let (found, rounds) = search(own, hub, common, most);
            prop_assert_eq!(found, common);
            prop_assert!(rounds <= 13, "{} rounds with {} places each", rounds, most);
        }
    }
}
