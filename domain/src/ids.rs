//! Identifiers made by us. All are `UUIDv7`, so they sort by the time they were made; the maker passes
//! the instant and the random bits in, because this crate has neither clock nor random source.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Lays 48 bits of Unix milliseconds and 74 free bits out as a version 7 UUID (RFC 9562 §5.7).
///
/// `entropy` is random for ids made at a till, and a digest of the natural key for sales that come in
/// from a file: importing the file again then names the same sale.
pub fn uuid_v7(unix_ms: i64, entropy: [u8; 10]) -> Uuid {
    uuid::Builder::from_unix_timestamp_millis(u64::try_from(unix_ms).unwrap_or(0), &entropy).into_uuid()
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            pub fn new(unix_ms: i64, entropy: [u8; 10]) -> Self {
                Self(uuid_v7(unix_ms, entropy))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    };
}

id!(/** One sale; also the id of the event that carries it, so that a retry names the same thing. */ SaleId);
id!(/** One event of a till's log. */ EventId);
id!(/** One till installation: bound to a store, a till and a key made on the till. */ TillId);
id!(/** One append-only file of events of one till. */ LogId);
id!(/** A person the chain knows. */ MemberId);
id!(/** The points account of a member or of a household. */ AccountId);
id!(/** One row of the points ledger. */ EntryId);
id!(/** Points earned together, with one expiry. */ LotId);
id!(/** A promotion; a till shows it as an offer. */ PromotionId);
id!(/** A person who works for the chain. */ StaffId);
id!(/** One putting aside of a basket. */ HoldId);
id!(/** One amount of a gift card that is held for a sale. */ GiftHoldId);
id!(/** One spending of points: asked for, reserved and taken under the same name. */ RedemptionId);
id!(/** Points of an account that one till may spend without asking. */ LeaseId);
id!(/** From counting the cash into a drawer to counting it out. */ ShiftId);

impl From<SaleId> for EventId {
    fn from(id: SaleId) -> Self {
        Self(id.0)
    }
}

impl From<EventId> for SaleId {
    fn from(id: EventId) -> Self {
        Self(id.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_their_instant_and_carry_version_7() {
        let early = SaleId::new(1_000, [255; 10]);
        let late = SaleId::new(1_001, [0; 10]);
        assert!(early < late);
        assert_eq!(late.0.get_version_num(), 7);
        assert_eq!(SaleId::new(1_000, [255; 10]), early);
    }

    #[test]
    fn a_clock_before_1970_still_makes_an_id() {
        assert_eq!(SaleId::new(-5, [1; 10]), SaleId::new(0, [1; 10]));
    }
}
