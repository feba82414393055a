//! The pair counter beside a plain one: a hash map of pairs, after leaving out the items that are too rare.

use std::collections::HashMap;

use hub_server::insights::affinity::{Baskets, count};
use yapa::chain::Random;

use crate::measure::{Figure, in_turns, ms, ratio, timed};

/// As many tickets and lines as a year of a grocery chain with 457 stores.
const TICKETS: usize = 155_848;
const ROUNDS: usize = 5;

pub fn figures() -> Vec<Figure> {
    [("product", 68_000, 31), ("product", 68_000, 312), ("category", 300, 1_558)]
        .map(|(level, items, min_count)| figure(level, items, min_count))
        .into()
}

fn figure(level: &str, items: usize, min_count: u32) -> Figure {
    let baskets = made_up(items);
    let mut ours = vec![];
    let mut reference = vec![];
    let times = in_turns(
        ROUNDS,
        || {
            let (counted, time) = timed(|| count(&baskets, items, min_count));
            ours = counted.pairs.iter().map(|pair| (pair.a, pair.b, pair.count)).collect();
            time
        },
        || {
            let (counted, time) = timed(|| plain(&baskets, items, min_count));
            reference = counted;
            time
        },
    );
    ours.sort_unstable();
    reference.sort_unstable();
    assert_eq!(ours, reference, "{level}: both count the same");
    Figure {
        what: format!("pairs, {level}, min. count {min_count} ({} pairs)", ours.len()),
        ours: ms(times.0),
        reference: format!("plain counter {}", ms(times.1)),
        ratio: format!("{:.1} times as fast", ratio(times.1, times.0)),
    }
}

fn plain(baskets: &Baskets, items: usize, min_count: u32) -> Vec<(u32, u32, u32)> {
    let mut support = vec![0_u32; items];
    for item in baskets.iter().flatten() {
        support[*item as usize] += 1;
    }
    let mut pairs: HashMap<(u32, u32), u32> = HashMap::new();
    for basket in baskets.iter() {
        let mut frequent: Vec<u32> =
            basket.iter().copied().filter(|item| support[*item as usize] >= min_count).collect();
        frequent.sort_unstable();
        for (place, a) in frequent.iter().enumerate() {
            for b in &frequent[place + 1..] {
                *pairs.entry((*a, *b)).or_default() += 1;
            }
        }
    }
    pairs.into_iter().filter(|(_, n)| *n >= min_count).map(|((a, b), n)| (a, b, n)).collect()
}

/// Baskets of 1 to 40 items, a few of them large; few items are bought often and most are rare.
fn made_up(items: usize) -> Baskets {
    let mut random = Random::new(yapa::chain::SEED);
    let mut baskets = Baskets::with_capacity(TICKETS, TICKETS * 10);
    let mut basket = vec![];
    for _ in 0..TICKETS {
        let most = if random.chance(120) { 40 } else { 12 };
        basket.clear();
        for _ in 0..random.between(1, most) {
            basket.push(popular(&mut random, items));
        }
        basket.sort_unstable();
        basket.dedup();
        baskets.push(basket.iter().copied());
    }
    baskets
}

/// Each halving of the range is as likely as the next one up: roughly 1/rank.
fn popular(random: &mut Random, items: usize) -> u32 {
    let mut end = items as u64;
    while end > 20 && random.chance(880) {
        end = end * 2 / 3;
    }
    u32::try_from(random.below(end)).expect("item numbers are small")
}
