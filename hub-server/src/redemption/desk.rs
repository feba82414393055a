//! What two people at the desk say of points that a till holds and that does not come back.

use chrono::{DateTime, Utc};
use domain::ids::RedemptionId;
use domain::sync::redemption::{NotReleased, ReservationState};

use super::{Row, amount, rules, store};
use crate::access::audit;
use crate::db::{DbError, Tx};
use crate::ledger::Family;

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// For a second person.
    Waits,
    Released,
}

/// Why points are not released.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    NotHeld,
    /// The till may still be on its way with the sale.
    Early,
    /// Whoever asked does not agree.
    SamePerson,
}

impl Refusal {
    pub fn code(self) -> &'static str {
        match self {
            Self::NotHeld => "redemption_not_held",
            Self::Early => "redemption_early",
            Self::SamePerson => "redemption_same_person",
        }
    }
}

/// Asks that a reservation be released, or agrees to what another person has asked. Should its sale come all the same, it
/// stands, and what is not there is debt.
pub async fn release(
    tx: &mut Tx,
    redemption: RedemptionId,
    who: &str,
    now: DateTime<Utc>,
) -> Result<Result<Said, Refusal>, DbError> {
    let Some(account) = store::row(tx, redemption).await?.and_then(|row| row.account) else {
        return Ok(Err(Refusal::NotHeld));
    };
    // Tills that want points of the same member, and whoever says it too, wait from here on.
    Family::lock(tx, account).await?;
    let Some(row) = store::row(tx, redemption).await? else { return Ok(Err(Refusal::NotHeld)) };
    let first = row.release_by.as_deref();
    match rules::may_release(&row.reserved()?, first, who, now.timestamp_millis()) {
        Ok(()) => {}
        Err(NotReleased::NotHeld) => return Ok(Err(Refusal::NotHeld)),
        Err(NotReleased::TooEarly) => return Ok(Err(Refusal::Early)),
        Err(NotReleased::SamePerson) => return Ok(Err(Refusal::SamePerson)),
        Err(NotReleased::Amount(error)) => return Err(amount(error)),
    }
    if first.is_none() {
        store::ask_release(tx, redemption, who, now).await?;
        note(tx, &row, who, "redemption.release_asked", now).await?;
        return Ok(Ok(Said::Waits));
    }
    if !store::end(tx, redemption, ReservationState::Released, who, now).await? {
        return Ok(Err(Refusal::NotHeld));
    }
    note(tx, &row, who, "redemption.released", now).await?;
    Ok(Ok(Said::Released))
}

async fn note(tx: &mut Tx, row: &Row, who: &str, action: &str, now: DateTime<Utc>) -> Result<(), DbError> {
    let account = row.account.map_or_else(|| "nobody".to_owned(), |account| account.to_string());
    let detail = format!("{} points, till {}/{}, account {account}", row.points, row.store, row.code);
    audit::note(tx, now, who, action, &row.redemption.to_string(), &detail).await
}
