//! What may earn of a ticket: its parts, and of each line what was not paid with points and has no points of others.

use super::rules::Programme;
use crate::money::{AmountError, Money, scale_half_up, split_by_largest_remainder};
use crate::sale::{LineKind, Sale, SaleLine, Tender};

/// What the rules see as one ticket: they are never netted, or an exchange would move a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Sold,
    Returned,
    /// What came back without a receipt: nobody knows what it earned, so it takes back what it is worth at the
    /// base rate, whatever multiplies it today, and no points that went back paid any of it.
    WithoutReceipt,
}

impl Part {
    pub const ALL: [Self; 3] = [Self::Sold, Self::Returned, Self::WithoutReceipt];

    pub fn kind(self) -> LineKind {
        match self {
            Self::Sold => LineKind::Sale,
            Self::Returned | Self::WithoutReceipt => LineKind::Return,
        }
    }

    fn has(self, line: &SaleLine) -> bool {
        line.kind == self.kind() && line.without_receipt == (self == Self::WithoutReceipt)
    }
}

/// A line that may earn, and what of it was not paid with points.
pub(super) struct Eligible<'a> {
    pub line: &'a SaleLine,
    /// In minor units.
    pub net: i64,
    /// In thousandths of a unit; none of goods that cost nothing.
    pub quantity: i64,
}

/// The lines of a part that earn, less what points paid of them (or, for returns, what was given back in
/// points), and less the pieces that keep the points of others. Points for a gift paid that line; the others are spread
/// over the eligible lines by what each of them cost in money, without such pieces, so points pay for goods that earn
/// before they pay for goods that do not. A gift card earns when it is spent, like cash, and not when it is sold.
pub(super) fn eligible<'a>(
    programme: &Programme,
    sale: &'a Sale,
    part: Part,
) -> Result<Vec<Eligible<'a>>, AmountError> {
    let lines: Vec<&SaleLine> = sale
        .counted_lines()
        .filter(|l| part.has(l) && !l.sells_gift_card() && !programme.excludes(l))
        .collect();
    let is_taken_off = |tender: &&Tender| tender.points.is_some() && !programme.earns_on_points;
    let in_points: Vec<&Tender> = sale.tenders.iter().filter(is_taken_off).collect();
    let open = |line: &&SaleLine| {
        let open = line.paid()?.minus(paid_as_gift(&in_points, line.number)?)?.0.max(0);
        own_part(line, open)
    };
    let open = lines.iter().map(open).collect::<Result<Vec<i64>, AmountError>>()?;
    let by_points = paid_with_points(&in_points, part)?;
    let all = Money::total(open.iter().map(|open| Money(*open)))?;
    let parts = split_by_largest_remainder(by_points.min(all).0, &open);
    let rest = |((line, open), part): ((&'a SaleLine, i64), i64)| {
        let paid = own_part(line, line.paid()?.0)?;
        if paid == 0 {
            return Ok(Eligible { line, net: own_part(line, line.net.0)?, quantity: 0 });
        }
        let open = open.saturating_sub(part).max(0);
        let of = |whole: i64| scale_half_up(own_part(line, whole)?, open, paid);
        Ok(Eligible { line, net: of(line.net.0)?, quantity: of(line.quantity.0)? })
    };
    lines.into_iter().zip(open).zip(parts).map(rest).collect()
}

/// What of a line's figure belongs to the pieces that keep nobody's points.
fn own_part(line: &SaleLine, whole: i64) -> Result<i64, AmountError> {
    if line.keeps.is_empty() {
        return Ok(whole);
    }
    scale_half_up(whole, line.own_quantity()?.0, line.quantity.0)
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
