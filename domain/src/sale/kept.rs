//! Even exchange: goods that come back for the same goods. The pieces that leave keep the points of those that came
//! back: they earn none, and the goods that came back take none. When such a piece comes back itself, it takes the
//! points that it kept. Who is exchanged for whom stands on the ticket, so it does not matter what arrives first.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{LineKind, Origin, Sale, SaleDraft, SaleError, SaleLine};
use crate::codes::Sku;
use crate::money::{AmountError, Money, Quantity};

/// So many pieces of a line have the points of a line of an earlier sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub of: Origin,
    pub quantity: Quantity,
}

impl SaleLine {
    /// How many of its pieces have the points of other lines.
    pub fn kept(&self) -> Result<Quantity, AmountError> {
        Quantity::total(self.keeps.iter().map(|kept| kept.quantity))
    }

    /// Those that have points of their own.
    pub fn own_quantity(&self) -> Result<Quantity, AmountError> {
        self.quantity.minus(self.kept()?)
    }

    /// Whose points pieces of a sold line have that come back, after `before` of it did: those of an even exchange come
    /// back first, and what is missing in the answer has its own.
    pub fn kept_among(&self, before: Quantity, returning: Quantity) -> Result<Vec<Kept>, AmountError> {
        let (mut skip, mut left) = (before, returning);
        let mut found = vec![];
        for kept in &self.keeps {
            let passed = skip.min(kept.quantity);
            skip = skip.minus(passed)?;
            let quantity = kept.quantity.minus(passed)?.min(left);
            left = left.minus(quantity)?;
            if quantity > Quantity::ZERO {
                found.push(Kept { of: kept.of, quantity });
            }
        }
        Ok(found)
    }

    /// Whose points the pieces of a returned line have.
    fn holders(&self) -> Result<Vec<Kept>, AmountError> {
        let mut holders = self.keeps.clone();
        if let Some(of) = self.origin {
            holders.push(Kept { of, quantity: self.own_quantity()? });
        }
        Ok(holders)
    }
}

/// Pieces that came back, what one of them cost, and whose points they have.
struct Back {
    sku: Sku,
    net: Money,
    of: Quantity,
    kept: Kept,
}

impl Back {
    /// How much more or less one piece of a sold line costs; none where it costs less. Each line's net is rounded once, so
    /// a minor unit of a line is no difference.
    fn apart(&self, sold: &SaleLine) -> Option<u128> {
        let dearest = each(sold.net.0.saturating_add(1), sold.quantity);
        let least = each(self.net.0.saturating_sub(1), self.of);
        (dearest >= least).then(|| each(sold.net.0, sold.quantity).abs_diff(each(self.net.0, self.of)))
    }
}

/// Of one piece, in millionths of a minor unit.
fn each(net: i64, quantity: Quantity) -> i128 {
    i128::from(net) * 1_000_000 * i128::from(Quantity::ONE.0) / i128::from(quantity.0.max(1))
}

/// Lets sold lines keep the points of the same goods that come back on the ticket, where they cost no less: those of the
/// nearest price first, then by their numbers, so that the order of the lines changes nothing. `barred` are lines, of
/// either kind, that are not exchanged evenly.
pub fn keep_points(lines: &mut [SaleLine], barred: &BTreeSet<u32>) -> Result<(), AmountError> {
    let mut open: Vec<Back> = vec![];
    let takes_part = |line: &&SaleLine| line.kind == LineKind::Return && !barred.contains(&line.number);
    let mut returned: Vec<&SaleLine> = lines.iter().filter(takes_part).collect();
    returned.sort_by_key(|line| line.number);
    for line in returned {
        let back = |kept| Back { sku: line.sku.clone(), net: line.net, of: line.quantity, kept };
        open.extend(line.holders()?.into_iter().map(back));
    }
    let mut pairs: Vec<(u128, u32, usize, usize)> = vec![];
    for (at, line) in lines.iter_mut().enumerate().filter(|(_, line)| line.kind == LineKind::Sale) {
        line.keeps.clear();
        if barred.contains(&line.number) {
            continue;
        }
        let sold: &SaleLine = line;
        let same = open.iter().enumerate().filter(|(_, back)| back.sku == sold.sku);
        pairs.extend(same.filter_map(|(from, back)| Some((back.apart(sold)?, sold.number, from, at))));
    }
    pairs.sort_unstable();
    for (_, _, from, at) in pairs {
        let (line, back) = (&mut lines[at], &mut open[from].kept);
        let quantity = back.quantity.min(line.own_quantity()?);
        if quantity > Quantity::ZERO {
            line.keeps.push(Kept { of: back.of, quantity });
            back.quantity = back.quantity.minus(quantity)?;
        }
    }
    Ok(())
}

type Pieces = BTreeMap<Origin, Quantity>;

fn add(pieces: &mut Pieces, of: Origin, quantity: Quantity) -> Result<(), AmountError> {
    let sum = pieces.entry(of).or_default();
    *sum = sum.plus(quantity)?;
    Ok(())
}

