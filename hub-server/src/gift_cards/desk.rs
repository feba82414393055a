//! What somebody at the desk says of a card: block it, let it be used again, let go of what a till holds.

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{EventId, GiftHoldId};
use domain::money::Money;

use super::rules::{self, EntryKind, Refusal};
use super::{By, Entry, HoldRow, end, store};
use crate::access::{audit, secret};
use crate::app::App;
use crate::db::{DbError, Tx};

/// A word of somebody at the desk on a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word<'a> {
    pub digest: &'a str,
    pub note: &'a str,
    pub who: &'a str,
    /// Where the chain is.
    pub today: NaiveDate,
}

/// Blocks a card, or lets it be used again. What is on it stays.
async fn set_blocked(
    tx: &mut Tx,
    word: &Word<'_>,
    blocked: bool,
    now: DateTime<Utc>,
) -> Result<Result<(), Refusal>, DbError> {
    let note = match rules::note(word.note) {
        Ok(note) => note,
        Err(why) => return Ok(Err(why)),
    };
    store::lock(tx, word.digest).await?;
    let Some(card) = store::card(tx, word.digest).await? else { return Ok(Err(Refusal::Unknown)) };
    if card.blocked == blocked {
        return Ok(Ok(()));
    }
    let kind = if blocked { EntryKind::Blocked } else { EntryKind::Unblocked };
    store::set_blocked(tx, word.digest, blocked).await?;
    let said = Entry {
        id: format!("desk:{}", EventId::new(now.timestamp_millis(), secret::bytes())),
        digest: word.digest.to_owned(),
        kind: kind.code().to_owned(),
        amount: Money::ZERO,
        sale: None,
        store: None,
        till: None,
        business_date: word.today,
        who: Some(word.who.to_owned()),
        note: note.clone(),
        noted_at: now,
    };
    store::insert_entry(tx, &said).await?;
    let action = format!("gift_card.{}", kind.code());
    audit::note(tx, now, word.who, &action, &card.shown(), &note).await?;
    Ok(Ok(()))
}

/// Lets go of what a till holds that will not come back. Should its sale arrive all the same, it stands.
async fn release(
    tx: &mut Tx,
    word: &Word<'_>,
    hold: GiftHoldId,
    now: DateTime<Utc>,
) -> Result<Result<(), Refusal>, DbError> {
    let note = match rules::note(word.note) {
        Ok(note) => note,
        Err(why) => return Ok(Err(why)),
    };
    let Some(card) = store::card(tx, word.digest).await? else { return Ok(Err(Refusal::Unknown)) };
    let is_early = |row: HoldRow| rules::may_release(row.held_at, now).err();
    if let Some(why) = store::hold(tx, hold).await?.and_then(is_early) {
        return Ok(Err(why));
    }
    if end(tx, hold, word.digest, By::Staff(word.who), now).await? {
        let detail = format!("hold {hold}: {note}");
        audit::note(tx, now, word.who, "gift_card.released", &card.shown(), &detail).await?;
    }
    Ok(Ok(()))
}

/// Releases and blocks in a transaction of their own.
pub(super) async fn said(app: &App, word: &Word<'_>, what: Said) -> Result<Result<(), Refusal>, DbError> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let done = match what {
        Said::Block => set_blocked(&mut tx, word, true, now).await?,
        Said::Unblock => set_blocked(&mut tx, word, false, now).await?,
        Said::Release(hold) => release(&mut tx, word, hold, now).await?,
    };
    if done.is_ok() {
        tx.commit().await?;
    }
    Ok(done)
}

/// What somebody at the desk says of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    Block,
    Unblock,
    Release(GiftHoldId),
}
