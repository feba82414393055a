//! Point queries: what is this code, whose card is this, what do we know of the member.

use domain::card::CardState;
use domain::codes::{CardNumber, Sku};
use domain::ids::MemberId;
use domain::money::Money;
use domain::points::Programme;
use domain::scan::Barcode;
use domain::snapshot::MemberRow;

use super::{Store, StoreError, bad_row};

/// A product with the price of this moment.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, and any may hold beside another"
)]
pub struct ProductRecord {
    pub sku: Sku,
    pub name: String,
    pub product_line: String,
    pub category: String,
    pub price: Money,
    pub tax_rate: i64,
    /// Sold by weight: the price is that of one kilogram, and the scale says how much.
    pub weighed: bool,
    /// The cashier keys the price, if permitted to.
    pub open_price: bool,
    /// Never named unasked, neither among usual products nor on the customer's display.
    pub discreet: bool,
    /// A gift card: which one and what is to be on it is asked for.
    pub gift_card: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CardRecord {
    pub number: CardNumber,
    pub member: MemberId,
    #[sqlx(try_from = "String")]
    pub state: CardState,
}

/// How much the till knows, for `status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Counts {
    pub products: i64,
    pub cards: i64,
    pub members: i64,
}

impl Store {
    /// The product with this barcode, or with this article number.
    pub async fn product_by_code(&self, code: &Barcode) -> Result<Option<ProductRecord>, StoreError> {
        let found = sqlx::query_as(
            "select p.sku, p.name, p.product_line, p.category, p.price, p.tax_rate, p.weighed, p.open_price, p.discreet,
                 p.gift_card
             from barcode b join product p on p.sku = b.sku where b.code = $1 and p.active",
        )
        .bind(code.as_str())
        .fetch_optional(self.reader())
        .await?;
        match found {
            Some(product) => Ok(Some(product)),
            None => self.product_by_sku(code.as_str()).await,
        }
    }

    /// The same, also of what is not sold any more: it may still come back.
    pub async fn product_ever_sold(&self, code: &Barcode) -> Result<Option<ProductRecord>, StoreError> {
        let sql = "select sku, name, product_line, category, price, tax_rate, weighed, open_price, discreet, gift_card
                   from product
                   where sku = coalesce((select b.sku from barcode b join product p on p.sku = b.sku where b.code = $1), $1)";
        Ok(sqlx::query_as(sql).bind(code.as_str()).fetch_optional(self.reader()).await?)
    }

    pub async fn product_by_sku(&self, sku: &str) -> Result<Option<ProductRecord>, StoreError> {
        let sql = "select sku, name, product_line, category, price, tax_rate, weighed, open_price, discreet, gift_card
                   from product
                   where sku = $1 and active";
        Ok(sqlx::query_as(sql).bind(sku).fetch_optional(self.reader()).await?)
    }

    /// Whether a product is never to be named unasked, sold or not.
    pub async fn is_discreet(&self, sku: &Sku) -> Result<bool, StoreError> {
        let found: Option<bool> = sqlx::query_scalar("select discreet from product where sku = $1")
            .bind(sku)
            .fetch_optional(self.reader())
            .await?;
        Ok(found.unwrap_or(false))
    }

    /// Products whose name begins so, by name.
    pub async fn products_named(&self, beginning: &str, most: i64) -> Result<Vec<ProductRecord>, StoreError> {
        // A range on the name's index; the last character sorts behind every other.
        let sql = "select sku, name, product_line, category, price, tax_rate, weighed, open_price, discreet, gift_card
                   from product
                   where active and name collate nocase >= $1 and name collate nocase < $2
                   order by name collate nocase limit $3";
        let end = format!("{beginning}\u{10FFFF}");
        Ok(sqlx::query_as(sql).bind(beginning).bind(end).bind(most).fetch_all(self.reader()).await?)
    }

    pub async fn card(&self, number: &str) -> Result<Option<CardRecord>, StoreError> {
        let sql = "select number, member, state from card where number = $1";
        Ok(sqlx::query_as(sql).bind(number).fetch_optional(self.reader()).await?)
    }

    pub async fn member(&self, id: MemberId) -> Result<Option<MemberRow>, StoreError> {
        let body: Option<String> = sqlx::query_scalar("select body from member where id = $1")
            .bind(id)
            .fetch_optional(self.reader())
            .await?;
        body.map(|body| serde_json::from_str(&body).map_err(|e| bad_row("member")(&e))).transpose()
    }

    /// All versions of the rules; there are few.
    pub async fn programmes(&self) -> Result<Vec<Programme>, StoreError> {
        let bodies: Vec<String> = sqlx::query_scalar("select body from programme order by version")
            .fetch_all(self.reader())
            .await?;
        bodies.iter().map(|body| serde_json::from_str(body).map_err(|e| bad_row("programme")(&e))).collect()
    }

    pub async fn counts(&self) -> Result<Counts, StoreError> {
        let sql = "select (select count(*) from product) as products, (select count(*) from card) as cards,
                   (select count(*) from member) as members";
        Ok(sqlx::query_as(sql).fetch_one(self.reader()).await?)
    }
}
