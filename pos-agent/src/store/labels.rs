//! What a label says.

use domain::money::Money;

use sqlx::SqlitePool;

use super::reading::Reading;
use super::{Store, StoreError};

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct LabelRow {
    pub sku: String,
    pub name: String,
    pub price: Money,
    /// The product's first barcode.
    pub barcode: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ChainRow {
    pub chain: String,
    pub currency: String,
    pub locale: String,
}

impl Reading {
    /// `None` before enrolment.
    pub async fn chain(&self) -> Result<Option<ChainRow>, StoreError> {
        let sql = "select chain, currency, locale from hub";
        Ok(sqlx::query_as(sql).fetch_optional(self.pool()).await?)
    }

    /// A product by its number or by a barcode.
    pub async fn label(&self, sku: &str) -> Result<Option<LabelRow>, StoreError> {
        label(self.pool(), sku).await
    }
}

impl Store {
    /// A product by its number or by a barcode.
    pub async fn label(&self, sku: &str) -> Result<Option<LabelRow>, StoreError> {
        label(self.reader(), sku).await
    }
}

/// Of several barcodes the longest stands on the label: an EAN before a number of the house.
async fn label(on: &SqlitePool, sku: &str) -> Result<Option<LabelRow>, StoreError> {
    let sql = "select p.sku, p.name, p.price, (select code from barcode b where b.sku = p.sku
                   order by length(code) desc, code limit 1) as barcode
               from product p where p.active and (p.sku = $1
                   or p.sku = (select sku from barcode where code = $1))
               order by p.sku = $1 desc limit 1";
    Ok(sqlx::query_as(sql).bind(sku).fetch_optional(on).await?)
}
