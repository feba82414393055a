//! SQL of the insights.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::{CardNumber, Sku, StoreCode};
use domain::ids::{AccountId, LogId, MemberId, PromotionId};
use domain::money::Points;
use futures::TryStreamExt;
use sqlx::{AssertSqlSafe, query, query_as, query_scalar};

use super::PointsRow;
use super::usual::Bought;
use super::visits::VisitDays;
use crate::catalogue::{last_date_by, take_feed_numbers};
use crate::db::{Cells, DbError, Insert, Tx, bulk, dialect, rows_of};
use crate::on;

/// The latest business date of a completed ticket, of any store. Dates that are still to come count no more
/// than training does: one mistyped year would make the whole chain overdue.
pub async fn as_of(tx: &mut Tx, now: DateTime<Utc>) -> Result<Option<NaiveDate>, DbError> {
    const SQL: &str = "select business_date from sale
        where business_date <= $1 and status = 'completed' order by business_date desc limit 1";
    let last = last_date_by(now);
    Ok(on!(tx, c => query_scalar(SQL).bind(last).fetch_optional(c).await)?)
}

/// Visit dates of all accounts.
pub(super) async fn visit_days(
    tx: &mut Tx,
    at: Option<&StoreCode>,
) -> Result<HashMap<AccountId, VisitDays>, DbError> {
    const SQL: &str = "select account, business_date from visit where $1 = '' or store = $1
        order by account, business_date";
    let at = at.map_or("", StoreCode::as_str);
    let rows: Vec<(AccountId, NaiveDate)> = on!(tx, c => query_as(SQL).bind(at).fetch_all(c).await)?;
    Ok(group_days(rows))
}

fn group_days(rows: Vec<(AccountId, NaiveDate)>) -> HashMap<AccountId, VisitDays> {
    let mut found: HashMap<AccountId, VisitDays> = HashMap::new();
    for (account, day) in rows {
        found.entry(account).or_default().update([day]);
    }
    found
}

pub(super) async fn visit_days_of(
    tx: &mut Tx,
    accounts: &[AccountId],
) -> Result<HashMap<AccountId, VisitDays>, DbError> {
    let text = |accounts: &str| {
        format!(
            "select account, business_date from visit where account in {accounts} order by account, business_date"
        )
    };
    Ok(group_days(rows_of(tx, accounts, text).await?))
}

/// The first card of every member, by number.
pub(super) async fn first_cards(tx: &mut Tx) -> Result<HashMap<MemberId, CardNumber>, DbError> {
    const SQL: &str = "select member, min(card) from card group by member";
    let rows: Vec<(MemberId, CardNumber)> = on!(tx, c => query_as(SQL).fetch_all(c).await)?;
    Ok(rows.into_iter().collect())
}

/// The dates on which accounts bought each product. Names are left empty; see [`name`].
pub(super) async fn bought_of(
    tx: &mut Tx,
    accounts: &[AccountId],
) -> Result<HashMap<AccountId, HashMap<Sku, Bought>>, DbError> {
    let mut found: HashMap<AccountId, HashMap<Sku, Bought>> = HashMap::new();
    if accounts.is_empty() {
        return Ok(found);
    }
    let sql = format!(
        "select s.account, l.sku, s.business_date from sale s join sale_line l on l.sale = s.id
         where s.account in {} and s.status = 'completed' and l.kind = 'sale'
         order by s.account, s.business_date",
        bulk::list(accounts.len())
    );
    on!(tx, c => {
        let mut query = query_as(AssertSqlSafe(sql.as_str()));
        for account in accounts {
            query = query.bind(*account);
        }
        let mut rows = query.fetch(c);
        while let Some((account, sku, day)) = rows.try_next().await? {
            let (account, sku, day): (AccountId, Sku, NaiveDate) = (account, sku, day);
            let bought = found.entry(account).or_default().entry(sku.clone());
            bought
                .or_insert_with(|| Bought { sku, name: String::new(), days: VisitDays::default() })
                .days
                .update([day]);
        }
    });
    Ok(found)
}

/// Fills names in from the catalogue; a product that it does not know is called by its SKU.
pub(super) async fn name(tx: &mut Tx, products: &mut [Bought]) -> Result<(), DbError> {
    let skus: Vec<Sku> = products.iter().map(|p| p.sku.clone()).collect();
    let names = crate::catalogue::names(tx, &skus).await?;
    for product in products {
        product.name = names.get(&product.sku).map_or_else(|| product.sku.to_string(), |n| n.name.clone());
    }
    Ok(())
}

