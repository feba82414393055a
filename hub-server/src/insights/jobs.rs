//! Renews what the tills know of members whose figures changed.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::Sku;
use domain::ids::{AccountId, MemberId, PromotionId};
use domain::money::Points;
use domain::snapshot::{ExpiringRow, MemberRow, Offer, PendingRow, UsualRow, phone_end};
use domain::time::to_millis;

use super::ranks::Ranks;
use super::usual::{Bought, usual};
use super::visits::Rhythm;
use super::{often, store};
use crate::catalogue::{self, Naming};
use crate::db::{Db, DbError, Tx};
use crate::ledger::{self, Ending};
use crate::members::{self, Member, greeting};
use crate::sales::gifts;

/// Accounts of one round: small, so that tills never wait long for the write lock.
pub const BATCH: i64 = 100;
/// Usual products that a till shows.
const USUAL_SHOWN: usize = 5;

/// What an offer is decided on.
#[derive(Debug)]
pub struct Facts<'a> {
    pub member: &'a Member,
    pub rhythm: Rhythm,
    pub as_of: NaiveDate,
    pub bought: &'a HashMap<Sku, Bought>,
    pub catalogue: &'a HashMap<Sku, Naming>,
    /// Offers that the member has used.
    pub used: &'a HashSet<PromotionId>,
}

impl Facts<'_> {
    /// When the member last bought a product.
    pub fn last_bought(&self, sku: &Sku) -> Option<NaiveDate> {
        self.bought.get(sku).and_then(|b| b.days.days().last().copied())
    }

    /// When the member last bought anything of a product line.
    pub fn last_bought_of_line(&self, line: &str) -> Option<NaiveDate> {
        let of_line = |sku: &&Sku| self.catalogue.get(*sku).is_some_and(|naming| naming.line == line);
        self.bought.keys().filter(of_line).filter_map(|sku| self.last_bought(sku)).max()
    }
}

