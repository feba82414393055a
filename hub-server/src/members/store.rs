//! SQL of members, cards and the accounts they are given.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::birthday::Birthday;
use domain::card::{CardState, UnknownCardState};
use domain::codes::{CardNumber, MemberCode};
use domain::ids::{AccountId, MemberId};
use domain::time::to_millis;
use sqlx::{AssertSqlSafe, FromRow, query, query_as, query_scalar};

use super::rules::{fold, search_key};
use super::{Card, Consent, Member, Profile};
use crate::catalogue::take_feed_numbers;
use crate::db::dialect::holding;
use crate::db::{DbError, Tx, bulk, ensure_touched, rows_of};
use crate::on;

const OWN_COLUMNS: &str = "m.id, m.code, m.account, m.first_name, m.last_name, m.email, m.phone,
    m.birthday, m.consent_marketing, m.consent_at, m.consent_source, m.created_at";

/// Where members are one, the stricter consent holds, until one is given that is later than their merge and than
/// whatever was said under the other number since.
const COLUMNS: &str = "m.id, m.code, m.account, m.first_name, m.last_name, m.email, m.phone,
    m.birthday, (m.consent_marketing and not exists (
        select 1 from member b where b.merged_into = m.id
            and not (b.consent_marketing and b.consent_at is not null)
            and (m.consent_at is null or m.consent_at <= b.merged_at or m.consent_at <= b.consent_at))) as consent_marketing,
    m.consent_at, m.consent_source, m.created_at";

#[derive(FromRow)]
struct MemberRow {
    id: MemberId,
    code: MemberCode,
    account: AccountId,
    first_name: String,
    last_name: String,
    email: String,
    phone: String,
    birthday: Option<Birthday>,
    consent_marketing: bool,
    consent_at: Option<DateTime<Utc>>,
    consent_source: String,
    created_at: DateTime<Utc>,
}

impl From<MemberRow> for Member {
    fn from(row: MemberRow) -> Self {
        let consent =
            Consent { marketing: row.consent_marketing, at: row.consent_at, source: row.consent_source };
        let MemberRow {
            id, code, account, first_name, last_name, email, phone, birthday, created_at, ..
        } = row;
        let profile = Profile { code, first_name, last_name, email, phone, birthday, consent };
        Self { id, account, profile, created_at }
    }
}

pub async fn by_id(tx: &mut Tx, id: MemberId) -> Result<Option<Member>, DbError> {
    let sql = format!("select {COLUMNS} from member m where m.id = $1");
    let row: Option<MemberRow> =
        on!(tx, c => query_as(AssertSqlSafe(sql.as_str())).bind(id).fetch_optional(c).await)?;
    Ok(row.map(Member::from))
}

/// In the order of their numbers.
pub(super) async fn by_ids(tx: &mut Tx, ids: &[MemberId]) -> Result<Vec<Member>, DbError> {
    let text = |ids: &str| format!("select {COLUMNS} from member m where m.id in {ids} order by m.code");
    let rows: Vec<MemberRow> = rows_of(tx, ids, text).await?;
    Ok(rows.into_iter().map(Member::from).collect())
}

/// More people than share a phone; a number that a till types for everybody finds no more than these.
const ALIKE_MAX: i64 = 20;

/// Who has a contact, in its normal form; whoever is part of another stands for that one.
pub(super) async fn with_contact(tx: &mut Tx, kind: &str, key: &str) -> Result<Vec<MemberId>, DbError> {
    const SQL: &str = "select distinct coalesce(m.merged_into, m.id)
        from member_contact c join member m on m.id = c.member
        where kind = $1 and contact_key = $2 order by 1 limit $3";
    let ids: Vec<(MemberId,)> =
        on!(tx, c => query_as(SQL).bind(kind).bind(key).bind(ALIKE_MAX).fetch_all(c).await)?;
    Ok(ids.into_iter().map(|(id,)| id).collect())
}

/// The member with a number; whoever is part of another stands for that one.
pub async fn by_code(tx: &mut Tx, code: &MemberCode) -> Result<Option<Member>, DbError> {
    let sql = format!(
        "select {COLUMNS} from member m
         where m.id = (select coalesce(merged_into, id) from member where code = $1)"
    );
    let row: Option<MemberRow> =
        on!(tx, c => query_as(AssertSqlSafe(sql.as_str())).bind(code.as_str()).fetch_optional(c).await)?;
    Ok(row.map(Member::from))
}

pub async fn by_card(tx: &mut Tx, card: &CardNumber) -> Result<Option<Member>, DbError> {
    let sql = format!("select {COLUMNS} from member m join card c on c.member = m.id where c.card = $1");
    let row: Option<MemberRow> =
        on!(tx, c => query_as(AssertSqlSafe(sql.as_str())).bind(card.as_str()).fetch_optional(c).await)?;
    Ok(row.map(Member::from))
}

