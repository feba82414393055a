//! Earn rules beside the base rate: what they give, on which goods, in which stores and when.
//!
//! All that a rule looks at stands on the ticket itself: so till and hub come to the same, whatever arrives first. A
//! member's rank, birthday or first visit can change after a ticket was paid, by another one that comes late; no rule
//! looks at them.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike, Weekday};
use serde::{Deserialize, Serialize};

use super::rules::{Rate, TICKET_CAP};
use crate::codes::{Sku, StoreCode};
use crate::money::{Money, Points, Quantity};
use crate::sale::{Sale, SaleLine};

/// Every ticket meets them all.
pub const RULES_MAX: usize = 100;
/// Articles, lines, categories or stores that a rule names one by one.
pub const NAMED_MAX: usize = 1_000;
/// So that it fits a page and a line of an explanation.
pub const NAME_MAX: usize = 60;
/// What the base rate is called among the rules.
pub const BASE: &str = "base";

/// A till or hub that does not know one of these keys must not compute without it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarnRule {
    /// What the ledger calls it: no other rule has the same.
    pub name: String,
    pub gives: Gives,
    #[serde(default, skip_serializing_if = "Only::is_all")]
    pub only: Only,
}

/// What a rule gives on the goods that it applies to. Rules add up, they do not multiply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gives {
    /// Hundredths of the base rate, on top of it: 100 doubles.
    Factor(i64),
    /// Once a ticket, in hundredths of a point.
    Ticket(Points),
    /// So many hundredths of a point for every so many minor units of net amount.
    Amount(Rate),
    /// So many hundredths of a point for every so many thousandths of a unit.
    Unit(Rate),
}

/// Where a rule applies: every list that says something must have the ticket's or the line's word.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Only {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skus: Vec<Sku>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub product_lines: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stores: Vec<StoreCode>,
    /// Of the business date.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub weekdays: Vec<Weekday>,
    /// Of the store's clock, as the ticket says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// Business dates, both included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// Not on lines that were sold for less than their price.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub full_price: bool,
    /// The net amount that these goods of a ticket must come to, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_amount: Option<Money>,
    /// How many of these goods a ticket must have, in thousandths of a unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_quantity: Option<Quantity>,
}

/// Goods that earn nothing under any rule, beside the excluded product lines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Exclusions {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skus: Vec<Sku>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Lines that were sold for less than their price.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub discounted: bool,
}

/// Part of a day, from a minute until before another; past midnight where it ends before it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hours {
    from: NaiveTime,
    until: NaiveTime,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("hours are two different times of a day such as 10:00-14:00")]
pub struct HoursError;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EarnRuleError {
    #[error("there are more than {RULES_MAX} earn rules")]
    TooMany,
    #[error("earn rule {0:?}: a name has 1 to {NAME_MAX} characters, and no other rule has it")]
    Name(String),
    #[error("earn rule {0:?}: it must give more than 0, for more than 0")]
    Gives(String),
    #[error("earn rule {0:?}: a ticket gets whole points where the programme grants whole points")]
    WholePoints(String),
    #[error("earn rule {0:?}: it ends before it begins")]
    Days(String),
    #[error("earn rule {0:?}: the least amount or quantity must be above 0")]
    Least(String),
    #[error("earn rule {0:?}: it names more than {NAMED_MAX} of a kind")]
    Named(String),
}

impl EarnRuleError {
    /// The rule that is meant, where it is one.
    pub fn rule(&self) -> Option<&str> {
        match self {
            Self::TooMany => None,
            Self::Name(rule)
            | Self::Gives(rule)
            | Self::WholePoints(rule)
            | Self::Days(rule)
            | Self::Least(rule)
            | Self::Named(rule) => Some(rule),
        }
    }
}

/// `step` is the smallest grant of the programme, in hundredths of a point; `taken` are the names of other rules.
pub(super) fn check<'a>(
    rules: &'a [EarnRule],
    step: i128,
    taken: impl Iterator<Item = &'a str>,
) -> Result<(), EarnRuleError> {
    if rules.len() > RULES_MAX {
        return Err(EarnRuleError::TooMany);
    }
    let mut taken: Vec<&str> = taken.chain([BASE, TICKET_CAP]).collect();
    for rule in rules {
        let name = rule.name.as_str();
        if name.trim().is_empty() || name.chars().count() > NAME_MAX || taken.contains(&name) {
            return Err(EarnRuleError::Name(rule.name.clone()));
        }
        taken.push(name);
        rule.check(step)?;
    }
    Ok(())
}

