//! An account with those that it is or was one with, kept away from every other writer.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::ids::AccountId;
use domain::money::Points;
use domain::points::left_of;
use domain::snapshot::{ExpiringRow, PendingRow};

use super::joined::Joins;
use super::post::amount;
use super::rules::AccountState;
use super::store;
use crate::db::{DbError, Turn, Tx};

#[derive(Debug)]
pub struct Family {
    pub(super) states: BTreeMap<AccountId, AccountState>,
    pub(super) joins: Joins,
    account: AccountId,
}

impl Family {
    pub async fn lock(tx: &mut Tx, account: AccountId) -> Result<Self, DbError> {
        // Nobody becomes one with it, or parts from it, while this goes on.
        tx.order(Turn::Beside).await?;
        let joins = store::joins(tx, &[account]).await?;
        let states = store::lock_accounts(tx, &joins.with_families(&[account])).await?;
        Ok(Self { states, joins, account })
    }

    pub fn accounts(&self) -> Vec<AccountId> {
        self.states.keys().copied().collect()
    }

    /// What can be spent of the account on a date, by the rule that tills go by; below zero the member owes points.
    pub async fn spendable(&self, tx: &mut Tx, on: NaiveDate) -> Result<Points, DbError> {
        let stays = self.joins.stays_now(self.account);
        let balance = self.states.get(&stays).map_or(Points::ZERO, |state| state.balance);
        let ending = store::endings(tx, &[stays]).await?;
        let ending: Vec<ExpiringRow> =
            ending.iter().map(|row| ExpiringRow { points: row.points, on: row.on }).collect();
        let pending = store::pending(tx, &[stays], on).await?;
        let told = |row: &store::Pending| PendingRow { points: row.points, on: row.on, ends_on: row.ends_on };
        let pending: Vec<PendingRow> = pending.iter().map(told).collect();
        Ok(left_of(balance, &ending, &pending, &[], on).map_err(amount)?.available)
    }
}
