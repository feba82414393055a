//! Gift cards whose balance the chain keeps: what came onto each and what was spent of it, what tills hold of it for a
//! sale, and who looks at what does not fit.
//!
//! Money that was taken for a card is on it as soon as the event of its sale arrives. Spending it needs the hub: a till
//! holds an amount before it counts it as paid, and the sale's own event ends the hold. It ends without a sale when the
//! till's log says so, when that log has passed it, or when a person lets it go; never because time has passed.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::StoreCode;
use domain::gift_card::{GIVEN_UP_MAX, GiftBalance, GiftCard, GiftHold, GiftHoldRequest, GiftHoldVoided};
use domain::ids::{GiftHoldId, LogId, SaleId};
use domain::money::Money;
use domain::sale::Sale;
use sqlx::FromRow;

use crate::access::SignedTill;
use crate::db::{DbError, Tx};

pub mod api;
mod desk;
pub mod pages;
mod rules;
mod store;
#[cfg(test)]
mod tests;

pub use desk::Word;
use desk::{Said, said};
pub use rules::{EntryKind, Refusal};
use rules::{HoldState, Move, Then};

/// A card as it stands.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct CardRow {
    pub digest: String,
    pub last_four: String,
    pub blocked: bool,
    pub balance: Money,
    pub held: Money,
    pub created_at: DateTime<Utc>,
}

impl CardRow {
    pub fn available(&self) -> Money {
        Money(self.balance.0.saturating_sub(self.held.0))
    }

    pub fn shown(&self) -> String {
        format!("••••{}", self.last_four)
    }
}

/// Something that happened to a card.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Entry {
    pub id: String,
    pub digest: String,
    pub kind: String,
    pub amount: Money,
    pub sale: Option<SaleId>,
    pub store: Option<String>,
    pub till: Option<String>,
    pub business_date: NaiveDate,
    pub who: Option<String>,
    pub note: String,
    pub noted_at: DateTime<Utc>,
}

/// An amount that a till holds, or held.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct HoldRow {
    pub hold: GiftHoldId,
    pub digest: String,
    pub store: String,
    pub till: String,
    pub sale: Option<SaleId>,
    pub asked: Money,
    pub amount: Money,
    pub card_left: Money,
    pub(in crate::gift_cards) state: String,
    pub held_at: DateTime<Utc>,
}

/// What a sale took that was not on the card any more.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Shortfall {
    pub id: String,
    pub digest: String,
    pub sale: SaleId,
    pub store: String,
    pub till: String,
    pub business_date: NaiveDate,
    pub missing: Money,
    pub noted_at: DateTime<Utc>,
}

/// What may be spent of a card.
pub async fn balance(tx: &mut Tx, card: &GiftCard) -> Result<GiftBalance, DbError> {
    let found = store::card(tx, card.digest()).await?;
    Ok(match found {
        None => GiftBalance::Unknown,
        Some(row) if row.blocked => GiftBalance::Blocked,
        Some(row) => GiftBalance::Active { available: row.available() },
    })
}

/// Holds an amount for a till's sale, or answers what it answered before. None: under this id something else was asked.
pub async fn hold(
    tx: &mut Tx,
    signed: &SignedTill,
    request: &GiftHoldRequest,
    now: DateTime<Utc>,
) -> Result<Option<GiftHold>, DbError> {
    let digest = request.card.digest();
    // Tills that want the same card are one after the other from here on.
    store::lock(tx, digest).await?;
    for given_up in request.given_up.iter().take(GIVEN_UP_MAX) {
        end(tx, *given_up, digest, By::Till, now).await?;
    }
    let card = store::card(tx, digest).await?;
    let before = store::hold(tx, request.hold).await?;
    let passed = store::passed(tx, request.log).await?;
    let (answer, then) = rules::decide(card.as_ref(), before.as_ref(), passed, request);
    if let Then::Hold { amount, left } = then {
        if !store::insert_hold(tx, signed, request, (amount, left), now).await? {
            // Another card under the same id, in this moment.
            return Ok(None);
        }
        store::add(tx, digest, Money::ZERO, amount).await?;
    } else if before.is_none() && answer.is_some() {
        // The till asks under this id no more: a copy of the request that comes late must hold nothing.
        store::insert_ended(tx, request.hold, digest, By::Hub.name(), now).await?;
    }
    Ok(answer)
}

