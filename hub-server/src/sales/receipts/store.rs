//! SQL of what came back of sales.

use domain::ids::SaleId;
use domain::money::{Money, Quantity};
use domain::sync::ReturnedLine;
use sqlx::{query_as, query_scalar};

use super::{OverReturned, ReturnTicket};
use crate::db::{DbError, Tx, rows_of};
use crate::on;

/// What tickets that count took back of one sale.
pub(super) async fn returned_of(tx: &mut Tx, sale: SaleId) -> Result<Vec<ReturnedLine>, DbError> {
    const SQL: &str = "select l.origin_line, l.sale, l.number, l.quantity, l.net + l.tax, 0
        from sale_line l join sale r on r.id = l.sale
        where l.origin_sale = $1 and l.kind = 'return' and r.status = 'completed'
        union all select k.origin_line, k.sale, 0, 0, 0, k.quantity from kept_points k where k.origin_sale = $1
        order by 2, 3";
    let rows: Vec<(i64, SaleId, i64, Quantity, Money, Quantity)> =
        on!(tx, c => query_as(SQL).bind(sale).fetch_all(c).await)?;
    let number = |n: i64| {
        u32::try_from(n).map_err(|e| DbError::BadRow { what: "a returned line", why: e.to_string() })
    };
    rows.into_iter()
        .map(|(line, by_sale, by_line, quantity, paid, moved)| {
            Ok(ReturnedLine {
                line: number(line)?,
                by_sale,
                by_line: number(by_line)?,
                quantity,
                paid,
                moved,
            })
        })
        .collect()
}

/// Lines that a condition names, with what came back of them.
macro_rules! came_back {
    ($which:literal) => {
        concat!(
            "select o.sale, o.number as line, s.store, s.till, s.business_date, s.receipt_no, o.sku, o.name,
                o.quantity as sold, b.returned, o.net + o.tax as paid, b.paid_back
            from (select l.origin_sale, l.origin_line, cast(sum(l.quantity) as bigint) as returned,
                      cast(sum(l.net + l.tax) as bigint) as paid_back
                  from sale_line l join sale r on r.id = l.sale
                  where l.origin_sale is not null and l.kind = 'return' and r.status = 'completed'
                  group by l.origin_sale, l.origin_line) b
            join sale_line o on o.sale = b.origin_sale and o.number = b.origin_line
            join sale s on s.id = o.sale
            where o.kind = 'sale' and ",
            $which
        )
    };
}

pub(super) async fn over_returned(tx: &mut Tx) -> Result<Vec<OverReturned>, DbError> {
    const SQL: &str = came_back!("b.returned > o.quantity");
    Ok(on!(tx, c => query_as(SQL).fetch_all(c).await)?)
}

/// Other lines of which several tickets may have taken the points of first purchases.
pub(super) async fn exchanged_often(tx: &mut Tx) -> Result<Vec<OverReturned>, DbError> {
    const SQL: &str = came_back!(
        "b.returned <= o.quantity and (select count(*) from kept_points k
            where k.origin_sale = o.sale and k.origin_line = o.number and k.quantity < 0) > 1"
    );
    Ok(on!(tx, c => query_as(SQL).fetch_all(c).await)?)
}

/// The tickets that took something of one line back.
pub(super) async fn takers(tx: &mut Tx, sale: SaleId, line: i64) -> Result<Vec<SaleId>, DbError> {
    const SQL: &str = "select distinct l.sale from sale_line l join sale r on r.id = l.sale
        where l.kind = 'return' and r.status = 'completed' and l.origin_sale = $1 and l.origin_line = $2";
    Ok(on!(tx, c => query_scalar(SQL).bind(sale).bind(line).fetch_all(c).await)?)
}

/// The tickets that took something of these sales back, the earliest first.
pub(super) async fn tickets(tx: &mut Tx, sales: &[SaleId]) -> Result<Vec<ReturnTicket>, DbError> {
    let text = |sales: &str| {
        format!(
            "select l.origin_sale, l.origin_line, r.store, r.till, r.cashier, r.business_date, r.receipt_no
             from sale_line l join sale r on r.id = l.sale
             where l.kind = 'return' and r.status = 'completed' and l.origin_sale in {sales}
             order by r.occurred_at, r.id"
        )
    };
    rows_of(tx, sales, text).await
}
