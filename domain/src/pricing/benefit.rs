//! What one rule takes off the lines that it reaches.

use super::rule::{Base, Benefit, Rule};
use super::{Open, WHOLE, multibuy};
use crate::money::{AmountError, Money, split_by_largest_remainder};
use crate::sale::LineKind;

/// What a rule takes off the line at an index. A zero share still says that the line was part of it.
pub(super) type Take = (usize, Money);

impl Open<'_> {
    pub(super) fn base(&self, base: Base) -> Money {
        match base {
            Base::Remaining => self.left,
            Base::Initial => self.line.gross,
        }
    }
}

/// The rule's takes from the lines that `free` leaves to it, never more than is left of a line; empty
/// where it takes nothing at all.
pub(super) fn takes(rule: &Rule, lines: &[Open<'_>], free: &[bool]) -> Result<Vec<Take>, AmountError> {
    let reached: Vec<usize> = (0..lines.len())
        .filter(|&at| {
            let Open { line, left, .. } = &lines[at];
            free[at] && line.kind == LineKind::Sale && left.0 > 0 && rule.scope.holds(line)
        })
        .collect();
    let mut takes = match rule.benefit {
        Benefit::Percent(percent) if rule.by_line() => {
            each(&reached, |at| part(lines[at].base(rule.base), percent))?
        }
        Benefit::Percent(percent) => {
            let base = Money::total(reached.iter().map(|&at| lines[at].base(rule.base)))?;
            shared(&reached, lines, part(base, percent)?)?
        }
        Benefit::Amount(amount) => shared(&reached, lines, amount)?,
        Benefit::UnitPrice(price) => each(&reached, |at| {
            let instead = price.max(Money::ZERO).times(lines[at].line.quantity)?;
            lines[at].base(rule.base).minus(instead)
        })?,
        Benefit::BuyPay { buy, pay } => multibuy::buy_pay(rule.base, &reached, lines, buy, pay)?,
        Benefit::FixedPriceFor { count, price } => {
            multibuy::fixed_price(rule.base, &reached, lines, count, price.max(Money::ZERO))?
        }
    };
    for (at, amount) in &mut takes {
        *amount = (*amount).min(lines[*at].left);
    }
    if takes.iter().all(|(_, amount)| amount.is_zero()) {
        takes.clear();
    }
    Ok(takes)
}

pub(super) fn part(of: Money, percent: i64) -> Result<Money, AmountError> {
    of.scaled(percent.clamp(0, WHOLE), WHOLE)
}

/// Line by line; a line that would get nothing is not part of it.
fn each(
    reached: &[usize],
    amount: impl Fn(usize) -> Result<Money, AmountError>,
) -> Result<Vec<Take>, AmountError> {
    let takes = reached.iter().map(|&at| Ok((at, amount(at)?)));
    takes.filter(|take| !matches!(take, Ok((_, amount)) if amount.0 <= 0)).collect()
}

/// One amount over all lines in proportion to what is left of them. As the whole is not more than is left,
/// no share is.
pub(super) fn shared(reached: &[usize], lines: &[Open<'_>], amount: Money) -> Result<Vec<Take>, AmountError> {
    let left = Money::total(reached.iter().map(|&at| lines[at].left))?;
    let weights: Vec<i64> = reached.iter().map(|&at| lines[at].left.0).collect();
    let shares = split_by_largest_remainder(amount.clamp(Money::ZERO, left).0, &weights);
    Ok(reached.iter().copied().zip(shares.into_iter().map(Money)).collect())
}