fn taken<'l>(lines: impl Iterator<Item = &'l SaleLine>) -> Result<Pieces, AmountError> {
    let mut pieces = Pieces::new();
    for line in lines {
        match line.kind {
            LineKind::Return => {
                for Kept { of, quantity } in line.holders()? {
                    add(&mut pieces, of, quantity)?;
                }
            }
            LineKind::Sale => {
                for kept in &line.keeps {
                    add(&mut pieces, kept.of, Quantity::ZERO.minus(kept.quantity)?)?;
                }
            }
            LineKind::Void => {}
        }
    }
    Ok(pieces)
}

impl Sale {
    /// Of which earlier lines the ticket takes points back, and of how many pieces each: of what came back, less what left
    /// evenly for it.
    pub fn points_back(&self) -> Result<BTreeMap<Origin, Quantity>, AmountError> {
        let mut pieces = taken(self.counted_lines())?;
        pieces.retain(|_, quantity| *quantity > Quantity::ZERO);
        Ok(pieces)
    }

    /// What even exchanges change about that: to be added to what the returned lines name.
    pub fn points_moved(&self) -> Result<BTreeMap<Origin, Quantity>, AmountError> {
        let mut moved = taken(self.counted_lines())?;
        for line in self.counted_lines().filter(|line| line.kind == LineKind::Return) {
            if let Some(of) = line.origin {
                add(&mut moved, of, Quantity::ZERO.minus(line.quantity)?)?;
            }
        }
        moved.retain(|_, quantity| *quantity != Quantity::ZERO);
        Ok(moved)
    }
}

