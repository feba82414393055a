//! What happens at a till, for a till software that wants the cards only: asked for, or as a stream.

use std::convert::Infallible;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use domain::codes::CardNumber;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use utoipa::{IntoParams, ToSchema};

use super::Companion;
use super::answer::ApiError;
use super::members::CardSummary;
use crate::app::Agent;
use crate::error::AgentError;
use crate::ui::view::{Notice, NoticeKind};

/// Something that happened at a till.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TillEvent {
    /// Where this stands in the order of events: `after` asks for what came later.
    pub id: String,
    /// `card_seen` or `notice`.
    pub kind: String,
    /// Stable name of what was said on the till's screen.
    #[schema(example = "card_attached")]
    pub notice: String,
    /// The code or name it is about; never a payment card's number.
    pub about: String,
    /// With `card_seen`: the card, as a look-up would answer it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<CardSummary>,
}

#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventsAfter {
    /// The `id` of the last event that was heard; without it, only what is to come is streamed.
    #[serde(default)]
    pub after: Option<String>,
}

/// The latest events of a till: as a list, or with `Accept: text/event-stream` as a stream that goes on.
#[utoipa::path(get, path = "/api/v1/tills/{n}/events", params(("n" = i64, Path, example = 1), EventsAfter),
    responses((status = 200, body = Vec<TillEvent>), (status = 404, description = "`no_such_till`")))]
pub(super) async fn events(
    State(companion): State<Companion>,
    Path(n): Path<i64>,
    Query(EventsAfter { after }): Query<EventsAfter>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let agent = companion.agent().clone();
    let text = |name| headers.get(name).and_then(|v| v.to_str().ok());
    if !text(header::ACCEPT).is_some_and(|kind| kind.contains("text/event-stream")) {
        return Ok(Json(agent.events_after(n, number(&agent, after.as_deref(), 0)).await?).into_response());
    }
    let changes = agent.watch(n)?;
    let last = text(header::HeaderName::from_static("last-event-id")).map(str::to_owned).or(after);
    let now = agent.desk(n)?.notices_after(0).last().map_or(0, |notice| notice.number);
    let heard = number(&agent, last.as_deref(), now);
    let live = Live { agent, n, heard, changes, waiting: vec![] };
    let stream = futures::stream::unfold(live, |mut live| async move {
        let event = live.next().await?;
        Some((Ok::<_, Infallible>(event), live))
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::default()).into_response())
}

/// The number behind an event's id. An id of an earlier run of this agent is before everything that this one
/// has seen.
fn number(agent: &Agent, id: Option<&str>, without: u64) -> u64 {
    let Some(id) = id else { return without };
    let parts = id.rsplit_once('.').filter(|(boot, _)| *boot == agent.boot().id);
    parts.and_then(|(_, number)| number.parse().ok()).unwrap_or(0)
}

struct Live {
    agent: Agent,
    n: i64,
    heard: u64,
    changes: watch::Receiver<u64>,
    waiting: Vec<TillEvent>,
}

impl Live {
    async fn next(&mut self) -> Option<Event> {
        while self.waiting.is_empty() {
            // Marked as seen before reading, so that nothing said in between is missed.
            self.changes.borrow_and_update();
            match self.agent.events_after(self.n, self.heard).await {
                Ok(events) => self.waiting = events,
                Err(error) => {
                    tracing::error!(
                        code = "events_unreadable",
                        %error,
                        till = self.n,
                        "events could not be read"
                    );
                    return None;
                }
            }
            if self.waiting.is_empty() {
                self.changes.changed().await.ok()?;
            }
        }
        let event = self.waiting.remove(0);
        self.heard = number(&self.agent, Some(&event.id), self.heard);
        let body = serde_json::to_string(&event).ok()?;
        Some(Event::default().id(event.id).event(event.kind).data(body))
    }
}

impl Agent {
    async fn events_after(&self, n: i64, number: u64) -> Result<Vec<TillEvent>, AgentError> {
        let mut events = vec![];
        for notice in self.desk(n)?.notices_after(number) {
            events.push(self.event(notice).await?);
        }
        Ok(events)
    }

    async fn event(&self, notice: Notice) -> Result<TillEvent, AgentError> {
        let is_card = matches!(
            notice.kind,
            NoticeKind::CardAttached
                | NoticeKind::CardUnknown
                | NoticeKind::CardBlocked
                | NoticeKind::CardLost
                | NoticeKind::CardStolen
                | NoticeKind::CardReplaced
        );
        let card = match notice.about.parse::<CardNumber>() {
            Ok(number) if is_card => Some(self.card_summary(&number).await?),
            _ => None,
        };
        Ok(TillEvent {
            id: format!("{}.{}", self.boot().id, notice.number),
            kind: if card.is_some() { "card_seen" } else { "notice" }.to_owned(),
            notice: snake(&format!("{:?}", notice.kind)),
            about: notice.about,
            card,
        })
    }
}

/// `CardAttached` as `card_attached`.
fn snake(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    for (at, c) in name.char_indices() {
        if c.is_ascii_uppercase() && at > 0 {
            text.push('_');
        }
        text.push(c.to_ascii_lowercase());
    }
    text
}
