//! SQL of what was said of cards.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::card::CardState;
use domain::codes::CardNumber;
use domain::ids::MemberId;
use domain::time::to_millis;
use sqlx::{FromRow, query, query_as};

use super::super::store::card_state;
use super::{Card, Report};
use crate::catalogue::take_feed_numbers;
use crate::db::{DbError, Tx, ensure_touched, rows_of};
use crate::on;

/// What was said of a card, by whom and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardReport {
    pub state: CardState,
    pub since: DateTime<Utc>,
    pub reason: String,
    pub replacement: Option<CardNumber>,
    pub noted_by: String,
    pub noted_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct ReportRow {
    card: CardNumber,
    state: String,
    since: DateTime<Utc>,
    reason: String,
    replacement: Option<CardNumber>,
    noted_by: String,
    noted_at: DateTime<Utc>,
}

/// By card, in the order in which it was said; cards of which nothing was said are left out.
pub async fn reports_of(
    tx: &mut Tx,
    cards: &[CardNumber],
) -> Result<HashMap<CardNumber, Vec<CardReport>>, DbError> {
    let text = |cards: &str| {
        format!(
            "select card, state, since, reason, replacement, noted_by, noted_at from card_report
             where card in {cards} order by card, n"
        )
    };
    let mut found: HashMap<CardNumber, Vec<CardReport>> = HashMap::new();
    for row in rows_of::<ReportRow, _>(tx, cards, text).await? {
        let ReportRow { card, state, since, reason, replacement, noted_by, noted_at } = row;
        let state = card_state(&state)?;
        let report = CardReport { state, since, reason, replacement, noted_by, noted_at };
        found.entry(card).or_default().push(report);
    }
    Ok(found)
}

pub(super) async fn card(tx: &mut Tx, number: &CardNumber) -> Result<Option<Card>, DbError> {
    const SQL: &str = "select member, home, state from card where card = $1";
    let row: Option<(MemberId, Option<MemberId>, String)> =
        on!(tx, c => query_as(SQL).bind(number.as_str()).fetch_optional(c).await)?;
    row.map(|(member, home, state)| {
        Ok(Card { card: number.clone(), member, home, state: card_state(&state)? })
    })
    .transpose()
}

/// `before` is how much was said of the card.
pub(super) async fn insert_report(
    tx: &mut Tx,
    report: &Report,
    before: usize,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    const SQL: &str =
        "insert into card_report (card, n, state, since, reason, replacement, noted_by, noted_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    let n = i64::try_from(before + 1).unwrap_or(i64::MAX);
    on!(tx, c => query(SQL)
        .bind(report.card.as_str()).bind(n).bind(report.state.code()).bind(report.since).bind(report.reason.trim())
        .bind(report.replacement.as_ref().map(AsRef::<str>::as_ref)).bind(&report.by).bind(to_millis(now))
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The tills hear of it through the feed.
pub(super) async fn set_state(tx: &mut Tx, card: &CardNumber, state: CardState) -> Result<(), DbError> {
    const SQL: &str = "update card set state = $2, active = $3, feed_no = $4 where card = $1";
    let feed_no = take_feed_numbers(tx, 1).await?;
    let done = on!(tx, c => query(SQL)
        .bind(card.as_str()).bind(state.code()).bind(state.earns()).bind(feed_no)
        .execute(c).await.map(|done| done.rows_affected()))?;
    ensure_touched("card", 1, done)
}

/// Cards that are something else than was last said of them.
pub async fn wrong_states(tx: &mut Tx) -> Result<Vec<(CardNumber, String, String)>, DbError> {
    const SQL: &str = "select c.card, c.state, r.state from card c join card_report r on r.card = c.card
        where r.n = (select max(n) from card_report l where l.card = c.card) and r.state <> c.state";
    let rows: Vec<(CardNumber, String, String)> = on!(tx, c => query_as(SQL).fetch_all(c).await)?;
    Ok(rows)
}
