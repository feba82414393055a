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

/// Pieces of one line that are part of a group: from the first to one behind the last.
struct Part<'p> {
    line: &'p Pieces,
    from: i64,
    to: i64,
}

impl Part<'_> {
    fn worth(&self) -> Result<Money, AmountError> {
        self.line.worth_between(self.from, self.to)
    }
}

/// Puts pieces in groups of `size` and takes off each full one what `off` says of it; none ends it. Each piece of
/// a group takes its share by worth: whichever comes back later, what was paid for it goes back.
///
/// `off` hears how many groups it is asked about: those of one line are alike and taken all at once, however many a
/// mistyped quantity makes.
fn by_groups(
    pieces: &[Pieces],
    size: i64,
    off: impl Fn(&[Part<'_>], i64) -> Result<Option<Money>, AmountError>,
) -> Result<Vec<Take>, AmountError> {
    let mut takes: BTreeMap<usize, Money> = BTreeMap::new();
    let (mut group, mut filled) = (vec![], 0);
    for line in pieces {
        let mut used = 0;
        while used < line.count {
            let rest = line.count - used;
            let taken =
                if filled == 0 && rest >= size { rest / size * size } else { rest.min(size - filled) };
            group.push(Part { line, from: used, to: used + taken });
            used += taken;
            filled += taken;
            if filled % size != 0 {
                continue;
            }
            let Some(sum) = off(&group, filled / size)? else { return Ok(takes.into_iter().collect()) };
            share(&std::mem::take(&mut group), sum, &mut takes)?;
            filled = 0;
        }
    }
    Ok(takes.into_iter().collect())
}

fn share(group: &[Part<'_>], sum: Money, takes: &mut BTreeMap<usize, Money>) -> Result<(), AmountError> {
    let weights = group.iter().map(|part| Ok(part.worth()?.0)).collect::<Result<Vec<_>, AmountError>>()?;
    for (part, share) in group.iter().zip(split_by_largest_remainder(sum.0, &weights)) {
        let of_line = takes.entry(part.line.at).or_default();
        *of_line = of_line.plus(Money(share))?;
    }
    Ok(())
}

/// Of every `buy` pieces only `pay` are paid.
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
    // What is behind the paid pieces of a group is free.
    let free = |group: &[Part<'_>], groups: i64| {
        let (mut paid, mut sum) = (pay * groups, Money::ZERO);
        for part in group {
            let kept = paid.min(part.to - part.from);
            paid -= kept;
            sum = sum.plus(part.line.worth_between(part.from + kept, part.to)?)?;
        }
        Ok(Some(sum))
    };
    by_groups(&dearest_first(base, reached, lines), buy, free)
}

/// Every `count` pieces cost `price`; the groups become cheaper, so the first that is not dearer ends it.
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
    let dearer = |group: &[Part<'_>], groups: i64| {
        let worth = group.iter().map(Part::worth).collect::<Result<Vec<_>, _>>()?;
        let off = Money::total(worth)?.minus(price.scaled(groups, 1)?)?;
        Ok(Some(off).filter(|off| off.0 > 0))
    };
    by_groups(&dearest_first(base, reached, lines), count, dearer)
}