pub async fn by_account(tx: &mut Tx, account: AccountId) -> Result<Option<Member>, DbError> {
    Ok(of_accounts(tx, &[account]).await?.pop())
}

/// The accounts that cards collect for; cards that nobody has are left out.
pub async fn accounts_of_cards(
    tx: &mut Tx,
    cards: &[CardNumber],
) -> Result<HashMap<CardNumber, AccountId>, DbError> {
    let text = |cards: &str| {
        format!(
            "select c.card, m.account from card c join member m on m.id = c.member where c.card in {cards}"
        )
    };
    Ok(rows_of(tx, cards, text).await?.into_iter().collect())
}

/// The members of some accounts.
pub async fn of_accounts(tx: &mut Tx, accounts: &[AccountId]) -> Result<Vec<Member>, DbError> {
    let text = |accounts: &str| format!("select {COLUMNS} from member m where m.account in {accounts}");
    let rows: Vec<MemberRow> = rows_of(tx, accounts, text).await?;
    Ok(rows.into_iter().map(Member::from).collect())
}

/// The members among `codes` that exist, with what was said of themselves alone: files say it again.
pub async fn by_codes(tx: &mut Tx, codes: &[MemberCode]) -> Result<HashMap<MemberCode, Member>, DbError> {
    let text = |codes: &str| format!("select {OWN_COLUMNS} from member m where m.code in {codes}");
    let rows: Vec<MemberRow> = rows_of(tx, codes, text).await?;
    Ok(rows.into_iter().map(|row| (row.code.clone(), Member::from(row))).collect())
}

/// Account, code and consent of every member, for figures over all of them. Who is part of another is in that one.
pub async fn accounts(tx: &mut Tx) -> Result<Vec<Member>, DbError> {
    let sql = format!("select {COLUMNS} from member m where m.merged_into is null order by m.code");
    let rows: Vec<MemberRow> = on!(tx, c => query_as(AssertSqlSafe(sql.as_str())).fetch_all(c).await)?;
    Ok(rows.into_iter().map(Member::from).collect())
}

pub async fn count(tx: &mut Tx) -> Result<i64, DbError> {
    Ok(
        on!(tx, c => query_scalar("select count(*) from member where merged_into is null").fetch_one(c).await)?,
    )
}

pub async fn count_cards(tx: &mut Tx) -> Result<i64, DbError> {
    Ok(on!(tx, c => query_scalar("select count(*) from card").fetch_one(c).await)?)
}

/// Members by a card number, or by words that all stand in names and code, or in phone and e-mail too where
/// the reader may see those (`full`): else a search would tell what the answer hides. Without words all. Whoever is part
/// of another stands for that one.
pub async fn search(
    tx: &mut Tx,
    words: &str,
    full: bool,
    limit: i64,
    offset: i64,
) -> Result<Vec<Member>, DbError> {
    const WORDS_MAX: usize = 4;
    // The key begins with these, character by character; see `search_key`.
    const NAMES_AND_CODE: &str =
        "substr(m.search_key, 1, length(m.first_name || ' ' || m.last_name || ' ' || m.code))";
    let key = if full { "m.search_key" } else { NAMES_AND_CODE };
    let mut patterns: Vec<String> = fold(words).split_whitespace().take(WORDS_MAX).map(holding).collect();
    patterns.resize(WORDS_MAX, "%".to_owned());
    let sql = format!(
        "select {COLUMNS} from member m
         where m.merged_into is null and (
            ({key} like $1 escape '!' and {key} like $2 escape '!'
                and {key} like $3 escape '!' and {key} like $4 escape '!')
            or m.id in (select member from card where card = $5)
            or m.id in (select m.merged_into from member m where m.merged_into is not null
                and {key} like $1 escape '!' and {key} like $2 escape '!'
                and {key} like $3 escape '!' and {key} like $4 escape '!'))
         order by m.last_name, m.first_name, m.code limit $6 offset $7"
    );
    let rows: Vec<MemberRow> = on!(tx, c => {
        let mut query = query_as(AssertSqlSafe(sql.as_str()));
        for pattern in &patterns {
            query = query.bind(pattern.as_str());
        }
        query.bind(words.trim()).bind(limit).bind(offset).fetch_all(c).await
    })?;
    Ok(rows.into_iter().map(Member::from).collect())
}

