//! The page that a link opens: shown, and what its holder answers on it.
//!
//! Whoever asks by a token that opens nothing is told the same, whatever is behind it: see [`Frame::nobody`].

use axum::extract::State;
use axum::http::{Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::enrolment::{ConsentAnswer, Purpose};
use domain::ids::{EventId, uuid_v7};

use super::facts::{Facts, zone};
use super::holder;
use crate::access::keyed::{Asker, Frame, Screen, in_language, sealed};
use crate::access::pages::html;
use crate::access::{Reader, audit, secret};
use crate::app::App;
use crate::catalogue::{self, Store};
use crate::error::Error;
use crate::insights;
use crate::kit::form::Form;
use crate::live::News;
use crate::members::answers::{Said, say};

pub mod show;

pub use show::CardPage;

/// Where the answers given here come from, as the hub's pages show it.
const SOURCE: &str = "card page";
/// Who did it, in the audit.
const CUSTOMER: &str = "customer";
/// How its texts begin, and what it is dressed in.
const SCREEN: Screen = Screen { texts: "mycard", sheet: "card.css" };

/// What stands in the place of the token, whatever that is.
fn token(uri: &Uri) -> &str {
    uri.path().strip_prefix("/c/").unwrap_or_default()
}

/// `GET /c/{token}`
pub async fn show(State(app): State<App>, reader: Reader, asker: Asker, uri: Uri) -> Response {
    sealed(match in_language(&uri) {
        Some(answer) => Ok(answer),
        None => shown(&app, &reader, asker, &uri).await,
    })
}

/// `POST /c/{token}`
pub async fn send(State(app): State<App>, reader: Reader, asker: Asker, uri: Uri, form: Form) -> Response {
    sealed(answered(&app, &reader, asker, &uri, &form).await)
}

async fn shown(app: &App, reader: &Reader, asker: Asker, uri: &Uri) -> Result<Response, Error> {
    let now = app.clock.now();
    if !app.card_rates.ask(asker, now) {
        return frame(app, reader, &[]).too_often();
    }
    let mut tx = app.db.read().await?;
    let Some(member) = holder(&mut tx, token(uri)).await? else { return in_vain(app, reader, asker) };
    let stores = catalogue::stores(&mut tx).await?;
    let facts = Facts::read(&mut tx, &member, &stores, now).await?;
    let frame = frame(app, reader, &stores);
    let said = match uri.query() {
        Some("said=yes") => frame.words.t("mycard-said-yes"),
        Some("said=no") => frame.words.t("mycard-said-no"),
        _ => String::new(),
    };
    Ok(html(&CardPage { said, ..CardPage::new(frame, &facts)? })?.into_response())
}

/// There is no such page, or that was asked for too often.
fn in_vain(app: &App, reader: &Reader, asker: Asker) -> Result<Response, Error> {
    let frame = frame(app, reader, &[]);
    if app.card_rates.miss(asker, app.clock.now()) { frame.nobody() } else { frame.too_often() }
}

/// Notes what the holder of the link says of their consent, and shows the page again. However often the page was asked
/// for from there: leave can be taken back at any time.
async fn answered(
    app: &App,
    reader: &Reader,
    asker: Asker,
    uri: &Uri,
    form: &Form,
) -> Result<Response, Error> {
    let now = app.clock.now();
    let mut tx = app.db.read().await?;
    // Whoever is nobody does not keep those who write waiting.
    let met = holder(&mut tx, token(uri)).await?;
    drop(tx);
    if met.is_none() {
        return in_vain(app, reader, asker);
    }
    let Some(given) = wish(form) else { return Ok(Redirect::to(uri.path()).into_response()) };
    let mut tx = app.db.begin().await?;
    let Some(member) = holder(&mut tx, token(uri)).await? else { return in_vain(app, reader, asker) };
    let stores = catalogue::stores(&mut tx).await?;
    let said = said(&frame(app, reader, &stores), given, now.timestamp_millis());
    if say(&mut tx, &member, &said, now).await? {
        insights::mark_stale(&mut tx, &[member.account]).await?;
        let action = if given { "consent.given" } else { "consent.withdrawn" };
        audit::note(&mut tx, now, CUSTOMER, action, member.profile.code.as_str(), SOURCE).await?;
    }
    tx.commit().await?;
    app.live.tell([News::Account(member.account)]);
    let word = if given { "yes" } else { "no" };
    Ok(Redirect::to(&format!("{}?said={word}", uri.path())).into_response())
}

/// Whether a form gives leave or takes it back. Taking everything back is taking back each: for now there is one
/// purpose beside the card itself.
fn wish(form: &Form) -> Option<bool> {
    match (form.value("stop"), form.value("marketing")) {
        ("all", _) | (_, "no") => Some(false),
        (_, "yes") => Some(true),
        _ => None,
    }
}

/// The answer with the words on the screen. Their version is made of the words themselves, as at the till.
fn said(frame: &Frame, given: bool, now_ms: i64) -> Said {
    let text = show::consent_words(frame);
    let digest = secret::digest(&text);
    let version = format!("{}-{}", frame.words.lang(), digest.get(..12).unwrap_or_default());
    let answer = ConsentAnswer { purpose: Purpose::Marketing, given, text_version: version, text };
    Said { event: EventId(uuid_v7(now_ms, secret::bytes())), answer, source: SOURCE.to_owned() }
}

fn frame(app: &App, reader: &Reader, stores: &[Store]) -> Frame {
    Frame::new(reader, &app.hub, zone(stores), SCREEN)
}

/// `GET /c/worker.js`: it stands below the pages that it keeps, which are all that it may touch.
pub async fn worker() -> impl IntoResponse {
    let headers =
        [(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    (headers, include_str!("worker.js"))
}
