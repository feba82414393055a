//! Which points a ticket spends and which it gives back: pure.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::SaleId;
use domain::money::{AmountError, Points, split_by_largest_remainder};
use domain::sale::{LineKind, Sale};

/// Points that a ticket takes; zero for one that only gives some back. What goes back to a named sale is
/// no part of it: that may be another member's.
pub fn spent(sale: &Sale) -> Result<Points, AmountError> {
    Ok(unnamed(sale)?.max(Points::ZERO))
}

/// Points taken less those given back to no sale in particular.
fn unnamed(sale: &Sale) -> Result<Points, AmountError> {
    Points::total(sale.tenders.iter().filter(|t| t.origin.is_none()).filter_map(|t| t.points))
}

/// A ticket that gave points back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GivenBack {
    pub sale: SaleId,
    /// What goes back to sales that the tenders name.
    pub named: BTreeMap<SaleId, Points>,
    /// What goes back besides.
    pub points: Points,
    /// What the returned lines of each original came to, in minor units.
    pub originals: BTreeMap<SaleId, i64>,
    pub occurred_at: DateTime<Utc>,
    pub business_date: NaiveDate,
}

impl GivenBack {
    pub fn of(sale: &Sale) -> Result<Option<Self>, AmountError> {
        let points = unnamed(sale)?.negated()?.max(Points::ZERO);
        let mut named: BTreeMap<SaleId, Points> = BTreeMap::new();
        for tender in &sale.tenders {
            if let (Some(origin), Some(points)) = (tender.origin, tender.points) {
                let sum = named.entry(origin).or_default();
                *sum = sum.minus(points)?;
            }
        }
        if points.is_zero() && named.is_empty() {
            return Ok(None);
        }
        let mut originals: BTreeMap<SaleId, i64> = BTreeMap::new();
        for line in sale.counted_lines().filter(|line| line.kind == LineKind::Return) {
            if let Some(origin) = line.origin {
                let sum = originals.entry(origin.sale).or_default();
                *sum = sum.checked_add(line.paid()?.0).ok_or(AmountError::Overflow)?;
            }
        }
        let (occurred_at, business_date) = (sale.occurred_at.to_utc(), sale.business_date);
        Ok(Some(Self { sale: sale.id, named, points, originals, occurred_at, business_date }))
    }

    /// How much goes back to what each original spent: as the tenders name them, and where they name none by
    /// what came back of each. Without a receipt all of it goes to the ticket's own account, under the ticket's
    /// own id. It depends on nothing but the ticket, so it is the same whatever has arrived.
    pub fn parts(&self) -> Vec<(SaleId, Points)> {
        let mut parts = self.named.clone();
        let weights: Vec<i64> = self.originals.values().copied().collect();
        let by_worth = split_by_largest_remainder(self.points.0, &weights);
        let besides: Vec<(SaleId, i64)> = if self.originals.is_empty() {
            vec![(self.sale, self.points.0)]
        } else {
            self.originals.keys().copied().zip(by_worth).collect()
        };
        for (sale, points) in besides {
            let sum = parts.entry(sale).or_default();
            *sum = Points(sum.0.saturating_add(points));
        }
        parts.into_iter().filter(|(_, points)| !points.is_zero()).collect()
    }
}

/// What a ticket gives back, by the sale that spent it; the ticket itself where it names none.
pub fn given_back(sale: &Sale) -> Result<Vec<(SaleId, Points)>, AmountError> {
    Ok(GivenBack::of(sale)?.map(|given| given.parts()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use domain::money::{Money, Quantity};
    use domain::sale::{Origin, SaleDraft, SaleLine, SaleStatus, Tender, TenderKind};

    use super::*;

    fn id(n: u8) -> SaleId {
        SaleId::new(i64::from(n), [n; 10])
    }

    fn line(number: u32, kind: LineKind, paid: i64, origin: Option<u8>) -> SaleLine {
        SaleLine {
            number,
            kind,
            sku: "a".parse().unwrap(),
            name: String::new(),
            product_line: String::new(),
            category: String::new(),
            quantity: Quantity::ONE,
            unit_price: Money(paid),
            gross: Money(paid),
            discount: Money::ZERO,
            net: Money(paid),
            tax: Money::ZERO,
            promotion: None,
            origin: origin.map(|n| Origin { sale: id(n), line: 1 }),
        }
    }

    /// 40.00 of sale 1 and 60.00 of sale 2 come back, and 50.00 is sold.
    fn exchange(tenders: Vec<Tender>) -> Sale {
        let paid: i64 = tenders.iter().map(|tender| tender.amount.0).sum();
        let rest = Tender::new(TenderKind::Cash, Money(-5_000 - paid));
        Sale::close(SaleDraft {
            id: id(9),
            store: "1".parse().unwrap(),
            till: "1".parse().unwrap(),
            business_date: "2026-03-01".parse().unwrap(),
            receipt_no: 9,
            occurred_at: "2026-03-01T10:00:00-05:00".parse().unwrap(),
            cashier: None,
            card: None,
            card_entry: None,
            status: SaleStatus::Completed,
            lines: vec![
                line(1, LineKind::Return, 4_000, Some(1)),
                line(2, LineKind::Return, 6_000, Some(2)),
                line(3, LineKind::Sale, 5_000, None),
            ],
            tenders: tenders.into_iter().chain([rest]).collect(),
            change: Money::ZERO,
            rounding: Money::ZERO,
            approved_by: None,
        })
        .unwrap()
    }

    fn back(points: i64, origin: Option<u8>) -> Tender {
        Tender { origin: origin.map(id), ..Tender::of_points(Points(-points), Money(-points)) }
    }

    #[test]
    fn points_go_back_to_the_sale_that_spent_them() {
        let taken = || Tender::of_points(Points(900), Money(900));
        for (what, tenders, spends, gives) in [
            ("the tender names it", vec![back(1_000, Some(2))], 0, vec![(2, 1_000)]),
            ("each its own", vec![back(10, Some(1)), back(90, Some(2))], 0, vec![(1, 10), (2, 90)]),
            ("none is named: by what came back", vec![back(1_000, None)], 0, vec![(1, 400), (2, 600)]),
            (
                "what pays the rest is spent all the same",
                vec![back(1_000, Some(2)), taken()],
                900,
                vec![(2, 1_000)],
            ),
            ("unnamed it is one sum", vec![back(1_000, None), taken()], 0, vec![(1, 40), (2, 60)]),
            ("two tenders of one sale", vec![back(10, Some(2)), back(5, Some(2))], 0, vec![(2, 15)]),
            ("nothing", vec![], 0, vec![]),
        ] {
            let sale = exchange(tenders);
            assert_eq!(spent(&sale), Ok(Points(spends)), "{what}");
            let wanted: Vec<_> = gives.into_iter().map(|(n, points)| (id(n), Points(points))).collect();
            assert_eq!(given_back(&sale), Ok(wanted), "{what}");
        }
    }
}
