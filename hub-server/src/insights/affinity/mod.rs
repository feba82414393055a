//! Which things are bought together: exact counts of all pairs over sets of items.
//!
//! Two passes, each a partial state that is fed with batches, merged with another worker's and finished:
//! [`ItemState`] counts how many baskets hold each item; [`Recode`] keeps the frequent ones and numbers
//! them by falling support; [`PairState`] counts pairs of those. Numbered so, the busy cells lie close
//! together, and a row belongs to the rarer item of a pair. Up to [`DENSE_ITEMS_MAX`] items the pairs stand
//! in a triangle of counters; beyond that they are counted row by row with one accumulator that stays in
//! the processor's cache.

mod items;
mod pairs;

pub use items::{ItemState, Recode};
pub use pairs::{DENSE_ITEMS_MAX, PairState};

/// Sets of items, one after the other. Within a basket each item stands once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baskets {
    /// Basket `i` is `items[starts[i]..starts[i + 1]]`.
    starts: Vec<usize>,
    items: Vec<u32>,
}

impl Baskets {
    pub fn with_capacity(baskets: usize, items: usize) -> Self {
        let mut starts = Vec::with_capacity(baskets + 1);
        starts.push(0);
        Self { starts, items: Vec::with_capacity(items) }
    }

    /// Adds a basket of distinct items; it may be empty and still counts as a basket.
    pub fn push(&mut self, items: impl IntoIterator<Item = u32>) {
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        self.items.extend(items);
        self.starts.push(self.items.len());
    }

    pub fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        self.starts.windows(2).map(|ends| &self.items[ends[0]..ends[1]])
    }
}

/// Two items and the number of baskets that hold both; `a` has the smaller item number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pair {
    pub a: u32,
    pub b: u32,
    pub count: u32,
}

/// What was counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counted {
    pub baskets: u64,
    /// Baskets by item number.
    pub support: Vec<u32>,
    /// In no particular order.
    pub pairs: Vec<Pair>,
}

/// Counts all pairs that occur together in at least `min_count` baskets (at least 1).
pub fn count(baskets: &Baskets, items: usize, min_count: u32) -> Counted {
    let min_count = min_count.max(1);
    let mut state = ItemState::new(items);
    state.update(baskets);
    let recode = state.recode(min_count);
    let pairs = if recode.len() <= DENSE_ITEMS_MAX {
        let mut state = PairState::new(&recode);
        state.update(&recode, baskets);
        state.finish(&recode, min_count)
    } else {
        pairs::count_rows(&recode, baskets, min_count)
    };
    Counted { baskets: state.baskets(), support: state.into_support(), pairs }
}

/// The figures of a pair over `n` baskets (`docs/definitions.md`).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Strength {
    pub support: f64,
    pub confidence_ab: f64,
    pub confidence_ba: f64,
    pub lift: f64,
}

/// `count_a`, `count_b` and `baskets` are above zero wherever `count` is.
pub fn strength(count: u32, count_a: u32, count_b: u32, baskets: u64) -> Strength {
    let (both, a, b, n) = (f64::from(count), f64::from(count_a), f64::from(count_b), baskets as f64);
    Strength { support: both / n, confidence_ab: both / a, confidence_ba: both / b, lift: both * n / (a * b) }
}

#[cfg(test)]
mod tests;
