//! SQL of the answers to offers, and of the checks that need several rooms.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{AccountId, EntryId, EventId, SaleId};
use domain::money::Points;
use domain::sync::{OfferAnswer, OfferResponse};
use sqlx::{query, query_as, query_scalar};

use crate::db::{DbError, Tx, rows_of};
use crate::on;

pub(super) async fn insert_answer(
    tx: &mut Tx,
    event: EventId,
    answer: &OfferAnswer,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    const SQL: &str = "insert into offer_answer (event, promotion, member, sale, response, at, taken_over)
        values ($1, $2, $3, $4, $5, $6, $7)";
    let response = match answer.response {
        OfferResponse::Shown => "shown",
        OfferResponse::Accepted => "accepted",
        OfferResponse::Declined => "declined",
    };
    on!(tx, c => query(SQL)
        .bind(event).bind(answer.promotion).bind(answer.member).bind(answer.sale).bind(response).bind(now)
        .bind(answer.taken_over).execute(c).await.map(|_| ()))?;
    Ok(())
}

// For the verification -------------------------------------------------------------------------------

/// A line that something came back of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct OriginKey {
    pub sale: SaleId,
    pub line: i64,
}

/// How much of each line points are taken back of: what returns name, as even exchanges change it.
pub(super) async fn returned_quantities(tx: &mut Tx) -> Result<HashMap<OriginKey, i64>, DbError> {
    const SQL: &str = "select b.origin_sale, b.origin_line, cast(sum(b.quantity) as bigint) from (
            select l.origin_sale, l.origin_line, l.quantity from sale_line l join sale s on s.id = l.sale
            where l.kind = 'return' and s.status = 'completed'
                and l.origin_sale is not null and l.origin_line is not null
            union all select origin_sale, origin_line, quantity from kept_points) b
        group by b.origin_sale, b.origin_line";
    let rows: Vec<(SaleId, i64, i64)> = on!(tx, c => query_as(SQL).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(sale, line, quantity)| (OriginKey { sale, line }, quantity)).collect())
}

/// What some sales earned, for whom.
pub(super) async fn earned_by_sale(
    tx: &mut Tx,
    sales: &[SaleId],
) -> Result<HashMap<(SaleId, AccountId), Points>, DbError> {
    points_by_sale(tx, "e.kind = 'earn'", sales).await
}

/// What some sales spent, of whom, below zero.
pub(super) async fn burned_by_sale(
    tx: &mut Tx,
    sales: &[SaleId],
) -> Result<HashMap<(SaleId, AccountId), Points>, DbError> {
    points_by_sale(tx, "e.kind = 'burn' and e.points < 0", sales).await
}

async fn points_by_sale(
    tx: &mut Tx,
    which: &'static str,
    sales: &[SaleId],
) -> Result<HashMap<(SaleId, AccountId), Points>, DbError> {
    let text = |sales: &str| {
        format!(
            "select e.sale, coalesce(a.merged_into, a.id), cast(sum(e.points) as bigint)
             from ledger_entry e join account a on a.id = e.account
             where {which} and e.sale in {sales} group by e.sale, coalesce(a.merged_into, a.id)"
        )
    };
    let rows: Vec<(SaleId, AccountId, i64)> = rows_of(tx, sales, text).await?;
    Ok(rows.into_iter().map(|(sale, account, points)| ((sale, account), Points(points))).collect())
}

/// What was taken back from each account, above zero.
pub(super) async fn reversed_by_account(tx: &mut Tx) -> Result<HashMap<AccountId, Points>, DbError> {
    const SQL: &str = "select coalesce(a.merged_into, a.id), cast(-sum(e.points) as bigint)
        from ledger_entry e join account a on a.id = e.account
        where e.kind = 'reverse' group by coalesce(a.merged_into, a.id)";
    let rows: Vec<(AccountId, i64)> = on!(tx, c => query_as(SQL).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(account, points)| (account, Points(points))).collect())
}

