//! Accounts whose lots depend on what happened when, computed anew from all their entries, so that nothing depends
//! on what arrived first: those that spent points, those that brought goods back and have lots that end or vest, and
//! families of accounts that are or were one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use domain::ids::{AccountId, EntryId};
use domain::money::AmountError;
use domain::points::Programme;

use super::day_cap::{keep_back, wrong_days};
use super::joined::{Joins, PartedEntry, even};
use super::lost::{self, CardsThen, redeemed};
use super::lot::Lot;
use super::rules::{AccountState, Posting, PostingKind, in_order};
use super::share::share_in_order;
use super::store::{self, Allocation};
use super::verify::Difference;
use crate::db::{DbError, Tx};

/// Those of the accounts that are computed anew, by what they did before and what they do now.
pub(super) async fn computed_anew(
    tx: &mut Tx,
    accounts: &[AccountId],
    postings: &[Posting],
    joins: &Joins,
) -> Result<BTreeSet<AccountId>, DbError> {
    let of = |is_one: fn(&Posting) -> bool| {
        postings.iter().filter(move |posting| is_one(posting)).map(|posting| posting.account)
    };
    let mut found = store::with_entries(tx, "burn", accounts).await?;
    found.extend(of(|p| matches!(p.kind, PostingKind::Burn | PostingKind::GiveBack)));
    let mut dated = store::with_dated_lots(tx, accounts).await?;
    dated.extend(of(|p| p.expires_on.is_some() || p.vests_on.is_some()));
    if !dated.is_empty() {
        let mut returning = store::with_entries(tx, "reverse", accounts).await?;
        returning.extend(of(|p| p.kind == PostingKind::Reverse));
        found.extend(dated.intersection(&returning));
    }
    found.extend(accounts.iter().filter(|account| joins.has_family(**account)));
    Ok(found)
}

/// Computes their states from what is posted and what is new, and writes what only they have: allocations, and
/// lots that are no more. The caller writes accounts, lots and entries.
pub(super) async fn replay(
    tx: &mut Tx,
    anew: &BTreeSet<AccountId>,
    new: &[Posting],
    programmes: &[Programme],
    states: &mut BTreeMap<AccountId, AccountState>,
    joins: &Joins,
) -> Result<(), DbError> {
    if anew.is_empty() {
        return Ok(());
    }
    let accounts: Vec<AccountId> = anew.iter().copied().collect();
    let mut postings = store::postings(tx, &accounts).await?;
    postings.extend(new.iter().filter(|posting| anew.contains(&posting.account)).cloned());
    let then = cards_then(tx, &postings).await?;
    let kept: HashMap<EntryId, Lot> =
        store::lots(tx, &accounts).await?.into_iter().map(|(_, lot)| (lot.id, lot)).collect();
    let mut gone: BTreeSet<EntryId> = kept.keys().copied().collect();
    let mut allocations = vec![];
    let created_at = |account| states.get(&account).map(|state: &AccountState| state.created_at);
    for mut state in computed(postings, programmes, &then, joins, created_at)? {
        let id = state.id;
        for lot in state.lots_mut() {
            gone.remove(&lot.id);
            // A lot that was read has the account that its row names for its home.
            let same =
                |kept: &Lot| (kept.earned, kept.remaining, kept.home) == (lot.earned, lot.remaining, id);
            lot.changed = !kept.get(&lot.id).is_some_and(same);
        }
        allocations.extend(allocations_of(&state));
        states.insert(state.id, state);
    }
    store::delete_lots(tx, &gone.into_iter().collect::<Vec<_>>()).await?;
    store::write_allocations(tx, &accounts, &allocations).await
}

/// Writes new postings and the states that they lead to, and brings the entries of accounts that parted to their lots.
pub(super) async fn write(
    tx: &mut Tx,
    new: &[Posting],
    states: &BTreeMap<AccountId, AccountState>,
    joins: &Joins,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    store::insert_entries(tx, &new.iter().map(Posting::whole).collect::<Vec<_>>()).await?;
    if !joins.is_empty() {
        let accounts: Vec<AccountId> = states.keys().copied().collect();
        let posted = store::posted(tx, &accounts).await?;
        let parted = even(joins, states.values(), &posted, now).map_err(super::post::amount)?;
        store::insert_entries(tx, &parted.iter().map(PartedEntry::whole).collect::<Vec<_>>()).await?;
    }
    store::write_accounts(tx, states.values()).await?;
    store::write_lots(tx, states.values()).await
}

