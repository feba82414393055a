//! What a posting does to an account: pure.
//!
//! Points that are taken back come from the lot that the sale earned, then from the member's other lots,
//! first to expire first, and only then become debt; what is earned next repays debt first. So debt is
//! above zero only while no lot that lives has points left, whatever the order in which sales arrive. Points that are
//! spent leave the lots in the same order, and each redemption remembers from which, so that giving back
//! puts them where they were. A lot that is still pending gives last, and not to a till that knows of it: what was
//! taken without having been available is an advance on it, not debt. A lot that has ended gives nothing to anybody
//! but to the goods that earned it when they come back, and takes nothing: what would go back to it becomes a lot of
//! its own, with a grace. Nothing is ever written when a lot ends; what is left in it then is what has expired.
//!
//! From which lot a redemption takes depends on what came before it. So an account that ever spent points is
//! computed from all its entries in the order in which they happened ([`in_order`]), not in that of arrival. So
//! is one that brought goods back and has lots that end or vest.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{AccountId, EntryId, SaleId};
use domain::money::{AmountError, Points};

use super::digest::Whole;
use super::lot::{Lot, LotOrder, in_spending_order};
use super::moves::{MoveKind, Moves};
use super::share::Share;
use people::People;

mod days;
mod people;

pub(super) use days::{Sold, When, earned_by_day, expires_on, sold_on, vests_on};

/// In the order in which one ticket's postings count: it cannot spend what it earns itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum PostingKind {
    Burn,
    Earn,
    /// Spent points that come back with the goods.
    GiveBack,
    Reverse,
    /// Corrects what a day gives where it came to more than the programme's cap, or no longer does.
    DayCap,
    /// From a member to the store that took a card which they had lost, see [`super::lost`].
    Transfer,
    /// By hand, and by no sale, see [`super::adjustments`].
    Given,
    Taken,
}

impl PostingKind {
    /// As the table says it: giving back is a redemption with the other sign, as `burned` is a net figure.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Earn => "earn",
            Self::Reverse => "reverse",
            Self::Burn | Self::GiveBack => "burn",
            Self::DayCap | Self::Given | Self::Taken => "adjust",
            Self::Transfer => "transfer",
        }
    }

    /// Whether it only makes entries come to what the lots say already: its points have a sign of their own, and move
    /// no lot.
    pub fn corrects(self) -> bool {
        matches!(self, Self::DayCap | Self::Transfer)
    }

    pub fn is_by_hand(self) -> bool {
        matches!(self, Self::Given | Self::Taken)
    }

    fn undoes(self) -> bool {
        matches!(self, Self::GiveBack | Self::Reverse)
    }
}

/// An entry to be added. `points` is above zero and the kind gives the sign; a correction has its own.
#[derive(Debug, Clone)]
pub(super) struct Posting {
    pub id: EntryId,
    pub account: AccountId,
    pub kind: PostingKind,
    pub points: Points,
    /// The ticket that caused it; by hand none did, and it is the entry's own id, which no ticket has.
    pub sale: SaleId,
    /// The sale that is meant: itself when earning or spending, the original when something comes back.
    pub lot_of: SaleId,
    /// Of a return: what it takes of each line.
    pub shares: Vec<Share>,
    pub programme: Option<i64>,
    /// The last day of the lot that it opens; none for one that does not end.
    pub expires_on: Option<NaiveDate>,
    /// The first day of that lot; none where that is the day on which it is earned.
    pub vests_on: Option<NaiveDate>,
    /// What of the points the cap of their day keeps back, or is not the member's: they are of no lot and of no
    /// balance, as corrections make up for them. Found where an account is computed anew, see [`super::day_cap`] and
    /// [`super::lost`].
    pub over: Points,
    /// Which rules and lines, as JSON.
    pub reason: String,
    pub occurred_at: DateTime<Utc>,
    /// When the hub heard of it.
    pub posted_at: DateTime<Utc>,
    /// Of a correction: the day that it corrects. By hand: the chain's date.
    pub business_date: NaiveDate,
}

impl Posting {
    pub fn signed(&self) -> Points {
        match self.kind {
            PostingKind::Reverse | PostingKind::Burn | PostingKind::Taken => Points(-self.points.0),
            _ => self.points,
        }
    }

    pub fn ticket(&self) -> Option<SaleId> {
        (!self.kind.is_by_hand()).then_some(self.sale)
    }

    /// Its row.
    pub fn whole(&self) -> Whole<'_> {
        Whole {
            id: self.id,
            account: self.account,
            kind: self.kind.as_str(),
            points: self.signed(),
            sale: self.ticket(),
            programme: self.programme,
            reason: &self.reason,
            occurred_at: self.occurred_at,
            posted_at: self.posted_at,
        }
    }

    /// What it moves, above zero. What corrections would move is kept back from what they correct.
    fn counted(&self) -> Result<Points, AmountError> {
        if self.kind.corrects() { Ok(Points::ZERO) } else { self.points.minus(self.over) }
    }

    /// The day whose sales it belongs to, by the days on which an account's sales were made: none for returns
    /// that name no sale, and for what is spent.
    pub fn day(&self, sold_on: &HashMap<SaleId, Sold>) -> Option<Sold> {
        match self.kind {
            PostingKind::Earn | PostingKind::DayCap => {
                Some(Sold { on: self.business_date, at: self.occurred_at })
            }
            PostingKind::Reverse if self.lot_of != self.sale => sold_on.get(&self.lot_of).copied(),
            _ => None,
        }
    }
}

