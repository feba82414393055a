//! What till and hub say to each other of points that are reserved.

use serde::{Deserialize, Serialize};

use super::Moment;
use crate::ids::{LogId, MemberId, RedemptionId};
use crate::money::Points;

/// More redemptions than a till gives up for one sale.
pub const VOIDED_MAX: usize = 50;

/// `POST /sync/v1/points/reserve`: a till wants points of a member for a sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReserveRequest {
    /// Made by the till before it asks: asked again, it hears the same.
    pub redemption: RedemptionId,
    pub member: MemberId,
    /// All that the ticket takes, in hundredths; above zero.
    pub points: Points,
    /// Where the till's log stood when it wanted them, and when that was.
    pub log: LogId,
    pub seq: i64,
    pub intent: Moment,
    /// Redemptions of the same member that this till takes no more, of which the hub may not have heard yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub voided: Vec<RedemptionId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum ReserveReply {
    /// No other till gets them, until this one's log says that it takes them no more. `left` is what can be spent besides.
    Held {
        left: Points,
    },
    NotEnough {
        available: Points,
    },
    /// It was taken, voided or let go already: whoever still wants points asks under another name.
    Ended,
    /// The hub knows no such member: whoever enrolled without a network, or was merged away and is known by another name.
    Unknown,
}

/// A till takes points no more that it had asked for, or may have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedemptionVoided {
    pub redemption: RedemptionId,
    pub member: MemberId,
}
