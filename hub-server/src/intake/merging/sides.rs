//! What two customers have, side by side, and what they will have: the operation itself is done and taken back, so that
//! what is shown before is what comes.

use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::MemberId;
use domain::money::Points;
use uuid::Uuid;

use crate::app::App;
use crate::catalogue;
use crate::db::{DbError, Tx};
use crate::error::Error;
use crate::insights::{self, Ranks};
use crate::ledger;
use crate::members::merging::{Merge, Merged};
use crate::members::{self, Consent, Member};

/// What one customer has at a moment.
#[derive(Debug, Clone)]
pub struct Side {
    pub member: Member,
    pub cards: Vec<String>,
    pub balance: Points,
    pub debt: Points,
    /// Points by their last day, the first to end first; those without one last.
    pub lots: Vec<(Option<NaiveDate>, Points)>,
    pub tier: Option<String>,
}

impl Side {
    pub fn consent(&self) -> &Consent {
        &self.member.profile.consent
    }
}

pub async fn side(tx: &mut Tx, member: Member, now: DateTime<Utc>) -> Result<Side, DbError> {
    let day = catalogue::first_date_at(&catalogue::stores(tx).await?, now);
    let cards = members::cards_of_member(tx, member.id).await?;
    let sums = insights::points(tx, Some(&member.profile.code), day).await?.into_iter().next();
    let (balance, debt) = sums.map_or((Points::ZERO, Points::ZERO), |row| (row.balance, row.debt));
    let endings = ledger::endings(tx, &[member.account]).await?;
    let mut lots: Vec<(Option<NaiveDate>, Points)> =
        endings.iter().filter(|row| row.on >= day).map(|row| (Some(row.on), row.points)).collect();
    let dated: i64 = lots.iter().map(|(_, points)| points.0).sum();
    let endless = balance.0.saturating_add(debt.0).saturating_sub(dated);
    if endless > 0 {
        lots.push((None, Points(endless)));
    }
    let tier = Ranks::read(tx, &[member.account], day).await?.of(member.account);
    Ok(Side {
        cards: cards.into_iter().map(|card| card.card.to_string()).collect(),
        balance,
        debt,
        lots,
        tier: tier.map(|tier| tier.name),
        member,
    })
}

/// The customer as they would be. Nothing of it stays.
pub async fn after_merging(app: &App, merge: &Merge, now: DateTime<Utc>) -> Result<Option<Side>, Error> {
    let mut tx = app.db.begin().await?;
    let Merged::Done(row) = super::merge(&mut tx, merge, now).await? else { return Ok(None) };
    Ok(Some(read(&mut tx, row.survivor, now).await?))
}

/// The two as they would be. Nothing of it stays.
pub async fn after_parting(
    app: &App,
    merge: Uuid,
    said: (&str, &str),
    now: DateTime<Utc>,
) -> Result<Option<[Side; 2]>, Error> {
    let mut tx = app.db.begin().await?;
    let Merged::Done(row) = super::unmerge(&mut tx, merge, said, now).await? else { return Ok(None) };
    let survivor = members::merging::stays(&mut tx, row.survivor).await?.unwrap_or(row.survivor);
    Ok(Some([read(&mut tx, survivor, now).await?, read(&mut tx, row.loser, now).await?]))
}

async fn read(tx: &mut Tx, member: MemberId, now: DateTime<Utc>) -> Result<Side, Error> {
    let member = members::by_id(tx, member).await?.ok_or_else(members::no_such_customer)?;
    Ok(side(tx, member, now).await?)
}