/// New members with an empty account each.
pub(super) async fn insert_members(tx: &mut Tx, rows: &[Member]) -> Result<(), DbError> {
    if rows.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "insert into account (id, created_at, balance, debt, earned, burned, expired) values {}",
        bulk::values(tx, rows.len(), 7)
    );
    on!(tx, c => {
        let mut query = query(AssertSqlSafe(sql.as_str()));
        for row in rows {
            query = query.bind(row.account).bind(row.created_at);
            query = (0..5).fold(query, |query, _| query.bind(0_i64));
        }
        query.execute(c).await.map(|_| ())
    })?;
    let sql = format!(
        "insert into member (id, code, account, first_name, last_name, email, phone,
            birthday, consent_marketing, consent_at, consent_source, search_key, created_at) values {}",
        bulk::values(tx, rows.len(), 13)
    );
    on!(tx, c => {
        let mut query = query(AssertSqlSafe(sql.as_str()));
        for row in rows {
            let Profile { code, first_name, last_name, email, phone, birthday, consent } = &row.profile;
            query = query
                .bind(row.id).bind(code.as_str()).bind(row.account)
                .bind(first_name).bind(last_name).bind(email).bind(phone)
                .bind(*birthday).bind(consent.marketing).bind(consent.at).bind(&consent.source)
                .bind(search_key(&row.profile)).bind(row.created_at);
        }
        query.execute(c).await.map(|_| ())
    })?;
    Ok(())
}

pub(super) async fn update_members(tx: &mut Tx, rows: &[Member]) -> Result<(), DbError> {
    const SQL: &str = "update member set first_name = $2, last_name = $3, email = $4, phone = $5,
        consent_marketing = $6, consent_at = $7, consent_source = $8, search_key = $9, birthday = $10 where id = $1";
    for row in rows {
        let Profile { first_name, last_name, email, phone, birthday, consent, .. } = &row.profile;
        let done = on!(tx, c => query(SQL)
            .bind(row.id).bind(first_name).bind(last_name).bind(email).bind(phone)
            .bind(consent.marketing).bind(consent.at).bind(&consent.source).bind(search_key(&row.profile))
            .bind(*birthday)
            .execute(c).await.map(|done| done.rows_affected()))?;
        ensure_touched("member", 1, done)?;
    }
    Ok(())
}

/// The member codes that cards were handed out for.
pub(super) async fn card_owners(
    tx: &mut Tx,
    cards: &[CardNumber],
) -> Result<HashMap<CardNumber, MemberCode>, DbError> {
    let text = |cards: &str| {
        format!(
            "select c.card, m.code from card c join member m on m.id = coalesce(c.home, c.member)
             where c.card in {cards}"
        )
    };
    Ok(rows_of(tx, cards, text).await?.into_iter().collect())
}

pub(super) async fn insert_cards(tx: &mut Tx, rows: &[Card], now: DateTime<Utc>) -> Result<(), DbError> {
    if rows.is_empty() {
        return Ok(());
    }
    let first = take_feed_numbers(tx, rows.len()).await?;
    let sql = format!(
        "insert into card (card, member, home, active, state, created_at, feed_no) values {}",
        bulk::values(tx, rows.len(), 7)
    );
    on!(tx, c => {
        let mut query = query(AssertSqlSafe(sql.as_str()));
        for (feed_no, row) in (first..).zip(rows) {
            query = query
                .bind(row.card.as_str()).bind(row.member).bind(row.home).bind(row.state.earns()).bind(row.state.code())
                .bind(to_millis(now)).bind(feed_no);
        }
        query.execute(c).await.map(|_| ())
    })?;
    Ok(())
}

pub(super) fn card_state(text: &str) -> Result<CardState, DbError> {
    text.parse().map_err(|e: UnknownCardState| DbError::BadRow { what: "a card", why: e.to_string() })
}

/// The cards of one member, lost ones too.
pub async fn cards_of_member(tx: &mut Tx, member: MemberId) -> Result<Vec<Card>, DbError> {
    const SQL: &str = "select card, home, state from card where member = $1 order by card";
    let rows: Vec<(CardNumber, Option<MemberId>, String)> =
        on!(tx, c => query_as(SQL).bind(member).fetch_all(c).await)?;
    let card = |(card, home, state): (CardNumber, Option<MemberId>, String)| {
        Ok(Card { card, member, home, state: card_state(&state)? })
    };
    rows.into_iter().map(card).collect()
}

/// Cards by member, in the order of their numbers.
pub async fn cards_of(
    tx: &mut Tx,
    members: &[MemberId],
) -> Result<HashMap<MemberId, Vec<CardNumber>>, DbError> {
    let text =
        |members: &str| format!("select member, card from card where member in {members} order by card");
    let mut found: HashMap<MemberId, Vec<CardNumber>> = HashMap::new();
    for (member, card) in rows_of::<(MemberId, CardNumber), _>(tx, members, text).await? {
        found.entry(member).or_default().push(card);
    }
    Ok(found)
}

/// The newest card of each that works.
pub(super) async fn newest_cards(
    tx: &mut Tx,
    members: &[MemberId],
) -> Result<HashMap<MemberId, CardNumber>, DbError> {
    let text = |members: &str| {
        format!(
            "select member, card from card where state = 'active' and member in {members} order by created_at, card"
        )
    };
    // The last one of each stands.
    Ok(rows_of(tx, members, text).await?.into_iter().collect())
}