/// Goods that a question names.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goods {
    Sku(Sku),
    /// A product line, as the catalogue has it today.
    Line(String),
}

/// When each account last bought some goods, of those who ever did.
pub async fn last_bought(tx: &mut Tx, goods: &Goods) -> Result<HashMap<AccountId, NaiveDate>, DbError> {
    const BY_SKU: &str = "select s.account, max(s.business_date)
        from sale_line l join sale s on s.id = l.sale
        where l.sku = $1 and l.kind = 'sale' and s.status = 'completed' and s.account is not null
        group by s.account";
    const BY_LINE: &str = "select s.account, max(s.business_date)
        from sale_line l join sale s on s.id = l.sale
        where l.sku in (select sku from product where line = $1)
            and l.kind = 'sale' and s.status = 'completed' and s.account is not null
        group by s.account";
    let (sql, word) = match goods {
        Goods::Sku(sku) => (BY_SKU, sku.as_str()),
        Goods::Line(line) => (BY_LINE, line.as_str()),
    };
    let rows: Vec<(AccountId, NaiveDate)> = on!(tx, c => query_as(sql).bind(word).fetch_all(c).await)?;
    Ok(rows.into_iter().collect())
}

/// Marks accounts whose figures changed. The update locks a mark that exists: whoever claims it waits
/// until these figures are committed, and so sees them.
pub async fn mark_stale(tx: &mut Tx, accounts: &[AccountId]) -> Result<(), DbError> {
    let insert = Insert {
        table: "stale_account",
        columns: vec![("account", Cells::Uuid(accounts.iter().map(|account| account.0).collect()))],
        conflict: "on conflict (account) do update set account = excluded.account",
    };
    insert.run(tx).await.map(|_| ())
}

