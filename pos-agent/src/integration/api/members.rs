//! Who is this: a member by the card that the till software has read.

use axum::Json;
use axum::extract::{Path, State};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use domain::codes::CardNumber;
use domain::money::{AmountError, Points};
use domain::points::Left;
use domain::snapshot::MemberRow;
use domain::time::business_date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Companion;
use super::answer::{ApiError, read_fields};
use crate::app::Agent;
use crate::error::AgentError;
use crate::integration::field::Reading;
use crate::store::spent::SpokenFor;

/// A card, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CardSummary {
    pub card: String,
    /// `active`; `replaced`: worn out, and another took its place: it earns and does not pay; `blocked`, lost or
    /// stolen: it neither earns nor pays; `unknown`: a sale may carry it all the same, and
    /// points come once the hub knows it.
    pub state: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<MemberSummary>,
}

/// What a till may know of a member. Every figure is as old as `as_of`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MemberSummary {
    pub code: String,
    /// First name and initial.
    #[schema(example = "Ana M.")]
    pub greeting: String,
    #[schema(example = "123.00")]
    pub balance: String,
    /// What can be spent: the balance less what is pending, and less what this agent holds or has spent since.
    pub unspent: String,
    /// What of the balance can be spent only later, the first to come first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pending: Vec<PendingSummary>,
    /// What of the balance ends on which day, the nearest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expiring: Vec<ExpiringSummary>,
    pub as_of: DateTime<Utc>,
    pub visits: i64,
    pub last_visit: Option<NaiveDate>,
    /// Mean days between two visits; none below three visits.
    #[schema(example = "5.70")]
    pub usual_interval_days: Option<String>,
    pub expected_next_visit: Option<NaiveDate>,
    pub usual: Vec<UsualSummary>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<OfferSummary>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PendingSummary {
    #[schema(example = "12.00")]
    pub points: String,
    /// The first day on which they can be used.
    pub on: NaiveDate,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExpiringSummary {
    #[schema(example = "40.00")]
    pub points: String,
    /// The last day on which they can be used.
    pub on: NaiveDate,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UsualSummary {
    pub sku: String,
    pub name: String,
    pub visits: i64,
    pub last_bought: NaiveDate,
    /// By the member's own rhythm it is time for it again.
    pub due: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OfferSummary {
    pub promotion: String,
    pub text: String,
    pub sku: Option<String>,
    /// Per cent.
    #[schema(example = "10.00")]
    pub percent_off: String,
    pub valid_until: NaiveDate,
}

/// The member with this card. Twenty unknown cards within ten minutes stop the look-ups for a while, so that
/// nobody tries numbers out.
#[utoipa::path(get, path = "/api/v1/cards/{card}",
    params(("card" = String, Path, example = "2990000010421")), responses(
    (status = 200, body = CardSummary),
    (status = 404, description = "`card_unknown`"),
    (status = 422, description = "`bad_field`: no card number, or that of a payment card"),
    (status = 429, description = "`too_many_misses`")))]
pub(super) async fn card(
    State(companion): State<Companion>,
    Path(card): Path<String>,
) -> Result<Json<CardSummary>, ApiError> {
    let mut reading = Reading::default();
    let number: Option<CardNumber> = reading.unsaid("/card", &card);
    let number = read_fields(reading, number)?;
    let agent = companion.agent();
    companion.may_ask()?;
    let summary = agent.card_summary(&number).await?;
    if summary.state == "unknown" {
        companion.note_miss(&number);
        return Err(ApiError::new(404, "card_unknown", "This till does not know that card")
            .detail("a sale may carry it all the same: points come once the hub knows it"));
    }
    Ok(Json(summary))
}

impl Companion {
    /// Whether a card may be asked for now, in whatever way: to look it up, to hold its points.
    pub(super) fn may_ask(&self) -> Result<(), ApiError> {
        if self.misses().may_ask(self.agent().now()) {
            return Ok(());
        }
        Err(ApiError::new(429, "too_many_misses", "Too many unknown cards were asked for")
            .detail("look-ups go on within ten minutes; sales are taken meanwhile"))
    }

    pub(super) fn note_miss(&self, number: &CardNumber) {
        self.misses().note(self.agent().now(), number.as_str());
    }
}

impl Agent {
    /// A card with what this till knows of its member.
    pub(in crate::integration) async fn card_summary(
        &self,
        number: &CardNumber,
    ) -> Result<CardSummary, AgentError> {
        let summary =
            |state: &str, member| CardSummary { card: number.to_string(), state: state.to_owned(), member };
        let Some(card) = self.store().card(number.as_str()).await? else {
            return Ok(summary("unknown", None));
        };
        if !card.state.earns() {
            return Ok(summary("blocked", None));
        }
        let state = if card.state.redeems() { "active" } else { "replaced" };
        // The feed brings a card and its member in either order.
        let Some(row) = self.store().member(card.member).await? else {
            return Ok(summary(state, None));
        };
        let spoken_for = self.store().spoken_for(row.member, self.now(), row.as_of).await?;
        let now = self.now();
        let zone = self.desks().next().map_or(Tz::UTC, |desk| desk.till.zone);
        let unspent = spoken_for.left_of(&row, now, zone)?;
        let left = SpokenFor::default().left_of(&row, now, zone)?;
        let today = business_date(now, zone, NaiveTime::MIN);
        Ok(summary(state, Some(member_summary(row, left, unspent.available, today)?)))
    }
}

fn member_summary(
    row: MemberRow,
    left: Left,
    unspent: Points,
    today: NaiveDate,
) -> Result<MemberSummary, AmountError> {
    let balance = left.balance()?;
    let told = |(on, points): (NaiveDate, Points)| PendingSummary { points: points.to_string(), on };
    let ending = row.expiring.iter().filter(|ending| ending.on >= today);
    let expiring = ending.map(|row| ExpiringSummary { points: row.points.to_string(), on: row.on }).collect();
    let usual = row.usual.into_iter().map(|usual| UsualSummary {
        sku: usual.sku.to_string(),
        name: usual.name,
        visits: usual.visits,
        last_bought: usual.last_bought,
        due: usual.due,
    });
    let offer = row.offer.filter(|offer| offer.valid_until >= today);
    Ok(MemberSummary {
        code: row.code.to_string(),
        greeting: row.greeting,
        balance: balance.to_string(),
        unspent: unspent.to_string(),
        pending: left.pending.into_iter().map(told).collect(),
        expiring,
        as_of: row.as_of,
        visits: row.visits,
        last_visit: row.last_visit,
        usual_interval_days: row.interval_mean.map(hundredths),
        expected_next_visit: row.expected_next_visit,
        usual: usual.collect(),
        offer: offer.map(|offer| OfferSummary {
            promotion: offer.promotion.to_string(),
            text: offer.text,
            sku: offer.sku.map(|sku| sku.to_string()),
            percent_off: hundredths(offer.percent_off),
            valid_until: offer.valid_until,
        }),
    })
}

fn hundredths(of: i64) -> String {
    Points(of).to_string()
}
