//! What would this basket earn: dry, nothing is written.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use chrono::NaiveDate;
use domain::codes::{CardNumber, StoreCode, TillCode};
use domain::points::{Earned, Programme, earn};
use domain::sale::{LineKind, Sale};
use domain::tickets::{TicketKey, TicketRow, draft};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Companion;
use super::answer::{ApiError, json, no_such_till, read_fields};
use crate::integration::field::Reading;
use crate::integration::finished::{FinishedLine, Unfinished};

/// A basket as it stands.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewBasket {
    pub store: String,
    pub till: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<String>,
    pub lines: Vec<FinishedLine>,
}

/// The points of a basket, with the reasons.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Preview {
    /// Version of the programme; none without one.
    pub programme: Option<i64>,
    /// What may be told to the customer: never more than `day_cap`. Rules and lines come to what the ticket gives
    /// before that.
    #[schema(example = "12.00")]
    pub earns: String,
    /// The most that a member keeps of one day, if the programme says so: other tickets of the day may leave less
    /// of `earns`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day_cap: Option<String>,
    /// The first day on which what is earned can be spent, where that is not at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vests_on: Option<NaiveDate>,
    /// For returned lines that name no original.
    pub takes_back: String,
    pub rules: Vec<PreviewRule>,
    pub lines: Vec<PreviewLine>,
    /// Why nobody gets these points as it stands: `no_programme`, `no_card`, `card_unknown` or `card_blocked`;
    /// or `too_many_misses`, after which nothing is said of cards for a while.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unless: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PreviewRule {
    /// `base`, the multiplier's name, or `ticket_cap`, which takes away.
    pub rule: String,
    /// `sale` or `return`.
    pub kind: String,
    /// The net amount it goes by.
    pub amount: String,
    pub points: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PreviewLine {
    pub line: u32,
    pub kind: String,
    pub points: String,
}

/// What a basket would earn if it were paid now. Writes nothing.
#[utoipa::path(post, path = "/api/v1/points/preview",
    request_body(content = PreviewBasket, example = json!({
        "store": "centro", "till": "1", "card": "2990000010421",
        "lines": [{"line": 1, "sku": "milk", "qty": "2", "unit_price": "42.00", "net": "70.59",
            "tax": "13.41", "kind": "sale"}]
    })), responses(
    (status = 200, body = Preview), (status = 404, description = "`no_such_till`"),
    (status = 422, description = "Fields or sums are wrong; `errors` has their JSON pointers")))]
pub(super) async fn preview(
    State(companion): State<Companion>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Preview>, ApiError> {
    let basket: PreviewBasket = json(&headers, &body)?;
    let agent = companion.agent();
    let mut reading = Reading::default();
    let store: Option<StoreCode> = reading.field("/store", &basket.store);
    let till: Option<TillCode> = reading.field("/till", &basket.till);
    let card: Option<CardNumber> = reading.optional_unsaid("/card", basket.card.as_deref());
    let lines: Vec<_> =
        basket.lines.iter().enumerate().map(|(place, line)| line.read(&mut reading, place)).collect();
    let (store, till) = read_fields(reading, store.zip(till))?;
    let Some(n) = agent.till_called(&store, &till) else { return Err(ApiError(no_such_till(&store, &till))) };
    let heading = agent.heading(agent.desk(n)?);
    let key = TicketKey { store, till, business_date: heading.business_date, receipt_no: 0 };
    let head = || (key.clone(), heading.occurred_at, None, card.clone());
    let rows: Vec<TicketRow> = lines.into_iter().flatten().map(|line| line.into_row(head())).collect();
    let earned = match close(&rows)? {
        None => None,
        Some(sale) => {
            let programmes = agent.store().programmes().await?;
            let sale = agent.named(sale).await?;
            Programme::on(&programmes, heading.business_date)
                .map(|programme| earn(programme, &sale).map(|earned| (programme.clone(), earned)))
                .transpose()
                .map_err(|e| whole("sale_amount", e.to_string()))?
        }
    };
    let unless = match (&earned, &card) {
        (None, _) => Some("no_programme"),
        (_, None) => Some("no_card"),
        (_, Some(card)) => unless_card(&companion, card).await?,
    };
    let (programme, earned) = earned.unzip();
    let vests_on = programme.as_ref().and_then(|programme| programme.vests_on(heading.business_date));
    let preview = Preview::of(programme.as_ref(), &earned.unwrap_or_default(), unless);
    Ok(Json(Preview { vests_on, ..preview }))
}

/// Why a card would earn nothing. After too many unknown ones nothing is said of any card, and the figures of the
/// basket all the same: a till software shows them with every scan.
async fn unless_card(companion: &Companion, card: &CardNumber) -> Result<Option<&'static str>, ApiError> {
    if companion.may_ask().is_err() {
        return Ok(Some("too_many_misses"));
    }
    Ok(match companion.agent().card_summary(card).await?.state.as_str() {
        "blocked" => Some("card_blocked"),
        "unknown" => {
            companion.note_miss(card);
            Some("card_unknown")
        }
        _ => None,
    })
}

/// An empty basket is no mistake of the till software.
fn close(rows: &[TicketRow]) -> Result<Option<Sale>, Unfinished> {
    let Some(draft) = draft(rows).map_err(|e| whole(e.code(), e.to_string()))? else { return Ok(None) };
    Sale::close(draft).map(Some).map_err(|e| whole(e.code(), e.to_string()))
}

fn whole(code: &'static str, detail: String) -> Unfinished {
    let pointer = "/lines".to_owned();
    Unfinished { code, errors: vec![domain::sync::FieldProblem { pointer, detail }] }
}

impl Preview {
    fn of(programme: Option<&Programme>, earned: &Earned, unless: Option<&str>) -> Self {
        let rules = earned.rules.iter().map(|rule| PreviewRule {
            rule: rule.rule.clone(),
            kind: kind(rule.kind),
            amount: domain::Money(rule.amount).to_string(),
            points: rule.points.to_string(),
        });
        let lines = earned.lines.iter().map(|line| PreviewLine {
            line: line.line,
            kind: kind(line.kind),
            points: line.points.to_string(),
        });
        Self {
            programme: programme.map(|programme| programme.version),
            day_cap: programme.and_then(Programme::day_cap).map(|cap| cap.to_string()),
            earns: programme.map_or(earned.sold(), |programme| programme.shown(earned)).to_string(),
            vests_on: None,
            takes_back: earned.returned().to_string(),
            rules: rules.collect(),
            lines: lines.collect(),
            unless: unless.map(str::to_owned),
        }
    }
}

fn kind(kind: LineKind) -> String {
    match kind {
        LineKind::Return => "return".to_owned(),
        LineKind::Sale | LineKind::Void => "sale".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use domain::Points;
    use domain::points::{Caps, LinePoints};

    use super::*;

    #[test]
    fn a_preview_promises_no_more_than_a_day_keeps() {
        let line = LinePoints { line: 1, kind: LineKind::Sale, points: Points(16_000) };
        let earned = Earned { rules: vec![], lines: vec![line] };
        for (day, wanted) in [(None, "160.00"), (Some(20_000), "160.00"), (Some(10_000), "100.00")] {
            let caps = Some(Caps { ticket: None, day: day.map(Points) });
            let rules = Programme { caps, ..Programme::starter(NaiveDate::default()) };
            let preview = Preview::of(Some(&rules), &earned, None);
            assert_eq!((preview.earns.as_str(), preview.lines[0].points.as_str()), (wanted, "160.00"));
        }
        assert_eq!(Preview::of(None, &Earned::default(), None).earns, "0.00");
    }
}
