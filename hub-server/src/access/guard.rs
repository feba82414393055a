//! Who is at the door, and whether they may pass: in front of every route, deny by default.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use domain::ids::TillId;
use futures::StreamExt;
use tokio::time::timeout;

use super::actor::{Actor, Reader};
use super::gate::{BODY_MAX, Kind, Need, PUSH_BODY_MAX};
use super::pressure::Lane;
use super::{secret, staff, tills};
use crate::app::App;
use crate::error::Error;

/// For scripts of our own pages; forms send the field `csrf` instead.
const CSRF_HEADER: &str = "x-yapa-csrf";
const CSRF_FIELD: &str = "csrf";
/// How long a request's body may take to arrive: less than the request may take as a whole, so that who sends over a
/// slow line is told, and sends less.
const BODY_PATIENCE: Duration = Duration::from_secs(25);
/// How long what is not wanted may take to arrive.
const LET_PASS: Duration = Duration::from_secs(5);

#[derive(Debug, Clone)]
pub(super) struct Door {
    pub app: App,
    pub need: Need,
    pub kind: Kind,
    /// Of a route that is shed when too much comes.
    pub lane: Option<Lane>,
}

pub(super) async fn guard(State(door): State<Door>, request: Request, next: Next) -> Response {
    if door.need == Need::SignedTill {
        return of_till(&door, request, next).await;
    }
    if door.need == Need::Secret {
        return next.run(request).await;
    }
    match staff_or_public(&door, request).await {
        Ok(request) => next.run(request).await,
        Err(denied) => denied,
    }
}

/// A till's request, or why it was refused before a handler saw it; the operator sees how often and why.
async fn of_till(door: &Door, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let passed = match door.lane {
        Some(lane) => in_turn(&door.app, lane, request, next).await,
        None => match signed(&door.app, request).await {
            Ok((_, request)) => Ok(next.run(request).await),
            Err(refused) => Err(refused),
        },
    };
    passed.unwrap_or_else(|refused| {
        let route = route.as_ref().map_or("none", MatchedPath::as_str);
        door.app.metrics.count("yapa_tills_refused_total", &[("route", route), ("code", refused.code())], 1);
        refused.into_response()
    })
}

/// Answers when its turn comes, unless too many wait already.
async fn in_turn(app: &App, lane: Lane, request: Request, next: Next) -> Result<Response, Error> {
    if let Err(shed) = app.pressure.has_room(lane) {
        let_pass(request.into_body()).await;
        return Err(shed);
    }
    let (till, request) = signed(app, request).await?;
    let place = app.pressure.enter(lane, till)?;
    let turn = place.turn().await?;
    let response = next.run(request).await;
    drop(turn);
    Ok(response)
}

/// Who sends what was not read is cut off, and hears of that instead of our answer: so it is read and kept nowhere.
async fn let_pass(body: Body) {
    let mut chunks = body.into_data_stream();
    let reading = async {
        let mut left = PUSH_BODY_MAX;
        while let Some(Ok(chunk)) = chunks.next().await {
            left = left.saturating_sub(chunk.len());
            if left == 0 {
                return;
            }
        }
    };
    // Whoever is slower than that is cut off after all.
    let _ = timeout(LET_PASS, reading).await;
}

async fn signed(app: &App, request: Request) -> Result<(TillId, Request), Error> {
    let (mut parts, body) = request.into_parts();
    let body = read_body(body, PUSH_BODY_MAX).await?;
    let signed = tills::check(app, &parts, &body).await?;
    let till = signed.till;
    parts.extensions.insert(signed);
    Ok((till, Request::from_parts(parts, Body::from(body))))
}

async fn staff_or_public(door: &Door, request: Request) -> Result<Request, Response> {
    let (mut parts, body) = request.into_parts();
    let (actor, by_cookie) = who(&door.app, &parts).await.map_err(IntoResponse::into_response)?;
    admit(door, &parts, actor.as_ref())?;
    let unsafe_method = !parts.method.is_safe();
    let from_browser = unsafe_method && (door.kind == Kind::Page || by_cookie);
    if !from_browser {
        parts.extensions.extend_with(actor);
        return Ok(Request::from_parts(parts, body));
    }
    if !is_same_origin(&parts.headers) {
        let problem = "This form was not sent from a page of this hub.";
        return Err(Error::forbidden("cross_site", problem).into_response());
    }
    let body = read_body(body, BODY_MAX).await.map_err(IntoResponse::into_response)?;
    if let Some(actor) = &actor
        && !has_csrf(&parts.headers, &body, &actor.csrf)
    {
        let problem = "The form is too old or was changed. Go back, reload the page and send it again.";
        return Err(Error::forbidden("bad_csrf", problem).into_response());
    }
    parts.extensions.extend_with(actor);
    Ok(Request::from_parts(parts, Body::from(body)))
}

trait ExtendWith {
    fn extend_with(&mut self, actor: Option<Actor>);
}

impl ExtendWith for axum::http::Extensions {
    fn extend_with(&mut self, actor: Option<Actor>) {
        if let Some(actor) = actor {
            self.insert(actor);
        }
    }
}

/// The person or script behind a request, and whether a cookie said so.
async fn who(app: &App, parts: &Parts) -> Result<(Option<Actor>, bool), Error> {
    // The outermost layer put it in.
    let reader = parts.extensions.get::<Reader>().cloned();
    let reader = reader.unwrap_or_else(|| Reader { locale: app.hub.locale, theme: "auto".to_owned() });
    let bearer = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    if let Some(token) = bearer.and_then(|text| text.strip_prefix("Bearer ")) {
        return Ok((staff::of_token(app, token.trim(), &reader).await?, false));
    }
    let cookies = CookieJar::from_headers(&parts.headers);
    match cookies.get(app.session_cookie()) {
        Some(cookie) => Ok((staff::of_session(app, cookie.value(), &reader).await?, true)),
        None => Ok((None, false)),
    }
}