/// Who ends a hold without a sale.
#[derive(Debug, Clone, Copy)]
enum By<'a> {
    /// The till says so, itself or by its log.
    Till,
    Log,
    /// It never began.
    Hub,
    Staff(&'a str),
}

impl By<'_> {
    fn name(&self) -> &str {
        match self {
            Self::Till => "till",
            Self::Log => "log",
            Self::Hub => "hub",
            Self::Staff(who) => who,
        }
    }
}

/// Ends a hold; one that was never heard of has ended before it comes. Whether something was held until now.
async fn end(
    tx: &mut Tx,
    hold: GiftHoldId,
    digest: &str,
    by: By<'_>,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    store::lock(tx, digest).await?;
    let Some(row) = store::hold(tx, hold).await? else {
        store::insert_ended(tx, hold, digest, by.name(), now).await?;
        return Ok(false);
    };
    if row.digest != digest || HoldState::of(&row) != HoldState::Held {
        return Ok(false);
    }
    store::set_state(tx, hold, HoldState::Ended, by.name(), now).await?;
    store::add(tx, digest, Money::ZERO, row.amount.negated().map_err(amount)?).await?;
    // A sale may have wanted it that came while it was held.
    settle(tx, digest, &format!("hold:{hold}"), now).await?;
    Ok(true)
}

/// A till's log says that a hold has ended.
pub async fn note_voided(tx: &mut Tx, voided: &GiftHoldVoided, now: DateTime<Utc>) -> Result<(), DbError> {
    end(tx, voided.hold, voided.card.digest(), By::Till, now).await.map(|_| ())
}

/// A till closes no shift while a part of a ticket is paid: what it held before this place of its log ends without a sale.
pub async fn note_shift_closed(tx: &mut Tx, log: LogId, seq: i64, now: DateTime<Utc>) -> Result<(), DbError> {
    store::set_passed(tx, log, seq).await?;
    for (hold, digest) in store::held_before(tx, log, seq).await? {
        end(tx, hold, &digest, By::Log, now).await?;
    }
    Ok(())
}

/// What sales did to gift cards, in the commit that takes custody of them. Cards are taken in one order, so that two
/// hubs that take sales at once do not wait for each other.
pub async fn post(tx: &mut Tx, sales: &[&Sale], now: DateTime<Utc>) -> Result<(), DbError> {
    let mut moves: BTreeMap<GiftCard, Vec<Move<'_>>> = BTreeMap::new();
    for step in sales.iter().flat_map(|sale| rules::moves(sale)) {
        moves.entry(step.card.clone()).or_default().push(step);
    }
    for (card, mut of_card) in moves {
        store::ensure(tx, &card, now).await?;
        store::lock(tx, card.digest()).await?;
        // What comes onto it first.
        of_card.sort_by_key(|step| step.kind == EntryKind::Spent);
        for step in of_card {
            match step.kind {
                EntryKind::Spent => spend(tx, &step, now).await?,
                _ => load(tx, &step, now).await?,
            }
            settle(tx, card.digest(), &step.id, now).await?;
        }
    }
    Ok(())
}

async fn load(tx: &mut Tx, step: &Move<'_>, now: DateTime<Utc>) -> Result<(), DbError> {
    let digest = step.card.digest();
    if !store::insert_entry(tx, &entry(step, step.id.clone(), step.amount, now)).await? {
        return Ok(());
    }
    store::add(tx, digest, step.amount, Money::ZERO).await
}

/// Pays what sales took that was not there of what can be spent now, the oldest first. After each step that frees
/// something, so that in whatever order things arrive nothing can be spent of a card that lacks something.
async fn settle(tx: &mut Tx, digest: &str, cause: &str, now: DateTime<Utc>) -> Result<(), DbError> {
    let mut left = store::card(tx, digest).await?.map_or(Money::ZERO, |row| row.available());
    if left <= Money::ZERO {
        return Ok(());
    }
    for short in store::shortfalls_of(tx, digest).await? {
        let part = Money(short.missing.0.min(left.0));
        if part <= Money::ZERO {
            break;
        }
        let paid = Entry {
            id: format!("{}:{cause}", short.id),
            digest: digest.to_owned(),
            kind: EntryKind::Spent.code().to_owned(),
            amount: part.negated().map_err(amount)?,
            sale: Some(short.sale),
            store: Some(short.store),
            till: Some(short.till),
            business_date: short.business_date,
            who: None,
            note: String::new(),
            noted_at: now,
        };
        store::insert_entry(tx, &paid).await?;
        store::add(tx, digest, paid.amount, Money::ZERO).await?;
        store::set_missing(tx, &short.id, short.missing.minus(part).map_err(amount)?).await?;
        left = left.minus(part).map_err(amount)?;
    }
    Ok(())
}

