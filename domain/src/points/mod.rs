//! Points: versioned rules, and what a sale earns under them.

mod rules;

pub use rules::{
    Earned, LinePoints, Multiplier, Programme, ProgrammeError, Rate, RuleResult, earn, returned_share,
};

#[cfg(test)]
mod tests;
