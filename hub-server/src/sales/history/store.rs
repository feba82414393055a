//! SQL of one account's past.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{AccountId, SaleId};
use domain::money::{Money, Points, Quantity};
use sqlx::{FromRow, query_as};

use crate::db::{DbError, Tx, rows_of};
use crate::on;

/// One sale of an account.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct PastSale {
    pub id: SaleId,
    pub store: String,
    pub till: String,
    pub business_date: NaiveDate,
    pub receipt_no: i64,
    pub occurred_at: DateTime<Utc>,
    /// `completed`, `voided` or `training`.
    pub status: String,
    /// What was paid; negative where more came back than was taken.
    pub total: Money,
    pub has_sale: bool,
}

/// One line of such a sale; amounts are positive, `kind` says the direction.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct PastLine {
    pub sale: SaleId,
    pub number: i64,
    pub kind: String,
    pub sku: String,
    pub name: String,
    pub quantity: Quantity,
    pub unit_price: Money,
    pub discount: Money,
    pub net: Money,
    pub tax: Money,
}

/// A coupon of such a sale; what it gave is in the discounts of the lines.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct PastCoupon {
    pub sale: SaleId,
    pub code: String,
    pub name: String,
    pub amount: Money,
}

/// The newest sales of an account up to a date, at most `limit`.
pub(super) async fn sales_until(
    tx: &mut Tx,
    account: AccountId,
    until: NaiveDate,
    limit: i64,
) -> Result<Vec<PastSale>, DbError> {
    const SQL: &str =
        "select id, store, till, business_date, receipt_no, occurred_at, status, total, has_sale
        from sale where account = $1 and business_date <= $2
        order by business_date desc, occurred_at desc, id desc limit $3";
    Ok(on!(tx, c => query_as(SQL).bind(account).bind(until).bind(limit).fetch_all(c).await)?)
}

/// All sales of an account on one date.
pub(super) async fn sales_on(
    tx: &mut Tx,
    account: AccountId,
    date: NaiveDate,
) -> Result<Vec<PastSale>, DbError> {
    const SQL: &str =
        "select id, store, till, business_date, receipt_no, occurred_at, status, total, has_sale
        from sale where account = $1 and business_date = $2 order by occurred_at desc, id desc";
    Ok(on!(tx, c => query_as(SQL).bind(account).bind(date).fetch_all(c).await)?)
}

/// The lines of some sales in the order of the receipt.
pub(super) async fn lines(tx: &mut Tx, sales: &[SaleId]) -> Result<HashMap<SaleId, Vec<PastLine>>, DbError> {
    let text = |sales: &str| {
        format!(
            "select l.sale, l.number, l.kind, l.sku, coalesce(nullif(l.name, ''), p.name, l.sku) as name,
                l.quantity, l.unit_price, l.discount, l.net, l.tax
             from sale_line l left join product p on p.sku = l.sku
             where l.sale in {sales} order by l.sale, l.number"
        )
    };
    let mut found: HashMap<SaleId, Vec<PastLine>> = HashMap::new();
    for row in rows_of::<PastLine, _>(tx, sales, text).await? {
        found.entry(row.sale).or_default().push(row);
    }
    Ok(found)
}

/// The coupons of some sales in the order of the receipt.
pub(super) async fn coupons(
    tx: &mut Tx,
    sales: &[SaleId],
) -> Result<HashMap<SaleId, Vec<PastCoupon>>, DbError> {
    let text = |sales: &str| {
        format!(
            "select sale, code, name, amount from sale_coupon where sale in {sales} order by sale, number"
        )
    };
    let mut found: HashMap<SaleId, Vec<PastCoupon>> = HashMap::new();
    for row in rows_of::<PastCoupon, _>(tx, sales, text).await? {
        found.entry(row.sale).or_default().push(row);
    }
    Ok(found)
}

/// Points that each of some sales changed, as the ledger has them.
pub(super) async fn points(tx: &mut Tx, sales: &[SaleId]) -> Result<HashMap<SaleId, Points>, DbError> {
    let text = |sales: &str| {
        format!(
            "select sale, cast(sum(points) as bigint) from ledger_entry where sale in {sales} group by sale"
        )
    };
    Ok(rows_of(tx, sales, text).await?.into_iter().collect())
}
