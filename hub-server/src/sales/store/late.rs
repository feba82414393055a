//! SQL of cards that came after their sales.

use std::collections::HashMap;

use domain::codes::CardNumber;
use domain::ids::{EventId, SaleId};
use domain::late_card::CardAttached;
use domain::time::to_millis;
use sqlx::{AssertSqlSafe, query, query_as, query_scalar};

use crate::db::{DbError, KEYS, Tx, bulk, padded, rows_of};
use crate::on;

/// What a sale's row says of its card: whether it has one of its own, and whether it counts.
pub async fn standing(tx: &mut Tx, sale: SaleId) -> Result<Option<(bool, bool)>, DbError> {
    const SQL: &str = "select card, status from sale where id = $1";
    let row: Option<(Option<String>, String)> =
        on!(tx, c => query_as(SQL).bind(sale).fetch_optional(c).await)?;
    Ok(row.map(|(card, status)| (card.is_some(), status == "completed")))
}

/// Keeps the card; whether it is new.
pub async fn insert(tx: &mut Tx, event: EventId, late: &CardAttached) -> Result<bool, DbError> {
    const SQL: &str = "insert into late_card (sale, card, event, at, cashier, approved_by)
        values ($1, $2, $3, $4, $5, $6) on conflict (sale) do nothing";
    let text = |code: &Option<domain::codes::CashierCode>| code.as_ref().map(|code| code.as_str().to_owned());
    let touched = on!(tx, c => query(SQL)
        .bind(late.sale).bind(late.card.as_str()).bind(event).bind(to_millis(late.at.to_utc()))
        .bind(text(&late.cashier)).bind(text(&late.approved_by))
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(touched == 1)
}

pub async fn card_of(tx: &mut Tx, sale: SaleId) -> Result<Option<CardNumber>, DbError> {
    const SQL: &str = "select card from late_card where sale = $1";
    Ok(on!(tx, c => query_scalar(SQL).bind(sale).fetch_optional(c).await)?)
}

/// Cards of some sales that came before the sales did.
pub(in crate::sales) async fn cards_of(
    tx: &mut Tx,
    sales: &[SaleId],
) -> Result<HashMap<SaleId, CardNumber>, DbError> {
    let text = |sales: &str| format!("select sale, card from late_card where sale in {sales}");
    Ok(rows_of(tx, sales, text).await?.into_iter().collect())
}

/// Sales that wait for the account of a card that came later, the oldest first.
pub(super) async fn waiting(
    tx: &mut Tx,
    cards: &[CardNumber],
    limit: i64,
) -> Result<Vec<(SaleId, CardNumber)>, DbError> {
    let mut found: Vec<(SaleId, CardNumber)> = vec![];
    for part in cards.chunks(KEYS) {
        let left = limit - i64::try_from(found.len()).unwrap_or(limit);
        if left <= 0 {
            break;
        }
        let keys = padded(part);
        let sql = format!(
            "select s.id, l.card from late_card l join sale s on s.id = l.sale
             where l.card in {} and s.card is null and s.account is null and s.status = 'completed'
             order by s.id limit ${}",
            bulk::list(keys.len()),
            keys.len() + 1
        );
        let rows: Vec<(SaleId, CardNumber)> = on!(tx, c => {
            let mut query = query_as(AssertSqlSafe(sql.as_str()));
            for key in &keys {
                query = query.bind(key.as_str());
            }
            query.bind(left).fetch_all(c).await
        })?;
        found.extend(rows);
    }
    Ok(found)
}

/// Cards that came later and are still nobody's.
pub(super) async fn unattributed(tx: &mut Tx) -> Result<i64, DbError> {
    const SQL: &str = "select count(*) from late_card l join sale s on s.id = l.sale
        where s.card is null and s.account is null and s.status = 'completed'";
    Ok(on!(tx, c => query_scalar(SQL).fetch_one(c).await)?)
}
