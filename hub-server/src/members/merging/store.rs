//! SQL of merges.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::CardNumber;
use domain::ids::{AccountId, MemberId};
use sqlx::{FromRow, query, query_as};
use uuid::Uuid;

use super::{Join, Moment};
use crate::catalogue::take_feed_numbers;
use crate::db::{DbError, Tx, ensure_touched, rows_of};
use crate::on;

/// That two members are one.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Row {
    pub id: Uuid,
    pub survivor: MemberId,
    pub loser: MemberId,
    pub survivor_account: AccountId,
    pub loser_account: AccountId,
    pub at: DateTime<Utc>,
    pub on_date: NaiveDate,
    pub reason: String,
    pub merged_by: String,
}

/// A member and the account that they came with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub(super) struct Kept {
    pub member: MemberId,
    pub account: AccountId,
}

/// Who a member is part of.
pub(super) async fn stays(tx: &mut Tx, member: MemberId) -> Result<Option<Kept>, DbError> {
    const SQL: &str = "select s.id as member, s.account from member m
        join member s on s.id = coalesce(m.merged_into, m.id) where m.id = $1";
    Ok(on!(tx, c => query_as(SQL).bind(member).fetch_optional(c).await)?)
}

/// Those of some members who are part of another, with who that is.
pub async fn merged(tx: &mut Tx, members: &[MemberId]) -> Result<HashMap<MemberId, MemberId>, DbError> {
    let text = |members: &str| {
        format!("select id, merged_into from member where merged_into is not null and id in {members}")
    };
    Ok(rows_of(tx, members, text).await?.into_iter().collect())
}