fn admit(door: &Door, parts: &Parts, actor: Option<&Actor>) -> Result<(), Response> {
    match (door.need, actor) {
        (Need::Public | Need::Secret, _) | (Need::AnyStaff, Some(_)) => Ok(()),
        (Need::Staff(permission), Some(actor)) => actor.must(permission).map_err(IntoResponse::into_response),
        // The guard sends these another way; nobody else passes.
        (Need::SignedTill, Some(_)) => {
            Err(Error::forbidden("tills_only", "This address is for tills.").into_response())
        }
        (_, None) => Err(stranger(door.kind, parts)),
    }
}

fn stranger(kind: Kind, parts: &Parts) -> Response {
    if kind == Kind::Page && parts.method == Method::GET {
        let back = parts.uri.path_and_query().map_or("/", |p| p.as_str());
        let next: String = form_escape(back);
        return Redirect::to(&format!("/login?next={next}")).into_response();
    }
    let problem = "Sign in, or send an API token: `Authorization: Bearer …`.";
    Error::unauthorized("not_signed_in", problem).into_response()
}

fn form_escape(text: &str) -> String {
    let keep = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-' | b'.' | b'_' | b'~');
    text.bytes().map(|b| if keep(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// Browsers say where a request comes from. One that says nothing at all is refused.
fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    let host = text(HOST.as_str());
    let origin = text(ORIGIN.as_str()).and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
    origin.is_some() && origin == host
}

fn has_csrf(headers: &HeaderMap, body: &[u8], wanted: &str) -> bool {
    if let Some(sent) = headers.get(CSRF_HEADER).and_then(|value| value.to_str().ok()) {
        return secret::same(sent, wanted);
    }
    let form = "application/x-www-form-urlencoded";
    let is_form = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| kind.starts_with(form));
    // The token is hexadecimal, so it stands in the form as it is.
    let field = |pair: &[u8]| -> Option<String> {
        let value = pair.strip_prefix(CSRF_FIELD.as_bytes())?.strip_prefix(b"=")?;
        String::from_utf8(value.to_vec()).ok()
    };
    is_form && body.split(|b| *b == b'&').find_map(field).is_some_and(|sent| secret::same(&sent, wanted))
}

async fn read_body(body: Body, limit: usize) -> Result<Bytes, Error> {
    read_within(body, limit, BODY_PATIENCE).await
}

async fn read_within(body: Body, limit: usize, patience: Duration) -> Result<Bytes, Error> {
    let Ok(read) = timeout(patience, to_bytes(body, limit)).await else {
        return Err(Error::refused(
            StatusCode::REQUEST_TIMEOUT,
            "body_too_slow",
            "The request did not arrive in time. Send it again.",
        ));
    };
    read.map_err(|e| {
        Error::refused(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_too_large",
            "The request is too large or was cut off.",
        )
        .detail(e)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A byte a second would keep a place for days.
    #[tokio::test]
    async fn a_body_that_trickles_is_not_waited_for() {
        let trickle = |count: usize| {
            let bytes = futures::stream::iter(0..count).then(|_| async {
                tokio::time::sleep(Duration::from_millis(20)).await;
                Ok::<_, std::io::Error>(Bytes::from_static(b"x"))
            });
            Body::from_stream(bytes)
        };
        let status = |error: Error| error.into_response().status();
        let refused = read_within(trickle(86_400), BODY_MAX, Duration::from_millis(200)).await.unwrap_err();
        assert_eq!(status(refused), StatusCode::REQUEST_TIMEOUT);
        let patient = Duration::from_secs(60);
        assert_eq!(read_within(trickle(3), BODY_MAX, patient).await.unwrap(), "xxx");
        assert_eq!(
            status(read_within(trickle(3), 2, patient).await.unwrap_err()),
            StatusCode::PAYLOAD_TOO_LARGE
        );
    }

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn only_our_own_pages_may_send() {
        for (pairs, wanted) in [
            (&[("sec-fetch-site", "same-origin")][..], true),
            (&[("sec-fetch-site", "none")], true),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "cross-site"), ("origin", "http://hub"), ("host", "hub")], false),
            (&[("origin", "http://hub:80"), ("host", "hub:80")], true),
            (&[("origin", "http://evil"), ("host", "hub")], false),
            (&[("origin", "null"), ("host", "hub")], false),
            (&[("host", "hub")], false),
            (&[], false),
        ] {
            assert_eq!(is_same_origin(&headers(pairs)), wanted, "{pairs:?}");
        }
    }

    #[test]
    fn the_token_comes_by_header_or_by_field() {
        const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");
        for (pairs, body, wanted) in [
            (&[("x-yapa-csrf", "abc")][..], "", true),
            (&[("x-yapa-csrf", "abd"), FORM], "csrf=abc", false),
            (&[FORM], "a=1&csrf=abc&b=2", true),
            (&[FORM], "a=1&xcsrf=abc", false),
            (&[FORM], "csrf=", false),
            (&[("content-type", "text/plain")], "csrf=abc", false),
            (&[], "", false),
        ] {
            assert_eq!(has_csrf(&headers(pairs), body.as_bytes(), "abc"), wanted, "{pairs:?} {body:?}");
        }
    }
}
