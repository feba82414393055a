//! What one account bought, newest first, with its receipts.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::ids::{AccountId, SaleId};
use domain::money::Points;

use crate::db::{DbError, Tx};

mod store;

pub use store::{PastCoupon, PastLine, PastSale};

/// Some sales with their lines and points.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// Newest first; the days are whole.
    pub sales: Vec<PastSale>,
    pub lines: HashMap<SaleId, Vec<PastLine>>,
    pub coupons: HashMap<SaleId, Vec<PastCoupon>>,
    pub points: HashMap<SaleId, Points>,
    /// There are earlier ones: ask again for those until this date.
    pub earlier_until: Option<NaiveDate>,
}

/// The newest sales of an account up to a date. About `limit`: a day is never cut in two.
pub async fn history(
    tx: &mut Tx,
    account: AccountId,
    until: NaiveDate,
    limit: i64,
) -> Result<History, DbError> {
    let mut sales = store::sales_until(tx, account, until, limit + 1).await?;
    let is_more = i64::try_from(sales.len()).unwrap_or(i64::MAX) > limit;
    let mut earlier_until = None;
    if let (true, Some(oldest)) = (is_more, sales.last().map(|sale| sale.business_date)) {
        sales.retain(|sale| sale.business_date != oldest);
        if sales.is_empty() {
            // One day fills the whole page: it is shown whole all the same.
            sales = store::sales_on(tx, account, oldest).await?;
            earlier_until = oldest.pred_opt();
        } else {
            earlier_until = Some(oldest);
        }
    }
    let ids: Vec<SaleId> = sales.iter().map(|sale| sale.id).collect();
    let lines = store::lines(tx, &ids).await?;
    let coupons = store::coupons(tx, &ids).await?;
    let points = store::points(tx, &ids).await?;
    Ok(History { sales, lines, coupons, points, earlier_until })
}