/// Marks every account: offers or the date changed.
pub async fn mark_all_stale(tx: &mut Tx) -> Result<(), DbError> {
    const SQL: &str = "insert into stale_account (account) select distinct account from member where true
        on conflict (account) do update set account = excluded.account";
    on!(tx, c => query(SQL).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Changes with whatever changes members or their figures: what came in, how far the feed is (it moves with
/// every member and card that is written), and which figures are being renewed.
pub(super) async fn applied_mark(tx: &mut Tx) -> Result<(i64, i64, i64), DbError> {
    const SQL: &str = "select
        cast(coalesce((select sum(ack_seq) from log), 0) as bigint),
        cast(coalesce((select max(head) from feed), 0) as bigint),
        (select count(*) from stale_account)";
    Ok(on!(tx, c => query_as(SQL).fetch_one(c).await)?)
}

pub async fn stale_count(tx: &mut Tx) -> Result<i64, DbError> {
    Ok(on!(tx, c => query_scalar("select count(*) from stale_account").fetch_one(c).await)?)
}

/// Takes up to `limit` stale accounts off the list. Read their figures in a transaction that begins after
/// this one was committed.
pub(super) async fn claim_stale(tx: &mut Tx, limit: i64) -> Result<Vec<AccountId>, DbError> {
    const SQL: &str = "delete from stale_account
        where account in (select account from stale_account limit $1) returning account";
    Ok(on!(tx, c => query_scalar(SQL).bind(limit).fetch_all(c).await)?)
}

/// What accounts own, with points whose last day is over.
pub(super) async fn balances(
    tx: &mut Tx,
    accounts: &[AccountId],
) -> Result<HashMap<AccountId, Points>, DbError> {
    let text = |accounts: &str| format!("select id, balance from account where id in {accounts}");
    Ok(rows_of(tx, accounts, text).await?.into_iter().collect())
}

/// The snapshots that the tills have of some members, as JSON.
pub(super) async fn snapshots(
    tx: &mut Tx,
    members: &[MemberId],
) -> Result<HashMap<MemberId, String>, DbError> {
    let text = |members: &str| format!("select member, body from member_snapshot where member in {members}");
    Ok(rows_of(tx, members, text).await?.into_iter().collect())
}

/// Offers that members took and whose purchase was closed.
pub(super) async fn used_offers(
    tx: &mut Tx,
    members: &[MemberId],
) -> Result<HashMap<MemberId, HashSet<PromotionId>>, DbError> {
    let text = |members: &str| {
        format!(
            "select coalesce(m.merged_into, m.id), a.promotion
             from offer_answer a join sale s on s.id = a.sale join member m on m.id = a.member
             where a.response = 'accepted' and s.status = 'completed'
                 and coalesce(m.merged_into, m.id) in {members}"
        )
    };
    let rows: Vec<(MemberId, PromotionId)> = rows_of(tx, members, text).await?;
    let mut used: HashMap<MemberId, HashSet<PromotionId>> = HashMap::new();
    for (member, promotion) in rows {
        used.entry(member).or_default().insert(promotion);
    }
    Ok(used)
}

/// Writes snapshots under new feed numbers. One that was computed later stays.
pub(super) async fn write_snapshots(
    tx: &mut Tx,
    rows: &[(MemberId, String)],
    as_of: DateTime<Utc>,
) -> Result<(), DbError> {
    for part in rows.chunks(bulk::ROWS) {
        let first = take_feed_numbers(tx, part.len()).await?;
        let sql = format!(
            "insert into member_snapshot (member, body, as_of, feed_no) values {}
             on conflict (member) do update set body = excluded.body, as_of = excluded.as_of,
                feed_no = excluded.feed_no
             where member_snapshot.as_of <= excluded.as_of",
            bulk::values(tx, part.len(), 4)
        );
        on!(tx, c => {
            let mut query = query(AssertSqlSafe(sql.as_str()));
            for (feed_no, (member, body)) in (first..).zip(part) {
                query = query.bind(*member).bind(body).bind(as_of).bind(feed_no);
            }
            query.execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Points of all members by code, or of one, as they are on a date.
pub async fn points(
    tx: &mut Tx,
    member: Option<&domain::codes::MemberCode>,
    on: NaiveDate,
) -> Result<Vec<PointsRow>, DbError> {
    // Two texts: by one that fits both, neither lots nor members are found by their index.
    let (lots, members) = match member {
        None => ("$1 = ''", "$1 = '' and m.merged_into is null"),
        Some(_) => ("account = (select account from member where code = $1)", "m.code = $1"),
    };
    let sql = format!(
        "select m.code as member, a.debt, a.earned, a.burned,
            a.balance - coalesce(l.expired, 0) as balance, coalesce(l.expired, 0) as expired,
            coalesce(l.pending, 0) as pending,
            case when coalesce(l.alive, 0) > a.debt then coalesce(l.alive, 0) - a.debt else 0 end as available
        from member m join account a on a.id = m.account
        left join (
            select account,
                cast(sum(case when expires_on < $2 then remaining else 0 end) as bigint) as expired,
                cast(sum(case when vests_on > $2 then remaining else 0 end) as bigint) as pending,
                cast(sum(case when expires_on < $2 or vests_on > $2 then 0 else remaining end) as bigint) as alive
            from lot where {lots} group by account) l on l.account = a.id
        where {members} order by m.code"
    );
    let code = member.map_or("", |code| code.as_str());
    Ok(on!(tx, c => query_as(AssertSqlSafe(sql.as_str())).bind(code).bind(on).fetch_all(c).await)?)
}

/// A ticket with at least one sold line.
#[derive(sqlx::FromRow)]
pub(super) struct TicketRow {
    pub store: String,
    pub business_date: NaiveDate,
    /// SKUs of the sold lines, [`dialect::SKU_SEPARATOR`] between them; the same one may stand twice.
    pub skus: String,
}

/// How far each log was applied.
pub(super) async fn log_heads(tx: &mut Tx) -> Result<Vec<(LogId, i64)>, DbError> {
    Ok(on!(tx, c => query_as("select id, ack_seq from log").fetch_all(c).await)?)
}

pub(super) async fn all_tickets(tx: &mut Tx, mut take: impl FnMut(TicketRow)) -> Result<(), DbError> {
    let sql = dialect::tickets_with_skus_of_all(tx.is_postgres());
    on!(tx, c => {
        let mut rows = query_as(sql).fetch(c);
        while let Some(row) = rows.try_next().await? {
            take(row);
        }
    });
    Ok(())
}

pub(super) async fn tickets_after(
    tx: &mut Tx,
    log: LogId,
    place: i64,
    mut take: impl FnMut(TicketRow),
) -> Result<(), DbError> {
    let sql = dialect::tickets_with_skus(tx.is_postgres());
    on!(tx, c => {
        let mut rows = query_as(sql).bind(log).bind(place).fetch(c);
        while let Some(row) = rows.try_next().await? {
            take(row);
        }
    });
    Ok(())
}
