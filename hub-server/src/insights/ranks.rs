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
        let Rank { tier, next, .. } =
            self.tiers.as_ref()?.rank(self.earned.get(&account).unwrap_or(&none), self.on)?;
        let next = next.map(|(tier, missing)| NextTier {
            name: tier.name.clone(),
            missing: Missing::Points(missing),
            from: Some(tier.from),
        });
        Some(TierRow { name: tier.name.clone(), next })
    }
}