/// Renews one batch of stale accounts; answers how many there were. `offer` decides what a member's
/// snapshot carries: promotions are a later room's affair.
///
/// The marks are taken off first, in a commit of their own: whatever is applied afterwards marks the
/// account again, so no change is missed. Marks lost in a crash are made up for at the next start.
pub async fn refresh(
    db: &Db,
    now: DateTime<Utc>,
    offer: &(dyn Fn(&Facts<'_>) -> Option<Offer> + Sync),
) -> Result<usize, DbError> {
    let now = to_millis(now);
    let mut tx = db.begin().await?;
    let accounts = store::claim_stale(&mut tx, BATCH).await?;
    tx.commit().await?;
    if accounts.is_empty() {
        return Ok(0);
    }
    let mut tx = db.read().await?;
    let changed = changed_snapshots(&mut tx, &accounts, now, offer).await?;
    drop(tx);
    if !changed.is_empty() {
        let mut tx = db.begin().await?;
        store::write_snapshots(&mut tx, &changed, now).await?;
        tx.commit().await?;
    }
    Ok(accounts.len())
}

/// The snapshots that say something new, as JSON.
async fn changed_snapshots(
    tx: &mut Tx,
    accounts: &[AccountId],
    now: DateTime<Utc>,
    offer: &(dyn Fn(&Facts<'_>) -> Option<Offer> + Sync),
) -> Result<Vec<(MemberId, String)>, DbError> {
    let as_of = store::as_of(tx, now).await?.unwrap_or_else(|| now.date_naive());
    let members = members::of_accounts(tx, accounts).await?;
    let mut days = store::visit_days_of(tx, accounts).await?;
    let bought = store::bought_of(tx, accounts).await?;
    let balances = store::balances(tx, accounts).await?;
    let stores = catalogue::stores(tx).await?;
    let today = catalogue::first_date_at(&stores, now);
    let last = catalogue::dates_at(&stores, now).last().copied().unwrap_or(today);
    let mut pending: HashMap<AccountId, Vec<PendingRow>> = HashMap::new();
    for row in ledger::pending(tx, accounts, today).await? {
        let told = PendingRow { points: row.points, on: row.on, ends_on: row.ends_on };
        pending.entry(row.account).or_default().push(told);
    }
    let (expired, mut expiring) = ended_and_ending(&ledger::endings(tx, accounts).await?, today);
    let mut skus: Vec<Sku> = bought.values().flat_map(HashMap::keys).cloned().collect();
    skus.sort_unstable();
    skus.dedup();
    let catalogue = catalogue::names(tx, &skus).await?;
    let ids: Vec<MemberId> = members.iter().map(|m| m.id).collect();
    let before = store::snapshots(tx, &ids).await?;
    let ranks = Ranks::read(tx, accounts, as_of.max(now.date_naive())).await?;
    let used = store::used_offers(tx, &ids).await?;
    let mut had = gifts::had(tx, accounts, last).await?;
    let (nothing, none) = (HashMap::new(), HashSet::new());
    let mut changed = vec![];
    for member in &members {
        let facts = Facts {
            member,
            rhythm: days.remove(&member.account).unwrap_or_default().finish(),
            as_of,
            bought: bought.get(&member.account).unwrap_or(&nothing),
            catalogue: &catalogue,
            used: used.get(&member.id).unwrap_or(&none),
        };
        let of_all = balances.get(&member.account).copied().unwrap_or_default();
        let gone = expired.get(&member.account).copied().unwrap_or_default();
        let balance = of_all.minus(gone).map_err(|e| bad_snapshot(&e))?;
        let row = MemberRow {
            offer: offer(&facts),
            tier: ranks.of(member.account),
            expiring: expiring.remove(&member.account).unwrap_or_default(),
            pending: pending.remove(&member.account).unwrap_or_default(),
            gifts: had.remove(&member.account).unwrap_or_default(),
            ..snapshot(&facts, balance, now)
        };
        if says_something_new(before.get(&member.id).map(String::as_str), &row) {
            let body = serde_json::to_string(&row).map_err(|e| bad_snapshot(&e))?;
            changed.push((member.id, body));
        }
    }
    Ok(changed)
}

fn bad_snapshot(why: &impl ToString) -> DbError {
    DbError::BadRow { what: "a member snapshot", why: why.to_string() }
}

/// How many points of each account had ended before a date, and which end on it or later.
fn ended_and_ending(
    endings: &[Ending],
    on: NaiveDate,
) -> (HashMap<AccountId, Points>, HashMap<AccountId, Vec<ExpiringRow>>) {
    let (mut ended, mut ending) = (HashMap::new(), HashMap::new());
    for row in endings {
        if row.on < on {
            let sum: &mut Points = ended.entry(row.account).or_default();
            *sum = Points(sum.0.saturating_add(row.points.0));
        } else {
            let rows: &mut Vec<ExpiringRow> = ending.entry(row.account).or_default();
            rows.push(ExpiringRow { points: row.points, on: row.on });
        }
    }
    (ended, ending)
}

/// What a member's visits, goods and balance say.
fn snapshot(facts: &Facts<'_>, balance: Points, now: DateTime<Utc>) -> MemberRow {
    let often: Vec<Bought> = facts
        .bought
        .values()
        .filter(|product| often(&product.days))
        .filter(|product| !facts.catalogue.get(&product.sku).is_some_and(|naming| naming.discreet))
        .map(|product| {
            let known = facts.catalogue.get(&product.sku);
            let name = known.map_or_else(|| product.sku.to_string(), |naming| naming.name.clone());
            Bought { name, ..product.clone() }
        })
        .collect();
    let shown = usual(facts.rhythm.visits, &often, facts.as_of).into_iter().take(USUAL_SHOWN);
    MemberRow {
        member: facts.member.id,
        account: facts.member.account,
        code: facts.member.profile.code.clone(),
        greeting: greeting(&facts.member.profile),
        phone_end: phone_end(&facts.member.profile.phone),
        birthday: facts.member.profile.birthday,
        balance,
        visits: facts.rhythm.visits,
        last_visit: facts.rhythm.last,
        interval_mean: facts.rhythm.interval.map(|i| i.mean),
        expected_next_visit: facts.rhythm.expected_next(),
        usual: shown
            .map(|u| UsualRow {
                sku: u.sku,
                name: u.name,
                visits: u.visits,
                last_bought: u.last_bought,
                due: u.due,
            })
            .collect(),
        offer: None,
        tier: None,
        expiring: vec![],
        pending: vec![],
        gifts: vec![],
        as_of: now,
    }
}

/// A new time alone is not worth sending to every till.
fn says_something_new(before: Option<&str>, row: &MemberRow) -> bool {
    let Some(before) = before.and_then(|body| serde_json::from_str::<MemberRow>(body).ok()) else {
        return true;
    };
    MemberRow { as_of: row.as_of, ..before } != *row
}
