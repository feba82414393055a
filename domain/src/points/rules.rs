//! The rules engine: a sale and a programme in, points out. The till shows its result as a preview and
//! the hub posts it as the truth, so it is exact and has no input besides its arguments.
//!
//! Each rule is computed on the ticket's eligible net amount as an exact fraction, floored once per
//! ticket and rule, and then split to the lines by largest remainder. The split is what a return takes
//! back, so that partial returns add up to the whole.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::expiry::{Expiry, ExpiryError};
use super::gift::{self, Gift, GiftError};
use super::redeem::{Redemption, RedemptionError};
use super::tier::{TierError, Tiers};
use crate::money::{AmountError, Money, Points, Quantity, scale_half_up, split_by_largest_remainder};
use crate::sale::{LineKind, Sale, SaleLine, Tender};

/// `points` (hundredths) for every `per` minor units of money: `100 / 100` is one point for 1.00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    pub points: i64,
    pub per: i64,
}

/// Extra points on some product lines. `factor` is in hundredths of the base rate *on top* of it:
/// a doubling is 100. Several multipliers on one line add up, they do not multiply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Whether what is paid with points earns points in its turn. Usually not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub earns_on_points: bool,
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

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProgrammeError {
    #[error("decimals must be 0 or 2")]
    Decimals,
    #[error("the base rate needs points of 0 or more for an amount above 0")]
    Rate,
    #[error("multiplier {0:?}: the factor must be above 0")]
    Factor(String),
    #[error("redemption: {0}")]
    Redemption(#[from] RedemptionError),
    #[error("expiry: {0}")]
    Expiry(#[from] ExpiryError),
    #[error("tiers: {0}")]
    Tiers(#[from] TierError),
    #[error(transparent)]
    Gift(#[from] GiftError),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleResult {
    /// `base`, or the multiplier's name.
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
            earns_on_points: false,
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
        if let Some(redemption) = &self.redemption {
            redemption.check()?;
        }
        if let Some(expiry) = &self.expiry {
            expiry.check()?;
        }
        if let Some(tiers) = &self.tiers {
            tiers.check()?;
        }
        Ok(gift::check(&self.gifts)?)
    }

    /// The version that holds on a date: the latest that has begun, or the first of all.
    pub fn on(versions: &[Self], date: NaiveDate) -> Option<&Self> {
        let begun =
            versions.iter().filter(|p| p.valid_from <= date).max_by_key(|p| (p.valid_from, p.version));
        begun.or_else(|| versions.iter().min_by_key(|p| (p.valid_from, p.version)))
    }

    /// The smallest grant, in hundredths of a point.
    fn step(&self) -> i128 {
        if self.decimals == 0 { i128::from(Points::ONE.0) } else { 1 }
    }

    fn excludes(&self, line: &SaleLine) -> bool {
        self.excluded_lines.contains(&line.product_line)
    }

    fn floor_to_step(&self, numerator: i128, denominator: i128) -> Result<i64, AmountError> {
        let steps = numerator.div_euclid(denominator * self.step());
        i64::try_from(steps * self.step()).map_err(|_| AmountError::Overflow)
    }
}

/// What the rules see as one ticket: they are never netted, or an exchange would move a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Sold,
    Returned,
    /// What came back without a receipt: nobody knows what it earned, so it takes back what it is worth at the
    /// base rate, whatever multiplies it today, and no points that went back paid any of it.
    WithoutReceipt,
}

impl Part {
    const ALL: [Self; 3] = [Self::Sold, Self::Returned, Self::WithoutReceipt];

    fn kind(self) -> LineKind {
        match self {
            Self::Sold => LineKind::Sale,
            Self::Returned | Self::WithoutReceipt => LineKind::Return,
        }
    }

    fn has(self, line: &SaleLine) -> bool {
        line.kind == self.kind() && line.without_receipt == (self == Self::WithoutReceipt)
    }
}

/// A line that may earn, and its net amount without the part that was paid with points.
struct Eligible<'a> {
    line: &'a SaleLine,
    net: i64,
}

/// The lines of a part that earn, less what points paid of them (or, for returns, what was given back in
/// points). Points for a gift paid that line; the others are spread over the eligible lines by what each of
/// them cost in money, so points pay for goods that earn before they pay for goods that do not.
fn eligible<'a>(programme: &Programme, sale: &'a Sale, part: Part) -> Result<Vec<Eligible<'a>>, AmountError> {
    let lines: Vec<&SaleLine> =
        sale.counted_lines().filter(|l| part.has(l) && !programme.excludes(l)).collect();
    let is_taken_off = |tender: &&Tender| tender.points.is_some() && !programme.earns_on_points;
    let in_points: Vec<&Tender> = sale.tenders.iter().filter(is_taken_off).collect();
    let open = |line: &&SaleLine| Ok(line.paid()?.minus(paid_as_gift(&in_points, line.number)?)?.0.max(0));
    let open = lines.iter().map(open).collect::<Result<Vec<i64>, AmountError>>()?;
    let by_points = paid_with_points(&in_points, part)?;
    let all = Money::total(open.iter().map(|open| Money(*open)))?;
    let parts = split_by_largest_remainder(by_points.min(all).0, &open);
    let rest = |((line, open), part): ((&'a SaleLine, i64), i64)| {
        let paid = line.paid()?.0;
        let net = if paid == 0 {
            line.net.0
        } else {
            scale_half_up(line.net.0, open.saturating_sub(part).max(0), paid)?
        };
        Ok(Eligible { line, net })
    };
    lines.into_iter().zip(open).zip(parts).map(rest).collect()
}

