//! Points that customer service gives or takes by hand.
//!
//! Up to a limit one person does it alone; beyond it the request waits until a second one agrees or refuses, or it ends.
//! What takes effect is one entry of the ledger that no sale caused. Points that are given are a lot of their own, which
//! ends as if a sale had earned it that day and can be spent at once; points that are taken leave the lots in the order in
//! which they are spent, and what these lack is debt. Neither counts for a rank: it is no purchase.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::ids::{AccountId, EntryId, SaleId};
use domain::money::{AmountError, Points};
use domain::points::Programme;
use serde::{Deserialize, Serialize};

use super::family::Family;
use super::joined::Joins;
use super::lost::CardsThen;
use super::lot::Lot;
use super::post::amount;
use super::replay;
use super::rules::{AccountState, Posting};
use super::store::{self as ledger, programmes};
use crate::access::audit;
use crate::db::{DbError, Tx};

mod rules;
mod store;

pub use rules::{ALONE_DAYS, ByHand, Limits, Refusal, Verdict};
pub use store::{latest, of_account, unlike, waiting, waiting_count};

/// Why points are given or taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Something went wrong, and the chain says sorry.
    Goodwill,
    /// A purchase that gave none, or too few.
    Missing,
    /// A promotion that was not applied.
    Promotion,
    /// Given or taken by mistake before.
    Mistake,
    /// Earned or asked for by deceit.
    Misuse,
    Other,
}

impl Cause {
    pub const ALL: [Self; 6] =
        [Self::Goodwill, Self::Missing, Self::Promotion, Self::Mistake, Self::Misuse, Self::Other];

