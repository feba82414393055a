//! Price rules of the chain. They stand beside the prices that they change; the tills hear of them through the
//! feed and apply them without the hub.

use std::collections::BTreeSet;

use domain::price_rules::{PriceRule, PriceRules};

use crate::catalogue::Turn;
use crate::db::{DbError, Tx};

mod store;

pub use store::{all, of_feed};

/// What a list of rules did to the one before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Put {
    pub new: usize,
    pub changed: usize,
    pub same: usize,
    /// Rules that hold no more.
    pub ended: usize,
}

/// Makes these the chain's rules: what the list leaves out holds no more. The caller has checked it.
pub async fn put(tx: &mut Tx, rules: &PriceRules) -> Result<Put, DbError> {
    let before = store::all(tx).await?.into_iter().filter(|row| row.active).map(|row| row.rule);
    let before: Vec<PriceRule> = before.collect();
    let mut put = Put::default();
    for rule in &rules.rules {
        let turn = Turn::of(before.iter().find(|known| known.code == rule.code), rule);
        match turn {
            Turn::New => put.new += 1,
            Turn::Changed => put.changed += 1,
            Turn::Same | Turn::Rejected(_) => put.same += 1,
        }
        if turn.writes() {
            store::write(tx, rule, true).await?;
        }
    }
    let stay: BTreeSet<_> = rules.rules.iter().map(|rule| &rule.code).collect();
    let gone: Vec<&PriceRule> = before.iter().filter(|rule| !stay.contains(&rule.code)).collect();
    for rule in &gone {
        store::write(tx, rule, false).await?;
    }
    put.ended = gone.len();
    Ok(put)
}

#[cfg(test)]
mod tests;
