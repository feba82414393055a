//! The counters against a counter that anyone can check by eye.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

fn baskets(sets: &[BTreeSet<u32>]) -> Baskets {
    let mut baskets = Baskets::default();
    sets.iter().for_each(|set| baskets.push(set.iter().rev().copied()));
    baskets
}

fn naive(sets: &[BTreeSet<u32>], min_count: u32) -> Vec<Pair> {
    let mut counts: BTreeMap<(u32, u32), u32> = BTreeMap::new();
    for set in sets {
        for a in set {
            for b in set.iter().filter(|b| *b > a) {
                *counts.entry((*a, *b)).or_default() += 1;
            }
        }
    }
    let frequent = counts.into_iter().filter(|(_, count)| *count >= min_count);
    frequent.map(|((a, b), count)| Pair { a, b, count }).collect()
}

fn sorted(mut pairs: Vec<Pair>) -> Vec<Pair> {
    pairs.sort_unstable();
    pairs
}

/// Counts in two batches that are merged, with the given limit of the dense triangle.
fn counted_in_parts(sets: &[BTreeSet<u32>], cut: usize, min_count: u32, dense_limit: usize) -> Vec<Pair> {
    let (left, right) = sets.split_at(cut.min(sets.len()));
    let (left, right) = (baskets(left), baskets(right));
    let mut items = ItemState::new(0);
    items.update(&left);
    let mut more = ItemState::new(0);
    more.update(&right);
    items.merge(&more);
    let recode = items.recode(min_count);
    let mut pairs = PairState::with_dense_limit(&recode, dense_limit);
    pairs.update(&recode, &left);
    let mut other = PairState::with_dense_limit(&recode, dense_limit);
    other.update(&recode, &right);
    pairs.merge(&other);
    sorted(pairs.finish(&recode, min_count))
}

fn some_sets() -> impl Strategy<Value = Vec<BTreeSet<u32>>> {
    prop::collection::vec(prop::collection::btree_set(0_u32..25, 0..9), 0..60)
}

proptest! {
    #[test]
    fn all_ways_of_counting_agree(sets in some_sets(), cut in 0_usize..60, min_count in 1_u32..5) {
        let wanted = naive(&sets, min_count);
        let baskets = baskets(&sets);
        let counted = count(&baskets, 25, min_count);
        prop_assert_eq!(counted.baskets, sets.len() as u64);
        for (item, support) in (0_u32..).zip(&counted.support) {
            let holding = sets.iter().filter(|set| set.contains(&item)).count();
            prop_assert_eq!(*support as usize, holding);
        }
        prop_assert_eq!(sorted(counted.pairs), wanted.clone());
        prop_assert_eq!(counted_in_parts(&sets, cut, min_count, DENSE_ITEMS_MAX), wanted.clone());
        prop_assert_eq!(counted_in_parts(&sets, cut, min_count, 0), wanted.clone());
        let mut items = ItemState::new(25);
        items.update(&baskets);
        prop_assert_eq!(sorted(pairs::count_rows(&items.recode(min_count), &baskets, min_count)), wanted);
    }
}

#[test]
fn a_basket_without_items_counts_as_a_basket() {
    let counted = count(&baskets(&[BTreeSet::new(), BTreeSet::from([3, 4])]), 5, 1);
    assert_eq!((counted.baskets, counted.pairs.len()), (2, 1));
}

#[test]
fn the_figures_of_a_pair() {
    let strength = strength(20, 40, 50, 200);
    assert_eq!(strength, Strength { support: 0.1, confidence_ab: 0.5, confidence_ba: 0.4, lift: 2.0 });
}