pub(super) async fn insert(tx: &mut Tx, row: &Row) -> Result<(), DbError> {
    const SQL: &str = "insert into member_merge (id, survivor, loser, survivor_account, loser_account, at,
        on_date, reason, merged_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    on!(tx, c => query(SQL)
        .bind(row.id).bind(row.survivor).bind(row.loser).bind(row.survivor_account).bind(row.loser_account)
        .bind(row.at).bind(row.on_date).bind(&row.reason).bind(&row.merged_by)
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

pub(super) async fn row(tx: &mut Tx, merge: Uuid) -> Result<Option<Row>, DbError> {
    const SQL: &str = "select id, survivor, loser, survivor_account, loser_account, at, on_date, reason,
        merged_by from member_merge where id = $1";
    Ok(on!(tx, c => query_as(SQL).bind(merge).fetch_optional(c).await)?)
}

/// Whether it is new.
pub(super) async fn insert_unmerge(
    tx: &mut Tx,
    merge: Uuid,
    reason: &str,
    by: &str,
    now: Moment,
) -> Result<bool, DbError> {
    const SQL: &str = "insert into member_unmerge (merged, at, on_date, reason, unmerged_by)
        values ($1, $2, $3, $4, $5) on conflict (merged) do nothing";
    let touched = on!(tx, c => query(SQL)
        .bind(merge).bind(now.at).bind(now.on).bind(reason).bind(by)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(touched == 1)
}

/// Notes that the accounts of both, and of all that ever were one with either, are looked at together.
pub(super) async fn make_family(tx: &mut Tx, one: AccountId, other: AccountId) -> Result<(), DbError> {
    const SQL: &str = "update account set family = coalesce((select family from account where id = $1), $1)
        where id in ($1, $2) or family = (select family from account where id = $2)";
    on!(tx, c => query(SQL).bind(one).bind(other).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The merges that stand among an account's family.
pub(super) async fn standing(tx: &mut Tx, account: AccountId) -> Result<Vec<Row>, DbError> {
    const SQL: &str =
        "select g.id, g.survivor, g.loser, g.survivor_account, g.loser_account, g.at, g.on_date,
            g.reason, g.merged_by
        from member_merge g join account a on a.id = g.loser_account
        where a.family = (select family from account where id = $1)
            and g.id not in (select merged from member_unmerge) order by g.at, g.id";
    Ok(on!(tx, c => query_as(SQL).bind(account).fetch_all(c).await)?)
}

/// The members of an account's family.
pub(super) async fn family(tx: &mut Tx, account: AccountId) -> Result<Vec<Kept>, DbError> {
    const SQL: &str = "select m.id as member, m.account from member m join account a on a.id = m.account
        where a.family = (select family from account where id = $1) order by m.id";
    Ok(on!(tx, c => query_as(SQL).bind(account).fetch_all(c).await)?)
}

/// Notes who a member is part of now, and since when.
pub(super) async fn set_merged(
    tx: &mut Tx,
    kept: &Kept,
    (into, account): (MemberId, AccountId),
    at: Option<DateTime<Utc>>,
) -> Result<(), DbError> {
    let (into, account) =
        ((into != kept.member).then_some(into), (account != kept.account).then_some(account));
    let done = on!(tx, c => query("update member set merged_into = $2, merged_at = $3 where id = $1")
        .bind(kept.member).bind(into).bind(at).execute(c).await.map(|done| done.rows_affected()))?;
    ensure_touched("member", 1, done)?;
    let done = on!(tx, c => query("update account set merged_into = $2 where id = $1")
        .bind(kept.account).bind(account).execute(c).await.map(|done| done.rows_affected()))?;
    ensure_touched("account", 1, done)
}

/// The cards of these members, wherever they are now: number, whose it was first, whose it is.
pub(super) async fn cards(
    tx: &mut Tx,
    members: &[MemberId],
) -> Result<Vec<(CardNumber, MemberId, MemberId)>, DbError> {
    let text = |members: &str| {
        format!(
            "select card, coalesce(home, member), member from card where coalesce(home, member) in {members}
             order by card"
        )
    };
    rows_of(tx, members, text).await
}

/// The tills hear of it through the feed: the next scan greets whoever has the card now.
pub(super) async fn move_card(
    tx: &mut Tx,
    card: &CardNumber,
    home: MemberId,
    into: MemberId,
) -> Result<(), DbError> {
    const SQL: &str = "update card set home = $2, member = $3, feed_no = $4 where card = $1";
    let feed_no = take_feed_numbers(tx, 1).await?;
    let done = on!(tx, c => query(SQL)
        .bind(card.as_str()).bind(home).bind(into).bind(feed_no)
        .execute(c).await.map(|done| done.rows_affected()))?;
    ensure_touched("card", 1, done)
}

/// Somebody has looked at it.
pub(super) async fn settle_duplicates(tx: &mut Tx, row: &Row) -> Result<(), DbError> {
    const SQL: &str = "update possible_duplicate set settled_at = $2, settled_by = $3
        where settled_at is null
            and member in (select id from member where id = $1 or merged_into = $1)
            and other in (select id from member where id = $1 or merged_into = $1)";
    on!(tx, c => query(SQL)
        .bind(row.survivor).bind(row.at).bind(&row.merged_by).execute(c).await.map(|_| ()))?;
    Ok(())
}

#[derive(FromRow)]
struct JoinRow {
    survivor: AccountId,
    loser: AccountId,
    at: DateTime<Utc>,
    on_date: NaiveDate,
    until_at: Option<DateTime<Utc>>,
    until_on: Option<NaiveDate>,
}

/// All that was said of the families of some accounts, in the order in which it was said.
pub async fn joins(tx: &mut Tx, accounts: &[AccountId]) -> Result<Vec<Join>, DbError> {
    let text = |accounts: &str| {
        format!("select distinct family from account where family is not null and id in {accounts}")
    };
    let families: Vec<(AccountId,)> = rows_of(tx, accounts, text).await?;
    let families: Vec<AccountId> = families.into_iter().map(|(family,)| family).collect();
    let text = |families: &str| {
        format!(
            "select g.survivor_account as survivor, g.loser_account as loser, g.at, g.on_date,
                 u.at as until_at, u.on_date as until_on
             from member_merge g join account a on a.id = g.loser_account
             left join member_unmerge u on u.merged = g.id
             where a.family in {families} order by g.at, g.id"
        )
    };
    let mut joins: Vec<Join> = vec![];
    for row in rows_of::<JoinRow, _>(tx, &families, text).await? {
        let JoinRow { survivor, loser, at, on_date, until_at, until_on } = row;
        let until = until_at.zip(until_on).map(|(at, on)| Moment { at, on });
        // A family may be in two parts of the list.
        let join = Join { survivor, loser, from: Moment { at, on: on_date }, until };
        if !joins.contains(&join) {
            joins.push(join);
        }
    }
    Ok(joins)
}

/// The merges that stand and concern these members, with the members' numbers, the latest first.
pub async fn of_members(tx: &mut Tx, members: &[MemberId]) -> Result<Vec<Row>, DbError> {
    let text = |members: &str| {
        format!(
            "select g.id, g.survivor, g.loser, g.survivor_account, g.loser_account, g.at, g.on_date, g.reason,
                 g.merged_by
             from member_merge g join member m on m.id = g.loser
             where g.id not in (select merged from member_unmerge)
                 and (m.id in {members} or m.merged_into in {members})
             order by g.at desc, g.id"
        )
    };
    rows_of(tx, members, text).await
}

/// Members, accounts and cards that are not where the merges that stand put them: what, what is kept, what should be.
pub async fn wrong(tx: &mut Tx) -> Result<Vec<(String, String, String)>, DbError> {
    const MERGED: &str = "select m.id, m.account, m.merged_into, a.merged_into as account_into
        from member m join account a on a.id = m.account
        where a.family is not null or m.merged_into is not null or a.merged_into is not null order by m.id";
    const STANDING: &str = "select id, survivor, loser, survivor_account, loser_account, at, on_date, reason,
        merged_by from member_merge where id not in (select merged from member_unmerge) order by at, id";
    const CARDS: &str = "select card, home, member from card where home is not null order by card";
    type Into = (MemberId, AccountId, Option<MemberId>, Option<AccountId>);
    let kept: Vec<Into> = on!(tx, c => query_as(MERGED).fetch_all(c).await)?;
    let rows: Vec<Row> = on!(tx, c => query_as(STANDING).fetch_all(c).await)?;
    let cards: Vec<(CardNumber, MemberId, MemberId)> = on!(tx, c => query_as(CARDS).fetch_all(c).await)?;
    let mut wrong = vec![];
    for (member, account, into, account_into) in &kept {
        let (stays, _) = super::rules::stays(&rows, *member);
        let owner = kept.iter().find(|other| other.0 == stays).map_or(*account, |other| other.1);
        let (is, is_of) = (into.unwrap_or(*member), account_into.unwrap_or(*account));
        if (is, is_of) != (stays, owner) {
            wrong.push((format!("member {member}"), format!("{is}, {is_of}"), format!("{stays}, {owner}")));
        }
    }
    wrong.extend(wrong_families(tx).await?);
    for (card, home, member) in cards {
        let (stays, _) = super::rules::stays(&rows, home);
        if stays != member {
            wrong.push((format!("card {card}"), member.to_string(), stays.to_string()));
        }
    }
    Ok(wrong)
}

/// Accounts that are not of one family with those that they ever were one with.
async fn wrong_families(tx: &mut Tx) -> Result<Vec<(String, String, String)>, DbError> {
    const KEPT: &str = "select id, family from account where family is not null
        or id in (select survivor_account from member_merge) or id in (select loser_account from member_merge)
        order by id";
    const MERGES: &str = "select survivor_account, loser_account from member_merge";
    let kept: Vec<(AccountId, Option<AccountId>)> = on!(tx, c => query_as(KEPT).fetch_all(c).await)?;
    let merges: Vec<(AccountId, AccountId)> = on!(tx, c => query_as(MERGES).fetch_all(c).await)?;
    let wanted = super::rules::ever_one(&merges);
    let text = |all: &BTreeSet<AccountId>| all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let mut families: BTreeMap<AccountId, BTreeSet<AccountId>> = BTreeMap::new();
    for (account, family) in &kept {
        families.entry(family.unwrap_or(*account)).or_default().insert(*account);
    }
    let mut wrong = vec![];
    for (account, family) in kept {
        let nobody = BTreeSet::new();
        let is = family.and_then(|family| families.get(&family)).unwrap_or(&nobody);
        let should = wanted.get(&account).unwrap_or(&nobody);
        if is != should {
            wrong.push((format!("family of account {account}"), text(is), text(should)));
        }
    }
    Ok(wrong)
}
