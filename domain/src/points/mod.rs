//! Points: versioned rules, what a sale earns under them, and what they pay.

mod redeem;
mod rules;

pub use redeem::{Redeemable, Redemption, RedemptionError, Refusal, Standing, Value, WhyLess};
pub use rules::{
    Earned, LinePoints, Multiplier, Programme, ProgrammeError, Rate, RuleResult, earn, returned_share,
};

#[cfg(test)]
mod tests;
