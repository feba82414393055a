use chrono::{Days, TimeDelta};
use proptest::prelude::*;

use super::*;
use crate::ledger::rules::Posting;
use crate::ledger::rules::tests::doings;
use crate::members::merging::Moment;

fn account(n: u8) -> AccountId {
    AccountId::new(0, [n; 10])
}

/// At noon of a day, and so many minutes later: the doings are at its beginning.
fn moment(day: u64, minutes: i64) -> Moment {
    let on = NaiveDate::default() + Days::new(day);
    Moment { at: DateTime::UNIX_EPOCH + Days::new(day) + TimeDelta::minutes(720 + minutes), on }
}

fn join(survivor: u8, loser: u8, from: Moment, until: Option<Moment>) -> Join {
    Join { survivor: account(survivor), loser: account(loser), from, until }
}

/// What three accounts did: what undoes a sale is posted to the account of that sale.
fn of_three() -> impl Strategy<Value = Vec<Posting>> {
    (doings(1), prop::collection::vec(0_u8..3, 13)).prop_map(|(mut postings, of)| {
        for posting in &mut postings {
            let sale = usize::from(posting.lot_of.0.as_bytes()[15]);
            posting.account = account(of[sale % of.len()]);
        }
        postings
    })
}

/// Lots and allocations by account, with their sums.
type Found = Vec<(AccountId, [Points; 4], Vec<(EntryId, Points)>, Vec<(EntryId, EntryId, Points)>)>;

fn found(states: &[AccountState]) -> Found {
    let mut found: Found = states
        .iter()
        .map(|state| {
            let sums = [state.balance, state.debt(), state.earned, state.burned];
            let mut lots: Vec<_> = state.lots().map(|lot| (lot.id, lot.remaining)).collect();
            lots.sort_unstable();
            (state.id, sums, lots, state.allocations().collect())
        })
        .collect();
    found.sort_by_key(|(account, ..)| *account);
    found
}

fn computed(postings: &[Posting], joins: &Joins) -> Vec<AccountState> {
    let families: BTreeSet<AccountId> = (0..3).map(|n| joins.family(account(n))).collect();
    let of_family = |family: AccountId| {
        let ours: Vec<Posting> =
            postings.iter().filter(|posting| joins.family(posting.account) == family).cloned().collect();
        let state = AccountState::replayed(family, DateTime::UNIX_EPOCH, &ours, joins).unwrap();
        state.of_each(joins).unwrap()
    };
    families.into_iter().flat_map(of_family).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(5_000)))]

    /// Who was one with another while nothing happened is afterwards what they were before.
    #[test]
    fn a_merge_that_is_taken_back_at_once_leaves_nothing(postings in of_three(), day in 0_u64..31) {
        let merged = Joins::new(vec![
            join(0, 1, moment(day, 0), Some(moment(day, 10))),
            join(0, 2, moment(day, 1), Some(moment(day, 9))),
        ]);
        let alone = computed(&postings, &Joins::default());
        prop_assert_eq!(found(&computed(&postings, &merged)), found(&alone));
    }

    /// Whichever two of three are merged first, they end as the same one.
    #[test]
    fn merging_is_associative(postings in of_three(), day in 0_u64..31) {
        let (first, second) = (moment(day, 0), moment(day, 1));
        let ways = [[(0, 1), (0, 2)], [(1, 2), (0, 1)], [(0, 2), (0, 1)], [(2, 1), (0, 2)]];
        let mut ends = ways.map(|[one, two]| {
            let joins = Joins::new(vec![join(one.0, one.1, first, None), join(two.0, two.1, second, None)]);
            found(&computed(&postings, &joins))
        }).into_iter();
        let wanted = ends.next().unwrap();
        prop_assert!(wanted[1..].iter().all(|(_, sums, lots, _)| *sums == [Points::ZERO; 4] && lots.is_empty()));
        for end in ends {
            prop_assert_eq!(&end, &wanted);
        }
    }

    /// Whatever was one for however long: of each, lots less debt are the balance, and the entries come to it once those
    /// are posted that bring them there; of all, nothing came and nothing went.
    #[test]
    fn lots_less_debt_are_the_entries(
        postings in of_three(),
        days in prop::collection::vec((0_u64..31, prop::option::of(0_u64..31)), 2),
    ) {
        let until = |day: u64, life: Option<u64>, n: i64| life.map(|life| moment(day + life, n + 5));
        let joins = Joins::new(vec![
            join(0, 1, moment(days[0].0, 0), until(days[0].0, days[0].1, 0)),
            join(0, 2, moment(days[1].0, 1), until(days[1].0, days[1].1, 1)),
        ]);
        let states = computed(&postings, &joins);
        let mut posted: BTreeMap<AccountId, Posted> = BTreeMap::new();
        for posting in &postings {
            let sums = posted.entry(posting.account).or_default();
            sums.balance = sums.balance.plus(posting.signed()).unwrap();
            if matches!(posting.whole().kind, "earn" | "reverse") {
                sums.earned = sums.earned.plus(posting.signed()).unwrap();
            }
        }
        let all: i64 = posted.values().map(|sums| sums.balance.0).sum();
        prop_assert_eq!(states.iter().map(|state| state.balance.0).sum::<i64>(), all);
        let entries = even(&joins, states.iter(), &posted, DateTime::UNIX_EPOCH).unwrap();
        for entry in &entries {
            let sums = posted.entry(entry.account).or_default();
            sums.balance = sums.balance.plus(entry.points).unwrap();
            if entry.kind == "adjust" {
                sums.earned = sums.earned.plus(entry.points).unwrap();
            }
            sums.parted += 1;
        }
        prop_assert_eq!(even(&joins, states.iter(), &posted, DateTime::UNIX_EPOCH).unwrap(), vec![]);
        for state in &states {
            let left: i64 = state.lots().map(|lot| lot.remaining.0).sum();
            prop_assert_eq!(left - state.debt().0, state.balance.0);
        }
    }
}

#[test]
fn a_family_is_all_that_ever_were_one() {
    let parted = Some(moment(3, 0));
    let joins = Joins::new(vec![
        join(3, 4, moment(1, 0), None),
        join(1, 2, moment(1, 0), parted),
        join(2, 3, moment(4, 0), None),
    ]);
    assert_eq!(joins.accounts(account(4)), [1, 2, 3, 4].map(account));
    assert_eq!(joins.with_families(&[account(9), account(1)]), [1, 2, 3, 4, 9].map(account));
    for (n, at, wanted) in [(4, 0, 4), (4, 1, 3), (2, 2, 1), (2, 3, 2), (4, 4, 2), (1, 4, 1), (9, 4, 9)] {
        assert_eq!(joins.stays_at(account(n), moment(at, 0).at), account(wanted), "{n} on {at}");
    }
    assert_eq!((1..=4).map(|n| joins.stays_now(account(n))).collect::<Vec<_>>(), [1, 2, 2, 2].map(account));
    let known = joins.as_known(moment(2, 0).at);
    assert_eq!(known.stays_now(account(2)), account(1), "it was not known that they would part");
    assert_eq!(joins.changes(account(1)).len(), 3);
}
