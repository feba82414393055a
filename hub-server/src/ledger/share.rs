//! Who of several returns of one line takes back the hundredth that cannot be divided: pure.
//!
//! Each entry takes what is left of the line when it arrives, so that all of them together take exactly what was
//! earned. Which of two returns rounds first then depends on who came first. Where an account is computed anew, it
//! depends on what happened first instead: the same sums, shared out in the order of the returns.

use std::collections::{HashMap, HashSet};

use domain::ids::SaleId;
use domain::money::{AmountError, Points};
use domain::points::returned_share;
use serde::{Deserialize, Serialize};

use super::rules::{Posting, PostingKind};

/// What a return took of a line that was sold: kept in the entry's reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Share {
    /// Of the sale that is undone.
    pub line: u32,
    /// Thousandths that came back.
    pub quantity: i64,
    /// Thousandths that were sold.
    pub sold: i64,
    /// What the line had earned.
    pub points: Points,
    /// Thousandths that had come back before, of entries that say it. The entries before do not tell: a share of
    /// nothing has none, and their order is not that in which they were posted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<i64>,
}

fn is_return(posting: &Posting) -> bool {
    posting.kind == PostingKind::Reverse && posting.lot_of != posting.sale
}

/// Shares out anew what the returns of each sale take, in the order of the postings. A sale is left as it was
/// posted where an entry does not say its shares, or where their sum would be another.
pub(super) fn share_in_order(postings: &mut [Posting]) -> Result<(), AmountError> {
    let mut before: HashMap<(SaleId, u32), i64> = HashMap::new();
    let mut sums: HashMap<SaleId, (Points, Points)> = HashMap::new();
    let mut shared = vec![];
    for (place, posting) in postings.iter().enumerate().filter(|(_, posting)| is_return(posting)) {
        let mut points = Points::ZERO;
        for share in &posting.shares {
            let taken = before.entry((posting.lot_of, share.line)).or_default();
            points = points.plus(returned_share(share.points, share.sold, *taken, share.quantity))?;
            *taken = taken.saturating_add(share.quantity);
        }
        let (posted, computed) = sums.entry(posting.lot_of).or_default();
        *posted = posted.plus(posting.points)?;
        *computed = computed.plus(points)?;
        shared.push((place, points));
    }
    let differ =
        |(sale, (posted, computed)): (&SaleId, &(Points, Points))| (posted != computed).then_some(*sale);
    let unlike: HashSet<SaleId> = sums.iter().filter_map(differ).collect();
    for (place, points) in shared {
        if !unlike.contains(&postings[place].lot_of) {
            postings[place].points = points;
        }
    }
    Ok(())
}