/// What spent points went back to each account, above zero.
pub(super) async fn given_back_by_account(tx: &mut Tx) -> Result<HashMap<AccountId, Points>, DbError> {
    const SQL: &str = "select coalesce(a.merged_into, a.id), cast(sum(e.points) as bigint)
        from ledger_entry e join account a on a.id = e.account
        where e.kind = 'burn' and e.points > 0 group by coalesce(a.merged_into, a.id)";
    let rows: Vec<(AccountId, i64)> = on!(tx, c => query_as(SQL).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(account, points)| (account, Points(points))).collect())
}

/// Whose these completed sales are, as far as it is known.
pub(super) async fn accounts_of(
    tx: &mut Tx,
    sales: &[SaleId],
) -> Result<HashMap<SaleId, AccountId>, DbError> {
    let text = |sales: &str| {
        format!(
            "select id, account from sale where status = 'completed' and account is not null and id in {sales}"
        )
    };
    Ok(rows_of(tx, sales, text).await?.into_iter().collect())
}

/// A row that nothing accounts for.
#[derive(Debug)]
pub(super) struct Stray {
    pub check: &'static str,
    pub subject: String,
}

/// Entries of sales that do not exist or are another account's, and visits on days without a sale.
pub(super) async fn strays(tx: &mut Tx) -> Result<Vec<Stray>, DbError> {
    const ENTRIES: &str = "select e.id from ledger_entry e join account a on a.id = e.account
        left join sale s on s.id = e.sale
        where e.kind in ('earn', 'reverse', 'burn', 'adjust', 'transfer')
            and not (e.sale is null and (e.kind = 'adjust' or (e.kind = 'transfer' and a.family is not null)))
            and (s.id is null or ((e.kind in ('earn', 'transfer') or (e.kind = 'burn' and e.points < 0))
                and (s.account is null or s.account <> coalesce(a.merged_into, a.id))))";
    const VISITS: &str = "select v.account, v.business_date, v.store from visit v where not exists (
        select 1 from sale s where s.account = v.account and s.business_date = v.business_date
            and s.store = v.store and s.has_sale)";
    let entries: Vec<EntryId> = on!(tx, c => query_scalar(ENTRIES).fetch_all(c).await)?;
    let visits: Vec<(AccountId, NaiveDate, String)> = on!(tx, c => query_as(VISITS).fetch_all(c).await)?;
    let entry = |id: EntryId| Stray { check: "entry_of_sale", subject: format!("entry {id}") };
    let visit = |(account, date, store): (AccountId, NaiveDate, String)| Stray {
        check: "visit_of_sale",
        subject: visit_text(account, date, &store),
    };
    Ok(entries.into_iter().map(entry).chain(visits.into_iter().map(visit)).collect())
}

/// Cards that came after their sales, are somebody's, and brought the sale to nobody or to somebody else.
pub(super) async fn stray_late_cards(tx: &mut Tx) -> Result<Vec<Stray>, DbError> {
    const SQL: &str = "select l.sale from late_card l join sale s on s.id = l.sale
        join card c on c.card = l.card join member m on m.id = c.member
        where s.card is null and s.status = 'completed' and (s.account is null or s.account <> m.account)";
    let sales: Vec<SaleId> = on!(tx, c => query_scalar(SQL).fetch_all(c).await)?;
    let stray = |sale: SaleId| Stray { check: "late_card_of_sale", subject: format!("sale {sale}") };
    Ok(sales.into_iter().map(stray).collect())
}

/// Days on which an account bought and has no visit.
pub(super) async fn missing_visits(tx: &mut Tx) -> Result<Vec<String>, DbError> {
    const SQL: &str = "select distinct s.account, s.business_date, s.store from sale s
        left join visit v on v.account = s.account and v.business_date = s.business_date and v.store = s.store
        where s.has_sale and s.account is not null and v.account is null";
    let rows: Vec<(AccountId, NaiveDate, String)> = on!(tx, c => query_as(SQL).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(account, date, store)| visit_text(account, date, &store)).collect())
}

fn visit_text(account: AccountId, date: NaiveDate, store: &str) -> String {
    format!("account {account} on {date} at {store}")
}
