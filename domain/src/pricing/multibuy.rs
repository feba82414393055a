//! Benefits of several pieces together. Pieces are put in groups dearest first, so that two tickets never
//! cost less than one; weighed goods have no pieces and take no part.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::Open;
use super::benefit::Take;
use super::rule::Base;
use crate::money::{AmountError, Money, Quantity, split_by_largest_remainder};

/// The pieces of one line.
struct Pieces {
    at: usize,
    count: i64,
    value: Money,
}

impl Pieces {
    /// What the first `count` of them are worth: rounded so that parts of a line add up to the line.
    fn worth(&self, count: i64) -> Result<Money, AmountError> {
        self.value.scaled(count, self.count)
    }

    fn worth_between(&self, from: i64, to: i64) -> Result<Money, AmountError> {
        self.worth(to)?.minus(self.worth(from)?)
    }
}

/// Dearest piece first; equal ones in the order of the lines.
fn dearest_first(base: Base, reached: &[usize], lines: &[Open<'_>]) -> Vec<Pieces> {
    let whole = |at: &usize| {
        let quantity = lines[*at].line.quantity;
        quantity.0 > 0 && quantity.0 % Quantity::ONE.0 == 0
    };
    let mut pieces: Vec<Pieces> = reached
        .iter()
        .copied()
        .filter(whole)
        .map(|at| Pieces {
            at,
            count: lines[at].line.quantity.0 / Quantity::ONE.0,
            value: lines[at].base(base),
        })
        .collect();
    let product = |value: Money, count: i64| i128::from(value.0) * i128::from(count);
    pieces.sort_by(|a, b| Reverse(product(a.value, b.count)).cmp(&Reverse(product(b.value, a.count))));
    pieces
}

/// Pieces of one line that are part of a group: index of the line among the pieces, first and one behind the last.
type Part = (usize, i64, i64);

/// Of every `buy` pieces only `pay` are paid. Each piece of a group takes its share of what the free ones are
/// worth: whichever comes back later, what was paid for it goes back.
pub(super) fn buy_pay(
    base: Base,
    reached: &[usize],
    lines: &[Open<'_>],
    buy: i64,
    pay: i64,
) -> Result<Vec<Take>, AmountError> {
    if pay < 0 || pay >= buy {
        return Ok(vec![]);
    }
    let pieces = dearest_first(base, reached, lines);
    let mut takes: BTreeMap<usize, Money> = BTreeMap::new();
    let (mut group, mut filled): (Vec<Part>, i64) = (vec![], 0);
    for (at, line) in pieces.iter().enumerate() {
        let mut used = 0;
        while used < line.count {
            let rest = line.count - used;
            if filled == 0 && rest >= buy {
                // Groups of one line are alike: all at once, however many a mistyped quantity makes.
                let groups = rest / buy;
                let free = line.value.scaled(groups * (buy - pay), line.count)?;
                let sum = takes.entry(line.at).or_default();
                *sum = sum.plus(free)?;
                used += groups * buy;
                continue;
            }
            let to = used + rest.min(buy - filled);
            group.push((at, used, to));
            filled += to - used;
            used = to;
            if filled == buy {
                share_free(&pieces, &std::mem::take(&mut group), pay, &mut takes)?;
                filled = 0;
            }
        }
    }
    Ok(takes.into_iter().collect())
}

/// What is behind the first `pay` pieces of a full group is free; its worth is shared by worth.
fn share_free(
    pieces: &[Pieces],
    group: &[Part],
    pay: i64,
    takes: &mut BTreeMap<usize, Money>,
) -> Result<(), AmountError> {
    let (mut left, mut free, mut weights) = (pay, Money::ZERO, vec![]);
    for (at, from, to) in group {
        let paid = left.min(to - from);
        left -= paid;
        free = free.plus(pieces[*at].worth_between(from + paid, *to)?)?;
        weights.push(pieces[*at].worth_between(*from, *to)?.0);
    }
    for ((at, ..), share) in group.iter().zip(split_by_largest_remainder(free.0, &weights)) {
        let sum = takes.entry(pieces[*at].at).or_default();
        *sum = sum.plus(Money(share))?;
    }
    Ok(())
}

/// Pieces on their way to a full group, and what the full ones take off.
struct Bundles {
    count: i64,
    price: Money,
    /// The group that is not full yet: index and worth of its pieces.
    group: Vec<(usize, Money)>,
    /// Pieces in it.
    filled: i64,
    takes: BTreeMap<usize, Money>,
}

impl Bundles {
    /// Closes groups worth `parts` that cost `price` together; false where that would not be less.
    fn close(&mut self, parts: &[(usize, Money)], price: Money) -> Result<bool, AmountError> {
        let off = Money::total(parts.iter().map(|(_, worth)| *worth))?.minus(price)?;
        if off.0 <= 0 {
            return Ok(false);
        }
        let weights: Vec<i64> = parts.iter().map(|(_, worth)| worth.0).collect();
        for ((at, _), share) in parts.iter().zip(split_by_largest_remainder(off.0, &weights)) {
            let sum = self.takes.entry(*at).or_default();
            *sum = sum.plus(Money(share))?;
        }
        Ok(true)
    }

    /// Takes a line's pieces in; false at the first group that is not dearer than its price.
    fn add(&mut self, line: &Pieces) -> Result<bool, AmountError> {
        let mut used = 0;
        while used < line.count {
            let rest = line.count - used;
            if self.filled == 0 && rest >= self.count {
                // Groups of one line are alike: all at once, however many a mistyped quantity makes.
                let groups = rest / self.count;
                let to = used + groups * self.count;
                let parts = [(line.at, line.worth_between(used, to)?)];
                if !self.close(&parts, self.price.scaled(groups, 1)?)? {
                    return Ok(false);
                }
                used = to;
                continue;
            }
            let to = used + rest.min(self.count - self.filled);
            self.group.push((line.at, line.worth_between(used, to)?));
            self.filled += to - used;
            used = to;
            if self.filled == self.count {
                let group = std::mem::take(&mut self.group);
                self.filled = 0;
                if !self.close(&group, self.price)? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }
}

/// Every `count` pieces cost `price`; the groups become cheaper, so the first that is not dearer ends it.
/// Each piece of a group takes its share of the discount.
pub(super) fn fixed_price(
    base: Base,
    reached: &[usize],
    lines: &[Open<'_>],
    count: i64,
    price: Money,
) -> Result<Vec<Take>, AmountError> {
    if count <= 0 {
        return Ok(vec![]);
    }
    let mut bundles = Bundles { count, price, group: vec![], filled: 0, takes: BTreeMap::new() };
    for line in dearest_first(base, reached, lines) {
        if !bundles.add(&line)? {
            break;
        }
    }
    Ok(bundles.takes.into_iter().collect())
}
