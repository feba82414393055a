//! The anchor: a second file in which the till notes where its log stood, so that it notices at its next
//! start that its database is an older copy, or that it woke up on another machine.

use serde::{Deserialize, Serialize};

use crate::ids::LogId;
use crate::sync::body::OpenReason;
use crate::sync::chain::{Hash, Head};

/// Written after each push and from time to time, beside the database and not in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    pub log: LogId,
    pub head: Head,
    /// A fingerprint of the machine; any text that stays the same on one machine.
    pub machine: String,
    pub boot_id: String,
}

/// What the database and the anchor say about each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnchorCheck {
    /// The database has all that the anchor has seen.
    Good,
    /// No anchor: a new installation, or the file was taken away. The hub will compare.
    Missing,
    /// The database is an older copy.
    Regressed,
    /// The database has another event at the anchor's place.
    Forked,
    /// Another machine: the folder was copied or moved.
    Moved,
}

impl AnchorCheck {
    /// Whether a new log must be begun before the next sale, and why.
    pub fn reopen_reason(self) -> Option<OpenReason> {
        match self {
            Self::Good | Self::Missing => None,
            Self::Regressed => Some(OpenReason::Regressed),
            Self::Forked => Some(OpenReason::Forked),
            Self::Moved => Some(OpenReason::Moved),
        }
    }
}

/// Compares at start. `own_head` answers the end of a log of this database, sealed ones too;
/// `own_hash_at` the hash at a place of it.
pub fn check_anchor(
    anchor: Option<&Anchor>,
    machine: &str,
    own_head: impl Fn(LogId) -> Option<Head>,
    own_hash_at: impl Fn(LogId, i64) -> Option<Hash>,
) -> AnchorCheck {
    let Some(anchor) = anchor else {
        return AnchorCheck::Missing;
    };
    // An anchor may lag behind, or still name a log that was sealed since; it is never ahead.
    match own_head(anchor.log) {
        Some(own) if own.seq >= anchor.head.seq => {}
        _ => return AnchorCheck::Regressed,
    }
    let same = anchor.head == Head::EMPTY
        || own_hash_at(anchor.log, anchor.head.seq).is_none_or(|hash| hash == anchor.head.hash);
    if !same {
        return AnchorCheck::Forked;
    }
    if anchor.machine == machine { AnchorCheck::Good } else { AnchorCheck::Moved }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::hash_event;

    #[test]
    fn the_database_is_measured_by_the_anchor() {
        let (log, sealed, foreign) = (LogId::new(1, [1; 10]), LogId::new(1, [2; 10]), LogId::new(1, [3; 10]));
        let hash = |seq: i64| hash_event(&seq.to_be_bytes());
        let own_head = |id: LogId| match id {
            id if id == log => Some(Head { seq: 5, hash: hash(5) }),
            id if id == sealed => Some(Head { seq: 9, hash: hash(9) }),
            _ => None,
        };
        // Events before 2 are pruned.
        let own_hash_at = |_: LogId, seq: i64| (seq >= 2).then(|| hash(seq));
        let other = hash(99);
        for (log, seq, hash, machine, wanted) in [
            (log, 5, hash(5), "a", AnchorCheck::Good),
            (log, 3, hash(3), "a", AnchorCheck::Good),
            (log, 1, hash(1), "a", AnchorCheck::Good),
            (sealed, 9, hash(9), "a", AnchorCheck::Good),
            (log, 0, Head::EMPTY.hash, "a", AnchorCheck::Good),
            (log, 6, hash(6), "a", AnchorCheck::Regressed),
            (foreign, 1, hash(1), "a", AnchorCheck::Regressed),
            (log, 4, other, "a", AnchorCheck::Forked),
            (log, 4, hash(4), "b", AnchorCheck::Moved),
            (log, 6, hash(6), "b", AnchorCheck::Regressed),
        ] {
            let anchor =
                Anchor { log, head: Head { seq, hash }, machine: machine.to_owned(), boot_id: "boot".into() };
            assert_eq!(check_anchor(Some(&anchor), "a", own_head, own_hash_at), wanted, "{seq} {machine}");
        }
        assert_eq!(check_anchor(None, "a", own_head, own_hash_at), AnchorCheck::Missing);
        assert_eq!(AnchorCheck::Missing.reopen_reason(), None);
        assert_eq!(AnchorCheck::Moved.reopen_reason(), Some(OpenReason::Moved));
    }
}
