//! What goes into a basket: a member's habits, a few things on a whim, and what goes with them.

use super::assortment::{Assortment, Planted};
use super::members::Person;
use super::random::Random;

/// Chance in 1/1000 that wipes are put beside nappies, and sugar beside coffee.
const WIPES_WITH_NAPPIES: u32 = 270;
const SUGAR_WITH_COFFEE: u32 = 170;

/// Places of products with their number of pieces; never empty, each product once.
pub fn fill(
    random: &mut Random,
    assortment: &Assortment,
    person: Option<&Person>,
    last_visit: bool,
) -> Vec<(usize, i64)> {
    let mut basket: Vec<(usize, i64)> = Vec::with_capacity(8);
    let forgotten = person.filter(|_| last_visit).and_then(|person| person.forgot);
    for &(product, per_mille) in person.map_or(&[][..], |person| &person.usual) {
        if random.chance(per_mille) && forgotten != Some(product) {
            put(random, &mut basket, product);
        }
    }
    let whims = if person.is_some() { random.between(0, 4) } else { random.between(1, 6) };
    for _ in 0..whims {
        let product = random.weighted(&assortment.fancy);
        if forgotten != Some(product) {
            put(random, &mut basket, product);
        }
    }
    let pairs = [
        (Planted::Nappies, Planted::Wipes, WIPES_WITH_NAPPIES),
        (Planted::Coffee, Planted::Sugar, SUGAR_WITH_COFFEE),
    ];
    for (first, with, per_mille) in pairs {
        if holds(&basket, assortment.place(first)) && random.chance(per_mille) {
            put(random, &mut basket, assortment.place(with));
        }
    }
    if basket.is_empty() {
        put(random, &mut basket, assortment.place(Planted::Bread));
    }
    basket
}

fn holds(basket: &[(usize, i64)], product: usize) -> bool {
    basket.iter().any(|(held, _)| *held == product)
}

fn put(random: &mut Random, basket: &mut Vec<(usize, i64)>, product: usize) {
    if !holds(basket, product) {
        let pieces = match random.below(20) {
            0..15 => 1,
            15..19 => 2,
            _ => 3,
        };
        basket.push((product, pieces));
    }
}
