//! A digest of each entry, kept in its row: `ledger verify` finds a bit that changed in any column, also in those that
//! nothing else can be computed from.

use chrono::{DateTime, Utc};
use domain::ids::{AccountId, EntryId, SaleId};
use domain::money::Points;
use sha2::{Digest, Sha256};

/// All that an entry's row says.
#[derive(Debug, Clone, Copy)]
pub struct Whole<'a> {
    pub id: EntryId,
    pub account: AccountId,
    pub kind: &'a str,
    pub points: Points,
    pub sale: Option<SaleId>,
    pub programme: Option<i64>,
    pub reason: &'a str,
    pub occurred_at: DateTime<Utc>,
    pub posted_at: DateTime<Utc>,
}

impl Whole<'_> {
    /// The first 64 bits of SHA-256: it is against faults, not against somebody who can compute it too.
    pub fn digest(&self) -> i64 {
        let mut hash = Sha256::new();
        hash.update(b"yapa-entry-row\n");
        hash.update(self.id.0.as_bytes());
        hash.update(self.account.0.as_bytes());
        hash.update(self.points.0.to_be_bytes());
        // No sale has an id of zeros and no version of the programme is 0.
        hash.update(self.sale.map_or([0; 16], |sale| *sale.0.as_bytes()));
        hash.update(self.programme.unwrap_or_default().to_be_bytes());
        hash.update(self.occurred_at.timestamp_millis().to_be_bytes());
        hash.update(self.posted_at.timestamp_millis().to_be_bytes());
        // Neither a kind nor JSON on one line has an end of line.
        hash.update(self.kind);
        hash.update(b"\n");
        hash.update(self.reason);
        let mut first = [0; 8];
        first.copy_from_slice(&hash.finalize()[..8]);
        i64::from_be_bytes(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_counts() {
        let whole = Whole {
            id: EntryId::new(1, [1; 10]),
            account: AccountId::new(2, [2; 10]),
            kind: "earn",
            points: Points(100),
            sale: Some(SaleId::new(3, [3; 10])),
            programme: Some(1),
            reason: "{}",
            occurred_at: DateTime::UNIX_EPOCH,
            posted_at: DateTime::UNIX_EPOCH,
        };
        let later = DateTime::UNIX_EPOCH + chrono::Duration::milliseconds(1);
        let others = [
            Whole { id: EntryId::new(1, [0; 10]), ..whole },
            Whole { account: AccountId::new(2, [0; 10]), ..whole },
            Whole { kind: "burn", ..whole },
            Whole { points: Points(-100), ..whole },
            Whole { sale: None, ..whole },
            Whole { programme: Some(2), ..whole },
            Whole { reason: "{ }", ..whole },
            Whole { occurred_at: later, ..whole },
            Whole { posted_at: later, ..whole },
        ];
        let mut digests: Vec<i64> = others.iter().chain([&whole]).map(Whole::digest).collect();
        digests.sort_unstable();
        digests.dedup();
        assert_eq!(digests.len(), others.len() + 1);
        assert_eq!(whole.digest(), whole.digest());
    }
}
