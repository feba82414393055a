//! Whether every sum, lot and allocation of the ledger holds: some accounts at a time, so that memory does not grow with
//! the ledger.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use domain::ids::{AccountId, EntryId};
use domain::money::Points;
use domain::points::Programme;
use serde::Serialize;

use super::day_cap::day_caps;
use super::lot::Lot;
use super::replay::{self, Kept};
use super::rules::{Posting, PostingKind, When, expires_on, vests_on};
use super::store::{self, PostingRow, SumRow};
use crate::db::{DbError, Tx};

/// A sum that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Stable name of the check.
    pub check: &'static str,
    /// Which account, entry, sale or log.
    pub subject: String,
    pub kept: String,
    pub computed: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Verified {
    pub accounts: i64,
    pub entries: i64,
    /// Of those, older ones that were posted without a digest.
    pub without_digest: i64,
    pub differences: Vec<Difference>,
    #[serde(skip)]
    lots: i64,
    #[serde(skip)]
    allocations: i64,
}

/// Compares each account's kept sums with its entries and lots, each entry with its digest, each lot with its entry, and
/// the lots of those who spent points, or brought goods back and have points that end or vest, with what their entries,
/// computed anew, leave in them.
pub async fn verify(tx: &mut Tx) -> Result<Verified, DbError> {
    let programmes = store::programmes(tx).await?;
    let mut found = Verified::default();
    let mut after = AccountId(uuid::Uuid::nil());
    loop {
        let accounts = store::sums_after(tx, after).await?;
        let Some(last) = accounts.last() else { break };
        after = last.id;
        page(tx, &accounts, &programmes, &mut found).await?;
    }
    let counted = [
        (found.entries, "ledger_entry", "entry_without_account"),
        (found.lots, "lot", "lot_without_account"),
        (found.allocations, "burn_allocation", "allocation_without_account"),
    ];
    for (seen, table, check) in counted {
        if store::count(tx, table).await? != seen {
            for stray in store::without_account(tx, table).await? {
                found.differences.push(differs(check, stray.to_string(), "a row", "none"));
            }
        }
    }
    Ok(found)
}

fn differs(check: &'static str, subject: String, kept: impl ToString, computed: impl ToString) -> Difference {
    Difference { check, subject, kept: kept.to_string(), computed: computed.to_string() }
}

/// What one account has.
#[derive(Default)]
struct Rows {
    entries: Vec<PostingRow>,
    lots: Vec<Lot>,
    allocations: Vec<store::Allocation>,
}

/// What an account, or a family of them, is computed anew from, and what it is compared with.
#[derive(Default)]
struct Anew {
    postings: Vec<Posting>,
    kept: HashMap<AccountId, Kept>,
}

/// Accounts that are or were one are looked at together, with the first of them.
async fn page(
    tx: &mut Tx,
    accounts: &[SumRow],
    programmes: &[Programme],
    found: &mut Verified,
) -> Result<(), DbError> {
    let ids: Vec<AccountId> = accounts.iter().map(|row| row.id).collect();
    let joins = store::joins(tx, &ids).await?;
    let firsts: Vec<AccountId> = ids.into_iter().filter(|id| joins.family(*id) == *id).collect();
    let ids = joins.with_families(&firsts);
    let accounts = store::sums_of(tx, &ids).await?;
    let mut rows: HashMap<AccountId, Rows> = HashMap::new();
    for entry in store::posting_rows(tx, &ids).await? {
        found.entries += 1;
        rows.entry(joins.stays_now(entry.account)).or_default().entries.push(entry);
    }
    for (account, lot) in store::lots(tx, &ids).await? {
        found.lots += 1;
        rows.entry(account).or_default().lots.push(lot);
    }
    for allocation in store::allocations(tx, &ids).await? {
        found.allocations += 1;
        rows.entry(allocation.account).or_default().allocations.push(allocation);
    }
    let caps = day_caps(programmes);
    let mut anew: BTreeMap<AccountId, Anew> = BTreeMap::new();
    for account in &accounts {
        found.accounts += 1;
        let rows = rows.remove(&account.id).unwrap_or_default();
        let is_anew = joins.has_family(account.id) || is_anew(&rows, &caps);
        found.differences.extend(sums(account, &rows, is_anew));
        found.differences.extend(entries(&rows.entries, &mut found.without_digest));
        found.differences.extend(lots(&rows, programmes));
        let Rows { entries, lots, allocations } = rows;
        if is_anew {
            let of_family = anew.entry(joins.family(account.id)).or_default();
            for row in entries.into_iter().filter(|row| !row.is_parted()) {
                of_family.postings.push(row.read(programmes)?);
            }
            of_family.kept.insert(account.id, Kept { lots, allocations });
        } else if let Some(stray) = allocations.first() {
            let subject = format!("redemption {}", stray.burn);
            found.differences.push(differs("allocations_by_entries", subject, stray.points, Points::ZERO));
        }
    }
    let then = replay::cards_then(tx, anew.values().flat_map(|of| &of.postings)).await?;
    for (family, Anew { postings, kept }) in anew {
        found.differences.extend(replay::differences(family, postings, kept, programmes, &then, &joins)?);
    }
    Ok(())
}

