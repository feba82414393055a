//! What is known of accounts that are or were one.

use std::collections::{BTreeMap, HashMap};

use domain::ids::{AccountId, SaleId};
use domain::money::Points;

use crate::db::{DbError, Tx, rows_of};
use crate::ledger::joined::{Joins, Posted};
use crate::members::merging;

pub(in crate::ledger) async fn joins(tx: &mut Tx, accounts: &[AccountId]) -> Result<Joins, DbError> {
    Ok(Joins::new(merging::joins(tx, accounts).await?))
}

/// The accounts that the cards of these sales were first handed out for; cards that never moved are left out.
pub(in crate::ledger) async fn homes(
    tx: &mut Tx,
    sales: &[SaleId],
) -> Result<HashMap<SaleId, AccountId>, DbError> {
    let text = |sales: &str| {
        format!(
            "select s.id, m.account from sale s left join late_card l on l.sale = s.id
             join card c on c.card = coalesce(s.card, l.card) join member m on m.id = c.home
             where s.account is not null and s.id in {sales}"
        )
    };
    Ok(rows_of(tx, sales, text).await?.into_iter().collect())
}

/// What the entries of accounts come to.
pub(in crate::ledger) async fn posted(
    tx: &mut Tx,
    accounts: &[AccountId],
) -> Result<BTreeMap<AccountId, Posted>, DbError> {
    let text = |accounts: &str| {
        format!(
            "select account,
                 cast(sum(case when kind in ('earn', 'reverse', 'adjust') then points else 0 end) as bigint),
                 cast(sum(points) as bigint), count(*) - count(sale)
             from ledger_entry where account in {accounts} group by account"
        )
    };
    let rows: Vec<(AccountId, Points, Points, i64)> = rows_of(tx, accounts, text).await?;
    let row = |(account, earned, balance, parted): (AccountId, Points, Points, i64)| {
        (account, Posted { earned, balance, parted: usize::try_from(parted).unwrap_or_default() })
    };
    Ok(rows.into_iter().map(row).collect())
}
