//! What accounts earned, by the day of the sale: what tiers are judged by.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use domain::ids::{AccountId, SaleId};
use domain::money::Points;
use domain::points::EarnedByDay;
use sqlx::{AssertSqlSafe, FromRow, query_as};

use super::spent::Reason;
use crate::db::{DbError, Tx, bulk};
use crate::on;

#[derive(FromRow)]
struct TakenBackRow {
    account: AccountId,
    points: Points,
    reason: String,
    business_date: NaiveDate,
}

/// Points earned less those taken back, which count on the day of the goods' sale.
pub(in crate::ledger) async fn earned_by_day(
    tx: &mut Tx,
    accounts: &[AccountId],
) -> Result<HashMap<AccountId, EarnedByDay>, DbError> {
    let mut found: HashMap<AccountId, EarnedByDay> = HashMap::new();
    for part in accounts.chunks(bulk::ROWS) {
        for (account, day, points) in earned(tx, part).await? {
            add(&mut found, account, day, points)?;
        }
        let taken_back = taken_back(tx, part).await?;
        let mut originals = BTreeSet::new();
        let mut rows = Vec::with_capacity(taken_back.len());
        for row in taken_back {
            let reason: Reason = serde_json::from_str(&row.reason)
                .map_err(|e| DbError::BadRow { what: "a ledger entry's reason", why: e.to_string() })?;
            originals.extend(reason.returned_from);
            rows.push((row, reason.returned_from));
        }
        let dates = dates(tx, &originals.into_iter().collect::<Vec<_>>()).await?;
        for (row, original) in rows {
            let day = original.and_then(|sale| dates.get(&sale).copied()).unwrap_or(row.business_date);
            add(&mut found, row.account, day, row.points)?;
        }
    }
    Ok(found)
}

fn add(
    found: &mut HashMap<AccountId, EarnedByDay>,
    account: AccountId,
    day: NaiveDate,
    points: Points,
) -> Result<(), DbError> {
    let sum = found.entry(account).or_default().entry(day).or_insert(Points::ZERO);
    *sum = sum.plus(points).map_err(crate::ledger::post::amount)?;
    Ok(())
}

async fn earned(tx: &mut Tx, accounts: &[AccountId]) -> Result<Vec<(AccountId, NaiveDate, Points)>, DbError> {
    let sql = format!(
        "select e.account, s.business_date, cast(sum(e.points) as bigint)
         from ledger_entry e join sale s on s.id = e.sale
         where e.kind = 'earn' and e.account in {} group by e.account, s.business_date",
        bulk::list(accounts.len())
    );
    Ok(on!(tx, c => {
        let mut query = query_as(AssertSqlSafe(sql));
        for account in accounts {
            query = query.bind(account);
        }
        query.fetch_all(c).await
    })?)
}

async fn taken_back(tx: &mut Tx, accounts: &[AccountId]) -> Result<Vec<TakenBackRow>, DbError> {
    let sql = format!(
        "select e.account, e.points, e.reason, s.business_date
         from ledger_entry e join sale s on s.id = e.sale where e.kind = 'reverse' and e.account in {}",
        bulk::list(accounts.len())
    );
    Ok(on!(tx, c => {
        let mut query = query_as(AssertSqlSafe(sql));
        for account in accounts {
            query = query.bind(account);
        }
        query.fetch_all(c).await
    })?)
}

async fn dates(tx: &mut Tx, sales: &[SaleId]) -> Result<BTreeMap<SaleId, NaiveDate>, DbError> {
    let mut found = BTreeMap::new();
    for part in sales.chunks(bulk::ROWS) {
        let sql = format!("select id, business_date from sale where id in {}", bulk::list(part.len()));
        let rows: Vec<(SaleId, NaiveDate)> = on!(tx, c => {
            let mut query = query_as(AssertSqlSafe(sql));
            for sale in part {
                query = query.bind(sale);
            }
            query.fetch_all(c).await
        })?;
        found.extend(rows);
    }
    Ok(found)
}
