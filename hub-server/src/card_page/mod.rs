//! A customer's own card on their phone: the link that opens it, who makes and ends that, and the page.
//!
//! A link is the only key: whoever has it sees one customer's card, balance and receipts, and may answer for their
//! consent. Its token is shown once and kept as a digest. It leads to whoever stays of customers who are one.
//!
//! It stands behind every other room, as it shows what members, ledger, sales and insights know of a customer, with
//! the offer that marketing gives them; and no room has to know that there is such a page.

use chrono::{DateTime, Utc};
use domain::ids::{MemberId, uuid_v7};
use domain::open_page::PageToken;
use uuid::Uuid;

use crate::access::{audit, keyed, secret};
use crate::db::{DbError, Tx};
use crate::members::{self, Member, merging};

pub mod desk;
mod facts;
pub mod pages;
mod rules;
mod store;

pub use store::Link;

/// What somebody at the desk wants of a customer's link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Another one; those before end at once.
    Make,
    Revoke,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// The token: nobody is shown it again.
    Made(String),
    Revoked,
    /// The link is not the one that was looked at any more, and stays as it is.
    Changed,
}

/// The links that open a member's page.
pub async fn links(tx: &mut Tx, member: MemberId) -> Result<Vec<Link>, DbError> {
    store::links(tx, member).await
}

/// Makes another link or ends those there are, and notes it in the audit. `seen` is the newest link that the person
/// was shown: a form that is sent twice, or by two people, does it once.
pub async fn settle(
    tx: &mut Tx,
    member: &Member,
    wish: Wish,
    (seen, by): (Option<Uuid>, &str),
    now: DateTime<Utc>,
) -> Result<Done, DbError> {
    store::lock(tx, member.id).await?;
    let there = store::links(tx, member.id).await?.first().map(|link| link.id);
    if there != seen || (wish == Wish::Revoke && there.is_none()) {
        return Ok(Done::Changed);
    }
    store::end(tx, member.id, by, now).await?;
    let (done, action) = match wish {
        Wish::Revoke => (Done::Revoked, "card_page.revoked"),
        Wish::Make => {
            let token = PageToken::new(secret::bytes());
            let id = uuid_v7(now.timestamp_millis(), secret::bytes());
            if !store::insert(tx, id, &keyed::digest(token.as_str()), member.id, (by, now)).await? {
                return Ok(Done::Changed);
            }
            let action = if there.is_some() { "card_page.renewed" } else { "card_page.made" };
            (Done::Made(token.to_string()), action)
        }
    };
    audit::note(tx, now, by, action, member.profile.code.as_str(), "").await?;
    Ok(done)
}

/// Whose page a token opens. One that was never given, that ended or that is no token at all is nobody's, and found
/// out in the same way.
pub async fn holder(tx: &mut Tx, token: &str) -> Result<Option<Member>, DbError> {
    let Some(id) = store::holder(tx, &keyed::digest(token)).await? else { return Ok(None) };
    match merging::stays(tx, id).await? {
        Some(id) => members::by_id(tx, id).await,
        None => Ok(None),
    }
}
