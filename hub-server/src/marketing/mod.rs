//! Promotions: whom they are for, what is offered, and whether it worked.

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::Sku;
use domain::ids::{AccountId, PromotionId};
use domain::snapshot::Offer;
use domain::time::to_millis;
use serde::{Deserialize, Serialize};

use crate::catalogue;
use crate::db::{DbError, Tx};
use crate::insights::{self, Goods, visits::Rhythm};
use crate::members::Member;

pub mod api;
pub mod jobs;
pub mod pages;
mod rules;
mod store;

pub use rules::{FieldError, Segment};
pub use store::{promotion, promotions};

/// An offer for the members of a segment, shown at the till.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promotion {
    pub id: PromotionId,
    pub draft: Draft,
    /// Stopped promotions are kept, with their answers.
    pub active: bool,
    pub created_at: DateTime<Utc>,
}

/// What somebody who makes a promotion decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    pub name: String,
    pub segment: Segment,
    /// What the cashier says aloud.
    pub offer_text: String,
    pub sku: Option<Sku>,
    /// In 1/100 of a per cent, off that product.
    pub percent_off: i64,
    /// First and last day, both included.
    pub valid_from: NaiveDate,
    pub valid_until: NaiveDate,
}

impl Promotion {
    pub fn runs_on(&self, date: NaiveDate) -> bool {
        self.active && self.draft.valid_from <= date && date <= self.draft.valid_until
    }

    fn offer(&self) -> Offer {
        Offer {
            promotion: self.id,
            text: self.draft.offer_text.clone(),
            sku: self.draft.sku.clone(),
            percent_off: self.draft.percent_off,
            valid_until: self.draft.valid_until,
        }
    }
}

/// What cashiers and members did with a promotion's offer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Answers {
    pub shown: i64,
    pub accepted: i64,
    pub declined: i64,
}

/// How many members a segment holds, now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SegmentCount {
    pub matching: usize,
    /// Of those, with a dated consent: the only ones who are offered anything.
    pub reachable: usize,
    /// Some of the reachable, by code.
    pub examples: Vec<Member>,
    /// Date the figures are of; none before the first sale.
    pub as_of: Option<NaiveDate>,
}

const EXAMPLES: usize = 10;

/// Why a promotion was not made.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    #[error("the promotion cannot be made as it stands")]
    Fields(Vec<FieldError>),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Makes a promotion that runs from now on, within its dates. Every member's snapshot is renewed.
pub async fn create(
    tx: &mut Tx,
    draft: Draft,
    now: DateTime<Utc>,
    entropy: [u8; 10],
) -> Result<Promotion, CreateError> {
    let mut errors = rules::check(&draft);
    if let Some(sku) = &draft.sku
        && catalogue::product(tx, sku).await?.is_none()
    {
        errors.push(FieldError::new("sku", "unknown_product", "the catalogue has no such product"));
    }
    if !errors.is_empty() {
        return Err(CreateError::Fields(errors));
    }
    let now = to_millis(now);
    let id = PromotionId::new(now.timestamp_millis(), entropy);
    let promotion = Promotion { id, draft, active: true, created_at: now };
    store::insert(tx, &promotion).await?;
    insights::mark_all_stale(tx).await?;
    Ok(promotion)
}

/// Stops a promotion; answers whether there was one to stop. The tills hear of it with the next snapshots.
pub async fn stop(tx: &mut Tx, id: PromotionId) -> Result<bool, DbError> {
    let stopped = store::deactivate(tx, id).await?;
    if stopped {
        insights::mark_all_stale(tx).await?;
    }
    Ok(stopped)
}

pub async fn answers(tx: &mut Tx, id: PromotionId) -> Result<Answers, DbError> {
    let rows = store::answers(tx, id).await?;
    let of = |response: &str| rows.iter().find(|(r, _)| r == response).map_or(0, |(_, n)| *n);
    Ok(Answers { shown: of("shown"), accepted: of("accepted"), declined: of("declined") })
}

/// Counts a segment as it would be targeted now.
pub async fn count(tx: &mut Tx, segment: &Segment, now: DateTime<Utc>) -> Result<SegmentCount, DbError> {
    let Some(as_of) = insights::as_of(tx, now).await? else { return Ok(SegmentCount::default()) };
    let last = match segment {
        Segment::Product { goods, .. } => insights::last_bought(tx, goods).await?,
        Segment::Rhythm { .. } => std::collections::HashMap::new(),
    };
    let mut count = SegmentCount { as_of: Some(as_of), ..SegmentCount::default() };
    for row in insights::visits(tx, None).await? {
        let account: AccountId = row.member.account;
        if !segment.holds(&row.rhythm, as_of, |_| last.get(&account).copied()) {
            continue;
        }
        count.matching += 1;
        if row.member.profile.consent.may_target() {
            count.reachable += 1;
            if count.examples.len() < EXAMPLES {
                count.examples.push(row.member);
            }
        }
    }
    Ok(count)
}

/// The offer that a member's snapshot carries: that of the first promotion, in the order in which they were made,
/// whose segment holds the member. One that the member used is not among them: it is the turn of the next, and
/// no other till makes it again.
pub(crate) fn offer_for<'p>(
    mut promotions: impl Iterator<Item = &'p Promotion>,
    member: &Member,
    rhythm: &Rhythm,
    as_of: NaiveDate,
    last_bought: impl Fn(&Goods) -> Option<NaiveDate>,
) -> Option<Offer> {
    if !member.profile.consent.may_target() {
        return None;
    }
    let held = |promotion: &&Promotion| promotion.draft.segment.holds(rhythm, as_of, &last_bought);
    promotions.find(held).map(Promotion::offer)
}
