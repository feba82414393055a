//! The page that a link opens: shown, and what its holder answers on it.
//!
//! Whoever asks by a token that opens nothing is told the same, whatever is behind it: see [`nobody`].

use askama::Template;
use axum::Form as Sent;
use axum::extract::State;
use axum::http::header::{HeaderName, RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::enrolment::{ConsentAnswer, Purpose};
use domain::ids::{EventId, uuid_v7};
use kit::Lang;

use super::facts::{Facts, zone};
use super::holder;
use super::rates::Asker;
use crate::access::pages::{html, preferences};
use crate::access::{LANG_COOKIE, Reader, audit, secret};
use crate::app::App;
use crate::catalogue::{self, Store};
use crate::error::Error;
use crate::insights;
use crate::kit::form::Form;
use crate::live::News;
use crate::members::answers::{Said, say};

pub mod show;

pub use show::{CardPage, Frame, NobodyPage};

/// Where the answers given here come from, as the hub's pages show it.
const SOURCE: &str = "card page";
/// Who did it, in the audit.
const CUSTOMER: &str = "customer";
/// Beside what every answer carries: the address must not travel on, and no search engine keep the page.
const SECRET: [(HeaderName, &str); 2] = [
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
];
/// Seconds; see [`super::rules::Meter`].
const OFTEN_RETRY: HeaderValue = HeaderValue::from_static("600");

fn sealed(answer: Result<Response, Error>) -> Response {
    let mut answer = answer.unwrap_or_else(IntoResponse::into_response);
    for (name, value) in SECRET {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer
}

/// What stands in the place of the token, whatever that is.
fn token(uri: &Uri) -> &str {
    uri.path().strip_prefix("/c/").unwrap_or_default()
}

/// `GET /c/{token}`
pub async fn show(State(app): State<App>, reader: Reader, asker: Asker, uri: Uri) -> Response {
    sealed(match asked_language(uri.query()) {
        Some(lang) => Ok(in_language(&uri, lang)),
        None => shown(&app, &reader, asker, &uri).await,
    })
}

/// `POST /c/{token}`
pub async fn send(
    State(app): State<App>,
    reader: Reader,
    asker: Asker,
    uri: Uri,
    Sent(sent): Sent<Vec<(String, String)>>,
) -> Response {
    sealed(answered(&app, &reader, asker, &uri, &Form::of(sent)).await)
}

fn asked_language(query: Option<&str>) -> Option<Lang> {
    Lang::parse(query?.strip_prefix("lang=")?)
}

fn in_language(uri: &Uri, lang: Lang) -> Response {
    let cookie = preferences::cookie(LANG_COOKIE, lang.code());
    ([(SET_COOKIE, cookie)], Redirect::to(uri.path())).into_response()
}

async fn shown(app: &App, reader: &Reader, asker: Asker, uri: &Uri) -> Result<Response, Error> {
    let now = app.clock.now();
    if !app.card_rates.ask(asker, now) {
        return too_often(app, reader);
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
    if app.card_rates.miss(asker, app.clock.now()) { nobody(app, reader) } else { too_often(app, reader) }
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
    Frame::new(reader, app.hub.currency.clone(), zone(stores), app.hub.chain.clone())
}

/// The one answer for a token that was never given, that ended, or that is none: nothing in it comes from the token.
fn nobody(app: &App, reader: &Reader) -> Result<Response, Error> {
    told(frame(app, reader, &[]), "gone", StatusCode::NOT_FOUND)
}

/// After too many pages, or too many that there were not.
fn too_often(app: &App, reader: &Reader) -> Result<Response, Error> {
    let mut answer = told(frame(app, reader, &[]), "often", StatusCode::TOO_MANY_REQUESTS)?;
    answer.headers_mut().insert(RETRY_AFTER, OFTEN_RETRY);
    Ok(answer)
}

fn told(frame: Frame, what: &str, status: StatusCode) -> Result<Response, Error> {
    let page = NobodyPage::new(frame, what);
    let text = page.render().map_err(|error| anyhow::anyhow!("rendering a page: {error}"))?;
    Ok((status, Html(text)).into_response())
}

/// `GET /c/worker.js`: it stands below the pages that it keeps, which are all that it may touch.
pub async fn worker() -> impl IntoResponse {
    let headers =
        [(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    (headers, include_str!("worker.js"))
}
