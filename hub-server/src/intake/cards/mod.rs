//! A card that is reported lost, stolen, damaged or found: what it may do from then on, what it did since, and the one
//! that takes its place.

use chrono::{DateTime, Utc};

use crate::access::audit;
use crate::app::App;
use crate::db::{DbError, Turn, Tx};
use crate::live::News;
use crate::members::cards::{Report, Reported};
use crate::{insights, ledger, members};

pub mod pages;

/// Notes it in every room that it concerns.
pub async fn report(tx: &mut Tx, report: &Report, now: DateTime<Utc>) -> Result<Reported, DbError> {
    // A sale of the card under way must be seen or must wait: see [`Tx::order`].
    tx.order(Turn::Alone).await?;
    let reported = members::cards::report(tx, report, now).await?;
    if reported != Reported::Noted {
        return Ok(reported);
    }
    if let Some(number) = &report.replacement {
        super::attribute_cards(tx, std::slice::from_ref(number), now).await?;
    }
    let mut accounts = ledger::settle_card(tx, &report.card, now).await?;
    accounts.extend(members::by_card(tx, &report.card).await?.map(|member| member.account));
    insights::mark_stale(tx, &accounts.into_iter().collect::<Vec<_>>()).await?;
    let replaced =
        report.replacement.as_ref().map_or_else(String::new, |number| format!(", replaced by {number}"));
    let detail = format!("since {}{replaced}", report.since.to_rfc3339());
    let action = format!("card.{}", report.state);
    audit::note(tx, now, &report.by, &action, report.card.as_str(), &detail).await?;
    Ok(reported)
}

/// Notes it in a transaction of its own and tells the listeners.
pub async fn report_one(app: &App, said: &Report) -> Result<Reported, DbError> {
    let mut tx = app.db.begin().await?;
    let reported = report(&mut tx, said, app.clock.now()).await?;
    let member = members::by_card(&mut tx, &said.card).await?;
    tx.commit().await?;
    app.live.tell(member.map(|member| News::Account(member.account)));
    Ok(reported)
}