/// A sale that was paid stands, whatever is on the card.
async fn spend(tx: &mut Tx, step: &Move<'_>, now: DateTime<Utc>) -> Result<(), DbError> {
    let digest = step.card.digest();
    if store::has_entry(tx, &step.id).await? || store::has_shortfall(tx, &step.id).await? {
        return Ok(());
    }
    if let Some(hold) = step.hold {
        match store::hold(tx, hold).await? {
            Some(row) if row.digest == digest && HoldState::of(&row) == HoldState::Held => {
                store::set_state(tx, hold, HoldState::Paid, "sale", now).await?;
                store::add(tx, digest, Money::ZERO, row.amount.negated().map_err(amount)?).await?;
            }
            Some(_) => {}
            // A hub that was put back from a backup: the request must not hold it once more.
            None => store::insert_ended(tx, hold, digest, "sale", now).await?,
        }
    }
    let available = store::card(tx, digest).await?.map_or(Money::ZERO, |row| row.available());
    let taken = Money(step.amount.0.min(available.0).max(0));
    let missing = step.amount.minus(taken).map_err(amount)?;
    if taken > Money::ZERO {
        let spent = taken.negated().map_err(amount)?;
        store::insert_entry(tx, &entry(step, step.id.clone(), spent, now)).await?;
        store::add(tx, digest, spent, Money::ZERO).await?;
    }
    if missing > Money::ZERO {
        tracing::warn!(code = "gift_card_shortfall", sale = %step.sale.id, "a sale took more of a gift card than was on it");
        store::insert_shortfall(tx, step, missing, now).await?;
    }
    Ok(())
}

fn entry(step: &Move<'_>, id: String, amount: Money, now: DateTime<Utc>) -> Entry {
    Entry {
        id,
        digest: step.card.digest().to_owned(),
        kind: step.kind.code().to_owned(),
        amount,
        sale: Some(step.sale.id),
        store: Some(step.sale.store.to_string()),
        till: Some(step.sale.till.to_string()),
        business_date: step.sale.business_date,
        who: None,
        note: String::new(),
        noted_at: now,
    }
}

fn amount(error: domain::money::AmountError) -> DbError {
    DbError::BadRow { what: "an amount of a gift card", why: error.to_string() }
}

/// Cards, the newest first.
pub async fn cards(tx: &mut Tx) -> Result<Vec<CardRow>, DbError> {
    store::cards(tx).await
}

/// What sales took of cards that was not there, by card.
pub async fn missing(tx: &mut Tx) -> Result<BTreeMap<String, Money>, DbError> {
    Ok(store::missing(tx).await?.into_iter().collect())
}

/// What happened to all cards, the latest first, with their last four digits: in one store or anywhere, so many at most.
pub async fn moves(
    tx: &mut Tx,
    only: Option<&StoreCode>,
    limit: Option<i64>,
) -> Result<Vec<(Entry, String)>, DbError> {
    store::moves(tx, only, limit).await
}

/// One card with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub card: CardRow,
    /// The latest first.
    pub entries: Vec<Entry>,
    pub holds: Vec<HoldRow>,
    pub shortfalls: Vec<Shortfall>,
}

pub async fn known(tx: &mut Tx, digest: &str) -> Result<Option<Known>, DbError> {
    let Some(card) = store::card(tx, digest).await? else { return Ok(None) };
    Ok(Some(Known {
        entries: store::entries(tx, digest).await?,
        holds: store::held_of(tx, digest).await?,
        shortfalls: store::shortfalls_of(tx, digest).await?,
        card,
    }))
}

/// What came onto cards and was spent of them, by the day of the business and the moment it was heard of.
pub async fn moved(tx: &mut Tx) -> Result<Vec<Moved>, DbError> {
    store::moved(tx).await
}

/// One entry as the books need it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Moved {
    pub kind: String,
    pub amount: Money,
    pub business_date: NaiveDate,
    pub noted_at: DateTime<Utc>,
}

/// Cards whose balance is not the sum of their entries, or whose held sum is not that of their holds: which, what stands
/// there, what it should be.
pub async fn wrong(tx: &mut Tx) -> Result<Vec<(String, String, String)>, DbError> {
    store::wrong(tx).await
}
