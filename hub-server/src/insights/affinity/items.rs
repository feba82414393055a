//! First pass: how many baskets hold each item, and new numbers for the frequent ones.

use std::cmp::Reverse;

use super::Baskets;

/// Not among the frequent items.
pub(super) const RARE: u32 = u32::MAX;

/// Partial counts of baskets by item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemState {
    baskets: u64,
    support: Vec<u32>,
}

impl ItemState {
    /// For items numbered below `items`; larger numbers that come later are taken in too.
    pub fn new(items: usize) -> Self {
        Self { baskets: 0, support: vec![0; items] }
    }

    pub fn update(&mut self, baskets: &Baskets) {
        self.baskets += baskets.len() as u64;
        for &item in &baskets.items {
            let place = item as usize;
            if place >= self.support.len() {
                self.support.resize(place + 1, 0);
            }
            self.support[place] += 1;
        }
    }

    pub fn merge(&mut self, other: &Self) {
        self.baskets += other.baskets;
        if other.support.len() > self.support.len() {
            self.support.resize(other.support.len(), 0);
        }
        self.support.iter_mut().zip(&other.support).for_each(|(own, more)| *own += more);
    }

    pub fn baskets(&self) -> u64 {
        self.baskets
    }

    pub fn into_support(self) -> Vec<u32> {
        self.support
    }

    /// Finishes the pass: a pair can only be frequent if both its items are.
    pub fn recode(&self, min_count: u32) -> Recode {
        let mut item_of: Vec<u32> = (0_u32..)
            .zip(&self.support)
            .filter(|(_, support)| **support >= min_count)
            .map(|(item, _)| item)
            .collect();
        item_of.sort_unstable_by_key(|item| (Reverse(self.support[*item as usize]), *item));
        let mut code_of = vec![RARE; self.support.len()];
        for (code, item) in (0_u32..).zip(&item_of) {
            code_of[*item as usize] = code;
        }
        Recode { code_of, item_of }
    }
}

/// Numbers of the frequent items by falling support: 0 is the most frequent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recode {
    code_of: Vec<u32>,
    item_of: Vec<u32>,
}

impl Recode {
    pub fn len(&self) -> usize {
        self.item_of.len()
    }

    pub fn is_empty(&self) -> bool {
        self.item_of.is_empty()
    }

    pub fn item(&self, code: u32) -> u32 {
        self.item_of[code as usize]
    }

    /// The frequent items of a basket as rising codes.
    pub(super) fn code_basket(&self, basket: &[u32], codes: &mut Vec<u32>) {
        codes.clear();
        let known = basket.iter().filter_map(|item| self.code_of.get(*item as usize));
        codes.extend(known.filter(|code| **code != RARE));
        codes.sort_unstable();
    }
}
