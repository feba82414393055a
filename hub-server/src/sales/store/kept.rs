//! SQL of whole sales as they are kept.

use std::collections::HashMap;

use domain::ids::SaleId;
use domain::money::Quantity;
use domain::sale::Origin;
use sqlx::{FromRow, query_as};

use super::{bad, of_event};
use crate::db::{DbError, Tx, rows_of};
use crate::on;
use crate::sales::kept::{Head, Kept, KeptLine, Moved};

/// A sale's row with the bytes of its event.
#[derive(FromRow)]
struct Row {
    #[sqlx(flatten)]
    head: Head,
    raw: Option<Vec<u8>>,
}

/// The rows of some sales' lines, by sale and in the order of their numbers.
pub(super) async fn lines_of(
    tx: &mut Tx,
    sales: &[SaleId],
) -> Result<HashMap<SaleId, Vec<KeptLine>>, DbError> {
    let mut found: HashMap<SaleId, Vec<KeptLine>> = HashMap::with_capacity(sales.len());
    let text = |sales: &str| {
        format!(
            "select sale, number, kind, sku, name, product_line, category, quantity, unit_price, gross, discount,
                 net, tax, origin_sale, origin_line
             from sale_line where sale in {sales} order by sale, number"
        )
    };
    for row in rows_of::<KeptLine, _>(tx, sales, text).await? {
        found.entry(row.sale).or_default().push(row);
    }
    Ok(found)
}

/// What even exchanges change about the points that some sales take.
async fn moved_by(tx: &mut Tx, sales: &[SaleId]) -> Result<HashMap<SaleId, Moved>, DbError> {
    let text = |sales: &str| {
        format!("select sale, origin_sale, origin_line, quantity from kept_points where sale in {sales}")
    };
    let mut found: HashMap<SaleId, Moved> = HashMap::new();
    for (by, sale, line, quantity) in rows_of::<(SaleId, SaleId, i64, Quantity), _>(tx, sales, text).await? {
        let line = u32::try_from(line).map_err(bad)?;
        found.entry(by).or_default().insert(Origin { sale, line }, quantity);
    }
    Ok(found)
}

/// The rows of sales that a condition names.
macro_rules! heads {
    ($rest:literal) => {
        concat!(
            "select s.id, s.account, s.store, s.till, s.business_date, s.receipt_no, s.card, s.status,
                s.total, s.net, s.discount, s.has_sale, e.raw
            from sale s left join event e on e.id = s.id where ",
            $rest
        )
    };
}

/// Sales after one, in the order of their ids.
pub async fn page(tx: &mut Tx, after: SaleId, limit: i64) -> Result<Vec<Kept>, DbError> {
    const SQL: &str = heads!("s.id > $1 order by s.id limit $2");
    let rows: Vec<Row> = on!(tx, c => query_as(SQL).bind(after).bind(limit).fetch_all(c).await)?;
    with_lines(tx, rows).await
}

/// One sale.
pub async fn kept(tx: &mut Tx, sale: SaleId) -> Result<Option<Kept>, DbError> {
    const SQL: &str = heads!("s.id = $1");
    let rows: Vec<Row> = on!(tx, c => query_as(SQL).bind(sale).fetch_all(c).await)?;
    Ok(with_lines(tx, rows).await?.pop())
}

async fn with_lines(tx: &mut Tx, rows: Vec<Row>) -> Result<Vec<Kept>, DbError> {
    let ids: Vec<SaleId> = rows.iter().map(|row| row.head.id).collect();
    let lines = lines_of(tx, &ids).await?;
    let moved = moved_by(tx, &ids).await?;
    let none = Moved::new();
    let of = |Row { head, raw }: Row| {
        let lines = lines.get(&head.id).map_or(&[][..], Vec::as_slice);
        let moved = moved.get(&head.id).unwrap_or(&none);
        Kept::of(head, lines, moved, raw.and_then(|raw| of_event(&raw).ok()))
    };
    Ok(rows.into_iter().map(of).collect())
}
