//! Members who turn out to be one person: who is whom, by the merges that were said and not taken back.
//!
//! A merge is a row, and so is taking it back. Everything else follows from them: each member but one of a person is
//! *merged into* the one that stays, with their cards. A merge names two members who are nobody else's, so there is one
//! way from each to the one that stays, and never a circle. Where a card was before is kept with it, so that it goes back
//! when the merge is taken back.

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{AccountId, MemberId};
use domain::time::to_millis;
use uuid::Uuid;

use super::{Member, no_such_customer};
use crate::db::{DbError, Tx};
use crate::error::Error;

mod rules;
mod store;

pub use rules::{MergeRefusal, REASON_CHARS};
pub use store::{Row, joins, merged, of_members, wrong};

/// A moment of the chain: the instant, and its date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    pub at: DateTime<Utc>,
    pub on: NaiveDate,
}

/// Two accounts that are one from a moment on, until another if it was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Join {
    pub survivor: AccountId,
    pub loser: AccountId,
    pub from: Moment,
    pub until: Option<Moment>,
}

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    pub survivor: MemberId,
    pub loser: MemberId,
    pub reason: String,
    pub by: String,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merged {
    Done(Box<Row>),
    /// They are one already, or it was taken back before.
    Same,
    Refused(MergeRefusal),
}

/// Makes two members one. Whoever is merged into another stands for that one. The caller takes its turn alone before,
/// see [`Tx::order`], and puts sales and points right after.
pub async fn merge(tx: &mut Tx, merge: &Merge, now: Moment) -> Result<Merged, DbError> {
    if let Some(why) = rules::refusal(&merge.reason) {
        return Ok(Merged::Refused(why));
    }
    let (survivor, loser) = (store::stays(tx, merge.survivor).await?, store::stays(tx, merge.loser).await?);
    let (Some(survivor), Some(loser)) = (survivor, loser) else {
        return Ok(Merged::Refused(MergeRefusal::Unknown));
    };
    if survivor == loser {
        return Ok(Merged::Same);
    }
    let now = Moment { at: to_millis(now.at), ..now };
    let row = Row {
        id: rules::merge_id(survivor.member, loser.member, now.at),
        survivor: survivor.member,
        loser: loser.member,
        survivor_account: survivor.account,
        loser_account: loser.account,
        at: now.at,
        on_date: now.on,
        reason: merge.reason.trim().to_owned(),
        merged_by: merge.by.clone(),
    };
    store::insert(tx, &row).await?;
    store::make_family(tx, survivor.account, loser.account).await?;
    renew(tx, survivor.account).await?;
    store::settle_duplicates(tx, &row).await?;
    Ok(Merged::Done(Box::new(row)))
}

/// Takes a merge back: whoever was merged, and who had been merged into them, are their own again.
pub async fn unmerge(
    tx: &mut Tx,
    merge: Uuid,
    reason: &str,
    by: &str,
    now: Moment,
) -> Result<Merged, DbError> {
    if let Some(why) = rules::refusal(reason) {
        return Ok(Merged::Refused(why));
    }
    let Some(row) = store::row(tx, merge).await? else {
        return Ok(Merged::Refused(MergeRefusal::NoMerge));
    };
    if !store::insert_unmerge(tx, merge, reason.trim(), by, Moment { at: to_millis(now.at), ..now }).await? {
        return Ok(Merged::Same);
    }
    renew(tx, row.survivor_account).await?;
    Ok(Merged::Done(Box::new(row)))
}

/// Writes anew who is merged into whom, and gives cards to whom they belong by it.
async fn renew(tx: &mut Tx, account: AccountId) -> Result<(), DbError> {
    let rows = store::standing(tx, account).await?;
    let family = store::family(tx, account).await?;
    let members: Vec<MemberId> = family.iter().map(|kept| kept.member).collect();
    for kept in &family {
        let (into, at) = rules::stays(&rows, kept.member);
        let account = family.iter().find(|other| other.member == into).map_or(kept.account, |m| m.account);
        store::set_merged(tx, kept, (into, account), at).await?;
    }
    for (card, home, member) in store::cards(tx, &members).await? {
        let (into, _) = rules::stays(&rows, home);
        if into != member {
            store::move_card(tx, &card, home, into).await?;
        }
    }
    Ok(())
}

/// Whoever a member is part of: themselves if they were never merged, or are not any more.
pub async fn stays(tx: &mut Tx, member: MemberId) -> Result<Option<MemberId>, DbError> {
    Ok(store::stays(tx, member).await?.map(|kept| kept.member))
}

/// The customer of an address, who under the number of one who was merged is whoever stays.
pub async fn of_address(tx: &mut Tx, id: &str) -> Result<Member, Error> {
    let stays = match id.parse() {
        Ok(id) => stays(tx, id).await?,
        Err(_) => None,
    };
    let member = match stays {
        Some(id) => super::by_id(tx, id).await?,
        None => None,
    };
    member.ok_or_else(no_such_customer)
}

/// Whether both named are still nobody else's, or are one already: otherwise somebody else's merge came first, and what
/// would be made one is not what was looked at.
pub async fn is_as_named(tx: &mut Tx, merge: &Merge) -> Result<bool, DbError> {
    let (survivor, loser) = (stays(tx, merge.survivor).await?, stays(tx, merge.loser).await?);
    let (Some(survivor), Some(loser)) = (survivor, loser) else { return Ok(true) };
    Ok(survivor == loser || (survivor == merge.survivor && loser == merge.loser))
}