/// What the cards were with which these were spent.
pub(super) async fn cards_then<'p>(
    tx: &mut Tx,
    postings: impl IntoIterator<Item = &'p Posting>,
) -> Result<CardsThen, DbError> {
    store::cards_then(tx, &redeemed(postings).into_iter().collect::<Vec<_>>()).await
}

fn allocations_of(state: &AccountState) -> impl Iterator<Item = Allocation> {
    state.allocations().map(|(burn, lot, points)| Allocation { burn, lot, account: state.id, points })
}

/// The states that postings, of several accounts and in any order, lead to.
fn computed(
    postings: Vec<Posting>,
    programmes: &[Programme],
    then: &CardsThen,
    joins: &Joins,
    created_at: impl Fn(AccountId) -> Option<DateTime<Utc>>,
) -> Result<Vec<AccountState>, DbError> {
    let mut by_family: BTreeMap<AccountId, Vec<Posting>> = BTreeMap::new();
    for posting in postings {
        by_family.entry(joins.family(posting.account)).or_default().push(posting);
    }
    let missing = |account: AccountId| DbError::BadRow {
        what: "a points account",
        why: format!("{account} does not exist"),
    };
    let mut states = vec![];
    for (family, postings) in by_family {
        let state = state_of(family, DateTime::UNIX_EPOCH, postings, programmes, then, joins);
        let of_each = state.and_then(|state| state.of_each(joins)).map_err(super::post::amount)?;
        for mut state in of_each {
            state.created_at = created_at(state.id).ok_or_else(|| missing(state.id))?;
            states.push(state);
        }
    }
    Ok(states)
}

/// The state that the postings of an account, or of a whole family, lead to, in whatever order they are given.
pub(super) fn state_of(
    family: AccountId,
    created_at: DateTime<Utc>,
    mut postings: Vec<Posting>,
    programmes: &[Programme],
    then: &CardsThen,
    joins: &Joins,
) -> Result<AccountState, AmountError> {
    in_order(&mut postings);
    share_in_order(&mut postings)?;
    keep_back(&mut postings, programmes, joins)?;
    lost::keep_back(&mut postings, then)?;
    AccountState::replayed(family, created_at, &postings, joins)
}

/// What one account has.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub lots: Vec<Lot>,
    pub allocations: Vec<Allocation>,
}

/// What of the lots and allocations of an account, or of each of a family, is not what their entries lead to.
pub(super) fn differences(
    family: AccountId,
    postings: Vec<Posting>,
    mut kept: HashMap<AccountId, Kept>,
    programmes: &[Programme],
    then: &CardsThen,
    joins: &Joins,
) -> Result<Vec<Difference>, DbError> {
    let mut differences = vec![];
    let days = wrong_days(&postings, programmes, joins).map_err(super::post::amount)?;
    for (account, day, kept, wanted) in days {
        differences.push(Difference {
            check: "day_cap",
            subject: format!("account {account} on {day}"),
            kept: kept.to_string(),
            computed: wanted.to_string(),
        });
    }
    for (sale, kept, wanted) in lost::wrong(&postings, then).map_err(super::post::amount)? {
        differences.push(Difference {
            check: "lost_card",
            subject: format!("sale {sale}"),
            kept: kept.to_string(),
            computed: wanted.to_string(),
        });
    }
    let state = state_of(family, DateTime::UNIX_EPOCH, postings, programmes, then, joins);
    for state in state.and_then(|state| state.of_each(joins)).map_err(super::post::amount)? {
        let Kept { lots, allocations } = kept.remove(&state.id).unwrap_or_default();
        let (kept, computed) = (lots.iter().map(lot_text), state.lots().map(lot_text));
        differences.extend(differing("lots_by_entries", state.id, kept.collect(), computed.collect()));
        let text = |row: &Allocation| format!("{} of lot {} to {}", row.points, row.lot, row.burn);
        let computed = allocations_of(&state).map(|row| text(&row)).collect();
        let kept = allocations.iter().map(text).collect();
        differences.extend(differing("allocations_by_entries", state.id, kept, computed));
    }
    Ok(differences)
}

fn lot_text(lot: &Lot) -> String {
    format!("{} of {} in lot {}", lot.remaining, lot.earned, lot.id)
}

fn differing(
    check: &'static str,
    account: AccountId,
    kept: BTreeSet<String>,
    computed: BTreeSet<String>,
) -> Option<Difference> {
    let only =
        |a: &BTreeSet<String>, b: &BTreeSet<String>| a.difference(b).cloned().collect::<Vec<_>>().join("; ");
    (kept != computed).then(|| Difference {
        check,
        subject: format!("account {account}"),
        kept: only(&kept, &computed),
        computed: only(&computed, &kept),
    })
}
