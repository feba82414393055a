//! Charging stores with what lost cards paid, see [`super::lost`]: when sales arrive, and when something is said of a
//! card.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::codes::CardNumber;
use domain::ids::{AccountId, SaleId};

use super::day_cap::corrections;
use super::lost::{self, Transferred, redeemed};
use super::post::amount;
use super::rules::{Posting, PostingKind};
use super::{replay, store};
use crate::access::audit;
use crate::db::{DbError, Tx};

/// What must be posted besides, when these postings are, all of these accounts.
pub(super) async fn transfers(
    tx: &mut Tx,
    accounts: &[AccountId],
    new: &[Posting],
    now: DateTime<Utc>,
) -> Result<Vec<Posting>, DbError> {
    let sales = redeemed(new);
    let then = store::cards_then(tx, &sales.iter().copied().collect::<Vec<_>>()).await?;
    if then.is_empty() {
        return Ok(vec![]);
    }
    let mut postings = store::postings(tx, accounts).await?;
    postings.extend(new.iter().cloned());
    lost::transfers(&postings, &sales, &then, now).map_err(amount)
}

/// Whom a redemption costs is for the audit.
pub(super) async fn note(tx: &mut Tx, postings: &[Posting], now: DateTime<Utc>) -> Result<(), DbError> {
    for posting in postings.iter().filter(|posting| posting.kind == PostingKind::Transfer) {
        let Some(why) = Transferred::of(&posting.reason) else { continue };
        let action = if posting.points.is_negative() { "redemption.uncharged" } else { "redemption.charged" };
        let points = posting.points.0.saturating_abs();
        let detail = format!(
            "{} points; card {} {} since {}",
            domain::Points(points),
            why.card,
            why.state,
            why.since.to_rfc3339()
        );
        audit::note(tx, now, "ledger", action, &posting.sale.to_string(), &detail).await?;
    }
    Ok(())
}

/// Puts right what a card ever paid with points, after something was said of it; answers whose points may have
/// changed. The caller has taken its turn alone, so that no sale of the card is under way.
pub async fn settle_card(
    tx: &mut Tx,
    card: &CardNumber,
    now: DateTime<Utc>,
) -> Result<BTreeSet<AccountId>, DbError> {
    let redeemed = store::redeemed_with(tx, card).await?;
    let accounts: BTreeSet<AccountId> = redeemed.values().copied().collect();
    if accounts.is_empty() {
        return Ok(accounts);
    }
    let listed: Vec<AccountId> = accounts.into_iter().collect();
    let joins = store::joins(tx, &listed).await?;
    let listed = joins.with_families(&listed);
    let mut states = store::lock_accounts(tx, &listed).await?;
    let sales: BTreeSet<SaleId> = redeemed.into_keys().collect();
    let then = store::cards_then(tx, &sales.iter().copied().collect::<Vec<_>>()).await?;
    let postings = store::postings(tx, &listed).await?;
    let new = lost::transfers(&postings, &sales, &then, now).map_err(amount)?;
    let programmes = store::programmes(tx).await?;
    let accounts = listed.into_iter().collect();
    replay::replay(tx, &accounts, &new, &programmes, &mut states, &joins).await?;
    note(tx, &new, now).await?;
    replay::write(tx, &new, &states, &joins, now).await?;
    Ok(accounts)
}

/// Puts right what accounts have that became one, or parted; answers whose points may have changed. The caller has taken
/// its turn alone.
pub async fn settle_joined(
    tx: &mut Tx,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<BTreeSet<AccountId>, DbError> {
    let joins = store::joins(tx, &[account]).await?;
    let listed = joins.with_families(&[account]);
    let accounts: BTreeSet<AccountId> = listed.iter().copied().collect();
    let mut states = store::lock_accounts(tx, &listed).await?;
    let programmes = store::programmes(tx).await?;
    let postings = store::postings(tx, &listed).await?;
    let mut new = corrections(postings, &[], &programmes, &joins).map_err(amount)?;
    new.iter_mut().for_each(|correction| correction.posted_at = now);
    replay::replay(tx, &accounts, &new, &programmes, &mut states, &joins).await?;
    replay::write(tx, &new, &states, &joins, now).await?;
    Ok(accounts)
}
