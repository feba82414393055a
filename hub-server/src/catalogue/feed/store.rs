//! SQL of the changes feed. It reads the tables of later rooms too: the feed is their way to the tills.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::{CardNumber, Sku, StoreCode};
use domain::ids::{MemberId, TillId};
use domain::snapshot::{Change, FeedCursor, GiftGoneRow, StockRow};
use domain::stock::UnknownStockState;
use sqlx::{AssertSqlSafe, FromRow, query_as, query_scalar};

use super::super::store::{PRODUCT_COLUMNS, ProductRow, barcodes_of};
use super::{card_change, member_change, product_change};
use crate::db::{DbError, Tx, rows_of};
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

/// Of the stores of these tills, without those that are not enrolled or were revoked.
pub(super) async fn stock_states(
    tx: &mut Tx,
    after: i64,
    limit: i64,
    tills: &[TillId],
) -> Result<Vec<(i64, Change)>, DbError> {
    const SQL: &str = "select feed_no, sku, state, as_of from stock_state
        where store = $1 and feed_no > $2 order by feed_no limit $3";
    let stores = |tills: &str| {
        format!(
            "select distinct store from till where id in {tills} and public_key is not null and revoked_at is null"
        )
    };
    let stores: BTreeSet<StoreCode> =
        rows_of::<(StoreCode,), _>(tx, tills, stores).await?.into_iter().map(|(store,)| store).collect();
    let mut changes = vec![];
    for store in stores {
        let rows: Vec<(i64, Sku, String, DateTime<Utc>)> =
            on!(tx, c => query_as(SQL).bind(&store).bind(after).bind(limit).fetch_all(c).await)?;
        for (feed_no, sku, state, as_of) in rows {
            let bad = |e: UnknownStockState| DbError::BadRow { what: "a state of stock", why: e.to_string() };
            let row = StockRow { store: store.clone(), sku, state: state.parse().map_err(bad)?, as_of };
            changes.push((feed_no, Change::Stock(row)));
        }
    }
    Ok(changes)
}

pub(super) async fn gifts_gone(tx: &mut Tx, after: i64, limit: i64) -> Result<Vec<(i64, Change)>, DbError> {
    const SQL: &str =
        "select feed_no, sku, gone, ends_on from gift_gone where feed_no > $1 order by feed_no limit $2";
    let rows: Vec<(i64, Sku, bool, Option<NaiveDate>)> =
        on!(tx, c => query_as(SQL).bind(after).bind(limit).fetch_all(c).await)?;
    let change = |(no, sku, gone, until)| (no, Change::GiftGone(GiftGoneRow { sku, gone, until }));
    Ok(rows.into_iter().map(change).collect())
}
