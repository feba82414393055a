//! The tiers of members, by the programme in force.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::ids::AccountId;
use domain::points::{EarnedByDay, Programme, Rank, Tiers};
use domain::snapshot::{Missing, NextTier, TierRow};

use crate::db::{DbError, Tx};
use crate::ledger;

/// What the ranks of some accounts are read from; without tiers in the programme, nothing.
#[derive(Debug, Default)]
pub struct Ranks {
    on: NaiveDate,
    tiers: Option<Tiers>,
    earned: HashMap<AccountId, EarnedByDay>,
}

impl Ranks {
    /// As they are on a date: today, or the latest sale's day where that is later. A rank is what the member has
    /// now, however long ago the last sale was.
    pub async fn read(tx: &mut Tx, accounts: &[AccountId], on: NaiveDate) -> Result<Self, DbError> {
        let programmes = ledger::programmes(tx).await?;
        let tiers = Programme::on(&programmes, on).and_then(|programme| programme.tiers.clone());
        let earned = match tiers {
            Some(_) => ledger::earned_by_day(tx, accounts).await?,
            None => HashMap::new(),
        };
        Ok(Self { on, tiers, earned })
    }

    /// As the till shows it, and the hub's page too.
    pub fn of(&self, account: AccountId) -> Option<TierRow> {
        let none = EarnedByDay::new();
        let rank = self.tiers.as_ref()?.rank(self.earned.get(&account).unwrap_or(&none), self.on)?;
        let next = rank.next.map(|(tier, missing)| NextTier {
            name: tier.name.clone(),
            missing: Missing::Points(missing),
            way: way_of(&rank),
        });
        Some(TierRow { name: rank.tier.name.clone(), next })
    }
}

/// How much of the way from a rank to the next was made, in per cent; none at the top.
/// A rank that is kept beyond the points that it takes begins at nothing.
fn way_of(rank: &Rank<'_>) -> Option<i64> {
    let (next, missing) = rank.next?;
    let whole = i128::from(next.from.0) - i128::from(rank.tier.from.0);
    let made = (whole - i128::from(missing.0)).clamp(0, whole.max(0));
    i64::try_from(made * 100 / whole.max(1)).ok()
}

#[cfg(test)]
mod tests {
    use domain::money::Points;
    use domain::points::Tier;

    use super::*;

    #[test]
    fn the_way_goes_from_one_rank_to_the_next() {
        let tier = |name: &str, from| Tier { name: name.to_owned(), from: Points(from) };
        let (silver, gold) = (tier("Silver", 500), tier("Gold", 1_500));
        for (missing, wanted) in [(1_000, 0), (999, 0), (750, 25), (1, 99), (0, 100), (1_400, 0)] {
            let rank = Rank { tier: &silver, next: Some((&gold, Points(missing))) };
            assert_eq!(way_of(&rank), Some(wanted), "{missing}");
        }
        assert_eq!(way_of(&Rank { tier: &gold, next: None }), None);
    }
}
