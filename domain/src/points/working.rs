//! The rules engine: a sale and a programme in, points and their working out. The till shows its result as a
//! preview and the hub posts it as the truth, so it is exact and has no input besides its arguments.
//!
//! Each rule is computed on the ticket's eligible net amount as an exact fraction, floored once per
//! ticket and rule, and then split to the lines by largest remainder. The split is what a return takes
//! back, so that partial returns add up to the whole. What a sale earns is the sum of its working, so what is
//! explained cannot differ from what is posted.

use std::fmt;

use serde::{Serialize, Serializer};

use super::rules::{Earned, LinePoints, Programme, Rate, RuleResult, TICKET_CAP};
use crate::money::{AmountError, Money, Points, scale_half_up, split_by_largest_remainder};
use crate::sale::{LineKind, Sale, SaleLine, Tender};

/// How the points of a sale come about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Working {
    pub rules: Vec<RuleWorking>,
    /// Where the goods sold came to more than a ticket gives.
    pub cut: Option<Cut>,
    pub lines: Vec<LineWorking>,
}

/// One rule on what it sees as one ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleWorking {
    /// `base`, or the multiplier's name.
    pub rule: String,
    pub kind: LineKind,
    /// Of goods that came back without a receipt.
    pub without_receipt: bool,
    pub rate: Rate,
    /// Hundredths of the base rate: 100 is the rate itself.
    pub factor: i64,
    /// The eligible net amount.
    pub base: Money,
    /// Before it is rounded.
    pub exact: Exact,
    /// Rounded down once, to whole points or hundredths as the programme grants.
    pub points: Points,
    /// The split by largest remainder, of lines that get something.
    pub lines: Vec<RuleLine>,
}

/// What a rule gives to a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RuleLine {
    pub line: u32,
    pub points: Points,
}

/// What the cap of a ticket takes off the goods sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cut {
    /// Of all rules.
    pub came_to: Points,
    pub cap: Points,
    /// The eligible net amount.
    pub base: Money,
    /// What each line loses; what it keeps is the split of the cap by largest remainder.
    pub lines: Vec<RuleLine>,
}

/// A line that earns, or that is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LineWorking {
    pub line: u32,
    pub kind: LineKind,
    pub net: Money,
    /// The net amount without the part that points paid: what its rules go by.
    pub base: Money,
    /// Of all rules, after the cap.
    pub points: Points,
}

/// Hundredths of a point as an exact fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exact {
    numerator: i128,
    denominator: i128,
}

impl Exact {
    /// Down to whole steps of so many hundredths.
    fn floored(self, step: i128) -> Result<i64, AmountError> {
        let steps = self.numerator.div_euclid(self.denominator * step);
        i64::try_from(steps * step).map_err(|_| AmountError::Overflow)
    }
}

/// In points with six decimals; what does not end there has dots.
impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let per_point = self.denominator * i128::from(Points::ONE.0);
        let (whole, mut rest) = (self.numerator.div_euclid(per_point), self.numerator.rem_euclid(per_point));
        let mut decimals = String::new();
        while rest != 0 && decimals.len() < 6 {
            rest *= 10;
            decimals.push_str(&(rest / per_point).to_string());
            rest %= per_point;
        }
        let dots = if rest == 0 { "" } else { "…" };
        write!(f, "{whole}.{decimals:0<2}{dots}")
    }
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl Working {
    /// The sum: what is posted.
    pub fn earned(&self) -> Earned {
        let rules = self.rules.iter().filter(|rule| !rule.points.is_zero()).map(RuleWorking::result);
        let rules = rules.chain(self.cut.iter().map(Cut::result));
        let lines = self.lines.iter().filter(|line| !line.points.is_zero());
        let lines = lines.map(|line| LinePoints { line: line.line, kind: line.kind, points: line.points });
        Earned { rules: rules.collect(), lines: lines.collect() }
    }
}

