//! Coupons that gave something at this agent's tills.

use domain::codes::CouponCode;
use domain::sale::{Sale, SaleStatus};

use super::{Store, StoreError, Tx};

const IS_USED: &str = "select exists (select 1 from coupon_used where code = $1)";

impl Store {
    /// Whether a sale that counts took this very code.
    pub async fn coupon_is_used(&self, code: &CouponCode) -> Result<bool, StoreError> {
        Ok(sqlx::query_scalar(IS_USED).bind(code).fetch_one(self.reader()).await?)
    }
}

/// The same, where a sale is closed that takes it.
pub async fn is_used(tx: &mut Tx, code: &CouponCode) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar(IS_USED).bind(code).fetch_one(&mut **tx).await?)
}

/// Notes the coupons of a sale that counts.
pub async fn note(tx: &mut Tx, sale: &Sale) -> Result<(), StoreError> {
    let counts = sale.status == SaleStatus::Completed;
    for coupon in sale.coupons.iter().filter(|_| counts) {
        sqlx::query("insert into coupon_used (code, sale) values ($1, $2) on conflict do nothing")
            .bind(&coupon.code)
            .bind(sale.id)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}
