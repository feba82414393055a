//! Asks the hub's own reports for the two answers.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::Sku;
use hub_server::db::{DbError, Tx};
use hub_server::insights::{self, Level, MemberVisits, PairFigures, Question, Resident, visits};
use hub_server::{catalogue, members, stock};

use super::answers::{Answers, MemberAnswer, PairAnswer, ShelfAnswer, UsualAnswer};

/// Members that the table shows, the first by their number.
const ROWS: usize = 6;
/// Usual products of each.
const USUAL: usize = 3;
const PAIRS: usize = 2;
/// A pair counts as a finding from one ticket in a hundred on: rarer ones have a high lift by chance.
const TICKETS_PER_PAIR: usize = 100;

/// Computes the answers from what the hub has applied; `None` as long as it has no sale.
pub async fn ask(tx: &mut Tx, resident: &Resident, now: DateTime<Utc>) -> Result<Option<Answers>, DbError> {
    let Some(as_of) = insights::as_of(tx, now).await? else { return Ok(None) };
    let everybody = insights::visits(tx, None).await?;
    let known = everybody.iter().filter(|row| row.rhythm.interval.is_some()).count();
    let overdue =
        everybody.iter().filter(|row| row.rhythm.overdue_days(as_of).is_some_and(|d| d > 0)).count();
    let mut rows = Vec::with_capacity(ROWS);
    for row in everybody.iter().take(ROWS) {
        rows.push(member(tx, row, as_of).await?);
    }
    Ok(Some(Answers {
        as_of,
        rows,
        cards: count(everybody.len()),
        known: count(known),
        overdue: count(overdue),
        visits_needed: visits::PATTERN_FROM,
        pairs: pairs(tx, resident).await?,
        runs_out: runs_out(tx, now).await?,
    }))
}

async fn member(tx: &mut Tx, row: &MemberVisits, as_of: NaiveDate) -> Result<MemberAnswer, DbError> {
    let usual = insights::usual_of(tx, row.member.account, as_of).await?;
    let last = row.rhythm.last;
    Ok(MemberAnswer {
        card: row.card.as_ref().map(ToString::to_string).unwrap_or_default(),
        name: members::greeting(&row.member.profile),
        visits: row.rhythm.visits,
        interval: row.rhythm.interval.map(|interval| (interval.mean, interval.median)),
        expected_next: row.rhythm.expected_next(),
        overdue_days: row.rhythm.overdue_days(as_of),
        usual: usual
            .into_iter()
            .take(USUAL)
            .map(|product| UsualAnswer { missed: Some(product.last_bought) != last, name: product.name })
            .collect(),
    })
}

/// The pairs with the highest lift among those that are frequent enough to mean something.
async fn pairs(tx: &mut Tx, resident: &Resident) -> Result<Vec<PairAnswer>, DbError> {
    let question = Question { level: Level::Sku, min_count: 1, store: None, from: None, to: None };
    let answer = resident.affinity(tx, &question).await?;
    let enough = answer.tickets / TICKETS_PER_PAIR as u64;
    let mut rows: Vec<PairFigures> =
        answer.rows().take_while(|pair| u64::from(pair.count) >= enough.max(1)).collect();
    rows.sort_by(|x, y| y.lift.total_cmp(&x.lift));
    rows.truncate(PAIRS);
    let skus: Vec<Sku> =
        rows.iter().flat_map(|pair| [&pair.a, &pair.b]).filter_map(|sku| sku.parse().ok()).collect();
    let names = catalogue::names(tx, &skus).await?;
    let names: HashMap<&str, &str> =
        names.iter().map(|(sku, naming)| (sku.as_str(), naming.name.as_str())).collect();
    let name = |sku: &str| names.get(sku).copied().unwrap_or(sku).to_owned();
    Ok(rows
        .iter()
        .map(|pair| PairAnswer {
            a: name(&pair.a),
            b: name(&pair.b),
            count: i64::from(pair.count),
            lift: pair.lift,
        })
        .collect())
}

/// The low shelf with the shortest cover.
async fn runs_out(tx: &mut Tx, now: DateTime<Utc>) -> Result<Option<ShelfAnswer>, DbError> {
    let Some(alert) = stock::alerts(tx, None, now).await?.into_iter().next() else { return Ok(None) };
    let Some(cover_tenths) = alert.cover_tenths else { return Ok(None) };
    let store = catalogue::store(tx, &alert.store).await?;
    let store = store.map_or_else(|| alert.store.to_string(), |store| store.name);
    Ok(Some(ShelfAnswer { product: alert.name, store, days_of_cover: cover_tenths * 10 }))
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