impl Cut {
    /// Cuts the points of the lines down to the cap, where they come to more: by largest remainder, so that what
    /// the lines keep is the cap, and a return of all of them takes back just that.
    fn of(
        cap: Points,
        eligible: &[Eligible<'_>],
        points: &mut Vec<i64>,
    ) -> Result<Option<Self>, AmountError> {
        let came_to = Points::total(points.iter().map(|points| Points(*points)))?;
        if came_to <= cap {
            return Ok(None);
        }
        let kept = split_by_largest_remainder(cap.0, points);
        let lost = eligible.iter().zip(points.iter().zip(&kept)).filter(|(_, (before, kept))| before != kept);
        let lines = lost.map(|(eligible, (before, kept))| RuleLine {
            line: eligible.line.number,
            points: Points(before - kept),
        });
        let base = Money::total(eligible.iter().map(|eligible| Money(eligible.net)))?;
        let cut = Self { came_to, cap, base, lines: lines.collect() };
        *points = kept;
        Ok(Some(cut))
    }

    fn result(&self) -> RuleResult {
        let points = Points(self.cap.0 - self.came_to.0);
        RuleResult { rule: TICKET_CAP.to_owned(), kind: LineKind::Sale, amount: self.base.0, points }
    }
}

impl RuleWorking {
    fn result(&self) -> RuleResult {
        let Self { rule, kind, base, points, .. } = self;
        RuleResult { rule: rule.clone(), kind: *kind, amount: base.0, points: *points }
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
    work(programme, sale).map(|working| working.earned())
}

/// How the sale's points come about under the programme.
pub fn work(programme: &Programme, sale: &Sale) -> Result<Working, AmountError> {
    let mut working = Working::default();
    for part in Part::ALL {
        let eligible = eligible(programme, sale, part)?;
        if eligible.is_empty() {
            continue;
        }
        let mut points = vec![0_i64; eligible.len()];
        let mut apply = |rule: &str, factor: i64, product_lines: &[String]| {
            let applies =
                |line: &SaleLine| product_lines.is_empty() || product_lines.contains(&line.product_line);
            let rule = applied(programme, part, &eligible, &mut points, (rule, factor), applies)?;
            working.rules.push(rule);
            Ok(())
        };
        apply("base", 100, &[])?;
        for multiplier in programme.multipliers.iter().filter(|_| part != Part::WithoutReceipt) {
            apply(&multiplier.name, multiplier.factor, &multiplier.product_lines)?;
        }
        if let (Part::Sold, Some(cap)) = (part, programme.caps.and_then(|caps| caps.ticket)) {
            working.cut = Cut::of(cap, &eligible, &mut points)?;
        }
        working.lines.extend(eligible.iter().zip(points).map(|(Eligible { line, net }, points)| {
            LineWorking {
                line: line.number,
                kind: part.kind(),
                net: line.net,
                base: Money(*net),
                points: Points(points),
            }
        }));
    }
    Ok(working)
}

/// One rule, by its name and factor, on the lines it applies to; adds to the points of each.
fn applied(
    programme: &Programme,
    part: Part,
    eligible: &[Eligible<'_>],
    points: &mut [i64],
    (rule, factor): (&str, i64),
    applies: impl Fn(&SaleLine) -> bool,
) -> Result<RuleWorking, AmountError> {
    let weights: Vec<i64> = eligible.iter().map(|l| if applies(l.line) { l.net } else { 0 }).collect();
    let base: i128 = weights.iter().map(|w| i128::from(*w)).sum();
    let rate = programme.base;
    let per_whole = i128::from(rate.points) * i128::from(factor);
    let numerator = base.checked_mul(per_whole).ok_or(AmountError::Overflow)?;
    let exact = Exact { numerator, denominator: i128::from(rate.per) * 100 };
    let granted = exact.floored(programme.step())?;
    let parts =
        if granted == 0 { vec![0; weights.len()] } else { split_by_largest_remainder(granted, &weights) };
    let mut lines = vec![];
    for ((sum, part), eligible) in
        points.iter_mut().zip(parts).zip(eligible).filter(|((_, part), _)| *part != 0)
    {
        *sum = sum.checked_add(part).ok_or(AmountError::Overflow)?;
        lines.push(RuleLine { line: eligible.line.number, points: Points(part) });
    }
    Ok(RuleWorking {
        rule: rule.to_owned(),
        kind: part.kind(),
        without_receipt: part == Part::WithoutReceipt,
        rate,
        factor,
        base: Money(i64::try_from(base).map_err(|_| AmountError::Overflow)?),
        exact,
        points: Points(granted),
        lines,
    })
}
