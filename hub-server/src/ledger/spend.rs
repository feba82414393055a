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
