//! D1: the customer's display. Big type, no controls, live; colours and language by its address.

use std::convert::Infallible;
use std::time::Duration;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{Html, IntoResponse, Response};
use futures::Stream;
use kit::Lang;
use serde::Deserialize;
use tokio::sync::watch;

use super::Ui;
use super::problem::Refusal;
use super::view::{DisplayLine, DisplayPoints, DisplayState, DisplayView};
use super::words::{Theme, Words};

/// How long the clock stands, and how late a thanks ends.
const TICK: Duration = Duration::from_secs(10);
/// Lines that can be read from where the customer stands.
const LINES_SHOWN: usize = 8;

/// `?lang=en&theme=dark`: what a display without controls is set up with.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Look {
    lang: Option<String>,
    theme: Option<String>,
}

impl Look {
    fn query(&self) -> String {
        let lang = self.lang.as_deref().and_then(Lang::parse).map(|lang| format!("lang={}", lang.code()));
        let theme =
            self.theme.as_deref().and_then(Theme::parse).map(|theme| format!("theme={}", theme.code()));
        lang.into_iter().chain(theme).collect::<Vec<_>>().join("&")
    }
}

#[derive(Template)]
#[template(path = "display/page.html")]
struct DisplayPage {
    d: Display,
    n: i64,
    query: String,
}

#[derive(Template)]
#[template(path = "display/part.html")]
struct DisplayPart {
    d: Display,
}

struct Display {
    w: Words,
    v: DisplayView,
    theme: &'static str,
}

#[expect(clippy::unused_self, reason = "templates know methods only")]
impl Display {
    /// The last lines, which are what was just scanned.
    fn shown<'a>(&self, lines: &'a [DisplayLine]) -> &'a [DisplayLine] {
        &lines[lines.len().saturating_sub(LINES_SHOWN)..]
    }

    fn hidden(&self, lines: &[DisplayLine]) -> i64 {
        i64::try_from(lines.len().saturating_sub(LINES_SHOWN)).unwrap_or(i64::MAX)
    }

    /// What this sale brings.
    fn earned(&self, points: &DisplayPoints) -> Option<String> {
        let earned = points.earned.filter(|earned| !earned.is_zero())?;
        let earns = self.w.with("earns", "n", earned);
        Some(match points.vests_on {
            Some(on) => format!("{earns} · {}", self.w.vests(&on)),
            None => earns,
        })
    }

    fn state(&self) -> &'static str {
        match self.v.state {
            DisplayState::Idle => "idle",
            DisplayState::Sale(_) => "sale",
            DisplayState::Thanks(_) => "thanks",
        }
    }

    /// `key` says what the code is.
    fn qr(&self, code: &str, key: &str) -> String {
        kit::qr::svg(code, &self.w.t(key)).unwrap_or_default()
    }
}

impl Ui {
    async fn seen(&self, n: i64, look: &Look) -> Result<Display, Refusal> {
        let v = self.agent.display(n).await?;
        let lang = look.lang.as_deref().and_then(Lang::parse);
        let w = Words::new(&v.chain, v.zone, lang);
        let theme = look.theme.as_deref().and_then(Theme::parse).map_or("", Theme::code);
        Ok(Display { w, v, theme })
    }
}

pub async fn show(
    State(ui): State<Ui>,
    Path(n): Path<i64>,
    Query(look): Query<Look>,
) -> Result<Response, Refusal> {
    let page = DisplayPage { d: ui.seen(n, &look).await?, n, query: look.query() };
    Ok(Html(page.render()?).into_response())
}

pub async fn events(
    State(ui): State<Ui>,
    Path(n): Path<i64>,
    Query(look): Query<Look>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Refusal> {
    let changes = ui.agent.watch(n)?;
    let stream = futures::stream::unfold((ui, changes, true), move |(ui, mut changes, first)| {
        let look = look.clone();
        async move {
            if !first {
                wait(&mut changes).await?;
            }
            let event = match part(&ui, n, &look).await {
                Ok(html) => Event::default().event("screen").data(html.replace('\r', " ")),
                // Logged where it arose; the display keeps what it shows.
                Err(_) => Event::default().event("problem").data(""),
            };
            Some((Ok(event), (ui, changes, false)))
        }
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::default()))
}

/// `None` when the agent stops.
async fn wait(changes: &mut watch::Receiver<u64>) -> Option<()> {
    match tokio::time::timeout(TICK, changes.changed()).await {
        Ok(Err(_)) => None,
        Ok(Ok(())) | Err(_) => Some(()),
    }
}

async fn part(ui: &Ui, n: i64, look: &Look) -> Result<String, Refusal> {
    Ok(DisplayPart { d: ui.seen(n, look).await? }.render()?)
}
