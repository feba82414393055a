//! One phase: its rules in order, and how they get on with one another.

use super::Open;
use super::benefit::{Take, takes};
use super::rule::{Applied, Mode, Rule};
use crate::money::{AmountError, Money};

/// What the rules of the phase have done to each line so far.
struct Walk<'w, 'a> {
    lines: &'w mut [Open<'a>],
    /// Some rule reached it.
    reached: Vec<bool>,
    /// An exclusive rule reached it.
    closed: Vec<bool>,
}

/// Takes the rules of one phase, already in order, off the lines.
pub(super) fn walk(rules: &[&Rule], lines: &mut [Open<'_>]) -> Result<(), AmountError> {
    let none = vec![false; lines.len()];
    let mut walk = Walk { lines, reached: none.clone(), closed: none };
    let mut contenders: Vec<&Rule> = rules.iter().copied().filter(|r| r.mode == Mode::BestOf).collect();
    for rule in rules {
        match rule.mode {
            // All of them at the turn of the first, so nothing is left for the turns of the others.
            Mode::BestOf => walk.contest(std::mem::take(&mut contenders))?,
            Mode::Cumulative => {
                let takes = takes(rule, walk.lines, &walk.open())?;
                walk.take(rule, &takes)?;
            }
            Mode::Exclusive => {
                let untouched: Vec<bool> = walk.reached.iter().map(|reached| !reached).collect();
                let takes = takes(rule, walk.lines, &untouched)?;
                walk.take(rule, &takes)?;
                takes.iter().for_each(|(at, _)| walk.closed[*at] = true);
            }
        }
    }
    Ok(())
}

impl Walk<'_, '_> {
    fn open(&self) -> Vec<bool> {
        self.closed.iter().map(|closed| !closed).collect()
    }

    fn take(&mut self, rule: &Rule, takes: &[Take]) -> Result<(), AmountError> {
        for &(at, amount) in takes {
            self.reached[at] = true;
            if amount.is_zero() {
                continue;
            }
            let line = &mut self.lines[at];
            line.left = line.left.minus(amount)?;
            let (rule_id, source) = (rule.id.clone(), rule.source.clone());
            line.applied.push(Applied { phase: rule.phase, rule: rule_id, source, amount });
        }
        Ok(())
    }

    /// Gives each line at most one of the rules. A rule over several lines wins them together if it takes
    /// more off them than their best rules of one line do, the largest gain first; then each line that is
    /// still free takes its best. Between equals the earlier rule wins.
    fn contest(&mut self, rules: Vec<&Rule>) -> Result<(), AmountError> {
        let (single, mut joint): (Vec<&Rule>, Vec<&Rule>) = rules.into_iter().partition(|r| r.by_line());
        let mut free = self.open();
        let best = self.best_of_each(&single, &free)?;
        loop {
            let mut winner: Option<(Money, usize, Vec<Take>)> = None;
            for (nth, rule) in joint.iter().enumerate() {
                let takes = takes(rule, self.lines, &free)?;
                let alone = takes.iter().filter_map(|(at, _)| best[*at].map(|(_, amount)| amount));
                let gain = Money::total(takes.iter().map(|take| take.1))?.minus(Money::total(alone)?)?;
                if gain > winner.as_ref().map_or(Money::ZERO, |(most, ..)| *most) {
                    winner = Some((gain, nth, takes));
                }
            }
            let Some((_, nth, takes)) = winner else { break };
            self.take(joint.remove(nth), &takes)?;
            takes.iter().for_each(|(at, _)| free[*at] = false);
        }
        for (at, best) in best.into_iter().enumerate().filter(|(at, _)| free[*at]) {
            if let Some((rule, amount)) = best {
                self.take(rule, &[(at, amount)])?;
            }
        }
        Ok(())
    }

    fn best_of_each<'r>(
        &self,
        rules: &[&'r Rule],
        free: &[bool],
    ) -> Result<Vec<Option<(&'r Rule, Money)>>, AmountError> {
        let mut best: Vec<Option<(&Rule, Money)>> = vec![None; self.lines.len()];
        for &rule in rules {
            for (at, amount) in takes(rule, self.lines, free)? {
                if best[at].is_none_or(|(_, most)| amount > most) {
                    best[at] = Some((rule, amount));
                }
            }
        }
        Ok(best)
    }
}