/// Puts an account's postings in the order in which they count: by time, but what undoes a sale never before
/// that sale, whatever the tills' clocks say. The same postings end in the same order.
pub(super) fn in_order(postings: &mut [Posting]) {
    let made = |p: &Posting| p.occurred_at.timestamp_millis();
    let originals: HashMap<SaleId, i64> =
        postings.iter().filter(|p| p.kind < PostingKind::GiveBack).map(|p| (p.sale, made(p))).collect();
    postings.sort_by_key(|p| {
        let original = if p.kind.undoes() { originals.get(&p.lot_of).copied() } else { None };
        (made(p).max(original.unwrap_or(i64::MIN)), p.kind, p.id)
    });
}

/// Points that are asked of lots, or that no lot could give.
#[derive(Debug, Clone, Copy)]
struct Owed {
    /// The redemption that lacks them; none where points were taken back.
    burn: Option<EntryId>,
    /// What it is to the lots that pay it.
    step: MoveKind,
    /// The account whose card or goods it was.
    home: AccountId,
    points: Points,
    /// The how-manieth debt it is; none before it is one.
    n: Option<usize>,
}

/// A redemption: its entry, the account it was posted to, and its day.
#[derive(Debug, Clone, Copy)]
struct Burn {
    entry: EntryId,
    home: AccountId,
    on: NaiveDate,
}

#[derive(Debug, Clone)]
pub(super) struct AccountState {
    pub id: AccountId,
    pub created_at: DateTime<Utc>,
    pub balance: Points,
    pub earned: Points,
    pub burned: Points,
    /// The oldest first.
    owed: Vec<Owed>,
    lots: BTreeMap<LotOrder, Lot>,
    burns: BTreeMap<SaleId, Burn>,
    /// What each redemption took from each lot, less what was given back.
    taken: BTreeMap<(EntryId, EntryId), Points>,
    moves: Moves,
    people: People,
}

impl AccountState {
    pub fn new(id: AccountId, created_at: DateTime<Utc>, sums: [Points; 4]) -> Self {
        let [balance, debt, earned, burned] = sums;
        let mut people = People::default();
        let n = Some(people.next_debt());
        let before = Owed { burn: None, step: MoveKind::Spent, home: id, points: debt, n };
        let owed = if debt.is_zero() { vec![] } else { vec![before] };
        let (lots, burns, taken) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let moves = Moves::default();
        Self { id, created_at, balance, earned, burned, owed, lots, burns, taken, moves, people }
    }

    pub fn debt(&self) -> Points {
        self.owed.iter().map(|owed| owed.points).sum()
    }

    pub fn add_lot(&mut self, lot: Lot) {
        self.lots.insert(lot.order(), lot);
    }

    pub fn lots(&self) -> impl Iterator<Item = &Lot> {
        self.lots.values()
    }

    pub fn lots_mut(&mut self) -> impl Iterator<Item = &mut Lot> {
        self.lots.values_mut()
    }

    pub fn into_moves(self) -> Moves {
        self.moves
    }

    pub fn changed_lots(&self) -> impl Iterator<Item = &Lot> {
        self.lots.values().filter(|lot| lot.changed)
    }

    /// Redemption, lot and points.
    pub fn allocations(&self) -> impl Iterator<Item = (EntryId, EntryId, Points)> {
        self.taken
            .iter()
            .filter(|(_, points)| !points.is_zero())
            .map(|((burn, lot), points)| (*burn, *lot, *points))
    }

    pub fn post(&mut self, posting: &Posting) -> Result<(), AmountError> {
        let points = posting.counted()?;
        self.balance = if posting.signed().is_negative() {
            self.balance.minus(points)?
        } else {
            self.balance.plus(points)?
        };
        match posting.kind {
            PostingKind::Earn | PostingKind::Given => {
                self.earn(posting.account, points)?;
                self.open_lot(posting, posting.ticket(), posting.points, points);
                self.moves.opened(posting, posting.business_date, points);
            }
            PostingKind::Reverse => {
                self.earn(posting.account, points.negated()?)?;
                self.take_back(posting, points)?;
            }
            PostingKind::Taken => {
                self.earn(posting.account, points.negated()?)?;
                let (step, home) = (MoveKind::Returned, posting.account);
                self.take(Owed { burn: None, step, home, points, n: None }, posting.business_date)?;
            }
            // Its day is that of what it corrects: lots that have ended since pay nothing on it.
            PostingKind::DayCap | PostingKind::Transfer => return Ok(()),
            PostingKind::Burn => {
                self.burned = self.burned.plus(points)?;
                let burn = Burn { entry: posting.id, home: posting.account, on: posting.business_date };
                self.burns.insert(posting.sale, burn);
                let step = MoveKind::Spent;
                self.take(Owed { burn: Some(burn.entry), step, home: burn.home, points, n: None }, burn.on)?;
            }
            PostingKind::GiveBack => {
                self.burned = self.burned.minus(points)?;
                self.give_back(posting, points)?;
            }
        }
        self.settle(Some(posting.account), posting.business_date)
    }

