//! Which points a ticket spends and which it gives back: pure.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::SaleId;
use domain::money::{AmountError, Points, split_by_largest_remainder};
use domain::sale::{LineKind, Sale};

/// Points of a ticket's tenders that took more than they gave back; zero otherwise.
pub fn spent(sale: &Sale) -> Result<Points, AmountError> {
    Ok(sale.points_spent()?.max(Points::ZERO))
}

/// A ticket that gave points back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GivenBack {
    pub sale: SaleId,
    pub points: Points,
    /// What the returned lines of each original came to, in minor units.
    pub originals: BTreeMap<SaleId, i64>,
    pub occurred_at: DateTime<Utc>,
    pub business_date: NaiveDate,
}

impl GivenBack {
    pub fn of(sale: &Sale) -> Result<Option<Self>, AmountError> {
        let points = sale.points_spent()?.negated()?;
        if points.0 <= 0 {
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
        Ok(Some(Self { sale: sale.id, points, originals, occurred_at, business_date }))
    }

    /// How much goes back to what each original spent, by what came back of it. Without a receipt all of it
    /// goes to the ticket's own account, under the ticket's own id. It depends on nothing but the ticket, so
    /// it is the same whatever has arrived.
    pub fn parts(&self) -> Vec<(SaleId, Points)> {
        if self.originals.is_empty() {
            return vec![(self.sale, self.points)];
        }
        let weights: Vec<i64> = self.originals.values().copied().collect();
        let parts = split_by_largest_remainder(self.points.0, &weights);
        let parts = self.originals.keys().copied().zip(parts.into_iter().map(Points));
        parts.filter(|(_, points)| !points.is_zero()).collect()
    }
}

/// What a ticket gives back, by the sale that spent it; the ticket itself where it names none.
pub fn given_back(sale: &Sale) -> Result<Vec<(SaleId, Points)>, AmountError> {
    Ok(GivenBack::of(sale)?.map(|given| given.parts()).unwrap_or_default())
}
