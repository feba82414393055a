//! Amounts of gift cards that the hub was asked to hold for the basket of a till.

use domain::gift_card::GiftCard;
use domain::ids::{GiftHoldId, SaleId};
use domain::money::Money;

use super::{StoreError, Tx, bad_row};

/// A hold of which the hub may have heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiftHoldRow {
    pub hold: GiftHoldId,
    pub sale: SaleId,
    pub card: GiftCard,
    pub asked: Money,
    /// The log says that it has ended, and the hub may not have read that yet.
    pub given_up: bool,
}

#[derive(sqlx::FromRow)]
struct Raw {
    hold: GiftHoldId,
    sale: SaleId,
    digest: String,
    last_four: String,
    asked: Money,
    given_up: bool,
}

/// Of a till.
pub async fn all(tx: &mut Tx, till: i64) -> Result<Vec<GiftHoldRow>, StoreError> {
    let sql =
        "select hold, sale, digest, last_four, asked, given_up from gift_hold where till = $1 order by hold";
    let rows: Vec<Raw> = sqlx::query_as(sql).bind(till).fetch_all(&mut **tx).await?;
    rows.into_iter()
        .map(|Raw { hold, sale, digest, last_four, asked, given_up }| {
            let card = GiftCard::kept(digest, last_four).map_err(|e| bad_row("gift card")(&e))?;
            Ok(GiftHoldRow { hold, sale, card, asked, given_up })
        })
        .collect()
}

pub async fn insert(tx: &mut Tx, till: i64, row: &GiftHoldRow) -> Result<(), StoreError> {
    sqlx::query(
        "insert into gift_hold (hold, till, sale, digest, last_four, asked, given_up)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(row.hold)
    .bind(till)
    .bind(row.sale)
    .bind(row.card.digest())
    .bind(row.card.last_four())
    .bind(row.asked)
    .bind(row.given_up)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub async fn set_given_up(tx: &mut Tx, hold: GiftHoldId) -> Result<(), StoreError> {
    sqlx::query("update gift_hold set given_up = true where hold = $1").bind(hold).execute(&mut **tx).await?;
    Ok(())
}

/// It was paid with, or never came to anything.
pub async fn delete(tx: &mut Tx, hold: GiftHoldId) -> Result<(), StoreError> {
    sqlx::query("delete from gift_hold where hold = $1").bind(hold).execute(&mut **tx).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::testing::TestHub;

    #[tokio::test]
    async fn a_till_that_is_newer_than_its_file_asks_once_more_which_products_are_gift_cards() {
        let folder = tempfile::tempdir().unwrap();
        let hub = TestHub::start().await;
        let agent = hub.agent(folder.path()).await;
        let file = &agent.store().write;
        // As the release before left it, with all that the hub had said.
        for undo in [
            "alter table product drop column gift_card",
            "drop table gift_hold",
            "delete from _sqlx_migrations where version = 100",
            "update hub set feed_cursor = 9",
        ] {
            sqlx::query(undo).execute(file).await.unwrap();
        }
        sqlx::migrate!("../migrations/till").run(file).await.unwrap();
        let cursor: i64 = sqlx::query_scalar("select feed_cursor from hub").fetch_one(file).await.unwrap();
        assert_eq!(cursor, 0);
    }
}
