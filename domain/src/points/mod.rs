//! Points: versioned rules, what a sale earns under them, what they pay, from when and until when, and the rank they give.

mod caps;
mod earning;
mod eligible;
mod expiry;
mod gift;
mod left;
mod redeem;
mod rules;
mod tier;
mod working;

pub use caps::{Caps, CapsError};
pub use earning::{BASE, EarnRule, EarnRuleError, Exclusions, Gives, Hours, HoursError, Only, RULES_MAX};
pub use expiry::{EndOf, Expiry, ExpiryError};
pub use gift::{Beyond, Gift, GiftCount, GiftError, GiftLimit, GiftPeriod, HandedOver, WhyNoGift, beyond};
pub use left::{ByVesting, Left, Pending, Spent, left_of};
pub use redeem::{AtWorst, Redeemable, Redemption, RedemptionError, Refusal, Standing, Value, WhyLess};
pub use rules::{
    Earned, LinePoints, Multiplier, Programme, ProgrammeError, Rate, RuleResult, TICKET_CAP,
    earned_after_returns, returned_share,
};
pub use tier::{EarnedByDay, Rank, Review, Tier, TierError, Tiers};
pub use working::{Cut, Exact, LineWorking, RuleLine, RuleWorking, Working, earn, work};

#[cfg(test)]
mod tests;
