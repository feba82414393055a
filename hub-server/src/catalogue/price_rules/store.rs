//! SQL of price rules.

use domain::price_rules::PriceRule;
use domain::snapshot::{Change, PriceRuleRow};
use sqlx::{query, query_as};

use super::super::take_feed_numbers;
use crate::db::{DbError, Tx, ensure_touched};
use crate::on;

fn read(body: &str) -> Result<PriceRule, DbError> {
    serde_json::from_str(body).map_err(|e| DbError::BadRow { what: "a price rule", why: e.to_string() })
}

/// The rules that stand and those that have ended, by their codes.
pub async fn all(tx: &mut Tx) -> Result<Vec<PriceRuleRow>, DbError> {
    const SQL: &str = "select body, active from price_rule order by code";
    let rows: Vec<(String, bool)> = on!(tx, c => query_as(SQL).fetch_all(c).await)?;
    rows.iter().map(|(body, active)| Ok(PriceRuleRow { rule: read(body)?, active: *active })).collect()
}

/// Changes of the feed after a number.
pub async fn of_feed(tx: &mut Tx, after: i64, limit: i64) -> Result<Vec<(i64, Change)>, DbError> {
    const SQL: &str =
        "select feed_no, body, active from price_rule where feed_no > $1 order by feed_no limit $2";
    let rows: Vec<(i64, String, bool)> =
        on!(tx, c => query_as(SQL).bind(after).bind(limit).fetch_all(c).await)?;
    let change = |(no, body, active): (i64, String, bool)| {
        Ok((no, Change::PriceRule(Box::new(PriceRuleRow { rule: read(&body)?, active }))))
    };
    rows.into_iter().map(change).collect()
}

pub(super) async fn write(tx: &mut Tx, rule: &PriceRule, active: bool) -> Result<(), DbError> {
    const SQL: &str = "insert into price_rule (code, body, active, feed_no) values ($1, $2, $3, $4)
        on conflict (code) do update set body = excluded.body, active = excluded.active,
            feed_no = excluded.feed_no";
    let body = serde_json::to_string(rule)
        .map_err(|e| DbError::BadRow { what: "a price rule", why: e.to_string() })?;
    let feed_no = take_feed_numbers(tx, 1).await?;
    let touched = on!(tx, c => query(SQL)
        .bind(rule.code.as_str()).bind(&body).bind(active).bind(feed_no)
        .execute(c).await.map(|done| done.rows_affected()))?;
    ensure_touched("price_rule", 1, touched)
}
