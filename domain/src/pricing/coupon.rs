//! Coupons: what papers that the customer hands over take off the goods, after every rule.
//!
//! They come in an order of their own, whatever was scanned first: free pieces, then amounts, then
//! percentages; of each kind those for some goods before those for all. Each works on what the ones before
//! left of a line, and none takes more.

use serde::{Deserialize, Serialize};

use super::benefit::{Take, part, shared};
use super::rule::{Applied, Phase, Source};
use super::{Open, PriceLine};
use crate::codes::{CouponCode, Sku};
use crate::money::{AmountError, Money, Quantity};
use crate::sale::LineKind;

/// In the order in which they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Worth {
    /// The price of one piece: of the cheapest that it is for, as everywhere where pieces are free.
    FreePiece,
    /// As shelf prices are, with tax or without.
    Amount(Money),
    /// In 1/100 of a per cent, of all lines together.
    Percent(i64),
}

/// The goods that a coupon is for; all of them where it names none.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Reach {
    pub products: Vec<Sku>,
    pub product_lines: Vec<String>,
}

impl Reach {
    pub fn is_all(&self) -> bool {
        self.products.is_empty() && self.product_lines.is_empty()
    }

    fn holds(&self, line: &PriceLine<'_>) -> bool {
        self.is_all()
            || self.products.contains(line.sku)
            || self.product_lines.iter().any(|name| name == line.product_line)
    }
}

/// A coupon that lies on the counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coupon<'a> {
    /// Unique on the ticket. Decides only between coupons that are alike in everything.
    pub number: u32,
    pub code: &'a CouponCode,
    pub worth: Worth,
    pub reach: &'a Reach,
    /// What the goods on the ticket must come to before coupons.
    pub minimum: Money,
    /// False: it takes nothing off lines that an offer, a promotion or a member's price lowered.
    pub with_promotions: bool,
}

/// Why a coupon takes nothing as the ticket stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Idle {
    /// The goods do not come to its minimum.
    Minimum,
    /// Nothing on the ticket is what it is for.
    NoGoods,
    /// What it is for has an offer, and it is not joint with offers.
    Promoted,
    /// Other discounts left nothing to take.
    NothingLeft,
}

impl Idle {
    /// Stable name for screens and logs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Minimum => "coupon_minimum",
            Self::NoGoods => "coupon_no_goods",
            Self::Promoted => "coupon_promoted",
            Self::NothingLeft => "coupon_nothing_left",
        }
    }
}

/// What became of a coupon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// The coupon's.
    pub number: u32,
    /// Above zero, as shelf prices are.
    pub taken: Result<Money, Idle>,
}

/// The name under which a coupon stands in [`Applied::rule`].
pub fn rule_id(number: u32) -> String {
    format!("coupon-{number:05}")
}

/// Takes the coupons off the lines; the answer is in the order of their numbers.
pub(super) fn walk(coupons: &[Coupon<'_>], lines: &mut [Open<'_>]) -> Result<Vec<Outcome>, AmountError> {
    let mut counter = Counter::of(lines)?;
    let mut in_turn: Vec<&Coupon<'_>> = coupons.iter().collect();
    in_turn.sort_by_key(|coupon| turn(coupon));
    let mut outcomes = vec![];
    for coupon in in_turn {
        let taken = match counter.takes(coupon)? {
            Ok(takes) => Ok(counter.take(coupon, &takes)?),
            Err(idle) => Err(idle),
        };
        outcomes.push(Outcome { number: coupon.number, taken });
    }
    outcomes.sort_by_key(|outcome| outcome.number);
    Ok(outcomes)
}

fn turn<'c>(coupon: &'c Coupon<'_>) -> impl Ord + use<'c> {
    let kind = match coupon.worth {
        Worth::FreePiece => 0,
        Worth::Amount(_) => 1,
        Worth::Percent(_) => 2,
    };
    let alike = (coupon.worth, coupon.reach, coupon.minimum, coupon.with_promotions, coupon.code);
    (kind, coupon.reach.is_all(), alike, coupon.number)
}

/// The lines as the coupons find them.
struct Counter<'w, 'a> {
    lines: &'w mut [Open<'a>],
    /// What was left of each before the first coupon, and how many of its pieces are free since.
    before: Vec<(Money, i64)>,
    /// All goods sold.
    sold: Money,
}