    pub fn code(self) -> &'static str {
        match self {
            Self::Goodwill => "goodwill",
            Self::Missing => "missing",
            Self::Promotion => "promotion",
            Self::Mistake => "mistake",
            Self::Misuse => "misuse",
            Self::Other => "other",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no cause of an adjustment")]
pub struct UnknownCause(String);

impl FromStr for Cause {
    type Err = UnknownCause;

    fn from_str(text: &str) -> Result<Self, UnknownCause> {
        Self::ALL.into_iter().find(|cause| cause.code() == text).ok_or_else(|| UnknownCause(text.to_owned()))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Waiting,
    Posted,
    Refused,
}

/// What somebody asks for, by a form that has an id of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    pub id: EntryId,
    pub account: AccountId,
    /// Below zero they are taken.
    pub points: Points,
    pub cause: Cause,
    pub note: String,
    pub sale: Option<SaleId>,
    pub by: String,
}

/// A request, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustment {
    pub id: EntryId,
    pub account: AccountId,
    pub points: Points,
    pub cause: Cause,
    pub note: String,
    pub sale: Option<SaleId>,
    /// How much one person could do alone when it was asked for.
    pub alone: Points,
    pub asked_by: String,
    pub asked_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub state: State,
    pub settled_by: Option<String>,
    pub settled_at: Option<DateTime<Utc>>,
    pub refusal: Option<String>,
    pub entry: Option<EntryId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    Posted,
    /// For a second person.
    Waits,
    Refused(Refusal),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// For this account.
    Done(AccountId),
    /// The same person settled it alike before.
    Same(AccountId),
    Refused(Refusal),
}

/// Posts what one person may do alone, and notes the rest for a second one. A form that comes again is answered as the
/// first time. `day` is the chain's date.
pub async fn ask(
    tx: &mut Tx,
    ask: &Ask,
    limits: Limits,
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Asked, DbError> {
    // Whoever writes to the account waits here, also the same form sent twice.
    let family = Family::lock(tx, ask.account).await?;
    if let Some(kept) = store::one(tx, ask.id).await? {
        return Ok(match kept.state {
            _ if !rules::is_same(&kept, ask) => Asked::Refused(Refusal::Used),
            State::Posted => Asked::Posted,
            State::Waiting if kept.ends_at <= now => Asked::Refused(Refusal::Ended),
            State::Waiting => Asked::Waits,
            State::Refused => Asked::Refused(Refusal::Settled),
        });
    }
    let programmes = programmes(tx).await?;
    let programme = Programme::on(&programmes, day);
    if let Some(why) = rules::refusal(ask, programme) {
        return Ok(Asked::Refused(why));
    }
    let before = store::alone_since(tx, ask, now - TimeDelta::days(ALONE_DAYS)).await?;
    let waits = rules::needs_second(ask.points, before, limits);
    let adjustment = rules::request(ask, limits.alone, now, limits.ends_at(now));
    if !store::insert(tx, &adjustment).await? {
        return Ok(Asked::Refused(Refusal::Used));
    }
    note(tx, &adjustment, &ask.by, if waits { "points.asked" } else { "points.adjusted" }, now).await?;
    if waits {
        return Ok(Asked::Waits);
    }
    post(tx, &adjustment, None, family, &programmes, day, now).await?;
    Ok(Asked::Posted)
}

/// A second person agrees or refuses; of several that do at once, one does.
pub async fn settle(
    tx: &mut Tx,
    id: EntryId,
    by: &str,
    verdict: &Verdict,
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Settled, DbError> {
    let Some(asked) = store::one(tx, id).await? else { return Ok(Settled::Refused(Refusal::Unknown)) };
    let family = Family::lock(tx, asked.account).await?;
    // As it is now that everybody else waits.
    let Some(asked) = store::one(tx, id).await? else { return Ok(Settled::Refused(Refusal::Unknown)) };
    match rules::settling(&asked, by, verdict, now) {
        Err(why) => return Ok(Settled::Refused(why)),
        Ok(false) => return Ok(Settled::Same(asked.account)),
        Ok(true) => {}
    }
    match verdict {
        Verdict::Refused { why } => {
            store::refuse(tx, id, by, why.trim(), now).await?;
            note(tx, &asked, by, "points.refused", now).await?;
        }
        Verdict::Agreed => {
            note(tx, &asked, by, "points.agreed", now).await?;
            let programmes = programmes(tx).await?;
            post(tx, &asked, Some(by), family, &programmes, day, now).await?;
        }
    }
    Ok(Settled::Done(asked.account))
}

/// Whose points may change with those of an account: all that it is or was one with.
pub async fn concerned(tx: &mut Tx, account: AccountId) -> Result<Vec<AccountId>, DbError> {
    Ok(ledger::joins(tx, &[account]).await?.with_families(&[account]))
}

async fn post(
    tx: &mut Tx,
    adjustment: &Adjustment,
    agreed_by: Option<&str>,
    family: Family,
    programmes: &[Programme],
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let programme = Programme::on(programmes, day);
    let posting = rules::posting(adjustment, agreed_by, programme, day, now).map_err(amount)?;
    let (entry, new) = (posting.id, [posting]);
    let Family { mut states, joins, .. } = family;
    let accounts: BTreeSet<AccountId> = states.keys().copied().collect();
    replay::replay(tx, &accounts, &new, programmes, &mut states, &joins).await?;
    replay::write(tx, &new, &states, &joins, now).await?;
    store::posted(tx, adjustment.id, agreed_by, entry, now).await
}

/// Codes and figures; what was written about a customer stays in the request and in the entry.
async fn note(
    tx: &mut Tx,
    of: &Adjustment,
    by: &str,
    action: &str,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let receipt = of.sale.map_or_else(String::new, |sale| format!(", sale {sale}"));
    let detail = format!(
        "{} points, {}{receipt}, asked by {}, account {}",
        of.points, of.cause, of.asked_by, of.account
    );
    audit::note(tx, now, by, action, &of.id.to_string(), &detail).await
}

/// What an account comes to on a date.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Without what has expired.
    pub balance: Points,
    pub available: Points,
    pub debt: Points,
}

/// What an account is now.
pub async fn standing_of(tx: &mut Tx, account: AccountId, day: NaiveDate) -> Result<Standing, DbError> {
    let past = Past::read(tx, account).await?;
    past.with(None).and_then(|state| standing(&state, day)).map_err(amount)
}

/// As it is, and as it would be if it were posted now.
pub async fn before_and_after(
    tx: &mut Tx,
    of: &Adjustment,
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Result<[Standing; 2], DbError> {
    let past = Past::read(tx, of.account).await?;
    let programme = Programme::on(&past.programmes, day);
    let new = rules::posting(of, None, programme, day, now).map_err(amount)?;
    let states = [past.with(None), past.with(Some(new))];
    let [before, after] = states.map(|state| state.and_then(|state| standing(&state, day)));
    Ok([before.map_err(amount)?, after.map_err(amount)?])
}

/// What would become of what somebody asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preview {
    pub before: Standing,
    pub after: Standing,
    /// For a second person.
    pub waits: bool,
}

/// Writes nothing.
pub async fn look(
    tx: &mut Tx,
    ask: &Ask,
    limits: Limits,
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Result<Preview, Refusal>, DbError> {
    if let Some(why) = rules::refusal(ask, Programme::on(&programmes(tx).await?, day)) {
        return Ok(Err(why));
    }
    let before = store::alone_since(tx, ask, now - TimeDelta::days(ALONE_DAYS)).await?;
    let waits = rules::needs_second(ask.points, before, limits);
    let asked = rules::request(ask, limits.alone, now, limits.ends_at(now));
    let [before, after] = before_and_after(tx, &asked, day, now).await?;
    Ok(Ok(Preview { before, after, waits }))
}

/// All that an account is computed from, with those that it is or was one with.
struct Past {
    account: AccountId,
    joins: Joins,
    postings: Vec<Posting>,
    programmes: Vec<Programme>,
    then: CardsThen,
}

impl Past {
    async fn read(tx: &mut Tx, account: AccountId) -> Result<Self, DbError> {
        let joins = ledger::joins(tx, &[account]).await?;
        let postings = ledger::postings(tx, &joins.with_families(&[account])).await?;
        let then = replay::cards_then(tx, &postings).await?;
        Ok(Self { account, joins, postings, programmes: programmes(tx).await?, then })
    }

    fn with(&self, new: Option<Posting>) -> Result<AccountState, AmountError> {
        let postings = self.postings.iter().cloned().chain(new).collect();
        let Self { programmes, then, joins, .. } = self;
        let (family, stays) = (joins.family(self.account), joins.stays_now(self.account));
        let state = replay::state_of(family, DateTime::UNIX_EPOCH, postings, programmes, then, joins)?;
        let own = state.of_each(joins)?.into_iter().find(|state| state.id == stays);
        Ok(own.unwrap_or_else(|| AccountState::new(stays, DateTime::UNIX_EPOCH, [Points::ZERO; 4])))
    }
}

fn standing(state: &AccountState, on: NaiveDate) -> Result<Standing, AmountError> {
    let sum = |counts: &dyn Fn(&Lot) -> bool| {
        Points::total(state.lots().filter(|lot| counts(lot)).map(|lot| lot.remaining))
    };
    let expired = sum(&|lot| lot.has_ended(on))?;
    let alive = sum(&|lot| !lot.has_ended(on) && lot.pending_until(on).is_none())?;
    let debt = state.debt();
    Ok(Standing {
        balance: state.balance.minus(expired)?,
        available: alive.minus(debt)?.max(Points::ZERO),
        debt,
    })
}
