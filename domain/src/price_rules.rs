//! Price rules of a chain: what its tills take off by themselves, in which stores, from which day to which.
//!
//! A chain writes them in one file; each becomes a [`Rule`] of [`crate::pricing`] where and while it holds.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::codes::{PriceRuleCode, StoreCode};
use crate::pricing::{Base, Benefit, Mode, Phase, Rule, RuleError, Scope, Source};
use crate::promotion;

/// Each till keeps them all in memory and looks at them with every scan.
pub const RULES_MAX: usize = 500;
/// Articles that a rule names one by one; for more there are product lines and categories.
pub const SKUS_MAX: usize = 1_000;
/// What fits beside an amount on the narrowest receipt.
pub const NAME_MAX: usize = 24;

/// A till refuses a key that it does not know, with the whole page of the feed: a new one needs a kind of its own
/// in [`crate::snapshot::LATER_KINDS`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceRule {
    pub code: PriceRuleCode,
    /// Cashier, customer and receipt read it.
    pub name: String,
    /// Empty means every store.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stores: Vec<StoreCode>,
    /// The store's days, both included; without one it has begun, or does not end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// Only for members whose card is on the ticket, wherever in its course it came.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub members_only: bool,
    pub scope: Scope,
    pub benefit: Benefit,
    /// How it gets on with the others of its phase.
    #[serde(default = "best_of", skip_serializing_if = "is_best_of")]
    pub mode: Mode,
    #[serde(default = "remaining", skip_serializing_if = "is_remaining")]
    pub base: Base,
    /// Where it says none, the one its benefit is made for: see [`PriceRule::phase`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<Phase>,
    /// The smaller comes first.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub priority: i64,
}

fn best_of() -> Mode {
    Mode::BestOf
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if passes a reference")]
fn is_best_of(mode: &Mode) -> bool {
    *mode == Mode::BestOf
}

fn remaining() -> Base {
    Base::Remaining
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if passes a reference")]
fn is_remaining(base: &Base) -> bool {
    *base == Base::Remaining
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if passes a reference")]
fn is_zero(priority: &i64) -> bool {
    *priority == 0
}

/// A chain's file of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceRules {
    /// Said even where there are none: a file that lost its text must not end them all.
    pub rules: Vec<PriceRule>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PriceRuleError {
    #[error("there are more than {RULES_MAX} price rules")]
    TooMany,
    #[error("two price rules have the code {0}")]
    Twice(PriceRuleCode),
    #[error("{0}: a name has 1 to {NAME_MAX} characters")]
    Name(PriceRuleCode),
    #[error("{0}: it names more than {SKUS_MAX} articles: name their product line or category")]
    Skus(PriceRuleCode),
    #[error("{0}: it ends before it begins")]
    Days(PriceRuleCode),
    #[error("{0}: a priority is between 0 and {most}, so that offers and cashiers come later", most = promotion::PRIORITY - 1)]
    Priority(PriceRuleCode),
    #[error("{0}: a rule of the chain cannot name a line of a ticket")]
    Line(PriceRuleCode),
    #[error("{0}: {1}")]
    Rule(PriceRuleCode, RuleError),
}

impl PriceRuleError {
    /// Stable name for commands and API answers.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooMany => "price_rules_too_many",
            Self::Twice(_) => "price_rule_twice",
            Self::Name(_) => "price_rule_name",
            Self::Skus(_) => "price_rule_skus",
            Self::Days(_) => "price_rule_days",
            Self::Priority(_) => "price_rule_priority",
            Self::Line(_) => "price_rule_line",
            Self::Rule(_, error) => error.code(),
        }
    }
}

impl PriceRules {
    /// Whether each rule says something, and all of them together.
    pub fn check(&self) -> Result<(), PriceRuleError> {
        if self.rules.len() > RULES_MAX {
            return Err(PriceRuleError::TooMany);
        }
        let mut codes = BTreeSet::new();
        for rule in &self.rules {
            rule.check()?;
            if !codes.insert(&rule.code) {
                return Err(PriceRuleError::Twice(rule.code.clone()));
            }
        }
        Ok(())
    }
}

impl PriceRule {
    fn check(&self) -> Result<(), PriceRuleError> {
        let code = || self.code.clone();
        if self.name.trim().is_empty() || self.name.chars().count() > NAME_MAX {
            return Err(PriceRuleError::Name(code()));
        }
        if matches!(&self.scope, Scope::Skus(skus) if skus.len() > SKUS_MAX) {
            return Err(PriceRuleError::Skus(code()));
        }
        if matches!((self.from, self.until), (Some(from), Some(until)) if until < from) {
            return Err(PriceRuleError::Days(code()));
        }
        if !(0..promotion::PRIORITY).contains(&self.priority) {
            return Err(PriceRuleError::Priority(code()));
        }
        if matches!(self.scope, Scope::Line(_)) {
            return Err(PriceRuleError::Line(code()));
        }
        self.rule().check().map_err(|error| PriceRuleError::Rule(code(), error))
    }

    /// Whether it holds in a store on one of the store's days.
    pub fn holds(&self, store: &StoreCode, on: NaiveDate) -> bool {
        let has_begun = self.from.is_none_or(|from| from <= on);
        let has_ended = self.until.is_some_and(|until| until < on);
        has_begun && !has_ended && (self.stores.is_empty() || self.stores.contains(store))
    }

    pub fn phase(&self) -> Phase {
        self.phase.unwrap_or(match self.benefit {
            Benefit::Percent(_) | Benefit::UnitPrice(_) => Phase::Item,
            Benefit::BuyPay { .. } | Benefit::FixedPriceFor { .. } => Phase::MultiBuy,
            Benefit::Amount(_) => Phase::Order,
        })
    }

    /// What its discounts are called in [`crate::pricing::Applied`]. No other rule of a ticket is called so.
    pub fn rule_id(&self) -> String {
        format!("rule:{}", self.code.as_str())
    }

    pub fn rule(&self) -> Rule {
        Rule {
            id: self.rule_id(),
            priority: self.priority,
            phase: self.phase(),
            mode: self.mode,
            base: self.base,
            scope: self.scope.clone(),
            benefit: self.benefit,
            source: Source::PriceRule(self.code.clone()),
        }
    }
}

#[cfg(test)]
mod tests;
