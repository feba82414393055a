//! A draft as a form and back: pure. Multipliers and earn rules are one kind of row; what an older till can read is
//! written in the older way.

mod fields;
mod fill;
mod read;

pub(super) use fields::{Fields, fields};
pub(super) use fill::{blank_rule, filled, without_rule};
pub(super) use read::{code_of, read};

use domain::points::RULES_MAX;

use crate::kit::form::Form;

/// Rows that a form may have: as many as a programme has multipliers and earn rules.
pub(super) const ROWS_MAX: usize = 2 * RULES_MAX;

/// How many rules the form shows.
pub(super) fn rows(form: &Form) -> usize {
    form.value("rows").parse().unwrap_or(0).min(ROWS_MAX)
}

/// The name of a rule's field.
pub(super) fn of_row(row: usize, field: &str) -> String {
    format!("r{row}-{field}")
}

/// Everything that a rule has.
pub(super) const RULE_FIELDS: [&str; 22] = [
    "name",
    "gives",
    "points",
    "per",
    "lines",
    "categories",
    "skus",
    "stores",
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
    "after",
    "before",
    "from",
    "until",
    "full",
    "amount",
    "quantity",
];

#[cfg(test)]
mod tests;