impl<'w, 'a> Counter<'w, 'a> {
    fn of(lines: &'w mut [Open<'a>]) -> Result<Self, AmountError> {
        let sold = lines.iter().filter(|open| open.line.kind == LineKind::Sale).map(|open| open.left);
        let sold = Money::total(sold)?;
        let before = lines.iter().map(|open| (open.left, 0)).collect();
        Ok(Self { lines, before, sold })
    }

    fn takes(&self, coupon: &Coupon<'_>) -> Result<Result<Vec<Take>, Idle>, AmountError> {
        if self.sold < coupon.minimum {
            return Ok(Err(Idle::Minimum));
        }
        let meant = |open: &Open<'_>| open.line.kind == LineKind::Sale && coupon.reach.holds(open.line);
        let meant: Vec<usize> = (0..self.lines.len()).filter(|&at| meant(&self.lines[at])).collect();
        if meant.is_empty() {
            return Ok(Err(Idle::NoGoods));
        }
        let joins = |at: &usize| coupon.with_promotions || !is_promoted(&self.lines[*at]);
        let joined: Vec<usize> = meant.into_iter().filter(joins).collect();
        if joined.is_empty() {
            return Ok(Err(Idle::Promoted));
        }
        let reached: Vec<usize> = joined.into_iter().filter(|&at| self.lines[at].left.0 > 0).collect();
        let takes = match coupon.worth {
            Worth::FreePiece => self.cheapest_piece(&reached)?.into_iter().collect(),
            Worth::Amount(amount) => shared(&reached, self.lines, amount)?,
            Worth::Percent(percent) => {
                let base = Money::total(reached.iter().map(|&at| self.lines[at].left))?;
                shared(&reached, self.lines, part(base, percent)?)?
            }
        };
        let takes_something = takes.iter().any(|(_, amount)| amount.0 > 0);
        Ok(if takes_something { Ok(takes) } else { Err(Idle::NothingLeft) })
    }

    /// Weighed goods have no pieces. Between equal pieces the order of the lines decides, which is that of the
    /// goods.
    fn cheapest_piece(&self, reached: &[usize]) -> Result<Option<Take>, AmountError> {
        let mut cheapest: Option<((i64, i64), Take)> = None;
        for &at in reached {
            let Open { line, left, .. } = &self.lines[at];
            let (worth, freed) = self.before[at];
            let pieces = line.quantity.0 / Quantity::ONE.0;
            if line.quantity.0 % Quantity::ONE.0 != 0 || freed >= pieces {
                continue;
            }
            let price = worth.scaled(freed + 1, pieces)?.minus(worth.scaled(freed, pieces)?)?;
            let is_less = |(other, of): (i64, i64)| {
                i128::from(worth.0) * i128::from(of) < i128::from(other) * i128::from(pieces)
            };
            if price.0 > 0 && cheapest.as_ref().is_none_or(|(unit, _)| is_less(*unit)) {
                cheapest = Some(((worth.0, pieces), (at, price.min(*left))));
            }
        }
        Ok(cheapest.map(|(_, take)| take))
    }

    fn take(&mut self, coupon: &Coupon<'_>, takes: &[Take]) -> Result<Money, AmountError> {
        for &(at, amount) in takes.iter().filter(|(_, amount)| amount.0 > 0) {
            let open = &mut self.lines[at];
            open.left = open.left.minus(amount)?;
            let source = Source::Coupon(coupon.code.clone());
            let rule = rule_id(coupon.number);
            open.applied.push(Applied { phase: Phase::Coupon, rule, source, amount });
            if coupon.worth == Worth::FreePiece {
                self.before[at].1 += 1;
            }
        }
        Money::total(takes.iter().map(|(_, amount)| *amount))
    }
}

/// What a cashier takes off by hand is no promotion, and no more is another coupon.
fn is_promoted(open: &Open<'_>) -> bool {
    open.applied.iter().any(|applied| match applied.source {
        Source::Offer(_) | Source::PriceRule(_) => true,
        Source::Cashier { .. } | Source::Coupon(_) => false,
    })
}