/// Whether its lots depend on what happened when: see [`super::replay`].
fn is_anew(rows: &Rows, caps: &BTreeMap<i64, Points>) -> bool {
    let has = |kind: &str| rows.entries.iter().any(|entry| entry.kind == kind);
    let is_dated = |lot: &Lot| lot.expires_on.is_some() || lot.vests_on.is_some();
    if has("burn") || has("adjust") || has("transfer") || (has("reverse") && rows.lots.iter().any(is_dated)) {
        return true;
    }
    let mut days: HashMap<(Option<NaiveDate>, i64), i64> = HashMap::new();
    let capped = rows.entries.iter().filter(|entry| entry.kind == "earn");
    for (entry, version) in capped.filter_map(|entry| Some((entry, entry.programme?))) {
        let Some(cap) = caps.get(&version) else { continue };
        let sum = days.entry((entry.business_date, version)).or_default();
        *sum = sum.saturating_add(entry.points.0);
        if *sum > cap.0 {
            return true;
        }
    }
    false
}

/// Debt stands beside no points that it could be paid from. Of who never spent points, nor brought goods back with
/// points that end or vest, that is any; of others, ended lots may keep theirs, and their lots are computed anew besides.
fn sums(account: &SumRow, rows: &Rows, is_anew: bool) -> Vec<Difference> {
    let sum = |counts: &dyn Fn(&PostingRow) -> bool| -> i128 {
        rows.entries.iter().filter(|entry| counts(entry)).map(|entry| i128::from(entry.points.0)).sum()
    };
    let left = |lots: &dyn Fn(&Lot) -> bool| -> i128 {
        rows.lots.iter().filter(|lot| lots(lot)).map(|lot| i128::from(lot.remaining.0)).sum()
    };
    let beside = left(&|lot| !is_anew || lot.expires_on.is_none());
    let debt = i128::from(account.debt);
    let checks = [
        ("balance_is_sum_of_entries", account.balance, sum(&|_| true)),
        ("balance_is_lots_less_debt", account.balance, left(&|_| true) - debt),
        (
            "earned_is_sum_of_entries",
            account.earned,
            sum(&|entry| matches!(entry.kind.as_str(), "earn" | "reverse" | "adjust")),
        ),
        (
            "burned_is_sum_of_entries",
            account.burned,
            -sum(&|entry| matches!(entry.kind.as_str(), "burn" | "transfer")),
        ),
        ("debt_only_without_lots", if beside > 0 { account.debt } else { 0 }, 0),
        // What has expired is what lots have left, and no sum that is kept.
        ("expired_is_no_sum", account.expired, 0),
    ];
    let wrong = checks.into_iter().filter(|(_, kept, computed)| i128::from(*kept) != *computed);
    wrong.map(|(check, kept, computed)| differs(check, account.id.to_string(), kept, computed)).collect()
}

