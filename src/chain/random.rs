//! A small generator of random numbers that stays the same over compilers, machines and releases of any
//! library: a published seed must keep giving the published chain.

/// `SplitMix64` (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
#[derive(Debug, Clone)]
pub struct Random {
    state: u64,
}

impl Random {
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A generator of its own for one part, so that a change there leaves the other parts alone.
    #[must_use]
    pub fn fork(&mut self) -> Self {
        Self::new(self.bits())
    }

    /// A number from 0 to `end - 1`; 0 for an empty range.
    pub fn below(&mut self, end: u64) -> u64 {
        // The high half of the product is even enough: the ranges here are tiny beside 2^64.
        let wide = u128::from(self.bits()) * u128::from(end);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + i64::try_from(self.below(high.abs_diff(low) + 1)).unwrap_or(0)
    }

    pub fn chance(&mut self, per_mille: u32) -> bool {
        self.below(1_000) < u64::from(per_mille)
    }

    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        let index = self.below(items.len() as u64);
        items.get(usize::try_from(index).ok()?)
    }

    /// A place in a list of running totals, each place as likely as its own part of the whole.
    pub fn weighted(&mut self, running_totals: &[u64]) -> usize {
        let end = running_totals.last().copied().unwrap_or(0);
        let point = self.below(end);
        running_totals.partition_point(|total| *total <= point)
    }

    /// Bell-shaped around 0 with a standard deviation of about 1,000, never beyond 3,000.
    pub fn bell(&mut self) -> i64 {
        (0..3).map(|_| self.between(-1_000, 1_000)).sum()
    }

    pub fn ten_bytes(&mut self) -> [u8; 10] {
        let (a, b) = (self.bits().to_le_bytes(), self.bits().to_le_bytes());
        [a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], b[0], b[1]]
    }
}

/// What [`Random::weighted`] reads.
pub fn running_totals(weights: impl IntoIterator<Item = u64>) -> Vec<u64> {
    weights
        .into_iter()
        .scan(0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_the_published_one() {
        let mut random = Random::new(1_234_567);
        let first: Vec<u64> = (0..3).map(|_| random.bits()).collect();
        assert_eq!(first, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn weights_decide_how_often_a_place_is_drawn() {
        let totals = running_totals([1, 0, 3]);
        let mut random = Random::new(7);
        let mut drawn = [0_u32; 3];
        for _ in 0..4_000 {
            drawn[random.weighted(&totals)] += 1;
        }
        assert_eq!(drawn[1], 0);
        assert!((2_800..3_200).contains(&drawn[2]), "{drawn:?}");
    }

    #[test]
    fn ranges_reach_both_ends_and_no_further() {
        let mut random = Random::new(7);
        let drawn: Vec<i64> = (0..1_000).map(|_| random.between(-2, 2)).collect();
        assert_eq!(drawn.iter().min(), Some(&-2));
        assert_eq!(drawn.iter().max(), Some(&2));
        assert_eq!(random.below(0), 0);
    }
}
