use proptest::prelude::*;

use super::*;
use crate::ledger::Move;
use crate::ledger::joined::Joins;

pub fn sale(n: u8) -> SaleId {
    SaleId::new(i64::from(n), [n; 10])
}

pub fn posting(kind: PostingKind, n: u8, lot_of: u8, points: i64) -> Posting {
    Posting {
        id: EntryId::new(i64::from(n), [n; 10]),
        account: AccountId::new(0, [0; 10]),
        kind,
        points: Points(points),
        sale: sale(n),
        lot_of: sale(lot_of),
        shares: vec![],
        programme: Some(1),
        expires_on: None,
        vests_on: None,
        over: Points::ZERO,
        reason: String::new(),
        occurred_at: DateTime::UNIX_EPOCH,
        posted_at: DateTime::UNIX_EPOCH,
        business_date: NaiveDate::default(),
    }
}

fn after(postings: &[Posting]) -> (i64, i64, i64) {
    let mut state = AccountState::new(AccountId::new(0, [0; 10]), DateTime::UNIX_EPOCH, [Points::ZERO; 4]);
    for posting in postings {
        state.post(posting).unwrap();
    }
    let left: Points = state.lots.values().map(|lot| lot.remaining).sum();
    assert_eq!(left.0 - state.debt().0, state.balance.0, "lots less debt is the balance");
    (state.balance.0, left.0, state.debt().0)
}

#[test]
fn any_order_ends_alike() {
    use PostingKind::{Earn, Reverse};
    let a = posting(Earn, 1, 1, 100);
    let b = posting(Earn, 2, 2, 50);
    let back_a = posting(Reverse, 3, 1, 100);
    let loose = posting(Reverse, 4, 4, 70);
    let orders = [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]];
    let all = [a, b, back_a, loose];
    for order in orders {
        assert_eq!(after(&order.map(|i: usize| all[i].clone())), (-20, 0, 20), "{order:?}");
    }
}

#[test]
fn what_comes_back_is_taken_from_its_own_lot_first() {
    use PostingKind::{Earn, Reverse};
    let mut state = AccountState::new(AccountId::new(0, [0; 10]), DateTime::UNIX_EPOCH, [Points::ZERO; 4]);
    for p in [posting(Earn, 1, 1, 100), posting(Earn, 2, 2, 50), posting(Reverse, 3, 2, 60)] {
        state.post(&p).unwrap();
    }
    let remaining: Vec<i64> = state.lots.values().map(|lot| lot.remaining.0).collect();
    assert_eq!(remaining, [90, 0]);
}

/// What an account did on one of thirty dates, so many days apart: earned points that can be spent some dates later and
/// end some dates after that, spent, gave back or brought back what an earlier one did, or was given or taken some by hand.
pub(in crate::ledger) fn doings(apart: u64) -> impl Strategy<Value = Vec<Posting>> {
    use PostingKind::{Burn, Earn, GiveBack, Given, Reverse, Taken};
    let one = (0_u8..6, 0_u64..30, 1_i64..200, any::<u8>(), 0_u64..5, prop::option::of(0_u64..9));
    prop::collection::vec(one, 1..12).prop_map(move |rows| {
        let mut postings: Vec<Posting> = vec![];
        for (n, (kind, day, points, pick, wait, life)) in (1..).zip(rows) {
            let (day, wait, life) = (day * apart, wait * apart, life.map(|life| life * apart));
            let kinds = [Earn, Burn, GiveBack, Reverse, Given, Taken];
            let kind = kinds[usize::from(kind)];
            let of = if kind.undoes() { pick % n } else { n };
            let date = NaiveDate::default() + chrono::Days::new(day);
            let gives = matches!(kind, Earn | Given);
            let vests_on = (kind == Earn && wait > 0).then(|| date + chrono::Days::new(wait));
            let expires_on = life.filter(|_| gives).map(|life| date + chrono::Days::new(wait + life));
            let at = DateTime::UNIX_EPOCH + chrono::Days::new(day);
            postings.push(Posting {
                business_date: date,
                occurred_at: at,
                vests_on,
                expires_on,
                ..posting(kind, n, of.max(1), points)
            });
        }
        in_order(&mut postings);
        postings
    })
}

proptest! {
    // More where PROPTEST_CASES says so.
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(20_000)))]

    /// After each entry lots less debt are the entries; at any moment what can be spent, what is pending and what has
    /// ended are the lots; nothing is owed beside points that live, pending or not; and nothing pending is taken while
    /// there is something that can be spent.
    #[test]
    fn available_and_pending_less_debt_are_the_balance(postings in doings(1), on in 0_u64..45) {
        let mut state = AccountState::new(AccountId::new(0, [0; 10]), DateTime::UNIX_EPOCH, [Points::ZERO; 4]);
        let mut entries = 0;
        let on = NaiveDate::default() + chrono::Days::new(on);
        let sum = |state: &AccountState, of: fn(&Lot, NaiveDate) -> bool, on: NaiveDate| -> i64 {
            state.lots().filter(|lot| of(lot, on)).map(|lot| lot.remaining.0).sum()
        };
        let lives = |lot: &Lot, on: NaiveDate| !lot.has_ended(on);
        let can_be_spent = |lot: &Lot, on: NaiveDate| lot.pending_until(on).is_none() && !lot.has_ended(on);
        let is_pending = |lot: &Lot, on: NaiveDate| lot.pending_until(on).is_some();
        let has_ended = |lot: &Lot, on: NaiveDate| lot.has_ended(on);
        for posting in &postings {
            let today = posting.business_date;
            let before = sum(&state, is_pending, today);
            state.post(posting).unwrap();
            entries += posting.signed().0;
            prop_assert_eq!(state.balance.0, entries);
            let [now, later, ended] = [can_be_spent, is_pending, has_ended].map(|of| sum(&state, of, on));
            prop_assert_eq!(now + later + ended - state.debt().0, state.balance.0);
            prop_assert!(state.debt().is_zero() || sum(&state, lives, today) == 0);
            if posting.kind == PostingKind::Burn && sum(&state, is_pending, today) < before {
                prop_assert_eq!(sum(&state, can_be_spent, today), 0);
            }
        }
    }

    /// Moves say all that happened to the lots. What is given back to a lot that has ended is in a lot of grace: only
    /// all lots together have what their moves come to.
    #[test]
    fn the_moves_of_lots_come_to_what_they_have_left(postings in doings(1)) {
        let state = AccountState::replayed(AccountId::new(0, [0; 10]), DateTime::UNIX_EPOCH, &postings, &Joins::default()).unwrap();
        let left: i64 = state.lots().map(|lot| lot.remaining.0).sum();
        let moved = |step: &Move| match step.kind {
            MoveKind::Earned(_) | MoveKind::GivenBack => step.points.0,
            MoveKind::Returned | MoveKind::Spent | MoveKind::Expired => -step.points.0,
        };
        prop_assert_eq!(state.into_moves().iter().map(moved).sum::<i64>(), left);
    }
}