/// Each entry by its digest, and no sale earns twice.
fn entries(entries: &[PostingRow], without_digest: &mut i64) -> Vec<Difference> {
    let mut differences = vec![];
    let mut earned = HashSet::new();
    for entry in entries {
        match entry.digest {
            None => *without_digest += 1,
            Some(kept) => {
                let computed = entry.whole().digest();
                if kept != computed {
                    let subject = format!("entry {}", entry.id);
                    differences.push(differs("entry_digest", subject, kept, computed));
                }
            }
        }
        if entry.kind == "earn" && !earned.insert(entry.sale) {
            differences.push(differs("earned_twice", format!("entry {}", entry.id), "entry", "none"));
        }
    }
    differences
}

/// Each lot by the entry that opened it: whose it is, what it had, of which sale and day, and when it ends and vests by
/// the programme that its entry was posted by.
fn lots(rows: &Rows, programmes: &[Programme]) -> Vec<Difference> {
    let by_id: HashMap<EntryId, &PostingRow> = rows.entries.iter().map(|entry| (entry.id, entry)).collect();
    let mut differences = vec![];
    for lot in &rows.lots {
        let entry = by_id.get(&lot.id).copied();
        let Some((entry, business_date)) = entry.and_then(|entry| Some((entry, entry.business_date?))) else {
            differences.push(differs("lot_of_entry", format!("lot {}", lot.id), "lot", "none"));
            continue;
        };
        let is_earning = entry.kind == "earn";
        let has_earned = if is_earning || entry.is_by_hand() {
            entry.points == lot.earned
        } else {
            entry.kind == "burn" && entry.points >= lot.earned
        };
        let sale = entry.sale.filter(|_| is_earning);
        if !has_earned || lot.sale != sale || lot.remaining > lot.earned {
            let text = format!("{} of {} of sale {:?}", lot.remaining, lot.earned, lot.sale);
            let computed = format!("{} {} of sale {sale:?}", entry.kind, entry.points);
            differences.push(differs("lot_of_entry", format!("lot {}", lot.id), text, computed));
        }
        differences.extend(days(lot, entry, business_date, programmes));
    }
    let open: BTreeSet<EntryId> = rows.lots.iter().map(|lot| lot.id).collect();
    let opens =
        |entry: &&PostingRow| entry.kind == "earn" || (entry.is_by_hand() && !entry.points.is_negative());
    let missing = rows.entries.iter().filter(opens).filter(|entry| !open.contains(&entry.id));
    differences
        .extend(missing.map(|entry| differs("lot_of_entry", format!("lot {}", entry.id), "none", "lot")));
    differences
}

fn days(
    lot: &Lot,
    entry: &PostingRow,
    business_date: NaiveDate,
    programmes: &[Programme],
) -> impl Iterator<Item = Difference> {
    let kind = match entry.kind.as_str() {
        "earn" => PostingKind::Earn,
        "adjust" => PostingKind::Given,
        _ => PostingKind::GiveBack,
    };
    let programme = programmes.iter().find(|p| Some(p.version) == entry.programme);
    let (occurred_at, posted_at) = (entry.occurred_at, entry.posted_at);
    let ends_on = expires_on(kind, programme, When { business_date, occurred_at, posted_at });
    let days = [
        ("lot_earned_on_sale", Some(lot.earned_on), Some(business_date)),
        ("lot_ends_by_programme", lot.expires_on, ends_on),
        ("lot_vests_by_programme", lot.vests_on, vests_on(kind, programme, business_date)),
    ];
    let text = |date: Option<NaiveDate>| date.map_or("never".to_owned(), |date| date.to_string());
    let wrong = days.into_iter().filter(|(_, kept, computed)| kept != computed);
    let subject = format!("lot {}", lot.id);
    wrong.map(move |(check, kept, computed)| differs(check, subject.clone(), text(kept), text(computed)))
}

#[cfg(test)]
mod tests;
