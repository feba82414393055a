//! Who stays: pure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use domain::ids::uuid_v7;
use domain::ids::{AccountId, MemberId};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Row;

pub const REASON_CHARS: usize = 200;

/// Why a merge is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeRefusal {
    Unknown,
    NoMerge,
    /// One of the two is part of another by now.
    Changed,
    NoReason,
    LongReason,
}

impl MergeRefusal {
    pub fn code(self) -> &'static str {
        match self {
            Self::Unknown => "merge_unknown",
            Self::NoMerge => "merge_none",
            Self::Changed => "merge_changed",
            Self::NoReason => "merge_no_reason",
            Self::LongReason => "merge_long_reason",
        }
    }
}

pub(super) fn refusal(reason: &str) -> Option<MergeRefusal> {
    match reason.trim().chars().count() {
        0 => Some(MergeRefusal::NoReason),
        REASON_CHARS.. if reason.trim().chars().count() > REASON_CHARS => Some(MergeRefusal::LongReason),
        _ => None,
    }
}

/// Two members are merged once in a moment.
pub(super) fn merge_id(survivor: MemberId, loser: MemberId, at: DateTime<Utc>) -> Uuid {
    let digest = Sha256::digest(format!("yapa-merge\n{survivor}\n{loser}\n{}", at.timestamp_millis()));
    let mut entropy = [0; 10];
    entropy.copy_from_slice(&digest[..10]);
    uuid_v7(at.timestamp_millis(), entropy)
}

/// Who a member is part of by the merges that stand, and since when: themselves, and never, without any.
pub(super) fn stays(rows: &[Row], member: MemberId) -> (MemberId, Option<DateTime<Utc>>) {
    let (mut into, mut since) = (member, None);
    // Each step goes along another row: more steps than rows would be a circle, which `merge` never makes.
    for _ in rows {
        let Some(row) = rows.iter().find(|row| row.loser == into) else { break };
        (into, since) = (row.survivor, since.max(Some(row.at)));
    }
    (into, since)
}

/// Of each account that ever was one with others, all of them with itself: what `account.family` stands for.
pub(super) fn ever_one(merges: &[(AccountId, AccountId)]) -> BTreeMap<AccountId, BTreeSet<AccountId>> {
    let mut found: BTreeMap<AccountId, BTreeSet<AccountId>> = BTreeMap::new();
    for (one, other) in merges {
        let of = |account: &AccountId| found.get(account).cloned().unwrap_or_else(|| [*account].into());
        let all: BTreeSet<AccountId> = of(one).union(&of(other)).copied().collect();
        found.extend(all.iter().map(|account| (*account, all.clone())));
    }
    found
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDate, TimeDelta};
    use proptest::prelude::*;

    use super::*;

    fn member(n: u8) -> MemberId {
        MemberId::new(0, [n; 10])
    }

    fn row(survivor: u8, loser: u8, n: i64) -> Row {
        let at = DateTime::UNIX_EPOCH + TimeDelta::seconds(n);
        Row {
            id: merge_id(member(survivor), member(loser), at),
            survivor: member(survivor),
            loser: member(loser),
            survivor_account: AccountId::new(0, [survivor; 10]),
            loser_account: AccountId::new(0, [loser; 10]),
            at,
            on_date: NaiveDate::default(),
            reason: String::new(),
            merged_by: String::new(),
        }
    }

    #[test]
    fn a_reason_is_given_and_not_a_novel() {
        for (reason, wanted) in [
            ("same person", None),
            ("  ", Some(MergeRefusal::NoReason)),
            (&"x".repeat(200), None),
            (&"x".repeat(201), Some(MergeRefusal::LongReason)),
        ] {
            assert_eq!(refusal(reason), wanted, "{reason}");
        }
    }

    proptest! {
        /// Merges of any members in any order, each between whoever they stand for: nobody ends in a circle, who was
        /// merged is one with whom they were merged with, and nobody else is.
        #[test]
        fn there_is_no_circle(pairs in prop::collection::vec((0_u8..6, 0_u8..6), 0..12)) {
            let mut rows: Vec<Row> = vec![];
            let mut groups: Vec<Vec<u8>> = (0..6).map(|n| vec![n]).collect();
            for (n, (a, b)) in (0..).zip(pairs) {
                let number = |id: MemberId| (0..6).find(|n| member(*n) == id).unwrap();
                let (survivor, loser) = (stays(&rows, member(a)).0, stays(&rows, member(b)).0);
                if survivor == loser {
                    continue;
                }
                rows.push(row(number(survivor), number(loser), n));
                let at = groups.iter().position(|group| group.contains(&b)).unwrap();
                let moved = groups.swap_remove(at);
                groups.iter_mut().find(|group| group.contains(&a)).unwrap().extend(moved);
            }
            for (a, b) in (0..6).flat_map(|a| (0..6).map(move |b| (a, b))) {
                let is_one = groups.iter().any(|group| group.contains(&a) && group.contains(&b));
                prop_assert_eq!(stays(&rows, member(a)).0 == stays(&rows, member(b)).0, is_one);
            }
            for n in 0..6 {
                let (into, _) = stays(&rows, member(n));
                prop_assert_eq!(stays(&rows, into), (into, None));
            }
        }
    }

    #[test]
    fn whoever_was_one_stays_of_one_family() {
        let account = |n: u8| AccountId::new(1, [n; 10]);
        let family = |merges: &[(u8, u8)], n: u8| {
            let merges: Vec<_> = merges.iter().map(|(a, b)| (account(*a), account(*b))).collect();
            ever_one(&merges).remove(&account(n)).unwrap_or_default()
        };
        let of = |all: &[u8]| all.iter().map(|n| account(*n)).collect::<BTreeSet<_>>();
        assert_eq!(family(&[(1, 2), (3, 4)], 1), of(&[1, 2]));
        assert_eq!(family(&[(1, 2), (3, 4), (2, 4)], 3), of(&[1, 2, 3, 4]));
        assert_eq!(family(&[(1, 2), (1, 2)], 2), of(&[1, 2]));
        assert_eq!(family(&[(1, 2)], 3), of(&[]));
    }
}