/// What points paid of the lines sold, or what was given back in points for those returned, gifts apart.
/// Points that another system took, without saying how many, are money to us.
fn paid_with_points(in_points: &[&Tender], part: Part) -> Result<Money, AmountError> {
    let ours = in_points.iter().filter(|tender| tender.gift.is_none()).map(|tender| tender.amount);
    match part {
        Part::Sold => Money::total(ours.filter(|amount| amount.0 > 0)),
        Part::Returned => Money::total(ours.filter(|amount| amount.is_negative()))?.negated(),
        Part::WithoutReceipt => Ok(Money::ZERO),
    }
}

/// What points paid of a gift, or gave back for it.
fn paid_as_gift(in_points: &[&Tender], line: u32) -> Result<Money, AmountError> {
    let amount = Money::total(in_points.iter().filter(|t| t.gift == Some(line)).map(|t| t.amount))?;
    if amount.is_negative() { amount.negated() } else { Ok(amount) }
}

/// What the sale earns under the programme: on what is payable without the points that were spent on it.
pub fn earn(programme: &Programme, sale: &Sale) -> Result<Earned, AmountError> {
    let mut earned = Earned::default();
    for part in Part::ALL {
        let kind = part.kind();
        let eligible = eligible(programme, sale, part)?;
        let mut points = vec![0_i64; eligible.len()];
        apply_rule(programme, &mut earned, &mut points, kind, "base", &eligible, 100, |_| true)?;
        for multiplier in programme.multipliers.iter().filter(|_| part != Part::WithoutReceipt) {
            let applies = |line: &SaleLine| {
                multiplier.product_lines.is_empty() || multiplier.product_lines.contains(&line.product_line)
            };
            apply_rule(
                programme,
                &mut earned,
                &mut points,
                kind,
                &multiplier.name,
                &eligible,
                multiplier.factor,
                applies,
            )?;
        }
        let lines = eligible.iter().zip(points).filter(|(_, p)| *p != 0);
        earned.lines.extend(lines.map(|(l, p)| LinePoints { line: l.line.number, kind, points: Points(p) }));
    }
    Ok(earned)
}

#[expect(
    clippy::too_many_arguments,
    reason = "one rule, its lines and where the result goes; a struct would only rename them"
)]
fn apply_rule(
    programme: &Programme,
    earned: &mut Earned,
    points: &mut [i64],
    kind: LineKind,
    rule: &str,
    eligible: &[Eligible<'_>],
    factor: i64,
    applies: impl Fn(&SaleLine) -> bool,
) -> Result<(), AmountError> {
    let weights: Vec<i64> = eligible.iter().map(|l| if applies(l.line) { l.net } else { 0 }).collect();
    let amount: i128 = weights.iter().map(|w| i128::from(*w)).sum();
    let per_whole = i128::from(programme.base.points) * i128::from(factor);
    let numerator = amount.checked_mul(per_whole).ok_or(AmountError::Overflow)?;
    let granted = programme.floor_to_step(numerator, i128::from(programme.base.per) * 100)?;
    if granted == 0 {
        return Ok(());
    }
    for (sum, part) in points.iter_mut().zip(split_by_largest_remainder(granted, &weights)) {
        *sum = sum.checked_add(part).ok_or(AmountError::Overflow)?;
    }
    let amount = i64::try_from(amount).map_err(|_| AmountError::Overflow)?;
    earned.rules.push(RuleResult { rule: rule.to_owned(), kind, amount, points: Points(granted) });
    Ok(())
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
        let (sold, back) =
            (sold.map_or(0, |line| line.quantity.0), back.map_or(0, |(_, quantity)| quantity.0));
        left = left.plus(earned.points)?.minus(returned_share(earned.points, sold, 0, back))?;
    }
    Ok(left)
}
