//! A programme: what a sale earns under it, and what of that a return takes back.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::caps::{Caps, CapsError};
use super::earning::{self, EarnRule, EarnRuleError, Exclusions, RULES_MAX};
use super::expiry::{DAYS_MAX, Expiry, ExpiryError};
use super::gift::{self, Gift, GiftError};
use super::redeem::{Redemption, RedemptionError};
use super::tier::{TierError, Tiers};
use super::working::earn;
use crate::money::{AmountError, Points, Quantity};
use crate::sale::{LineKind, Sale, SaleLine};
use crate::time::plus_days;

/// `points` (hundredths) for every `per` minor units of money: `100 / 100` is one point for 1.00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    pub points: i64,
    pub per: i64,
}

/// Extra points on some product lines. `factor` is in hundredths of the base rate *on top* of it:
/// a doubling is 100. Several multipliers on one line add up, they do not multiply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Multiplier {
    pub name: String,
    /// Product lines it applies to; empty means all that are not excluded.
    #[serde(default)]
    pub product_lines: Vec<String>,
    pub factor: i64,
}

/// One dated version of the rules. Versions are never edited; a change is a new version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Programme {
    pub version: i64,
    /// First business date on which it holds.
    pub valid_from: NaiveDate,
    /// 0 grants whole points, 2 grants hundredths.
    pub decimals: u32,
    pub base: Rate,
    #[serde(default)]
    pub excluded_lines: Vec<String>,
    #[serde(default)]
    pub multipliers: Vec<Multiplier>,
    /// What earns more: by ticket, amount, unit or factor, on some goods, in some stores, at some times.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earn: Vec<EarnRule>,
    /// What earns nothing beside the excluded product lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exclusions: Option<Exclusions>,
    /// Days from the business date of a sale until its points can be spent: as long as its goods may come back.
    /// 0 is at once.
    #[serde(default, skip_serializing_if = "at_once")]
    pub vest_days: i64,
    /// The most that a ticket or a day gives; without it there is no such limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caps: Option<Caps>,
    /// Whether what is paid with points earns points in its turn. Usually not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub earns_on_points: bool,
    /// Whether goods that are exchanged for the same goods keep the points that those earned: nothing is taken back and
    /// nothing earned, whatever a ticket of that day gives.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub even_exchange: bool,
    /// How points pay; without it they cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redemption: Option<Redemption>,
    /// When points end; without it they do not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiry: Option<Expiry>,
    /// The ranks that members reach; without them there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tiers: Option<Tiers>,
    /// Goods that members take for points.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gifts: Vec<Gift>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn at_once(vest_days: &i64) -> bool {
    *vest_days == 0
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProgrammeError {
    #[error("decimals must be 0 or 2")]
    Decimals,
    #[error("the base rate needs points of 0 or more for an amount above 0")]
    Rate,
    #[error("multiplier {0:?}: the factor must be above 0")]
    Factor(String),
    #[error(transparent)]
    Earn(#[from] EarnRuleError),
    #[error("vest_days must be 0 to 3,653; 0 is at once")]
    VestDays,
    #[error("points would end before they can be spent: vest_days must not be above the days of expiry")]
    EndsBeforeVesting,
    #[error("caps: {0}")]
    Caps(#[from] CapsError),
    #[error("redemption: {0}")]
    Redemption(#[from] RedemptionError),
    #[error("expiry: {0}")]
    Expiry(#[from] ExpiryError),
    #[error("tiers: {0}")]
    Tiers(#[from] TierError),
    #[error(transparent)]
    Gift(#[from] GiftError),
}

/// What the cap of a ticket is called among the rules.
pub const TICKET_CAP: &str = "ticket_cap";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleResult {
    /// `base`, the name of the multiplier or earn rule, or [`TICKET_CAP`], which takes away.
    pub rule: String,
    /// Whether these points are for goods sold or are taken back for goods returned.
    pub kind: LineKind,
    /// The eligible net amount in minor units.
    pub amount: i64,
    pub points: Points,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinePoints {
    pub line: u32,
    pub kind: LineKind,
    /// Never negative: for a return, what would be taken back without the original receipt.
    pub points: Points,
}

/// What a sale earns, with the reasons.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earned {
    pub rules: Vec<RuleResult>,
    pub lines: Vec<LinePoints>,
}

impl Earned {
    /// Points for the lines that were sold.
    pub fn sold(&self) -> Points {
        self.sum(LineKind::Sale)
    }

    /// Points to take back for returned lines that name no original.
    pub fn returned(&self) -> Points {
        self.sum(LineKind::Return)
    }

    fn sum(&self, kind: LineKind) -> Points {
        self.lines.iter().filter(|l| l.kind == kind).map(|l| l.points).sum()
    }
}

impl Programme {
    /// One point for 1.00 of net amount, whole points, no exclusions: what a new chain starts with.
    pub fn starter(valid_from: NaiveDate) -> Self {
        let base = Rate { points: 100, per: 100 };
        Self {
            version: 1,
            valid_from,
            decimals: 0,
            base,
            excluded_lines: vec![],
            multipliers: vec![],
            earn: vec![],
            exclusions: None,
            vest_days: 0,
            caps: None,
            earns_on_points: false,
            even_exchange: false,
            redemption: None,
            expiry: None,
            tiers: None,
            gifts: vec![],
        }
    }

    pub fn check(&self) -> Result<(), ProgrammeError> {
        if !matches!(self.decimals, 0 | 2) {
            return Err(ProgrammeError::Decimals);
        }
        if self.base.points < 0 || self.base.per <= 0 {
            return Err(ProgrammeError::Rate);
        }
        if let Some(bad) = self.multipliers.iter().find(|m| m.factor <= 0) {
            return Err(ProgrammeError::Factor(bad.name.clone()));
        }
        let multipliers = self.multipliers.iter().map(|multiplier| multiplier.name.as_str());
        if self.multipliers.len() > RULES_MAX {
            return Err(EarnRuleError::TooMany.into());
        }
        earning::check(&self.earn, self.step(), multipliers)?;
        if !(0..=DAYS_MAX).contains(&self.vest_days) {
            return Err(ProgrammeError::VestDays);
        }
        if let Some(caps) = &self.caps {
            caps.check(self.step())?;
        }
        if let Some(redemption) = &self.redemption {
            redemption.check()?;
        }
        if let Some(expiry) = &self.expiry {
            expiry.check()?;
            if self.vest_days > expiry.days {
                return Err(ProgrammeError::EndsBeforeVesting);
            }
        }
        if let Some(tiers) = &self.tiers {
            tiers.check()?;
        }
        Ok(gift::check(&self.gifts)?)
    }

    /// From which day on the points of a sale can be spent; none where that is at once.
    pub fn vests_on(&self, business_date: NaiveDate) -> Option<NaiveDate> {
        (self.vest_days > 0).then(|| plus_days(business_date, self.vest_days))
    }

    /// The most that a member keeps of a day, where there is such a limit.
    pub fn day_cap(&self) -> Option<Points> {
        self.caps.and_then(|caps| caps.day)
    }

    /// What a till may say that a ticket gives: no more than its day keeps. What else that day has, only the hub
    /// knows.
    pub fn shown(&self, earned: &Earned) -> Points {
        let sold = earned.sold();
        self.day_cap().map_or(sold, |cap| sold.min(cap))
    }

    /// The version that holds on a date: the latest that has begun, or the first of all.
    pub fn on(versions: &[Self], date: NaiveDate) -> Option<&Self> {
        let begun =
            versions.iter().filter(|p| p.valid_from <= date).max_by_key(|p| (p.valid_from, p.version));
        begun.or_else(|| versions.iter().min_by_key(|p| (p.valid_from, p.version)))
    }

    /// The smallest grant, in hundredths of a point.
    pub(super) fn step(&self) -> i128 {
        if self.decimals == 0 { i128::from(Points::ONE.0) } else { 1 }
    }

    /// Whether a line earns nothing under any rule.
    pub fn excludes(&self, line: &SaleLine) -> bool {
        self.excluded_lines.contains(&line.product_line)
            || self.exclusions.as_ref().is_some_and(|exclusions| exclusions.has(line))
    }
}

/// The points to take back when `returning` more of a line comes back, after `returned_before` of its
/// `sold` quantity: cumulative, so that any series of partial returns adds up to `earned` exactly.
pub fn returned_share(earned: Points, sold: i64, returned_before: i64, returning: i64) -> Points {
    if sold <= 0 {
        return if returned_before == 0 { earned } else { Points::ZERO };
    }
    let share = |quantity: i64| i128::from(earned.0) * i128::from(quantity.clamp(0, sold)) / i128::from(sold);
    let delta = share(returned_before.saturating_add(returning)) - share(returned_before);
    // A share of an i64 is an i64.
    Points(i64::try_from(delta).unwrap_or(0))
}

/// What a sale still earns when so much of some of its lines, by number, has come back.
pub fn earned_after_returns(
    programme: &Programme,
    sale: &Sale,
    came_back: &[(u32, Quantity)],
) -> Result<Points, AmountError> {
    let mut left = Points::ZERO;
    for earned in earn(programme, sale)?.lines.into_iter().filter(|line| line.kind == LineKind::Sale) {
        let sold = sale.lines.iter().find(|line| line.number == earned.line);
        let back = came_back.iter().find(|(line, _)| *line == earned.line);
        let (sold, back) = (
            sold.map_or(Ok(Quantity::ZERO), SaleLine::own_quantity)?.0,
            back.map_or(0, |(_, quantity)| quantity.0),
        );
        left = left.plus(earned.points)?.minus(returned_share(earned.points, sold, 0, back))?;
    }
    Ok(left)
}
