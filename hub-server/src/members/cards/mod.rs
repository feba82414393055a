//! What becomes of cards: lost, stolen, worn out, found again. A card is never taken out, and its number never given
//! to another: what came under it stays its member's.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::card::{CardState, Since};
use domain::codes::CardNumber;
use domain::time::to_millis;

use super::Card;
use crate::db::{DbError, Tx};

mod rules;
mod store;

pub use rules::CardRefusal;
pub use store::{CardReport, reports_of, wrong_states};

/// What somebody says of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub card: CardNumber,
    pub state: CardState,
    pub since: DateTime<Utc>,
    pub reason: String,
    /// The number of the card that takes its place.
    pub replacement: Option<CardNumber>,
    pub by: String,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reported {
    Noted,
    /// The same was said last.
    Same,
    Refused(CardRefusal),
}

/// Notes what becomes of a card, and gives its member the one that takes its place. The caller takes its turn alone
/// before, see [`Tx::order`], and puts the points right after.
pub async fn report(tx: &mut Tx, report: &Report, now: DateTime<Utc>) -> Result<Reported, DbError> {
    let report = &Report { since: to_millis(report.since), ..report.clone() };
    let Some(known) = store::card(tx, &report.card).await? else {
        return Ok(Reported::Refused(CardRefusal::Unknown));
    };
    let said = store::reports_of(tx, std::slice::from_ref(&report.card)).await?.remove(&report.card);
    let said = said.unwrap_or_default();
    if said.last().is_some_and(|last| rules::is_same(last, report)) {
        return Ok(Reported::Same);
    }
    let taken = match &report.replacement {
        Some(number) => store::card(tx, number).await?.is_some(),
        None => false,
    };
    if let Some(why) = rules::refusal(report, &said, taken, now) {
        return Ok(Reported::Refused(why));
    }
    store::insert_report(tx, report, said.len(), now).await?;
    store::set_state(tx, &report.card, report.state).await?;
    if let Some(number) = &report.replacement {
        let card = Card { card: number.clone(), state: CardState::Active, ..known };
        super::store::insert_cards(tx, &[card], now).await?;
    }
    Ok(Reported::Noted)
}

/// All that was said of these cards, in the order in which it was said.
pub async fn said_of(tx: &mut Tx, cards: &[CardNumber]) -> Result<HashMap<CardNumber, Vec<Since>>, DbError> {
    let said = |row: &CardReport| Since { state: row.state, since: row.since };
    let reports = store::reports_of(tx, cards).await?;
    Ok(reports.into_iter().map(|(card, rows)| (card, rows.iter().map(said).collect())).collect())
}