    fn open_lot(&mut self, posting: &Posting, sale: Option<SaleId>, earned: Points, remaining: Points) {
        self.add_lot(Lot {
            id: posting.id,
            home: posting.account,
            sale,
            earned,
            remaining,
            earned_on: posting.business_date,
            expires_on: posting.expires_on,
            vests_on: posting.vests_on,
            changed: true,
        });
    }

    fn take_back(&mut self, posting: &Posting, points: Points) -> Result<(), AmountError> {
        let mut owed = points;
        if let Some(own) = self.lots.values_mut().find(|lot| lot.sale == Some(posting.lot_of)) {
            let before = owed;
            owed = own.give(owed)?;
            self.moves.returned(own, before.minus(owed)?, posting.business_date)?;
        }
        let (step, home) = (MoveKind::Spent, posting.account);
        self.take(Owed { burn: None, step, home, points: owed, n: None }, posting.business_date)
    }

    /// Takes points on a day from the lots of whoever asks, in their order; what they lack is owed.
    fn take(&mut self, asked: Owed, on: NaiveDate) -> Result<(), AmountError> {
        let mut owed = asked.points;
        if owed.is_zero() {
            return Ok(());
        }
        for lot in in_spending_order(self.lots.values_mut(), on).filter(|lot| !lot.has_ended(on)) {
            if owed.is_zero() {
                break;
            }
            if !self.people.are_one(lot.home, asked.home) {
                continue;
            }
            let before = owed;
            owed = lot.give(owed)?;
            let given = before.minus(owed)?;
            self.moves.note(lot, asked.step, given, on);
            self.people.note_loan(lot, Owed { points: given, ..asked });
            if let Some(burn) = asked.burn
                && !given.is_zero()
            {
                let sum = self.taken.entry((burn, lot.id)).or_default();
                *sum = sum.plus(given)?;
            }
        }
        if !owed.is_zero() {
            let n = asked.n.unwrap_or_else(|| self.people.next_debt());
            self.owed.push(Owed { points: owed, n: Some(n), ..asked });
        }
        Ok(())
    }

    /// Pays debt from what lots have now, the oldest debt first; of whoever an account is, or of all.
    fn settle(&mut self, of: Option<AccountId>, on: NaiveDate) -> Result<(), AmountError> {
        for owed in std::mem::take(&mut self.owed) {
            if of.is_none_or(|account| self.people.are_one(account, owed.home)) {
                self.take(owed, on)?;
            } else {
                self.owed.push(owed);
            }
        }
        Ok(())
    }

    /// Undoes a redemption as far as these points go: first what it still owes, then the lots it took last.
    /// Points of a lot that has ended, points beyond it, or of a sale that spent none, become a lot of their own.
    fn give_back(&mut self, posting: &Posting, points: Points) -> Result<(), AmountError> {
        let mut left = points;
        let mut homeless = Points::ZERO;
        let mut stands_for = posting.business_date;
        if let Some(Burn { entry: burn, on, .. }) = self.burns.get(&posting.lot_of).copied() {
            for owed in self.owed.iter_mut().rev().filter(|owed| owed.burn == Some(burn)) {
                let part = owed.points.min(left);
                (owed.points, left) = (owed.points.minus(part)?, left.minus(part)?);
            }
            for lot in in_spending_order(self.lots.values_mut(), on).rev() {
                let Some(taken) = self.taken.get_mut(&(burn, lot.id)) else { continue };
                let part = left.min(*taken);
                if part.is_zero() {
                    continue;
                }
                (*taken, left) = (taken.minus(part)?, left.minus(part)?);
                if lot.has_ended(posting.business_date) {
                    stands_for = stands_for.min(self.moves.earned_on(lot));
                    homeless = homeless.plus(part)?;
                    continue;
                }
                self.moves.note(lot, MoveKind::GivenBack, part, posting.business_date);
                lot.remaining = lot.remaining.plus(part)?;
                lot.changed = true;
            }
        }
        // One lot of grace stands for all of them, and what comes back stands where it will end.
        self.moves.back_to_grace(posting, stands_for, homeless);
        let homeless = homeless.plus(left)?;
        if !homeless.is_zero() {
            self.open_lot(posting, None, homeless, homeless);
            self.moves.opened(posting, stands_for, left);
        }
        Ok(())
    }
}

#[cfg(test)]
pub(super) mod tests;
