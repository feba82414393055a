//! The chain's price rules as they are kept.

use domain::price_rules::PriceRule;
use domain::snapshot::PriceRuleRow;

use super::{Store, StoreError, Tx, bad_row};

pub(super) async fn put(tx: &mut Tx, rows: &[&PriceRuleRow]) -> Result<(), StoreError> {
    for row in rows {
        let code = row.rule.code.as_str();
        if !row.active {
            sqlx::query("delete from price_rule where code = $1").bind(code).execute(&mut **tx).await?;
            continue;
        }
        let body = serde_json::to_string(&row.rule).map_err(|e| bad_row("price rule of the feed")(&e))?;
        sqlx::query(
            "insert into price_rule (code, body) values ($1, $2)
             on conflict (code) do update set body = excluded.body",
        )
        .bind(code)
        .bind(body)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// Before the feed is read from its beginning. A hub that was put back may have forgotten a rule and never says
/// that it ended; a rule that nobody has is money given away.
pub(super) async fn forget(tx: &mut Tx) -> Result<(), StoreError> {
    sqlx::query("delete from price_rule").execute(&mut **tx).await?;
    Ok(())
}

impl Store {
    /// All of them, those of other stores and days too; there are few. One that cannot be read is left out: the
    /// till sells without it.
    pub async fn price_rules(&self) -> Result<Vec<PriceRule>, StoreError> {
        let bodies: Vec<String> =
            sqlx::query_scalar("select body from price_rule order by code").fetch_all(self.reader()).await?;
        let read = |body: &String| match serde_json::from_str(body) {
            Ok(rule) => Some(rule),
            Err(error) => {
                tracing::error!(code = "price_rule_unreadable", %error, "a price rule is not taken off");
                None
            }
        };
        Ok(bodies.iter().filter_map(read).collect())
    }
}