/// No line keeps more points than it has pieces, nor a ticket more than came back on it.
pub(super) fn check(draft: &SaleDraft) -> Result<(), SaleError> {
    for line in draft.lines.iter().filter(|line| !line.keeps.is_empty()) {
        let is_whole = line.keeps.iter().all(|kept| kept.quantity > Quantity::ZERO);
        let has_kind =
            line.kind == LineKind::Sale || (line.kind == LineKind::Return && line.origin.is_some());
        if !is_whole || !has_kind || line.kept()? > line.quantity {
            return Err(SaleError::Kept { line: line.number });
        }
    }
    let lacks = taken(draft.lines.iter())?.into_values().any(|quantity| quantity < Quantity::ZERO);
    if lacks { Err(SaleError::Exchanged) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::SaleId;
    use crate::sale::tests::{draft, line};

    fn of(n: u8) -> Origin {
        Origin { sale: SaleId::new(1, [n; 10]), line: 1 }
    }

    fn pieces(line: SaleLine, n: i64) -> SaleLine {
        let worth = |amount: Money| Money(amount.0 * n);
        let (gross, net) = (worth(line.gross), worth(line.net));
        SaleLine { quantity: Quantity::pieces(n).unwrap(), gross, net, ..line }
    }

    fn sold(number: u32, n: i64) -> SaleLine {
        pieces(line(number, LineKind::Sale, 500), n)
    }

    fn back(number: u32, origin: Origin, n: i64) -> SaleLine {
        SaleLine { origin: Some(origin), ..pieces(line(number, LineKind::Return, 500), n) }
    }

    fn kept(of: Origin, n: i64) -> Kept {
        Kept { of, quantity: Quantity::pieces(n).unwrap() }
    }

    /// The lines of a ticket, what its sold lines keep, and of what the ticket takes points back.
    #[test]
    fn an_even_exchange_keeps_and_the_rest_takes_and_earns() {
        let other = SaleLine { sku: "2002".parse().unwrap(), ..sold(2, 2) };
        let loose = SaleLine { origin: None, without_receipt: true, ..back(1, of(1), 2) };
        let again = SaleLine { keeps: vec![kept(of(9), 1)], ..back(1, of(1), 2) };
        let table = [
            ("2 back, 2 new", vec![back(1, of(1), 2), sold(2, 2)], vec![vec![kept(of(1), 2)]], vec![]),
            ("2 back, 3 new", vec![back(1, of(1), 2), sold(2, 3)], vec![vec![kept(of(1), 2)]], vec![]),
            (
                "3 back, 2 new",
                vec![back(1, of(1), 3), sold(2, 2)],
                vec![vec![kept(of(1), 2)]],
                vec![kept(of(1), 1)],
            ),
            (
                "new in two lines",
                vec![sold(1, 1), back(2, of(1), 2), sold(3, 2)],
                vec![vec![kept(of(1), 1)], vec![kept(of(1), 1)]],
                vec![],
            ),
            (
                "of two receipts",
                vec![back(1, of(1), 1), back(2, of(2), 2), sold(3, 2)],
                vec![vec![kept(of(1), 1), kept(of(2), 1)]],
                vec![kept(of(2), 1)],
            ),
            ("other goods", vec![back(1, of(1), 2), other], vec![vec![]], vec![kept(of(1), 2)]),
            ("of no receipt", vec![loose, sold(2, 2)], vec![vec![]], vec![]),
            ("exchanged before", vec![again, sold(2, 2)], vec![vec![kept(of(9), 1), kept(of(1), 1)]], vec![]),
        ];
        for (what, mut lines, keeps, takes) in table {
            keep_points(&mut lines, &BTreeSet::new()).unwrap();
            let found: Vec<_> =
                lines.iter().filter(|l| l.kind == LineKind::Sale).map(|l| l.keeps.clone()).collect();
            assert_eq!(found, keeps, "{what}");
            let total = crate::sale::lines_total(&draft(lines.clone(), 0, 0)).unwrap();
            let sale = Sale::close(draft(lines, total.0, 0)).unwrap();
            let takes: BTreeMap<_, _> = takes.into_iter().map(|kept| (kept.of, kept.quantity)).collect();
            assert_eq!(sale.points_back().unwrap(), takes, "{what}");
        }
    }

    #[test]
    fn what_is_barred_keeps_nothing_and_leaves_nothing_to_keep() {
        for barred in [1, 2] {
            let mut lines = [back(1, of(1), 1), sold(2, 1)];
            keep_points(&mut lines, &[barred].into()).unwrap();
            assert_eq!(lines[1].keeps, []);
        }
    }

    fn priced(line: SaleLine, net: i64) -> SaleLine {
        SaleLine { gross: Money(net), net: Money(net), ..line }
    }

    /// What a line of so many pieces cost that comes back, what one costs that leaves, and whether that is even.
    #[test]
    fn cheaper_pieces_keep_no_points() {
        for (came, pieces, leaves, is_even) in [
            (50_000, 1, 1, false),
            (50_000, 1, 5_000, false),
            (50_000, 1, 49_900, false),
            (50_000, 1, 50_000, true),
            (50_000, 1, 80_000, true),
            // A third of 10.00 is rounded.
            (667, 2, 333, true),
            (667, 2, 300, false),
        ] {
            let mut lines = [priced(back(1, of(1), pieces), came), priced(sold(2, 1), leaves)];
            keep_points(&mut lines, &BTreeSet::new()).unwrap();
            assert_eq!(!lines[1].keeps.is_empty(), is_even, "{came} of {pieces} for {leaves}");
        }
    }

    /// One came back, and it is the nearest price that keeps its points, wherever the lines stand.
    #[test]
    fn the_order_of_lines_changes_nothing() {
        let lines =
            [back(1, of(1), 1), priced(sold(2, 1), 900), priced(sold(3, 1), 600), sold(4, 1), sold(5, 1)];
        for first in 0..lines.len() {
            let mut turned = lines.to_vec();
            turned.rotate_left(first);
            keep_points(&mut turned, &BTreeSet::new()).unwrap();
            let keeping = turned.iter().filter(|line| !line.keeps.is_empty()).map(|line| line.number);
            assert_eq!(keeping.collect::<Vec<_>>(), [4], "from {first}");
        }
    }

    #[test]
    fn exchanged_pieces_come_back_first() {
        let line = SaleLine { keeps: vec![kept(of(1), 1), kept(of(2), 1)], ..sold(1, 3) };
        let among = |before, n| {
            line.kept_among(Quantity::pieces(before).unwrap(), Quantity::pieces(n).unwrap()).unwrap()
        };
        assert_eq!(among(0, 3), line.keeps);
        assert_eq!(among(0, 1), [kept(of(1), 1)]);
        assert_eq!(among(1, 2), [kept(of(2), 1)]);
        assert_eq!(among(2, 1), []);
    }

    #[test]
    fn nothing_keeps_what_did_not_come_back() {
        let keeps = |line: SaleLine, keeps: Vec<Kept>| SaleLine { keeps, ..line };
        let close = |lines: Vec<SaleLine>| {
            let total = crate::sale::lines_total(&draft(lines.clone(), 0, 0)).unwrap();
            Sale::close(draft(lines, total.0, 0)).map(drop).map_err(|error| error.code())
        };
        let table = [
            (vec![keeps(sold(1, 1), vec![kept(of(1), 1)])], Err("sale_exchanged")),
            (vec![back(1, of(1), 1), keeps(sold(2, 2), vec![kept(of(1), 2)])], Err("sale_exchanged")),
            (vec![back(1, of(1), 2), keeps(sold(2, 1), vec![kept(of(1), 2)])], Err("sale_kept")),
            (vec![back(1, of(1), 2), keeps(sold(2, 1), vec![kept(of(1), 0)])], Err("sale_kept")),
            (vec![keeps(back(1, of(1), 2), vec![kept(of(2), 3)])], Err("sale_kept")),
            (vec![keeps(back(1, of(1), 2), vec![kept(of(2), 2)])], Ok(())),
            (vec![back(1, of(1), 2), keeps(sold(2, 2), vec![kept(of(1), 2)])], Ok(())),
        ];
        for (lines, wanted) in table {
            assert_eq!(close(lines.clone()), wanted, "{lines:?}");
        }
    }
}
