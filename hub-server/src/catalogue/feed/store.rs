//! SQL of the changes feed. It reads the tables of later rooms too: the feed is their way to the tills.

use domain::codes::{CardNumber, Sku};
use domain::ids::MemberId;
use domain::snapshot::{Change, FeedCursor};
use sqlx::{AssertSqlSafe, FromRow, query_as, query_scalar};

use super::super::store::{PRODUCT_COLUMNS, ProductRow, barcodes_of};
use super::{card_change, member_change, product_change};
use crate::db::{DbError, Tx};
use crate::on;

#[derive(FromRow)]
struct NumberedProduct {
    feed_no: i64,
    #[sqlx(flatten)]
    product: ProductRow,
}

/// The last number that was given out.
pub(super) async fn head(tx: &mut Tx) -> Result<FeedCursor, DbError> {
    Ok(on!(tx, c => query_scalar("select head from feed where only_one").fetch_one(c).await)?)
}

pub(super) async fn products(tx: &mut Tx, after: i64, limit: i64) -> Result<Vec<(i64, Change)>, DbError> {
    let sql = format!(
        "select feed_no, {PRODUCT_COLUMNS} from product where feed_no > $1 order by feed_no limit $2"
    );
    let rows: Vec<NumberedProduct> =
        on!(tx, c => query_as(AssertSqlSafe(sql.as_str())).bind(after).bind(limit).fetch_all(c).await)?;
    let skus: Vec<Sku> = rows.iter().map(|row| row.product.sku.clone()).collect();
    let mut barcodes = std::collections::HashMap::new();
    for part in skus.chunks(crate::db::bulk::ROWS) {
        barcodes.extend(barcodes_of(tx, part).await?);
    }
    Ok(rows
        .into_iter()
        .map(|row| {
            let codes = barcodes.remove(&row.product.sku).unwrap_or_default();
            (row.feed_no, product_change(row.product.with_barcodes(codes)))
        })
        .collect())
}

pub(super) async fn cards(tx: &mut Tx, after: i64, limit: i64) -> Result<Vec<(i64, Change)>, DbError> {
    const SQL: &str =
        "select feed_no, card, member, state from card where feed_no > $1 order by feed_no limit $2";
    let rows: Vec<(i64, CardNumber, MemberId, String)> =
        on!(tx, c => query_as(SQL).bind(after).bind(limit).fetch_all(c).await)?;
    rows.into_iter().map(|(no, card, member, state)| Ok((no, card_change(card, member, &state)?))).collect()
}

pub(super) async fn members(tx: &mut Tx, after: i64, limit: i64) -> Result<Vec<(i64, Change)>, DbError> {
    const SQL: &str =
        "select feed_no, body from member_snapshot where feed_no > $1 order by feed_no limit $2";
    let rows: Vec<(i64, String)> = on!(tx, c => query_as(SQL).bind(after).bind(limit).fetch_all(c).await)?;
    rows.into_iter().map(|(no, body)| Ok((no, member_change(&body)?))).collect()
}

pub(super) async fn programmes(tx: &mut Tx, after: i64, limit: i64) -> Result<Vec<(i64, Change)>, DbError> {
    const SQL: &str = "select feed_no, body from programme where feed_no > $1 order by feed_no limit $2";
    let rows: Vec<(i64, String)> = on!(tx, c => query_as(SQL).bind(after).bind(limit).fetch_all(c).await)?;
    rows.into_iter()
        .map(|(no, body)| {
            let programme = serde_json::from_str(&body)
                .map_err(|e| DbError::BadRow { what: "a programme", why: e.to_string() })?;
            Ok((no, Change::Programme(programme)))
        })
        .collect()
}
