//! SQL of the answers to offers, and of the checks that need several rooms.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::ids::{AccountId, EventId, SaleId};
use domain::money::Points;
use domain::sync::{OfferAnswer, OfferResponse};
use sqlx::{AssertSqlSafe, query, query_as};

use crate::db::{DbError, KEYS, Tx, bulk, padded};
use crate::on;

pub(super) async fn insert_answer(
    tx: &mut Tx,
    event: EventId,
    answer: &OfferAnswer,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    const SQL: &str = "insert into offer_answer (event, promotion, member, sale, response, at)
        values ($1, $2, $3, $4, $5, $6)";
    let response = match answer.response {
        OfferResponse::Shown => "shown",
        OfferResponse::Accepted => "accepted",
        OfferResponse::Declined => "declined",
    };
    on!(tx, c => query(SQL)
        .bind(event).bind(answer.promotion).bind(answer.member).bind(answer.sale).bind(response).bind(now)
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

// For the verification -------------------------------------------------------------------------------

/// A line that something came back of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct OriginKey {
    pub sale: SaleId,
    pub line: i64,
}

/// How much came back of each line that a return names.
pub(super) async fn returned_quantities(tx: &mut Tx) -> Result<HashMap<OriginKey, i64>, DbError> {
    const SQL: &str = "select l.origin_sale, l.origin_line, cast(sum(l.quantity) as bigint)
        from sale_line l join sale s on s.id = l.sale
        where l.kind = 'return' and s.status = 'completed'
            and l.origin_sale is not null and l.origin_line is not null
        group by l.origin_sale, l.origin_line";
    let rows: Vec<(SaleId, i64, i64)> = on!(tx, c => query_as(SQL).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(sale, line, quantity)| (OriginKey { sale, line }, quantity)).collect())
}

/// The earn entries of some sales.
pub(super) async fn earned_by_sale(
    tx: &mut Tx,
    sales: &[SaleId],
) -> Result<HashMap<SaleId, Points>, DbError> {
    let mut found = HashMap::with_capacity(sales.len());
    for part in sales.chunks(KEYS) {
        let keys = padded(part);
        let sql = format!(
            "select sale, cast(sum(points) as bigint) from ledger_entry
             where kind = 'earn' and sale in {} group by sale",
            bulk::list(keys.len())
        );
        let rows: Vec<(SaleId, i64)> = on!(tx, c => {
            let mut query = query_as(AssertSqlSafe(sql.as_str()));
            for key in keys {
                query = query.bind(key);
            }
            query.fetch_all(c).await
        })?;
        found.extend(rows.into_iter().map(|(sale, points)| (sale, Points(points))));
    }
    Ok(found)
}

/// What was taken back from each account, above zero.
pub(super) async fn reversed_by_account(tx: &mut Tx) -> Result<HashMap<AccountId, Points>, DbError> {
    const SQL: &str = "select account, cast(-sum(points) as bigint) from ledger_entry
        where kind = 'reverse' group by account";
    let rows: Vec<(AccountId, i64)> = on!(tx, c => query_as(SQL).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(account, points)| (account, Points(points))).collect())
}
