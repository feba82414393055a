//! The rules engine: a sale and a programme in, points and their working out. The till shows its result as a
//! preview and the hub posts it as the truth, so it is exact and has no input besides its arguments.
//!
//! Each rule is computed on the ticket's eligible net amount as an exact fraction, floored once per
//! ticket and rule, and then split to the lines by largest remainder. The split is what a return takes
//! back, so that partial returns add up to the whole. What a sale earns is the sum of its working, so what is
//! explained cannot differ from what is posted.

use std::fmt;

use serde::{Serialize, Serializer};

use super::earning::{BASE, Gives, Only};
use super::eligible::{Eligible, Part, eligible};
use super::rules::{Earned, LinePoints, Programme, Rate, RuleResult, TICKET_CAP};
use crate::money::{AmountError, Money, Points, Quantity, split_by_largest_remainder};
use crate::sale::{LineKind, Sale, SaleLine};

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
    /// `base`, or the name of the multiplier or earn rule.
    pub rule: String,
    pub kind: LineKind,
    /// Of goods that came back without a receipt.
    pub without_receipt: bool,
    /// The base rate; a factor is one of it, and 100 the rate itself.
    pub rate: Rate,
    pub gives: Gives,
    /// The eligible net amount.
    pub base: Money,
    /// How much of the goods that was.
    pub quantity: Quantity,
    /// Whether that is less than the rule asks for, so that it gives nothing.
    pub is_short: bool,
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
        for rule in rules(programme, sale, part) {
            working.rules.push(rule.applied(programme, part, &eligible, &mut points)?);
        }
        if let (Part::Sold, Some(cap)) = (part, programme.caps.and_then(|caps| caps.ticket)) {
            working.cut = Cut::of(cap, &eligible, &mut points)?;
        }
        working.lines.extend(eligible.iter().zip(points).map(|(Eligible { line, net, .. }, points)| {
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

/// A rule of whatever kind.
struct Rule<'a> {
    name: &'a str,
    gives: Gives,
    product_lines: &'a [String],
    only: Option<&'a Only>,
}

/// The rules for a part of a ticket, the base rate first. What came back takes back no bonus of a whole ticket:
/// whether its own had one, nobody knows.
fn rules<'a>(programme: &'a Programme, sale: &'a Sale, part: Part) -> impl Iterator<Item = Rule<'a>> {
    let base = Rule { name: BASE, gives: Gives::Factor(100), product_lines: &[], only: None };
    let multipliers = programme.multipliers.iter().map(|multiplier| Rule {
        name: &multiplier.name,
        gives: Gives::Factor(multiplier.factor),
        product_lines: &multiplier.product_lines,
        only: None,
    });
    let earn = programme.earn.iter().filter(move |rule| {
        rule.only.has_ticket(sale) && (part == Part::Sold || !matches!(rule.gives, Gives::Ticket(_)))
    });
    let earn = earn.map(|rule| Rule {
        name: &rule.name,
        gives: rule.gives,
        product_lines: &[],
        only: Some(&rule.only),
    });
    let beside = multipliers.chain(earn).filter(move |_| part != Part::WithoutReceipt);
    std::iter::once(base).chain(beside)
}

impl Rule<'_> {
    fn has(&self, line: &SaleLine) -> bool {
        (self.product_lines.is_empty() || self.product_lines.contains(&line.product_line))
            && self.only.is_none_or(|only| only.has_line(line))
    }

    /// What it gives exactly for so much of the goods that it applies to.
    fn exact(&self, rate: Rate, amount: i128, quantity: i128) -> Result<Exact, AmountError> {
        let (goods, points, per) = match self.gives {
            Gives::Factor(factor) => {
                (amount, i128::from(rate.points) * i128::from(factor), i128::from(rate.per) * 100)
            }
            Gives::Ticket(points) => (i128::from(amount > 0), i128::from(points.0), 1),
            Gives::Amount(own) => (amount, i128::from(own.points), i128::from(own.per)),
            Gives::Unit(own) => (quantity, i128::from(own.points), i128::from(own.per)),
        };
        let numerator = goods.checked_mul(points).ok_or(AmountError::Overflow)?;
        Ok(Exact { numerator, denominator: per })
    }

    /// The rule on the lines that it applies to; adds to the points of each.
    fn applied(
        &self,
        programme: &Programme,
        part: Part,
        eligible: &[Eligible<'_>],
        points: &mut [i64],
    ) -> Result<RuleWorking, AmountError> {
        let of = |goods: fn(&Eligible<'_>) -> i64| -> Vec<i64> {
            eligible.iter().map(|one| if self.has(one.line) { goods(one) } else { 0 }).collect()
        };
        let (nets, quantities) = (of(|one| one.net), of(|one| one.quantity));
        let sum = |goods: &[i64]| goods.iter().map(|goods| i128::from(*goods)).sum::<i128>();
        let (base, quantity) = (sum(&nets), sum(&quantities));
        let is_short = self.only.is_some_and(|only| only.is_short(base, quantity));
        let mut exact = self.exact(programme.base, base, quantity)?;
        if is_short {
            exact.numerator = 0;
        }
        let granted = exact.floored(programme.step())?;
        let weights = if matches!(self.gives, Gives::Unit(_)) { quantities } else { nets };
        let whole = |sum: i128| i64::try_from(sum).map_err(|_| AmountError::Overflow);
        Ok(RuleWorking {
            rule: self.name.to_owned(),
            kind: part.kind(),
            without_receipt: part == Part::WithoutReceipt,
            rate: programme.base,
            gives: self.gives,
            base: Money(whole(base)?),
            quantity: Quantity(whole(quantity)?),
            is_short,
            exact,
            points: Points(granted),
            lines: shared_out(granted, &weights, eligible, points)?,
        })
    }
}

/// What a rule grants, split to the lines by largest remainder; adds to the points of each.
fn shared_out(
    granted: i64,
    weights: &[i64],
    eligible: &[Eligible<'_>],
    points: &mut [i64],
) -> Result<Vec<RuleLine>, AmountError> {
    let parts =
        if granted == 0 { vec![0; weights.len()] } else { split_by_largest_remainder(granted, weights) };
    let mut lines = vec![];
    for ((sum, part), eligible) in
        points.iter_mut().zip(parts).zip(eligible).filter(|((_, part), _)| *part != 0)
    {
        *sum = sum.checked_add(part).ok_or(AmountError::Overflow)?;
        lines.push(RuleLine { line: eligible.line.number, points: Points(part) });
    }
    Ok(lines)
}
