//! Gifts that were handed over: how often each member had which, which of them were beyond a limit of the programme, and
//! what the tills are told of limits that were reached.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::Sku;
use domain::ids::AccountId;
use domain::points::{Beyond, Gift, GiftCount, HandedOver, Programme, beyond};
use domain::snapshot::{GiftGoneRow, GiftRow};

use crate::db::{Db, DbError, Tx};
use crate::{catalogue, ledger};

pub mod pages;
mod rules;
mod store;
#[cfg(test)]
mod tests;

use rules::{ByDate, Limited};
pub use store::Handed;

/// How often each account had which gifts, by their SKUs; `last` is the last date that can be now.
pub async fn had(
    tx: &mut Tx,
    accounts: &[AccountId],
    last: NaiveDate,
) -> Result<HashMap<AccountId, Vec<GiftRow>>, DbError> {
    let mut dates: BTreeMap<(AccountId, Sku), Vec<NaiveDate>> = BTreeMap::new();
    for (account, sku, on) in store::handed_to(tx, accounts).await? {
        dates.entry((account, sku)).or_default().push(on);
    }
    let mut had: HashMap<AccountId, Vec<GiftRow>> = HashMap::new();
    for ((account, sku), dates) in dates {
        if let Some(count) = GiftCount::of(&dates, last) {
            had.entry(account).or_default().push(GiftRow { sku, had: count });
        }
    }
    Ok(had)
}

/// The gifts of a programme that an account cannot have on a date because of their limits.
pub async fn at_their_limit(
    tx: &mut Tx,
    account: AccountId,
    programme: &Programme,
    today: NaiveDate,
) -> Result<HashSet<Sku>, DbError> {
    let had = had(tx, &[account], today).await?.remove(&account).unwrap_or_default();
    let gone = store::told(tx).await?;
    let is_limited = |gift: &&Gift| {
        let count = had.iter().find(|row| row.sku == gift.sku).zip(gift.per_member);
        let times = count.map_or(0, |(row, limit)| row.had.within(limit.per, today));
        let is_gone = gone.get(&gift.sku).is_some_and(|until| until.is_none_or(|until| today <= until));
        gift.why_limited(times, is_gone).is_some()
    };
    Ok(programme.gifts.iter().filter(is_limited).map(|gift| gift.sku.clone()).collect())
}

/// What was handed over beyond a limit. The sales count: whoever gave it away did so by what their till knew.
pub async fn too_many(tx: &mut Tx) -> Result<Vec<(Handed, Beyond)>, DbError> {
    let programmes = ledger::programmes(tx).await?;
    let has_limits = |programme: &Programme| {
        programme.gifts.iter().any(|gift| gift.per_member.is_some() || gift.in_total.is_some())
    };
    if !programmes.iter().any(has_limits) {
        return Ok(vec![]);
    }
    let handed = store::handed(tx).await?;
    let facts: Vec<HandedOver> = handed.iter().map(Handed::fact).collect();
    let found = beyond(&programmes, &facts);
    Ok(handed.into_iter().zip(found).filter(|(_, beyond)| beyond.is_any()).collect())
}

/// Tells the tills of gifts whose limit in total was reached, or is not any more; answers how many there were.
pub async fn tell_tills(db: &Db, now: DateTime<Utc>) -> Result<usize, DbError> {
    let mut tx = db.read().await?;
    let programmes = ledger::programmes(&mut tx).await?;
    let today = catalogue::dates_at(&catalogue::stores(&mut tx).await?, now);
    let told = store::told(&mut tx).await?;
    let limited = rules::limited(&programmes, &today);
    if limited.is_empty() && told.is_empty() {
        return Ok(0);
    }
    let dates = handed_over(&mut tx, &limited).await?;
    drop(tx);
    let news = rules::news(&limited, &dates, told.clone());
    if news.is_empty() {
        return Ok(0);
    }
    let mut tx = db.begin().await?;
    catalogue::tell_alone(&mut tx).await?;
    let gift = |row: &GiftGoneRow| row.sku.clone();
    let news = catalogue::as_found(&news, gift, &told, &store::told(&mut tx).await?);
    store::tell(&mut tx, &news, now).await?;
    tx.commit().await?;
    Ok(news.len())
}

/// How often limited gifts were handed over, from the first day of the earliest period on that is counted.
async fn handed_over(tx: &mut Tx, limited: &[Limited]) -> Result<ByDate, DbError> {
    // By where counting starts; that of all that ever was has none.
    let mut starts: BTreeMap<&Sku, Option<NaiveDate>> = BTreeMap::new();
    for one in limited {
        let start = one.limit.per.start(one.on);
        let earliest = |before: &mut Option<NaiveDate>| *before = before.zip(start).map(|(a, b)| a.min(b));
        starts.entry(&one.sku).and_modify(earliest).or_insert(start);
    }
    let mut by_start: BTreeMap<Option<NaiveDate>, Vec<Sku>> = BTreeMap::new();
    for (sku, start) in starts {
        by_start.entry(start).or_default().push(sku.clone());
    }
    let mut dates = ByDate::new();
    for (start, skus) in by_start {
        for (sku, on, times) in store::handed_of(tx, &skus, start).await? {
            dates.entry(sku).or_default().push((on, times));
        }
    }
    Ok(dates)
}
