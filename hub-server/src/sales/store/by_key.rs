//! SQL of the keys by which customers find their receipts.

use domain::ids::{AccountId, SaleId};
use domain::sale::Sale;
use sqlx::query_scalar;

use crate::access::keyed;
use crate::db::{Cells, DbError, Insert, Tx};
use crate::on;

/// Of two sales with one key, which no till makes, the first keeps it.
pub(in crate::sales) async fn insert(
    tx: &mut Tx,
    sales: &[(&Sale, Option<AccountId>)],
) -> Result<(), DbError> {
    let keyed = |sale: &Sale| Some((keyed::digest(sale.page.as_ref()?.as_str()), sale.id.0));
    let pages: Vec<_> = sales.iter().filter_map(|(sale, _)| keyed(sale)).collect();
    if pages.is_empty() {
        return Ok(());
    }
    let insert = Insert {
        table: "receipt_page",
        columns: vec![
            ("digest", Cells::Text(pages.iter().map(|(digest, _)| digest.as_str()).collect())),
            ("sale", Cells::Uuid(pages.iter().map(|(_, sale)| *sale).collect())),
        ],
        conflict: "on conflict do nothing",
    };
    insert.run(tx).await.map(|_| ())
}

/// The sale whose page a key opens.
pub async fn sale_of(tx: &mut Tx, digest: &str) -> Result<Option<SaleId>, DbError> {
    const SQL: &str = "select sale from receipt_page where digest = $1";
    Ok(on!(tx, c => query_scalar(SQL).bind(digest).fetch_optional(c).await)?)
}
