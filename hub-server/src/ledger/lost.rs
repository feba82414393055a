//! What a lost card paid with points: pure.
//!
//! A till that had not heard lets a card redeem which its member has reported. From the moment that the report names
//! on, the member does not answer for it: the points go back to the account, and the store that took the card is
//! charged with them. Each such redemption has entries that transfer its points; whatever arrives, of the sale, of
//! goods that come back and of what is said of the card, another is posted that brings their sum to what it must be.
//! How many there are depends on what arrived first; their sum does not.
//!
//! In the lots such a redemption never happened, nor did what was given back of it: so each lot has what it would
//! have had, and ends when it would have ended.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use domain::card::{CardState, Since};
use domain::codes::CardNumber;
use domain::ids::{EntryId, SaleId};
use domain::money::{AmountError, Points};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::rules::{Posting, PostingKind};

/// The card that a sale was rung up with, and what it was at that moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CardThen {
    pub card: CardNumber,
    pub was: Since,
}

/// By sale; those are left out of whose cards nothing was ever said.
pub(super) type CardsThen = HashMap<SaleId, CardThen>;

/// Why points were transferred: kept in the entry's reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Transferred {
    pub card: CardNumber,
    pub state: CardState,
    pub since: DateTime<Utc>,
    pub spent: Points,
    /// What of it came back with goods.
    pub given_back: Points,
    /// What entries before this one came to.
    pub before: Points,
    /// How many there were: hubs' clocks may differ.
    #[serde(default)]
    pub n: usize,
}

impl Transferred {
    /// What the store answers for.
    fn charged(&self) -> Result<Points, AmountError> {
        if self.state.earns() {
            return Ok(Points::ZERO);
        }
        Ok(self.spent.minus(self.given_back)?.max(Points::ZERO))
    }

    /// What brings the sale's transfers to that.
    pub fn points(&self) -> Result<Points, AmountError> {
        self.charged()?.minus(self.before)
    }

    pub fn of(reason: &str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Reason {
            lost_card: Transferred,
        }
        serde_json::from_str::<Reason>(reason).ok().map(|reason| reason.lost_card)
    }
}

/// What postings alone say of cards: what was known of them when the last of a sale's transfers was posted. What a card
/// is said to have been since does not change what was in the books.
pub(super) fn as_posted(postings: &[Posting]) -> CardsThen {
    let of = |posting: &Posting| {
        let transfer = (posting.kind == PostingKind::Transfer).then(|| Transferred::of(&posting.reason))?;
        Some((posting.sale, transfer?))
    };
    let mut transfers: Vec<(SaleId, Transferred)> = postings.iter().filter_map(of).collect();
    transfers.sort_by_key(|(_, why)| why.n);
    let then = |(sale, Transferred { card, state, since, .. })| {
        (sale, CardThen { card, was: Since { state, since } })
    };
    transfers.into_iter().map(then).collect()
}

/// The sales whose cards matter for these postings: what was spent, and what was given back of.
pub(super) fn redeemed<'p>(postings: impl IntoIterator<Item = &'p Posting>) -> BTreeSet<SaleId> {
    let counts = |p: &&Posting| matches!(p.kind, PostingKind::Burn | PostingKind::GiveBack);
    postings.into_iter().filter(counts).map(|p| p.lot_of).collect()
}

/// What a sale spent, by its postings among all of its account.
fn standing(postings: &[Posting], burn: &Posting, then: &CardThen) -> Result<Transferred, AmountError> {
    let mut why = Transferred {
        card: then.card.clone(),
        state: then.was.state,
        since: then.was.since,
        spent: burn.points,
        given_back: Points::ZERO,
        before: Points::ZERO,
        n: 0,
    };
    for posting in postings.iter().filter(|p| p.lot_of == burn.sale) {
        match posting.kind {
            PostingKind::GiveBack => why.given_back = why.given_back.plus(posting.points)?,
            PostingKind::Transfer => {
                why.before = why.before.plus(posting.points)?;
                why.n += 1;
            }
            _ => {}
        }
    }
    Ok(why)
}

/// What must be posted for these sales. `postings` are all of their accounts, the new ones too.
pub(super) fn transfers(
    postings: &[Posting],
    sales: &BTreeSet<SaleId>,
    then: &CardsThen,
    now: DateTime<Utc>,
) -> Result<Vec<Posting>, AmountError> {
    let mut new = vec![];
    for burn in postings.iter().filter(|p| p.kind == PostingKind::Burn && sales.contains(&p.sale)) {
        let Some(card) = then.get(&burn.sale) else { continue };
        let why = standing(postings, burn, card)?;
        let points = why.points()?;
        if points.is_zero() {
            continue;
        }
        new.push(Posting {
            id: transfer_id(burn.sale, why.n, burn.occurred_at),
            account: burn.account,
            kind: PostingKind::Transfer,
            points,
            sale: burn.sale,
            lot_of: burn.sale,
            shares: vec![],
            programme: burn.programme,
            expires_on: None,
            vests_on: None,
            over: Points::ZERO,
            reason: serde_json::json!({ "lost_card": why }).to_string(),
            occurred_at: burn.occurred_at,
            posted_at: now,
            business_date: burn.business_date,
        });
    }
    Ok(new)
}

/// The nth transfer of a sale: posting it twice fails on the primary key.
fn transfer_id(sale: SaleId, n: usize, at: DateTime<Utc>) -> EntryId {
    let digest = Sha256::digest(format!("yapa-entry\nlost card\n{sale}\n{n}"));
    let mut entropy = [0; 10];
    entropy.copy_from_slice(&digest[..10]);
    EntryId::new(at.timestamp_millis(), entropy)
}

/// Keeps back from an account's postings, in their order, what its member does not answer for.
pub(super) fn keep_back(postings: &mut [Posting], then: &CardsThen) -> Result<(), AmountError> {
    let is_lost = |sale: &SaleId| then.get(sale).is_some_and(|card| !card.was.state.earns());
    let mut left: HashMap<SaleId, Points> = HashMap::new();
    for posting in postings.iter_mut().filter(|p| is_lost(&p.lot_of)) {
        match posting.kind {
            PostingKind::Burn => {
                posting.over = posting.points;
                left.insert(posting.sale, posting.points);
            }
            PostingKind::GiveBack => {
                if let Some(left) = left.get_mut(&posting.lot_of) {
                    posting.over = posting.points.min(*left);
                    *left = left.minus(posting.over)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Sales whose transfers do not come to what they must, nothing where nothing is lost: what is posted and what
/// should be.
pub(super) fn wrong(
    postings: &[Posting],
    then: &CardsThen,
) -> Result<Vec<(SaleId, Points, Points)>, AmountError> {
    let mut posted: HashMap<SaleId, Points> = HashMap::new();
    for transfer in postings.iter().filter(|p| p.kind == PostingKind::Transfer) {
        let sum = posted.entry(transfer.sale).or_default();
        *sum = sum.plus(transfer.points)?;
    }
    let mut wrong = vec![];
    for burn in postings.iter().filter(|p| p.kind == PostingKind::Burn) {
        let posted = posted.remove(&burn.sale).unwrap_or_default();
        let wanted = match then.get(&burn.sale) {
            Some(card) => standing(postings, burn, card)?.charged()?,
            None => Points::ZERO,
        };
        if posted != wanted {
            wrong.push((burn.sale, posted, wanted));
        }
    }
    // What is left is of sales that spent nothing.
    wrong.extend(posted.into_iter().map(|(sale, points)| (sale, points, Points::ZERO)));
    Ok(wrong)
}

#[cfg(test)]
mod tests;