impl EarnRule {
    fn check(&self, step: i128) -> Result<(), EarnRuleError> {
        let Self { name, gives, only } = self;
        let is_above_zero = match gives {
            Gives::Factor(factor) => *factor > 0,
            Gives::Ticket(points) => points.0 > 0,
            Gives::Amount(rate) | Gives::Unit(rate) => rate.points > 0 && rate.per > 0,
        };
        if !is_above_zero {
            return Err(EarnRuleError::Gives(name.clone()));
        }
        if let Gives::Ticket(points) = gives
            && i128::from(points.0) % step != 0
        {
            return Err(EarnRuleError::WholePoints(name.clone()));
        }
        if only.from.zip(only.until).is_some_and(|(from, until)| until < from) {
            return Err(EarnRuleError::Days(name.clone()));
        }
        if only.min_amount.is_some_and(|least| least.0 <= 0) || only.min_quantity.is_some_and(|q| q.0 <= 0) {
            return Err(EarnRuleError::Least(name.clone()));
        }
        let named = [only.skus.len(), only.product_lines.len(), only.categories.len(), only.stores.len()];
        if named.into_iter().any(|named| named > NAMED_MAX) {
            return Err(EarnRuleError::Named(name.clone()));
        }
        Ok(())
    }
}

fn says<T: PartialEq>(list: &[T], word: &T) -> bool {
    list.is_empty() || list.contains(word)
}

impl Only {
    /// Everything, everywhere and always.
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it applies in that store, on that day and at that time.
    pub fn has_ticket(&self, sale: &Sale) -> bool {
        says(&self.stores, &sale.store)
            && says(&self.weekdays, &sale.business_date.weekday())
            && self.hours.is_none_or(|hours| hours.has(sale.occurred_at.time()))
            && self.from.is_none_or(|from| from <= sale.business_date)
            && self.until.is_none_or(|until| sale.business_date <= until)
    }

    pub fn has_line(&self, line: &SaleLine) -> bool {
        says(&self.skus, &line.sku)
            && says(&self.product_lines, &line.product_line)
            && says(&self.categories, &line.category)
            && !(self.full_price && is_discounted(line))
    }

    /// Whether a ticket's goods that it applies to are too few.
    pub fn is_short(&self, amount: i128, quantity: i128) -> bool {
        self.min_amount.is_some_and(|least| amount < i128::from(least.0))
            || self.min_quantity.is_some_and(|least| quantity < i128::from(least.0))
    }
}

impl Exclusions {
    pub(super) fn has(&self, line: &SaleLine) -> bool {
        self.skus.contains(&line.sku)
            || self.categories.contains(&line.category)
            || (self.discounted && is_discounted(line))
    }
}

fn is_discounted(line: &SaleLine) -> bool {
    !line.discount.is_zero()
}

impl Hours {
    pub fn new(from: NaiveTime, until: NaiveTime) -> Result<Self, HoursError> {
        let is_minute = |time: NaiveTime| time.second() == 0 && time.nanosecond() == 0;
        if from == until || !is_minute(from) || !is_minute(until) {
            return Err(HoursError);
        }
        Ok(Self { from, until })
    }

    /// When it begins, and when it is over.
    pub fn ends(self) -> (NaiveTime, NaiveTime) {
        (self.from, self.until)
    }

    fn has(self, time: NaiveTime) -> bool {
        if self.from < self.until {
            self.from <= time && time < self.until
        } else {
            self.from <= time || time < self.until
        }
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}-{}", self.from.format("%H:%M"), self.until.format("%H:%M")))
    }
}

impl FromStr for Hours {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, HoursError> {
        let time = |text: &str| NaiveTime::parse_from_str(text.trim(), "%H:%M").map_err(|_| HoursError);
        let (from, until) = text.split_once('-').ok_or(HoursError)?;
        Self::new(time(from)?, time(until)?)
    }
}

impl TryFrom<String> for Hours {
    type Error = HoursError;

    fn try_from(text: String) -> Result<Self, HoursError> {
        text.parse()
    }
}

impl From<Hours> for String {
    fn from(hours: Hours) -> Self {
        hours.to_string()
    }
}

#[cfg(test)]
mod tests;
